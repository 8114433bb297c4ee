//! R1 to R10: users, groups and the environment.

use super::shell::{Case, Expect, OK, check};
use super::{RELEASES, entrypoint};

/// Prints a variable when Airflow is started as the command.
const SHOW: &str = "[[ $1 != show ]] || echo \"${!2-unset}\"";

fn show<'a>(release: &'a str, name: &'a [&'a str]) -> Case<'a> {
    let env = &[("CONNECTION_CHECK_MAX_COUNT", "0")];
    Case { env, programs: &[("airflow", SHOW)], ..entrypoint(release, name) }
}

/// R1.
#[test]
fn everything_runs_with_libstdcxx_preloaded() {
    let library: &[&str] = match std::env::consts::ARCH {
        "aarch64" => &["/usr/lib/aarch64-linux-gnu/libstdc++.so.6\n"],
        _ => &["/usr/lib/x86_64-linux-gnu/libstdc++.so.6\n"],
    };
    let calls = &["airflow show LD_PRELOAD"];
    let own = &[("CONNECTION_CHECK_MAX_COUNT", "0"), ("LD_PRELOAD", "/own.so")];
    for release in RELEASES {
        let case = show(release, &["show", "LD_PRELOAD"]);
        check(&case, &Expect { calls, stdout: library, ..OK });
        let stdout = if release == "2.2.5" { &["/own.so\n"] } else { library };
        check(&Case { env: own, ..case }, &Expect { calls, stdout, ..OK });
    }
}

/// R2.
#[test]
fn pip_user_is_unset_in_airflow_2() {
    let env = &[("CONNECTION_CHECK_MAX_COUNT", "0"), ("PIP_USER", "true")];
    for (release, stdout) in [("2.2.5", &["unset\n"]), ("2.10.5", &["unset\n"]), ("3.3.2", &["true\n"])] {
        let case = Case { env, ..show(release, &["show", "PIP_USER"]) };
        check(&case, &Expect { calls: &["airflow show PIP_USER"], stdout, ..OK });
    }
}

const VERSION: &[&str] = &["airflow version"];
const NO_WAIT: &[(&str, &str)] = &[("CONNECTION_CHECK_MAX_COUNT", "0")];

/// R3.
#[test]
fn any_user_of_group_0_is_accepted() {
    for release in RELEASES {
        for user in [(50000, 0), (1234, 0)] {
            check(
                &Case { user, env: NO_WAIT, ..entrypoint(release, &["version"]) },
                &Expect { calls: VERSION, ..OK },
            );
        }
    }
}

/// R4.
#[test]
fn user_50000_of_another_group_is_warned() {
    for release in RELEASES {
        let case = Case { user: (50000, 50000), env: NO_WAIT, ..entrypoint(release, &["version"]) };
        check(&case, &Expect { calls: VERSION, stderr: &["Warning", "group 0, not 50000"], ..OK });
    }
}

/// R5.
#[test]
fn other_users_of_another_group_are_rejected_first() {
    for release in RELEASES {
        let case = Case { user: (1234, 77), ..entrypoint(release, &["bash", "-c", "echo never"]) };
        check(&case, &Expect { code: 1, stderr: &["Error: user 1234", "--user 1234:0"], ..OK });
    }
}

/// R6.
#[test]
fn files_of_a_command_are_writable_by_the_group() {
    for release in RELEASES {
        let case = Case { env: NO_WAIT, ..entrypoint(release, &["bash", "-c", "umask"]) };
        check(&case, &Expect { stdout: &["0002\n"], ..OK });
    }
}

/// R8.
#[test]
fn a_user_without_a_name_gets_one() {
    let who = &["bash", "-c", "whoami; echo $HOME"];
    for release in RELEASES {
        let case = Case { user: (12345, 0), env: NO_WAIT, ..entrypoint(release, who) };
        if let Some(sandbox) = check(&case, &Expect { stdout: &["default\n/mnt/home\n"], ..OK }) {
            let added = "\ndefault:x:12345:0:default user:/mnt/home:/sbin/nologin\n";
            assert!(sandbox.read("passwd").ends_with(added));
        }
        let env = &[("CONNECTION_CHECK_MAX_COUNT", "0"), ("USER_NAME", "foo")];
        check(&Case { env, ..case }, &Expect { stdout: &["foo\n/mnt/home\n"], ..OK });
    }
}

/// R8: 5000 and 500000 are not 50000.
#[test]
fn a_user_with_a_name_keeps_it() {
    let env = &[("CONNECTION_CHECK_MAX_COUNT", "0"), ("USER_NAME", "foo"), ("HOME", "/elsewhere")];
    let case = Case { env, ..entrypoint("2.10.5", &["bash", "-c", "whoami; echo $HOME"]) };
    check(&case, &Expect { stdout: &["airflow\n/elsewhere\n"], ..OK });
    for user in [(5000, 0), (500_000, 0)] {
        check(&Case { user, ..case }, &Expect { stdout: &["foo\n/mnt/home\n"], ..OK });
    }
}

/// R9.
#[test]
fn a_user_without_a_name_needs_no_writable_passwd() {
    let who = &["bash", "-c", "whoami 2>/dev/null || echo $HOME $LOGNAME $USER"];
    for release in RELEASES {
        let before = "chmod 0444 /mnt/passwd";
        let case = Case { user: (12345, 0), env: NO_WAIT, before, ..entrypoint(release, who) };
        check(&case, &Expect { stdout: &["/mnt/home default default\n"], ..OK });
        let env = &[NO_WAIT[0], ("USER_NAME", "foo"), ("USER", "bar")];
        check(&Case { env, ..case }, &Expect { stdout: &["/mnt/home foo bar\n"], ..OK });
    }
}

/// R9: Airflow reads the name in this way.
#[test]
fn python_finds_the_name_of_a_user_without_a_line_in_passwd() {
    let args = &["python", "-c", "import getpass; print(getpass.getuser())"];
    let case = Case {
        user: (12345, 0),
        env: NO_WAIT,
        before: "chmod 0444 /mnt/passwd; rm bin/python; ln -s \"$(PATH=/usr/local/bin:/usr/bin:/bin command -v python3)\" bin/python",
        ..entrypoint("3.3.2", args)
    };
    check(&case, &Expect { stdout: &["default\n"], ..OK });
}

/// R8: a colon would separate fields of `/etc/passwd`, a line break would add a user.
#[test]
fn a_name_that_is_invalid_in_passwd_is_rejected() {
    for name in ["foo:x:0", "foo\nroot:x:0:0::/:/bin/sh\nbar"] {
        let env = &[NO_WAIT[0], ("USER_NAME", name)];
        let case = Case { user: (12345, 0), env, ..entrypoint("2.10.5", &["version"]) };
        if let Some(sandbox) = check(&case, &Expect { code: 1, stderr: &["Error: USER_NAME=foo"], ..OK }) {
            assert_eq!(sandbox.read("passwd").lines().count(), 2, "{name:?}");
        }
    }
}

/// R10.
#[test]
fn root_sees_the_packages_of_the_airflow_user() {
    let calls = &["airflow show PYTHONPATH"];
    let stderr = &["Running as root"];
    let own = &[("CONNECTION_CHECK_MAX_COUNT", "0"), ("PYTHONPATH", "/own:/more")];
    for release in RELEASES {
        let case = Case { user: (0, 0), ..show(release, &["show", "PYTHONPATH"]) };
        check(
            &case,
            &Expect { calls, stdout: &["/mnt/home/.local/lib/python3.12/site-packages\n"], stderr, ..OK },
        );
        let stdout = &["/mnt/home/.local/lib/python3.12/site-packages:/own:/more\n"];
        check(&Case { env: own, ..case }, &Expect { calls, stdout, stderr, ..OK });
    }
}

/// R10: a Dockerfile that extends the image can add a second Python.
#[test]
fn root_sees_the_packages_of_the_python_that_runs() {
    let case = Case {
        user: (0, 0),
        before: "mkdir -p home/.local/lib/python3.13/site-packages",
        programs: &[("airflow", SHOW), ("python", "echo python3.13")],
        ..show("3.3.2", &["show", "PYTHONPATH"])
    };
    let calls =
        &["python -c import sys; print(\"python%d.%d\" % sys.version_info[:2])", "airflow show PYTHONPATH"];
    let stdout = &["/mnt/home/.local/lib/python3.13/site-packages\n"];
    check(&case, &Expect { calls, stdout, stderr: &["Running as root"], ..OK });
}
