//! Random options: reading them never panics, and valid ones always give the same plan.

use std::collections::BTreeSet;

use airflow_frontend::config::Config;
use airflow_frontend::config::path;
use airflow_frontend::config::requirement::list;
use airflow_frontend::config::values::{self, AirflowVersion, ImageRef, PythonVersion};
use airflow_frontend::facts::assume;
use airflow_frontend::facts::context::Archive;
use airflow_frontend::gateway::directive;
use airflow_frontend::graph::{self, Surroundings};
use airflow_frontend::lint::Checks;
use airflow_frontend::options::{Options, table};
use airflow_frontend::plan::plan;
use airflow_frontend::subrequests::{self, Asked};
use buildkit_frontend::context::ignore::patterns;
use proptest::prelude::*;

/// A build arg by any of its names, with its example or another value.
fn build_arg() -> impl Strategy<Value = (String, String)> {
    let names: Vec<&str> = table::names().collect();
    let value = prop_oneof![Just(None), "[ -~]{0,20}".prop_map(Some), ".{0,8}".prop_map(Some)];
    (prop::sample::select(names), value).prop_map(|(name, value)| {
        let example = table::row(name).map_or("true", |row| row.example);
        (format!("build-arg:{name}"), value.unwrap_or_else(|| example.to_owned()))
    })
}

/// A valid or invalid option of BuildKit.
fn option() -> impl Strategy<Value = (String, String)> {
    const SOUND: [(&str, &str); 14] = [
        ("target", "build"),
        ("platform", "linux/arm64,linux/amd64"),
        ("no-cache", "main"),
        ("add-hosts", "a=10.0.0.1"),
        ("ulimit", "nofile=1:2"),
        ("shm-size", "64"),
        ("memory", "1024"),
        ("context", "https://h/x.git#a:b"),
        ("context:python:3.13-slim-bookworm", "docker-image://x"),
        ("context:docker-context-files", "local:x"),
        ("force-network-mode", "host"),
        ("build-arg:SOURCE_DATE_EPOCH", "context"),
        ("build-arg:BUILDKIT_DOCKERFILE_CHECK", "skip=all"),
        ("label:a", "b"),
    ];
    (prop::sample::select(&SOUND[..]), prop::option::of("[ -~]{0,20}"))
        .prop_map(|((key, sound), value)| (key.to_owned(), value.unwrap_or_else(|| sound.to_owned())))
}

fn lowered(options: &Options) -> Option<Vec<Vec<u8>>> {
    let config = Config::from_options(options).ok()?;
    let facts = assume::facts(&config, None);
    let around = Surroundings::new(&config, "s", true, 1);
    Some(graph::lower(&plan(&config, &facts), &facts, &around).definition.pb.def)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_build_is_planned_or_refused_with_something_to_say(
        args in prop::collection::vec(build_arg(), 0..6),
        more in prop::collection::vec(option(), 0..4),
    ) {
        let mut pairs: Vec<(String, String)> = args.into_iter().chain(more).collect();
        let options = Options::from_pairs(pairs.clone());
        // The order of options does not matter, unless one is given twice.
        let keys: BTreeSet<&String> = pairs.iter().map(|(key, _)| key).collect();
        if keys.len() == pairs.len() {
            pairs.reverse();
            prop_assert_eq!(&Options::from_pairs(pairs), &options);
        }
        prop_assert_eq!(lowered(&options), lowered(&options));
        let config = Config::from_options(&options);
        if let Err(problems) = &config {
            prop_assert!(!problems.0.is_empty());
            prop_assert!(problems.0.iter().all(|problem| !problem.message.is_empty()));
        }
        let asked = Asked { options: &options, config: config.as_ref(), platform: None };
        for (request, _) in subrequests::REQUESTS {
            let answer = subrequests::answer(&format!("{}{}", subrequests::PREFIX, request.name), &asked).unwrap();
            prop_assert!(answer.is_err() || answer.is_ok_and(|(answer, _)| answer.text.ends_with('\n')));
        }
    }

    #[test]
    fn nothing_breaks_the_readers_of_values(text in ".{0,60}", words in "[a-z0-9.,:;=<>@/\\[\\]!~ #-]{0,40}") {
        for text in [&text, &words] {
            let _ = (AirflowVersion::read(text), PythonVersion::read(text), ImageRef::read(text), values::platform(text));
            let _ = (values::extras(text), values::apt_packages(text), list::requirements(text), list::flags(text));
            let _ = (values::boolean(text), values::uid(text), values::line(text), values::tool("uv", text));
            let _ = (path::absolute(text), values::context_path(text), Archive::read(text));
            let _ = (patterns(text), directive(text, "check"));
            let check = [("build-arg:BUILDKIT_DOCKERFILE_CHECK", text.as_str())];
            let _ = Checks::of(&Options::from_pairs(check));
        }
    }

    #[test]
    fn a_boolean_is_read_in_any_case(yes: bool, upper in prop::collection::vec(any::<bool>(), 5)) {
        let words = if yes { ["true", "1", "yes", "on"] } else { ["false", "0", "no", "off"] };
        for word in words {
            let word: String = word
                .chars()
                .zip(&upper)
                .map(|(letter, upper)| if *upper { letter.to_ascii_uppercase() } else { letter })
                .collect();
            prop_assert_eq!(values::boolean(&word), Ok(yes));
        }
    }

    #[test]
    fn lists_are_split_on_any_white_space(
        names in prop::collection::vec("[a-z][a-z0-9]{1,8}", 1..6),
        blanks in prop::collection::vec("[ \t\n\r]{1,3}", 6),
    ) {
        let text: String = names.iter().zip(&blanks).flat_map(|(name, blank)| [name.as_str(), blank]).collect();
        let names: Vec<String> = names;
        prop_assert_eq!(values::apt_packages(&text), Ok(names.clone()));
        prop_assert_eq!(list::requirements(&text).map(|list| list.args), Ok(names.clone()));
        let each: BTreeSet<String> = names.into_iter().collect();
        prop_assert_eq!(values::extras(&text).unwrap().into_iter().collect::<BTreeSet<_>>(), each);
    }

    #[test]
    fn a_version_or_platform_that_is_written_is_read_back(major in 3u64..6, minor in 0u64..30, patch in 0u64..30) {
        let version = AirflowVersion::read(&format!("{major}.{minor}.{patch}")).unwrap();
        prop_assert_eq!(AirflowVersion::read(&version.to_string()), Ok(version));
        let python = PythonVersion { major: 3, minor, patch: Some(patch) };
        prop_assert_eq!(PythonVersion::read(&python.to_string()), Ok(python));
    }

    #[test]
    fn checks_are_read_whatever_their_order(skip in prop::collection::vec("[A-Za-z]{1,12}", 0..4), error: bool) {
        let parts = [format!("skip={}", skip.join(",")), format!("error={error}")];
        let read = |text: String| Checks::of(&Options::from_pairs([("build-arg:BUILDKIT_DOCKERFILE_CHECK", text)])).unwrap();
        let checks = read(parts.join(";"));
        prop_assert_eq!(&checks, &read(format!("{} ; {}", parts[1], parts[0])));
        prop_assert_eq!(checks.error, error);
    }
}
