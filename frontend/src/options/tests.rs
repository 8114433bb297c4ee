//! BuildKit's options: what is read, and what is refused in which words.

use buildkit_llb::NetMode;

use super::*;

/// The problems as a frontend may show them.
fn problems(pairs: &[(&str, &str)]) -> Vec<String> {
    let (_, problems) = read(&Options::from_pairs(pairs.iter().copied()));
    problems.iter().map(|it| format!("{}={}: {}", it.option, it.value, it.message)).collect()
}

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let (settings, problems) = read(&Options::from_pairs(pairs.iter().copied()));
    assert_eq!(problems, []);
    settings
}

#[test]
fn options_of_buildkit_are_checked() {
    let check = |key: &str, value: &str, expected: &str| {
        let problems = problems(&[(key, value)]);
        assert!(problems.len() == 1 && problems[0].contains(expected), "{problems:?}");
    };
    check("platform", "linux//", "--platform=linux//: expected os/architecture");
    check("image-resolve-mode", "always", "expected default, pull or local");
    check("add-hosts", "here", "--add-host=here: expected host=address");
    check("ulimit", "nofile=2:1", "--ulimit=nofile=2:1: the soft limit is above the hard limit");
    check("shm-size", "1g", "--shm-size=1g: expected a number above 0");
    check("memory", "0", "--memory=0: expected a number above 0");
    check("memswap", "-2", "--memory-swap=-2: expected a number above 0, or -1 for no limit");
    check("cpusetcpus", "a", "--cpuset-cpus=a: expected numbers such as 0-3,7");
    check("force-network-mode", "bridge", "expected default, host or none");
    check("multi-platform", "perhaps", "multi-platform=perhaps: expected true or false");
    check("context", "ftp://h/x", "context=ftp://h/x: expected a folder, a git repository");
    check("context", "https://h/x.git?depth=1", "unknown `depth` in the query");
    check("context:python:3.12", "nowhere", "--build-context python:3.12=nowhere: expected docker-image://");
    check("cache-imports", "[", "invalid: ");
    check(
        "build-arg:SOURCE_DATE_EPOCH",
        "today",
        "SOURCE_DATE_EPOCH=today: expected seconds since 1970, or context",
    );
    check("build-arg:BUILDKIT_CONTEXT_KEEP_GIT_DIR", "x", "expected true or false");
}

#[test]
fn all_wrong_options_are_told_at_once() {
    let wrong = [("platform", "a/b/c/d/e"), ("ulimit", "a=1,b=2"), ("shm-size", "0")];
    assert_eq!(problems(&wrong).len(), 4);
}

#[test]
fn one_platform_was_asked_for_or_several() {
    let refused = problems(&[("platform", "linux/amd64,linux/arm64"), ("multi-platform", "false")]);
    assert_eq!(refused, ["--platform=linux/amd64,linux/arm64: multi-platform=false allows one platform"]);

    let check =
        |pairs: &[(&str, &str)], expected| assert_eq!(settings(pairs).several(), expected, "{pairs:?}");
    check(&[], false);
    check(&[("platform", "linux/amd64,linux/arm64")], true);
    check(&[("platform", "linux/amd64,linux/amd64/v1")], false);
    check(&[("platform", "linux/amd64"), ("multi-platform", "true")], true);
    check(&[("build-arg:BUILDKIT_MULTI_PLATFORM", "1")], true);
    check(&[("build-arg:BUILDKIT_MULTI_PLATFORM", "0"), ("multi-platform", "1")], false);
}

#[test]
fn options_of_buildkit_are_read() {
    let settings = settings(&[
        ("target", "BUILD"),
        ("platform", "linux/arm64,linux/amd64,linux/arm64/v8"),
        ("no-cache", "main"),
        ("cache-imports", r#"[{"Type":"registry","Attrs":{"ref":"a"}}]"#),
        ("cache-from", "b,c"),
        ("build-arg:https_proxy", "http://p"),
        ("build-arg:SOURCE_DATE_EPOCH", "1"),
        ("local-sessionid:context", "S"),
        ("filename", "build/airflow.txt"),
        ("dockerfilekey", "file"),
        ("contextsubdir", "sub"),
    ]);
    assert_eq!(settings.target.as_deref(), Some("BUILD"));
    assert_eq!(settings.platforms.len(), 2);
    assert_eq!(settings.no_cache, NoCache::Stages(vec!["main".to_owned()]));
    assert_eq!(settings.cache_imports.len(), 3);
    assert_eq!(settings.proxies["https_proxy"], "http://p");
    assert_eq!(settings.epoch, Some(1));
    assert_eq!(
        (settings.session_of("context", "own"), settings.session_of("x", "own")),
        ("S".into(), "own".into())
    );
    assert_eq!(settings.build_file_local.as_deref(), Some("file"));
    assert_eq!(
        (settings.filename.as_str(), settings.context_subdir.as_deref()),
        ("build/airflow.txt", Some("sub"))
    );
}

#[test]
fn options_of_steps_are_read() {
    let settings = settings(&[
        ("add-hosts", "Pypi=10.0.0.1,\"six=::1\""),
        ("ulimit", "nofile=1:2,core=-1"),
        ("shm-size", "67108864"),
        ("cgroup-parent", "builds"),
        ("hostname", "a"),
        ("build-arg:BUILDKIT_SANDBOX_HOSTNAME", "b"),
        ("force-network-mode", "host"),
        ("memory", "1024"),
        ("memswap", "-1"),
        ("cpushares", "2"),
        ("cpuperiod", "3"),
        ("cpuquota", "4"),
        ("cpusetcpus", "0-1"),
        ("cpusetmems", "0"),
    ]);
    assert_eq!(settings.extra_hosts[0].0, "pypi");
    assert_eq!((settings.extra_hosts.len(), settings.ulimits.len()), (2, 2));
    assert_eq!((settings.shm_size, settings.cgroup_parent.as_deref()), (Some(64 << 20), Some("builds")));
    assert_eq!((settings.hostname.as_deref(), settings.network), (Some("b"), NetMode::Host));
    let resources = Resources {
        memory: Some(1024),
        memory_swap: Some(-1),
        cpu_shares: Some(2),
        cpu_period: Some(3),
        cpu_quota: Some(4),
        cpuset_cpus: "0-1".to_owned(),
        cpuset_mems: "0".to_owned(),
    };
    assert_eq!(settings.resources, resources);
}

#[test]
fn the_build_context_is_read_from_the_key_that_was_named() {
    assert_eq!(settings(&[]).context, BuildContext::Client);
    assert_eq!(settings(&[("context", "https://h/x")]).context, BuildContext::Http("https://h/x".to_owned()));
    let named = settings(&[("contextkey", "sources"), ("sources", "git://h/x"), ("context", "https://h/x")]);
    assert!(matches!(named.context, BuildContext::Git(_)));
}

#[test]
fn the_frontends_own_image_may_be_replaced_by_a_context_of_any_kind() {
    let settings = settings(&[
        ("source", "docker.io/myorg/airflow-frontend:latest"),
        ("context:myorg/airflow-frontend", "something-new://x"),
        ("context:myorg/airflow-frontend::linux/amd64", "something-new://x"),
        ("context:base", "docker-image://python:3.12"),
    ]);
    assert_eq!(settings.named.0.keys().collect::<Vec<_>>(), ["base"]);
}

#[test]
fn an_empty_value_counts_for_no_cache_alone() {
    let settings = settings(&[("no-cache", ""), ("shm-size", ""), ("target", "")]);
    assert_eq!((settings.no_cache, settings.shm_size, settings.target), (NoCache::Everything, None, None));
}

#[test]
fn every_row_has_a_key_of_its_own_and_a_help() {
    for (place, row) in TABLE.iter().enumerate() {
        assert!(row.help.ends_with('.') && !row.flag.is_empty(), "{row:?}");
        assert!(TABLE[..place].iter().all(|other| other.key != row.key), "{row:?}");
    }
}

#[test]
fn build_args_of_buildkit_are_known() {
    for name in ["BUILDKIT_SYNTAX", "https_proxy", "SOURCE_DATE_EPOCH", "TARGETARCH"] {
        assert!(Options::is_builtin(name), "{name}");
    }
    assert!(!Options::is_builtin("AIRFLOW_VERSION"));
}

#[test]
fn name_spaces_are_kept_apart() {
    let options = Options::from_pairs([
        ("build-arg:target", "a"),
        ("label:target", "b"),
        ("context:target", "c"),
        ("target", "d"),
    ]);
    assert_eq!(options.build_args["target"], "a");
    assert_eq!(options.labels["target"], "b");
    assert_eq!(options.contexts["target"], "c");
    assert_eq!(options.frontend["target"], "d");
}
