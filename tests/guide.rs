//! The guide and the migration from Airflow's Dockerfile: each command is a build that can be planned, and no chapter of
//! Airflow's own guide is missing.

use std::collections::BTreeSet;

use airflow_frontend::config::{Config, Constraints};
use airflow_frontend::facts::context::Folder;
use airflow_frontend::facts::{Facts, Outside, assume};
use airflow_frontend::lint::{self, Checks, Subject};
use airflow_frontend::plan::plan;

use crate::support::commands;

fn page(name: &str) -> String {
    let path = format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files in the context folder of such a build: those that its args name, and a requirements file.
fn files(config: &Config) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    if config.context_files.is_some() {
        files.insert("requirements.txt".to_owned());
    }
    if config.install_from_context {
        files.insert(format!("apache_airflow-{}-py3-none-any.whl", config.airflow));
    }
    if let Constraints::ContextFile(path) = &config.constraints {
        files.insert(path.clone());
    }
    files
}

/// Plans every build of a page; returns their number, and the findings of rules.
fn planned(name: &str) -> (usize, BTreeSet<&'static str>) {
    let builds = commands::builds(&page(name));
    let mut findings = BTreeSet::new();
    for command in &builds {
        let options = commands::options(command);
        let config =
            Config::from_options(&options).unwrap_or_else(|problems| panic!("{command}\n{problems}"));
        let files = files(&config);
        let folder = Folder { files, ..Folder::default() };
        let outside = Outside { folder, ..assume::outside(&config, None) };
        let facts = Facts::judge(&config, Ok(assume::base(&config)), outside)
            .unwrap_or_else(|problems| panic!("{command}\n{problems}"));
        assert!(plan(&config, &facts).steps.len() > 5, "{command}");
        let subject = Subject { options: &options, config: Ok(&config), facts: Some(&facts), builds: true };
        for finding in lint::findings(&subject, &Checks::default()) {
            assert_ne!(finding.code.name(), "UnsupportedPython", "{command}: {}", finding.message);
            findings.insert(finding.code.name());
        }
    }
    (builds.len(), findings)
}

#[test]
fn every_command_of_the_guide_can_be_planned() {
    let (builds, findings) = planned("guide.md");
    assert!(builds >= 18, "{builds}");
    // A branch on GitHub can change, and so can its constraints.
    assert_eq!(findings, ["UnpinnedConstraints"].into());
}

#[test]
fn every_command_of_airflows_guide_can_be_planned_as_it_is() {
    let (builds, findings) = planned("migration.md");
    assert!(builds >= 5, "{builds}");
    assert_eq!(findings, ["DeadBuildArg", "DeprecatedBuildArg", "UnpinnedConstraints"].into());
}

/// The chapters of the guide to Airflow's own image, in its words.
const CHAPTERS: [&str; 26] = [
    "Quick start scenarios of image extending",
    "Extending vs. customizing the image",
    "Why customizing the image ?",
    "Building images primer",
    "Extending the image",
    "Base images",
    "Important notes for the base images",
    "Examples of image extending",
    "Setting own Airflow providers",
    "Adding Airflow Provider package and `apt` package",
    "Adding `PyPI` package with constraints",
    "Adding `PyPI` package with uv",
    "When writable directory is needed",
    "Customizing the image",
    "Using docker-context-files",
    "Examples of image customizing",
    "Building from PyPI packages",
    "Building optimized images",
    "Building prod images using UV as the package installer",
    "Building images with MySQL client",
    "Using custom installation sources",
    "Build images in security restricted environments",
    "Modifying the Dockerfile",
    "Build Args reference",
    "The architecture of the images",
    "Dependencies caching",
];

#[test]
fn the_guide_has_the_chapters_of_airflows_own() {
    let page = page("guide.md");
    let mut rest = page.as_str();
    for chapter in CHAPTERS {
        let at = rest.find(chapter).unwrap_or_else(|| panic!("no chapter {chapter}, or not in its place"));
        rest = &rest[at..];
    }
}
