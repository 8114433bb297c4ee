//! Packages that are compiled.

use super::support::build::Build;
use super::support::builds::airflow_2;
use super::support::checks::{assert_no_compiler, assert_says, assert_step_failed};

/// mpi4py from source; its wheels would hide whether the image can compile.
fn mpi4py() -> Build {
    airflow_2().with(&[("ADDITIONAL_PYTHON_DEPS", "--no-binary=mpi4py mpi4py==4.1.2")])
}

fn with_headers(build: Build) -> Build {
    build.with(&[
        ("ADDITIONAL_DEV_APT_DEPS", "libopenmpi-dev"),
        ("ADDITIONAL_RUNTIME_APT_DEPS", "openmpi-common libopenmpi3"),
    ])
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_package_is_compiled_and_the_image_has_no_compiler() {
    let image = with_headers(mpi4py()).image();
    // The compiled package is linked with Debian's library, which prints its version.
    // It is not started, because that needs a program of another package.
    let library = "import mpi4py; mpi4py.rc.initialize = False; from mpi4py import MPI; print(MPI.Get_library_version())";
    assert_says(&image.run(&[], &["python", "-c", library]).succeeded().stdout, &["Open MPI v4.1"]);
    let tag = image.shell("grep ^Tag: ~/.local/lib/python*/site-packages/mpi4py-*.dist-info/WHEEL");
    assert!(tag.contains("-linux_"), "this wheel was downloaded: {tag}");
    assert_no_compiler(&image);
    let env = image.shell("echo $ADDITIONAL_RUNTIME_APT_DEPS");
    assert_eq!(env, "openmpi-common libopenmpi3\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn compilers_are_installed_when_a_package_calls_one() {
    // Without a compiler it would fall back to pure Python. The two lists are the defaults, which take a minute here.
    let packages = "--no-binary=simplejson simplejson==3.20.2";
    let build =
        airflow_2().with(&[("INSTALL_POSTGRES_CLIENT", "false"), ("ADDITIONAL_PYTHON_DEPS", packages)]);
    let (image, vertices) = build.vertices();
    assert!(vertices.iter().all(|vertex| !vertex.name.contains("dev apt packages")), "{vertices:?}");
    image.run(&[], &["python", "-c", "from simplejson import _speedups"]).succeeded();
    assert_no_compiler(&image);
}

/// pip asks rustc for its version, which compiles nothing. The next step fails, so that no image is exported.
#[test]
#[ignore = "needs an engine: make e2e"]
fn wheels_that_pip_installs_need_no_compilers() {
    let args = [
        ("AIRFLOW_EXTRAS", ""),
        ("AIRFLOW_USE_UV", "false"),
        ("INSTALL_POSTGRES_CLIENT", "false"),
        ("RUNTIME_APT_DEPS", "dumb-init"),
        ("ADDITIONAL_PYTHON_DEPS", "no-such-package-xyz"),
    ];
    let log = airflow_2().with(&args).failure();
    assert_step_failed(&log, "install additional Python packages: no-such-package-xyz");
    assert!(!log.contains(" dev apt packages"), "nothing is compiled:\n{log}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_build_stage_can_be_an_image_with_compilers() {
    let image = with_headers(mpi4py()).flags(&["--target", "build"]).image();
    let config = image.inspect()["Config"].take();
    assert_eq!(config["User"], "50000");
    assert_says(
        &image.shell("gcc --version; mpicc --version; python -m pip --version"),
        &["gcc", "/home/airflow/.local"],
    );
    assert_eq!(
        image.shell("ls -d /docker-context-files /run/airflow-frontend /entrypoint 2>/dev/null || true"),
        ""
    );
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_package_without_its_headers_fails_with_its_messages_and_step() {
    // Another release, because the package compiled with headers is in the cache of Python packages.
    let packages = "--no-binary=mpi4py mpi4py==4.1.1";
    let log = airflow_2().with(&[("ADDITIONAL_PYTHON_DEPS", packages)]).failure();
    assert_step_failed(&log, &format!("install additional Python packages: {packages}"));
    assert_says(
        &log,
        &[
            "mpi.h: No such file or directory",
            "airflow-frontend: mpi4py failed to build: missing the header mpi.h",
            "hint: install it with --build-arg ADDITIONAL_DEV_APT_DEPS=libopenmpi-dev",
        ],
    );
    assert!(!log.contains("Killed"), "that is no word for users:\n{log}");
}
