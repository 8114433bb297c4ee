//! A plan for people: numbered steps with what they use, run, fetch and write.

use std::fmt::Write as _;

use super::Plan;
use super::step::{Action, Entry, StepId, User, shown_value};
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
        let mut line = |key: &str, value: String| {
            let _ = writeln!(text, "    {key:<8} {value}");
        };
        match action {
            Action::Base(_) => {}
            Action::Context { origin, folder, files } => {
                let what = if files.is_empty() { "everything".to_owned() } else { files.join(", ") };
                let folder = if folder.is_empty() { "." } else { folder };
                let of =
                    origin.name().map(|name| format!(" of the named context {name}")).unwrap_or_default();
                line("takes", format!("{what} in {folder}{of}"));
            }
            Action::Run(run) => {
                line("on", self.place(run.on));
                if let Some(keeps) = &run.keeps {
                    line("keeps", format!("{} of {} alone", keeps.folder, self.place(keeps.from)));
                }
                let args: Vec<_> = run.args.iter().map(|arg| masked(arg)).collect();
                line("runs", wrapped(run.script.name(), &args));
                line(
                    "as",
                    match run.user {
                        User::Root => "root".to_owned(),
                        User::Airflow(uid) => format!("{uid}:0"),
                    },
                );
                line("network", if run.network { "yes" } else { "no" }.to_owned());
                if run.uses_ssh {
                    line("ssh", "the agent of --ssh default, hosts of the secret known_hosts".to_owned());
                }
                for (name, value) in run.env.iter().filter(|(_, value)| !value.is_empty()) {
                    line("env", format!("{name}={}", shown_value(name, value)));
                }
                for mount in &run.mounts {
                    line("reads", format!("{} of {} at {}", mount.path, self.place(mount.from), mount.at));
                }
                for cache in &run.caches {
                    line("cache", cache.id.clone());
                }
            }
            Action::Write { on, entries } => {
                line("on", self.place(*on));
                for entry in entries {
                    match entry {
                        Entry::Folder { path, mode } => line("folder", format!("{path} {mode:04o}")),
                        Entry::File { path, mode, text } => {
                            line("file", format!("{path} {mode:04o}, {} bytes", text.len()));
                        }
                        Entry::Copy { from, path, to, uid, mode } => {
                            line(
                                "copy",
                                format!("{path} of {} to {to} {uid}:0 {mode:04o}", self.place(*from)),
                            );
                        }
                    }
                }
            }
            Action::Overlay { on, changes } => {
                line("on", self.place(*on));
                for change in changes {
                    line("adds", format!("{} as {} left it", change.folder, self.place(change.upper)));
                }
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
