//! Every build arg has an effect: it changes the graph or the image.

use std::collections::BTreeSet;

use airflow_frontend::config::Config;
use airflow_frontend::facts::context::Folder;
use airflow_frontend::facts::{Facts, Outside, assume};
use airflow_frontend::graph::{self, Surroundings};
use airflow_frontend::options::Options;
use airflow_frontend::options::table::{self, Arg, Support};
use airflow_frontend::plan::plan;

/// The other options that an arg needs to have an effect, or its value if the example is the default; by
/// the row's name.
const SCENES: &[(&str, &[(&str, &str)])] = &[
    ("AIRFLOW_VERSION_SPECIFICATION", &[("AIRFLOW_VERSION", "2.10.5")]),
    ("AIRFLOW_SOURCES_FROM", &[("AIRFLOW_INSTALLATION_METHOD", ".")]),
    ("AIRFLOW_SOURCES_TO", &[("AIRFLOW_INSTALLATION_METHOD", "."), ("AIRFLOW_SOURCES_TO", "/opt/sources")]),
    ("AIRFLOW_UV_VERSION", &[("AIRFLOW_UV_VERSION", "0.9.1")]),
    ("VERSION_SUFFIX", &[("AIRFLOW_INSTALLATION_METHOD", ".")]),
    (
        "DEFAULT_CONSTRAINTS_BRANCH",
        &[("AIRFLOW_VERSION", "3.4.0.dev0"), ("DEFAULT_CONSTRAINTS_BRANCH", "constraints-3-4")],
    ),
    ("AIRFLOW_CONSTRAINTS_LOCATION", &[("DOCKER_CONTEXT_FILES", "files")]),
    ("EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS", &[("UPGRADE_RANDOM_INDICATOR_STRING", "1")]),
    ("INSTALL_PACKAGES_FROM_CONTEXT", &[("DOCKER_CONTEXT_FILES", "files")]),
    (
        "USE_CONSTRAINTS_FOR_CONTEXT_PACKAGES",
        &[("DOCKER_CONTEXT_FILES", "files"), ("INSTALL_PACKAGES_FROM_CONTEXT", "true")],
    ),
    (
        "INSTALL_MYSQL_CLIENT_TYPE",
        &[("DATABASE_CLIENTS_FROM", "vendor"), ("INSTALL_MYSQL_CLIENT_TYPE", "mysql")],
    ),
    ("INSTALL_MSSQL_CLIENT", &[("DATABASE_CLIENTS_FROM", "vendor")]),
    ("AIRFLOW_IMAGE_TYPE", &[("AIRFLOW_IMAGE_TYPE", "ci")]),
];

/// The graph's bytes and the image config of a build.
pub(super) fn made(args: &[(&str, &str)]) -> Result<(Vec<Vec<u8>>, String), String> {
    let pairs = args.iter().map(|(name, value)| (format!("build-arg:{name}"), (*value).to_owned()));
    let config =
        Config::from_options(&Options::from_pairs(pairs)).map_err(|problems| problems.to_string())?;
    let files = [
        "requirements.txt",
        "constraints-3.12.txt",
        "constraints-3.13/constraints-3.13.txt",
        "apache_airflow-3.3.2-py3-none-any.whl",
    ];
    let files: BTreeSet<String> = files.map(str::to_owned).into();
    let files = if config.context_files.is_some() { files } else { BTreeSet::new() };
    let folder = Folder { files, ..Folder::default() };
    let outside = Outside { folder, ..assume::outside(&config, None) };
    let facts =
        Facts::judge(&config, Ok(assume::base(&config)), outside).map_err(|problems| problems.to_string())?;
    let around = Surroundings::new(&config, "s", true, 1);
    let lowered = graph::lower(&plan(&config, &facts), &facts, &around);
    Ok((lowered.definition.pb.def, lowered.image.to_string()))
}

fn changes_something(name: &str, row: &Arg) -> bool {
    let scene = SCENES.iter().find(|(other, _)| *other == row.name).map_or(&[][..], |(_, scene)| scene);
    let value = scene.iter().find(|(other, _)| *other == row.name).map_or(row.example, |(_, value)| value);
    let besides: Vec<_> = scene.iter().copied().filter(|(other, _)| *other != row.name).collect();
    let with = [besides.as_slice(), &[(name, value)]].concat();
    let made = |args: &[(&str, &str)]| made(args).unwrap_or_else(|problems| panic!("{args:?}: {problems}"));
    made(&besides) != made(&with)
}

#[test]
fn every_arg_changes_the_graph_or_the_image() {
    let dead: Vec<&str> =
        table::TABLE.iter().filter(|row| !changes_something(row.name, row)).map(|row| row.name).collect();
    assert_eq!(dead, [""; 0], "rows of src/options/table.rs without an effect, or without a scene here");
    for (name, _) in SCENES {
        assert!(Arg::find(name).is_some(), "{name} has a scene, but no row");
    }
}

#[test]
fn an_alias_does_what_the_row_does_and_a_dead_name_nothing() {
    for (name, support) in table::OTHERS {
        match support {
            Support::SameAs(row) => {
                let row = Arg::find(row).unwrap();
                assert!(changes_something(name, row), "{name}");
            }
            Support::Dead(_) => {
                assert_eq!(made(&[(name, "true")]), made(&[]), "{name}");
                let pairs = [(format!("build-arg:{name}"), "true")];
                let warnings = Config::from_options(&Options::from_pairs(pairs)).unwrap().warnings;
                assert_eq!(warnings.len(), 1, "{name}");
            }
            Support::Works => panic!("{name} needs a row"),
        }
    }
}

/// Every row is also used in another test, with a purpose.
#[test]
fn every_arg_is_used_in_a_test_or_a_case() {
    let mut given = String::new();
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let below = folder.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
            if path.is_dir()
                && (below.starts_with("tests")
                    || below.starts_with("src")
                    || ["tests", "src"].contains(&name.as_str()))
            {
                folders.push(path);
            } else if (below.starts_with("tests")
                && name != "args.rs"
                && path.extension().is_none_or(|it| it != "snap"))
                || name == "tests.rs"
            {
                given.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
    let words: BTreeSet<&str> =
        given.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).collect();
    let missing: Vec<&str> =
        table::TABLE.iter().map(|row| row.name).filter(|name| !words.contains(name)).collect();
    assert_eq!(missing, [""; 0], "rows of src/options/table.rs that no test gives");
}
