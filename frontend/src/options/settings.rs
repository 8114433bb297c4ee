//! What BuildKit's own options come to.

use std::collections::BTreeMap;
use std::net::IpAddr;

use buildkit_llb::{NetMode, Platform, ResolveMode};
use buildkit_proto::frontend::CacheOptionsEntry;

use super::choices::NoCache;
use super::lists::{CacheImport, Resources, Ulimit};
use super::sources::{BuildContext, NamedContexts};

/// BuildKit's own options, sound.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The stage that the result is, as the user wrote it; the frontend knows which there are.
    pub target: Option<String>,
    /// The platforms asked for, each once; empty for the builder's own.
    pub platforms: Vec<Platform>,
    /// Whether the result is a map even for one platform, if it was said.
    pub multi_platform: Option<bool>,
    /// How image references are resolved.
    pub resolve_mode: ResolveMode,
    /// Which steps run although they are cached.
    pub no_cache: NoCache,
    /// Caches to import, in order.
    pub cache_imports: Vec<CacheImport>,
    /// The network of steps that have one.
    pub network: NetMode,
    /// Names that steps resolve to fixed addresses.
    pub extra_hosts: Vec<(String, IpAddr)>,
    /// The host name that steps see, if it was said.
    pub hostname: Option<String>,
    /// Bytes of shared memory that steps have, if it was said.
    pub shm_size: Option<i64>,
    /// Limits on the processes of steps.
    pub ulimits: Vec<Ulimit>,
    /// The control group that steps run under, if it was said.
    pub cgroup_parent: Option<String>,
    /// Memory and processors of steps; never part of a cache key.
    pub resources: Resources,
    /// Proxies by their lower-case names (`http_proxy`, …); never part of a cache key or a layer.
    pub proxies: BTreeMap<String, String>,
    /// What the build context is.
    pub context: BuildContext,
    /// The folder of a remote context that becomes its root, if it was said.
    pub context_subdir: Option<String>,
    /// Whether `.git` stays in a context that is a repository.
    pub keep_git_dir: bool,
    /// The contexts that have names.
    pub named: NamedContexts,
    /// What the client says of the graphs it hands over, by name: JSON.
    pub input_metadata: BTreeMap<String, String>,
    /// The name of the build file.
    pub filename: String,
    /// The client's name for the folder of the build file, if it must come from there whatever the context is.
    pub build_file_local: Option<String>,
    /// Client sessions for named locals, where they differ from the build's own.
    pub local_sessions: BTreeMap<String, String>,
    /// What distinguishes the folders of named contexts that change places between builds.
    pub shared_keys: BTreeMap<String, String>,
    /// A prefix for the ids of cache mounts.
    pub cache_namespace: Option<String>,
    /// Seconds since 1970 that stand for "now" in the image.
    pub epoch: Option<i64>,
    /// Whether the build context says which time that is.
    pub epoch_of_context: bool,
}

impl Settings {
    /// The session that serves a local folder: its own, or the build's.
    pub fn session_of(&self, local: &str, session: &str) -> String {
        self.local_sessions.get(local).map_or(session, String::as_str).to_owned()
    }

    /// The platforms asked for, or else the builder's own, or else `linux/amd64`.
    pub fn platforms_or(&self, own: Option<&Platform>) -> Vec<Platform> {
        if !self.platforms.is_empty() {
            return self.platforms.clone();
        }
        let usual =
            || Platform { os: "linux".to_owned(), architecture: "amd64".to_owned(), ..Platform::default() };
        vec![own.cloned().unwrap_or_else(usual)]
    }

    /// The caches to import, for [`Client::solve`](crate::Client::solve).
    pub fn cache_entries(&self) -> Vec<CacheOptionsEntry> {
        let entry = |import: &CacheImport| CacheOptionsEntry {
            r#type: import.kind.clone(),
            attrs: import.attributes.clone(),
        };
        self.cache_imports.iter().map(entry).collect()
    }

    /// Whether the result is one image for each platform, be it of one platform.
    pub fn several(&self) -> bool {
        self.multi_platform.unwrap_or(self.platforms.len() > 1)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            target: None,
            platforms: Vec::new(),
            multi_platform: None,
            resolve_mode: ResolveMode::Default,
            no_cache: NoCache::Nothing,
            cache_imports: Vec::new(),
            network: NetMode::Unset,
            extra_hosts: Vec::new(),
            hostname: None,
            shm_size: None,
            ulimits: Vec::new(),
            cgroup_parent: None,
            resources: Resources::default(),
            proxies: BTreeMap::new(),
            context: BuildContext::Client,
            context_subdir: None,
            keep_git_dir: false,
            named: NamedContexts::default(),
            input_metadata: BTreeMap::new(),
            filename: "Dockerfile".to_owned(),
            build_file_local: None,
            local_sessions: BTreeMap::new(),
            shared_keys: BTreeMap::new(),
            cache_namespace: None,
            epoch: None,
            epoch_of_context: false,
        }
    }
}
