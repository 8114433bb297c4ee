//! The steps that install Debian packages.

use super::clients::{self, Wanted};
use super::debian;
use super::draft::{Draft, pair, run, short};
use super::scripts::Script;
use super::step::{Action, Cache, HIDDEN_ENV, Run, Stage, StepId};
use crate::config::{AptPackages, Config};
use crate::facts::Facts;
use crate::paths::APT_CACHE;

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

/// The packages of the build stage: compilers, headers, and what was asked for besides.
pub(super) fn dev<'a>(config: &'a Config, facts: &Facts) -> Apt<'a> {
    Apt {
        stage: Stage::Build,
        packages: &config.dev_apt,
        default: debian::dev_packages(&config.airflow, facts.base.has_debians_python),
        clients: clients::of(config, facts, Stage::Build),
        secure_path: None,
    }
}

impl Apt<'_> {
    /// What makes this list another than the default one: words that are the same for the same headers.
    pub(super) fn beside_the_default(&self) -> Vec<String> {
        let clients = self.clients.iter().flat_map(|clients| &clients.packages);
        let packages = self.packages;
        let instead = packages.instead.iter().flatten();
        instead.chain(clients).chain(&packages.additional).chain(&packages.commands).cloned().collect()
    }

    /// The list in use.
    fn list(&self) -> &[String] {
        self.packages.instead.as_ref().unwrap_or(&self.default)
    }

    /// The names of all packages.
    pub(super) fn names(&self) -> Vec<String> {
        let clients = self.clients.iter().flat_map(|clients| &clients.packages);
        self.list().iter().chain(clients).chain(&self.packages.additional).cloned().collect()
    }

    /// Runs the commands, installs the list with the clients on a tree, and then what comes besides: so one package more
    /// does not install all again.
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
            let names = HIDDEN_ENV[1..].iter().zip(&packages.commands);
            let env = names.map(|(name, command)| pair(name, command)).collect();
            last = self.step(draft, last, facts, (title, Script::AptCommands, Vec::new(), env));
            draft.downloads(
                last,
                vec!["whatever the commands fetch, and curl, gnupg and lsb-release".to_owned()],
            );
        }
        let mut names = self.list().to_vec();
        let mut title = format!("install {} {kind} apt packages", names.len());
        let own_step = self.clients.as_ref().filter(|clients| !clients.sources.is_empty());
        if let Some(clients) = self.clients.as_ref().filter(|clients| clients.sources.is_empty()) {
            title = format!("{title} and {}", clients.title);
            names.extend(clients.packages.iter().cloned());
        }
        let env = self.secure_path.iter().map(|path| pair("SECURE_PATH", path)).collect();
        last = self.step(draft, last, facts, (title, Script::AptInstall, names, env));
        if let Some(clients) = own_step {
            last = self.clients(draft, last, facts, clients);
        }
        if packages.additional.is_empty() {
            return last;
        }
        let title = format!("install additional {kind} apt packages: {}", short(&packages.additional));
        self.step(draft, last, facts, (title, Script::AptInstall, packages.additional.clone(), Vec::new()))
    }

    /// The clients of sources besides those of the base image.
    fn clients(&self, draft: &mut Draft, on: StepId, facts: &Facts, clients: &Wanted) -> StepId {
        let (title, packages) = (format!("install {}", clients.title), clients.packages.clone());
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
            env.push(pair(HIDDEN_ENV[0], &pairs.join("\n")));
        }
        let stage = self.stage;
        let id = draft.add(
            stage,
            title,
            Action::Run(Run { args, env, network: true, caches: vec![cache(facts)], ..run(on, script) }),
        );
        draft.downloads(id, vec!["Debian packages, from the apt sources of the base image".to_owned()]);
        id
    }
}

/// The lists and archives of apt, which all stages and builds share.
pub(super) fn cache(facts: &Facts) -> Cache {
    Cache {
        id: format!("apt-{}-{}", facts.base.debian.name(), facts.platform.architecture),
        at: APT_CACHE,
        uid: 0,
        beside: Vec::new(),
    }
}

/// Title, script, arguments and environment of a step.
type What = (String, Script, Vec<String>, Vec<(String, String)>);
