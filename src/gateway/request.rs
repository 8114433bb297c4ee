//! What is asked of the frontend instead of a build.

use std::collections::BTreeMap;

use super::told::refused;
use super::{Environment, Failure, Outcome};
use crate::config::Config;
use crate::config::values::Platform;
use crate::exits::{self, Asked};
use crate::options::Options;

/// Answers a request by its name on the wire; nothing is asked of BuildKit for it.
pub(super) fn answer(name: &str, environment: &Environment) -> Result<Outcome, Failure> {
    let options = Options::from_pairs(environment.options.clone());
    let config = Config::from_options(&options);
    let platform = environment
        .worker_platforms
        .first()
        .and_then(|own| Platform::read(&format!("{}/{}/{}", own.os, own.architecture, own.variant)).ok());
    let asked = Asked { options: &options, config: config.as_ref(), platform: platform.as_ref() };
    let answer = exits::answer(name, &asked)
        .ok_or_else(|| Failure::unsupported_request(name))?
        .map_err(|problems| refused(&problems, &options))?;
    let mut metadata = BTreeMap::from([
        ("result.json".to_owned(), answer.json.into_bytes()),
        ("result.txt".to_owned(), answer.text.into_bytes()),
        ("version".to_owned(), answer.version.as_bytes().to_vec()),
    ]);
    if let Some(status) = answer.status {
        metadata.insert("result.statuscode".to_owned(), status.to_string().into_bytes());
    }
    Ok(Outcome { metadata, ..Outcome::default() })
}
