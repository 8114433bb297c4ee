//! Packages from a requirements file, and pip's own settings.

use super::support::builds::airflow_2;
use super::support::checks::assert_says;
use super::support::folder::Content;
use super::support::machine::work;
use super::support::wheels::probe;

const REQUIREMENTS: &str = "beautifulsoup4==4.10.0\n";

#[test]
#[ignore = "needs an engine: make e2e"]
fn requirements_of_the_context_folder_are_installed() {
    let image = airflow_2().with_file("docker-context-files/requirements.txt", REQUIREMENTS).image();
    assert_eq!(image.shell("python -c 'import bs4; print(bs4.__version__)'"), "4.10.0\n");
    assert_eq!(image.run(&[], &["airflow", "version"]).succeeded().last_line(), "2.10.5");
}

/// As PowerShell writes them, with what people write into them.
#[test]
#[ignore = "needs an engine: make e2e"]
fn requirements_in_utf_16_are_installed_with_the_files_they_name() {
    let text = "\u{feff}-r sub/more.in\r\n./probe-1.0.tar.gz\r\n";
    let file = work().join("requirements-utf-16.txt");
    std::fs::write(&file, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()).unwrap();
    let deps = "six >= 1.16 ; python_version > \"3.8\", wheel # small";
    let image = airflow_2()
        .with(&[("AIRFLOW_EXTRAS", ""), ("ADDITIONAL_PYTHON_DEPS", deps)])
        .with_file("docker-context-files/requirements.txt", Content::Same(file))
        .with_file("docker-context-files/sub/more.in", "-c ../limits.txt\nbeautifulsoup4 >= 4.9\n")
        .with_file("docker-context-files/limits.txt", REQUIREMENTS)
        .with_file("docker-context-files/probe-1.0.tar.gz", Content::Same(probe()))
        .image();
    let names = "bs4.__version__, it.version(\"probe\"), it.version(\"wheel\") > \"0\"";
    let python = format!("import bs4, six, importlib.metadata as it; print({names})");
    assert_eq!(image.shell(&format!("python -c '{python}'")), "4.10.0 1.0 True\n");
}

/// Its settings file has words that such a uv cannot read.
#[test]
#[ignore = "needs an engine: make e2e"]
fn a_uv_of_an_older_release_installs_too() {
    let args = [("AIRFLOW_EXTRAS", ""), ("AIRFLOW_UV_VERSION", "0.2.37"), ("ADDITIONAL_PYTHON_DEPS", "six")];
    let image = airflow_2().with(&args).image();
    assert!(image.shell("uv --version").starts_with("uv 0.2.37"));
    assert_eq!(image.run(&[], &["airflow", "version"]).succeeded().last_line(), "2.10.5");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn settings_of_pip_in_the_context_folder_hold_and_stay_out_of_the_image() {
    // It is said where packages come from, if that is not literally the default.
    let settings = "[global]\nindex-url = https://pypi.org/simple/\n";
    let build = airflow_2()
        .with(&[("AIRFLOW_EXTRAS", ""), ("BUILD_ID", "1")])
        .with_file("docker-context-files/requirements.txt", REQUIREMENTS)
        .with_file("docker-context-files/pip.conf", settings);
    let image = build.image();
    assert_eq!(image.shell("python -c 'import bs4; print(bs4.__version__)'"), "4.10.0\n");
    assert_eq!(image.shell("echo $AIRFLOW_USE_UV"), "true\n");
    let found =
        "find / -xdev -name pip.conf -o -xdev -name .piprc -o -xdev -name requirements.txt -path '*context*'";
    assert_eq!(image.shell_as("0", found), "");
    assert_eq!(image.shell("pip config list"), "");

    let log = build.with_file("docker-context-files/requirements.txt", "no-such-package-xyz\n").failure();
    assert_says(&log, &["packages come from https://pypi.org/simple/", "no-such-package-xyz was not found"]);
}
