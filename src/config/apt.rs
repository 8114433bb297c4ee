//! The apt options of one stage.

use super::reader::Reader;
use super::values;
use crate::options::table::{self, Arg};

/// Debian packages of one stage, and the commands that run before them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AptPackages {
    /// The list that replaces the default one, if any.
    pub instead: Option<Vec<String>>,
    /// Additional packages.
    pub additional: Vec<String>,
    /// Commands for bash that run before, in order.
    pub commands: Vec<String>,
    /// Variables for the commands and for apt.
    pub env: Vec<(String, String)>,
}

/// The build stage's.
pub(super) fn dev(read: &mut Reader<'_>) -> AptPackages {
    stage(
        read,
        [&table::DEV_APT_DEPS, &table::ADDITIONAL_DEV_APT_DEPS],
        [&table::DEV_APT_COMMAND, &table::ADDITIONAL_DEV_APT_COMMAND],
        &table::ADDITIONAL_DEV_APT_ENV,
    )
}

/// The main stage's.
pub(super) fn runtime(read: &mut Reader<'_>) -> AptPackages {
    stage(
        read,
        [&table::RUNTIME_APT_DEPS, &table::ADDITIONAL_RUNTIME_APT_DEPS],
        [&table::RUNTIME_APT_COMMAND, &table::ADDITIONAL_RUNTIME_APT_COMMAND],
        &table::ADDITIONAL_RUNTIME_APT_ENV,
    )
}

fn stage(
    read: &mut Reader<'_>,
    [list, additional]: [&Arg; 2],
    commands: [&Arg; 2],
    env: &Arg,
) -> AptPackages {
    AptPackages {
        instead: read.optional(list, values::apt_packages),
        additional: read.list(additional, values::apt_packages),
        commands: commands.into_iter().filter_map(|row| command(read, row)).collect(),
        env: read.optional(env, variables).unwrap_or_default(),
    }
}

/// A command, without the leading `&&` of Airflow's reference, which its scripts cannot run; `echo` there means no command.
fn command(read: &mut Reader<'_>, row: &Arg) -> Option<String> {
    let text = read.given(row)?.trim();
    let command = text.strip_prefix("&&").map(str::trim_start);
    if command.is_some() {
        read.warn(row.name, "the leading && is removed, because the command runs by itself");
    }
    let command = command.unwrap_or(text);
    Some(command.to_owned()).filter(|command| !["", "echo"].contains(&command.as_str()))
}

/// Reads `NAME=value` pairs separated by white space. No message repeats a value.
fn variables(text: &str) -> Result<Vec<(String, String)>, String> {
    let name = |name: &str| {
        name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let mut pairs = Vec::new();
    for (place, word) in (1..).zip(text.split_whitespace()) {
        match word.split_once('=') {
            Some((key, value)) if name(key) => pairs.push((key.to_owned(), value.to_owned())),
            Some(_) | None => return Err(format!("word {place} is not a NAME=value pair")),
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_pairs_and_messages_never_quote_them() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            variables("A=1  B_2=x=y\nC="),
            Ok(vec![pair("A", "1"), pair("B_2", "x=y"), pair("C", "")])
        );
        assert_eq!(variables("A=1 topsecret"), Err("word 2 is not a NAME=value pair".to_owned()));
        assert!(variables("1A=1").is_err());
    }
}
