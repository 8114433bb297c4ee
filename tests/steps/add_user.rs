//! Runs the step that creates user airflow as root, with its own `/etc`, `/home` and `/opt`.

use std::process::Command;

const SCRIPT: &str = include_str!("../../src/plan/scripts/build/add-user.sh");

/// An `/etc` as in a base image; the last line of `/etc/passwd` has no newline.
const BASE: &str = "
mkdir /etc/skel
echo hello >/etc/skel/.profile
printf 'root:x:0:0:root:/root:/bin/bash\nann:x:1001:1001::/home/ann:/bin/sh' >/etc/passwd
printf 'root:*:19000:0:99999:7:::\n' >/etc/shadow
printf 'root:x:0:\nsudo:x:27:ann\nann:x:1001:\n' >/etc/group
printf 'root:*::\nsudo:*::ann\n' >/etc/gshadow
chmod 640 /etc/shadow
";

/// A user airflow with another id, several groups, and files in its home.
const KNOWN: &str = "
printf '\nairflow:x:1000:1000::/home/airflow:/bin/sh\n' >>/etc/passwd
printf 'airflow:$y$hash:19000:0:99999:7:::\n' >>/etc/shadow
printf 'airflow:x:1000:\ndocker:x:998:airflow\nadm:x:4:ann,airflow,bob\nweb:x:33:airflow,airflow2\n' >>/etc/group
printf 'docker:!:airflow:airflow\nadm:*:ann,airflow:bob\n' >>/etc/gshadow
mkdir -p /home/airflow /opt/airflow/plugins
echo own >/home/airflow/.profile
echo theirs >/home/airflow/of-ann
chown -R 1000:1000 /home/airflow /opt/airflow/plugins
chown 1001:1001 /home/airflow/of-ann
";

/// Runs the step after some preparation; returns the output of `show`, or the error of the step.
#[expect(clippy::print_stderr, reason = "a test that proves nothing must not look like one that does")]
fn add_user(prepare: &str, env: &[(&str, &str)], show: &str) -> Option<Result<String, String>> {
    let own = "for folder in /etc /home /opt; do mount -t tmpfs none $folder; done";
    let text = format!("set -e\n{own}\n{prepare}\nbash -c \"$0\" >&2\n{show}");
    let output = Command::new("unshare")
        .args(["--mount", "bash", "-c", &text, SCRIPT])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .envs([("AIRFLOW_UID", "50000"), ("AIRFLOW_USER_HOME_DIR", "/home/airflow")])
        .envs([("USER_HOME_MODE", "0770"), ("AIRFLOW_HOME", "/opt/airflow")])
        .envs(env.iter().copied())
        .output()
        .expect("unshare is there");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    if stderr.contains("unshare failed") {
        assert!(std::env::var_os("CI").is_none(), "{stderr}");
        eprintln!("SKIPPED: making user airflow needs root");
        return None;
    }
    Some(if output.status.success() { Ok(stdout) } else { Err(stderr) })
}

#[test]
fn pip_settings_of_root_apply_to_the_user() {
    let told =
        "mkdir -p /root; mount -t tmpfs none /root; mkdir -p /root/.config/pip; chmod 700 /root/.config
        echo ours >/root/.config/pip/pip.conf; chmod 600 /root/.config/pip/pip.conf; ";
    let show = "cd /home/airflow; cat .config/pip/pip.conf; stat -c '%n %u:%g %a' .config .config/pip .config/pip/pip.conf";
    let modes = ".config 50000:0 775\n.config/pip 50000:0 775\n.config/pip/pip.conf 50000:0 660\n";
    check(&format!("{BASE}{told}"), &[], show, &format!("ours\n{modes}"));
    let own = format!("{BASE}{told}mkdir -p /home/airflow/.pip; echo own >/home/airflow/.pip/pip.conf");
    check(
        &own,
        &[],
        "cd /home/airflow; cat .pip/pip.conf; ls .config 2>&1 || true",
        "own\nls: cannot access '.config': No such file or directory\n",
    );
}

fn check(prepare: &str, env: &[(&str, &str)], show: &str, expected: &str) {
    if let Some(shown) = add_user(prepare, env, show) {
        assert_eq!(shown.as_deref(), Ok(expected), "{prepare}");
    }
}

#[test]
fn user_airflow_is_created_with_its_folders() {
    check(
        BASE,
        &[],
        "tail -n 2 /etc/passwd; tail -n 1 /etc/shadow; stat -c '%a' /etc/passwd",
        "\
        ann:x:1001:1001::/home/ann:/bin/sh\n\
        airflow:x:50000:0:First Last,RoomNumber,WorkPhone,HomePhone:/home/airflow:/bin/bash\n\
        airflow:!:::::::\n\
        664\n",
    );
    let folders = "stat -c '%n %u:%g %a' /home/airflow /home/airflow/.profile /opt/airflow /opt/airflow/*";
    check(
        BASE,
        &[],
        folders,
        "\
        /home/airflow 50000:0 770\n\
        /home/airflow/.profile 50000:0 664\n\
        /opt/airflow 50000:0 775\n\
        /opt/airflow/dags 50000:0 775\n\
        /opt/airflow/logs 50000:0 775\n",
    );
}

#[test]
fn an_existing_user_airflow_gets_the_given_id() {
    let prepare = format!("{BASE}{KNOWN}");
    let uid = &[("AIRFLOW_UID", "2147483646")];
    let lines = "getent passwd airflow; grep -c '^airflow:' /etc/passwd /etc/shadow; stat -c %a /etc/shadow";
    check(
        &prepare,
        uid,
        lines,
        "\
        airflow:x:2147483646:0:First Last,RoomNumber,WorkPhone,HomePhone:/home/airflow:/bin/bash\n\
        /etc/passwd:1\n\
        /etc/shadow:1\n\
        640\n",
    );
    check(
        &prepare,
        uid,
        "tail -n 4 /etc/group; tail -n 2 /etc/gshadow",
        "\
        airflow:x:1000:\n\
        docker:x:998:\n\
        adm:x:4:ann,bob\n\
        web:x:33:airflow2\n\
        docker:!::\n\
        adm:*:ann:bob\n",
    );
    // Its files get the new id; files of others keep theirs.
    let files = "cat /home/airflow/.profile; cd /home/airflow; stat -c '%n %u:%g' .profile of-ann . /opt/airflow/plugins";
    check(
        &prepare,
        uid,
        files,
        "\
        own\n\
        .profile 2147483646:0\n\
        of-ann 1001:1001\n\
        . 2147483646:0\n\
        /opt/airflow/plugins 2147483646:0\n",
    );
}

#[test]
fn existing_files_in_the_folders_keep_their_owner_and_mode() {
    let prepare = format!(
        "{BASE}mkdir -p /opt/airflow/dags /home/airflow
        install -m 4755 /bin/true /opt/airflow/dags/setuid
        install -m 600 -o 1001 -g 1001 /dev/null /home/airflow/key"
    );
    check(
        &prepare,
        &[],
        "stat -c '%u:%g %a' /opt/airflow/dags/setuid /home/airflow/key /home/airflow /opt/airflow/dags",
        "\
        0:0 4755\n\
        1001:1001 600\n\
        50000:0 770\n\
        50000:0 775\n",
    );
}

#[test]
fn the_highest_id_takes_no_time_and_no_space() {
    let prepare = format!("{BASE}printf 'airflow:x:7:0::/:\n' >>/etc/passwd");
    let uid = &[("AIRFLOW_UID", "2147483646")];
    check(&prepare, uid, "find /etc /home /opt -xdev -size +1M", "");
}

#[test]
fn links_and_packages_of_another_airflow_are_rejected_with_a_hint() {
    let check = |prepare: &str, env: &[(&str, &str)], expected: &str| {
        let Some(told) = add_user(&format!("{BASE}{prepare}"), env, "") else { return };
        let told = told.unwrap_err();
        assert!(told.contains(expected) && told.contains("\n  hint: "), "{told}");
    };
    let linked = "AIRFLOW_HOME=/opt/link/airflow: the base image has a link from there to /etc/airflow";
    check("ln -s /etc /opt/link", &[("AIRFLOW_HOME", "/opt/link/airflow")], linked);
    check("mkdir -p /home/airflow/.local/bin", &[], "has packages in /home/airflow/.local");
}
