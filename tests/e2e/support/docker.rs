//! `docker`, as a user calls it, with errors that show what it said.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// A line of the `ca-bundle` secret that is nowhere else.
pub(in crate::e2e) const MARKER: &str = "# the-marker-of-the-ca-bundle-secret-7f3a91";

/// One call of `docker buildx build`.
#[derive(Debug, Clone, Default)]
pub(in crate::e2e) struct Build {
    /// Build args; of two with one name the last one counts.
    args: Vec<(String, String)>,
    /// Files of the build context, by their paths in it.
    files: Vec<(String, Content)>,
    /// Other flags.
    flags: Vec<String>,
    /// What follows the syntax line in the build file.
    rest: String,
    /// The build context, in place of a folder with the files.
    context: Option<String>,
    /// Where it is built.
    engine: Engine,
}

/// What is in a file of the build context.
#[derive(Debug, Clone)]
pub(in crate::e2e) enum Content {
    /// This text.
    Text(String),
    /// The same as in a file of the engine's work folder.
    Same(PathBuf),
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
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

    /// The same from a context that is no folder of this machine.
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

    /// Build args as `BuildKit` hands them to a frontend.
    pub(in crate::e2e) fn options(&self) -> Vec<(String, String)> {
        let with_base = [("PYTHON_BASE_IMAGE".to_owned(), base_image())].into_iter().chain(self.args.clone());
        with_base.map(|(name, value)| (format!("build-arg:{name}"), value)).collect()
    }

    /// Builds the image; its log ends the test if that fails.
    pub(in crate::e2e) fn image(&self) -> Image {
        let image = Image::on(&self.engine);
        let output = self.run(&["--progress=plain", "--load", "--tag", &image.tag]);
        assert!(output.code == 0, "the build failed:\n{}", output.stderr);
        image
    }

    /// Builds what cannot be built: what the user sees then.
    pub(in crate::e2e) fn failure(&self) -> String {
        let image = Image::on(&self.engine);
        let output = self.run(&["--progress=plain", "--tag", &image.tag]);
        assert!(output.code != 0, "the build did not fail:\n{}", output.stderr);
        output.stderr
    }

    /// Builds the image and answers with it and the vertices that the daemon reported.
    pub(in crate::e2e) fn vertices(&self) -> (Image, Vec<Vertex>) {
        let image = Image::on(&self.engine);
        let output = self.run(&["--progress=rawjson", "--load", "--tag", &image.tag]);
        assert!(output.code == 0, "the build failed:\n{}", output.stderr);
        (image, vertices(&output.stderr))
    }

    /// Builds with more flags, whatever comes of it.
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

/// An image of a test; gone when dropped.
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

    /// What `docker image inspect` says.
    pub(in crate::e2e) fn inspect(&self) -> Value {
        let output = self.engine.docker(&["image", "inspect", &self.tag]).succeeded();
        serde_json::from_str::<Value>(&output.stdout).unwrap()[0].take()
    }

    /// Runs a command with flags of `docker run`, through the image's entrypoint. The wait for a database is off.
    pub(in crate::e2e) fn run(&self, flags: &[&str], command: &[&str]) -> Output {
        let call = ["run", "--rm", "--env", "CONNECTION_CHECK_MAX_COUNT=0"];
        self.engine.docker(&[&call[..], flags, &[&self.tag], command].concat())
    }

    /// What a shell command prints, as the image's user and past the entrypoint; it must succeed.
    pub(in crate::e2e) fn shell(&self, script: &str) -> String {
        self.shell_as("50000:0", script)
    }

    /// What a shell command prints, as this user and past the entrypoint; it must succeed.
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

/// A step, as the daemon reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::e2e) struct Vertex {
    /// Its title.
    pub(in crate::e2e) name: String,
    /// The digest of its operation.
    pub(in crate::e2e) digest: String,
    /// Whether it ran in this build: not found in the cache, and not begun by a build before that is still at work.
    pub(in crate::e2e) ran: bool,
    /// When it began and ended: texts in order, all in one time zone; empty where it did not.
    pub(in crate::e2e) time: (String, String),
}

/// The last word on each vertex of a log in `rawjson`.
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

/// What a program came to.
#[derive(Debug)]
pub(in crate::e2e) struct Output {
    /// How it was called.
    pub(in crate::e2e) call: String,
    /// Its exit code.
    pub(in crate::e2e) code: i32,
    /// What it said.
    pub(in crate::e2e) stdout: String,
    /// What it said besides.
    pub(in crate::e2e) stderr: String,
}

impl Output {
    /// Itself, unless the program failed.
    pub(in crate::e2e) fn succeeded(self) -> Self {
        self.exited(0)
    }

    /// Itself, if the program ended with this code.
    pub(in crate::e2e) fn exited(self, code: i32) -> Self {
        assert!(
            self.code == code,
            "exit code {}, expected {code}: {}\nstdout:\n{}\nstderr:\n{}",
            self.code,
            self.call,
            self.stdout,
            self.stderr
        );
        self
    }

    /// The last line of standard output.
    pub(in crate::e2e) fn last_line(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }
}

/// An engine, by the program that talks to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::e2e) struct Engine(pub(in crate::e2e) String);

impl Default for Engine {
    /// The one that most tests use.
    fn default() -> Self {
        Self("docker".to_owned())
    }
}

impl Engine {
    /// Runs `docker`.
    pub(in crate::e2e) fn docker(&self, arguments: &[impl AsRef<str>]) -> Output {
        let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
        let output = Command::new(&self.0).args(&arguments).output();
        let output = output
            .unwrap_or_else(|error| panic!("{} cannot be started, is there an engine? {error}", self.0));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Output {
            call: format!("docker {}", arguments.join(" ")),
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

/// Runs `docker` on the first engine.
pub(in crate::e2e) fn docker(arguments: &[impl AsRef<str>]) -> Output {
    Engine::default().docker(arguments)
}

/// A new folder that containers can be given as a volume; gone when dropped.
#[derive(Debug)]
pub(in crate::e2e) struct Folder(pub(in crate::e2e) PathBuf);

impl Folder {
    pub(in crate::e2e) fn new() -> Self {
        let path = work().join(format!("e2e-{}", unique()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(in crate::e2e) fn write(&self, path: &str, content: &Content) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match content {
            Content::Text(text) => fs::write(path, text).unwrap(),
            Content::Same(file) => fs::hard_link(file, path).unwrap(),
        }
    }

    /// A flag of `docker run`: this folder at a path of the container.
    pub(in crate::e2e) fn volume(&self, at: &str) -> String {
        format!("--volume={}:{at}", self.0.display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind lies in the engine's work folder and harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(in crate::e2e) fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

pub(in crate::e2e) fn of_engine(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set; `make e2e` sets up an engine and all it needs"))
}

/// The folder that containers can be given parts of.
pub(in crate::e2e) fn work() -> PathBuf {
    PathBuf::from(of_engine("ENGINE_WORK"))
}

/// The image that all builds start from.
pub(in crate::e2e) fn base_image() -> String {
    of_engine("ENGINE_BASE_IMAGE")
}

/// The image of the frontend.
pub(in crate::e2e) fn frontend() -> String {
    std::env::var("AIRFLOW_FRONTEND_IMAGE").unwrap_or_else(|_| "localhost:5000/airflow-frontend".to_owned())
}

/// The config of the base image, as published.
pub(in crate::e2e) fn base_config() -> serde_json::Map<String, Value> {
    let output = docker(&["buildx", "imagetools", "inspect", &base_image(), "--format", "{{json .Image}}"])
        .succeeded();
    serde_json::from_str(&output.stdout).unwrap()
}

/// The authorities that this machine trusts, below a line of our own.
pub(in crate::e2e) fn ca_bundle() -> PathBuf {
    let path = work().join("ca-bundle.crt");
    if !path.exists() {
        let authorities = std::env::var("ENGINE_CA_BUNDLE").map(|path| fs::read_to_string(path).unwrap());
        let whole = path.with_extension(unique());
        fs::write(&whole, format!("{MARKER}\n{}", authorities.unwrap_or_default())).unwrap();
        fs::rename(&whole, &path).unwrap();
    }
    path
}

/// Fails the test unless every one of these is in the text.
#[track_caller]
pub(in crate::e2e) fn assert_says(text: &str, expected: &[&str]) {
    for one in expected {
        assert!(text.contains(one), "{one:?} is missing in:\n{text}");
    }
}
