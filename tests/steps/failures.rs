//! The last message of a step when a tool fails.

use std::collections::BTreeSet;

use airflow_frontend::plan::scripts::{self, Script};

use super::sandbox::Sandbox;

fn sandbox() -> Sandbox {
    Sandbox::with(Script::InstallPackages)
}

/// The message for a log of a tool: the sentence, and the hint.
fn told(sandbox: &Sandbox, log: &str, env: &str) -> (String, String) {
    sandbox.write("log", log, 0o644);
    let done =
        sandbox.bash(&format!("{env} python3 run/scripts/cause.py log 2 run/scripts/dev-packages.txt"));
    assert_eq!(done.code, Some(0), "{}", done.log);
    let (sentence, hint) = done.log.split_once('\n').unwrap_or_default();
    (
        sentence.strip_prefix("airflow-frontend: ").unwrap_or(sentence).to_owned(),
        hint.trim_start().trim_start_matches("hint: ").trim_end().to_owned(),
    )
}

#[test]
fn the_cause_is_one_sentence_for_every_tool() {
    let sandbox = sandbox();
    let check = |log: &str, sentence: &str| assert_eq!(told(&sandbox, log, "").0, sentence, "{log}");
    for log in [
        "error: No solution found when resolving dependencies\n  cause: Because foo was not found in the package registry and you require foo, we can conclude that your requirements are unsatisfiable.",
        "  × No solution found when resolving dependencies:\n  ╰─▶ Because foo was not found in the package registry and you require foo, we\n      can conclude that your requirements are unsatisfiable.",
    ] {
        check(log, "the package index has no package foo");
    }
    check(
        "ERROR: Could not find a version that satisfies the requirement foo (from versions: none)\nERROR: No matching distribution found for foo",
        "the package index has no package foo for this Python and platform",
    );
    check(
        "ERROR: Could not find a version that satisfies the requirement six==99 (from versions: 1.0, 1.1)\nERROR: No matching distribution found for six==99",
        "the package index has no six==99 for this Python and platform",
    );
    check(
        "  cause: Because there is no version of flask==0.1 and you require flask==0.1, we can conclude that …",
        "the package index has no flask==0.1",
    );
    check(
        "error: No solution found when resolving dependencies\n  cause: Because a==1 depends on b<2 and you require b==2, we can conclude that your requirements are unsatisfiable.",
        "the requirements conflict: a==1 depends on b<2 and you require b==2",
    );
    check(
        "ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.\n\nThe conflict is caused by:\n    The user requested b==2\n    a 1 depends on b<2\n\nTo fix this",
        "the requirements conflict: The user requested b==2; a 1 depends on b<2",
    );
    check(
        "Found 1 incompatibility\nThe package `a` requires `b<2`, but `2.1` is installed",
        "installed packages conflict: a requires b<2, but `2.1` is installed",
    );
    check(
        "a 1.0 has requirement b<2, but you have b 2.1.",
        "installed packages conflict: a 1.0 has requirement b<2, but you have b 2.1.",
    );
    for log in [
        "error: Failed to download and build `x @ https://h.invalid/x.tar.gz`\n  cause: error sending request for url (https://h.invalid/x.tar.gz)\n  cause: dns error\n  cause: failed to lookup address information: Name or service not known",
        "fatal: unable to access 'https://me:secret@h.invalid/x.git/': Could not resolve host: h.invalid",
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NameResolutionError(\"Failed to resolve 'h.invalid' ([Errno -2] Name or service not known)\")': /simple/six/\nERROR: Could not find a version that satisfies the requirement six (from versions: none)\nERROR: No matching distribution found for six",
        "E: Failed to fetch http://h.invalid/debian/x.deb  Temporary failure resolving 'h.invalid'",
    ] {
        check(log, "cannot resolve host h.invalid");
    }
    for log in [
        "hint: An index URL (https://h.example/simple) could not be queried due to a lack of valid authentication credentials (401 Unauthorized).",
        "WARNING: 401 Error, Credentials not correct for https://h.example/simple/x/\nERROR: No matching distribution found for x",
        "  cause: HTTP status client error (403 Forbidden) for url (https://h.example/x.whl)",
        "fatal: could not read Username for 'https://h.example': terminal prompts disabled",
        "fatal: unable to access 'https://me:secret@h.example/x.git/': The requested URL returned error: 403",
    ] {
        check(log, "h.example requires a user and password, or rejects those given");
    }
    check(
        "error sending request for url (https://h.example/simple/x/)\n  cause: invalid peer certificate: UnknownIssuer",
        "the certificate of h.example is signed by an unknown authority",
    );
    check(
        "  cause: HTTP status client error (404 Not Found) for url (https://me:secret@h.example/x.whl)",
        "https://***@h.example/x.whl answers 404 Not Found",
    );
    check(
        "error: failed to fetch branch or tag `v9`\n fatal: couldn't find remote ref refs/tags/v9",
        "the repository has no branch, tag or commit v9",
    );
    check("OSError: [Errno 28] No space left on device", "the builder's disk is full");
    check("E: Unable to locate package no-such-xyz", "the apt sources have no package no-such-xyz");
    check("E: Version '9' for 'gcc' was not found", "the apt sources have no gcc of version 9");
    check(
        "The following packages have unmet dependencies:\n a : Depends: b (= 1) but it is not going to be installed\nE: Unable to correct problems",
        "apt cannot install the packages together: a : Depends: b (= 1) but it is not going to be installed",
    );
    check(
        "error: Failed to build `x==1`\n  cause: The build backend returned an error\n         [stderr]\n         ValueError: no such option",
        "x failed to build: no such option",
    );
    check("ERROR: something else\nand more", "something else");
    check("no word of a tool", "the step failed with exit code 2; see the output above");
}

#[test]
fn files_that_a_compiler_misses_are_named_with_their_debian_packages() {
    let sandbox = sandbox();
    let check = |log: &str, sentence: &str, package: &str| {
        let hint = format!("install it with --build-arg ADDITIONAL_DEV_APT_DEPS={package}");
        assert_eq!(told(&sandbox, log, ""), (sentence.to_owned(), hint), "{log}");
    };
    let failed = "error: Failed to build `mpi4py==4.1.1`\n  cause: The build backend returned an error\n";
    check(
        &format!(
            "{failed}hdr.c:1:10: fatal error: mpi.h: No such file or directory\ncompilation terminated."
        ),
        "mpi4py failed to build: missing the header mpi.h",
        "libopenmpi-dev",
    );
    let mysql = "Exception: Can not find valid pkg-config name.\nSpecify MYSQLCLIENT_CFLAGS and MYSQLCLIENT_LDFLAGS env vars manually\n";
    check(mysql, "a package is missing the library mysqlclient", "default-libmysqlclient-dev");
    check(
        "Error: pg_config executable not found.",
        "a package is missing the program pg_config",
        "libpq-dev",
    );
    check(
        "/bin/sh: 1: mysql_config: not found",
        "a package is missing the program mysql_config",
        "default-libmysqlclient-dev",
    );
    check(
        "Package libxml-2.0 was not found in the pkg-config search path.",
        "a package is missing the library libxml-2.0",
        "libxml2-dev",
    );
    check(
        "../meson.build:9:4: ERROR: Dependency \"cairo\" not found, tried pkgconfig",
        "a package is missing the library cairo",
        "libcairo2-dev",
    );
    check(
        "/usr/bin/ld: cannot find -lpq: No such file or directory",
        "a package is missing the library pq",
        "libpq-dev",
    );
    check(
        "FileNotFoundError: [Errno 2] No such file or directory: 'cmake'",
        "a package is missing the program cmake",
        "cmake",
    );
    check("error: linker `cc` not found", "a package is missing the program cc", "gcc");

    let (sentence, hint) = told(&sandbox, "fatal error: acme/rare.h: No such file or directory", "");
    assert_eq!(sentence, "a package is missing the header acme/rare.h");
    assert!(hint.contains("ADDITIONAL_DEV_APT_DEPS") && hint.contains("keywords=acme/rare.h"), "{hint}");
    // A missing file is not a missing program.
    let (sentence, _) =
        told(&sandbox, "FileNotFoundError: [Errno 2] No such file or directory: 'README.md'", "");
    assert_eq!(sentence, "[Errno 2] No such file or directory: 'README.md'");
}

#[test]
fn without_a_network_a_package_is_missing_in_the_context_folder() {
    let log =
        "Because foo was not found in the provided package locations and you require foo, we can conclude";
    let (sentence, hint) = told(&sandbox(), log, "OFFLINE=true");
    assert_eq!(sentence, "the context folder has no package foo");
    assert!(hint.starts_with("add its wheel"), "{hint}");
}

#[test]
fn the_cause_is_short_and_printed_once() {
    let sandbox = sandbox();
    let endless = format!("ERROR: {}", "wheel ".repeat(3000));
    assert!(told(&sandbox, &endless, "").0.chars().count() <= 300);
    for log in [
        "tool: words\nairflow-frontend: the release is not there\n  hint: take another\n",
        "airflow-frontend: one\nmore\nairflow-frontend: two\n",
    ] {
        assert_eq!(told(&sandbox, log, "").0, "", "{log}");
    }
    // Messages before a second attempt are not the cause.
    let log = "fatal error: mpi.h: No such file or directory\nairflow-frontend: installing 32 dev apt packages\nERROR: real\n";
    assert_eq!(told(&sandbox, log, "").0, "real");
}

#[test]
fn a_script_that_fails_ends_with_the_cause_and_its_own_exit_code() {
    let sandbox = sandbox();
    let script = |body: &str| {
        let head = "set -euo pipefail; source run/scripts/prelude.sh; source run/scripts/failures.sh";
        sandbox.write("script.sh", &format!("{head}\nexplain_failures \"$0\" \"$@\"\n{body}\n"), 0o755);
        let done = sandbox.bash("bash script.sh 'a b' c");
        (done.code, done.log)
    };
    let works = script("printf '<%s>' \"$@\"");
    assert_eq!(works, (Some(0), "<a b><c>".to_owned()));
    let (code, log) = script("echo 'E: Unable to locate package x' >&2; echo on stdout; exit 3");
    assert_eq!(code, Some(3));
    let ends = "on stdout\nairflow-frontend: the apt sources have no package x\n  hint: check the name";
    assert!(log.starts_with("E: Unable to locate package x\n") && log.contains(ends), "{log}");
}

#[test]
fn the_table_of_debian_packages_is_sorted_and_has_each_name_once() {
    let text = include_str!("../../src/plan/scripts/build/dev-packages.txt");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect())
        .collect();
    let names: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row[0], row[1])).collect();
    assert_eq!(names.len(), rows.len());
    for row in &rows {
        assert!(
            row.len() == 3 && ["header", "pkg-config", "program", "library"].contains(&row[0]),
            "{row:?}"
        );
        assert!(
            row[2].bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"+-.".contains(&it)),
            "{row:?}"
        );
    }
}

#[test]
fn arguments_in_a_file_reach_the_script_unchanged() {
    let sandbox = sandbox();
    let (name, text) = scripts::WITH_ARGUMENTS;
    sandbox.write("with-arguments.sh", &text.replace("/run/airflow-frontend", &sandbox.path("run")), 0o755);
    sandbox.write("run/scripts/arguments", "install\na b *\n'c'\n", 0o644);
    sandbox.write("run/scripts/script.sh", "printf '<%s>' \"$@\"; exit 4\n", 0o755);
    let done = sandbox.bash(&format!("bash {name} script.sh"));
    assert_eq!((done.code, done.log.as_str()), (Some(4), "<install><a b *><'c'>"));
}
