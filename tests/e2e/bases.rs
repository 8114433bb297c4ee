//! Base images: other releases of Debian, Python in other folders, and unusable images.

use super::support::bases::{DEBIAN_11, DEBIAN_13, base};
use super::support::build::Build;
use super::support::builds::{GOOD, from_constraints, stub_airflow};
use super::support::checks::assert_says;
use super::support::docker::docker;
use super::support::image::Image;

/// Airflow without extras, with the default packages of its release on this Debian, and Debian's clients.
fn airflow_on(base: &str, version: &str, constraints: &str) -> Image {
    from_constraints(version, constraints)
        .with(&[("AIRFLOW_EXTRAS", ""), ("PYTHON_BASE_IMAGE", base), ("INSTALL_MYSQL_CLIENT", "true")])
        .image()
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn airflow_2_runs_on_debian_11_with_its_python_3_9() {
    let constraints = include_str!("../fixtures/constraints/airflow-2.10.5-python3.9.txt");
    let image = airflow_on(&base("debian", &[DEBIAN_11]), "2.10.5", constraints);
    assert_eq!(image.run(&[], &["airflow", "version"]).succeeded().last_line(), "2.10.5");
    assert_says(&image.shell(EVERYTHING), &["Python 3.9.", "psql (PostgreSQL) 13.", "MariaDB", "bullseye"]);
    assert_eq!(image.shell("stat -c %a ~"), "775\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn airflow_3_runs_on_debian_13_with_its_python_3_13() {
    let constraints = include_str!("../fixtures/constraints/airflow-3-python3.13.txt");
    let image = airflow_on(&base("debian", &[DEBIAN_13]), "3.3.2", constraints);
    assert_eq!(image.run(&[], &["airflow", "version"]).succeeded().last_line(), "3.3.2");
    assert_says(&image.shell(EVERYTHING), &["Python 3.13.", "psql (PostgreSQL) 17.", "MariaDB", "trixie"]);
}

/// Prints the versions of Python, clients and Debian; fails if packages conflict.
const EVERYTHING: &str = "python --version; psql --version; mariadb --version; pip check; . /etc/os-release; echo $VERSION_CODENAME";

/// The interpreter behind the virtual environment of an image.
const INTERPRETER: &str = "airflow; python -c 'import sys; print(sys.base_prefix); print(sys.prefix)'; readlink -f ~/.local/bin/python";

fn runs_upon(base: &str, told: &str) {
    let image = stub_airflow().with(&[GOOD, ("PYTHON_BASE_IMAGE", base)]).image();
    assert_eq!(image.shell(INTERPRETER), told);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn debians_python_can_be_used() {
    runs_upon(&base("system", &[]), "the stub\n/usr\n/home/airflow/.local\n/usr/bin/python3.11\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_python_in_another_folder_can_be_used() {
    for prefix in ["/usr/local", "/opt/python"] {
        let told = format!("the stub\n{prefix}\n/home/airflow/.local\n{prefix}/bin/python3.11\n");
        runs_upon(&base("elsewhere", &[&format!("PREFIX={prefix}")]), &told);
    }
}

/// It gets the given id in one line, which `USER airflow` of a Dockerfile finds; the highest id takes no space.
#[test]
#[ignore = "needs an engine: make e2e"]
fn a_user_airflow_of_the_base_image_is_used() {
    let base = base("known-user", &[]);
    let args = [GOOD, ("PYTHON_BASE_IMAGE", &base), ("AIRFLOW_UID", "2147483646")];
    let image = stub_airflow().with(&args).image();
    let show = "id; grep -c ^airflow: /etc/passwd; stat -c '%n %u:%g %a' ~ ~/.bashrc /opt/airflow /opt/airflow/plugins/setuid; \
                touch ~/.local/bin/new; find / -xdev -size +100M 2>/dev/null; true";
    assert_eq!(
        docker(&["run", "--rm", "--user", "airflow", "--entrypoint", "bash", &image.tag, "-c", show])
            .succeeded()
            .stdout,
        "uid=2147483646(airflow) gid=0(root) groups=0(root)\n1\n\
         /home/airflow 2147483646:0 770\n\
         /home/airflow/.bashrc 2147483646:0 664\n\
         /opt/airflow 2147483646:0 775\n\
         /opt/airflow/plugins/setuid 0:0 4755\n"
    );
    let log = refused(&stub_airflow().with(&args).with(&[("AIRFLOW_HOME", "/etc/ssl")]));
    assert_says(&log, &["AIRFLOW_HOME=/etc/ssl: this folder is in the base image and belongs to the system"]);
}

/// The log of a rejected base image; no step may have run.
fn refused(build: &Build) -> String {
    let log = build.failure();
    for stage in ["[build ", "[main ", "[base 2/"] {
        assert!(!log.contains(stage), "a step of {stage}] is in the log:\n{log}");
    }
    log
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_unusable_base_image_is_reported_before_the_first_step() {
    for (target, message) in [
        ("without-python", "this image has no python3 on its PATH"),
        ("without-bash", "this image has no /bin/bash"),
        ("another-system", "this image is Alpine Linux v3.20, not Debian bullseye, bookworm or trixie"),
    ] {
        let base = base(target, &[]);
        let log = refused(&stub_airflow().with(&[("PYTHON_BASE_IMAGE", &base)]));
        assert_says(&log, &[message, "[unusable-base-image]", &base]);
    }
}
