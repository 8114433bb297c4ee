//! Which files of the sources are copied into the image.

use airflow_frontend::plan::scripts::Script;

use super::sandbox::Sandbox;

const SYNTAX: &str = "# Syntax = myorg/airflow-frontend\n";

fn copied(files: &[(&str, &str)], args: &str) -> Vec<String> {
    let sandbox = Sandbox::with(Script::CopySources);
    for (path, text) in files.iter().chain(&[("from/pyproject.toml", "")]) {
        sandbox.write(path, text, 0o640);
    }
    // Only root can change the owner of files.
    let copy = format!("export AIRFLOW_UID=$UID; bash run/scripts/copy-sources.sh from to/airflow {args}");
    let done = sandbox.bash(&copy);
    assert_eq!((done.code, done.log.as_str()), (Some(0), ""));
    sandbox.files("to/airflow")
}

#[test]
fn folders_for_the_build_are_not_copied_and_others_of_the_name_are() {
    let files = [
        ("from/files/pip.txt", ""),
        ("from/files/deep/token", ""),
        ("from/airflow/files/data.txt", ""),
        ("from/files.py", ""),
        ("from/odd*name/token", ""),
        ("from/oddname/data", ""),
    ];
    let kept = ["airflow/files/data.txt", "files.py", "oddname/data", "pyproject.toml"];
    assert_eq!(copied(&files, "Dockerfile files 'odd*name'"), kept);
}

#[test]
fn build_files_and_their_ignore_files_are_not_copied_from_any_folder() {
    let files = [
        ("from/.dockerignore", ""),
        ("from/Airflow[1].build", ""),
        ("from/Airflow[1].build.dockerignore", ""),
        ("from/deploy/all of it/Airflow[1].build", SYNTAX),
        ("from/deploy/all of it/Airflow[1].build.dockerignore", ""),
        ("from/chart/Airflow[1].build", "FROM scratch\n"),
        ("from/chart/.dockerignore", ""),
    ];
    let kept = ["chart/.dockerignore", "chart/Airflow[1].build", "pyproject.toml"];
    assert_eq!(copied(&files, "'Airflow[1].build'"), kept);
}

#[test]
fn files_with_passwords_of_indexes_are_not_copied() {
    let secrets = ["pip.conf", ".piprc", ".netrc", ".pypirc"];
    let paths: Vec<String> =
        secrets.iter().flat_map(|name| [format!("from/{name}"), format!("from/corp/a/{name}")]).collect();
    let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "token")).collect();
    files.push(("from/airflow/my-pip.conf", ""));
    assert_eq!(copied(&files, "Dockerfile docker-context-files"), ["airflow/my-pip.conf", "pyproject.toml"]);
}

#[test]
fn existing_files_are_kept_and_the_group_can_write() {
    let sandbox = Sandbox::with(Script::CopySources);
    sandbox.write("from/setup.py", "", 0o600);
    sandbox.write("from/dags/example.py", "", 0o750);
    sandbox.write("to/dags/mine.py", "", 0o600);
    let copy = "AIRFLOW_UID=$UID bash run/scripts/copy-sources.sh from to Dockerfile && stat -c %a to/setup.py to/dags/example.py to/dags/mine.py";
    assert_eq!(sandbox.bash(copy).log, "660\n770\n600\n");
}

#[test]
fn a_folder_without_sources_is_reported() {
    let sandbox = Sandbox::with(Script::CopySources);
    sandbox.write("from/readme", "", 0o600);
    let done = sandbox.bash("AIRFLOW_UID=0 bash run/scripts/copy-sources.sh from to Dockerfile");
    assert_eq!(done.code, Some(1));
    assert!(done.log.contains("neither a pyproject.toml nor a setup.py"), "{}", done.log);
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that proves nothing must not look like one that does")]
fn only_copied_files_change_their_owner() {
    let script = include_str!("../../src/plan/scripts/build/copy-sources.sh");
    let text = "set -e; mount -t tmpfs none /opt; cd /opt
        mkdir -p from/airflow to/tool; touch from/pyproject.toml 'from/airflow/a b.py'; ln -s a from/link
        chmod 700 from/airflow; install -m 4755 /bin/true to/tool/setuid
        AIRFLOW_UID=50000 bash -c \"$0\" copy-sources.sh /opt/from /opt/to Dockerfile
        cd to; find . -printf '%p %U:%G %m\\n' | sort";
    let output =
        std::process::Command::new("unshare").args(["--mount", "bash", "-c", text, script]).output().unwrap();
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
