//! Paths that Rust and the scripts share: `src/paths.rs` alone has them, and scripts use only paths that steps have.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use airflow_frontend::paths::{CONTEXT_MOUNT, PIP_CONF, PIP_FOLDERS, RUN, SCRIPTS};

use crate::support::case::Case;
use crate::support::graph::Graph;

/// The files below a folder of the repository, by their paths in it.
fn files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let path = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
        if root.join(&path).is_dir() {
            found.extend(files(&path));
        } else if let Ok(text) = fs::read_to_string(root.join(&path)) {
            found.push((path, text));
        }
    }
    found.sort();
    found
}

/// Where the steps of a large build have something mounted.
fn mounted() -> BTreeSet<String> {
    let mut case = Case::read("everything");
    // Only a step that reaches a repository by SSH has the keys of hosts.
    case.args.insert("ADDITIONAL_PYTHON_DEPS".to_owned(), "x @ git+ssh://h/x.git".to_owned());
    case.args.insert("DOCKER_CONTEXT_FILES".to_owned(), "docker-context-files".to_owned());
    // A long command has its arguments in a file.
    let mut sources = Case::read("default").with_words("ADDITIONAL_PYTHON_DEPS", 300);
    sources.args.insert("AIRFLOW_INSTALLATION_METHOD".to_owned(), ".".to_owned());
    let graphs = [case, sources, Case::read("native-package")].map(|case| case.lowered().definition.pb);
    let execs = graphs.iter().map(Graph::of).collect::<Vec<_>>();
    let mounts = execs.iter().flat_map(Graph::execs).flat_map(|(_, exec)| &exec.mounts);
    mounts.map(|mount| mount.dest.clone()).collect()
}

/// A script with the variables that hold shared paths replaced by these.
fn expanded(text: &str) -> String {
    [("run", RUN), ("context", CONTEXT_MOUNT), ("scripts", SCRIPTS)]
        .iter()
        .fold(text.to_owned(), |text, (name, path)| text.replace(&format!("${name}/"), &format!("{path}/")))
}

/// The paths in a text that start like this.
fn paths<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    let ends = |letter: char| !(letter.is_ascii_alphanumeric() || "/._-".contains(letter));
    text.match_indices(start).map(move |(at, _)| {
        let rest = &text[at..];
        rest[..rest.find(ends).unwrap_or(rest.len())].trim_end_matches(['.', '/'])
    })
}

#[test]
fn scripts_use_only_what_is_mounted_into_steps() {
    let mounted = mounted();
    let is_mounted = |path: &str| {
        path == RUN
            || path == SCRIPTS
            || mounted.iter().any(|mount| path.strip_prefix(mount.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
            // Files of the context folder are mounted one by one, by their names.
            || (path.starts_with(CONTEXT_MOUNT) && (path == CONTEXT_MOUNT || path.ends_with(PIP_CONF)))
    };
    let mut seen = BTreeSet::new();
    for (file, text) in files("src/plan/scripts") {
        let text = expanded(&text);
        for path in ["/run/", CONTEXT_MOUNT].into_iter().flat_map(|start| paths(&text, start)) {
            assert!(is_mounted(path), "{file}: {path} is in no step: {mounted:#?}");
            assert!(!file.contains("/runtime/"), "{file}: {path} is not in the image");
            seen.insert(path.to_owned());
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn scripts_name_the_folders_of_paths_rs() {
    let all = files("src/plan/scripts/build");
    let text = |name: &str| &all.iter().find(|(path, _)| path.ends_with(name)).unwrap().1;
    let check =
        |name: &str, line: &str| assert!(text(name).lines().any(|it| it.trim() == line), "{name}: no {line}");
    check("prelude.sh", &format!("readonly run={RUN}"));
    check("with-arguments.sh", &format!("readonly scripts={SCRIPTS}"));
    check("pip-settings.sh", &format!("readonly context={CONTEXT_MOUNT}"));
    let files = PIP_FOLDERS.map(|folder| format!("{folder}/{PIP_CONF}"));
    check("pip-settings.sh", &format!("for file in {}; do", files.join(" ")));
    check("add-user.sh", &format!("for folder in {}; do", [PIP_FOLDERS[1], PIP_FOLDERS[0]].join(" ")));
}

#[test]
fn each_path_is_written_once_in_rust() {
    // Examples of values, which users read.
    let examples = ["src/options/table.rs", "src/diagnostic/code.rs"];
    let shared = [
        format!("\"{RUN}"),
        format!("\"{CONTEXT_MOUNT}"),
        "\"/run/secrets".to_owned(),
        "\"/entrypoint\"".to_owned(),
        "\"/clean-logs\"".to_owned(),
        format!("\"{PIP_CONF}\""),
        format!("/{PIP_CONF}\""),
        "/.local\"".to_owned(),
    ];
    let mut wrong = Vec::new();
    for (file, text) in files("src") {
        let name = Path::new(&file);
        let is_code =
            name.extension().is_some_and(|it| it == "rs") && name.file_stem().is_some_and(|it| it != "tests");
        if !is_code || file == "src/paths.rs" || examples.contains(&file.as_str()) {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            if shared.iter().any(|path| line.contains(path.as_str())) {
                wrong.push(format!("{file}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "not by the name in src/paths.rs:\n{}", wrong.join("\n"));
}
