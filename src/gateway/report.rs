//! What the user is told: why a build is refused, and what rules find in one that is not; both point into the build args.

use super::{Client, Error, Location, Warning};
use crate::config::Config;
use crate::diagnostic::{self, Diagnostics};
use crate::facts::Facts;
use crate::graph::Lowered;
use crate::lint::{self, Checks, Subject};
use crate::options::{Options, as_written, given, table};
use crate::subrequests::listing::{FILENAME, Listing};

/// All that is wrong, with the lines that it is about.
pub(super) fn rejected(errors: &Diagnostics, options: &Options) -> Error {
    let listing = Listing::of(options);
    error(errors.to_string(), &location(&listing, listing.lines(errors)))
}

/// What is wrong with the build file, with its lines.
pub(super) fn rejected_file(errors: &Diagnostics) -> Error {
    let place = errors.0.iter().find_map(|error| match &error.place {
        Some(diagnostic::Place::BuildFile { filename, text, line }) => {
            Some(Location { language: "Dockerfile".to_owned(), ..Location::line(filename, text, *line) })
        }
        Some(diagnostic::Place::BuildArg(_)) | None => None,
    });
    error(errors.to_string(), &place.unwrap_or_default())
}

/// Adds the build arg that names the base image; the message of the daemon stays as it is.
pub(super) fn about_base(error: Error, options: &Options) -> Error {
    let error = Error { message: as_written(options, &error.message), ..error };
    let listing = Listing::of(options);
    let line = given(options, &table::PYTHON_BASE_IMAGE).and_then(|(name, _)| listing.line(name));
    match line {
        Some(line) => error.at(&location(&listing, vec![line])),
        None => Error {
            message: format!("{}\n  hint: set PYTHON_BASE_IMAGE to an available image", error.message),
            ..error
        },
    }
}

/// Warns of what rules find; fails where findings are to be errors.
pub(super) async fn warn(
    client: &Client,
    options: &Options,
    config: &Config,
    facts: &Facts,
    lowered: &Lowered,
) -> Result<(), Error> {
    let checks = Checks::of(options).map_err(|error| rejected(&error, options))?;
    let findings =
        lint::findings(&Subject { options, config: Ok(config), facts: Some(facts), builds: true }, &checks);
    let listing = Listing::of(options);
    // A warning belongs to a step; the base image is one of every build.
    let vertex = lowered.digests.first().cloned().unwrap_or_default();
    for finding in &findings {
        let mut detail: Vec<String> = finding.hint.iter().map(|hint| format!("hint: {hint}")).collect();
        detail.push(finding.code.row().description.to_owned());
        let line = listing.line_of(finding);
        let warning = Warning {
            vertex: vertex.clone(),
            short: finding.short(),
            detail,
            url: finding.code.url(),
            location: line.map(|line| location(&listing, vec![line])),
        };
        client.warn(warning).await?;
    }
    let Some(violation) = lint::violation(&findings, &checks) else { return Ok(()) };
    let lines = findings.iter().filter_map(|finding| listing.line_of(finding)).take(1).collect();
    let told: Vec<String> = std::iter::once(violation)
        .chain(findings.iter().map(|finding| format!("  {}", finding.short())))
        .collect();
    Err(error(told.join("\n"), &location(&listing, lines)))
}

/// An error with the lines it is about, unless there are none.
fn error(message: String, place: &Location) -> Error {
    let error = Error::new(message);
    if place.lines.is_empty() { error } else { error.at(place) }
}

fn location(listing: &Listing, lines: Vec<u32>) -> Location {
    Location {
        filename: FILENAME.to_owned(),
        text: listing.text.clone(),
        language: String::new(),
        lines: lines.into_iter().map(|line| line..=line).collect(),
    }
}
