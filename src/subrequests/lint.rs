//! `lint`: what rules find, and why a build would be refused.

use std::fmt::Write as _;

use buildkit_frontend::subrequests::{Answer, BuildError, Lint, LintSource, LintWarning};
use serde_json::Value;

use super::asked::Asked;
use super::listing::{FILENAME, Listing};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::{self, Checks, Subject};

/// What is to be said of a build that was not begun.
#[derive(Debug, Clone)]
struct Report {
    /// By the rules that are not skipped.
    findings: Vec<Diagnostic>,
    /// Why the build is refused, as far as no finding says it.
    refused: Option<Diagnostics>,
}

/// Checks a build. Fails when the setting of the checks cannot be read.
fn report(asked: &Asked<'_>) -> Result<Report, Diagnostics> {
    let checks = Checks::of(asked.options)?;
    let findings = lint::findings(
        &Subject { options: asked.options, config: asked.config, facts: None, builds: false },
        &checks,
    );
    let refused = asked.config.err().map(|errors| lint::errors_without_rule(errors, &checks));
    Ok(Report { findings, refused: refused.filter(|errors| !errors.0.is_empty()) })
}

pub(super) fn answer(asked: &Asked<'_>) -> Result<Answer, Diagnostics> {
    let report = report(asked)?;
    let listing = Listing::of(asked.options);
    let status = u8::from(!report.findings.is_empty() || report.refused.is_some());
    let answer = Answer::new(&json_of(&report, &listing), report.text(&listing));
    Ok(Answer { status: Some(status), ..answer })
}

fn json_of(report: &Report, listing: &Listing) -> Value {
    let one = |line: u32| line..=line;
    let warnings = report.findings.iter().map(|finding| LintWarning {
        rule: finding.code.name().to_owned(),
        description: finding.code.row().description.to_owned(),
        url: finding.code.url(),
        detail: finding.detail(),
        lines: listing.line_of(finding).map(one),
    });
    let error = report.refused.as_ref().map(|errors| BuildError {
        message: errors.to_string(),
        lines: listing.lines(errors).into_iter().map(one).collect(),
    });
    let source =
        LintSource { filename: FILENAME.to_owned(), text: listing.text.clone(), ..LintSource::default() };
    Lint { warnings: warnings.collect(), source, error }.to_json()
}

impl Report {
    /// The report for people.
    fn text(&self, listing: &Listing) -> String {
        let mut text = match self.findings.len() {
            0 => "Check complete, no warnings found.\n".to_owned(),
            1 => "Check complete, 1 warning has been found!\n".to_owned(),
            many => format!("Check complete, {many} warnings have been found!\n"),
        };
        for finding in &self.findings {
            let _ = writeln!(
                text,
                "\nWARNING: {} - {}\n{}",
                finding.code.name(),
                finding.code.url(),
                finding.detail()
            );
            if let Some(line) = listing.line_of(finding) {
                let _ = write!(text, "{}", listing.snippet(line));
            }
        }
        if let Some(problems) = &self.refused {
            let _ = writeln!(text, "\nERROR: {problems}");
            for line in listing.lines(problems) {
                let _ = write!(text, "{}", listing.snippet(line));
            }
        }
        text
    }
}
