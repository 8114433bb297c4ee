//! Valid and invalid options, with the messages of the invalid ones.

use super::install::Method;
use super::*;

fn read(args: &[(&str, &str)]) -> Result<Config, Diagnostics> {
    Config::from_options(&Options::from_pairs(
        args.iter().map(|(name, value)| (format!("build-arg:{name}"), (*value).to_owned())),
    ))
}

fn refused(args: &[(&str, &str)]) -> String {
    read(args).unwrap_err().to_string()
}

#[test]
fn every_default_is_sound() {
    read(&[]).unwrap();
}

#[test]
fn every_example_is_sound() {
    for row in table::TABLE {
        let context = ("DOCKER_CONTEXT_FILES", "docker-context-files");
        read(&[context, (row.name, row.example)])
            .unwrap_or_else(|problems| panic!("{}: {problems}", row.name));
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    insta::assert_snapshot!(refused(&[
        ("AIRFLOW_VERSION", "two"),
        ("ADDITIONAL_PYHTON_DEPS", "mpi4py"),
        ("AIRFLOW_UID", "root"),
        ("INSTALL_MYSQL_CLIENT", "perhaps"),
        ("INSTALL_PACKAGES_FROM_CONTEXT", "perhaps"),
        ("AIRFLOW_CONSTRAINTS_LOCATION", "https://me:secret@example.com/a b"),
        ("ADDITIONAL_DEV_APT_ENV", "A=1 topsecret"),
        ("INSTALL_MYSQL_CLIENT_TYPE", "oracle"),
    ]));
}

#[test]
fn an_invalid_value_is_reported_with_its_position() {
    let check = |name: &str, value: &str, expected: &str| {
        let refused = refused(&[("DOCKER_CONTEXT_FILES", "files"), (name, value)]);
        assert!(refused.contains(&format!("{expected} [invalid-value]")), "{refused}");
    };
    check("AIRFLOW_VERSION", "2.10.x", "such as 2.10.5 or 3.1.0rc1: character 5 is `.`");
    check("AIRFLOW_VERSION", "two", "expected a release such as 2.10.5 or 3.1.0rc1");
    check("AIRFLOW_PYTHON_VERSION", "3.12;1", "such as 3.12 or 3.12.4: character 5 is `;`");
    check("AIRFLOW_VERSION_SPECIFICATION", ">=3.3 <4", "such as >=2.10,<2.11: character 7 is `<`");
    check(
        "AIRFLOW_EXTRAS",
        "celery, post gres;x",
        "word 3: `gres;x` is not the name of an extra: character 5 is `;`",
    );
    check("ADDITIONAL_AIRFLOW_EXTRAS", "a[b]", "`a[b]` is not the name of an extra: character 2 is `[`");
    check(
        "DEV_APT_DEPS",
        "gcc\n g++  libX11-dev",
        "word 3: `libX11-dev` is not the name of a Debian package: character 4 is `X`",
    );
    check(
        "ADDITIONAL_RUNTIME_APT_DEPS",
        "vim $(reboot)",
        "word 2: `$(reboot)` is not the name of a Debian package",
    );
    check("ADDITIONAL_PYTHON_DEPS", "mpi4py pandas<<3", ": character 7 is `<`");
    check("EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS", "a b[", "the bracket is not closed: character 2 is `[`");
    check("ADDITIONAL_DEV_APT_ENV", "A=1 secret", "word 2 is not a NAME=value pair");
    check("AIRFLOW_HOME", "/opt/air flow", "such as /opt/airflow: character 9 is ` `");
    check("AIRFLOW_USER_HOME_DIR", "/home/../root", "such as /opt/airflow: character 7 is `.`");
    check(
        "AIRFLOW_SOURCES_FROM",
        "../airflow",
        "expected a folder of the build context, such as docker-context-files",
    );
    check("AIRFLOW_UID", "5000O", "from 1 to 2147483646, other than 65534 and 65535: character 5 is `O`");
    check("AIRFLOW_UID", "65534", "from 1 to 2147483646, other than 65534 and 65535");
    check("AIRFLOW_VERSION", "2.10", "expected all three numbers of a release: the newest 2.10 is 2.10.5");
    check("AIRFLOW_CONSTRAINTS_LOCATION", "https://h/a b", "not a URL: character 12 is ` `");
    check(
        "AIRFLOW_CONSTRAINTS_LOCATION",
        "https://github.com/apache/airflow/blob/constraints-2.10.5/constraints-3.12.txt",
        "the URL of the file is https://raw.githubusercontent.com/apache/airflow/constraints-2.10.5/constraints-3.12.txt",
    );
    let expected = "Airflow publishes no such constraints; use constraints-2.10.5";
    check("AIRFLOW_CONSTRAINTS_REFERENCE", "2.10.5", expected);
    check(
        "DEFAULT_CONSTRAINTS_BRANCH",
        "v2-10-test",
        "Airflow publishes no such constraints; use constraints-2-10",
    );
    check(
        "AIRFLOW_CONSTRAINTS_REFERENCE",
        "constraints 2",
        "such as constraints-2.10.5: character 12 is ` `",
    );
    check("CONSTRAINTS_GITHUB_REPOSITORY", "me/fork/x", "expected owner/name: character 8 is `/`");
    check("PYTHON_BASE_IMAGE", "python:3.12!", "not an image reference: invalid tag: character 12 is `!`");
    check("BUILD_ID", "a\u{7}b", "expected one line of text: character 2 is `\\u{7}`");
    check("AIRFLOW_USE_UV", "maybe", "expected true or false");
    check("INSTALL_MYSQL_CLIENT_TYPE", "oracle", "expected mariadb or mysql");
    check(
        "AIRFLOW_INSTALLATION_METHOD",
        "airflow",
        "expected apache-airflow, a URL, apache-airflow @ URL, or . for sources",
    );
}

#[test]
fn rules_between_options_hold() {
    let check = |args: &[(&str, &str)], expected: &str| {
        let refused = refused(args);
        assert!(refused.contains(expected), "{refused}");
    };
    check(&[("INSTALL_PACKAGES_FROM_CONTEXT", "true")], "there is no context folder");
    check(&[("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/c.txt")], "there is no context folder");
    check(&[("AIRFLOW_CONSTRAINTS_LOCATION", "/tmp/c.txt")], "expected a URL, or a path below");
    check(&[("AIRFLOW_PYTHON_VERSION", "3.13"), ("AIRFLOW_VERSION", "2.10.5")], "runs on Python 3.8 to 3.12");
    check(&[("AIRFLOW_HOME", "/home/airflow")], "must not be the user's home");
    check(
        &[("BASE_IMAGE", "a:1"), ("PYTHON_BASE_IMAGE", "b:1")],
        "is the same option and has a different value",
    );
    check(
        &[("AIRFLOW_VERSION_SPECIFICATION", "<2.11")],
        "AIRFLOW_VERSION is 3.3.2, which does not satisfy it",
    );
    check(&[("INSTALL_MYSQL_CLIENT_TYPE", "mysql")], "Debian does not have Oracle's MySQL client");
    check(
        &[("AIRFLOW_INSTALLATION_METHOD", "."), ("AIRFLOW_SOURCES_TO", "/home/airflow/.local/src")],
        "be inside the folder of Python packages",
    );
    check(
        &[
            ("AIRFLOW_INSTALLATION_METHOD", "."),
            ("DOCKER_CONTEXT_FILES", "d"),
            ("INSTALL_PACKAGES_FROM_CONTEXT", "true"),
        ],
        "cannot be installed both from sources and from the context folder",
    );
}

#[test]
fn sources_of_every_release_accept_given_constraints() {
    for version in ["2.11.0", "3.0.0", "3.4.0.dev0"] {
        for (name, value) in [
            ("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/c.txt"),
            ("AIRFLOW_CONSTRAINTS_URL", "https://h/c.txt"),
            ("AIRFLOW_CONSTRAINTS_REFERENCE", "constraints-main"),
        ] {
            let context = ("DOCKER_CONTEXT_FILES", "d");
            read(&[
                context,
                ("AIRFLOW_INSTALLATION_METHOD", "."),
                ("AIRFLOW_VERSION", version),
                (name, value),
            ])
            .unwrap();
        }
    }
}

#[test]
fn the_base_image_follows_python_and_airflow() {
    let check = |args: &[(&str, &str)], base: &str| assert_eq!(read(args).unwrap().base.to_string(), base);
    check(&[], "docker.io/library/python:3.13-slim-bookworm");
    check(&[("AIRFLOW_VERSION", "2.10.5")], "docker.io/library/python:3.12-slim-bookworm");
    check(&[("AIRFLOW_PYTHON_VERSION", "3.11.9")], "docker.io/library/python:3.11.9-slim-bookworm");
    check(&[("BASE_IMAGE", "registry.example.com/py:1")], "registry.example.com/py:1");
}

#[test]
fn constraints_follow_the_release() {
    let check = |args: &[(&str, &str)], expected: &str| {
        let Constraints::Published { repository, reference, mode } = read(args).unwrap().constraints else {
            panic!("not published")
        };
        assert_eq!(format!("{repository}/{reference}/{mode}"), expected);
    };
    check(&[("AIRFLOW_VERSION", "2.10.5")], "apache/airflow/constraints-2.10.5/constraints");
    check(&[("AIRFLOW_VERSION", "2.10.5+acme.1")], "apache/airflow/constraints-2.10.5/constraints");
    check(&[("AIRFLOW_VERSION", "3.4.0.dev0")], "apache/airflow/constraints-main/constraints");
    check(
        &[("AIRFLOW_CONSTRAINTS_REFERENCE", "2.10.5"), ("CONSTRAINTS_GITHUB_REPOSITORY", "me/fork")],
        "me/fork/2.10.5/constraints",
    );
    check(
        &[("AIRFLOW_CONSTRAINTS_REFERENCE", "constraints-2-2")],
        "apache/airflow/constraints-2-2/constraints",
    );
    check(
        &[
            ("AIRFLOW_CONSTRAINTS_MODE", "constraints-no-providers"),
            ("CONSTRAINTS_GITHUB_REPOSITORY", "me/fork"),
        ],
        "me/fork/constraints-3.3.2/constraints-no-providers",
    );
}

#[test]
fn extras_are_dropped_by_item() {
    let check =
        |args: &[(&str, &str)], expected: &str| assert_eq!(read(args).unwrap().extras.join(","), expected);
    check(&[("AIRFLOW_EXTRAS", "")], "");
    check(&[("AIRFLOW_EXTRAS", ""), ("ADDITIONAL_AIRFLOW_EXTRAS", "slack")], "slack");
    check(&[("AIRFLOW_EXTRAS", "celery,mysql"), ("INSTALL_MYSQL_CLIENT", "false")], "celery");
    check(&[("AIRFLOW_EXTRAS", "celery,mysql")], "celery,mysql");
    check(
        &[("AIRFLOW_EXTRAS", "postgres,apache-mysql"), ("INSTALL_POSTGRES_CLIENT", "false")],
        "apache-mysql",
    );
    assert!(read(&[]).unwrap().extras.contains(&"mysql".to_owned()));
}

#[test]
fn oracles_client_is_for_one_architecture() {
    let options = |platform: &str| {
        Options::from_pairs([
            ("build-arg:INSTALL_MYSQL_CLIENT_TYPE", "mysql"),
            ("build-arg:DATABASE_CLIENTS_FROM", "vendor"),
            ("platform", platform),
        ])
    };
    Config::from_options(&options("linux/amd64")).unwrap();
    let refused = Config::from_options(&options("linux/arm64")).unwrap_err().to_string();
    assert!(refused.contains("Oracle has no MySQL client for linux/arm64"), "{refused}");
}

#[test]
fn the_requirement_of_airflow_follows_the_method() {
    let check = |args: &[(&str, &str)], expected: &str| {
        let args = [&[("AIRFLOW_EXTRAS", "celery"), ("AIRFLOW_VERSION", "2.10.5")], args].concat();
        let config = read(&args).unwrap();
        assert_eq!(config.airflow_requirement(&config.extras).join(" "), expected);
    };
    check(&[], "apache-airflow[celery]==2.10.5");
    check(&[("AIRFLOW_VERSION_SPECIFICATION", ">=2.10, <2.11")], "apache-airflow[celery]>=2.10,<2.11");
    check(
        &[("AIRFLOW_INSTALLATION_METHOD", "https://h/main.tar.gz#egg=apache-airflow")],
        "apache-airflow[celery] @ https://h/main.tar.gz",
    );
    check(&[("AIRFLOW_INSTALLATION_METHOD", ".")], "--editable /opt/airflow[celery]");
}

#[test]
fn an_upgrade_is_requested_in_three_ways() {
    let check = |name: &str, value: &str, upgrades: bool| {
        assert_eq!(read(&[(name, value)]).unwrap().install.upgrade.is_some(), upgrades, "{name}={value}");
    };
    check("UPGRADE_TO_NEWER_DEPENDENCIES", "false", false);
    check("UPGRADE_TO_NEWER_DEPENDENCIES", "False", false);
    check("UPGRADE_TO_NEWER_DEPENDENCIES", "true", true);
    check("UPGRADE_INVALIDATION_STRING", "", false);
    check("UPGRADE_INVALIDATION_STRING", "false", true);
    check("UPGRADE_RANDOM_INDICATOR_STRING", "4711", true);
}

#[test]
fn options_without_effect_cause_warnings() {
    let check = |args: &[(&str, &str)], expected: &str| {
        let message: Vec<String> = read(args).unwrap().warnings.iter().map(ToString::to_string).collect();
        assert!(message.iter().any(|one| one.contains(expected)), "{message:?}");
    };
    check(&[("PYTHON_LTO", "true")], "no effect: Python comes from the base image");
    check(
        &[("AIRFLOW_IMAGE_TYPE", "ci"), ("AIRFLOW_VERSION", "2.10.5")],
        "only has an effect with Airflow 3.0 and later",
    );
    check(&[("AIRFLOW_SOURCES_FROM", ".")], "only has an effect with AIRFLOW_INSTALLATION_METHOD=.");
    check(&[("DEV_APT_COMMAND", "&& curl x")], "the leading && is removed");
    check(&[("UPGRADE_INVALIDATION_STRING", "false")], "including `false`");
    check(&[("PIP_CACHE_EPOCH", "1")], "is called DEPENDENCY_CACHE_EPOCH here");
    check(&[("EAGER_UPGRADE_ADDITIONAL_REQUIREMENTS", "a<1")], "only has an effect in an upgrade");
    for name in table::TODAY {
        let args = [(*name, table::row(name).unwrap().example), ("DOCKER_CONTEXT_FILES", "d")];
        assert_eq!(read(&args).unwrap().warnings, [], "{name}");
    }
}

#[test]
fn no_warning_shows_what_may_hold_a_secret() {
    let warnings = read(&[("DEV_APT_COMMAND", "&& curl -u me:topsecret x")]).unwrap().warnings;
    assert!(!warnings.is_empty() && !format!("{warnings:?}").contains("topsecret"));
}

#[test]
fn a_version_may_be_left_to_the_tool() {
    let config = read(&[("AIRFLOW_PIP_VERSION", ""), ("AIRFLOW_UV_VERSION", "0.9.1")]).unwrap();
    let requirements = (config.pip.unwrap().requirement, config.uv.unwrap().requirement);
    assert_eq!(requirements, ("pip".to_owned(), "uv==0.9.1".to_owned()));
}

#[test]
fn folders_that_only_the_build_uses_are_not_copied_with_the_sources() {
    let without = |args: &[(&str, &str)]| {
        let config = read(&[&[("AIRFLOW_INSTALLATION_METHOD", ".")], args].concat()).unwrap();
        let Method::Sources { without, .. } = config.install.method else { panic!("no sources") };
        without.join(" ")
    };
    assert_eq!(without(&[]), "docker-context-files");
    assert_eq!(without(&[("DOCKER_CONTEXT_FILES", "Dockerfile")]), "docker-context-files");
    assert_eq!(without(&[("DOCKER_CONTEXT_FILES", "./corp/files/")]), "corp/files docker-context-files");
    let inside = [("AIRFLOW_SOURCES_FROM", "corp"), ("DOCKER_CONTEXT_FILES", "corp/files")];
    assert_eq!(without(&inside), "corp/files files docker-context-files");
    let around = [("AIRFLOW_SOURCES_FROM", "corp"), ("DOCKER_CONTEXT_FILES", ".")];
    assert_eq!(without(&around), "docker-context-files");
}

#[test]
fn the_context_folder_is_not_the_folder_of_the_sources() {
    let message = "this folder also contains Airflow's sources, so its files would be copied into the image";
    let sources = ("AIRFLOW_INSTALLATION_METHOD", ".");
    let root = refused(&[sources, ("DOCKER_CONTEXT_FILES", "./")]);
    assert!(root.contains(&format!("DOCKER_CONTEXT_FILES=./: {message}")), "{root}");
    let folder = [sources, ("AIRFLOW_SOURCES_FROM", "a"), ("DOCKER_CONTEXT_FILES", "a/")];
    assert!(refused(&folder).contains(message));
    let named = [
        ("build-arg:AIRFLOW_INSTALLATION_METHOD", "."),
        ("build-arg:DOCKER_CONTEXT_FILES", "."),
        ("context:airflow-sources", "local:sources"),
    ];
    Config::from_options(&Options::from_pairs(named)).unwrap();
}

#[test]
fn a_build_arg_is_named_and_shown_as_it_was_written() {
    let check = |args: &[(&str, &str)], expected: &str| {
        let message = refused(args);
        assert!(message.contains(expected), "{expected} is missing in {message}");
    };
    let image = ("BASE_IMAGE", "Python:3.12");
    check(&[image], "  BASE_IMAGE=Python:3.12: ");
    check(&[image], "hint: for example BASE_IMAGE=");
    check(&[("PYTHON_MAJOR_MINOR_VERSION", "3.6")], "PYTHON_MAJOR_MINOR_VERSION=3.6: Airflow 3.3.2 runs on");
    check(
        &[("INSTALL_DISTRIBUTIONS_FROM_CONTEXT", "yes")],
        "INSTALL_DISTRIBUTIONS_FROM_CONTEXT=yes: there is no",
    );
    check(&[("AIRFLOW_INSTALL_VERSION", "<2")], "AIRFLOW_INSTALL_VERSION=<2: AIRFLOW_VERSION is 3.3.2");
    check(&[("AIRFLOW_CONSTRAINTS_URL", "/abs/c.txt")], "AIRFLOW_CONSTRAINTS_URL=/abs/c.txt: expected a URL");
    check(&[("AIRFLOW_EXTRAS", "a \"b\"")], "`\"b\"` is not the name of an extra");
    check(&[("AIRFLOW_HOME", "/opt/a\"b")], "/opt/a\"b: ");
    let warned =
        read(&[("AIRFLOW_CONSTRAINTS_URL", "https://h/c"), ("UPGRADE_RANDOM_INDICATOR_STRING", "1")]);
    let warnings = warned.unwrap().warnings;
    assert!(warnings.iter().any(|it| it.value.as_deref() == Some("https://h/c")), "{warnings:?}");
}

#[test]
fn suggestions_name_what_works() {
    let as_option = refused(&[("PIP_NO_BINARY", "lxml")]);
    assert!(
        as_option.contains("use ADDITIONAL_PIP_INSTALL_FLAGS for options of pip and uv, such as --no-binary")
    );
    let check = |name: &str, expected: &str| {
        let message = refused(&[(name, "x")]);
        assert!(message.ends_with(&format!("hint: {expected}")), "{name}: {message}");
    };
    check("ADDITIONAL_PYTHON_DEP", "did you mean ADDITIONAL_PYTHON_DEPS?");
    check("ADDITIONAL_DEV_DEP", "did you mean ADDITIONAL_DEV_APT_DEPS?");
    check("BASE_IMAGES", "did you mean BASE_IMAGE?");
    check(
        "AIRFLOW_DEPS",
        "use ADDITIONAL_AIRFLOW_EXTRAS; AIRFLOW_DEPS is a build arg of puckel/docker-airflow",
    );
    check("PYTHON_DEPS", "use ADDITIONAL_PYTHON_DEPS; PYTHON_DEPS is a build arg of puckel/docker-airflow");
    check(
        "WITH_ALL_LOCALES",
        "the image uses C.UTF-8; for other locales, RUN locale-gen in a Dockerfile that extends it",
    );
    // The most similar names have no effect: AIRFLOW_REPO, PYTHON_LTO.
    for name in ["AIRFLOW_REPOS", "PYTHON_LTOS", "AIRFLOW_GIDS", "INSTALL_FROM_PYPY"] {
        let message = refused(&[(name, "x")]);
        let dead = table::OTHERS.iter().filter(|(_, it)| matches!(it, table::Support::Dead(_)));
        let named = dead.map(|(dead, _)| *dead).find(|dead| message.contains(&format!("mean {dead}?")));
        assert_eq!(named, None, "{message}");
    }
}
