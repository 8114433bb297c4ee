//! Checks of logs, images and vertices.

use super::build::{Build, Vertex};
use super::image::Image;

/// Fails the test unless the text contains all of these.
#[track_caller]
pub(in crate::e2e) fn assert_says(text: &str, expected: &[&str]) {
    for one in expected {
        assert!(text.contains(one), "{one:?} is missing in:\n{text}");
    }
}

/// Fails the test unless the log shows this step as failed, with its message and its lines of the plan.
pub(in crate::e2e) fn assert_step_failed(log: &str, title: &str) {
    let has = |mark: &str, end: &str| {
        let end = format!("] {title}{end}");
        log.lines().any(|line| line.contains(mark) && line.ends_with(&end))
    };
    assert!(has(" > [", ":"), "no words of {title:?} in:\n{log}");
    assert!(has(">>> [", ""), "{title:?} is not pointed at in:\n{log}");
}

/// Fails the test if the image has compilers.
pub(in crate::e2e) fn assert_no_compiler(image: &Image) {
    let found = image.shell("for name in cc gcc c++ g++ cpp make ld; do type -P $name || true; done");
    assert_eq!(found, "", "a compiler");
    let packages = "dpkg-query --show --showformat '${Package}\\n' | grep -E -e '-dev$' || true";
    assert_eq!(image.shell(packages), "", "header packages");
}

/// Titles of the steps of the plan that ran.
pub(in crate::e2e) fn ran(build: &Build) -> Vec<String> {
    let (_image, vertices) = build.vertices();
    let of_plan =
        |vertex: &&Vertex| ["[base ", "[build ", "[main "].iter().any(|stage| vertex.name.starts_with(stage));
    let steps: Vec<Vertex> = vertices.iter().filter(of_plan).cloned().collect();
    assert!(steps.len() >= 7, "the steps are not found by their titles: {vertices:?}");
    steps.into_iter().filter(|step| step.ran).map(|step| step.name).collect()
}

/// Context and base image are loaded every time; the cache depends on their content.
pub(in crate::e2e) fn without_sources(titles: Vec<String>) -> Vec<String> {
    let is_source =
        |title: &String| title.ends_with("] load docker-context-files") || title.starts_with("[base 1/2] ");
    titles.into_iter().filter(|title| !is_source(title)).collect()
}
