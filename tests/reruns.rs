//! Which steps run again after one change of a build, determined by the keys of BuildKit's cache.
//!
//! The snapshot is the matrix. Each additional step in it costs users time every day, so read its changes with care.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use airflow_frontend::options::table;
use buildkit_llb as llb;
use buildkit_llb::decode::{Decoded, Vertex};
use buildkit_proto::pb;
use buildkit_proto::pb::file_action::Action;
use buildkit_proto::pb::op::Op;

use crate::support::case::Case;

/// The build to which changes are applied; it uses a bit of everything.
const START: &str = r#"
    what = "what most people build"
    context = ["requirements.txt", "constraints.txt", "my_plugin-1.0-py3-none-any.whl", "notes.md"]
    [args]
    AIRFLOW_VERSION = "2.10.5"
    AIRFLOW_EXTRAS = "celery,postgres,redis,ssh,statsd,virtualenv"
    ADDITIONAL_PYTHON_DEPS = "pandas<3"
    ADDITIONAL_RUNTIME_APT_DEPS = "openmpi-common"
    ADDITIONAL_DEV_APT_DEPS = "libopenmpi-dev"
    DOCKER_CONTEXT_FILES = "files"
"#;

/// An arg, other options of both builds, its value before (empty: not given), and its value after.
type Change = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

const SOURCES: &[(&str, &str)] = &[("AIRFLOW_INSTALLATION_METHOD", ".")];
const VENDOR: &[(&str, &str)] = &[("DATABASE_CLIENTS_FROM", "vendor")];
const WHEELS: &[(&str, &str)] = &[("INSTALL_PACKAGES_FROM_CONTEXT", "true")];
const UPGRADE: &[(&str, &str)] = &[("UPGRADE_INVALIDATION_STRING", "1")];
const DEVELOPMENT: &[(&str, &str)] = &[("AIRFLOW_VERSION", "2.11.0.dev0")];
const AIRFLOW_3: &[(&str, &str)] = &[("AIRFLOW_VERSION", "3.3.2")];

#[rustfmt::skip]
const CHANGES: &[Change] = &[
    ("PYTHON_BASE_IMAGE", &[], "python:3.12-slim-bookworm", "registry.example.com/python:3.12"),
    ("AIRFLOW_PYTHON_VERSION", &[], "3.12", "3.12.4"),
    ("AIRFLOW_VERSION", &[], "2.10.5", "2.10.4"),
    ("AIRFLOW_VERSION_SPECIFICATION", &[], "", "<2.11"),
    ("AIRFLOW_INSTALLATION_METHOD", &[], "", "https://example.com/airflow.tar.gz"),
    ("AIRFLOW_SOURCES_FROM", SOURCES, "", "airflow"),
    ("AIRFLOW_SOURCES_TO", SOURCES, "", "/opt/sources"),
    ("VERSION_SUFFIX", SOURCES, "", "dev0"),
    ("AIRFLOW_EXTRAS", &[], "celery,postgres,redis,ssh,statsd,virtualenv", "celery,postgres"),
    ("ADDITIONAL_AIRFLOW_EXTRAS", &[], "", "slack"),
    ("ADDITIONAL_PYTHON_DEPS", &[], "pandas<3", "pandas<3 polars"),
    ("AIRFLOW_USE_UV", &[], "", "false"),
    ("AIRFLOW_PIP_VERSION", &[], "", "25.3"),
    ("AIRFLOW_UV_VERSION", &[], "", "0.9.0"),
    ("ADDITIONAL_PIP_INSTALL_FLAGS", &[], "", "--extra-index-url https://pypi.example.com/simple"),
    ("PIP_INDEX_URL", &[], "", "https://pypi.example.com/simple"),
    ("PIP_EXTRA_INDEX_URL", &[], "", "https://pypi.example.com/simple"),
    ("PIP_TRUSTED_HOST", &[], "", "pypi.example.com"),
    ("INCLUDE_PRE_RELEASE", &[], "", "true"),
    ("PIP_PROGRESS_BAR", &[], "", "on"),
    ("UV_HTTP_TIMEOUT", &[], "", "60"),
    ("DEPENDENCY_CACHE_EPOCH", &[], "", "2"),
    ("AIRFLOW_CONSTRAINTS_LOCATION", &[], "", "/docker-context-files/constraints.txt"),
    ("AIRFLOW_CONSTRAINTS_REFERENCE", &[], "", "constraints-2-10"),
    ("AIRFLOW_CONSTRAINTS_MODE", &[], "", "constraints-no-providers"),
    ("CONSTRAINTS_GITHUB_REPOSITORY", &[], "", "myorg/airflow"),
    ("DEFAULT_CONSTRAINTS_BRANCH", DEVELOPMENT, "", "constraints-2-11"),
    ("AIRFLOW_FALLBACK_NO_CONSTRAINTS_INSTALLATION", &[], "", "true"),
    ("UPGRADE_TO_NEWER_DEPENDENCIES", &[], "1", "2"),
    ("UPGRADE_INVALIDATION_STRING", &[], "1", "2"),
    ("UPGRADE_RANDOM_INDICATOR_STRING", &[], "1", "2"),
    ("EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS", UPGRADE, "", "protobuf<5"),
    ("DOCKER_CONTEXT_FILES", &[], "files", "others"),
    ("INSTALL_PACKAGES_FROM_CONTEXT", &[], "", "true"),
    ("USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES", WHEELS, "", "true"),
    ("DEV_APT_COMMAND", &[], "", "echo hello"),
    ("ADDITIONAL_DEV_APT_COMMAND", &[], "", "echo hello"),
    ("DEV_APT_DEPS", &[], "", "build-essential"),
    ("ADDITIONAL_DEV_APT_DEPS", &[], "libopenmpi-dev", "libopenmpi-dev libgmp-dev"),
    ("ADDITIONAL_DEV_APT_ENV", &[], "", "ACCEPT_EULA=Y"),
    ("RUNTIME_APT_COMMAND", &[], "", "echo hello"),
    ("ADDITIONAL_RUNTIME_APT_COMMAND", &[], "", "echo hello"),
    ("RUNTIME_APT_DEPS", &[], "", "dumb-init"),
    ("ADDITIONAL_RUNTIME_APT_DEPS", &[], "openmpi-common", "openmpi-common vim-tiny"),
    ("ADDITIONAL_RUNTIME_APT_ENV", &[], "", "ACCEPT_EULA=Y"),
    ("INSTALL_MYSQL_CLIENT", &[], "", "false"),
    ("INSTALL_MYSQL_CLIENT_TYPE", VENDOR, "", "mysql"),
    ("INSTALL_MSSQL_CLIENT", &[], "", "true"),
    ("INSTALL_POSTGRES_CLIENT", &[], "", "false"),
    ("DATABASE_CLIENTS_FROM", &[], "", "vendor"),
    ("AIRFLOW_HOME", &[], "", "/srv/airflow"),
    ("AIRFLOW_USER_HOME_DIR", &[], "", "/home/me"),
    ("AIRFLOW_UID", &[], "", "1000"),
    ("AIRFLOW_IMAGE_TYPE", AIRFLOW_3, "", "slim"),
    ("AIRFLOW_IMAGE_REPOSITORY", &[], "", "https://git.example.com/platform/airflow-image"),
    ("AIRFLOW_IMAGE_DATE_CREATED", &[], "", "2026-01-31T00:00:00Z"),
    ("BUILD_ID", &[], "", "4711"),
    ("COMMIT_SHA", &[], "", "0a1b2c3d"),
];

/// An option of BuildKit, its value before (empty: not given), and its value after.
const OPTIONS: &[(&str, &str, &str)] = &[
    ("label:team", "", "data"),
    ("build-arg:https_proxy", "", "http://proxy.example.com:3128"),
    ("build-arg:SOURCE_DATE_EPOCH", "", "1767225600"),
    ("add-hosts", "", "index.example.com=10.0.0.7"),
    ("shm-size", "", "67108864"),
    ("ulimit", "", "nofile=1024:2048"),
    ("memory", "", "2147483648"),
];

type Edit = fn(&mut Build);

/// Changes outside of the options.
const OUTSIDE: &[(&str, Edit)] = &[
    ("the base image, by its digest", |build| {
        build.case.base_digest = format!("sha256:{}", "6".repeat(64));
    }),
    ("the platform", |build| "linux/arm64".clone_into(&mut build.case.platform)),
    ("a line of requirements.txt", |build| build.edited = Some("files/requirements.txt")),
    ("a line of a file of the context folder that no step names", |build| {
        build.edited = Some("files/notes.md");
    }),
    ("a new file in the context folder", |build| {
        build.case.context.insert("more.md".to_owned());
        build.edited = Some("files/more.md");
    }),
    ("a file of the build context beside the folder", |build| build.edited = Some("dags/one.py")),
];

/// A build, and the file that was edited since the previous build.
#[derive(Debug, Clone)]
struct Build {
    case: Case,
    edited: Option<&'static str>,
}

impl Build {
    fn start() -> Self {
        Self { case: toml::from_str(START).unwrap(), edited: None }
    }

    fn with_arg(mut self, name: &str, value: &str) -> Self {
        if value.is_empty() {
            self.case.args.remove(name);
        } else {
            self.case.args.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    fn with_option(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.case.options.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    /// The steps with their keys: two builds share steps with the same key.
    fn steps(&self) -> Vec<(String, String)> {
        let graph = llb::decode::decode(&self.case.lowered().definition.pb).unwrap();
        let keys = keys(&graph, self.edited);
        graph.vertices.iter().zip(keys).filter_map(|(vertex, key)| Some((step(vertex)?, key))).collect()
    }
}

/// The title without its number, of vertices that do work; the frontend's small files and merges do not.
fn step(vertex: &Vertex) -> Option<String> {
    let title = vertex.metadata.description.get(llb::CUSTOM_NAME)?;
    let works = matches!(vertex.op.op, Some(Op::Exec(_) | Op::File(_))) && !title.starts_with("[internal]");
    let (place, what) = title.split_once("] ")?;
    let stage = place.split(' ').next()?;
    works.then(|| format!("{stage}] {what}"))
}

/// The cache key of each vertex: the op without proxies, and the keys of its inputs. Files that the client
/// sends count by the content of the used files, so an edited file changes the key of the vertices that use it.
///
/// BuildKit's keys are better in one case: if a step only reads from another one, equal content gives an equal key,
/// even if the other step ran again.
fn keys(graph: &Decoded, edited: Option<&str>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for vertex in &graph.vertices {
        let mut op = vertex.op.clone();
        for (input, edge) in op.inputs.iter_mut().zip(&vertex.inputs) {
            input.digest.clone_from(&keys[edge.vertex]);
        }
        if let Some(Op::Exec(exec)) = &mut op.op {
            exec.meta.as_mut().unwrap().proxy_env = None;
        }
        if is_clients(&op)
            && let Some(Op::Source(source)) = &mut op.op
        {
            source.attrs.clear();
        }
        let mut bytes = llb::definition::encode(&op);
        if edited.is_some_and(|edited| sees(graph, vertex, edited)) {
            bytes.extend(b"edited");
        }
        keys.push(llb::definition::digest(&bytes));
    }
    keys
}

/// Whether an op is a folder of the client.
fn is_clients(op: &pb::Op) -> bool {
    matches!(&op.op, Some(Op::Source(source)) if source.identifier.starts_with("local://"))
}

/// Whether a vertex uses a file of the client's folder.
fn sees(graph: &Decoded, vertex: &Vertex, file: &str) -> bool {
    let is_local = |input: i64| {
        let edge = usize::try_from(input).ok().and_then(|input| vertex.inputs.get(input));
        edge.is_some_and(|edge| is_clients(&graph.vertices[edge.vertex].op))
    };
    let covers = |path: &str| {
        let path = path.trim_matches('/');
        path.is_empty() || file == path || file.starts_with(&format!("{path}/"))
    };
    match vertex.op.op.as_ref().unwrap() {
        Op::Exec(exec) => exec.mounts.iter().any(|mount| is_local(mount.input) && covers(&mount.selector)),
        Op::File(op) => op.actions.iter().any(|action| match &action.action {
            Some(Action::Copy(copy)) => is_local(action.secondary_input) && covers(&copy.src),
            _ => false,
        }),
        Op::Source(_) | Op::Merge(_) | Op::Diff(_) => false,
    }
}

/// The steps of `after` that `before` did not run.
fn again(before: &Build, after: &Build) -> Vec<String> {
    let known: BTreeSet<String> = before.steps().into_iter().map(|(_, key)| key).collect();
    let steps = after.steps();
    let all = steps.len();
    let new = steps.into_iter().filter(|(_, key)| !known.contains(key));
    let again: Vec<String> = new.map(|(title, _)| title).collect();
    if again.len() == all { vec![EVERY_STEP.to_owned()] } else { again }
}

const EVERY_STEP: &str = "(every step)";

fn changed((name, beside, before, after): &Change) -> Vec<String> {
    let start = beside.iter().fold(Build::start(), |build, (name, value)| build.with_arg(name, value));
    again(&start.clone().with_arg(name, before), &start.with_arg(name, after))
}

fn changed_option((name, before, after): &(&str, &str, &str)) -> Vec<String> {
    let (before, after) = (Build::start().with_option(name, before), Build::start().with_option(name, after));
    again(&before, &after)
}

fn changed_outside(change: Edit) -> Vec<String> {
    let mut after = Build::start();
    change(&mut after);
    again(&Build::start(), &after)
}

#[test]
fn steps_that_run_again_are_as_reviewed() {
    let mut matrix = String::from("a build like this:\n");
    for (title, _) in Build::start().steps() {
        let _ = writeln!(matrix, "    {title}");
    }
    let mut row = |what: &str, before: &str, after: &str, again: Vec<String>| {
        let _ = match (before, after) {
            (_, "") => writeln!(matrix, "\n{what}"),
            ("", _) => writeln!(matrix, "\n{what}: given, {after}"),
            _ => writeln!(matrix, "\n{what}: {before} -> {after}"),
        };
        let lines = if again.is_empty() { vec!["(none)".to_owned()] } else { again };
        for line in lines {
            let _ = writeln!(matrix, "    {line}");
        }
    };
    for change in CHANGES {
        let (name, beside, before, after) = change;
        let beside: Vec<String> = beside.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let beside = if beside.is_empty() { String::new() } else { format!(" beside {}", beside.join(" ")) };
        row(&format!("{name}{beside}"), before, after, changed(change));
    }
    for option in OPTIONS {
        row(option.0, option.1, option.2, changed_option(option));
    }
    for (what, change) in OUTSIDE {
        row(what, "", "", changed_outside(*change));
    }
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(matrix) });
}

#[test]
fn every_arg_is_in_the_matrix() {
    let seen: BTreeSet<&str> = CHANGES.iter().map(|(name, ..)| *name).collect();
    let rows: BTreeSet<&str> = table::TABLE.iter().map(|row| row.name).collect();
    assert_eq!(seen, rows);
}

#[test]
fn texts_of_the_image_rerun_no_step() {
    for change in CHANGES {
        if ["BUILD_ID", "COMMIT_SHA"].contains(&change.0) || change.0.starts_with("AIRFLOW_IMAGE_") {
            assert_eq!(changed(change), Vec::<String>::new(), "{}", change.0);
        }
    }
    assert_eq!(changed_option(&("label:team", "", "data")), Vec::<String>::new());
}

#[test]
fn independent_parts_do_not_rerun_each_other() {
    let check = |arg: &str, unrelated: fn(&str) -> bool| {
        let change = CHANGES.iter().find(|(name, ..)| *name == arg).unwrap();
        let again = changed(change);
        assert!(!again.is_empty(), "{arg}");
        let wrong: Vec<&String> = again.iter().filter(|step| unrelated(step)).collect();
        assert!(wrong.is_empty(), "{arg} runs again {wrong:?}");
    };
    check("ADDITIONAL_RUNTIME_APT_DEPS", |step| !step.starts_with("[main]"));
    check("ADDITIONAL_PYTHON_DEPS", |step| step.contains(" apt ") || step.contains("install Airflow"));
    check("ADDITIONAL_DEV_APT_DEPS", |step| step.contains("runtime apt"));
    check("AIRFLOW_VERSION", |step| step.contains(" apt "));
}

#[test]
fn a_key_is_the_same_for_the_same_build_and_another_for_an_edited_file() {
    let (start, again) = (Build::start().steps(), Build::start().steps());
    assert_eq!(start, again);
    assert!(start.len() >= 8, "{start:?}");
    assert!(!changed_outside(|build| build.edited = Some("files/requirements.txt")).is_empty());
}
