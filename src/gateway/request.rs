//! What is asked of the frontend instead of a build.

use super::ask::Ask;
use super::build_file::{self, BuildFile};
use super::report::rejected;
use super::{BuildResult, Caps, Client, Environment, Error, context};
use crate::config::Config;
use crate::config::values;
use crate::graph::Surroundings;
use crate::lint;
use crate::options::Options;
use crate::subrequests::{self, Asked};

/// Answers a request by its name on the wire. Nothing is asked of BuildKit for it, but for the build file where that may
/// say something of the rules.
pub(super) async fn answer(
    client: &Client,
    environment: &Environment,
    caps: &Caps,
    name: &str,
) -> Result<BuildResult, Error> {
    let mut options = Options::from_pairs(environment.options.clone());
    if subrequests::by_rules(name) && !options.build_args.contains_key(lint::CHECKS) {
        let file = build_file(client, environment, caps).await.unwrap_or_default();
        options = file.with_checks(options);
    }
    let config = Config::from_options(&options);
    let platform =
        environment.worker_platforms.first().and_then(|own| values::platform(&own.to_string()).ok());
    let asked = Asked { options: &options, config: config.as_ref(), platform: platform.as_ref() };
    let (answer, version) = subrequests::answer(name, &asked)
        .ok_or_else(|| Error::unsupported_request(name))?
        .map_err(|errors| rejected(&errors, &options))?;
    Ok(answer.into_result(version))
}

/// The build file, where it can be read: a check is answered all the same.
async fn build_file(client: &Client, environment: &Environment, caps: &Caps) -> Option<BuildFile> {
    let places = ["filename", "dockerfilekey", "context", "local-sessionid:"];
    let said =
        environment.options.iter().filter(|(key, _)| places.iter().any(|place| key.starts_with(place)));
    let config =
        Config::from_options(&Options::from_pairs(said.map(|(key, value)| (key.clone(), value.clone()))))
            .ok()?;
    let around = Surroundings::new(&config, &environment.session, false, 1);
    let ask = Ask::new(client, caps, &config, &around).await.ok()?;
    let located = context::locate(&ask).await.ok()?;
    build_file::read(&ask, &located).await.ok()
}
