//! Runs the commands of an example's README in a copy of its folder, as a reader would.
//!
//! [`added`] is the only addition to them.

use std::path::Path;
use std::process::Command;

use super::fake_hosts::FakeHosts;
use super::folder::Folder;
use super::image::Image;
use super::machine::{base_image, frontend};
use crate::support::readme::Readme;

/// The Python in the READMEs, and that of the base image in use.
const PYTHONS: [&str; 2] = ["3.12", "3.11"];

/// The output of a command; programs of the reader's machine run in a container that uses the fake hosts.
const SHELL: &str = r#"
set -o errexit -o nounset -o pipefail
elsewhere() {
    command docker run --rm --user "$(id -u):0" --volume "$PWD:$PWD" --workdir "$PWD" --volume "$BUNDLE:/bundle.pem:ro" \
        --env "HTTPS_PROXY=$PROXY" --env HOME=/tmp --env SSL_CERT_FILE=/bundle.pem --env CURL_CA_BUNDLE=/bundle.pem \
        --env GIT_SSL_CAINFO=/bundle.pem --env PIP_CERT=/bundle.pem --entrypoint "$1" "$FAKE_HOSTS" "${@:2}"
}
curl() { elsewhere curl "$@"; }
git() { elsewhere git "$@"; }
pip() { elsewhere pip "$@"; }
added=("$@")
docker() {
    if [ "$1 $2" = 'buildx build' ]; then command docker "$@" "${added[@]}"; else command docker "$@"; fi
}
"#;

/// An example, and fakes of the hosts that it names.
pub(in crate::e2e) struct Example {
    /// Such as `customizing/custom-pip`.
    place: &'static str,
    readme: Readme,
    folder: Folder,
    /// The image that it builds.
    pub(in crate::e2e) image: Image,
    /// Additional build args of the test; of two with one name, the last one counts.
    args: Vec<(String, String)>,
}

impl Example {
    /// Reads the example, and copies its folder.
    pub(in crate::e2e) fn read(place: &'static str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(place);
        let folder = Folder::new();
        let copied = Command::new("cp").arg("-r").arg(root.join(".")).arg(&folder.0).status();
        assert!(copied.unwrap().success());
        Self { place, readme: Readme::of(&root), folder, image: Image::new(), args: Vec::new() }
    }

    /// The same with a build arg of the test.
    pub(in crate::e2e) fn with(mut self, name: &str, value: &str) -> Self {
        self.args.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Builds the image of a customizing example, as the README says, and answers with the log.
    pub(in crate::e2e) fn build(&self, hosts: &FakeHosts) -> String {
        let (code, said) = self.try_build(hosts);
        assert!(code == 0, "{} cannot be built:\n{said}", self.place);
        said
    }

    /// The exit code and the log of a build that may fail.
    pub(in crate::e2e) fn try_build(&self, hosts: &FakeHosts) -> (i32, String) {
        self.shell(&self.readme.to_do, &self.added(hosts), Some(hosts))
    }

    /// Builds the image of an extending example upon an image.
    pub(in crate::e2e) fn extend(&self, base: &Image) {
        let blocks: Vec<String> = self
            .readme
            .to_do
            .iter()
            .map(|block| block.replace("=my-airflow", &format!("={}", base.tag)))
            .collect();
        let (code, said) = self.shell(&blocks, &["--progress=plain".to_owned()], None);
        assert!(code == 0, "{} cannot be built:\n{said}", self.place);
    }

    /// Runs what is to be seen, which must succeed; answers with what is seen.
    pub(in crate::e2e) fn see(&self) -> String {
        let (code, said) = self.shell(&self.readme.to_see, &[], None);
        assert!(code == 0, "{}:\n{said}", self.place);
        said
    }

    /// The one place for what is added to the commands: no host but those of the machine's own engine, the package
    /// indexes and Debian's archive is needed, and all images share what is slow to install.
    fn added(&self, hosts: &FakeHosts) -> Vec<String> {
        let mut args = Vec::new();
        // The frontend of this build for the one in registry.example.com.
        args.push(("BUILDKIT_SYNTAX".to_owned(), frontend()));
        // Two extras for the thirty that Airflow's image has, and no MySQL client, where the example is not about them.
        let about =
            |word: &str| self.readme.build().contains(word) || self.place.ends_with("/stable-airflow");
        if !about(" AIRFLOW_EXTRAS=") {
            args.push(("AIRFLOW_EXTRAS".to_owned(), "celery,postgres".to_owned()));
        }
        if !about("DATABASE_CLIENTS_FROM") {
            args.push(("INSTALL_MYSQL_CLIENT".to_owned(), "false".to_owned()));
        }
        args.extend(self.args.iter().cloned());
        let mut added = vec!["--progress=plain".to_owned()];
        for (name, value) in args {
            added.extend(["--build-arg".to_owned(), format!("{name}={value}")]);
        }
        // The engine's base image for those of Docker Hub.
        for python in ["3.11", "3.13"] {
            let name = format!("docker.io/library/python:{python}-slim-bookworm");
            added.extend(["--build-context".to_owned(), format!("{name}=docker-image://{}", base_image())]);
        }
        // GitHub and the makers of the database clients are played.
        added.extend(hosts.flags());
        added
    }

    /// Runs blocks of the README, with the image's own name in place of the README's.
    fn shell(&self, blocks: &[String], added: &[String], hosts: Option<&FakeHosts>) -> (i32, String) {
        let script = format!("{SHELL}{}", blocks.concat())
            .replace("my-airflow", &self.image.tag)
            .replace("my-extended-airflow", &self.image.tag)
            .replace(PYTHONS[0], PYTHONS[1]);
        let mut command = Command::new("bash");
        command.args(["-c", &script, self.place]).args(added).current_dir(&self.folder.0);
        if let Some(hosts) = hosts {
            command.env("FAKE_HOSTS", hosts.image()).env("PROXY", &hosts.proxy).env("BUNDLE", hosts.bundle());
        }
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.code().unwrap_or(-1), said.concat())
    }
}
