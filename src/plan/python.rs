//! How Python packages get into the virtual environment: by which tool, from where, in which steps.

use std::collections::BTreeSet;

use super::build_stage::{pair, run};
use super::context::{self, Archive};
use super::facts::Facts;
use super::scripts::Script;
use super::{Action, Cache, Change, Draft, Mount, Origin, Run, Stage, StepId, User};
use crate::config::problem::masked;
use crate::config::rules::CONTEXT_MOUNT;
use crate::config::{CONTEXT_FILES, Config, Constraints, Installer};

/// Where a step finds the constraints.
const CONSTRAINTS_MOUNT: &str = "/run/airflow-frontend/constraints.txt";

/// A step on the virtual environment.
pub(super) struct Job<'a> {
    pub(super) title: String,
    pub(super) args: Vec<String>,
    pub(super) on: StepId,
    pub(super) script: Script,
    pub(super) constraints: Option<&'a (StepId, String)>,
    /// Whether the script sees all of the context folder, or pip's settings alone.
    pub(super) whole_context: bool,
}

/// How Python packages are installed in this build.
pub(super) struct Python {
    /// The archives of the context folder, when they are to be installed.
    archives: Vec<Archive>,
    /// Whether Airflow is among them: then nothing is taken from anywhere else.
    pub(super) offline: bool,
    /// What the virtual environment is set up with.
    tools: Vec<String>,
    /// Settings files of pip in the context folder.
    settings: Vec<&'static str>,
    context: Option<StepId>,
    venv: String,
    env: Vec<(String, String)>,
    uid: u32,
    airflow: String,
    cache: Cache,
}

impl Python {
    pub(super) fn choose(draft: &mut Draft, config: &Config, facts: &Facts) -> Self {
        let files = &facts.context;
        let settings: Vec<_> =
            ["pip.conf", ".piprc"].into_iter().filter(|name| files.contains(*name)).collect();
        let archives = installed_archives(config, files);
        let offline = holds(&archives, "apache-airflow");
        let has = |tool: &str| holds(&archives, tool);
        let installer = installer(config, files);
        if config.installer != Some(installer) && installer == Installer::Pip {
            let why = if context::has_pip_settings(files) {
                format!("uv would not read {} of the context folder", settings.join(" and "))
            } else {
                "the context folder holds Airflow but no wheel of uv".to_owned()
            };
            draft.notes.push(format!("pip installs, since {why}"));
        }
        let tools = [("pip", &config.pip), ("uv", &config.uv)]
            .into_iter()
            .filter(|(name, _)| !offline || has(name))
            .map(|(_, tool)| tool.requirement.clone())
            .collect();
        if offline && !has("pip") {
            draft.notes.push(
                "the base image's pip stays, since the context folder holds Airflow but no wheel of pip"
                    .to_owned(),
            );
        }
        let used = used_context_files(config, facts, offline || !archives.is_empty(), &settings);
        let context = config.context_files.clone().filter(|_| used.is_some()).map(|folder| {
            let origin = Origin::of_context_files(&config.settings);
            let title = match origin {
                Origin::ContextFiles => format!("load {CONTEXT_FILES}"),
                Origin::BuildContext if folder.is_empty() => "load the build context".to_owned(),
                Origin::BuildContext => format!("load {folder}"),
            };
            draft.add(
                Stage::Build,
                title,
                Action::Context { origin, folder, files: used.unwrap_or_default() },
            )
        });
        let venv = format!("{}/.local", config.user_home);
        Self {
            offline,
            tools,
            settings,
            context,
            env: vec![
                pair("VIRTUAL_ENV", &venv),
                pair(
                    "INSTALLER",
                    match installer {
                        Installer::Uv => "uv",
                        Installer::Pip => "pip",
                    },
                ),
                pair("OFFLINE", if offline { "true" } else { "" }),
            ],
            venv,
            uid: config.uid,
            airflow: config.airflow.to_string(),
            cache: Cache {
                id: format!("python-{}-{}", facts.platform.architecture, config.uid),
                exclusive: false,
            },
            archives,
        }
    }

    /// The constraints as a step and a path in it; none where packages come from the context folder alone.
    pub(super) fn constraints(
        &self,
        draft: &mut Draft,
        config: &Config,
        facts: &Facts,
        user: StepId,
    ) -> Option<(StepId, String)> {
        let url = match &config.constraints {
            Constraints::ContextFile(path) => {
                return self.context.map(|context| (context, format!("/{path}")));
            }
            Constraints::Published { .. } if self.offline => return None,
            Constraints::Url(url) => url.clone(),
            Constraints::Published { repository, reference, mode } => {
                let python = facts.base.python.short();
                format!("https://raw.githubusercontent.com/{repository}/{reference}/{mode}-{python}.txt")
            }
        };
        let path = format!("{}/constraints.txt", config.user_home);
        let title = "fetch the constraints".to_owned();
        let step = draft.add(
            Stage::Build,
            title,
            Action::Run(Run {
                args: vec![url.clone(), path.clone()],
                user: User::Airflow(self.uid),
                network: true,
                ..run(user, Script::FetchConstraints)
            }),
        );
        draft.downloads(step, vec![masked(&url)]);
        Some((step, path))
    }

    pub(super) fn make_venv(&self, draft: &mut Draft, on: StepId) -> StepId {
        let title = if self.tools.is_empty() {
            format!("make the virtual environment {}", self.venv)
        } else {
            format!("make the virtual environment {} with {}", self.venv, self.tools.join(" and "))
        };
        let (args, whole_context) = (self.tools.clone(), self.offline);
        self.run(draft, Job { title, args, on, script: Script::MakeVenv, constraints: None, whole_context })
    }

    pub(super) fn airflow_requirements(&self, config: &Config) -> Vec<String> {
        if !self.offline {
            return vec![config.airflow_requirement()];
        }
        let extras =
            if config.extras.is_empty() { String::new() } else { format!("[{}]", config.extras.join(",")) };
        self.archives
            .iter()
            .filter(|archive| !["pip", "uv"].contains(&archive.project.as_str()))
            .map(|archive| {
                let extras = if archive.project == "apache-airflow" { extras.as_str() } else { "" };
                format!("{}{extras} @ file://{}", archive.project, archive.path())
            })
            .collect()
    }

    /// Title, arguments and need of the whole context folder for each step after Airflow.
    pub(super) fn later_packages(&self, config: &Config, facts: &Facts) -> Vec<(String, Vec<String>, bool)> {
        let mut steps = Vec::new();
        if !self.archives.is_empty() && !self.offline {
            let mut args = vec!["as-they-are".to_owned()];
            args.extend(self.archives.iter().map(Archive::path));
            steps.push((
                format!("install {} packages of the context folder", self.archives.len()),
                args,
                true,
            ));
        }
        if !config.python_deps.is_empty() {
            let mut args = vec!["deps".to_owned()];
            args.extend(config.python_deps.iter().cloned());
            let title = format!("install additional Python packages: {}", short(&config.python_deps));
            steps.push((title, args, self.offline));
        }
        if config.context_files.is_some() && facts.context.contains("requirements.txt") {
            let args = vec!["requirements".to_owned(), format!("{CONTEXT_MOUNT}/requirements.txt")];
            steps.push(("install requirements.txt".to_owned(), args, true));
        }
        steps
    }

    pub(super) fn freeze(&self, draft: &mut Draft, config: &Config, on: StepId) -> (StepId, String) {
        let path = format!("{}/constraints.txt", config.user_home);
        let title = "write down what is installed as constraints".to_owned();
        let (script, args) = (Script::FreezeConstraints, vec![path.clone()]);
        (self.run(draft, Job { title, args, on, script, constraints: None, whole_context: false }), path)
    }

    /// Adds a step that works on the virtual environment.
    pub(super) fn run(&self, draft: &mut Draft, job: Job<'_>) -> StepId {
        let Job { title, args, on, script, constraints, whole_context } = job;
        let mut env = self.env.clone();
        let mut mounts = Vec::new();
        env.push(pair("CONSTRAINTS", if constraints.is_some() { CONSTRAINTS_MOUNT } else { "" }));
        if script == Script::InstallPackages {
            env.push(pair("AIRFLOW_VERSION", &self.airflow));
        }
        if let Some((from, path)) = constraints {
            mounts.push(Mount { from: *from, path: path.clone(), at: CONSTRAINTS_MOUNT.to_owned() });
        }
        if let Some(from) = self.context {
            if whole_context {
                mounts.push(Mount { from, path: "/".to_owned(), at: CONTEXT_MOUNT.to_owned() });
            } else {
                mounts.extend(self.settings.iter().map(|name| Mount {
                    from,
                    path: format!("/{name}"),
                    at: format!("{CONTEXT_MOUNT}/{name}"),
                }));
            }
        }
        let as_they_are = args.first().is_some_and(|what| what == "as-they-are");
        let network = !self.offline && !as_they_are && script != Script::FreezeConstraints;
        let step = draft.add(
            Stage::Build,
            title,
            Action::Run(Run {
                args,
                env,
                user: User::Airflow(self.uid),
                network,
                cache: Some(self.cache.clone()),
                mounts,
                ..run(on, script)
            }),
        );
        if network {
            let from = if self.settings.is_empty() {
                "PyPI"
            } else {
                "the index of pip's settings in the context folder"
            };
            draft.downloads(step, vec![format!("Python packages, from {from}")]);
        }
        step
    }

    pub(super) fn change(&self, lower: StepId, upper: StepId) -> Change {
        Change { lower, upper, folder: self.venv.clone() }
    }
}

/// The archives of the context folder, when they are to be installed.
fn installed_archives(config: &Config, files: &BTreeSet<String>) -> Vec<Archive> {
    if config.install_from_context { context::archives(files) } else { Vec::new() }
}

fn holds(archives: &[Archive], project: &str) -> bool {
    archives.iter().any(|archive| archive.project == project)
}

/// Who installs: as it was said; else uv, unless it would miss pip's settings or is not to be had offline.
pub(super) fn installer(config: &Config, files: &BTreeSet<String>) -> Installer {
    let archives = installed_archives(config, files);
    let without_uv = holds(&archives, "apache-airflow") && !holds(&archives, "uv");
    let chosen = if context::has_pip_settings(files) { Installer::Pip } else { Installer::Uv };
    if without_uv { Installer::Pip } else { config.installer.unwrap_or(chosen) }
}

/// The files of the context folder that steps use: all (empty), some, or the folder is not used at all.
fn used_context_files(
    config: &Config,
    facts: &Facts,
    packages: bool,
    settings: &[&str],
) -> Option<Vec<String>> {
    if packages || facts.context.contains("requirements.txt") {
        return Some(Vec::new());
    }
    let mut files: Vec<String> = settings.iter().map(|name| (*name).to_owned()).collect();
    if let Constraints::ContextFile(path) = &config.constraints {
        files.push(path.clone());
    }
    (!files.is_empty()).then_some(files)
}

/// The first few words of a list, for a title; without the credentials of URLs.
pub(super) fn short(words: &[String]) -> String {
    let text = masked(&words.join(" "));
    if text.chars().count() <= 60 { text } else { text.chars().take(59).chain(['…']).collect() }
}
