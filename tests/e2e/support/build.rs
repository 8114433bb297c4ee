//! One `docker buildx build`, and the vertices that the daemon reports of it.

use serde_json::Value;

use super::docker::{Engine, Output};
use super::folder::{Content, Folder};
use super::image::Image;
use super::machine::{base_image, ca_bundle, frontend};

/// One call of `docker buildx build`.
#[derive(Debug, Clone, Default)]
pub(in crate::e2e) struct Build {
    /// Build args; of two with one name, the last one counts.
    args: Vec<(String, String)>,
    /// Files of the build context, by their paths in it.
    files: Vec<(String, Content)>,
    /// Other flags.
    flags: Vec<String>,
    /// The text after the syntax line in the build file.
    rest: String,
    /// The build context, if it is not a folder with the files.
    context: Option<String>,
    /// The engine.
    engine: Engine,
}

impl Build {
    /// The same with more build args.
    pub(in crate::e2e) fn with(mut self, args: &[(&str, &str)]) -> Self {
        self.args.extend(args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }

    /// The same with one more file in the context.
    pub(in crate::e2e) fn with_file(mut self, path: &str, content: impl Into<Content>) -> Self {
        self.files.push((path.to_owned(), content.into()));
        self
    }

    /// The same with more flags.
    pub(in crate::e2e) fn flags(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    /// The same with more lines in the build file.
    pub(in crate::e2e) fn build_file(mut self, rest: &str) -> Self {
        rest.clone_into(&mut self.rest);
        self
    }

    /// The same from a context that is not a local folder.
    pub(in crate::e2e) fn context(mut self, address: &str) -> Self {
        self.context = Some(address.to_owned());
        self
    }

    /// The same on another engine.
    pub(in crate::e2e) fn on(mut self, engine: &Engine) -> Self {
        self.engine = engine.clone();
        self
    }

    /// The build args, each once.
    pub(in crate::e2e) fn args(&self) -> std::collections::BTreeMap<String, String> {
        self.args.clone().into_iter().collect()
    }

    /// Build args as `BuildKit` passes them to a frontend.
    pub(in crate::e2e) fn options(&self) -> Vec<(String, String)> {
        let with_base = [("PYTHON_BASE_IMAGE".to_owned(), base_image())].into_iter().chain(self.args.clone());
        with_base.map(|(name, value)| (format!("build-arg:{name}"), value)).collect()
    }

    /// Builds the image; fails the test with its log.
    pub(in crate::e2e) fn image(&self) -> Image {
        let image = Image::on(&self.engine);
        let output = self.run(&["--progress=plain", "--load", "--tag", &image.tag]);
        assert!(output.code == 0, "the build failed:\n{}", output.stderr);
        image
    }

    /// The log of a build that must fail.
    pub(in crate::e2e) fn failure(&self) -> String {
        let image = Image::on(&self.engine);
        let output = self.run(&["--progress=plain", "--tag", &image.tag]);
        assert!(output.code != 0, "the build did not fail:\n{}", output.stderr);
        output.stderr
    }

    /// Builds the image and returns it with the vertices that the daemon reported.
    pub(in crate::e2e) fn vertices(&self) -> (Image, Vec<Vertex>) {
        let image = Image::on(&self.engine);
        let output = self.run(&["--progress=rawjson", "--load", "--tag", &image.tag]);
        assert!(output.code == 0, "the build failed:\n{}", output.stderr);
        (image, vertices(&output.stderr))
    }

    /// Builds with more flags, and returns the result.
    pub(in crate::e2e) fn run(&self, flags: &[&str]) -> Output {
        let folder = Folder::new();
        let rest = if self.rest.is_empty() { "# That is all there is to it.\n" } else { &self.rest };
        folder.write("Dockerfile", &format!("# syntax={}\n{rest}", frontend()).as_str().into());
        for (path, content) in &self.files {
            folder.write(path, content);
        }
        let mut call = vec!["buildx".to_owned(), "build".to_owned()];
        call.extend(["--secret".to_owned(), format!("id=ca-bundle,src={}", ca_bundle().display())]);
        for (name, value) in [("PYTHON_BASE_IMAGE".to_owned(), base_image())].iter().chain(&self.args) {
            call.extend(["--build-arg".to_owned(), format!("{name}={value}")]);
        }
        call.extend(self.flags.iter().cloned());
        call.extend(flags.iter().map(|flag| (*flag).to_owned()));
        call.push(self.context.clone().unwrap_or_else(|| folder.0.display().to_string()));
        self.engine.docker(&call)
    }
}

/// A step, as the daemon reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::e2e) struct Vertex {
    /// Its title.
    pub(in crate::e2e) name: String,
    /// The digest of its operation.
    pub(in crate::e2e) digest: String,
    /// Whether it ran in this build: neither cached nor started by another running build.
    pub(in crate::e2e) ran: bool,
    /// Its start and end, as sortable texts in one time zone; empty if missing.
    pub(in crate::e2e) time: (String, String),
}

/// The last state of each vertex in a `rawjson` log.
pub(in crate::e2e) fn vertices(log: &str) -> Vec<Vertex> {
    let mut found: Vec<Vertex> = Vec::new();
    let mut began = String::new();
    let updates = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    for update in updates {
        for vertex in update["vertexes"].as_array().into_iter().flatten() {
            let text = |key: &str| vertex[key].as_str().unwrap_or_default().to_owned();
            // The first vertex is always this build's own.
            let started = text("started");
            if began.is_empty() {
                began.clone_from(&started);
            }
            let ran = vertex["cached"] != true && !started.is_empty() && started >= began;
            let time = (started, text("completed"));
            let new = Vertex { name: text("name"), digest: text("digest"), ran, time };
            match found.iter_mut().find(|known| known.digest == new.digest) {
                Some(known) => *known = new,
                None => found.push(new),
            }
        }
    }
    assert!(!found.is_empty(), "the daemon reported no vertices:\n{log}");
    found
}
