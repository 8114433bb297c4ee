//! The script that a fake `BuildKit` plays.

use std::collections::BTreeMap;
use std::time::Duration;

use buildkit_proto::apicaps::ApiCap;
use buildkit_proto::caps::{self, CapKind};
use buildkit_proto::frontend::{PongResponse, ResolveSourceMetaResponse};
use buildkit_proto::pb;
use serde_json::{Value, json};

/// A `BuildKit` that runs nothing: it answers from this script and records what it was asked. [`run`](Self::run) and
/// [`converse`](Self::converse) play it.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct FakeBuildKit {
    /// The path of the frontend to start.
    pub binary: String,
    /// The answer to `Ping`: the capabilities.
    pub pong: PongResponse,
    /// Image config by reference and platform (`linux/amd64`, or empty for all); of all, it takes on what was asked.
    pub images: BTreeMap<(String, String), Value>,
    /// File content by source (`local://context`, a git URL, …) and path without a leading slash.
    pub files: BTreeMap<(String, String), Vec<u8>>,
    /// Graphs that the client hands over, by name.
    pub inputs: BTreeMap<String, pb::Definition>,
    /// What a source policy puts in the place of a source, by identifier.
    pub replaced: BTreeMap<String, String>,
    /// What is told of repositories and URLs, by identifier.
    pub told: BTreeMap<String, ResolveSourceMetaResponse>,
    /// When files were last changed, in seconds since 1970, by path.
    pub times: BTreeMap<String, i64>,
    /// What calls answer in place of what they would.
    pub trouble: BTreeMap<Call, Trouble>,
    /// Answers with an empty digest when asked for an image.
    pub no_digests: bool,
    /// Answers a `ReadFile` with the whole file, whatever part was asked for.
    pub whole_files: bool,
}

/// The calls a frontend may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// `Ping`.
    Ping,
    /// `Solve`.
    Solve,
    /// `ResolveSourceMeta`.
    ResolveSourceMeta,
    /// `ResolveImageConfig`.
    ResolveImageConfig,
    /// `ReadFile`.
    ReadFile,
    /// `ReadDir`.
    ReadDir,
    /// `StatFile`.
    StatFile,
    /// `Inputs`.
    Inputs,
    /// `Warn`.
    Warn,
    /// `Return`.
    Return,
}

/// What goes wrong in a call.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// It fails with this.
    Fail(tonic::Status),
    /// It answers, but takes its time.
    Slow(Duration),
    /// The user cancels while it runs: it fails a little later, and from then on nothing is answered any more.
    Cancel(Duration),
    /// The daemon closes both pipes.
    HangUp,
}

impl FakeBuildKit {
    /// The same as [`new`](Self::new), for a frontend's binary.
    pub fn driving(binary: impl Into<String>) -> Self {
        Self { binary: binary.into(), ..Self::new() }
    }

    /// A current `BuildKit` with everything switched on, without images and files.
    pub fn new() -> Self {
        let listed = |kind: CapKind| {
            let caps = caps::ALL.iter().filter(move |cap| cap.kind == kind);
            caps.map(|cap| ApiCap { id: cap.id.to_owned(), enabled: true, ..ApiCap::default() }).collect()
        };
        Self {
            pong: PongResponse {
                frontend_api_caps: listed(CapKind::Gateway),
                llb_caps: listed(CapKind::Llb),
                workers: Vec::new(),
            },
            ..Self::default()
        }
    }

    /// An older one that has never heard of a capability, be it of the gateway or of LLB.
    pub fn without(mut self, id: &str) -> Self {
        let before = self.caps().count();
        self.pong.frontend_api_caps.retain(|cap| cap.id != id);
        self.pong.llb_caps.retain(|cap| cap.id != id);
        assert_eq!(self.caps().count() + 1, before, "{id} is not a capability of BuildKit's");
        self
    }

    /// One where a capability is switched off.
    pub fn disabled(mut self, id: &str, reason: &str) -> Self {
        let caps = self.pong.frontend_api_caps.iter_mut().chain(&mut self.pong.llb_caps);
        let cap = caps.into_iter().find(|cap| cap.id == id).expect("a capability of BuildKit's");
        cap.enabled = false;
        reason.clone_into(&mut cap.disabled_reason_msg);
        self
    }

    /// Docker Engine with its classic image store: neither merge nor diff, and images of its own without a digest.
    pub fn with_classic_store(mut self) -> Self {
        self.no_digests = true;
        let reason = "only enabled with containerd image store backend";
        self.disabled("mergeop", reason).disabled("diffop", reason)
    }

    /// An image for any platform: its config takes on the one that is asked for.
    pub fn image(self, reference: &str, config: Value) -> Self {
        self.image_for(reference, "", config)
    }

    /// An image for one platform, such as `linux/arm64`.
    pub fn image_for(mut self, reference: &str, platform: &str, config: Value) -> Self {
        self.images.insert((reference.to_owned(), platform.to_owned()), config);
        self
    }

    /// A file of a source, such as `local://context`.
    pub fn file(mut self, source: &str, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert((source.to_owned(), path.to_owned()), content.into());
        self
    }

    /// A definition that another frontend hands over.
    pub fn input(mut self, name: &str, definition: pb::Definition) -> Self {
        self.inputs.insert(name.to_owned(), definition);
        self
    }

    /// A source that a policy of the daemon's puts in the place of another, both by identifier (`docker-image://…`).
    pub fn replace(mut self, identifier: &str, by: &str) -> Self {
        self.replaced.insert(identifier.to_owned(), by.to_owned());
        self
    }

    /// A repository or URL of which something is told.
    pub fn tells(mut self, identifier: &str, response: ResolveSourceMetaResponse) -> Self {
        self.told.insert(identifier.to_owned(), response);
        self
    }

    /// When the file of a path was last changed, in seconds since 1970.
    pub fn changed(mut self, path: &str, seconds: i64) -> Self {
        self.times.insert(path.to_owned(), seconds);
        self
    }

    /// A call that goes wrong, each time it is made.
    pub fn trouble(mut self, call: Call, trouble: Trouble) -> Self {
        self.trouble.insert(call, trouble);
        self
    }

    /// One that does not know how to read a part of a file.
    pub fn with_whole_files(mut self) -> Self {
        self.whole_files = true;
        self
    }

    fn caps(&self) -> impl Iterator<Item = &ApiCap> {
        self.pong.frontend_api_caps.iter().chain(&self.pong.llb_caps)
    }
}

/// The environment of a frontend with these options: numbered backwards and with a gap, as no one may rely on order.
pub fn environment(options: &[(&str, &str)]) -> Vec<(String, String)> {
    let workers = json!([{ "id": "fake", "platforms": [{ "architecture": "amd64", "os": "linux" }] }]);
    let numbered = options.iter().rev().enumerate().map(|(number, (key, value))| {
        (format!("BUILDKIT_FRONTEND_OPT_{}", number * 2), format!("{key}={value}"))
    });
    let own = [
        ("BUILDKIT_SESSION_ID", "fake-session".to_owned()),
        ("BUILDKIT_WORKERS", workers.to_string()),
        ("BUILDKIT_EXPORTEDPRODUCT", "buildkit".to_owned()),
    ];
    numbered.chain(own.map(|(name, value)| (name.to_owned(), value))).collect()
}
