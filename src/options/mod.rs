//! Phase 1: the table of build args, and the given options as text.
//!
//! [`Options`] holds BuildKit's options by name space, without validation: unknown names and invalid values are kept, so
//! that `config` can report all of them at once.

pub mod docs;
pub mod elsewhere;
pub mod suggest;
pub mod table;

pub use buildkit_frontend::options::{Options, PROXY_ARGS};

/// The name and value that were given for a row, under its own name or an alias; an empty value counts.
pub fn given<'a>(options: &'a Options, row: &table::Arg) -> Option<(&'a str, &'a str)> {
    let same = table::Support::SameAs(row.name);
    let others = table::OTHERS.iter().filter(|(_, support)| *support == same).map(|(name, _)| *name);
    let given =
        std::iter::once(row.name).chain(others).find_map(|name| options.build_args.get_key_value(name));
    given.map(|(name, text)| (name.as_str(), text.as_str()))
}

/// Replaces the names of build args in a text with the names that the user wrote.
pub fn as_written(options: &Options, text: &str) -> String {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut written = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let name = table::row(word).and_then(|row| given(options, row)).map(|(name, _)| name);
        written.push_str(name.unwrap_or(word));
        let next = behind.find(is_letter).unwrap_or(behind.len());
        written.push_str(&behind[..next]);
        rest = &behind[next..];
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_args_are_named_as_they_were_written() {
        let options = |name: &str| Options::from_pairs([(format!("build-arg:{name}"), "x")]);
        let check = |given: &str, text: &str, expected: &str| {
            assert_eq!(as_written(&options(given), text), expected, "{given}");
        };
        let text = "give PYTHON_BASE_IMAGE=a, not MY_PYTHON_BASE_IMAGE: \"PYTHON_BASE_IMAGE\" é";
        check("BASE_IMAGE", text, "give BASE_IMAGE=a, not MY_PYTHON_BASE_IMAGE: \"BASE_IMAGE\" é");
        check("PYTHON_BASE_IMAGE", "BASE_IMAGE", "PYTHON_BASE_IMAGE");
        check("AIRFLOW_VERSION", text, text);
        check("PIP_CACHE_EPOCH", "DEPENDENCY_CACHE_EPOCH", "PIP_CACHE_EPOCH");
        // Where both are given, the row's own counts.
        let both = Options::from_pairs([("build-arg:BASE_IMAGE", "x"), ("build-arg:PYTHON_BASE_IMAGE", "x")]);
        assert_eq!(as_written(&both, "BASE_IMAGE"), "PYTHON_BASE_IMAGE");
    }
}
