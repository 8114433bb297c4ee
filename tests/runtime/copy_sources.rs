//! The step that copies Airflow's sources, run for real, as root.

use std::process::Command;

const SCRIPT: &str = include_str!("../../src/plan/scripts/build/copy-sources.sh");

#[test]
#[expect(clippy::print_stderr, reason = "a test that proves nothing must not look like one that does")]
fn only_what_is_copied_changes_its_owner() {
    let text = "set -e; mount -t tmpfs none /opt; cd /opt
        mkdir -p from/airflow to/tool; touch from/pyproject.toml 'from/airflow/a b.py'; ln -s a from/link
        chmod 700 from/airflow; install -m 4755 /bin/true to/tool/setuid
        AIRFLOW_UID=50000 bash -c \"$0\" copy-sources.sh /opt/from /opt/to Dockerfile
        cd to; find . -printf '%p %U:%G %m\\n' | sort";
    let output = Command::new("unshare").args(["--mount", "bash", "-c", text, SCRIPT]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    if told.contains("unshare failed") {
        assert!(std::env::var_os("CI").is_none(), "{told}");
        eprintln!("SKIPPED: copying sources needs root");
        return;
    }
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "\
        . 50000:0 775\n\
        ./airflow 50000:0 770\n\
        ./airflow/a b.py 50000:0 664\n\
        ./link 50000:0 777\n\
        ./pyproject.toml 50000:0 664\n\
        ./tool 0:0 755\n\
        ./tool/setuid 0:0 4755\n",
        "{told}"
    );
}
