//! The context folder: exactly the files that options and other files name are sent and mounted.

use crate::support::graph::Graph;
use crate::support::scene::{buildkit, refused, run};
use buildkit_frontend::testing::{FakeBuildKit, Session};

const FOLDER: (&str, &str) = ("build-arg:DOCKER_CONTEXT_FILES", "files");

/// A BuildKit whose client has these files in its context folder.
fn folder(files: &[(&str, &[u8])]) -> FakeBuildKit {
    files.iter().fold(buildkit(), |fake, (path, content)| {
        fake.file("local://context", &format!("files/{path}"), content.to_vec())
    })
}

/// The paths of the context folder that steps with a word in their title can see, without `/docker-context-files`.
fn seen(session: &Session, title: &str) -> Vec<String> {
    let graph = Graph::of(session.definition());
    let execs = graph.execs();
    let steps =
        execs.iter().filter(|(vertex, _)| vertex.metadata.description["llb.customname"].contains(title));
    let mounts = steps.flat_map(|(_, exec)| exec.mounts.iter());
    let mut seen: Vec<String> = mounts
        .filter_map(|mount| mount.dest.strip_prefix("/docker-context-files").map(str::to_owned))
        .collect();
    seen.sort();
    seen.dedup();
    seen
}

/// The paths that the client sends for the steps.
fn sent(session: &Session) -> String {
    Graph::of(session.definition()).sources("local://context")[0].attrs["local.followpaths"].clone()
}

#[test]
fn files_that_build_args_name_are_sent_and_mounted_in_the_steps_that_use_them() {
    let check = |arg: &str, value: &str, step: &str, expected: &[&str]| {
        let files: &[(&str, &[u8])] = &[
            ("x-1.0-py3-none-any.whl", b""),
            ("extra.txt", b"six\n"),
            ("c.txt", b"six<2\n"),
            ("wheels/y-1.0-py3-none-any.whl", b""),
            ("big.bin", b""),
        ];
        let arg = format!("build-arg:{arg}");
        let session = run(folder(files), &[FOLDER, (&arg, value)]);
        assert_eq!(seen(&session, step), expected, "{arg}={value}");
        let paths: Vec<String> = expected.iter().map(|path| format!("\"files{path}\"")).collect();
        assert_eq!(sent(&session), format!("[{}]", paths.join(",")), "{arg}={value}");
        session
    };
    let (deps, step) = ("ADDITIONAL_PYTHON_DEPS", "additional Python packages");
    let wheel: &[&str] = &["/x-1.0-py3-none-any.whl"];
    check(deps, "/docker-context-files/x-1.0-py3-none-any.whl", step, wheel);
    check(deps, "x@file:///docker-context-files/x-1.0-py3-none-any.whl", step, wheel);
    check(deps, "x @ file:///docker-context-files/x-1.0-py3-none-any.whl", step, wheel);
    check(deps, "x-1.0-py3-none-any.whl", step, wheel);
    check(deps, "-r /docker-context-files/extra.txt", step, &["/extra.txt"]);
    check(deps, "six -c c.txt", step, &["/c.txt"]);
    check(deps, "y --find-links /docker-context-files/wheels", step, &["/wheels"]);
    let flags = "ADDITIONAL_PIP_INSTALL_FLAGS";
    for step in ["virtual environment", "install Airflow"] {
        check(flags, "--find-links=/docker-context-files/wheels", step, &["/wheels"]);
        check(flags, "--constraint /docker-context-files/c.txt", step, &["/c.txt"]);
    }
    let session = check(
        "AIRFLOW_PIP_VERSION",
        "file:///docker-context-files/x-1.0-py3-none-any.whl",
        "virtual environment",
        wheel,
    );
    assert_eq!(seen(&session, "install Airflow"), [""; 0], "no other step sees it");
    let upgrade = [
        FOLDER,
        ("build-arg:UPGRADE_TO_NEWER_DEPENDENCIES", "1"),
        ("build-arg:EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS", "-r extra.txt"),
    ];
    assert_eq!(seen(&run(folder(&[("extra.txt", b"")]), &upgrade), "install Airflow"), ["/extra.txt"]);
}

#[test]
fn the_folder_itself_may_be_named() {
    let files: &[(&str, &[u8])] = &[("x-1.0-py3-none-any.whl", b"")];
    let deps = ("build-arg:ADDITIONAL_PYTHON_DEPS", "x --find-links /docker-context-files");
    let session = run(folder(files), &[FOLDER, deps]);
    assert_eq!(seen(&session, "additional Python packages"), [""]);
    assert_eq!(sent(&session), r#"["files"]"#);
}

#[test]
fn files_that_requirements_name_are_mounted_with_them() {
    let check = |content: &[u8], expected: &[&str]| {
        let files: &[(&str, &[u8])] = &[
            ("requirements.txt", content),
            ("base.in", b"-c sub/c.txt\nsix\n"),
            ("sub/c.txt", b"six<2\n"),
            ("sub/x-1.0.tar.gz", b""),
            ("other.txt", b""),
        ];
        let session = run(folder(files), &[FOLDER]);
        assert_eq!(seen(&session, "requirements.txt"), expected);
    };
    check(b"six\n", &["/requirements.txt"]);
    check(b"six\r\n-r base.in\r\n", &["/base.in", "/requirements.txt", "/sub/c.txt"]);
    check(b"./sub/x-1.0.tar.gz\n", &["/requirements.txt", "/sub/x-1.0.tar.gz"]);
    check(b"--find-links 'sub'\n", &["/requirements.txt", "/sub"]);
    check(b"${WHEELS}/x-1.0.tar.gz\n", &[""]);
    let utf16: Vec<u8> = "\u{feff}-r base.in\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&utf16, &["/base.in", "/requirements.txt", "/sub/c.txt"]);
}

#[test]
fn files_that_pip_settings_name_are_mounted_with_them() {
    let files: &[(&str, &[u8])] =
        &[("pip.conf", b"[global]\ncert = /docker-context-files/ca.pem\n"), ("ca.pem", b"")];
    let session = run(folder(files), &[FOLDER]);
    assert_eq!(seen(&session, "install Airflow"), ["/ca.pem", "/pip.conf"]);
}

#[test]
fn missing_files_that_are_named_are_rejected() {
    let check = |options: &[(&str, &str)], files: &[(&str, &[u8])], expected: &str| {
        let message = refused(folder(files), options);
        assert!(message.contains(expected), "{message}");
    };
    let deps = |value| ("build-arg:ADDITIONAL_PYTHON_DEPS", value);
    let readme: &[(&str, &[u8])] = &[("README.md", b"")];
    check(&[deps("./x.whl")], readme, "ADDITIONAL_PYTHON_DEPS=./x.whl: there is no context folder");
    check(&[FOLDER, deps("./x.whl")], readme, "the context folder files has no file x.whl");
    check(&[FOLDER, deps("-r a.txt")], readme, "the context folder files has no file a.txt");
    let pip = ("build-arg:AIRFLOW_PIP_VERSION", "/docker-context-files/pip.whl");
    check(
        &[FOLDER, pip],
        readme,
        "AIRFLOW_PIP_VERSION=/docker-context-files/pip.whl: the context folder files",
    );
    check(
        &[FOLDER],
        &[("requirements.txt", b"-r more.txt\n")],
        "requirements.txt names more.txt, which is not in",
    );
    check(&[FOLDER], &[], "the build context has no such folder");
}

#[test]
fn a_folder_without_useful_files_causes_a_warning() {
    for file in ["README.md", ".gitkeep"] {
        let session = run(folder(&[(file, b"")]), &[FOLDER]);
        session.result();
        let warned = session.heard.warnings.iter().any(|warning| {
            String::from_utf8_lossy(&warning.short)
                .contains("DOCKER_CONTEXT_FILES: the folder files contains nothing")
        });
        assert!(warned, "{file}: {:?}", session.heard.warnings);
    }
}

#[test]
fn each_platform_installs_its_own_wheel() {
    let files: &[(&str, &[u8])] = &[
        ("a-1-cp312-cp312-manylinux_2_17_x86_64.whl", b""),
        ("a-1-cp312-cp312-manylinux_2_17_aarch64.whl", b""),
    ];
    let from = ("build-arg:INSTALL_PACKAGES_FROM_CONTEXT", "true");
    for (platform, machine) in [("linux/amd64", "x86_64"), ("linux/arm64", "aarch64")] {
        let session = run(folder(files), &[FOLDER, from, ("platform", platform)]);
        let seen = seen(&session, "packages of the context folder");
        assert_eq!(seen, [format!("/a-1-cp312-cp312-manylinux_2_17_{machine}.whl")]);
    }
    let older: &[(&str, &[u8])] = &[("a-1-cp311-cp311-manylinux_2_17_x86_64.whl", b"")];
    let message = refused(folder(older), &[FOLDER, from]);
    assert!(message.contains("--build-context docker-context-files::linux/amd64=FOLDER"), "{message}");
}

#[test]
fn steps_that_use_repositories_by_ssh_get_the_agent() {
    let agents = |files: &[(&str, &[u8])], options: &[(&str, &str)]| {
        let session = run(folder(files), options);
        let graph = Graph::of(session.definition());
        let execs = graph.execs();
        let lent = execs.iter().filter(|(_, exec)| exec.mounts.iter().any(|mount| mount.ssh_opt.is_some()));
        for (_, exec) in lent.clone() {
            let secrets = exec.mounts.iter().filter_map(|mount| mount.secret_opt.as_ref());
            assert!(secrets.into_iter().any(|secret| secret.id == "known_hosts" && secret.optional));
            let env = &exec.meta.as_ref().unwrap().env;
            assert!(
                env.iter().any(|it| it.starts_with("SSH_AUTH_SOCK="))
                    && env.contains(&"USES_SSH=true".to_owned())
            );
        }
        lent.map(|(vertex, _)| vertex.metadata.description["llb.customname"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(agents(&[], &[]), [""; 0]);
    let url = "git+ssh://git@h/x.git";
    for lent in [
        agents(&[], &[("build-arg:ADDITIONAL_PYTHON_DEPS", &format!("x @ {url}"))]),
        agents(&[], &[("build-arg:AIRFLOW_INSTALLATION_METHOD", &format!("apache-airflow @ {url}"))]),
        agents(&[("requirements.txt", format!("-e {url}#egg=x\n").as_bytes())], &[FOLDER]),
    ] {
        // The first one reports a missing agent before anything else runs.
        assert!(lent.iter().any(|title| title.contains("make the virtual environment")), "{lent:?}");
        assert!(lent.iter().any(|title| title.contains("install ")), "{lent:?}");
    }
}

#[test]
fn with_airflow_in_the_folder_the_first_step_checks_for_missing_packages() {
    let files: &[(&str, &[u8])] = &[("apache_airflow-2.10.5-py3-none-any.whl", b"")];
    let session = run(folder(files), &[FOLDER, ("build-arg:INSTALL_PACKAGES_FROM_CONTEXT", "true")]);
    let graph = Graph::of(session.definition());
    let execs = graph.execs();
    let wanted = execs.iter().flat_map(|(_, exec)| &exec.meta.as_ref().unwrap().env);
    let wanted: Vec<&String> = wanted.filter(|it| it.starts_with("FOLDER_HOLDS=")).collect();
    assert_eq!(wanted, ["FOLDER_HOLDS=apache-airflow[celery,postgres]"]);
}
