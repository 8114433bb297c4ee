//! Options and contexts as `docker buildx build` and `docker buildx bake` pass them.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};

use super::support::build::Build;
use super::support::builds::{airflow_2, small};
use super::support::docker::docker;
use super::support::folder::{Content, Folder};
use super::support::image::Image;
use super::support::machine::{base_image, ca_bundle, frontend};

/// A base image that no registry has.
const NOWHERE: &str = "registry.invalid/python:3.11";

/// The build stage of the small image, whose base image only a named context provides.
fn build_stage() -> Build {
    small().with(&[("PYTHON_BASE_IMAGE", NOWHERE)]).flags(&[
        "--target",
        "build",
        "--build-context",
        &format!("{NOWHERE}=docker-image://{}", base_image()),
    ])
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_named_context_replaces_an_unavailable_base_image() {
    build_stage().image();
    let failure = small().with(&[("PYTHON_BASE_IMAGE", NOWHERE)]).failure();
    assert!(failure.contains("PYTHON_BASE_IMAGE: "), "{failure}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn context_files_can_be_outside_the_build_context() {
    let folder = Folder::new();
    let constraints = include_str!("../fixtures/constraints/airflow-2.10.5-python3.11.txt");
    folder.write("elsewhere.txt", &Content::from(constraints));
    folder.write("left-out", &Content::from("x"));
    folder.write(".dockerignore", &Content::from("left-out\n"));
    build_stage()
        .with(&[("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/elsewhere.txt")])
        .flags(&["--build-context", &format!("docker-context-files={}", folder.0.display())])
        .image();
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn uv_can_come_from_a_named_context() {
    let folder = Folder::new();
    // The user of the image writes there.
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o777)).unwrap();
    let copy = ["bash", "-c", "cp ~/.local/bin/uv /out/uv && chmod 0600 /out/uv"];
    airflow_2().image().run(&[&folder.volume("/out")], &copy).succeeded();
    let uv = format!("uv={}", folder.0.display());
    let (image, vertices) = build_stage().flags(&["--build-context", &uv]).vertices();
    assert!(vertices.iter().all(|vertex| !vertex.name.contains("uv==")), "{vertices:?}");
    assert!(image.shell("uv --version").starts_with("uv "));
    assert_eq!(image.shell("stat --format '%u:%g %a' ~/.local/bin/uv"), "50000:0 775\n");
    assert_eq!(image.shell("python -m pip list --format freeze | grep -c '^uv=' || true"), "0\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn steps_see_hosts_limits_shared_memory_and_host_name() {
    let holds = "[ \"$(ulimit -Hn)\" = 2000 ] && grep -q '^10.0.0.7.*pypi.corp' /etc/hosts \
                 && [ \"$(df --output=size -B1 /dev/shm | tail -n 1)\" = 104857600 ] && [ \"$HOSTNAME\" = airbuilder ]";
    let flags = ["--add-host", "PyPI.corp=10.0.0.7", "--shm-size", "100m", "--ulimit", "nofile=1000:2000"];
    let build = build_stage().with(&[("ADDITIONAL_DEV_APT_COMMAND", holds)]);
    let named = build.clone().with(&[("BUILDKIT_SANDBOX_HOSTNAME", "airbuilder")]).flags(&flags);
    named.image();
    // The same command without these options.
    build.failure();
}

/// A process that ends with its test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The build context of the small image.
fn sources() -> Folder {
    let folder = Folder::new();
    folder.write("image/Dockerfile", &Content::from(format!("# syntax={}\n", frontend()).as_str()));
    let constraints = include_str!("../fixtures/constraints/airflow-2.10.5-python3.11.txt");
    folder.write("image/docker-context-files/constraints.txt", &Content::from(constraints));
    folder
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_repository_is_a_build_context_by_fragment_and_by_query() {
    let folder = sources();
    let git = |arguments: &[&str]| {
        let known = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-C"];
        let path = folder.0.display().to_string();
        let output = Command::new("git").args(known).arg(path).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "--quiet", "--initial-branch", "main"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "one"]);
    git(&["tag", "v1"]);
    let commit = git(&["rev-parse", "HEAD"]);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // Not started by `git`, which would not stop it when it is killed.
    let programs = git(&["--exec-path"]);
    let daemon = Command::new(format!("{programs}/git-daemon"))
        .args(["--export-all", "--listen=127.0.0.1", "--reuseaddr", &format!("--port={port}")])
        .arg(format!("--base-path={}", folder.0.display()))
        .stderr(Stdio::null())
        .spawn();
    let _daemon = Served(daemon.unwrap());
    let address = format!("git://127.0.0.1:{port}/");
    for context in [
        format!("{address}#v1:image"),
        format!("{address}?branch=main&subdir=image"),
        format!("{address}?tag=v1&subdir=image&commit={commit}"),
    ] {
        build_stage().context(&context).image();
    }
    let wrong = format!("{address}?branch=main&subdir=image&commit={}", "0".repeat(40));
    build_stage().context(&wrong).failure();
}

/// The connection to the repository ends at a closed port, after the agent of the client is used.
#[test]
#[ignore = "needs an engine: make e2e"]
fn a_repository_by_ssh_uses_the_clients_agent() {
    let folder = Folder::new();
    let socket = folder.0.join("agent");
    let _agent = UnixListener::bind(&socket).unwrap();
    let build = build_stage()
        .context("ssh://git@127.0.0.1:1/repository.git")
        .with(&[("BUILDKIT_SYNTAX", &frontend())]);
    let failure = build.clone().flags(&["--ssh", "default=/nowhere/agent"]).failure();
    assert!(failure.contains("/nowhere/agent"), "{failure}");
    let failure = build.flags(&["--ssh", &format!("default={}", socket.display())]).failure();
    assert!(failure.contains("Could not read from remote repository"), "{failure}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_archive_at_a_url_is_a_build_context() {
    let folder = sources();
    let archive = folder.0.join("context.tar.gz");
    let image = folder.0.join("image");
    let packed = Command::new("tar").arg("-czf").arg(&archive).arg("-C").arg(image).arg(".").status();
    assert!(packed.unwrap().success());
    let content = fs::read(&archive).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/context.tar.gz", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", content.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&content));
        }
    });
    build_stage().context(&url).image();
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn two_targets_of_a_bake_file_share_folders_and_a_base_image_target() {
    let folder = sources();
    let images = [Image::new(), Image::new()];
    let own = format!("FROM {}\nENV FROM_OUR_OWN=yes\n", base_image());
    folder.write("base/Dockerfile", &Content::from(own.as_str()));
    let args: Vec<String> =
        build_stage().args().iter().map(|(name, value)| format!("{name} = {value:?}")).collect();
    let target = |name: &str, stage: &str, image: &Image| {
        format!(
            "target \"{name}\" {{\n context = \"image\"\n target = \"{stage}\"\n output = [\"type=docker\"]\n \
             contexts = {{ \"{NOWHERE}\" = \"target:base\" }}\n secret = [\"id=ca-bundle,src={}\"]\n \
             tags = [\"{}\"]\n args = {{\n{}\n }}\n}}\n",
            ca_bundle().display(),
            image.tag,
            args.join("\n")
        )
    };
    let bake = format!(
        "group \"default\" {{ targets = [\"one\", \"two\"] }}\ntarget \"base\" {{ context = \"base\" }}\n{}{}",
        target("one", "build", &images[0]),
        target("two", "main", &images[1])
    );
    folder.write("docker-bake.hcl", &Content::from(bake.as_str()));
    let path = folder.0.display().to_string();
    let output = Command::new("docker")
        .args(["buildx", "bake", "--progress", "plain", "--allow", "fs=*"])
        .current_dir(&path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for image in &images {
        let env = image.inspect()["Config"]["Env"].to_string();
        assert!(env.contains("FROM_OUR_OWN=yes"), "{env}");
    }
    let version = docker(&[
        "run",
        "--rm",
        "--env",
        "CONNECTION_CHECK_MAX_COUNT=0",
        &images[1].tag,
        "airflow",
        "version",
    ]);
    assert_eq!(version.succeeded().last_line(), "2.10.5");
}
