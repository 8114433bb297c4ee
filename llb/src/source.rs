//! Where files come from: images, the client's folders, repositories, URLs.
//!
//! An attribute that is empty is left out. That is more than tidiness: an empty value has two encodings, and the
//! daemon would take the other one and so know the vertex by another digest.

use std::collections::BTreeMap;

use buildkit_proto::pb;

use crate::caps;
use crate::graph::{Inputs, Lowered};
use crate::platform::Platform;

/// An image in a registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// In full: `docker.io/library/debian:bookworm`, best with the digest that was resolved.
    pub reference: String,
    /// Whether to ask the registry at all.
    pub resolve_mode: ResolveMode,
    /// `internal` keeps the image out of the provenance of the result.
    pub record_type: String,
    /// How many of its layers, from the bottom; all if none is given.
    pub layer_limit: Option<u32>,
    /// The digest it must have, where the reference does not say.
    pub checksum: String,
    /// The platform to take of several; the graph's if none is given.
    pub platform: Option<Platform>,
}

/// Whether an image is looked up in the registry or taken from the daemon's store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResolveMode {
    /// As the daemon sees fit.
    #[default]
    Default,
    /// Always from the registry.
    Pull,
    /// From the store if it is there.
    Local,
}

impl Image {
    /// The source as it stands in the graph, which is also how `ResolveSourceMeta` wants it.
    pub fn source(&self) -> pb::SourceOp {
        let mode = match self.resolve_mode {
            ResolveMode::Default => "",
            ResolveMode::Pull => "pull",
            ResolveMode::Local => "local",
        };
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

    pub(crate) fn lower(self, platform: &Platform) -> Lowered {
        let mut caps = vec![caps::SOURCE_IMAGE];
        // The other modes are wishes; an old daemon may ignore them.
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
    /// The session of the client that holds it.
    pub session: String,
    /// The client's name for the layout.
    pub store: String,
    /// How many of its layers, from the bottom; all if none is given.
    pub layer_limit: Option<u32>,
    /// The platform to take of several; the graph's if none is given.
    pub platform: Option<Platform>,
}

impl OciLayout {
    /// The source as it stands in the graph, which is also how `ResolveSourceMeta` wants it.
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

    pub(crate) fn lower(self, platform: &Platform) -> Lowered {
        let caps = vec![caps::SOURCE_OCI_LAYOUT];
        lowered(self.source(), caps, Some(self.platform.unwrap_or_else(|| platform.clone())))
    }
}

/// A folder of the client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Local {
    /// The client's name for the folder: `context`, `dockerfile`.
    pub name: String,
    /// The session of the client that holds it. Without one, any client of the build may answer.
    pub session: String,
    /// Sets two transfers of the same folder apart.
    pub unique: String,
    /// Patterns of what to send; everything if empty.
    pub include: Vec<String>,
    /// Patterns of what not to send, in order: a later `!` takes one back.
    pub exclude: Vec<String>,
    /// Paths whose links are followed, so that what they point to is sent too.
    pub follow: Vec<String>,
    /// Builds with the same hint send only what changed since the last.
    pub shared_key_hint: String,
    /// How files are compared with what was sent before.
    pub differ: Option<Differ>,
    /// Insists on `differ`. Needs the cap [`SOURCE_LOCAL_DIFFER`](crate::caps::SOURCE_LOCAL_DIFFER).
    pub differ_required: bool,
    /// Sends names and sizes but no content, except of the files that match.
    pub metadata_only_except: Option<Vec<String>>,
}

/// How files are compared with what was sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differ {
    /// Not at all: everything is sent.
    None,
    /// By size, time, mode and owner.
    Metadata,
}

impl Local {
    /// The source as it stands in the graph.
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

    pub(crate) fn lower(self) -> Lowered {
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

/// A file behind a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Http {
    /// `https://…` or `http://…`.
    pub url: String,
    /// `sha256:…`; with it the daemon need not ask the server to know whether its cache is good.
    pub checksum: String,
    /// The name of the file in the tree; that of the URL if empty.
    pub filename: String,
    /// Permission bits; those above 0777 are left out, and 0 is the daemon's default, 0600.
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
    /// An armoured `OpenPGP` key that must have signed the file.
    pub pgp_key: String,
    /// The armoured signature.
    pub pgp_signature: String,
}

impl Http {
    /// The source as it stands in the graph, which is also how `ResolveSourceMeta` wants it.
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

    pub(crate) fn lower(self) -> Lowered {
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

/// A source with those attributes that say something.
pub(crate) fn source<const N: usize>(identifier: String, attrs: [(&str, String); N]) -> pb::SourceOp {
    let attrs = attrs.into_iter().filter(|(_, value)| !value.is_empty());
    let attrs: BTreeMap<_, _> = attrs.map(|(key, value)| (key.to_owned(), value)).collect();
    pb::SourceOp { identifier, attrs }
}

/// The caps that the attributes in use need.
pub(crate) fn needed(
    base: &'static str,
    source: &pb::SourceOp,
    needs: &[(&str, &'static str)],
) -> Vec<&'static str> {
    let used = needs.iter().filter(|(attr, _)| source.attrs.contains_key(*attr));
    std::iter::once(base).chain(used.map(|(_, cap)| *cap)).collect()
}

pub(crate) fn lowered(source: pb::SourceOp, caps: Vec<&'static str>, platform: Option<Platform>) -> Lowered {
    Lowered { op: pb::op::Op::Source(source), inputs: Inputs::default(), platform, caps }
}

/// Lists travel as JSON, in which Go escapes what means something to HTML and JavaScript.
fn list(patterns: &[String]) -> String {
    if patterns.is_empty() {
        return String::new();
    }
    let mut json = serde_json::Value::from(patterns).to_string();
    for letter in ['&', '<', '>', '\u{2028}', '\u{2029}'] {
        json = json.replace(letter, &format!("\\u{:04x}", u32::from(letter)));
    }
    json
}

pub(crate) fn flag(set: bool) -> String {
    if set { "true".to_owned() } else { String::new() }
}

fn number(value: Option<u32>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
