//! Messages: the documentation quotes real ones, and each code has its examples.

use std::fs;

use airflow_frontend::diagnostic::code::{CODES, Page};
use airflow_frontend::diagnostic::{Code, Diagnostic, Place};
use airflow_frontend::options::Options;
use airflow_frontend::options::table::{self, OTHERS, Support};
use buildkit_frontend::testing::{FakeBuildKit, Session};
use serde_json::json;

use crate::support::example::{self, Example};
use crate::support::process::fake_buildkit;
use crate::support::scene::with_python;

/// A BuildKit whose registry has the official images of some Pythons.
fn registry() -> FakeBuildKit {
    let mut fake = ["3.11", "3.12", "3.13"].into_iter().fold(fake_buildkit(), |fake, python| {
        let image = format!("docker.io/library/python:{python}-slim-bookworm");
        let source = format!("docker-image://{image}");
        let env = json!([format!("PATH=/usr/local/bin"), format!("PYTHON_VERSION={python}.4")]);
        with_python(fake.image(&image, json!({ "config": { "Env": env } })), &source, python)
            .file(
                &source,
                "etc/passwd",
                "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n",
            )
            .file(&source, "etc/ssl/openssl.cnf", "")
            .file(&source, "var/www/index.html", "")
    });
    fake.no_digests = true;
    fake
}

/// Runs the build of an example.
fn build(example: &Example) -> Session {
    let line = example.build_file.as_deref().unwrap_or_default();
    let content = format!("# syntax=myorg/airflow-frontend\n{line}\n");
    let fake = registry().file("local://dockerfile", "Dockerfile", content);
    let fake = example
        .context
        .iter()
        .fold(fake, |fake, file| fake.file("local://context", &format!("files/{file}"), "\n"));
    let args = example.options.build_args.iter().map(|(name, value)| (format!("build-arg:{name}"), value));
    let flags = example.options.frontend.iter().map(|(name, value)| (name.clone(), value));
    let options: Vec<(String, &String)> = args.chain(flags).collect();
    let mut pairs = vec![("filename", "Dockerfile")];
    pairs.extend(options.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    fake.run(&pairs)
}

#[test]
fn errors_are_reported_for_their_first_example_and_not_for_the_second() {
    for row in CODES.iter().filter(|row| row.page == Page::Errors) {
        let code = format!("[{}]", row.code.in_brackets());
        let message = build(&Example::read(row.fails)).error().message.clone();
        assert!(message.contains(&code), "{}: {message}", row.name);
        build(&Example::read(row.passes)).result();
    }
}

/// The option that a quoted message is about, with its value, as options of a build.
fn about(message: &str) -> Example {
    let (option, _) = message.split_once(": ").unwrap_or_else(|| panic!("no message: {message}"));
    let options = match option.split_once('=') {
        Some((name, value)) => match name.strip_prefix("--") {
            Some(flag) => Options::from_pairs([(flag, value)]),
            None => Options::from_pairs([(format!("build-arg:{name}"), value)]),
        },
        None => Options::default(),
    };
    Example { options, ..Example::read("") }
}

#[test]
fn messages_in_the_documentation_are_real() {
    let codes: Vec<String> = CODES.iter().map(|row| format!("[{}]", row.code.in_brackets())).collect();
    let mut quoted = 0;
    for page in ["README.md", "docs/errors.md"] {
        let path = format!("{}/{page}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(&path).unwrap();
        for block in text.split("```").skip(1).step_by(2) {
            let lines: Vec<&str> = block.lines().map(str::trim).collect();
            for (at, message) in (0..).zip(&lines) {
                if !codes.iter().any(|code| message.ends_with(code)) {
                    continue;
                }
                quoted += 1;
                let of_block = block.contains("docker buildx build").then(|| example::shown(block.trim()));
                let told = build(&of_block.unwrap_or_else(|| about(message))).error().message.clone();
                let hint = lines.get(at + 1).filter(|line| line.starts_with("hint: "));
                let told: Vec<&str> = told.lines().map(str::trim).collect();
                for line in [message].into_iter().chain(hint) {
                    assert!(told.contains(line), "{page}: {line}\nis not in\n{}", told.join("\n"));
                }
            }
        }
    }
    assert!(quoted > 15, "only {quoted} messages were found");
}

#[test]
fn every_alias_keeps_its_name_and_its_own_place() {
    for (alias, support) in OTHERS {
        let Support::SameAs(name) = support else { continue };
        let options = Options::from_pairs([(format!("build-arg:{alias}"), "x")]);
        let hint = format!("give {name}=y");
        let error = Diagnostic::new(&options, Code::InvalidValue, name, "not this", &*hint);
        assert_eq!((error.option.row, error.option.name.as_str()), (Some(*name), *alias));
        assert_eq!(error.place, Some(Place::BuildArg((*alias).to_owned())));
        let hidden = table::is_hidden(name);
        let value = if hidden { "" } else { "=x" };
        let expected = format!("{alias}{value}: not this [invalid-value]\n  hint: give {alias}=y");
        assert_eq!(error.to_string(), expected);
    }
}
