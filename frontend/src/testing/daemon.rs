//! The server behind [`FakeBuildKit`]: answers calls, notes them down, and holds a frontend to the daemon's rules.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use buildkit_proto::frontend::llb_bridge_server::LlbBridge;
use buildkit_proto::frontend::{self, result::Result as Shape};
use buildkit_proto::fsutil::types::Stat;
use tokio::sync::Notify;
use tonic::{Code, Request, Response, Status};

use super::answers::{adopt, digest, directory_stat, file_stat, matches, not_there, platform_id, sources};
use super::fake_buildkit::{Call, FakeBuildKit, Trouble};

/// A served connection.
#[derive(Debug, Clone)]
pub(super) struct Daemon {
    script: Arc<FakeBuildKit>,
    pub(super) heard: Arc<Mutex<Heard>>,
    /// Rings when the daemon closes the pipes.
    pub(super) hung_up: Arc<Notify>,
    /// The frontend's process, where it is one of its own.
    process: Option<u32>,
}

/// What a frontend asked for, in order.
#[derive(Debug, Default)]
pub struct Heard {
    /// Every call.
    pub calls: Vec<Call>,
    /// Solved graphs; the first one's reference is `ref-0`.
    pub solves: Vec<frontend::SolveRequest>,
    /// Resolved images: reference as sent, platform, resolve mode.
    pub images: Vec<(String, String, String)>,
    /// Warnings, as sent.
    pub warnings: Vec<frontend::WarnRequest>,
    /// The answer, once one was accepted.
    pub returned: Option<frontend::ReturnRequest>,
    /// When the last graph came.
    pub solved: Option<Instant>,
    /// The most memory that the process had used until it answered, in bytes.
    pub peak_memory: Option<u64>,
    cancelled: bool,
}

type Answer<T> = Result<Response<T>, Status>;

pub(super) fn now() -> Instant {
    Instant::now()
}

/// What Linux says of a living process; nothing elsewhere.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes << 10)
}

impl Daemon {
    pub(super) fn new(script: FakeBuildKit, process: Option<u32>) -> Self {
        Self { script: Arc::new(script), heard: Arc::default(), hung_up: Arc::default(), process }
    }

    /// Notes the call down, and lets it come to grief where the script says so.
    async fn enter(&self, call: Call) -> Result<(), Status> {
        let cancelled = {
            let mut heard = self.heard.lock().unwrap();
            heard.calls.push(call);
            heard.cancelled
        };
        if cancelled {
            return std::future::pending().await;
        }
        match self.script.trouble.get(&call) {
            None => Ok(()),
            Some(Trouble::Fail(status)) => Err(status.clone()),
            Some(Trouble::Slow(time)) => {
                tokio::time::sleep(*time).await;
                Ok(())
            }
            Some(Trouble::Cancel(after)) => {
                tokio::time::sleep(*after).await;
                self.heard.lock().unwrap().cancelled = true;
                Err(Status::cancelled("context canceled"))
            }
            Some(Trouble::HangUp) => {
                self.hung_up.notify_one();
                std::future::pending().await
            }
        }
    }

    fn image(&self, reference: &str, platform: &str) -> Result<(String, Vec<u8>), Status> {
        let find = |platform: &str| self.script.images.get(&(reference.to_owned(), platform.to_owned()));
        let mut config = find(platform)
            .or_else(|| find(""))
            .cloned()
            .ok_or_else(|| Status::unknown(format!("{reference}: not found")))?;
        if find(platform).is_none() {
            adopt(&mut config, platform);
        }
        let config = config.to_string().into_bytes();
        let digest = if self.script.no_digests { String::new() } else { digest(&config) };
        Ok((digest, config))
    }

    /// The sources of a solved tree; its files are theirs.
    fn sources(&self, tree: &str) -> Result<Vec<String>, Status> {
        let unknown = || Status::unknown(format!("no such ref: {tree}"));
        let number: usize = tree.strip_prefix("ref-").and_then(|it| it.parse().ok()).ok_or_else(unknown)?;
        let heard = self.heard.lock().unwrap();
        let solve = heard.solves.get(number).ok_or_else(unknown)?;
        Ok(sources(solve.definition.as_ref().unwrap()))
    }

    fn files(&self, tree: &str) -> Result<BTreeMap<&str, &[u8]>, Status> {
        let sources = self.sources(tree)?;
        let files = self.script.files.iter().filter(|((source, _), _)| sources.contains(source));
        Ok(files.map(|((_, path), content)| (path.as_str(), content.as_slice())).collect())
    }
}

#[tonic::async_trait]
impl LlbBridge for Daemon {
    async fn ping(&self, _: Request<frontend::PingRequest>) -> Answer<frontend::PongResponse> {
        self.enter(Call::Ping).await?;
        Ok(Response::new(self.script.pong.clone()))
    }

    async fn solve(&self, request: Request<frontend::SolveRequest>) -> Answer<frontend::SolveResponse> {
        self.enter(Call::Solve).await?;
        let request = request.into_inner();
        assert!(request.allow_result_return && request.allow_result_array_ref, "a result in a form of 2018");
        let definition = request.definition.as_ref().expect("a definition");
        if definition.def.len() == 1 {
            return Err(Status::unknown("invalid LLB with 1 vertexes"));
        }
        let empty = definition.def.is_empty();
        let mut heard = self.heard.lock().unwrap();
        heard.solved = Some(now());
        let id = if empty { String::new() } else { format!("ref-{}", heard.solves.len()) };
        heard.solves.push(request);
        let result = frontend::Result {
            result: Some(Shape::Ref(frontend::Ref { id, def: None })),
            ..frontend::Result::default()
        };
        Ok(Response::new(frontend::SolveResponse { result: Some(result) }))
    }

    async fn resolve_source_meta(
        &self,
        request: Request<frontend::ResolveSourceMetaRequest>,
    ) -> Answer<frontend::ResolveSourceMetaResponse> {
        self.enter(Call::ResolveSourceMeta).await?;
        let request = request.into_inner();
        let mut source = request.source.expect("a source");
        let platform = platform_id(request.platform.as_ref());
        if let Some(identifier) = self.script.replaced.get(&source.identifier) {
            let scheme = |identifier: &str| identifier.split("://").next().map(str::to_owned);
            let changed = scheme(&source.identifier) != scheme(identifier);
            source.identifier.clone_from(identifier);
            if changed {
                let source = Some(source);
                return Ok(Response::new(frontend::ResolveSourceMetaResponse {
                    source,
                    ..Default::default()
                }));
            }
        }
        if let Some(told) = self.script.told.get(&source.identifier) {
            assert!(request.git.is_some_and(|git| git.return_object), "the commit is asked for");
            return Ok(Response::new(frontend::ResolveSourceMetaResponse {
                source: Some(source),
                ..told.clone()
            }));
        }
        let reference = source.identifier.split_once("://").expect("a scheme").1.to_owned();
        self.heard.lock().unwrap().images.push((
            source.identifier.clone(),
            platform.clone(),
            request.resolve_mode,
        ));
        let (digest, config) = self.image(&reference, &platform)?;
        Ok(Response::new(frontend::ResolveSourceMetaResponse {
            source: Some(source),
            image: Some(frontend::ResolveSourceImageResponse { digest, config }),
            ..frontend::ResolveSourceMetaResponse::default()
        }))
    }

    async fn resolve_image_config(
        &self,
        request: Request<frontend::ResolveImageConfigRequest>,
    ) -> Answer<frontend::ResolveImageConfigResponse> {
        self.enter(Call::ResolveImageConfig).await?;
        let request = request.into_inner();
        let platform = platform_id(request.platform.as_ref());
        self.heard.lock().unwrap().images.push((
            request.r#ref.clone(),
            platform.clone(),
            request.resolve_mode,
        ));
        let (digest, config) = self.image(&request.r#ref, &platform)?;
        Ok(Response::new(frontend::ResolveImageConfigResponse { digest, config, r#ref: request.r#ref }))
    }

    async fn read_file(
        &self,
        request: Request<frontend::ReadFileRequest>,
    ) -> Answer<frontend::ReadFileResponse> {
        self.enter(Call::ReadFile).await?;
        let request = request.into_inner();
        let path = request.file_path.trim_start_matches('/');
        let content = *self.files(&request.r#ref)?.get(path).ok_or_else(|| not_there(path))?;
        let data = match request.range {
            Some(range) if !self.script.whole_files => {
                let start = usize::try_from(range.offset).unwrap().min(content.len());
                let length = usize::try_from(range.length).unwrap();
                content[start..].iter().take(length).copied().collect()
            }
            Some(_) | None => content.to_vec(),
        };
        Ok(Response::new(frontend::ReadFileResponse { data }))
    }

    async fn read_dir(
        &self,
        request: Request<frontend::ReadDirRequest>,
    ) -> Answer<frontend::ReadDirResponse> {
        self.enter(Call::ReadDir).await?;
        let request = request.into_inner();
        let prefix = match request.dir_path.trim_matches(['/', '.']) {
            "" => String::new(),
            path => format!("{path}/"),
        };
        let mut entries = BTreeMap::new();
        for (path, content) in self.files(&request.r#ref)? {
            let Some(below) = path.strip_prefix(&prefix) else { continue };
            let seconds = self.script.times.get(path).copied().unwrap_or_default();
            let stat = match below.split_once('/') {
                Some((directory, _)) => directory_stat(directory),
                None => Stat { mod_time: seconds * 1_000_000_000, ..file_stat(below, content) },
            };
            entries.insert(stat.path.clone(), stat);
        }
        if entries.is_empty() && !prefix.is_empty() {
            return Err(not_there(&request.dir_path));
        }
        entries
            .retain(|name, _| request.include_pattern.is_empty() || matches(&request.include_pattern, name));
        Ok(Response::new(frontend::ReadDirResponse { entries: entries.into_values().collect() }))
    }

    async fn stat_file(
        &self,
        request: Request<frontend::StatFileRequest>,
    ) -> Answer<frontend::StatFileResponse> {
        self.enter(Call::StatFile).await?;
        let request = request.into_inner();
        let path = request.path.trim_start_matches('/');
        let files = self.files(&request.r#ref)?;
        let name = path.rsplit('/').next().unwrap();
        let stat = match files.get(path) {
            Some(content) => file_stat(name, content),
            None if files.keys().any(|file| file.starts_with(&format!("{path}/"))) => directory_stat(name),
            None => return Err(not_there(path)),
        };
        Ok(Response::new(frontend::StatFileResponse { stat: Some(stat) }))
    }

    async fn inputs(&self, _: Request<frontend::InputsRequest>) -> Answer<frontend::InputsResponse> {
        self.enter(Call::Inputs).await?;
        Ok(Response::new(frontend::InputsResponse { definitions: self.script.inputs.clone() }))
    }

    async fn warn(&self, request: Request<frontend::WarnRequest>) -> Answer<frontend::WarnResponse> {
        self.enter(Call::Warn).await?;
        self.heard.lock().unwrap().warnings.push(request.into_inner());
        Ok(Response::new(frontend::WarnResponse {}))
    }

    async fn r#return(&self, request: Request<frontend::ReturnRequest>) -> Answer<frontend::ReturnResponse> {
        self.enter(Call::Return).await?;
        let request = request.into_inner();
        let trees = match request.result.clone().and_then(|it| it.result) {
            None => Vec::new(),
            Some(Shape::Ref(tree)) => vec![tree],
            Some(Shape::Refs(trees)) => trees.refs.into_values().collect(),
        };
        for tree in trees.iter().filter(|tree| !tree.id.is_empty()) {
            self.sources(&tree.id)
                .map_err(|_| Status::unknown(format!("return reference {} not found", tree.id)))?;
        }
        if request.result.is_some() == request.error.is_some() {
            return Err(Status::unknown("gateway return must be either result or err"));
        }
        if request.error.as_ref().is_some_and(|error| Code::from(error.code) == Code::Ok) {
            return Err(Status::unknown("gateway error must have a code"));
        }
        let mut heard = self.heard.lock().unwrap();
        if heard.returned.is_some() {
            return Err(Status::unknown("gateway result is already set"));
        }
        heard.returned = Some(request);
        heard.peak_memory = self.process.and_then(peak_memory);
        Ok(Response::new(frontend::ReturnResponse {}))
    }
}
