//! A frontend for a TOML file: an image from a base image, Debian packages and files of the build context.
//!
//!     # syntax=myorg/recipe
//!     base = "docker.io/library/debian:bookworm-slim"
//!     packages = ["jq"]
//!     [files]
//!     "app.conf" = "/etc/app.conf"

use std::collections::BTreeMap;
use std::process::ExitCode;

use buildkit_frontend::options::{self, ImageRef, Options, Settings};
use buildkit_frontend::subrequests::{Outline, OutlineArg};
use buildkit_frontend::{BuildResult, BuiltImage, Client, Environment, Error, ImageRequest, Location, serve};
use buildkit_llb::{Copy, Exec, File, Graph, Image, Local, Mount};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipe {
    base: String,
    #[serde(default)]
    packages: Vec<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
}

fn main() -> ExitCode {
    serve(build)
}

async fn build(client: &Client, environment: &Environment) -> Result<BuildResult, Error> {
    let options = Options::from_pairs(environment.options.clone());
    let (settings, problems) = options::read(&options);
    if let Some(problem) = problems.first() {
        return Err(Error::new(format!("{}={}: {}", problem.option, problem.value, problem.message)));
    }
    let session = settings.session_of("dockerfile", &environment.session);
    let (text, mut recipe) = read(client, session, &settings.filename).await?;
    recipe.base = options.build_args.get("BASE").cloned().unwrap_or(recipe.base);
    match environment.options.get("requestid").map(String::as_str) {
        Some("frontend.outline") => Ok(outline(text, recipe.base).answer().into_result("1.0.0")),
        Some(other) => Err(Error::unsupported_request(other)),
        None => image(client, environment, &settings, recipe).await,
    }
}

/// The text of the recipe, and what it says.
async fn read(client: &Client, session: String, file: &str) -> Result<(String, Recipe), Error> {
    let mut graph = Graph::default();
    let folder = Local { session, follow: vec![file.to_owned()], ..Local::new("dockerfile") };
    let folder = graph.add(folder, "load the recipe");
    let tree = client.solve(graph.definition(folder)?.pb, &[], false).await?;
    let tree = tree.ok_or_else(|| Error::internal("BuildKit returned no folder"))?;
    let text = String::from_utf8_lossy(&client.read_file(&tree, file).await?).into_owned();
    let recipe = toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        Error::new(error.message()).at(&Location::at_byte(file, &text, start))
    })?;
    Ok((text, recipe))
}

fn outline(source: String, value: String) -> Outline {
    let line = (1u32..).zip(source.lines()).find(|(_, line)| line.starts_with("base"));
    let (name, description) = ("BASE".to_owned(), "The base image, in place of the file's.".to_owned());
    let base = OutlineArg { name, description, value, lines: line.map(|(line, _)| line..=line) };
    Outline { name: "image".to_owned(), args: vec![base], source, ..Outline::default() }
}
const INSTALL: &str = r#"apt-get update && apt-get install --yes --no-install-recommends -- "$@""#;

async fn image(
    client: &Client,
    environment: &Environment,
    settings: &Settings,
    Recipe { base, packages, files }: Recipe,
) -> Result<BuildResult, Error> {
    let base = ImageRef::read(&base).map_err(|wrong| Error::new(format!("BASE={base}: {wrong}")))?;
    let platform = settings.platforms_or(environment.worker_platforms.first()).swap_remove(0);
    let resolved = client.resolve_image(&ImageRequest::new(base.to_string(), platform.clone())).await?;
    let mut graph = Graph::new(platform.clone());
    let mut tree = graph.add(Image::new(resolved.pinned()), "base image");
    if !packages.is_empty() {
        let title = format!("install {}", packages.join(", "));
        let command = ["/bin/sh", "-c", INSTALL, "sh"].map(str::to_owned).into_iter().chain(packages);
        let mounts = vec![Mount::cache("/var/lib/apt/lists", "recipe-apt-lists")];
        tree = graph.add(Exec { mounts, ..Exec::new(tree, command) }, title).step;
    }
    if !files.is_empty() {
        let session = settings.session_of("context", &environment.session);
        let follow = files.keys().cloned().collect();
        let context = graph.add(Local { session, follow, ..Local::new("context") }, "load build context");
        let copies = files.iter().map(|(from, to)| Copy::new(context, format!("/{from}"), to));
        tree = graph.add(File::new(tree, copies), "copy files");
    }
    let built = client.solve(graph.definition(tree)?.pb, &settings.cache_entries(), false).await?;
    let config =
        serde_json::from_slice(&resolved.config).map_err(|error| Error::internal(error.to_string()))?;
    Ok(BuildResult::image(BuiltImage::new(platform, built, config)))
}
