//! Containers: their users, their commands, and how they end.

use super::support::builds::airflow_2;
use super::support::checks::assert_says;
use super::support::docker::{Container, docker};
use super::support::folder::Folder;
use super::support::image::Image;

#[test]
#[ignore = "needs an engine: make e2e"]
fn any_user_id_works_with_group_0() {
    let image = airflow_2().image();
    let as_other = |command: &str| {
        image.run(&["--user", "12345:0"], &["bash", "-c", command]).succeeded().last_line().to_owned()
    };
    assert_eq!(as_other("whoami"), "default");
    assert_eq!(as_other("echo $HOME"), "/home/airflow");
    let command =
        "touch ~/file /opt/airflow/logs/file; stat -c %u:%g:%a ~/file /opt/airflow/logs/file | uniq";
    assert_eq!(as_other(command), "12345:0:664", "files are group-writable");
    assert_eq!(
        as_other("pip uninstall --quiet --yes celery && python -c 'import celery' 2>/dev/null || echo gone"),
        "gone"
    );
    let named = image.run(&["--user", "12345:0", "--env", "USER_NAME=jane"], &["bash", "-c", "whoami"]);
    assert_eq!(named.succeeded().last_line(), "jane");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn another_group_is_rejected() {
    let refused =
        airflow_2().image().run(&["--user", "12345:12345"], &["bash", "-c", "echo started"]).exited(1);
    assert_eq!(refused.stdout, "");
    assert_says(&refused.stderr, &["user 12345 must run with group 0, not 12345", "--user 12345:0"]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn root_can_run_commands_but_not_install() {
    let image = airflow_2().image();
    let refused = image.run(&["--user", "0"], &["bash", "-c", "pip install six"]).exited(1);
    assert_says(
        &(refused.stdout + &refused.stderr),
        &["pip is not supported as root in this image", "USER airflow"],
    );
    let version =
        image.run(&["--user", "0"], &["python", "-c", "import airflow; print(airflow.__version__)"]);
    assert_eq!(version.succeeded().last_line(), "2.10.5");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn bash_and_python_are_programs_and_other_words_are_for_airflow() {
    let image = airflow_2().image();
    assert_eq!(
        image.run(&[], &["bash", "-c", "echo $0 is $BASH"]).succeeded().last_line(),
        "/bin/bash is /bin/bash"
    );
    let python = image.run(&[], &["python", "-c", "import sys; print(sys.prefix)"]).succeeded();
    assert_eq!(python.stdout, "/home/airflow/.local\n");
    assert_says(&image.run(&[], &["sh"]).exited(2).stderr, &["invalid choice: 'sh'"]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn without_a_command_airflow_prints_its_usage() {
    let image = airflow_2().image();
    for command in [&[][..], &["airflow"]] {
        let output = image.run(&[], command).exited(2);
        assert_says(&output.stdout, &["Usage: airflow"]);
        assert_says(&output.stderr, &["the following arguments are required: GROUP_OR_COMMAND"]);
    }
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_first_process_is_dumb_init_and_forwards_signals() {
    let image = airflow_2().image();
    assert_eq!(image.run(&[], &["bash", "-c", "cat /proc/1/comm"]).succeeded().last_line(), "dumb-init");

    let script = "trap 'echo stopped in good order; exit 7' TERM; echo ready; while sleep 0.1; do :; done";
    let run = ["run", "--detach", "--env", "CONNECTION_CHECK_MAX_COUNT=0", &image.tag, "bash", "-c", script];
    let container = Container(docker(&run).succeeded().stdout.trim().to_owned());
    container.wait_for("ready");
    docker(&["stop", "--time", "30", &container.0]).succeeded();
    let code = docker(&["inspect", "--format", "{{.State.ExitCode}}", &container.0]).succeeded();
    assert_eq!(code.last_line(), "7");
    container.wait_for("stopped in good order");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_dockerfile_extends_the_image() {
    let image = airflow_2().image();
    let folder = Folder::new();
    let dockerfile = format!(
        r#"FROM {}
RUN pip install --no-deps /package
RUN test -n "${{AIRFLOW_VERSION}}" && ! (false | true)
COPY --chmod=755 my-entrypoint /my-entrypoint
ENTRYPOINT ["/usr/bin/dumb-init", "--", "/my-entrypoint"]
"#,
        image.tag
    );
    let dockerfile = dockerfile.replace("RUN pip", "COPY --chown=airflow:0 package /package\nRUN pip");
    folder.write("Dockerfile", &dockerfile.as_str().into());
    folder.write("my-entrypoint", &"#!/bin/bash\necho mine first\nexec /entrypoint \"$@\"\n".into());
    folder.write("package/pyproject.toml", &PACKAGE.into());
    folder.write("package/backend.py", &BACKEND.into());
    let extended = Image::new();
    let path = folder.0.display().to_string();
    docker(&["buildx", "build", "--load", "--tag", &extended.tag, &path]).succeeded();
    let said = extended.run(&[], &["bash", "-c", "cat /proc/1/comm; python -m hello"]).succeeded();
    assert_eq!(said.stdout, "mine first\ndumb-init\nhello\n");

    folder.write(
        "Dockerfile",
        &format!("FROM {}\nUSER root\nRUN pip install /package\n", image.tag).as_str().into(),
    );
    let refused = docker(&["buildx", "build", "--progress=plain", &path]).exited(1);
    assert_says(&refused.stderr, &["pip is not supported as root in this image"]);
}

/// A package without build requirements.
const PACKAGE: &str = "\
[build-system]
requires = []
build-backend = 'backend'
backend-path = ['.']
";

const BACKEND: &str = "\
import zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = 'hello-1.0-py3-none-any.whl'
    info = 'hello-1.0.dist-info/'
    with zipfile.ZipFile(f'{folder}/{name}', 'w') as wheel:
        wheel.writestr('hello.py', \"print('hello')\")
        wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: hello\\nVersion: 1.0\\n')
        wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        wheel.writestr(info + 'RECORD', '')
    return name
";
