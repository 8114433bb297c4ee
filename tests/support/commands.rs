//! Reads build commands in documents.

use airflow_frontend::options::Options;

/// The build commands in the fenced blocks of a page, each on one line.
pub fn builds(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for block in page.split("```").skip(1).step_by(2) {
        let Some((_, text)) = block.split_once('\n') else { continue };
        let text = text.replace("\\\n", " ");
        let lines = text.lines().map(str::trim);
        found.extend(lines.filter(|line| starts(line).is_some()).map(str::to_owned));
    }
    found
}

/// The arguments after `docker buildx build`.
fn starts(line: &str) -> Option<&str> {
    ["docker buildx build ", "docker build "].into_iter().find_map(|words| line.strip_prefix(words))
}

/// The options that BuildKit would pass for a build command; panics at unknown flags.
pub fn options(command: &str) -> Options {
    arguments(starts(command).unwrap_or_else(|| panic!("no build: {command}")))
}

/// The options for the arguments of such a command.
pub fn arguments(command: &str) -> Options {
    let words = words(command);
    let mut words = words.iter().map(String::as_str);
    let mut pairs = Vec::new();
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_else(|| panic!("{word} of {command}"));
        match word {
            "--build-arg" | "--label" => {
                let (name, text) = value().split_once('=').unwrap_or_else(|| panic!("{word} of {command}"));
                pairs.push((format!("{}:{name}", &word[2..]), text.to_owned()));
            }
            "--platform" | "--target" => pairs.push((word[2..].to_owned(), value().to_owned())),
            "--tag" => drop(value()),
            "--pull" | "--load" | "--push" | "--check" | "." => {}
            other => panic!("{other} is not read in {command}"),
        }
    }
    Options::from_pairs(pairs)
}

/// Splits words as a shell does, with quotes.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut quote, mut begun) = (vec![String::new()], None, false);
    for letter in line.chars() {
        match (quote, letter) {
            (None, '\'' | '"') => {
                quote = Some(letter);
                begun = true;
            }
            (Some(open), letter) if open == letter => quote = None,
            (None, letter) if letter.is_whitespace() => {
                if begun || words.last().is_some_and(|word| !word.is_empty()) {
                    words.push(String::new());
                }
                begun = false;
            }
            (_, letter) => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn commands_are_read_as_a_shell_would() {
    let page = "a\n```sh\n$ no\ndocker build . \\\n  --build-arg A='b c' \\\n --build-arg \"D=e f\" --build-arg G=\n```\n";
    let found = builds(page);
    assert_eq!(found.len(), 1);
    let args = options(&found[0]).build_args;
    let args: Vec<_> = args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(args, [("A", "b c"), ("D", "e f"), ("G", "")]);
}
