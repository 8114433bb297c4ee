//! What the reference says of an arg that is not given, compared with what a build does then.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use airflow_frontend::config::{Config, releases};
use airflow_frontend::facts::base::Debian;
use airflow_frontend::options::Options;
use airflow_frontend::options::table::{self, Arg, Secrecy};
use airflow_frontend::plan::debian;
use airflow_frontend::subrequests::{self, Asked};

use crate::args::made;

type Args = &'static [(&'static str, &'static str)];

/// Builds in which every default is given in turn.
const SCENES: &[Args] = &[
    &[],
    &[("AIRFLOW_VERSION", "2.10.5"), ("DATABASE_CLIENTS_FROM", "vendor")],
    &[("AIRFLOW_VERSION", "2.3.3"), ("AIRFLOW_PYTHON_VERSION", "3.7")],
    &[("AIRFLOW_INSTALLATION_METHOD", "."), ("AIRFLOW_USE_UV", "false")],
    &[("DOCKER_CONTEXT_FILES", "files"), ("INSTALL_PACKAGES_FROM_CONTEXT", "true")],
];

/// Rows whose default has another effect when it is given, and why.
const DIFFERENT: &[(&Arg, &str)] = &[
    (&table::UV_HTTP_TIMEOUT, "a given value also applies to pip, and wins over the base image"),
    (&table::DEV_APT_DEPS, "compilers that are asked for are installed at once"),
    (&table::RUNTIME_APT_DEPS, "a variable of the image has the given list"),
];

/// What the help says after `Empty:` or `Not given:`, as a value with the same effect; with what else is given.
const IN_WORDS: &[(&Arg, Args, &str)] = &[
    (&table::PYTHON_BASE_IMAGE, &[("AIRFLOW_PYTHON_VERSION", "3.12")], "python:3.12-slim-bookworm"),
    (&table::AIRFLOW_PYTHON_VERSION, &[("AIRFLOW_VERSION", "2.10.5")], "3.12"),
    (&table::AIRFLOW_SOURCES_FROM, &[("AIRFLOW_INSTALLATION_METHOD", ".")], "."),
    (
        &table::AIRFLOW_SOURCES_TO,
        &[("AIRFLOW_INSTALLATION_METHOD", "."), ("AIRFLOW_HOME", "/srv/x")],
        "/srv/x",
    ),
    (&table::AIRFLOW_EXTRAS, &[], "DEFAULT"),
    (&table::AIRFLOW_PIP_VERSION, &[("AIRFLOW_VERSION", "2.3.3"), ("AIRFLOW_PYTHON_VERSION", "3.7")], "24.0"),
    (
        &table::AIRFLOW_CONSTRAINTS_LOCATION,
        &[("AIRFLOW_PYTHON_VERSION", "3.12")],
        "https://raw.githubusercontent.com/apache/airflow/constraints-3.3.2/constraints-3.12.txt",
    ),
    (&table::AIRFLOW_CONSTRAINTS_REFERENCE, &[("AIRFLOW_VERSION", "2.10.5")], "constraints-2.10.5"),
    (&table::AIRFLOW_CONSTRAINTS_REFERENCE, &[("AIRFLOW_VERSION", "3.4.0.dev0")], "constraints-main"),
    (&table::DOCKER_CONTEXT_FILES, &[], "Dockerfile"),
    (&table::INSTALL_MSSQL_CLIENT, &[], "false"),
    (&table::INSTALL_MSSQL_CLIENT, &[("DATABASE_CLIENTS_FROM", "vendor")], "true"),
];

/// Rows whose words no value of their own stands for: other tests show what happens.
const NO_VALUE: &[&Arg] = &[
    &table::AIRFLOW_UV_VERSION,
    &table::UV_HTTP_TIMEOUT,
    &table::USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES,
    &table::DEV_APT_DEPS,
    &table::RUNTIME_APT_DEPS,
];

fn build(args: &[(&str, &str)]) -> (Vec<Vec<u8>>, String) {
    made(args).unwrap_or_else(|problems| panic!("{args:?}: {problems}"))
}

/// The value of each row as `--call outline` shows it.
fn shown(args: &[(&str, &str)]) -> Vec<(&'static Arg, String)> {
    let pairs = args.iter().map(|(name, value)| (format!("build-arg:{name}"), (*value).to_owned()));
    let options = Options::from_pairs(pairs);
    let config = Config::from_options(&options);
    let asked = Asked { options: &options, config: config.as_ref(), platform: None };
    let (answer, _) = subrequests::answer("frontend.outline", &asked).unwrap().unwrap();
    let outline: serde_json::Value = serde_json::from_str(&answer.json).unwrap();
    let value = |arg: &serde_json::Value| arg["value"].as_str().unwrap_or_default().to_owned();
    let rows = outline["args"].as_array().unwrap().iter();
    let rows = rows.filter_map(|arg| Some((Arg::find(arg["name"].as_str()?)?, value(arg))));
    let config = config.as_ref().unwrap();
    rows.map(|(row, value)| (row, if value.ends_with('…') { whole(row, config) } else { value })).collect()
}

/// A list that the outline cuts off.
fn whole(row: &Arg, config: &Config) -> String {
    match row.name {
        "AIRFLOW_EXTRAS" => releases::default_extras(&config.airflow).join(","),
        "DEV_APT_DEPS" => debian::dev_packages(&config.airflow, false).join(" "),
        "RUNTIME_APT_DEPS" => debian::runtime_packages(&config.airflow, Debian::Bookworm).join(" "),
        name => panic!("{name} has a long value"),
    }
}

#[test]
fn to_give_the_default_changes_nothing() {
    let mut compared = BTreeSet::new();
    let mut differ = BTreeSet::new();
    for scene in SCENES {
        let without = build(scene);
        let is_left =
            |row: &Arg| row.secrecy != Secrecy::Hidden && scene.iter().all(|(name, _)| *name != row.name);
        for (row, value) in shown(scene).into_iter().filter(|(row, value)| !value.is_empty() && is_left(row))
        {
            compared.insert(row.name);
            if build(&[*scene, &[(row.name, value.as_str())]].concat()) != without {
                differ.insert(row.name);
            }
        }
    }
    let expected: BTreeSet<&str> = DIFFERENT.iter().map(|(row, _)| row.name).collect();
    assert_eq!(differ, expected, "rows whose default means something else when it is given");
    let rows = table::TABLE.iter().filter(|row| !row.default.is_empty()).chain(table::BY_RELEASE);
    let left: Vec<&str> = rows.map(|row| row.name).filter(|name| !compared.contains(name)).collect();
    assert_eq!(left, [""; 0], "rows that no scene compares");
}

#[test]
fn defaults_in_words_are_what_a_build_does() {
    for (row, besides, value) in IN_WORDS {
        let value = if *value == "DEFAULT" { default_extras() } else { (*value).to_owned() };
        let with = build(&[*besides, &[(row.name, value.as_str())]].concat());
        assert!(with == build(besides), "{}={value} differs from the default beside {besides:?}", row.name);
    }
    let said = |row: &&&Arg| row.help.contains("Empty: ") || row.help.contains("Not given: ");
    let said: BTreeSet<&str> = table::TABLE.iter().filter(said).map(|row| row.name).collect();
    let shown = IN_WORDS.iter().map(|(row, ..)| row.name).chain(NO_VALUE.iter().map(|row| row.name));
    assert_eq!(said.difference(&shown.collect()).collect::<Vec<_>>(), [&""; 0], "rows without a line here");
}

fn default_extras() -> String {
    shown(&[]).into_iter().find(|(row, _)| row.name == table::AIRFLOW_EXTRAS.name).unwrap().1
}

/// A fallback of Airflow's own script that no image needs: each has the variable.
const AS_IN_AIRFLOWS: (&str, &str) = ("AIRFLOW_HOME", "/usr/local/airflow");

/// Scripts have a default where the plan leaves a variable out: `NAME=${NAME:-default}`, or `NAME=default`.
#[test]
fn scripts_have_the_documented_defaults() {
    let mut found = BTreeSet::new();
    for folder in ["build", "runtime"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plan/scripts").join(folder);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "sh") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for row in table::TABLE {
                for start in [format!("{{{}:-", row.name), format!(" {}=", row.name)] {
                    for (at, _) in text.match_indices(&start) {
                        let rest = &text[at + start.len()..];
                        let value = &rest[..rest.find(['}', ' ', '\n', '"']).unwrap_or(rest.len())];
                        if value.is_empty() || value.starts_with('$') || (row.name, value) == AS_IN_AIRFLOWS {
                            continue;
                        }
                        assert_eq!(value, row.default, "{} in {}", row.name, path.display());
                        found.insert(row.name);
                    }
                }
            }
        }
    }
    for row in [&table::UV_HTTP_TIMEOUT, &table::PIP_PROGRESS_BAR, &table::AIRFLOW_USER_HOME_DIR] {
        assert!(found.contains(row.name), "{} has no default in a script", row.name);
    }
}
