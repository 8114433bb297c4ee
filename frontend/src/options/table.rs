//! `BuildKit`'s own options, one row each: the key on the wire, what users call it, how it is read, what it does.
//!
//! Keys are those of `frontend/dockerui/config.go` and `frontend/dockerfile/builder/build.go` in `BuildKit`.

use buildkit_llb::Platform;

use super::choices::{self, NoCache};
use super::given::{Options, PROXY_ARGS, Problem};
use super::image_ref::ImageRef;
use super::lists::{self, CacheImport};
use super::settings::Settings;
use super::sources::{BuildContext, Source, familiar};
use super::values::boolean;

/// One option, or all that start alike.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Where it stands in what `BuildKit` hands over.
    pub key: Key,
    /// What users know it by: a flag such as `--shm-size`, or a build arg's name.
    pub flag: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    read: fn(&mut Reading<'_>, &str, &str),
}

/// The name of an option on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A key of `BuildKit`'s own.
    Own(&'static str),
    /// A build arg that `BuildKit` predefines.
    BuildArg(&'static str),
    /// Every key that starts so; the rest of it is a name.
    Prefix(&'static str),
    /// Every named context.
    Contexts,
}

const fn own(
    key: &'static str,
    flag: &'static str,
    help: &'static str,
    read: fn(&mut Reading<'_>, &str, &str),
) -> Row {
    Row { key: Key::Own(key), flag, help, read }
}

const fn arg(name: &'static str, help: &'static str, read: fn(&mut Reading<'_>, &str, &str)) -> Row {
    Row { key: Key::BuildArg(name), flag: name, help, read }
}

/// The build arg of [`Settings::epoch`].
pub const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// What [`EPOCH`] says where the build context is to tell the time.
const OF_CONTEXT: &str = "context";

/// `--target`.
pub const TARGET: Row = own("target", "--target", "The stage to build.", |it, _, text| {
    it.settings.target = Some(text.to_owned());
});

/// `--no-cache`, and with stages `--no-cache-filter`. The one key that counts with an empty value.
pub const NO_CACHE: Row = own(
    "no-cache",
    "--no-cache-filter",
    "Steps that run although they are cached: all, or those of the stages named.",
    |it, _, text| {
        it.settings.no_cache = if text.is_empty() {
            NoCache::Everything
        } else {
            NoCache::Stages(text.split(',').map(|stage| stage.trim().to_owned()).collect())
        };
    },
);

/// All options of `BuildKit` that have an effect, in the order in which they are read: a later one wins.
pub const TABLE: &[Row] = &[
    TARGET,
    own("platform", "--platform", "The platforms to build for.", platforms),
    own(
        "multi-platform",
        "multi-platform",
        "Whether the result lists platforms even if there is one.",
        several,
    ),
    arg("BUILDKIT_MULTI_PLATFORM", "Whether the result lists platforms even if there is one.", several),
    own(
        "image-resolve-mode",
        "image-resolve-mode",
        "How images are looked up; `--pull` asks registries.",
        |it, _, text| {
            it.settings.resolve_mode = it.value(text, choices::resolve_mode).unwrap_or_default();
        },
    ),
    NO_CACHE,
    own("cache-imports", "cache-imports", "Caches to import (`--cache-from`), as JSON.", cache_imports),
    own(
        "cache-from",
        "--cache-from",
        "Caches in registries to import, as older clients name them.",
        |it, _, text| {
            let references = text.split(',').filter(|text| !text.is_empty());
            it.settings.cache_imports.extend(references.map(lists::registry_cache));
        },
    ),
    own("force-network-mode", "--network", "The network of steps.", |it, _, text| {
        it.settings.network = it.value(text, choices::network).unwrap_or_default();
    }),
    own("add-hosts", "--add-host", "Host names with fixed addresses.", |it, _, text| {
        it.settings.extra_hosts = it.each(text, lists::host);
    }),
    own("hostname", "--hostname", "The host name that steps see.", |it, _, text| {
        it.settings.hostname = Some(text.to_owned());
    }),
    arg("BUILDKIT_SANDBOX_HOSTNAME", "The host name that steps see.", |it, _, text| {
        it.settings.hostname = Some(text.to_owned());
    }),
    own("shm-size", "--shm-size", "Shared memory of steps, in bytes.", |it, _, text| {
        it.settings.shm_size = it.value(text, lists::positive);
    }),
    own("ulimit", "--ulimit", "Limits on the processes of steps.", |it, _, text| {
        it.settings.ulimits = it.each(text, lists::ulimit);
    }),
    own("cgroup-parent", "--cgroup-parent", "The control group that steps run under.", |it, _, text| {
        it.settings.cgroup_parent = Some(text.to_owned());
    }),
    own("memory", "--memory", "Memory of steps, in bytes.", |it, _, text| {
        it.settings.resources.memory = it.value(text, lists::positive);
    }),
    own("memswap", "--memory-swap", "Memory and swap of steps together, in bytes.", |it, _, text| {
        it.settings.resources.memory_swap = it.value(text, lists::positive_or_unlimited);
    }),
    own("cpushares", "--cpu-shares", "The weight of steps against other processes.", |it, _, text| {
        it.settings.resources.cpu_shares = it.value(text, lists::positive);
    }),
    own("cpuperiod", "--cpu-period", "The period of the processor quota, in microseconds.", |it, _, text| {
        it.settings.resources.cpu_period = it.value(text, lists::positive);
    }),
    own("cpuquota", "--cpu-quota", "Processor time of steps in a period, in microseconds.", |it, _, text| {
        it.settings.resources.cpu_quota = it.value(text, lists::positive);
    }),
    own("cpusetcpus", "--cpuset-cpus", "The processors of steps, by number.", |it, _, text| {
        it.settings.resources.cpuset_cpus = it.value(text, lists::numbers).unwrap_or_default();
    }),
    own("cpusetmems", "--cpuset-mems", "The memory nodes of steps, by number.", |it, _, text| {
        it.settings.resources.cpuset_mems = it.value(text, lists::numbers).unwrap_or_default();
    }),
    own("context", "context", "The build context, where it is no folder of the client.", |it, _, text| {
        if it.get("contextkey").is_none() {
            build_context(it, text);
        }
    }),
    own(
        "contextkey",
        "contextkey",
        "The key that names the build context in place of `context`.",
        |it, _, key| {
            if let Some(text) = it.get(key) {
                build_context(it, text);
            }
        },
    ),
    own(
        "contextsubdir",
        "contextsubdir",
        "The folder of a remote context that becomes its root.",
        |it, _, text| {
            it.settings.context_subdir = Some(text.to_owned());
        },
    ),
    arg(
        "BUILDKIT_CONTEXT_KEEP_GIT_DIR",
        "Whether `.git` stays in a context that is a repository.",
        |it, _, text| {
            it.settings.keep_git_dir = it.value(text, boolean).unwrap_or_default();
        },
    ),
    Row {
        key: Key::Contexts,
        flag: "--build-context",
        help: "A context with a name, in place of an image or a folder.",
        read: named,
    },
    Row {
        key: Key::Prefix("input-metadata:"),
        flag: "input-metadata",
        help: "What the client says of a graph it hands over: JSON with the image config.",
        read: |it, name, text| {
            it.settings.input_metadata.insert(name.to_owned(), text.to_owned());
        },
    },
    own("filename", "--file", "The name of the build file.", |it, _, text| {
        text.clone_into(&mut it.settings.filename);
    }),
    own(
        "dockerfilekey",
        "dockerfilekey",
        "The client's name for the folder of the build file.",
        |it, _, text| {
            it.settings.build_file_local = Some(text.to_owned());
        },
    ),
    Row {
        key: Key::Prefix("local-sessionid:"),
        flag: "local-sessionid",
        help: "The session that serves a folder, where it is not the build's own.",
        read: |it, name, text| {
            it.settings.local_sessions.insert(name.to_owned(), text.to_owned());
        },
    },
    Row {
        key: Key::Prefix("sharedkey:localdir:"),
        flag: "sharedkey",
        help: "What distinguishes a folder that changes places between builds.",
        read: |it, name, text| {
            it.settings.shared_keys.insert(name.to_owned(), text.to_owned());
        },
    },
    arg("BUILDKIT_CACHE_MOUNT_NS", "A prefix for the ids of cache mounts.", |it, _, text| {
        it.settings.cache_namespace = Some(text.to_owned());
    }),
    arg(
        EPOCH,
        "The time that stands for now in the image, in seconds since 1970, or `context`.",
        |it, _, text| {
            let seconds =
                |text: &str| text.parse().map_err(|_| "expected seconds since 1970, or context".to_owned());
            if text == OF_CONTEXT {
                it.settings.epoch_of_context = true;
            } else {
                it.settings.epoch = it.value(text, seconds);
            }
        },
    ),
];

/// Reads `BuildKit`'s options, all of them; after a problem the default stands in.
pub fn read(options: &Options) -> (Settings, Vec<Problem>) {
    let mut reading = Reading::new(options);
    for row in TABLE {
        reading.take(row);
    }
    reading.finish()
}

/// What was read so far, and the row that is being read.
struct Reading<'a> {
    options: &'a Options,
    settings: Settings,
    problems: Vec<Problem>,
    /// What the user knows the option by that is being read.
    flag: String,
}

impl<'a> Reading<'a> {
    fn new(options: &'a Options) -> Self {
        Self { options, settings: Settings::default(), problems: Vec::new(), flag: String::new() }
    }

    /// Reads what was given of a row. An empty value counts as not given, but for `no-cache` and prefixes.
    fn take(&mut self, row: &Row) {
        let options = self.options;
        row.flag.clone_into(&mut self.flag);
        match row.key {
            Key::Own(key) => {
                let given =
                    options.frontend.get(key).filter(|text| !text.is_empty() || row.key == NO_CACHE.key);
                if let Some(text) = given {
                    (row.read)(self, key, text);
                }
            }
            Key::BuildArg(name) => {
                if let Some(text) = options.build_args.get(name).filter(|text| !text.is_empty()) {
                    (row.read)(self, name, text);
                }
            }
            Key::Prefix(prefix) => {
                for (key, text) in &options.frontend {
                    if let Some(name) = key.strip_prefix(prefix) {
                        (row.read)(self, name, text);
                    }
                }
            }
            Key::Contexts => {
                for (name, text) in &options.contexts {
                    (row.read)(self, name, text);
                }
            }
        }
    }

    fn finish(mut self) -> (Settings, Vec<Problem>) {
        let proxy =
            |name: &&str| Some((name.to_ascii_lowercase(), self.options.build_args.get(*name)?.clone()));
        self.settings.proxies = PROXY_ARGS.iter().filter_map(proxy).collect();
        if self.settings.multi_platform == Some(false) && self.settings.platforms.len() > 1 {
            let names: Vec<_> = self.settings.platforms.iter().map(ToString::to_string).collect();
            "--platform".clone_into(&mut self.flag);
            self.refuse(&names.join(","), "multi-platform=false allows one platform".to_owned());
        }
        (self.settings, self.problems)
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.options.frontend.get(key).map(String::as_str).filter(|text| !text.is_empty())
    }

    fn refuse(&mut self, value: &str, message: String) {
        self.problems.push(Problem { option: self.flag.clone(), value: value.to_owned(), message });
    }

    fn value<T>(&mut self, text: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        read(text).map_err(|message| self.refuse(text, message)).ok()
    }

    /// The fields of a line of CSV, each read; a field that cannot be read is left out.
    fn each<T>(&mut self, text: &str, read: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let fields = self.value(text, lists::fields).unwrap_or_default();
        fields.iter().filter_map(|field| self.value(field, &read)).collect()
    }
}

fn several(it: &mut Reading<'_>, _: &str, text: &str) {
    "multi-platform".clone_into(&mut it.flag);
    it.settings.multi_platform = it.value(text, boolean);
}

fn platform(text: &str) -> Result<Platform, String> {
    text.parse().map_err(|_| "expected os/architecture[/variant], such as linux/amd64".to_owned())
}

fn platforms(it: &mut Reading<'_>, _: &str, text: &str) {
    for word in text.split(',').map(str::trim) {
        if let Some(platform) = it.value(word, platform)
            && !it.settings.platforms.contains(&platform)
        {
            it.settings.platforms.push(platform);
        }
    }
}

fn cache_imports(it: &mut Reading<'_>, _: &str, text: &str) {
    let imports: Option<Vec<CacheImport>> = it.value(text, lists::cache_imports);
    it.settings.cache_imports.extend(imports.unwrap_or_default());
}

fn build_context(it: &mut Reading<'_>, text: &str) {
    "context".clone_into(&mut it.flag);
    it.settings.context = it.value(text, BuildContext::read).unwrap_or(BuildContext::Client);
}

/// A context that has a name, unless it stands in for this frontend's own image: `BuildKit` has used that already.
fn named(it: &mut Reading<'_>, name: &str, text: &str) {
    let frontend = it.get("source").and_then(|text| ImageRef::read(text).ok());
    if frontend.is_some_and(|image| name.split("::").next() == Some(&familiar(&image.to_string()))) {
        return;
    }
    it.flag = format!("--build-context {name}");
    if let Some(source) = it.value(text, Source::read) {
        it.settings.named.0.insert(name.to_owned(), source);
    }
}
