//! The calls a frontend may make while BuildKit runs it.

use std::collections::BTreeMap;

use buildkit_proto::caps;
use buildkit_proto::frontend::llb_bridge_client::LlbBridgeClient;
use buildkit_proto::frontend::{self, CacheOptionsEntry};
use buildkit_proto::pb;
use tonic::transport::Channel;

use crate::daemon_caps::Caps;
use crate::entry::Entry;
use crate::error::Error;
use crate::result::Reference;
use crate::warning::Warning;

/// An open connection to BuildKit.
///
/// Calls may run at the same time. An error is what the daemon reported, with its details.
///
/// The answer to the build is not a call: [`serve`](crate::serve) sends what the build function returns.
#[derive(Debug, Clone)]
pub struct Client {
    client: LlbBridgeClient<Channel>,
    caps: Caps,
}

/// Larger files are read in parts of this size, well below the limit of one message.
const PART: usize = 8 << 20;

impl Client {
    pub(crate) fn new(client: LlbBridgeClient<Channel>, caps: Caps) -> Self {
        Self { client, caps }
    }

    /// A handle to make a call with; tonic asks for one of its own for each.
    pub(crate) fn calls(&self) -> LlbBridgeClient<Channel> {
        self.client.clone()
    }

    /// What the daemon can do.
    pub fn caps(&self) -> &Caps {
        &self.caps
    }

    /// Submits a graph. Nothing runs until its result is read or returned, unless `evaluate` is set: then a step that
    /// fails, fails here. `None` for a graph whose result is empty.
    ///
    /// `cache_imports` are those of the options; without them `--cache-from` has no effect.
    pub async fn solve(
        &self,
        definition: pb::Definition,
        cache_imports: &[CacheOptionsEntry],
        evaluate: bool,
    ) -> Result<Option<Reference>, Error> {
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
        let response = self.calls().solve(request).await?.into_inner();
        let result = response.result.unwrap_or_default();
        match result.result {
            Some(Shape::Ref(reference)) if !reference.id.is_empty() => Ok(Some(Reference(reference.id))),
            Some(Shape::Ref(_)) | None => Ok(None),
            Some(Shape::Refs(_)) => Err(Error::internal("BuildKit returned several results for one graph")),
        }
    }

    /// The last change of a git repository or the file behind a URL, in seconds since 1970: the time of the commit, or
    /// what the server reports. `None` if the daemon does not report it.
    pub async fn last_changed(&self, source: pb::SourceOp, log_name: &str) -> Result<Option<i64>, Error> {
        if !self.caps.has(caps::SOURCE_META) {
            return Ok(None);
        }
        let call = frontend::ResolveSourceMetaRequest {
            source: Some(source),
            log_name: log_name.to_owned(),
            git: Some(frontend::ResolveSourceGitRequest { return_object: true }),
            ..frontend::ResolveSourceMetaRequest::default()
        };
        let response = self.calls().resolve_source_meta(call).await?.into_inner();
        let committed = response.git.and_then(|git| commit_time(&git.commit_object));
        Ok(committed.or_else(|| Some(response.http?.last_modified?.seconds)))
    }

    /// Reads a regular file of any size. BuildKit runs the steps that make it. See [`Error::is_not_found`].
    pub async fn read_file(&self, tree: &Reference, path: &str) -> Result<Vec<u8>, Error> {
        let mut content = Vec::new();
        loop {
            let part = self.read_part(tree, path, content.len(), PART).await?;
            // A server that does not know parts sends the whole file: more than was asked for.
            let last = part.len() != PART;
            content.extend(part);
            if last {
                return Ok(content);
            }
        }
    }

    /// Reads at most the first `length` bytes of a regular file.
    pub async fn read_start(&self, tree: &Reference, path: &str, length: usize) -> Result<Vec<u8>, Error> {
        self.read_part(tree, path, 0, length).await
    }

    async fn read_part(
        &self,
        tree: &Reference,
        path: &str,
        offset: usize,
        length: usize,
    ) -> Result<Vec<u8>, Error> {
        let call = frontend::ReadFileRequest {
            r#ref: tree.0.clone(),
            file_path: path.to_owned(),
            range: Some(frontend::FileRange { offset: wire_size(offset), length: wire_size(length) }),
        };
        Ok(self.calls().read_file(call).await?.into_inner().data)
    }

    /// Lists one directory, without those below it. `pattern` selects names as a shell does; empty selects all.
    pub async fn read_dir(&self, tree: &Reference, path: &str, pattern: &str) -> Result<Vec<Entry>, Error> {
        let call = frontend::ReadDirRequest {
            r#ref: tree.0.clone(),
            dir_path: path.to_owned(),
            include_pattern: pattern.to_owned(),
        };
        let entries = self.calls().read_dir(call).await?.into_inner().entries;
        Ok(entries.into_iter().map(Entry::from).collect())
    }

    /// What is at a path. A link is followed; the name is then that of its target. See [`Error::is_not_found`].
    pub async fn stat_file(&self, tree: &Reference, path: &str) -> Result<Entry, Error> {
        let call = frontend::StatFileRequest { r#ref: tree.0.clone(), path: path.to_owned() };
        let stat = self.calls().stat_file(call).await?.into_inner().stat;
        stat.map(Entry::from).ok_or_else(|| Error::internal(format!("BuildKit did not describe {path}")))
    }

    /// The graphs that the client or another frontend passes in, by name; empty if the daemon does not know them.
    pub async fn inputs(&self) -> Result<BTreeMap<String, pb::Definition>, Error> {
        if !self.caps.has(caps::INPUTS) {
            return Ok(BTreeMap::new());
        }
        Ok(self.calls().inputs(frontend::InputsRequest {}).await?.into_inner().definitions)
    }

    /// Shows a warning to the user; does nothing if the daemon does not know warnings.
    pub async fn warn(&self, warning: Warning) -> Result<(), Error> {
        if self.caps.has(caps::WARNINGS) {
            self.calls().warn(frontend::WarnRequest::from(warning)).await?;
        }
        Ok(())
    }
}

/// The time of a commit, from its header: `committer NAME <MAIL> SECONDS ZONE`.
fn commit_time(object: &[u8]) -> Option<i64> {
    let text = String::from_utf8_lossy(object);
    let committer =
        text.lines().take_while(|line| !line.is_empty()).find(|line| line.starts_with("committer "))?;
    committer.rsplit(' ').nth(1)?.parse().ok()
}

/// Sizes are signed on the wire; one that does not fit does not fit into memory either.
fn wire_size(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
