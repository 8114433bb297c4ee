//! The constraints that Airflow is installed with: a file of the context folder, or one that a step fetches.

use super::draft::{Draft, StepFile, run};
use super::scripts::Script;
use super::step::{Action, Run, Stage, StepId, User};
use crate::config::{Config, Constraints};
use crate::diagnostic::masked;
use crate::facts::Facts;

/// Where the constraints are.
enum Place {
    /// At a path of the context folder.
    Folder(String),
    Url(String),
}

/// The constraints, fetched on the user's tree if they are not in the context folder. There are none in an upgrade, and
/// where all packages come from the context folder, unless they were asked for.
pub(super) fn step(
    draft: &mut Draft,
    config: &Config,
    facts: &Facts,
    user: StepId,
    folder: Option<StepId>,
) -> Option<StepFile> {
    match place(config, facts)? {
        Place::Folder(path) => folder.map(|step| StepFile { step, path: format!("/{path}") }),
        Place::Url(url) => Some(fetch(draft, config, user, url)),
    }
}

fn place(config: &Config, facts: &Facts) -> Option<Place> {
    let wanted = config.install.constrain_context;
    if config.install.upgrade.is_some() || (facts.offline && wanted == Some(false)) {
        return None;
    }
    let python = facts.base.python.short();
    match &config.constraints {
        Constraints::ContextFile(path) => return Some(Place::Folder(path.clone())),
        Constraints::Published { mode, .. } if facts.offline => {
            wanted?;
            let path = format!("constraints-{python}/{mode}-{python}.txt");
            if facts.context.contains(&path) {
                return Some(Place::Folder(path));
            }
        }
        Constraints::Published { .. } | Constraints::Url(_) => {}
    }
    config.constraints.url(&python).map(Place::Url)
}

fn fetch(draft: &mut Draft, config: &Config, user: StepId, url: String) -> StepFile {
    let path = path(config);
    let downloads = vec![masked(&url)];
    let action = Action::Run(Run {
        args: vec![url, path.clone()],
        user: User::Airflow(config.uid),
        network: true,
        ..run(user, Script::FetchConstraints)
    });
    let step = draft.add(Stage::Build, "fetch the constraints".to_owned(), action);
    draft.downloads(step, downloads);
    StepFile { step, path }
}

/// Where they are in the image.
pub(super) fn path(config: &Config) -> String {
    format!("{}/constraints.txt", config.user_home)
}
