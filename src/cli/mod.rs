//! The command line: shows each phase of a build, without Docker, network or privileges.
//!
//! Facts that a build gets from BuildKit are assumed, or read from the given files.

mod command;
mod files;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use buildkit_llb as llb;
use clap::Parser;
use clap::error::ErrorKind;

use crate::config::Config;
use crate::diagnostic::Severity;
use crate::facts::Facts;
use crate::graph::{self, Surroundings};
use crate::lint::{self, Checks, Subject};
use crate::options::docs;
use crate::plan::{self, Plan};
use crate::subrequests;
use command::{Build, Command, GraphFormat, PlanFormat};

/// Runs the command in the program's arguments.
///
/// Exit codes: 0 success, 1 the build would fail, 2 the command line is invalid or empty.
pub fn run(arguments: &[String]) -> ExitCode {
    let words = std::iter::once("airflow-frontend").chain(arguments.iter().map(String::as_str));
    match command::Line::try_parse_from(words) {
        Ok(line) => finish(answer(&line.command)),
        Err(error) => {
            let requested = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let text = error.render().to_string();
            // Requested help is output; a closed stream is not an error.
            let _ = if requested {
                io::stdout().write_all(text.as_bytes())
            } else {
                io::stderr().write_all(text.as_bytes())
            };
            ExitCode::from(if requested { 0 } else { 2 })
        }
    }
}

fn finish(answer: Result<Vec<u8>, String>) -> ExitCode {
    match answer {
        Ok(data) => {
            let _ = io::stdout().write_all(&data);
            ExitCode::SUCCESS
        }
        Err(message) => {
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

fn answer(command: &Command) -> Result<Vec<u8>, String> {
    match command {
        Command::Options { count: true, .. } => Ok(docs::count().into_bytes()),
        Command::Options { markdown, .. } => {
            Ok(if *markdown { subrequests::reference() } else { docs::plain() }.into_bytes())
        }
        Command::Schema => Ok(format!("{:#}\n", subrequests::schema()).into_bytes()),
        Command::Check { build } => check(build),
        Command::Plan { build, format } => {
            let (_, _, plan) = planned(build)?;
            match format {
                PlanFormat::Text => Ok(plan.text().text.into_bytes()),
                PlanFormat::Json => Ok(format!("{:#}\n", subrequests::masked_json(&plan)).into_bytes()),
            }
        }
        Command::Graph { build, format, copy } => {
            let (config, facts, plan) = planned(build)?;
            let around = Surroundings::new(&config, "", !copy, 1);
            let lowered = graph::lower(&plan, &facts, &around);
            let decoded = llb::decode::decode(&lowered.definition.pb).map_err(|error| error.to_string())?;
            Ok(match format {
                GraphFormat::Text => llb::print::text(&decoded).into_bytes(),
                GraphFormat::Dot => llb::print::dot(&decoded).into_bytes(),
                GraphFormat::Json => format!("{:#}\n", llb::print::json(&decoded)).into_bytes(),
                GraphFormat::Image => format!("{:#}\n", lowered.image).into_bytes(),
            })
        }
    }
}

/// The findings of lint rules and the notes of the plan, or all problems.
fn check(build: &Build) -> Result<Vec<u8>, String> {
    let options = build.options();
    let config = Config::from_options(&options);
    let facts = config.as_ref().ok().map(|config| files::facts(build, config)).transpose()?;
    let checks = Checks::of(&options).map_err(|error| error.to_string())?;
    let subject =
        Subject { options: &options, config: config.as_ref(), facts: facts.as_ref(), builds: false };
    let findings = lint::findings(&subject, &checks);
    let mut report = String::new();
    // The problems below report the others.
    for finding in findings.iter().filter(|finding| finding.severity != Severity::Error) {
        let _ =
            writeln!(report, "warning: {}: {}", finding.code.name(), finding.detail().replace('\n', "\n  "));
    }
    let config = config.map_err(|problems| format!("{report}{problems}"))?;
    if let Some(violation) = lint::violation(&findings, &checks) {
        return Err(format!("{report}{violation}"));
    }
    if findings.iter().any(|finding| finding.severity == Severity::Predicted) {
        return Err(format!("{report}a build would fail with this error after reading the base image"));
    }
    if let Some(facts) = facts {
        let plan = plan::plan(&config, &facts);
        for note in &plan.notes {
            let _ = writeln!(report, "note: {note}");
        }
        let steps = plan.steps.len();
        let _ = match lint::unseen(&config) {
            None => writeln!(report, "the options are valid: {steps} steps"),
            Some(unseen) => {
                writeln!(
                    report,
                    "the options are valid if the base image is suitable: {steps} steps\n{unseen}"
                )
            }
        };
    }
    Ok(report.into_bytes())
}

fn planned(build: &Build) -> Result<(Config, Facts, Plan), String> {
    let config = Config::from_options(&build.options()).map_err(|problems| problems.to_string())?;
    let facts = files::facts(build, &config)?;
    let plan = plan::plan(&config, &facts);
    Ok((config, facts, plan))
}
