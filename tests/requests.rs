//! Subrequests, warnings of builds, and the command line.

use buildkit_frontend::testing::{Call, FakeBuildKit, Session};
use buildkit_llb as llb;
use serde_json::{Value, json};

use crate::support::graph::Graph;
use crate::support::process::{fake_buildkit, run_by_person};
use crate::support::scene::{BASE, buildkit};

/// The calls with which a check reads the settings of rules in the build file.
const BUILD_FILE: [Call; 3] = [Call::Inputs, Call::Solve, Call::ReadFile];

/// Sends a request with no image or file available.
fn ask(request: &str, options: &[(&str, &str)]) -> Session {
    let options =
        [&[("requestid", request), ("frontend.caps", "moby.buildkit.frontend.subrequests+forward")], options];
    let session = fake_buildkit().run(&options.concat());
    let more: Vec<Call> =
        session.heard.calls[1..].iter().copied().filter(|call| !BUILD_FILE.contains(call)).collect();
    assert_eq!(more, [Call::Return], "{request}: nothing but the answer");
    assert!(session.heard.images.is_empty(), "{request}");
    for solve in &session.heard.solves {
        let graph = Graph::of(solve.definition.as_ref().unwrap());
        assert_eq!(
            (request, graph.titles()),
            ("frontend.lint", vec!["[internal] load build definition from Dockerfile"])
        );
    }
    assert_eq!((session.exit_code, session.stderr.as_str()), (Some(0), ""));
    session.assert_only_http2();
    session
}

fn names(of: &Value) -> Vec<&str> {
    of.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[test]
fn every_request_that_is_listed_is_answered_without_image_or_context() {
    let listed = ask("frontend.subrequests.describe", &[]).json("result.json");
    assert_eq!(
        names(&listed),
        [
            "frontend.outline",
            "frontend.targets",
            "frontend.lint",
            "frontend.subrequests.describe",
            "frontend.convertllb",
            "frontend.airflow.plan",
            "frontend.airflow.schema"
        ]
    );
    let options = [
        ("build-arg:DOCKER_CONTEXT_FILES", "docker-context-files"),
        ("build-arg:AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/constraints.txt"),
    ];
    for request in listed.as_array().unwrap() {
        let session = ask(request["name"].as_str().unwrap(), &options);
        assert_eq!(session.metadata("version"), request["version"]);
        assert!(session.metadata("result.txt").ends_with('\n'));
        assert!(session.metadata("result.json").starts_with(['{', '[']));
        for named in request["metadata"].as_array().unwrap() {
            session.metadata(named["name"].as_str().unwrap());
        }
        assert_eq!(session.result().metadata.len(), request["metadata"].as_array().unwrap().len() + 1);
    }
}

#[test]
fn a_check_passes_where_a_context_is_another_target_of_a_bake_file() {
    // A check builds no other target, so the client only passes its name.
    let target = ("context:corp-base", "target:base");
    let options =
        [target, ("build-arg:PYTHON_BASE_IMAGE", "corp-base"), ("build-arg:AIRFLOW_VERSION", "2.10.5")];
    let session = ask("frontend.lint", &options);
    assert_eq!(session.metadata("result.statuscode"), "0", "{}", session.metadata("result.txt"));
    for request in ["frontend.outline", "frontend.airflow.plan", "frontend.convertllb"] {
        ask(request, &options).result();
    }
}

#[test]
fn the_outline_has_values_with_their_lines_and_no_secret() {
    let session = ask(
        "frontend.outline",
        &[
            ("build-arg:AIRFLOW_VERSION", "2.10.5"),
            ("build-arg:ADDITIONAL_PYTHON_DEPS", "tool@https://me:hunter2@host/tool-1.tar.gz"),
        ],
    );
    let outline = session.json("result.json");
    let arg = |name: &str| {
        outline["args"].as_array().unwrap().iter().find(|arg| arg["name"] == name).cloned().unwrap()
    };
    let line = |line: u32| json!({ "ranges": [{ "start": { "line": line }, "end": { "line": line } }] });
    assert_eq!(
        (&arg("AIRFLOW_VERSION")["value"], &arg("AIRFLOW_VERSION")["location"]),
        (&json!("2.10.5"), &line(2))
    );
    assert_eq!(arg("ADDITIONAL_PYTHON_DEPS")["value"], "tool@https://***@host/tool-1.tar.gz");
    assert_eq!(
        arg("AIRFLOW_UID"),
        json!({
            "name": "AIRFLOW_UID",
            "description": "The user id of user airflow",
            "value": "50000",
        })
    );
    assert_eq!(outline["secrets"], json!([{ "name": "ca-bundle" }, { "name": "netrc" }]));
    assert!(
        outline["cache"].as_array().unwrap().iter().any(|cache| cache["ID"]
            .as_str()
            .unwrap()
            .starts_with("airflow-frontend/python-bookworm-amd64-50000")),
        "{}",
        outline["cache"]
    );
    for key in ["result.json", "result.txt"] {
        assert!(!session.metadata(key).contains("hunter2"), "{key}");
    }
}

#[test]
fn the_outline_of_a_stage_has_the_args_of_that_stage() {
    let args = |target: &str| {
        let outline = ask("frontend.outline", &[("target", target)]).json("result.json");
        assert_eq!(outline["name"], target);
        outline["args"].as_array().unwrap().iter().any(|arg| arg["name"] == "RUNTIME_APT_DEPS")
    };
    assert!(args("main") && !args("build"));
    let typo = fake_buildkit().run(&[("requestid", "frontend.outline"), ("target", "mian")]);
    assert!(typo.error().message.contains("did you mean main?"), "{}", typo.error().message);
}

#[test]
fn the_targets_are_the_stages_with_their_base() {
    let session = ask("frontend.targets", &[("build-arg:PYTHON_BASE_IMAGE", BASE)]);
    let target =
        |name: &str, description: &str| json!({ "name": name, "description": description, "base": BASE });
    let mut main = target("main", "the image people run");
    main["default"] = json!(true);
    let build = target("build", "compilers, headers and the installed packages");
    assert_eq!(session.json("result.json"), json!({ "targets": [build, main], "sources": [] }));
}

#[test]
fn a_check_points_at_every_finding_and_has_a_status() {
    let session = ask(
        "frontend.lint",
        &[
            ("build-arg:AIRFLOW_CONSTRAINTS_REFERENCE", "constraints-main"),
            ("build-arg:ADDITIONAL_PYHTON_DEPS", "x"),
            ("build-arg:AIRFLOW_UID", "root"),
            ("target", "mian"),
        ],
    );
    assert_eq!(session.metadata("result.statuscode"), "1");
    let lint = session.json("result.json");
    assert_eq!(lint["warnings"][0]["ruleName"], "UnknownBuildArg");
    assert_eq!(lint["warnings"][0]["location"]["ranges"][0]["start"]["line"], 1);
    for warning in lint["warnings"].as_array().unwrap() {
        assert!(warning["location"].is_object(), "the client looks into it unasked");
    }
    let refused = lint["buildError"]["message"].as_str().unwrap();
    assert!(refused.contains("AIRFLOW_UID=root") && refused.contains("--target=mian"), "{refused}");
    assert!(!refused.contains("PYHTON"), "told once: {refused}");
    let ranges = json!([{ "start": { "line": 3 }, "end": { "line": 3 } }]);
    assert_eq!(lint["buildError"]["location"], json!({ "ranges": ranges }));
    assert_eq!(lint["sources"][0]["filename"], "build-args");
}

#[test]
fn a_problem_without_a_line_is_reported_without_one() {
    let lint = ask("frontend.lint", &[("target", "mian")]).json("result.json");
    assert_eq!(lint["buildError"]["location"], json!({ "ranges": [] }));
}

#[test]
fn a_check_without_findings_succeeds_and_a_skipped_rule_hides_no_error() {
    let clean = ask("frontend.lint", &[]);
    assert_eq!(clean.metadata("result.statuscode"), "0");
    assert_eq!(clean.metadata("result.txt"), "Check complete, no warnings found.\n");
    assert_eq!(clean.json("result.json")["warnings"], json!([]));

    let skipped =
        ask("frontend.lint", &[("build-arg:X", "1"), ("build-arg:BUILDKIT_DOCKERFILE_CHECK", "skip=all")]);
    let lint = skipped.json("result.json");
    assert_eq!((&lint["warnings"], skipped.metadata("result.statuscode")), (&json!([]), "1"));
    assert!(lint["buildError"]["message"].as_str().unwrap().contains("unknown build arg"));
}

#[test]
fn the_build_file_can_configure_the_rules() {
    let file = |text: &str| fake_buildkit().file("local://dockerfile", "Dockerfile", text);
    let check = |text: &str, more: &[(&str, &str)]| {
        let moving = ("build-arg:AIRFLOW_CONSTRAINTS_REFERENCE", "constraints-main");
        let options = [&[("requestid", "frontend.lint"), moving], more].concat();
        let session = file(text).run(&options);
        let warnings = session.json("result.json")["warnings"].as_array().unwrap().len();
        let told = session.metadata("result.txt").contains("UnpinnedConstraints");
        (warnings, told)
    };
    let skip = "# syntax=x\n# check=skip=UnpinnedConstraints\n";
    assert_eq!(check("# syntax=x\n", &[]), (1, true));
    assert_eq!(check(skip, &[]), (0, false));
    // The build arg overrides it.
    let arg = ("build-arg:BUILDKIT_DOCKERFILE_CHECK", "error=true");
    assert_eq!(check(skip, &[arg]), (1, true));
    let wrong = file("# check=perhaps\n").run(&[("requestid", "frontend.lint")]);
    let message = &wrong.error().message;
    assert!(message.contains("BUILDKIT_DOCKERFILE_CHECK=perhaps: expected skip=…"), "{message}");
}

#[test]
fn a_build_fails_on_findings_that_its_file_makes_errors() {
    let options = [("build-arg:AIRFLOW_VERSION", "2.10.5"), ("build-arg:PYTHON_BASE_IMAGE", BASE)];
    let strict = buildkit().file("local://dockerfile", "Dockerfile", "# syntax=x\n# check=error=true\n");
    let message = strict.run(&options).error().message.clone();
    assert!(message.starts_with("lint violation found for rules: MovingBaseImageTag\n"), "{message}");
}

#[test]
fn a_plan_is_shown_with_its_assumptions() {
    let session =
        ask("frontend.airflow.plan", &[("platform", "linux/arm64"), ("build-arg:AIRFLOW_VERSION", "2.10.5")]);
    let plan = session.json("result.json");
    assert_eq!(plan["assumed"]["baseImage"], BASE);
    assert_eq!(plan["assumed"]["platform"], "linux/arm64");
    assert!(
        session
            .metadata("result.txt")
            .contains(&format!("assumed, because the base image is not read: {BASE} has Python 3.12"))
    );
    assert!(session.metadata("result.txt").starts_with("[base 1/2] "));

    let refused =
        fake_buildkit().run(&[("requestid", "frontend.airflow.plan"), ("build-arg:AIRFLOW_VERSION", "two")]);
    let error = refused.error();
    assert!(error.message.contains("AIRFLOW_VERSION=two"), "{}", error.message);
    assert!(error.details[0].type_url.ends_with("errdefs.Source+json"));
}

#[test]
fn the_graph_is_returned_as_json_messages() {
    let graph = ask("frontend.convertllb", &[("build-arg:AIRFLOW_VERSION", "2.10.5")]).json("result.json");
    let ops = graph["def"].as_object().unwrap();
    let kinds = ["source", "exec", "file", "merge", "diff"];
    for kind in kinds {
        assert!(ops.values().any(|op| op.get(kind).is_some()), "{kind}");
    }
    let ends = ops.values().filter(|op| kinds.iter().all(|kind| op.get(kind).is_none())).count();
    assert_eq!(ends, 1, "the op that points at the result");
    for op in ops.values() {
        for input in op["inputs"].as_array().into_iter().flatten() {
            assert!(ops.contains_key(input["digest"].as_str().unwrap()));
        }
    }
    let named = graph["metadata"].as_object().unwrap().values();
    assert!(named.clone().any(|about| {
        about["description"][llb::CUSTOM_NAME].as_str().is_some_and(|name| name.starts_with("[main "))
    }));
    assert_eq!(graph["source"]["infos"][0]["filename"], "airflow.plan");
}

#[test]
fn the_schema_has_every_name_and_rejects_others() {
    let schema = ask("frontend.airflow.schema", &[]).json("result.json");
    assert_eq!(schema["additionalProperties"], false);
    let properties = schema["properties"].as_object().unwrap();
    for row in airflow_frontend::options::table::TABLE {
        let property = &properties[row.name];
        assert_eq!(property["examples"], json!([row.example]));
        assert_eq!(property.get("default").and_then(Value::as_str).unwrap_or_default(), row.default);
    }
    for (name, deprecated) in [("AIRFLOW_CONSTRAINTS", true), ("PYTHON_LTO", true), ("BASE_IMAGE", false)] {
        assert_eq!(properties[name]["deprecated"] == true, deprecated, "{name}");
    }
    assert_eq!(properties["DEV_APT_COMMAND"]["writeOnly"], true);
    assert!(
        properties["AIRFLOW_CONSTRAINTS_MODE"]["x-aliases"]
            .as_array()
            .unwrap()
            .contains(&json!("AIRFLOW_CONSTRAINTS"))
    );
}

#[test]
fn a_build_warns_by_the_same_rules_once_for_several_platforms() {
    let args = [
        ("platform", "linux/amd64,linux/arm64"),
        ("build-arg:AIRFLOW_VERSION", "2.10.5"),
        ("build-arg:AIRFLOW_CONSTRAINTS_REFERENCE", "constraints-main"),
        ("build-arg:PYTHON_BASE_IMAGE", BASE),
    ];
    let session = buildkit().run(&args);
    session.result();
    let [warning] = session.heard.warnings.as_slice() else { panic!("{:?}", session.heard.warnings) };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert_eq!(warning.level, 1);
    assert_eq!(
        text(&warning.short),
        "UnpinnedConstraints: AIRFLOW_CONSTRAINTS_REFERENCE: the constraints come from constraints-main, a branch that can change"
    );
    assert_eq!(
        warning.url,
        "https://github.com/myorg/airflow-frontend/blob/main/docs/lint.md#unpinnedconstraints"
    );
    assert!(text(&warning.detail[0]).starts_with("hint: "), "{:?}", warning.detail);
    assert_eq!(warning.ranges[0].start.unwrap().line, 1);
    let info = warning.info.as_ref().unwrap();
    assert_eq!(info.filename, "build-args");
    assert!(text(&info.data).starts_with("AIRFLOW_CONSTRAINTS_REFERENCE=constraints-main\n"));
    let first = session.definition_for("linux/amd64");
    assert!(first.metadata.contains_key(&warning.digest), "the warning is of a step of this build");
}

#[test]
fn a_build_fails_on_findings_if_they_are_errors() {
    let args = [
        ("build-arg:AIRFLOW_VERSION", "2.10.5"),
        ("build-arg:PYTHON_BASE_IMAGE", BASE),
        ("build-arg:BUILDKIT_DOCKERFILE_CHECK", "error=true"),
    ];
    let session = buildkit().run(&args);
    let error = session.error();
    assert!(
        error.message.starts_with("lint violation found for rules: MovingBaseImageTag\n"),
        "{}",
        error.message
    );
    assert!(error.details[0].type_url.ends_with("errdefs.Source+json"));
    assert_eq!(session.heard.warnings.len(), 1);
}

#[test]
fn the_command_line_judges_a_base_image_by_its_name_and_lists_what_it_cannot_check() {
    let check = |image: &str, more: &[&str]| {
        let base = format!("PYTHON_BASE_IMAGE={image}");
        run_by_person(&[&["check", "--build-arg", &base], more].concat())
    };
    for (image, is) in [
        ("debian:bookworm-slim", "Debian without Python"),
        ("python:3.12-alpine", "Alpine Linux"),
        ("registry.access.redhat.com/ubi9/python-312", "Red Hat UBI"),
        ("nvidia/cuda:12.4.1-base-ubuntu22.04", "Ubuntu"),
        ("python:3.9-buster", "Debian buster"),
    ] {
        let (code, out, error) = check(image, &["--build-arg", "AIRFLOW_VERSION=2.10.5"]);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{error}");
        let expected = format!(
            "warning: UnusableBaseImage: PYTHON_BASE_IMAGE: judging by its name, this image is {is}, not Debian"
        );
        assert!(error.starts_with(&expected) && error.ends_with("after reading the base image\n"), "{error}");
        let skip = "BUILDKIT_DOCKERFILE_CHECK=skip=UnusableBaseImage";
        let (code, _, error) = check(image, &["--build-arg", "AIRFLOW_VERSION=2.10.5", "--build-arg", skip]);
        assert_eq!(code, Some(0), "{error}");
    }
    // A warning for which a build would be rejected.
    let (code, _, error) = check("registry.example.com/python:3.7-slim", &[]);
    assert_eq!(code, Some(1), "{error}");
    let (code, _, error) =
        check("registry.example.com/python:3.11", &["--build-arg", "AIRFLOW_PYTHON_VERSION=3.12"]);
    assert_eq!(code, Some(1), "{error}");

    let (code, out, _) = check("registry.example.com/base:7", &[]);
    assert_eq!(code, Some(0));
    let last = "only a build can check whether registry.example.com/base:7 is Debian bullseye, bookworm or trixie with bash \
                and Python 3.10 to 3.14, and has no other user of id 50000";
    assert_eq!(out.lines().last(), Some(last));
    let (_, out, _) = check("python:3.12-slim-bookworm", &[]);
    assert!(out.lines().last().is_some_and(|last| last.starts_with("the options are valid: ")), "{out}");
}

#[test]
fn the_command_line_checks_by_the_same_rules() {
    let check = |args: &[&str]| run_by_person(&[&["check"], args].concat());
    let (code, out, _) = check(&["--build-arg", "AIRFLOW_CONSTRAINTS=constraints"]);
    assert_eq!(code, Some(0), "{out}");
    assert!(
        out.starts_with(
            "warning: DeprecatedBuildArg: AIRFLOW_CONSTRAINTS: this option is called AIRFLOW_CONSTRAINTS_MODE here\n"
        ),
        "{out}"
    );
    assert!(out.contains("the options are valid"), "{out}");

    let (code, out, error) = check(&["--build-arg", "PIZZA=1", "--build-arg", "AIRFLOW_UID=root"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert_eq!(error.matches("PIZZA").count(), 1, "told once: {error}");

    let strict = [
        "--build-arg",
        "AIRFLOW_CONSTRAINTS=constraints",
        "--build-arg",
        "BUILDKIT_DOCKERFILE_CHECK=error=true",
    ];
    let (code, _, error) = check(&strict);
    assert_eq!(code, Some(1));
    assert!(error.contains("lint violation found for rules: DeprecatedBuildArg"), "{error}");
}

#[test]
fn the_command_line_prints_the_schema_and_names_the_syntax_line() {
    let (code, schema, _) = run_by_person(&["schema"]);
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!((code, &schema["type"]), (Some(0), &json!("object")));
    for flag in ["-h", "--help"] {
        let (code, help, _) = run_by_person(&[flag]);
        assert_eq!(code, Some(0));
        assert!(help.contains("# syntax=myorg/airflow-frontend"), "{help}");
    }
}

#[test]
fn an_unavailable_base_image_is_reported_at_its_build_arg() {
    let refused = |args: &[(&str, &str)]| buildkit().run(args).error().clone();
    let error = refused(&[
        ("build-arg:AIRFLOW_UID", "1000"),
        ("build-arg:BASE_IMAGE", "registry.example.com/nope:1.2.3"),
    ]);
    assert_eq!(error.message, "BASE_IMAGE: registry.example.com/nope:1.2.3: not found");
    let place = error.details.iter().find(|it| it.type_url.ends_with("errdefs.Source+json")).unwrap();
    let place: Value = serde_json::from_slice(&place.value).unwrap();
    assert_eq!(
        (&place["info"]["filename"], &place["ranges"][0]["start"]["line"]),
        (&json!("build-args"), &json!(2))
    );

    let error = refused(&[("build-arg:AIRFLOW_VERSION", "3.3.2")]);
    let expect = "PYTHON_BASE_IMAGE: docker.io/library/python:3.13-slim-bookworm: not found\n  hint: set PYTHON_BASE_IMAGE to an available image";
    assert_eq!((error.message.as_str(), error.details.len()), (expect, 0));
}

/// `docker buildx build --call=check`, `--call=outline`, and a build that is rejected because of the context folder.
#[test]
fn an_alias_is_reported_under_its_own_name_and_line() {
    let args = [
        ("build-arg:AIRFLOW_VERSION", "2.10.5"),
        ("build-arg:BASE_IMAGE", "python:3.12"),
        ("build-arg:DOCKER_CONTEXT_FILES", "/files/"),
        ("build-arg:INSTALL_DISTRIBUTIONS_FROM_CONTEXT", "yes"),
    ];
    let lint = ask("frontend.lint", &args).json("result.json");
    let moving = &lint["warnings"][0];
    assert_eq!(moving["ruleName"], "MovingBaseImageTag", "{lint}");
    assert!(moving["detail"].as_str().unwrap().starts_with("BASE_IMAGE: "), "{moving}");
    assert_eq!(moving["location"]["ranges"][0]["start"]["line"], 2);

    let outline = ask("frontend.outline", &args).json("result.json");
    let args_of = outline["args"].as_array().unwrap();
    let base = args_of.iter().find(|arg| arg["name"] == "BASE_IMAGE").unwrap();
    assert_eq!(
        (&base["value"], &base["location"]["ranges"][0]["start"]["line"]),
        (&json!("python:3.12"), &json!(2))
    );
    assert!(args_of.iter().all(|arg| arg["name"] != "PYTHON_BASE_IMAGE"));

    let built = |fake: FakeBuildKit| fake.run(&[&args[..1], &args[2..]].concat()).error().clone();
    let empty = built(buildkit());
    assert!(
        empty.message.contains("DOCKER_CONTEXT_FILES=/files/: the build context has no such"),
        "{}",
        empty.message
    );
    let none = built(buildkit().file("local://context", "files/requirements.txt", "six"));
    let told = "INSTALL_DISTRIBUTIONS_FROM_CONTEXT=yes: the context folder files has no wheel";
    assert!(none.message.contains(told), "{}", none.message);
    let place = none.details.iter().find(|it| it.type_url.ends_with("errdefs.Source+json")).unwrap();
    let place: Value = serde_json::from_slice(&place.value).unwrap();
    assert_eq!(place["ranges"][0]["start"]["line"], 3);
}
