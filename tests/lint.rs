//! Lint rules, checked with the examples of their page.

use airflow_frontend::config::Config;
use airflow_frontend::config::values::AirflowVersion;
use airflow_frontend::diagnostic::Severity;
use airflow_frontend::facts::Facts;
use airflow_frontend::facts::assume;
use airflow_frontend::lint::{self, Checks, RULES, Subject};
use serde_json::json;

use crate::support::example::{self, Example, command};

/// The rules with findings in an example.
fn spoken(example: &Example) -> Vec<&'static str> {
    let config = Config::from_options(&example.options);
    let facts = config.as_ref().ok().map(|config| {
        let mut base = assume::base(config);
        if let Some(architecture) = &example.base_architecture {
            base.config.clone_from(json!({ "architecture": architecture }).as_object().unwrap());
        }
        let mut outside = assume::outside(config, None);
        outside.folder.files.clone_from(&example.context);
        outside.sources = example.sources.as_deref().map(|text| AirflowVersion::read(text).unwrap());
        Facts::new(config, base, outside)
    });
    let subject =
        Subject { options: &example.options, config: config.as_ref(), facts: facts.as_ref(), builds: false };
    lint::findings(&subject, &Checks::default()).iter().map(|finding| finding.code.name()).collect()
}

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lint.md")).unwrap()
}

/// The code blocks below a rule's heading.
fn blocks<'a>(page: &'a str, rule: &str) -> Vec<&'a str> {
    let section = page.split("\n## ").find(|section| section.lines().next() == Some(rule));
    let section = section.unwrap_or_else(|| panic!("docs/lint.md has no heading {rule}"));
    section.split("```").skip(1).step_by(2).map(str::trim).collect()
}

#[test]
fn each_rule_reports_its_first_example_and_not_the_second() {
    let page = page();
    for rule in RULES {
        let row = rule.code.row();
        let spoken_of = spoken(&Example::read(row.fails));
        assert!(spoken_of.contains(&row.name), "{}: its first example: {spoken_of:?}", row.name);
        let passes = Example::read(row.passes);
        assert_eq!(spoken(&passes), [""; 0], "{}: its second example", row.name);
        Config::from_options(&passes.options)
            .unwrap_or_else(|problems| panic!("{}: its second example: {problems}", row.name));
        let shown = [row.fails, row.passes].map(example::as_command);
        assert_eq!(blocks(&page, row.name), shown, "{}: examples of docs/lint.md", row.name);
    }
}

#[test]
fn the_page_explains_every_rule_and_no_other() {
    let page = page();
    let explained: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let names: Vec<&str> = RULES.iter().map(|rule| rule.code.name()).collect();
    assert_eq!(explained, names);
    for rule in RULES {
        let anchor = rule.code.url().rsplit_once("docs/lint.md#").unwrap().1.to_owned();
        assert_eq!(anchor, rule.code.name().to_lowercase(), "headings become anchors in small letters");
        assert!(
            rule.code.row().description.ends_with('.'),
            "{}: a description is a sentence",
            rule.code.name()
        );
    }
    let advice: Vec<&str> = RULES
        .iter()
        .filter(|rule| rule.code.row().severity == Severity::Advice)
        .map(|rule| rule.code.name())
        .collect();
    assert!(page.contains(&format!("{} are advice", advice.join(" and "))), "{advice:?}");
}

#[test]
fn a_build_without_args_has_no_findings() {
    assert_eq!(spoken(&Example::read("")), [""; 0]);
}

#[test]
fn args_without_effect_are_reported_under_the_given_name() {
    let options = command("docker buildx build --build-arg VERSION_SUFFIX_FOR_PYPI=dev0 .");
    let config = Config::from_options(&options);
    let subject = Subject { options: &options, config: config.as_ref(), facts: None, builds: true };
    let found = lint::findings(&subject, &Checks::default());
    let told: Vec<_> =
        found.iter().map(|finding| (finding.code.name(), finding.option.name.as_str())).collect();
    let name = "VERSION_SUFFIX_FOR_PYPI";
    assert_eq!(told, [("DeprecatedBuildArg", name), ("DeadBuildArg", name)]);
}

#[test]
fn a_skipped_rule_has_no_findings_and_builds_print_no_advice() {
    let check = |args: &str, builds: bool, expected: &[&str]| {
        let options = command(&format!("docker buildx build {args} ."));
        let config = Config::from_options(&options);
        let subject = Subject { options: &options, config: config.as_ref(), facts: None, builds };
        let found = lint::findings(&subject, &Checks::of(&options).unwrap());
        let names: Vec<&str> = found.iter().map(|finding| finding.code.name()).collect();
        assert_eq!(names, expected, "{args}");
    };
    let args = "--build-arg PYTHON_BASE_IMAGE=python:3.12 --build-arg AIRFLOW_CONSTRAINTS_REFERENCE=constraints-main";
    let with = |setting: &str| format!("{args} --build-arg BUILDKIT_DOCKERFILE_CHECK={setting}");
    check(args, false, &["UnpinnedConstraints", "MovingBaseImageTag"]);
    check(args, true, &["UnpinnedConstraints"]);
    check(&with("error=true"), true, &["UnpinnedConstraints", "MovingBaseImageTag"]);
    check(&with("skip=unpinnedconstraints"), false, &["MovingBaseImageTag"]);
    check(&with("skip=all"), false, &[]);
}

#[test]
fn a_repository_is_pinned_by_its_commit_and_not_by_a_tag() {
    let told = |args: &str| -> Vec<String> {
        let options = command(&format!("docker buildx build {args} ."));
        let config = Config::from_options(&options);
        let subject = Subject { options: &options, config: config.as_ref(), facts: None, builds: false };
        let found = lint::findings(&subject, &Checks::default());
        found.into_iter().filter(|it| it.code.name() == "UnpinnedRequirement").map(|it| it.message).collect()
    };
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let repository = "git+https://example.com/x.git";
    assert_eq!(told(&format!("--build-arg ADDITIONAL_PYTHON_DEPS=x@{repository}@{commit}")), [""; 0]);
    assert_eq!(
        told(&format!("--build-arg ADDITIONAL_PYTHON_DEPS=x@{repository}@v1.0#egg=x")),
        [format!("v1.0 is a branch or tag, not a commit: x@{repository}@v1.0")]
    );
    assert_eq!(
        told(&format!("--build-arg AIRFLOW_INSTALL_SOURCES={repository}")),
        [format!("no commit of {repository}")]
    );
    // A rejected value only has its error.
    assert_eq!(told("--build-arg ADDITIONAL_PYTHON_DEPS='pandas<<3 @ >='"), [""; 0]);
}
