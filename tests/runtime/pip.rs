//! P1 to P3: pip for root and for others.

use super::shell::{Case, Expect, OK, case, check};

const PIP: Case<'static> = case("pip-refusal.sh", "2.10.5", &["install", "a b"]);
const INSTALLED: &str = "printf '#!/bin/bash\\nprintf \"<%%s>\" \"$@\"; exit 3\\n' >home/.local/bin/pip; chmod +x home/.local/bin/pip";

/// P1.
#[test]
fn pip_refuses_root_in_red() {
    let stderr = &["\u{1b}[31m", "\u{1b}[0m", "https://airflow.apache.org/docs/docker-stack/build.html"];
    check(&Case { user: (0, 0), before: INSTALLED, ..PIP }, &Expect { code: 1, stderr, ..OK });
}

/// P2.
#[test]
fn pip_hands_over_for_others() {
    let case = Case { env: &[("HOME", "/mnt/home")], before: INSTALLED, ..PIP };
    check(&case, &Expect { code: 3, stdout: &["<install><a b>"], ..OK });
}

/// P3.
#[test]
fn pip_by_its_full_path_is_not_refused() {
    let args = &["bash", "-c", "/mnt/image/pip-refusal.sh install x || /mnt/home/.local/bin/pip install x"];
    let env = &[("CONNECTION_CHECK_MAX_COUNT", "0")];
    let case = Case { user: (0, 0), env, before: INSTALLED, ..case("entrypoint.sh", "3.3.2", args) };
    check(
        &case,
        &Expect {
            code: 3,
            stdout: &["<install><x>"],
            stderr: &["Running as root", "as root in this image"],
            ..OK
        },
    );
}
