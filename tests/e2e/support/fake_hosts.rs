//! A container that replaces the hosts that tests must not depend on: GitHub, the vendors of the database clients, a company
//! with private packages.
//!
//! Steps use it as a proxy and trust its authority through the ca-bundle secret, so addresses do not change; neither is
//! part of a cache key. It forwards requests to other hosts. See `fake_hosts/serve.py`.

use std::fs;
use std::path::PathBuf;

use super::build::Build;
use super::docker::{Container, docker};
use super::folder::Folder;
use super::image::Image;
use super::machine::{base_image, ca_bundle, frontend};

/// The files of the image, by name.
const FILES: [(&str, &str); 4] = [
    ("Dockerfile", include_str!("fake_hosts/Dockerfile")),
    ("make.sh", include_str!("fake_hosts/make.sh")),
    ("signing-keys.asc", include_str!("fake_hosts/signing-keys.asc")),
    ("serve.py", include_str!("fake_hosts/serve.py")),
];

const OF_2: &str = include_str!("../../fixtures/constraints/airflow-2.10.5-python3.11.txt");
const OF_3: &str = include_str!("../../fixtures/constraints/airflow-3-default-extras-python3.11.txt");

/// Constraints by their addresses.
const CONSTRAINTS: [(&str, &str); 4] = [
    ("apache/airflow/constraints-2.10.5", OF_2),
    ("apache/airflow/constraints-3.3.2", OF_3),
    ("apache/airflow/constraints-2-10", OF_2),
    ("myorg/airflow/constraints-2-10", OF_2),
];

/// The company's host, which requires a user and a password, with packages of Python and Debian and constraints.
pub(in crate::e2e) const PRIVATE: &str = "packages.example.com";
/// The user there.
pub(in crate::e2e) const USER: &str = "deploy";
/// The password there.
pub(in crate::e2e) const PASSWORD: &str = "the-password-of-the-netrc-secret-5d20c4";

const WITH_KEYS: &str = "\
ARG FRONTEND FAKE_HOSTS
FROM ${FRONTEND} AS frontend
FROM ${FAKE_HOSTS} AS changed
COPY --from=frontend /airflow-frontend /frontend
COPY --from=keys . /keys
COPY keys.py /
RUN python3 /keys.py /frontend /airflow-frontend /keys /fake-hosts/keys
FROM ${FRONTEND}
COPY --from=changed /airflow-frontend /airflow-frontend
";

/// The running fake hosts; removed when dropped.
pub(in crate::e2e) struct FakeHosts {
    container: Container,
    image: Image,
    folder: Folder,
    /// Its address as a proxy.
    pub(in crate::e2e) proxy: String,
}

impl FakeHosts {
    /// Builds the image, unless it is cached, and starts it.
    pub(in crate::e2e) fn start() -> Self {
        let folder = Folder::new();
        for (name, text) in FILES {
            folder.write(name, &text.into());
        }
        for (place, text) in CONSTRAINTS {
            let path = format!("hosts/raw.githubusercontent.com/{place}/constraints-3.11.txt");
            folder.write(&path, &text.into());
        }
        folder.write(&format!("hosts/{PRIVATE}/constraints.txt"), &OF_2.into());
        folder.write(&format!("hosts/{PRIVATE}/.password"), &format!("{USER}:{PASSWORD}\n").as_str().into());
        let image = Image::new();
        let base = format!("BASE={}", base_image());
        let secret = format!("id=ca-bundle,src={}", ca_bundle().display());
        let path = folder.0.display().to_string();
        let flags = ["--progress=plain", "--build-arg", &base, "--secret", &secret, "--load", "--tag"];
        docker(&[&["buildx", "build"], &flags[..], &[&image.tag, &path]].concat()).succeeded();
        let run = docker(&["run", "--detach", &image.tag]).succeeded();
        let container = Container(run.stdout.trim().to_owned());
        let address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        let address = docker(&["inspect", "--format", address, &container.0]).succeeded();
        let proxy = format!("http://{}:3128", address.stdout.trim());
        let authority =
            docker(&["exec", &container.0, "cat", "/fake-hosts/authority.pem"]).succeeded().stdout;
        let bundle = fs::read_to_string(ca_bundle()).unwrap() + &authority;
        folder.write("bundle.pem", &bundle.as_str().into());
        container.wait_for("ready");
        Self { container, image, folder, proxy }
    }

    /// The certificate authorities of this machine and its own.
    pub(in crate::e2e) fn bundle(&self) -> PathBuf {
        self.folder.0.join("bundle.pem")
    }

    /// The name of its image, which has curl, git, gpg and pip.
    pub(in crate::e2e) fn image(&self) -> &str {
        &self.image.tag
    }

    /// Flags of a build whose steps go through it.
    pub(in crate::e2e) fn flags(&self) -> Vec<String> {
        let secret = format!("id=ca-bundle,src={}", self.bundle().display());
        let proxy = |name: &str| format!("{name}={}", self.proxy);
        ["--secret", &secret, "--build-arg", &proxy("HTTPS_PROXY"), "--build-arg", &proxy("HTTP_PROXY")]
            .map(str::to_owned)
            .into()
    }

    /// The build, with steps that go through it.
    pub(in crate::e2e) fn plays_for(&self, build: Build) -> Build {
        build.flags(&self.flags().iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Pushes a frontend with the keys of the fake hosts to the registry, and returns its name.
    pub(in crate::e2e) fn frontend_with_its_keys(&self) -> String {
        let folder = Folder::new();
        folder.write("Dockerfile", &WITH_KEYS.into());
        folder.write("keys.py", &include_str!("fake_hosts/keys.py").into());
        let keys = concat!("keys=", env!("CARGO_MANIFEST_DIR"), "/src/plan/keys");
        let frontend = frontend();
        let tag = if frontend.rsplit('/').next().is_some_and(|name| name.contains(':')) { '-' } else { ':' };
        let changed = format!("{frontend}{tag}fake-hosts");
        let args = [("FRONTEND", frontend.as_str()), ("FAKE_HOSTS", &self.image.tag)]
            .map(|(name, value)| format!("--build-arg={name}={value}"));
        let path = folder.0.display().to_string();
        let flags = ["--progress=plain", "--provenance=false", "--build-context", keys, &args[0], &args[1]];
        docker(&[&["buildx", "build"], &flags[..], &["--push", "--tag", &changed, &path]].concat())
            .succeeded();
        // The classic image store keeps pushed images, and would prefer them to those in the registry.
        docker(&["image", "rm", "--force", &changed]);
        changed
    }

    /// The requests to the hosts that it replaces, one per line.
    pub(in crate::e2e) fn asked(&self) -> String {
        docker(&["logs", &self.container.0]).succeeded().stdout
    }
}
