//! What the user is told: why a build is refused, and what rules find in one that is not; both point into the build args.

use super::{Bridge, Failure, Place, Warning};
use crate::config::Config;
use crate::diagnostic::{self, Diagnostics};
use crate::facts::Facts;
use crate::graph::Lowered;
use crate::lint::{self, Checks, Subject};
use crate::options::{Options, table};
use crate::subrequests::listing::{FILENAME, Listing};

/// All that is wrong, with the lines that it is about.
pub(super) fn rejected(errors: &Diagnostics, options: &Options) -> Failure {
    let listing = Listing::of(options);
    failure(errors.to_string(), &place(&listing, listing.lines(errors)))
}

/// What is wrong with the build file, with its lines.
pub(super) fn rejected_file(errors: &Diagnostics) -> Failure {
    let place = errors.0.iter().find_map(|error| match &error.place {
        Some(diagnostic::Place::BuildFile { filename, text, line }) => Some(Place {
            filename: filename.clone(),
            text: text.clone(),
            language: "Dockerfile".to_owned(),
            lines: vec![*line..=*line],
        }),
        Some(diagnostic::Place::BuildArg(_)) | None => None,
    });
    failure(errors.to_string(), &place.unwrap_or_default())
}

/// A failure to get the base image, with the build arg that names it; what the daemon said stays as it is.
pub(super) fn about_base(failure: Failure, options: &Options) -> Failure {
    let failure = Failure { message: options.as_written(&failure.message), ..failure };
    let listing = Listing::of(options);
    let line = options.given(&table::PYTHON_BASE_IMAGE).and_then(|(name, _)| listing.line(name));
    match line {
        Some(line) => failure.at(&place(&listing, vec![line])),
        None => Failure {
            message: format!(
                "{}\n  hint: name an image within reach with PYTHON_BASE_IMAGE",
                failure.message
            ),
            ..failure
        },
    }
}

/// Warns of what rules find; fails where findings are to be errors.
pub(super) async fn warn(
    bridge: &Bridge,
    options: &Options,
    config: &Config,
    facts: &Facts,
    lowered: &Lowered,
) -> Result<(), Failure> {
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
            location: line.map(|line| place(&listing, vec![line])),
        };
        bridge.warn(warning).await?;
    }
    let Some(violation) = lint::violation(&findings, &checks) else { return Ok(()) };
    let lines = findings.iter().filter_map(|finding| listing.line_of(finding)).take(1).collect();
    let told: Vec<String> = std::iter::once(violation)
        .chain(findings.iter().map(|finding| format!("  {}", finding.short())))
        .collect();
    Err(failure(told.join("\n"), &place(&listing, lines)))
}

/// A failure with the lines it is about, unless there are none.
fn failure(message: String, place: &Place) -> Failure {
    let failure = Failure::new(message);
    if place.lines.is_empty() { failure } else { failure.at(place) }
}

fn place(listing: &Listing, lines: Vec<u32>) -> Place {
    Place {
        filename: FILENAME.to_owned(),
        text: listing.text.clone(),
        language: String::new(),
        lines: lines.into_iter().map(|line| line..=line).collect(),
    }
}
