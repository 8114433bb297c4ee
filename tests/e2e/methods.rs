//! Sources of Airflow and methods of installation, with a stub of a few lines instead of Airflow.

use super::support::builds::{BAD, GOOD, stub_airflow};
use super::support::checks::assert_says;

#[test]
#[ignore = "needs an engine: make e2e"]
fn sources_are_installed_as_editable_with_constraints_that_do_not_pin_them() {
    for uv in ["true", "false"] {
        let image = stub_airflow().with(&[GOOD, ("AIRFLOW_USE_UV", uv)]).image();
        assert_eq!(image.shell("airflow"), "the stub\n");
        assert_eq!(
            image.shell("python -c 'import airflow; print(airflow.__file__)'"),
            "/opt/airflow/airflow/__init__.py\n"
        );
        assert_says(&image.shell("pip freeze --all"), &["tabulate==0.9.0", "idna==3.10"]);
        assert_eq!(
            image.shell("stat -c '%U:%g %A' /opt/airflow/airflow/__init__.py"),
            "airflow:0 -rw-rw-r--\n"
        );
        assert_eq!(image.shell("echo $AIRFLOW_INSTALLATION_METHOD"), ".\n");
    }
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn constraints_are_only_dropped_on_request() {
    assert_says(&stub_airflow().with(&[BAD]).failure(), &["tabulate==0.0.99"]);
    let image = stub_airflow().with(&[BAD, ("AIRFLOW_FALLBACK_NO_CONSTRAINTS_INSTALLATION", "true")]).image();
    let constraints = image.shell("cat ~/constraints.txt");
    assert_says(&constraints, &["apache-airflow==2.10.6.dev0", "tabulate=="]);
    assert!(!constraints.contains("0.0.99"), "{constraints}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_upgrade_uses_no_constraints_and_respects_its_limits() {
    let bounded = ("EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS", "tabulate<0.9");
    let image = stub_airflow().with(&[BAD, bounded, ("UPGRADE_RANDOM_INDICATOR_STRING", "once")]).image();
    assert_says(&image.shell("cat ~/constraints.txt"), &["tabulate==0.8.10"]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_folder_without_sources_is_reported() {
    let log = stub_airflow()
        .with(&[GOOD, ("AIRFLOW_SOURCES_FROM", "empty")])
        .with_file("empty/README.md", "Nothing here yet.\n")
        .failure();
    assert_says(&log, &["neither a pyproject.toml nor a setup.py", "AIRFLOW_SOURCES_FROM"]);
}
