//! The rules of docs/entrypoint.md, kept by the scripts of built images: `runtime` once more, in containers of them.

use std::fs;
use std::process::Command;

use super::support::build::Build;
use super::support::builds::{airflow_2, airflow_3};
use super::support::docker::{Container, docker};
use super::support::folder::Folder;
use super::support::machine::work;
use crate::runtime::shell::IN_IMAGE;

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_scripts_of_an_image_of_airflow_2_10_keep_their_rules() {
    keeps_the_rules(&airflow_2(), "2.10.5");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_scripts_of_an_image_of_airflow_3_keep_their_rules() {
    keeps_the_rules(&airflow_3(), "3.3.2");
}

fn keeps_the_rules(build: &Build, release: &str) {
    let image = build.image();
    let folder = Folder::new();
    let (work, path) = (work().display().to_string(), folder.0.display().to_string());
    let volume = format!("--volume={work}:{work}");
    // Each case isolates itself, as on this machine.
    let run = ["run", "--detach", "--privileged", &volume, "--entrypoint", "sleep", &image.tag, "1200"];
    let container = Container(docker(&run).succeeded().stdout.trim().to_owned());
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["runtime::", "--skip", "e2e::", "--skip", "shellcheck", "--test-threads", "4"])
        .env(IN_IMAGE, format!("{} {release} {path}", container.0))
        .env_remove("NEXTEST")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let cases = fs::read_to_string(folder.0.join("cases")).unwrap_or_default();
    assert!(cases.lines().count() >= 60, "hardly a case was tried:\n{cases}");
    for script in ["entrypoint.sh", "clean-logs.sh"] {
        assert!(cases.lines().any(|case| case.starts_with(script)), "{script}");
    }
}
