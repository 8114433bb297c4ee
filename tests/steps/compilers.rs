//! When an attempt without compilers ends, and when not.

use airflow_frontend::plan::scripts::Script;

use super::sandbox::{Done, Sandbox};

/// The status of an attempt that needs compilers.
const NEEDS_COMPILERS: &str = "status 75\n";

/// Every compiler that an attempt stubs.
const PROGRAMS: [&str; 21] = [
    "cc",
    "gcc",
    "c++",
    "g++",
    "cpp",
    "clang",
    "clang++",
    "gfortran",
    "rustc",
    "cargo",
    "go",
    "cmake",
    "meson",
    "make",
    "ninja",
    "pkg-config",
    "pg_config",
    "mysql_config",
    "krb5-config",
    "xml2-config",
    "xslt-config",
];

fn attempt(sandbox: &Sandbox, command: &str) -> Done {
    let text = format!(
        "export VIRTUAL_ENV=x; set -euo pipefail; source run/scripts/prelude.sh; source run/scripts/compilers.sh\n\
         command() {{ {command}\n}}\nstatus=0; attempt command || status=$?; echo status $status"
    );
    let done = sandbox.bash(&text);
    assert_eq!(done.code, Some(0), "{}", done.log);
    assert!(!done.log.contains("Killed"), "that is no word for users: {}", done.log);
    assert_eq!(sandbox.files("run/cache"), [""; 0], "nothing is left");
    done
}

/// A Python that runs as an installer or its child does; the code calls `ask(…)` and prints the status.
fn python(sandbox: &Sandbox, path: &str, code: &str, arguments: &str) -> String {
    let ask = "import subprocess\ndef ask(*words):\n    print('asked', subprocess.run(words).returncode, flush=True)\n";
    // A separate package, so that the machine's pip does not precede it.
    sandbox.write("site/pip/__init__.py", "", 0o644);
    sandbox.write(path, &format!("{ask}{code}\n"), 0o644);
    attempt(sandbox, &format!("cd site; PYTHONPATH=. python3 {arguments}")).log
}

fn sandbox() -> Sandbox {
    Sandbox::with(Script::InstallAirflowOnDemand)
}

#[test]
fn pip_can_ask_for_the_version_of_rustc() {
    let sandbox = sandbox();
    let code = "ask('rustc', '--version'); print('installed')";
    let told = "rustc: command not found\nasked 127\ninstalled\nstatus 0\n";
    for (path, arguments) in [
        ("site/pip/__main__.py", "-m pip install --no-compile apache-airflow"),
        ("site/bin/pip", "./bin/pip install x"),
        ("site/pip/__pip-runner__.py", "./pip/__pip-runner__.py install --prefix y setuptools"),
    ] {
        assert_eq!(python(&sandbox, path, code, arguments), told, "{arguments}");
    }
}

#[test]
fn a_build_backend_that_lists_its_programs_finds_them_missing() {
    let sandbox = sandbox();
    let code = "ask('ninja', '--version'); print('needs ninja')";
    for arguments in [
        "./pip/_in_process.py get_requires_for_build_wheel /tmp/x",
        "-c 'get = \"get_requires_for_build_wheel\"; exec(open(\"pip/_in_process.py\").read())'",
    ] {
        let log = python(&sandbox, "site/pip/_in_process.py", code, arguments);
        assert_eq!(log, "ninja: command not found\nasked 127\nneeds ninja\nstatus 0\n", "{arguments}");
    }
}

#[test]
fn any_call_of_a_compiler_in_a_build_ends_the_attempt() {
    let sandbox = sandbox();
    let questions = |program| match program {
        "cc" => vec!["--version", "-V", "-dumpversion", "-c x.c"],
        "pkg-config" => vec!["--version", "--exists libpq", "--modversion libpq"],
        "pg_config" => vec!["--version", "--includedir"],
        _ => vec!["--version"],
    };
    for program in PROGRAMS {
        for question in questions(program) {
            let words = format!("{program} {question}").replace(' ', "', '");
            let code = format!("ask('{words}'); print('built without it')");
            let log =
                python(&sandbox, "site/pip/_in_process.py", &code, "./pip/_in_process.py build_wheel x");
            let told = format!(
                "airflow-frontend: a package without a wheel calls {program}, so compilers are needed\n"
            );
            assert_eq!(log, format!("{told}{NEEDS_COMPILERS}"), "{question}");
        }
    }
}

#[test]
fn a_failed_build_of_a_package_is_retried_with_compilers() {
    let sandbox = sandbox();
    for words in [
        "  x Failed to build `x==1`\n  |-> The build backend returned an error",
        "error: subprocess-exited-with-error\n\n  x Getting requirements to build wheel did not run successfully.",
        "  x Preparing metadata (pyproject.toml) did not run successfully.",
        "  x python setup.py egg_info did not run successfully.",
        "  x Building wheel for x (pyproject.toml) did not run successfully.",
        "ERROR: Failed building wheel for x",
        "WARNING: Discarding x. Command errored out with exit status 1: python setup.py egg_info Check the logs",
        "Git executable not found. Ensure that Git is installed and available.",
        "ERROR: Cannot find command 'git' - do you have 'git' installed and in your PATH?",
        "WARNING: Retrying (Retry(total=4)): Temporary failure in name resolution\nERROR: Failed building wheel for x",
    ] {
        sandbox.write("words", words, 0o644);
        let log = attempt(&sandbox, "cat words; return 1").log;
        assert!(log.ends_with(NEEDS_COMPILERS), "{words}: {log}");
        let works = attempt(&sandbox, "cat words").log;
        assert!(works.ends_with("status 0\n"), "{words}: {works}");
    }
}

#[test]
fn a_missing_package_or_failed_download_is_not_retried() {
    let sandbox = sandbox();
    for words in [
        "  x No solution found when resolving dependencies:\n  Because x was not found in the package registry",
        "  x Failed to build `x`\n  |-> Failed to resolve requirements from `build-system.requires`\n  |-> No solution found",
        "  x Failed to download and build `x @ https://h.invalid/x.tar.gz`\n  |-> Request failed after 3 retries\n  |-> dns error: failed to lookup address information: Name or service not known",
        "  x Failed to download and build `x @ git+https://h.invalid/x`\n  |-> Git operation failed",
        "error: subprocess-exited-with-error\n  x git clone --filter=blob:none https://h.invalid/x did not run successfully.\n  fatal: unable to access: Could not resolve host: h.invalid",
        "  x Failed to build `x`\n  |-> The build backend returned an error\n  urllib.error.URLError: <urlopen error [Errno -2] Name or service not known>",
        "ERROR: No matching distribution found for x",
    ] {
        sandbox.write("words", words, 0o644);
        let log = attempt(&sandbox, "cat words; return 3").log;
        assert!(log.ends_with("status 3\n") && !log.contains("airflow-frontend:"), "{words}: {log}");
    }
}
