//! Sources of files: images, folders of the client, URLs. [`Git`](crate::Git) has a file of its own.

use buildkit_proto::pb;

use crate::attrs::{flag, list, lowered, needed, number, source};
use crate::caps;
use crate::op::{Lowered, Op};
use crate::output::Output;
use crate::platform::Platform;

/// An image in a registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// The full reference, `docker.io/library/debian:bookworm`, preferably with the resolved digest.
    pub reference: String,
    /// Whether to use the registry or the daemon's own images.
    pub resolve_mode: ResolveMode,
    /// `internal` leaves the image out of the provenance of the result.
    pub record_type: String,
    /// The number of layers to use, from the bottom; all if not set.
    pub layer_limit: Option<u32>,
    /// The digest it must have, if the reference has none.
    pub checksum: String,
    /// The platform; the graph's if not set.
    pub platform: Option<Platform>,
}

/// Whether to use the registry or the daemon's own images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveMode {
    /// The daemon decides.
    #[default]
    Default,
    /// Always from the registry.
    Pull,
    /// From the daemon if it has the image.
    Local,
}

impl ResolveMode {
    /// The word for it in calls and options.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Pull => "pull",
            Self::Local => "local",
        }
    }
}

impl Image {
    /// An image by its full reference.
    pub fn new(reference: impl Into<String>) -> Self {
        Self { reference: reference.into(), ..Self::default() }
    }

    /// The message for the wire, which `ResolveSourceMeta` takes as well.
    pub fn source(&self) -> pb::SourceOp {
        let mode = if self.resolve_mode == ResolveMode::Default { "" } else { self.resolve_mode.name() };
        source(
            format!("docker-image://{}", self.reference),
            [
                ("image.resolvemode", mode.to_owned()),
                ("image.recordtype", self.record_type.clone()),
                ("image.layerlimit", number(self.layer_limit)),
                ("image.checksum", self.checksum.clone()),
            ],
        )
    }

    fn lowered(self, platform: &Platform) -> Lowered {
        let mut caps = vec![caps::SOURCE_IMAGE];
        // An old daemon may ignore the other modes, so they need no cap.
        caps.extend((self.resolve_mode == ResolveMode::Pull).then_some(caps::SOURCE_IMAGE_RESOLVE_MODE));
        caps.extend(self.layer_limit.map(|_| caps::SOURCE_IMAGE_LAYER_LIMIT));
        caps.extend((!self.checksum.is_empty()).then_some(caps::SOURCE_IMAGE_CHECKSUM));
        lowered(self.source(), caps, Some(self.platform.unwrap_or_else(|| platform.clone())))
    }
}

/// An image in an OCI layout that the client holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OciLayout {
    /// Name and digest: `name@sha256:…`.
    pub reference: String,
    /// The session of the client that has it.
    pub session: String,
    /// The client's name for the layout.
    pub store: String,
    /// The number of layers to use, from the bottom; all if not set.
    pub layer_limit: Option<u32>,
    /// The platform; the graph's if not set.
    pub platform: Option<Platform>,
}

impl OciLayout {
    /// The message for the wire, which `ResolveSourceMeta` takes as well.
    pub fn source(&self) -> pb::SourceOp {
        source(
            format!("oci-layout://{}", self.reference),
            [
                ("oci.session", self.session.clone()),
                ("oci.store", self.store.clone()),
                ("oci.layerlimit", number(self.layer_limit)),
            ],
        )
    }

    fn lowered(self, platform: &Platform) -> Lowered {
        let caps = vec![caps::SOURCE_OCI_LAYOUT];
        lowered(self.source(), caps, Some(self.platform.unwrap_or_else(|| platform.clone())))
    }
}

/// A folder of the client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Local {
    /// The client's name for the folder: `context`, `dockerfile`.
    pub name: String,
    /// The session of the client that has it. If empty, any client of the build may answer.
    pub session: String,
    /// Keeps several transfers of the same folder apart.
    pub unique: String,
    /// Patterns of files to send; everything if empty.
    pub include: Vec<String>,
    /// Patterns of files not to send, in order; `!` makes an exception.
    pub exclude: Vec<String>,
    /// Paths to send with the targets of their symbolic links, in addition to `include`.
    pub follow: Vec<String>,
    /// Builds with the same hint send only what has changed since the last one.
    pub shared_key_hint: String,
    /// How to compare files with those sent before.
    pub differ: Option<Differ>,
    /// Fails if the daemon does not know `differ`. Needs the cap [`SOURCE_LOCAL_DIFFER`](crate::caps::SOURCE_LOCAL_DIFFER).
    pub differ_required: bool,
    /// Sends the metadata of files only, except for files that match these patterns.
    pub metadata_only_except: Option<Vec<String>>,
}

/// How to compare files with those sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Differ {
    /// Not at all: send everything.
    None,
    /// By size, time, mode and owner.
    Metadata,
}

impl Local {
    /// A folder by the client's name for it.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The message for the wire.
    pub fn source(&self) -> pb::SourceOp {
        let differ = match self.differ {
            None => "",
            Some(Differ::None) => "none",
            Some(Differ::Metadata) => "metadata",
        };
        let except = self.metadata_only_except.as_deref();
        source(
            format!("local://{}", self.name),
            [
                ("local.session", self.session.clone()),
                ("local.unique", self.unique.clone()),
                ("local.includepattern", list(&self.include)),
                ("local.excludepatterns", list(&self.exclude)),
                ("local.followpaths", list(&self.follow)),
                ("local.sharedkeyhint", self.shared_key_hint.clone()),
                ("local.differ", differ.to_owned()),
                ("local.metadatatransfer", flag(except.is_some())),
                ("local.metadatatransferexclude", list(except.unwrap_or_default())),
            ],
        )
    }

    fn lowered(self, _: &Platform) -> Lowered {
        let source = self.source();
        let insists = self.differ.is_some() && self.differ_required;
        let needs = [
            ("local.session", caps::SOURCE_LOCAL_SESSION),
            ("local.unique", caps::SOURCE_LOCAL_UNIQUE),
            ("local.includepattern", caps::SOURCE_LOCAL_INCLUDE),
            ("local.excludepatterns", caps::SOURCE_LOCAL_EXCLUDE),
            ("local.followpaths", caps::SOURCE_LOCAL_FOLLOW_PATHS),
            ("local.sharedkeyhint", caps::SOURCE_LOCAL_SHARED_KEY_HINT),
            ("local.metadatatransfer", caps::SOURCE_LOCAL_METADATA_TRANSFER),
        ];
        let mut caps = needed(caps::SOURCE_LOCAL, &source, &needs);
        caps.extend(insists.then_some(caps::SOURCE_LOCAL_DIFFER));
        lowered(source, caps, None)
    }
}

/// A file at a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Http {
    /// `https://…` or `http://…`.
    pub url: String,
    /// `sha256:…`. With it, a cached file is used without asking the server.
    pub checksum: String,
    /// The name of the file in the tree; the one in the URL if empty.
    pub filename: String,
    /// Permission bits up to 0777; 0 means the daemon's default, 0600.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// The secret that holds the `Authorization` header.
    pub auth_header_secret: String,
    /// The `Accept` header.
    pub accept: String,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The armoured `OpenPGP` key that must have signed the file.
    pub pgp_key: String,
    /// The armoured signature.
    pub pgp_signature: String,
}

impl Http {
    /// A file by its URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }

    /// The message for the wire, which `ResolveSourceMeta` takes as well.
    pub fn source(&self) -> pb::SourceOp {
        let mode = match self.mode & 0o777 {
            0 => String::new(),
            bits => format!("0{bits:o}"),
        };
        source(
            self.url.clone(),
            [
                ("http.checksum", self.checksum.clone()),
                ("http.filename", self.filename.clone()),
                ("http.perm", mode),
                ("http.uid", number((self.uid != 0).then_some(self.uid))),
                ("http.gid", number((self.gid != 0).then_some(self.gid))),
                ("http.authheadersecret", self.auth_header_secret.clone()),
                ("http.header.accept", self.accept.clone()),
                ("http.header.user-agent", self.user_agent.clone()),
                ("http.sig.pubkey", self.pgp_key.clone()),
                ("http.sig.signature", self.pgp_signature.clone()),
            ],
        )
    }

    fn lowered(self, _: &Platform) -> Lowered {
        let source = self.source();
        let needs = [
            ("http.checksum", caps::SOURCE_HTTP_CHECKSUM),
            ("http.perm", caps::SOURCE_HTTP_PERM),
            ("http.uid", caps::SOURCE_HTTP_OWNER),
            ("http.gid", caps::SOURCE_HTTP_OWNER),
            ("http.authheadersecret", caps::SOURCE_HTTP_AUTH),
            ("http.header.accept", caps::SOURCE_HTTP_HEADER),
            ("http.header.user-agent", caps::SOURCE_HTTP_HEADER),
            ("http.sig.pubkey", caps::SOURCE_HTTP_SIGNATURE),
            ("http.sig.signature", caps::SOURCE_HTTP_SIGNATURE),
        ];
        let caps = needed(caps::SOURCE_HTTP, &source, &needs);
        lowered(source, caps, None)
    }
}

macro_rules! one_tree {
    ($($source:ident),+) => {$(
        impl Op for $source {
            type Outputs = Output;

            fn lower(self, platform: &Platform, add: impl FnOnce(Lowered) -> Output) -> Output {
                add(self.lowered(platform))
            }
        }
    )+};
}
one_tree!(Image, OciLayout, Local, Http);
