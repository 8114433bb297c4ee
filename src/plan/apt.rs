//! The steps that install Debian packages.

use super::build_stage::{pair, run};
use super::clients::Wanted;
use super::facts::Facts;
use super::python::short;
use super::scripts::Script;
use super::{Action, Cache, Draft, Run, Stage, StepId};
use crate::config::AptPackages;

/// The Debian packages of one stage.
pub(super) struct Apt<'a> {
    pub(super) stage: Stage,
    /// What was asked for.
    pub(super) packages: &'a AptPackages,
    /// What there is when no list was asked for.
    pub(super) default: Vec<String>,
    /// The database clients, if any.
    pub(super) clients: Option<Wanted>,
    /// A folder that sudo searches first, where sudo is installed.
    pub(super) secure_path: Option<String>,
}

impl Apt<'_> {
    /// Runs the commands, installs the list on a tree, then the clients, and then what comes besides: so one package
    /// more does not install all again.
    pub(super) fn install(self, draft: &mut Draft, on: StepId, facts: &Facts) -> StepId {
        let kind = match self.stage {
            Stage::Base | Stage::Build => "dev",
            Stage::Main => "runtime",
        };
        let packages = self.packages;
        let mut last = on;
        if !packages.commands.is_empty() {
            let title = format!("run the {kind} apt commands");
            // The words are the user's own and may hold a password, so they travel where no plan shows them.
            let names = super::HIDDEN_ENV[1..].iter().zip(&packages.commands);
            let env = names.map(|(name, command)| pair(name, command)).collect();
            last = self.step(draft, last, facts, (title, Script::AptCommands, Vec::new(), env));
            draft.downloads(
                last,
                vec!["whatever the commands fetch, and curl, gnupg and lsb-release".to_owned()],
            );
        }
        let names = packages.instead.clone().unwrap_or_else(|| self.default.clone());
        let title = format!("install {} {kind} apt packages", names.len());
        let env = self.secure_path.iter().map(|path| pair("SECURE_PATH", path)).collect();
        last = self.step(draft, last, facts, (title, Script::AptInstall, names, env));
        if let Some(clients) = &self.clients {
            last = self.clients(draft, last, facts, clients);
        }
        if packages.additional.is_empty() {
            return last;
        }
        let title = format!("install additional {kind} apt packages: {}", short(&packages.additional));
        self.step(draft, last, facts, (title, Script::AptInstall, packages.additional.clone(), Vec::new()))
    }

    fn clients(&self, draft: &mut Draft, on: StepId, facts: &Facts, clients: &Wanted) -> StepId {
        let (title, packages) = (clients.title.clone(), clients.packages.clone());
        if clients.sources.is_empty() {
            return self.step(draft, on, facts, (title, Script::AptInstall, packages, Vec::new()));
        }
        let lines: Vec<&str> = clients.sources.iter().map(|source| source.line.as_str()).collect();
        let env = vec![pair("APT_SOURCES", &lines.join("\n"))];
        let step = self.step(draft, on, facts, (title, Script::ClientInstall, packages, env));
        let from =
            clients.sources.iter().map(|source| format!("packages of {}, from {}", source.maker, source.uri));
        let debian = "Debian packages, from the apt sources of the base image".to_owned();
        draft.downloads(step, from.chain([debian]).collect());
        step
    }

    fn step(&self, draft: &mut Draft, on: StepId, facts: &Facts, what: What) -> StepId {
        let (title, script, args, mut env) = what;
        if !self.packages.env.is_empty() {
            let pairs: Vec<_> =
                self.packages.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
            env.push(pair(super::HIDDEN_ENV[0], &pairs.join("\n")));
        }
        let stage = self.stage;
        let cache =
            format!("apt-{}-{}-{}", facts.base.debian.name(), facts.platform.architecture, stage.name());
        let id = draft.add(
            stage,
            title,
            Action::Run(Run {
                args,
                env,
                network: true,
                // apt holds a lock on its folders, so two builds cannot use them at once.
                cache: Some(Cache { id: cache, beside: Vec::new(), exclusive: true }),
                ..run(on, script)
            }),
        );
        draft.downloads(id, vec!["Debian packages, from the apt sources of the base image".to_owned()]);
        id
    }
}

/// Title, script, arguments and environment of a step.
type What = (String, Script, Vec<String>, Vec<(String, String)>);
