//! What BuildKit itself was asked for: target, platforms, contexts, caches, network, limits.

mod choices;
mod git;
mod lists;
mod sources;

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::values::{self, ImageRef, Platform, boolean};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, shown};
use crate::options::{Options, PROXY_ARGS, suggest};
pub use choices::{NoCache, ResolveMode, StepNetwork, Target};
pub use git::{GitRef, Mtime};
pub use lists::{CacheImport, Resources, Ulimit};
pub use sources::{AIRFLOW_SOURCES, BuildContext, CONTEXT_FILES, NamedContexts, Source, UV, familiar};

/// The build arg of [`Settings::epoch`].
pub const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// What it says where the build context is to tell the time.
const OF_CONTEXT: &str = "context";

/// BuildKit's own options, sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which stage the result is.
    pub target: Target,
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
    pub network: StepNetwork,
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

    /// Whether the result is one image for each platform, be it of one platform.
    pub fn several(&self) -> bool {
        self.multi_platform.unwrap_or(self.platforms.len() > 1)
    }
}

/// Reads BuildKit's options; after a problem the default stands in.
pub(super) fn read(options: &Options, problems: &mut Diagnostics) -> Settings {
    let get = |key: &str| options.frontend.get(key).map(String::as_str).filter(|text| !text.is_empty());
    let mut take = Taken { options, problems };
    let args = &options.build_args;
    let arg = |name: &str| args.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let texts = |prefix: &str| -> BTreeMap<String, String> {
        let all = options.frontend.iter();
        all.filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), value.clone()))).collect()
    };
    let settings = Settings {
        target: get("target").and_then(|text| take.target("--target", text)).unwrap_or(Target::Main),
        platforms: get("platform").map(|text| take.platforms(text)).unwrap_or_default(),
        multi_platform: arg("BUILDKIT_MULTI_PLATFORM")
            .or_else(|| get("multi-platform"))
            .and_then(|text| take.value("multi-platform", text, boolean)),
        resolve_mode: match get("image-resolve-mode") {
            None | Some("default") => ResolveMode::Default,
            Some("pull") => ResolveMode::Pull,
            Some("local") => ResolveMode::Local,
            Some(other) => {
                take.refuse("image-resolve-mode", other, "expected default, pull or local", None);
                ResolveMode::Default
            }
        },
        no_cache: options.frontend.get("no-cache").map_or(NoCache::Nothing, |text| take.no_cache(text)),
        cache_imports: take.cache_imports(get("cache-imports"), get("cache-from")),
        network: match get("force-network-mode") {
            None | Some("sandbox" | "default") => StepNetwork::Sandbox,
            Some("host") => StepNetwork::Host,
            Some("none") => StepNetwork::None,
            Some(other) => {
                take.refuse("--network", other, "expected default, host or none", None);
                StepNetwork::Sandbox
            }
        },
        extra_hosts: take.each("--add-host", get("add-hosts"), lists::host),
        hostname: arg("BUILDKIT_SANDBOX_HOSTNAME").or_else(|| get("hostname")).map(str::to_owned),
        shm_size: get("shm-size").and_then(|text| take.value("--shm-size", text, lists::positive)),
        ulimits: take.each("--ulimit", get("ulimit"), lists::ulimit),
        cgroup_parent: get("cgroup-parent").map(str::to_owned),
        resources: Resources {
            memory: get("memory").and_then(|text| take.value("--memory", text, lists::positive)),
            memory_swap: get("memswap")
                .and_then(|text| take.value("--memory-swap", text, lists::positive_or_unlimited)),
            cpu_shares: get("cpushares").and_then(|text| take.value("--cpu-shares", text, lists::positive)),
            cpu_period: get("cpuperiod").and_then(|text| take.value("--cpu-period", text, lists::positive)),
            cpu_quota: get("cpuquota").and_then(|text| take.value("--cpu-quota", text, lists::positive)),
            cpuset_cpus: get("cpusetcpus")
                .and_then(|text| take.value("--cpuset-cpus", text, lists::numbers))
                .unwrap_or_default(),
            cpuset_mems: get("cpusetmems")
                .and_then(|text| take.value("--cpuset-mems", text, lists::numbers))
                .unwrap_or_default(),
        },
        proxies: PROXY_ARGS
            .iter()
            .filter_map(|name| args.get(*name).map(|value| (name.to_ascii_lowercase(), value.clone())))
            .collect(),
        context: get(get("contextkey").unwrap_or("context"))
            .and_then(|text| take.value("context", text, BuildContext::read))
            .unwrap_or(BuildContext::Client),
        context_subdir: get("contextsubdir").map(str::to_owned),
        keep_git_dir: arg("BUILDKIT_CONTEXT_KEEP_GIT_DIR")
            .and_then(|text| take.value("BUILDKIT_CONTEXT_KEEP_GIT_DIR", text, boolean))
            .unwrap_or_default(),
        named: take.named(options),
        input_metadata: texts("input-metadata:"),
        filename: get("filename").unwrap_or("Dockerfile").to_owned(),
        build_file_local: get("dockerfilekey").map(str::to_owned),
        local_sessions: texts("local-sessionid:"),
        shared_keys: texts("sharedkey:localdir:"),
        cache_namespace: arg("BUILDKIT_CACHE_MOUNT_NS").map(str::to_owned),
        epoch: arg(EPOCH).filter(|text| *text != OF_CONTEXT).and_then(|text| {
            take.value(EPOCH, text, |text| {
                text.parse().map_err(|_| "expected seconds since 1970, or context".to_owned())
            })
        }),
        epoch_of_context: arg(EPOCH) == Some(OF_CONTEXT),
    };
    if settings.multi_platform == Some(false) && settings.platforms.len() > 1 {
        let names: Vec<_> = settings.platforms.iter().map(ToString::to_string).collect();
        take.refuse("--platform", &names.join(","), "multi-platform=false allows one platform", None);
    }
    settings
}

struct Taken<'a> {
    options: &'a Options,
    problems: &'a mut Diagnostics,
}

impl Taken<'_> {
    fn refuse(&mut self, option: &str, value: &str, message: &str, hint: Option<&str>) {
        let rejected = Diagnostic::new(self.options, Code::InvalidOption, option, message, hint);
        self.problems.0.push(rejected.or_value(value));
    }

    fn value<T>(&mut self, option: &str, text: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        read(text).map_err(|message| self.refuse(option, text, &message, None)).ok()
    }

    /// The fields of a line of CSV, each read; a field that cannot be read is left out.
    fn each<T>(
        &mut self,
        option: &str,
        text: Option<&str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let fields = self.value(option, text.unwrap_or_default(), lists::fields).unwrap_or_default();
        fields.iter().filter_map(|field| self.value(option, field, &read)).collect()
    }

    /// The contexts that have names, but for the one that stands in for this frontend: BuildKit has used that already.
    fn named(&mut self, options: &Options) -> NamedContexts {
        let frontend = options.frontend.get("source").and_then(|text| ImageRef::read(text).ok());
        let frontend = frontend.map(|image| familiar(&image.to_string()));
        let mut contexts = BTreeMap::new();
        for (name, text) in &options.contexts {
            if frontend.as_deref() == name.split("::").next() {
                continue;
            }
            if let Some(source) = self.value(&format!("--build-context {name}"), text, Source::read) {
                contexts.insert(name.clone(), source);
            }
        }
        NamedContexts(contexts)
    }

    fn target(&mut self, option: &str, text: &str) -> Option<Target> {
        let found = match text.to_ascii_lowercase().as_str() {
            "build" | "airflow-build-image" => Some(Target::Build),
            "main" => Some(Target::Main),
            _ => None,
        };
        if found.is_none() {
            let names = Target::ALL.map(Target::name);
            let hint = suggest::nearest(text, names).map_or_else(
                || "the stages are build and main".to_owned(),
                |near| format!("did you mean {near}?"),
            );
            self.refuse(option, text, "there is no such stage", Some(&hint));
        }
        found
    }

    fn platforms(&mut self, text: &str) -> Vec<Platform> {
        let mut platforms = Vec::new();
        for word in text.split(',').map(str::trim) {
            if let Some(platform) = self.value("--platform", word, values::platform)
                && !platforms.contains(&platform)
            {
                platforms.push(platform);
            }
        }
        platforms
    }

    fn no_cache(&mut self, text: &str) -> NoCache {
        if text.is_empty() {
            return NoCache::Everything;
        }
        let stages =
            text.split(',').filter_map(|word| self.target("--no-cache-filter", word.trim())).collect();
        NoCache::Stages(stages)
    }

    fn cache_imports(&mut self, imports: Option<&str>, from: Option<&str>) -> Vec<CacheImport> {
        let given = imports.and_then(|text| match lists::cache_imports(text) {
            Ok(imports) => Some(imports),
            Err(message) => {
                self.refuse("cache-imports", &shown(text), &message, None);
                None
            }
        });
        let older = from.into_iter().flat_map(|text| text.split(',')).filter(|text| !text.is_empty());
        given.into_iter().flatten().chain(older.map(lists::registry_cache)).collect()
    }
}

#[cfg(test)]
mod tests;
