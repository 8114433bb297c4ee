//! Runs the first step of an installation on this machine.

#![expect(clippy::disallowed_methods, reason = "these tests start the scripts and read what they wrote")]

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plan/scripts/build").join(name)
}

/// A new folder for this test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("airflow-frontend-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Makes wheels with their file names and requirements, and checks what is missing.
fn missing(name: &str, wanted: &str, wheels: &[(&str, &[&str])]) -> (bool, String) {
    const MAKE: &str = "import sys, zipfile
path, name, *requires = sys.argv[1:]
with zipfile.ZipFile(path, 'w') as wheel:
    lines = ['Metadata-Version: 2.1', f'Name: {name}', *(f'Requires-Dist: {it}' for it in requires), '', 'text']
    wheel.writestr(f'{name}-1.dist-info/METADATA', '\\n'.join(lines))";
    let folder = folder(name);
    for (file, requires) in wheels {
        let project = file.split('-').next().unwrap();
        let mut make = Command::new("python3");
        make.args(["-c", MAKE]).arg(folder.join(file)).arg(project).args(*requires);
        assert!(make.status().unwrap().success());
    }
    // The pip of a new virtual environment, as in the step.
    let venv = folder.join("venv");
    assert!(Command::new("python3").args(["-m", "venv"]).arg(&venv).status().unwrap().success());
    let output = Command::new(venv.join("bin/python"))
        .arg(script("missing-projects.py"))
        .arg(&folder)
        .arg(wanted)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    (output.status.success(), said(&output))
}

const AIRFLOW: &str = "apache_airflow-2.10.5-py3-none-any.whl";
const REQUIRES: &[&str] = &[
    "flask<3,>=2.2",
    "tomli; python_version < \"3\"",
    "apache-airflow-providers-celery>=3; extra == \"celery\"",
    "apache-airflow-providers-http; extra == \"http\"",
];

#[test]
fn missing_requirements_of_the_folder_are_named() {
    let wheels: &[(&str, &[&str])] = &[
        (AIRFLOW, REQUIRES),
        ("Flask-3.1.0-py3-none-any.whl", &[]),
        ("apache_airflow_providers_celery-3.8.0-py3-none-any.whl", &["celery[redis]>=5"]),
        ("celery-5.4.0-py3-none-any.whl", &["kombu", "redis>=4; extra == \"redis\""]),
        ("kombu-5.0.tar.gz", &[]),
        ("plugin-1.0-py3-none-any.whl", &["own-thing"]),
    ];
    let (done, said) = missing("lacking", "apache-airflow[celery]", wheels);
    assert!(!done);
    insta::assert_snapshot!(said, @r"
    airflow-frontend: the context folder contains Airflow, so nothing is downloaded, but it lacks 3 projects:
      flask<3,>=2.2 (the folder has 3.1.0), required by apache-airflow
      own-thing, required by plugin
      redis>=4, required by celery[redis]
      hint: `pip download` them for the image's Python and platform; or set AIRFLOW_EXTRAS to fewer extras, or to none
    ");
}

#[test]
fn a_complete_folder_prints_nothing() {
    let wheels: &[(&str, &[&str])] = &[(AIRFLOW, REQUIRES), ("flask-2.2.5-py3-none-any.whl", &[])];
    assert_eq!(missing("complete", "apache-airflow", wheels), (true, String::new()));
}

/// Runs the setup for SSH, and a script after it.
fn ssh(agent: &str) -> Output {
    let text = format!(
        "set -eu; source '{}'; set_up_ssh; echo \"$GIT_SSH_COMMAND\"",
        script("prelude.sh").display()
    );
    Command::new("bash").args(["-c", &text]).env("SSH_AUTH_SOCK", agent).output().unwrap()
}

#[test]
fn a_repository_by_ssh_needs_an_agent_and_known_hosts() {
    let none = ssh("/no/such/agent");
    assert!(!none.status.success());
    for words in ["git+ssh:// repository", "--ssh default", "hint: add them; or use git+https://"] {
        assert!(said(&none).contains(words), "{}", said(&none));
    }
    let socket = folder("ssh").join("agent");
    let _agent = UnixListener::bind(&socket).unwrap();
    let lent = ssh(&socket.display().to_string());
    if lent.status.success() {
        // This machine can have known hosts.
        assert!(String::from_utf8_lossy(&lent.stdout).contains("StrictHostKeyChecking=yes"));
    } else {
        assert!(
            said(&lent).contains("id=known_hosts") && !said(&lent).contains("--ssh default"),
            "{}",
            said(&lent)
        );
    }
}
