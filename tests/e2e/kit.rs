//! The examples of `buildkit-frontend`, as their users run them: from the syntax line to the image.

use super::support::checks::assert_says;
use super::support::docker::{Output, docker};
use super::support::folder::Folder;
use super::support::image::Image;
use super::support::machine::{base_image, registry};

/// Builds a file with one of the examples as its frontend. `app.conf` is in the build context.
fn build(example: &str, rest: &str, flags: &[&str]) -> Output {
    let folder = Folder::new();
    let file = format!("# syntax={}/buildkit-frontend-examples/{example}\n{rest}", registry());
    folder.write("build.toml", &file.as_str().into());
    folder.write("app.conf", &"from the build context\n".into());
    let (path, file) = (folder.0.display().to_string(), folder.0.join("build.toml").display().to_string());
    let mut call = vec!["buildx", "build", "--progress=plain", "--file", &file];
    call.extend(flags);
    call.push(&path);
    docker(&call)
}

/// A recipe on the base image of all tests.
fn recipe(rest: &str) -> String {
    format!("base = \"{}\"\n{rest}", base_image())
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_smallest_example_builds_an_image_with_one_file() {
    let result = Folder::new();
    let local = format!("--output=type=local,dest={}", result.0.display());
    build("smallest", "", &[&local]).succeeded();
    assert_eq!(std::fs::read_to_string(result.0.join("hello")).unwrap(), "Hello from BuildKit\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_recipe_becomes_an_image_with_its_packages_and_files() {
    let image = Image::new();
    let recipe = recipe("packages = [\"jq\"]\n[files]\n\"app.conf\" = \"/etc/app/app.conf\"\n");
    let log = build("recipe", &recipe, &["--load", "--tag", &image.tag]).succeeded().stderr;
    assert_says(&log, &["base image", "install jq", "load build context", "copy files"]);
    let said = image.run(&["--entrypoint", "sh"], &["-c", "cat /etc/app/app.conf; echo '[7]' | jq '.[0]'"]);
    assert_eq!(said.succeeded().stdout, "from the build context\n7\n");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_error_in_a_recipe_quotes_its_line() {
    let log = build("recipe", &recipe("package = [\"jq\"]\n"), &[]).exited(1).stderr;
    assert_says(&log, &["unknown field `package`", "build.toml:3", "   3 | >>> package = [\"jq\"]"]);
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_outline_of_a_recipe_lists_its_build_arg() {
    let outline = build("recipe", &recipe(""), &["--call=outline"]).succeeded().stdout;
    assert_says(&outline, &["TARGET:", "image", "BASE", &base_image(), "The base image"]);
    let other = build("recipe", &recipe(""), &["--call=targets"]).exited(1).stderr;
    assert_says(&other, &["unsupported request frontend.targets"]);
}
