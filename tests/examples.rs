//! The examples: each command of a README is a build that can be planned.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use airflow_frontend::config::Config;
use airflow_frontend::facts::context::Folder;
use airflow_frontend::facts::{Facts, Outside, assume};
use airflow_frontend::options::Options;
use airflow_frontend::plan::plan;

use crate::support::commands::words;
use crate::support::readme::{Readme, examples};

fn read(folder: &Path, file: &str) -> String {
    let path = folder.join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The build args of the build command of an example.
fn build_args(folder: &Path) -> BTreeMap<String, String> {
    let words = words(&Readme::of(folder).build().replace("\\\n", " "));
    let pairs = words.windows(2).filter(|pair| pair[0] == "--build-arg");
    pairs
        .map(|pair| pair[1].split_once('=').unwrap())
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// The files of the context folder; those that an example's commands create first are listed here.
fn files(folder: &Path, config: &Config) -> BTreeSet<String> {
    let Some(name) = &config.context_files else { return BTreeSet::new() };
    if config.install_from_context {
        return ["apache_airflow-2.10.5-py3-none-any.whl", "constraints-3.12.txt"].map(str::to_owned).into();
    }
    let entries = fs::read_dir(folder.join(name)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_customizing_example_can_be_planned_without_a_warning() {
    for folder in examples("customizing") {
        let what = folder.display();
        assert!(read(&folder, "Dockerfile").starts_with("# syntax="), "{what}");
        let args = build_args(&folder);
        let pairs = args.iter().map(|(name, value)| (format!("build-arg:{name}"), value.clone()));
        let config = Config::from_options(&Options::from_pairs(pairs))
            .unwrap_or_else(|problems| panic!("{what}: {problems}"));
        assert_eq!(config.warnings, [], "{what}");
        let files = files(&folder, &config);
        let folder = Folder { files, ..Folder::default() };
        let outside = Outside { folder, ..assume::outside(&config, None) };
        let facts = Facts::judge(&config, Ok(assume::base(&config)), outside)
            .unwrap_or_else(|problems| panic!("{what}: {problems}"));
        assert!(plan(&config, &facts).steps.len() > 5, "{what}");
    }
}

#[test]
fn every_extending_example_starts_from_our_image_and_ends_as_its_user() {
    for folder in examples("extending") {
        let dockerfile = read(&folder, "Dockerfile");
        assert!(dockerfile.contains("ARG BASE=my-airflow\nFROM ${BASE}\n"), "{}", folder.display());
        let user = dockerfile.lines().filter_map(|line| line.strip_prefix("USER ")).next_back();
        assert_ne!(user, Some("root"), "{}", folder.display());
        assert!(read(&folder, "README.md").contains("--build-arg BASE=my-airflow"), "{}", folder.display());
        for line in dockerfile.lines().filter(|line| line.starts_with("COPY ")) {
            let file = line.split_whitespace().rev().nth(1).unwrap();
            assert!(folder.join(file).exists(), "{}: {file}", folder.display());
        }
    }
}

#[test]
fn every_example_is_built_on_an_engine() {
    for kind in ["customizing", "extending"] {
        let tests = read(Path::new(env!("CARGO_MANIFEST_DIR")), &format!("tests/e2e/{kind}.rs"));
        for folder in examples(kind) {
            let place = format!("\"{kind}/{}\"", folder.file_name().unwrap().to_string_lossy());
            assert!(tests.contains(&place), "{place} is not in tests/e2e/{kind}.rs");
        }
    }
}
