//! An image that a test has built.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::docker::{Engine, Output};
use super::folder::Folder;
use super::machine::unique;

/// An image of a test; removed when dropped.
#[derive(Debug)]
pub(in crate::e2e) struct Image {
    /// Its name.
    pub(in crate::e2e) tag: String,
    engine: Engine,
}

impl Image {
    /// A name on the first engine.
    pub(in crate::e2e) fn new() -> Self {
        Self::on(&Engine::default())
    }

    /// A name on an engine.
    pub(in crate::e2e) fn on(engine: &Engine) -> Self {
        Self { tag: format!("airflow-frontend-e2e:{}", unique()), engine: engine.clone() }
    }

    /// The output of `docker image inspect`.
    pub(in crate::e2e) fn inspect(&self) -> Value {
        let output = self.engine.docker(&["image", "inspect", &self.tag]).succeeded();
        serde_json::from_str::<Value>(&output.stdout).unwrap()[0].take()
    }

    /// Runs a command with flags of `docker run` and the image's entrypoint, without waiting for a database.
    pub(in crate::e2e) fn run(&self, flags: &[&str], command: &[&str]) -> Output {
        let call = ["run", "--rm", "--env", "CONNECTION_CHECK_MAX_COUNT=0"];
        self.engine.docker(&[&call[..], flags, &[&self.tag], command].concat())
    }

    /// The output of a shell command as the image's user without the entrypoint; it must succeed.
    pub(in crate::e2e) fn shell(&self, script: &str) -> String {
        self.shell_as("50000:0", script)
    }

    /// The output of a shell command as this user without the entrypoint; it must succeed.
    pub(in crate::e2e) fn shell_as(&self, user: &str, script: &str) -> String {
        let call = ["run", "--rm", "--user", user, "--entrypoint", "/bin/bash", &self.tag, "-euc", script];
        self.engine.docker(&call).succeeded().stdout
    }

    /// The layers and the config, as files.
    pub(in crate::e2e) fn save(&self) -> Folder {
        let folder = Folder::new();
        let archive = folder.0.join("image.tar");
        self.engine
            .docker(&["image", "save", "--output", &archive.display().to_string(), &self.tag])
            .succeeded();
        let unpacked = Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&folder.0).status();
        assert!(unpacked.unwrap().success(), "tar cannot read what docker has saved");
        fs::remove_file(archive).unwrap();
        folder
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        self.engine.docker(&["image", "rm", "--force", &self.tag]);
    }
}

/// The files of the saved image that contain a text: layers, config, manifest.
pub(in crate::e2e) fn files_with(image: &Image, text: &str) -> Vec<String> {
    let folder = image.save();
    // `-f` copies uncompressed files, because one of the two image stores does not compress layers.
    let search = "find . -type f | while read -r file; do zcat -f \"$file\" | grep -qaF -e \"$1\" && echo \"$file\" || true; done";
    let output = Command::new("bash").args(["-euc", search, "search", text]).current_dir(&folder.0).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}
