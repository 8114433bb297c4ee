//! What BuildKit itself was asked for: target, platforms, caches, network.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::problem::{Code, Problem, Problems, shown};
use super::values::Platform;
use crate::options::{Options, PROXY_ARGS, suggest};

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
    /// Proxies by their lower-case names (`http_proxy`, …); never part of a cache key or a layer.
    pub proxies: BTreeMap<String, String>,
    /// The name of the build file.
    pub filename: String,
    /// The client's name for the folder of the build file.
    pub build_file_local: String,
    /// Client sessions for named locals, where they differ from the build's own.
    pub local_sessions: BTreeMap<String, String>,
    /// A prefix for the ids of cache mounts.
    pub cache_namespace: Option<String>,
    /// Seconds since 1970 that stand for "now" in the image.
    pub epoch: Option<i64>,
}

impl Settings {
    /// The session that serves a local folder: its own, or the build's.
    pub fn session_of(&self, local: &str, session: &str) -> String {
        self.local_sessions.get(local).map_or(session, String::as_str).to_owned()
    }
}

/// The stages that can be a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Compilers, headers and the installed packages.
    Build,
    /// The image people run.
    Main,
}

impl Target {
    /// Both, in the order in which they are made.
    pub const ALL: [Self; 2] = [Self::Build, Self::Main];

    /// The name that `--target` takes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Main => "main",
        }
    }
}

/// How image references are resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolveMode {
    /// As the builder sees fit.
    Default,
    /// Always ask the registry (`--pull`).
    Pull,
    /// Prefer what is there already.
    Local,
}

impl ResolveMode {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Pull => "pull",
            Self::Local => "local",
        }
    }
}

/// Which steps run although they are cached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoCache {
    /// None.
    Nothing,
    /// Every step.
    Everything,
    /// The steps of these stages.
    Stages(BTreeSet<Target>),
}

impl NoCache {
    /// Whether the steps of a stage run in any case.
    pub fn covers(&self, stage: Target) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Stages(stages) => stages.contains(&stage),
        }
    }
}

/// The network of steps that have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepNetwork {
    /// The builder's default.
    Sandbox,
    /// The builder's host.
    Host,
    /// None.
    None,
}

/// A cache to import: its type (`registry`, `local`, …) and attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheImport {
    /// The type.
    pub kind: String,
    /// Attributes, such as `ref`.
    pub attributes: BTreeMap<String, String>,
}

/// Options that need a frontend's help and do not have ours yet: better refused than ignored.
const NOT_YET: &[(&str, &str)] = &[
    ("shm-size", "--shm-size"),
    ("ulimit", "--ulimit"),
    ("cgroup-parent", "--cgroup-parent"),
    ("memory", "--memory"),
    ("memswap", "--memory-swap"),
    ("cpushares", "--cpu-shares"),
    ("cpuperiod", "--cpu-period"),
    ("cpuquota", "--cpu-quota"),
    ("cpusetcpus", "--cpuset-cpus"),
    ("cpusetmems", "--cpuset-mems"),
    ("contextsubdir", "contextsubdir"),
    ("contextkey", "contextkey"),
];

/// Reads BuildKit's options; after a problem the default stands in.
pub(super) fn read(options: &Options, problems: &mut Problems) -> Settings {
    let get = |key: &str| options.frontend.get(key).map(String::as_str).filter(|text| !text.is_empty());
    let mut take = Taken { problems };
    for (key, flag) in NOT_YET {
        if let Some(value) = get(key) {
            take.refuse(flag, value, "this frontend does not honour it yet", Some("leave it out"));
        }
    }
    if let Some(context) = get("context") {
        let hint = "build from a local folder: docker buildx build .";
        take.refuse("context", context, "only local build contexts work so far", Some(hint));
    }
    let args = &options.build_args;
    Settings {
        target: get("target").and_then(|text| take.target("--target", text)).unwrap_or(Target::Main),
        platforms: get("platform").map(|text| take.platforms(text)).unwrap_or_default(),
        multi_platform: get("multi-platform")
            .or_else(|| args.get("BUILDKIT_MULTI_PLATFORM").map(String::as_str))
            .and_then(|text| take.value("multi-platform", text, super::values::boolean)),
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
        extra_hosts: get("add-hosts").map(|text| take.hosts(text)).unwrap_or_default(),
        hostname: args
            .get("BUILDKIT_SANDBOX_HOSTNAME")
            .cloned()
            .or_else(|| get("hostname").map(str::to_owned)),
        proxies: PROXY_ARGS
            .iter()
            .filter_map(|name| args.get(*name).map(|value| (name.to_ascii_lowercase(), value.clone())))
            .collect(),
        filename: get("filename").unwrap_or("Dockerfile").to_owned(),
        build_file_local: get("dockerfilekey").unwrap_or("dockerfile").to_owned(),
        local_sessions: options
            .frontend
            .iter()
            .filter_map(|(key, session)| {
                Some((key.strip_prefix("local-sessionid:")?.to_owned(), session.clone()))
            })
            .collect(),
        cache_namespace: args.get("BUILDKIT_CACHE_MOUNT_NS").cloned().filter(|text| !text.is_empty()),
        epoch: args.get("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty()).and_then(|text| {
            take.value("SOURCE_DATE_EPOCH", text, |text| {
                text.parse().map_err(|_| "expected seconds since 1970".to_owned())
            })
        }),
    }
}

struct Taken<'a> {
    problems: &'a mut Problems,
}

impl Taken<'_> {
    fn refuse(&mut self, option: &str, value: &str, message: &str, hint: Option<&str>) {
        self.problems.0.push(Problem {
            code: Code::InvalidOption,
            option: option.to_owned(),
            value: Some(value.to_owned()),
            message: message.to_owned(),
            hint: hint.map(str::to_owned),
        });
    }

    fn value<T>(&mut self, option: &str, text: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        read(text).map_err(|message| self.refuse(option, text, &message, None)).ok()
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
            if let Some(platform) = self.value("--platform", word, Platform::read)
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

    fn hosts(&mut self, text: &str) -> Vec<(String, IpAddr)> {
        let mut hosts = Vec::new();
        for word in text.split(',') {
            let pair = word.split_once('=').filter(|(host, _)| !host.is_empty());
            match pair.and_then(|(host, ip)| Some((host, ip.parse().ok()?))) {
                Some((host, ip)) => hosts.push((host.to_ascii_lowercase(), ip)),
                None => self.refuse("--add-host", word, "expected host=address", None),
            }
        }
        hosts
    }

    fn cache_imports(&mut self, imports: Option<&str>, from: Option<&str>) -> Vec<CacheImport> {
        let mut all = Vec::new();
        if let Some(text) = imports {
            match serde_json::from_str::<Vec<WireImport>>(text) {
                Ok(entries) => all.extend(
                    entries
                        .into_iter()
                        .map(|entry| CacheImport { kind: entry.kind, attributes: entry.attributes }),
                ),
                Err(error) => {
                    self.refuse("cache-imports", &shown(text), &format!("not readable: {error}"), None);
                }
            }
        }
        for reference in from.into_iter().flat_map(|text| text.split(',')).filter(|text| !text.is_empty()) {
            all.push(CacheImport {
                kind: "registry".to_owned(),
                attributes: BTreeMap::from([("ref".to_owned(), reference.to_owned())]),
            });
        }
        all
    }
}

#[derive(serde::Deserialize)]
struct WireImport {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Attrs", default)]
    attributes: BTreeMap<String, String>,
}
