//! Each answer as people read it.

use super::*;
use crate::config::Config;
use crate::options::Options;

fn text(name: &str, pairs: &[(&str, &str)]) -> String {
    let options = Options::from_pairs(pairs.iter().copied());
    let config = Config::from_options(&options);
    let asked = Asked { options: &options, config: config.as_ref(), platform: None };
    answer(name, &asked).unwrap().unwrap().0.text
}

#[test]
fn requests_are_listed() {
    insta::assert_snapshot!(text("frontend.subrequests.describe", &[]));
}

#[test]
fn stages_are_listed() {
    insta::assert_snapshot!(text("frontend.targets", &[]), @r"
    TARGET          DESCRIPTION
    build           compilers, headers and the installed packages
    main (default)  the image people run
    ");
}

#[test]
fn the_outline_lists_args_secrets_and_caches() {
    let outline = text("frontend.outline", &[("build-arg:AIRFLOW_VERSION", "2.10.5")]);
    // The words of the table are its own matter.
    let args: Vec<&str> = outline.lines().filter(|line| line.starts_with("AIRFLOW_VERSION ")).collect();
    assert!(args.len() == 1 && args[0].contains(" 2.10.5 "), "{args:?}");
    let rest = outline.split_once("SECRET").map_or("", |(_, rest)| rest);
    insta::assert_snapshot!(format!("SECRET{rest}"));
}

#[test]
fn a_check_shows_the_lines_it_speaks_of() {
    insta::assert_snapshot!(text(
        "frontend.lint",
        &[
            ("build-arg:AIRFLOW_VERSION", "2.10.5"),
            ("build-arg:AIRFLOW_CONSTRAINTS_REFERENCE", "constraints-main"),
            ("build-arg:ADDITIONAL_PYTHON_DEPS", "tool@https://me:hunter2@host/tool-1.tar.gz"),
            ("build-arg:AIRFLOW_UID", "root"),
            ("build-arg:PIZZA", "1"),
        ]
    ));
}

#[test]
fn a_name_without_its_prefix_is_no_request() {
    let options = Options::default();
    let config = Config::from_options(&options);
    let asked = Asked { options: &options, config: config.as_ref(), platform: None };
    for name in ["outline", "frontend.", "frontend.x", ""] {
        assert!(answer(name, &asked).is_none(), "{name}");
    }
}
