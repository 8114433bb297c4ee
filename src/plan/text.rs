//! A plan for people: numbered steps with what they use, run, fetch and write.

use std::fmt::Write as _;

use super::Plan;
use super::step::{Action, Entry, Run, StepId, User, shown_value};
use crate::diagnostic::masked;

/// A plan as text, and the line (from 1) on which each step starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// The first line of each step, in the plan's order.
    pub lines: Vec<usize>,
}

/// Arguments of more letters are shown in several lines: a list of wheels, not one of Debian packages.
const LONGEST_LINE: usize = 1000;

impl Plan {
    /// The title of a step as it stands in the progress of a build: `[build 3/9] install …`.
    pub fn numbered_title(&self, id: StepId) -> String {
        let step = self.step(id);
        let stage = step.stage;
        let count = self.iter().filter(|(_, other)| other.stage == stage).count();
        let place = self.iter().filter(|(other, step)| *other <= id && step.stage == stage).count();
        let width = count.to_string().len();
        format!("[{} {place:>width$}/{count}] {}", stage.name(), step.title)
    }

    /// The plan as text.
    pub fn text(&self) -> Text {
        let mut text = String::new();
        let mut lines = Vec::new();
        for (id, step) in self.iter() {
            lines.push(text.lines().count() + 1);
            let _ = writeln!(text, "{}", self.numbered_title(id));
            self.write_action(&mut text, &step.action);
            for download in &step.downloads {
                let _ = writeln!(text, "    fetches  {download}");
            }
        }
        let _ = writeln!(text, "\nresult: {}", self.numbered_title(self.result));
        self.write_image(&mut text);
        for note in &self.notes {
            let _ = writeln!(text, "note: {note}");
        }
        Text { text, lines }
    }

    fn place(&self, id: StepId) -> String {
        let title = self.numbered_title(id);
        title.split_inclusive(']').next().unwrap_or_default().to_owned()
    }

    fn write_action(&self, text: &mut String, action: &Action) {
        match action {
            Action::Base(_) => {}
            Action::Context { origin, folder, files } => {
                let what = if files.is_empty() { "everything".to_owned() } else { files.join(", ") };
                let folder = if folder.is_empty() { "." } else { folder };
                let of =
                    origin.name().map(|name| format!(" of the named context {name}")).unwrap_or_default();
                line(text, "takes", &format!("{what} in {folder}{of}"));
            }
            Action::Run(run) => self.write_run(text, run),
            Action::Write { on, entries } => {
                line(text, "on", &self.place(*on));
                for entry in entries {
                    self.write_entry(text, entry);
                }
            }
            Action::Overlay { on, changes } => {
                line(text, "on", &self.place(*on));
                for change in changes {
                    let left = self.place(change.upper);
                    line(text, "adds", &format!("{} as {left} left it", change.folder));
                }
            }
        }
    }

    fn write_run(&self, text: &mut String, run: &Run) {
        line(text, "on", &self.place(run.on));
        if let Some(keeps) = &run.keeps {
            line(text, "keeps", &format!("{} of {} alone", keeps.folder, self.place(keeps.from)));
        }
        let args: Vec<_> = run.args.iter().map(|arg| masked(arg)).collect();
        line(text, "runs", &wrapped(run.script.name(), &args));
        let user = match run.user {
            User::Root => "root".to_owned(),
            User::Airflow(uid) => format!("{uid}:0"),
        };
        line(text, "as", &user);
        line(text, "network", if run.network { "yes" } else { "no" });
        if run.uses_ssh {
            line(text, "ssh", "the agent of --ssh default, hosts of the secret known_hosts");
        }
        for (name, value) in run.env.iter().filter(|(_, value)| !value.is_empty()) {
            line(text, "env", &format!("{name}={}", shown_value(name, value)));
        }
        for mount in &run.mounts {
            line(text, "reads", &format!("{} of {} at {}", mount.path, self.place(mount.from), mount.at));
        }
        for cache in &run.caches {
            line(text, "cache", &cache.id);
        }
    }

    fn write_entry(&self, text: &mut String, entry: &Entry) {
        match entry {
            Entry::Folder { path, mode } => line(text, "folder", &format!("{path} {mode:04o}")),
            Entry::File { path, mode, text: content } => {
                line(text, "file", &format!("{path} {mode:04o}, {} bytes", content.len()));
            }
            Entry::Copy { from, path, to, uid, mode } => {
                let from = self.place(*from);
                line(text, "copy", &format!("{path} of {from} to {to} {uid}:0 {mode:04o}"));
            }
        }
    }

    fn write_image(&self, text: &mut String) {
        let image = &self.image;
        let _ = writeln!(text, "user {}, in {}", image.user, image.working_dir);
        if let Some(entrypoint) = &image.entrypoint {
            let _ = writeln!(text, "entrypoint {}", entrypoint.join(" "));
        }
        for (name, value) in &image.env {
            let _ = writeln!(text, "env {name}={}", masked(value));
        }
        for (name, value) in &image.labels {
            let _ = writeln!(text, "label {name}={}", masked(value));
        }
    }
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "    {key:<8} {value}");
}

/// A command; more arguments than a person reads in a line go on in further ones.
fn wrapped(script: &str, args: &[String]) -> String {
    if args.iter().map(String::len).sum::<usize>() <= LONGEST_LINE {
        return format!("{script} {}", args.join(" ")).trim_end().to_owned();
    }
    let mut text = script.to_owned();
    let mut length = text.chars().count();
    for arg in args {
        let more = arg.chars().count() + 1;
        if length + more > 110 && length > script.len() {
            text.push_str("\n            ");
            length = 0;
        }
        text.push(' ');
        text.push_str(arg);
        length += more;
    }
    text
}
