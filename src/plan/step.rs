//! A step of a plan, as plain data.

use serde::Serialize;

use super::scripts::Script;
use crate::config::{AIRFLOW_SOURCES, CONTEXT_FILES, Settings, UV};
use crate::diagnostic::masked;

/// The place of a step in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct StepId(pub(super) usize);

impl StepId {
    /// The step's index in `Plan::steps`.
    pub const fn place(self) -> usize {
        self.0
    }
}

/// One thing that is done; one line in the progress of the build.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Which part of the plan it belongs to.
    pub stage: Stage,
    /// What it does, for people: no more than a line, and no secret.
    pub title: String,
    /// What it does, in full.
    pub action: Action,
    /// What it fetches from outside, if anything.
    pub downloads: Vec<String>,
}

/// The parts of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// What both stages start from.
    Base,
    /// Compilers, headers, and the installation.
    Build,
    /// The image people run.
    Main,
}

impl Stage {
    /// The name in titles.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Build => "build",
            Self::Main => "main",
        }
    }
}

/// The kinds of step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The base image, by its pinned reference.
    Base(String),
    /// Files of the context folder: all, or the named ones.
    Context {
        /// Where the folder is.
        origin: Origin,
        /// The folder, relative to the root of its origin.
        folder: String,
        /// The files that steps use, relative to the folder; empty for all.
        files: Vec<String>,
    },
    /// Runs a script.
    Run(Run),
    /// Puts files into the tree of a step.
    Write {
        /// The tree.
        on: StepId,
        /// What is put there, in order.
        entries: Vec<Entry>,
    },
    /// Lays what steps have changed over the tree of another step.
    Overlay {
        /// The tree.
        on: StepId,
        /// The changes, in order.
        changes: Vec<Change>,
    },
}

/// Where files that the user brings come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The build context.
    BuildContext,
    /// The named context that stands in for the folder of context files.
    ContextFiles,
    /// The named context that Airflow's sources are taken from.
    Sources,
    /// The named context that uv is taken from.
    Uv,
}

impl Origin {
    /// Where the folder of context files is.
    pub fn of_context_files(settings: &Settings) -> Self {
        if settings.named.has(CONTEXT_FILES) { Self::ContextFiles } else { Self::BuildContext }
    }

    /// Where Airflow's sources are.
    pub fn of_sources(settings: &Settings) -> Self {
        if settings.named.has(AIRFLOW_SOURCES) { Self::Sources } else { Self::BuildContext }
    }

    /// The name of the context, if it has one.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::BuildContext => None,
            Self::ContextFiles => Some(CONTEXT_FILES),
            Self::Sources => Some(AIRFLOW_SOURCES),
            Self::Uv => Some(UV),
        }
    }
}

/// A script at work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// The tree it works on.
    pub on: StepId,
    /// The script.
    pub script: Script,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its environment, besides the base image's.
    #[serde(serialize_with = "shown_env")]
    pub env: Vec<(String, String)>,
    /// Who runs it.
    pub user: User,
    /// Whether it reaches outside.
    pub network: bool,
    /// Whether it reaches repositories by SSH, with the client's agent.
    pub uses_ssh: bool,
    /// The folders it keeps between builds.
    pub caches: Vec<Cache>,
    /// Files of other steps that it reads.
    pub mounts: Vec<Mount>,
    /// The folder that it changes, when the rest of its tree is forgotten.
    pub keeps: Option<Keeps>,
}

/// A folder of another step that a script works in.
///
/// The step's tree is then the other one's with what the script changes in the folder; whatever it needs besides, such as
/// compilers, is in the tree it works on and stays behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Keeps {
    /// The step.
    pub from: StepId,
    /// The path, there and where the script sees it.
    pub folder: String,
}

/// Variables of steps whose values are the user's own words and may hold a password: nothing shows them.
pub const HIDDEN_ENV: [&str; 3] = ["APT_ENV", "APT_COMMAND", "ADDITIONAL_APT_COMMAND"];

/// What is shown of a variable of a step.
pub fn shown_value(name: &str, value: &str) -> String {
    if HIDDEN_ENV.contains(&name) { "(hidden)".to_owned() } else { masked(value) }
}

fn shown_env<S: serde::Serializer>(env: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(env.iter().map(|(name, value)| (name, shown_value(name, value))))
}

/// Who runs a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum User {
    /// User 0.
    Root,
    /// User airflow, by its id, with group 0.
    Airflow(u32),
}

/// A folder kept between builds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cache {
    /// Its name, the same for builds that can share it.
    pub id: String,
    /// The path where the script sees it.
    pub at: &'static str,
    /// The owner's user id.
    pub uid: u32,
    /// What else must be the same; its digest becomes part of the name.
    ///
    /// What is compiled is kept, and depends on the headers that were there: a build with others must not find it.
    #[serde(skip)]
    pub beside: Vec<String>,
}

/// A file or folder of another step, read-only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mount {
    /// The step.
    pub from: StepId,
    /// The path there.
    pub path: String,
    /// The path where the script sees it.
    pub at: String,
}

/// Something that is put into a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// A folder, with the ones above it.
    Folder {
        /// Its path.
        path: String,
        /// Its permissions.
        mode: u32,
    },
    /// A file of the frontend's own.
    File {
        /// Its path.
        path: String,
        /// Its permissions.
        mode: u32,
        /// Its text.
        text: String,
    },
    /// A file of another step.
    Copy {
        /// The step.
        from: StepId,
        /// The path there.
        path: String,
        /// The path here.
        to: String,
        /// The owner's user id; the group is 0.
        uid: u32,
        /// Its permissions.
        mode: u32,
    },
}

/// What one step has changed below a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The tree before.
    pub lower: StepId,
    /// The tree after.
    pub upper: StepId,
    /// The only folder in which the two differ.
    pub folder: String,
}
