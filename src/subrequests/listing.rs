//! The build args as a file that messages can point into.

use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Diagnostics, Place, shown};
use crate::lint::secrets;
use crate::options::{Options, table};

/// The file's name.
pub const FILENAME: &str = "build-args";

/// The build args, one a line, without what looks like a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The whole text.
    pub text: String,
    names: Vec<String>,
}

impl Listing {
    /// Lists the build args by name; those of BuildKit's own as well.
    pub fn of(options: &Options) -> Self {
        let lines =
            options.build_args.iter().map(|(name, value)| format!("{name}={}", value_shown(name, value)));
        Self {
            text: lines.collect::<Vec<_>>().join("\n"),
            names: options.build_args.keys().cloned().collect(),
        }
    }

    /// The line of a build arg, counted from 1; `None` for what is not in the file, such as a flag.
    pub fn line(&self, name: &str) -> Option<u32> {
        let place = self.names.iter().position(|known| known == name)?;
        u32::try_from(place + 1).ok()
    }

    /// The line that a diagnostic is about, if it is about a build arg.
    pub fn line_of(&self, diagnostic: &Diagnostic) -> Option<u32> {
        match &diagnostic.place {
            Some(Place::BuildArg(name)) => self.line(name),
            Some(Place::BuildFile { .. }) | None => None,
        }
    }

    /// The lines of build args that problems are about, each once, in order.
    pub fn lines(&self, problems: &Diagnostics) -> Vec<u32> {
        let mut lines: Vec<u32> = problems.0.iter().filter_map(|problem| self.line_of(problem)).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }

    /// The lines around one, as a client of BuildKit's prints them.
    pub fn snippet(&self, line: u32) -> String {
        let rule = "-".repeat(20);
        let mut text = format!("{FILENAME}:{line}\n{rule}\n");
        for (number, content) in
            (1u32..).zip(self.text.lines()).filter(|(number, _)| number.abs_diff(line) <= 2)
        {
            let mark = if number == line { ">>>" } else { "   " };
            let _ = writeln!(text, " {number:>3} | {mark} {content}");
        }
        text + &rule + "\n"
    }
}

/// A value fit to be shown: one line, not endless, without what looks like a secret.
pub fn value_shown(name: &str, value: &str) -> String {
    if table::is_hidden(name) {
        return "(hidden)".to_owned();
    }
    let line = format!("{name}={}", shown(value));
    let masked = secrets::masked(&line);
    masked.split_once('=').map_or(String::new(), |(_, value)| value.to_owned())
}
