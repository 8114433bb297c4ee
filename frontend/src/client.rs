//! The calls a frontend may make while `BuildKit` runs it, typed and thin.

use std::collections::BTreeMap;

use buildkit_proto::frontend::llb_bridge_client::LlbBridgeClient;
use buildkit_proto::frontend::{self, CacheOptionsEntry};
use buildkit_proto::pb;
use tonic::transport::Channel;

use crate::caps::{self, Caps};
use crate::error::Failure;
use crate::location::Place;
use crate::result::Ref;

/// An open connection to `BuildKit`. Calls may run at the same time; each fails with what the daemon said.
///
/// It holds no answer: whoever serves the connection gives that, once, with what the work came to.
#[derive(Debug, Clone)]
pub struct Bridge {
    client: LlbBridgeClient<Channel>,
    caps: Caps,
}

/// Which image to ask for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageRequest {
    /// The full reference: `docker.io/library/python:3.12-slim-bookworm`, with host and tag or digest.
    pub reference: String,
    /// `None` for the daemon's own platform.
    pub platform: Option<pb::Platform>,
    /// `default`, `pull` or `local`.
    pub resolve_mode: String,
    /// What the user sees in the progress output while it runs.
    pub log_name: String,
    /// Set when the image lies in an OCI layout of the client's, not in a registry.
    pub oci_layout: Option<OciLayout>,
}

/// An OCI layout that a client serves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OciLayout {
    /// The session that serves it.
    pub session: String,
    /// Its name in that session.
    pub store: String,
}

/// An image as it is at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedImage {
    /// The reference to build with; a source policy of the daemon may have chosen another than the one asked for.
    pub reference: String,
    /// `sha256:…` of the manifest or index. Empty for an image that Docker Engine's classic store holds: it knows none.
    pub digest: String,
    /// The image config as JSON, byte for byte.
    pub config: Vec<u8>,
}

/// What an image reference turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// An image.
    Image(ResolvedImage),
    /// A source of another kind, by its identifier, such as `git://…`: a source policy of the daemon chose it.
    Other(String),
}

/// What a path of a tree is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name in its directory.
    pub name: String,
    /// File, directory, …
    pub kind: EntryKind,
    /// Permission bits.
    pub permissions: u32,
    /// Bytes.
    pub size: u64,
    /// When it was last changed, in seconds since 1970.
    pub modified: i64,
    /// Where a link leads to; empty otherwise.
    pub link: String,
}

/// The kind of a directory entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A device, a pipe, a socket.
    Special,
}

/// Something the user should know, though the build goes on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Warning {
    /// The step it belongs to: the digest of a vertex of this build, `sha256:…`.
    pub vertex: String,
    /// One line.
    pub short: String,
    /// More lines.
    pub detail: Vec<String>,
    /// Where to read on; may be empty.
    pub url: String,
    /// The lines it is about.
    pub place: Option<Place>,
}

/// Files above this size are read in parts, well below the limit of one message.
const PART: usize = 8 << 20;

impl Bridge {
    pub(super) fn new(client: LlbBridgeClient<Channel>, caps: Caps) -> Self {
        Self { client, caps }
    }

    /// What the daemon can do.
    pub fn caps(&self) -> &Caps {
        &self.caps
    }

    /// Hands over a graph. Nothing runs until the result is read or returned, unless `evaluate` asks for it: then a
    /// step that fails, fails here. `None` for a graph whose result is empty.
    ///
    /// The cache imports must be those of the options; without them `--cache-from` does nothing.
    pub async fn solve(
        &self,
        definition: pb::Definition,
        cache_imports: &[CacheOptionsEntry],
        evaluate: bool,
    ) -> Result<Option<Ref>, Failure> {
        use frontend::result::Result as Shape;

        let cache_imports =
            if self.caps.has(caps::IMPORT_CACHES) { cache_imports.to_vec() } else { Vec::new() };
        let request = frontend::SolveRequest {
            definition: Some(definition),
            allow_result_return: true,
            allow_result_array_ref: true,
            cache_imports,
            evaluate: evaluate && self.caps.has(caps::SOLVE_EVALUATE),
            ..frontend::SolveRequest::default()
        };
        let response = self.client.clone().solve(request).await?.into_inner();
        let result = response.result.unwrap_or_default();
        match result.result {
            Some(Shape::Ref(reference)) if !reference.id.is_empty() => Ok(Some(Ref(reference.id))),
            Some(Shape::Ref(_)) | None => Ok(None),
            Some(Shape::Refs(_)) => {
                Err(Failure::internal("one graph was solved and several results came back"))
            }
        }
    }

    /// Asks a registry, an OCI layout or the daemon's own store what an image is.
    pub async fn resolve_image(&self, request: &ImageRequest) -> Result<ResolvedImage, Failure> {
        match self.resolve(request).await? {
            Resolved::Image(image) => Ok(image),
            Resolved::Other(identifier) => {
                Err(Failure::new(format!("a source policy replaced {} by {identifier}", request.reference)))
            }
        }
    }

    /// The same, where something else than an image is as good.
    pub async fn resolve(&self, request: &ImageRequest) -> Result<Resolved, Failure> {
        if self.caps.has(caps::SOURCE_META) {
            self.resolve_image_source(request).await
        } else {
            self.resolve_image_config(request).await.map(Resolved::Image)
        }
    }

    async fn resolve_image_source(&self, request: &ImageRequest) -> Result<Resolved, Failure> {
        let scheme = if request.oci_layout.is_some() { "oci-layout://" } else { "docker-image://" };
        let mut attrs = BTreeMap::new();
        if let Some(layout) = &request.oci_layout {
            attrs.insert("oci.session".to_owned(), layout.session.clone());
            attrs.insert("oci.store".to_owned(), layout.store.clone());
        }
        let call = frontend::ResolveSourceMetaRequest {
            source: Some(pb::SourceOp { identifier: format!("{scheme}{}", request.reference), attrs }),
            platform: request.platform.clone(),
            log_name: request.log_name.clone(),
            resolve_mode: request.resolve_mode.clone(),
            image: Some(frontend::ResolveSourceImageRequest::default()),
            ..frontend::ResolveSourceMetaRequest::default()
        };
        let response = self.client.clone().resolve_source_meta(call).await?.into_inner();
        let reference = match response.source {
            None => request.reference.clone(),
            Some(source) => match source.identifier.strip_prefix(scheme) {
                Some(reference) => reference.to_owned(),
                None => return Ok(Resolved::Other(source.identifier)),
            },
        };
        let Some(image) = response.image else {
            return Err(Failure::new(format!("{} is not an image", request.reference)));
        };
        Ok(Resolved::Image(ResolvedImage { reference, digest: image.digest, config: image.config }))
    }

    async fn resolve_image_config(&self, request: &ImageRequest) -> Result<ResolvedImage, Failure> {
        let layout = request.oci_layout.clone().unwrap_or_default();
        let call = frontend::ResolveImageConfigRequest {
            r#ref: request.reference.clone(),
            platform: request.platform.clone(),
            resolve_mode: request.resolve_mode.clone(),
            log_name: request.log_name.clone(),
            resolver_type: request.oci_layout.is_some().into(),
            session_id: layout.session,
            store_id: layout.store,
        };
        let response = self.client.clone().resolve_image_config(call).await?.into_inner();
        let reference = if response.r#ref.is_empty() { request.reference.clone() } else { response.r#ref };
        Ok(ResolvedImage { reference, digest: response.digest, config: response.config })
    }

    /// When a repository or the file behind a URL was last changed, in seconds since 1970: the commit's own time, or what
    /// the server said. `None` where the daemon does not tell.
    pub async fn last_changed(&self, source: pb::SourceOp, log_name: &str) -> Result<Option<i64>, Failure> {
        if !self.caps.has(caps::SOURCE_META) {
            return Ok(None);
        }
        let call = frontend::ResolveSourceMetaRequest {
            source: Some(source),
            log_name: log_name.to_owned(),
            git: Some(frontend::ResolveSourceGitRequest { return_object: true }),
            ..frontend::ResolveSourceMetaRequest::default()
        };
        let response = self.client.clone().resolve_source_meta(call).await?.into_inner();
        let committed = response.git.and_then(|git| committed(&git.commit_object));
        Ok(committed.or_else(|| Some(response.http?.last_modified?.seconds)))
    }

    /// Reads a regular file of any size, and so has the daemon make the tree. See [`Failure::is_not_found`].
    pub async fn read_file(&self, tree: &Ref, path: &str) -> Result<Vec<u8>, Failure> {
        let mut content = Vec::new();
        loop {
            let range = frontend::FileRange { offset: wire_size(content.len()), length: wire_size(PART) };
            let call = frontend::ReadFileRequest {
                r#ref: tree.0.clone(),
                file_path: path.to_owned(),
                range: Some(range),
            };
            let part = self.client.clone().read_file(call).await?.into_inner().data;
            // More than was asked for comes from a server that does not know parts: it is the whole file.
            let last = part.len() != PART;
            content.extend(part);
            if last {
                return Ok(content);
            }
        }
    }

    /// Reads how a regular file starts, `length` bytes of it at most.
    pub async fn read_start(&self, tree: &Ref, path: &str, length: usize) -> Result<Vec<u8>, Failure> {
        let call = frontend::ReadFileRequest {
            r#ref: tree.0.clone(),
            file_path: path.to_owned(),
            range: Some(frontend::FileRange { offset: 0, length: wire_size(length) }),
        };
        Ok(self.client.clone().read_file(call).await?.into_inner().data)
    }

    /// Lists one directory, not those below it. `pattern` selects names as a shell does; empty for all.
    pub async fn read_dir(&self, tree: &Ref, path: &str, pattern: &str) -> Result<Vec<Entry>, Failure> {
        let call = frontend::ReadDirRequest {
            r#ref: tree.0.clone(),
            dir_path: path.to_owned(),
            include_pattern: pattern.to_owned(),
        };
        let entries = self.client.clone().read_dir(call).await?.into_inner().entries;
        Ok(entries.into_iter().map(Entry::from).collect())
    }

    /// What is at a path; a link is followed, and the name is then that of where it leads. See
    /// [`Failure::is_not_found`].
    pub async fn stat_file(&self, tree: &Ref, path: &str) -> Result<Entry, Failure> {
        let call = frontend::StatFileRequest { r#ref: tree.0.clone(), path: path.to_owned() };
        let stat = self.client.clone().stat_file(call).await?.into_inner().stat;
        stat.map(Entry::from).ok_or_else(|| Failure::internal(format!("nothing is said of {path}")))
    }

    /// The graphs that the client or another frontend hands over, by name; none where the daemon cannot.
    pub async fn inputs(&self) -> Result<BTreeMap<String, pb::Definition>, Failure> {
        if !self.caps.has(caps::INPUTS) {
            return Ok(BTreeMap::new());
        }
        Ok(self.client.clone().inputs(frontend::InputsRequest {}).await?.into_inner().definitions)
    }

    /// Shows a warning; nobody sees it where the daemon cannot.
    pub async fn warn(&self, warning: Warning) -> Result<(), Failure> {
        if !self.caps.has(caps::WARNINGS) {
            return Ok(());
        }
        let call = frontend::WarnRequest {
            digest: warning.vertex,
            level: 1,
            short: warning.short.into_bytes(),
            detail: warning.detail.into_iter().map(String::into_bytes).collect(),
            url: warning.url,
            info: warning.place.as_ref().map(Place::info),
            ranges: warning.place.as_ref().map(Place::ranges).unwrap_or_default(),
        };
        self.client.clone().warn(call).await?;
        Ok(())
    }
}

/// The time of a commit, from the lines before its message: `committer NAME <MAIL> SECONDS ZONE`.
fn committed(object: &[u8]) -> Option<i64> {
    let text = String::from_utf8_lossy(object);
    let committer =
        text.lines().take_while(|line| !line.is_empty()).find(|line| line.starts_with("committer "))?;
    committer.rsplit(' ').nth(1)?.parse().ok()
}

/// Sizes are signed on the wire; one that does not fit cannot be in memory either.
fn wire_size(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

impl From<buildkit_proto::fsutil::types::Stat> for Entry {
    fn from(stat: buildkit_proto::fsutil::types::Stat) -> Self {
        // The bits of Go's `fs.FileMode`, which are not those of Unix.
        const DIRECTORY: u32 = 1 << 31;
        const LINK: u32 = 1 << 27;
        const SPECIAL: u32 = 1 << 26 | 1 << 25 | 1 << 24 | 1 << 21 | 1 << 19;
        let kind = match stat.mode {
            mode if mode & DIRECTORY != 0 => EntryKind::Directory,
            mode if mode & LINK != 0 => EntryKind::Link,
            mode if mode & SPECIAL != 0 => EntryKind::Special,
            _ => EntryKind::File,
        };
        Self {
            name: stat.path,
            kind,
            permissions: stat.mode & 0o777,
            size: u64::try_from(stat.size).unwrap_or_default(),
            modified: stat.mod_time.div_euclid(1_000_000_000),
            link: stat.linkname,
        }
    }
}
