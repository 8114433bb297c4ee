//! Gathers from BuildKit what the core must be told: the base image, the context folder, the build file.

use std::collections::BTreeSet;

use buildkit_llb as llb;

use super::{Bridge, EntryKind, Environment, Failure, ImageRequest, Place, Ref, refuse};
use crate::config::base::{Found, search_path};
use crate::config::problem::{Code, Problem, Problems};
use crate::config::values::Platform;
use crate::config::{Config, Constraints};
use crate::graph::{Surroundings, context_source, wire_platform};

/// Folders below the context folder are listed this deep.
const DEPTH: usize = 4;

/// Resolves the base image for a platform and reads what it is judged by.
pub(super) async fn base_image(
    bridge: &Bridge,
    config: &Config,
    platform: &Platform,
) -> Result<Found, Failure> {
    let name = config.base.to_string();
    let request = ImageRequest {
        reference: name.clone(),
        platform: Some(wire_platform(platform)),
        resolve_mode: config.settings.resolve_mode.name().to_owned(),
        log_name: format!("[internal] load metadata for {name}"),
        oci_layout: None,
    };
    let image =
        bridge.resolve_image(&request).await.map_err(|failure| failure.while_doing("PYTHON_BASE_IMAGE"))?;
    let parsed = serde_json::from_slice(&image.config);
    let image_config =
        parsed.map_err(|error| Failure::new(format!("the config of {name} cannot be read: {error}")))?;
    // An image that only the builder itself holds has no digest, and one that a source policy chose is taken as it is.
    let pins = image.reference == name && !image.digest.is_empty();
    let reference = if pins { config.base.pinned(&image.digest) } else { image.reference };

    let mut graph = llb::Graph::new(wire_platform(platform));
    let source = llb::Image { reference: reference.clone(), ..llb::Image::default() };
    let output = graph.add(source, llb::Metadata::named(format!("[base] {reference}")));
    let tree = bridge.solve(graph.definition(Some(output)).pb.clone(), &[], false).await?;

    let mut found = Found { reference, config: image_config, ..Found::default() };
    if let Some(tree) = tree {
        found.os_release = text(bridge, &tree, "/etc/os-release").await?;
        found.passwd = text(bridge, &tree, "/etc/passwd").await?;
        for folder in search_path(&found.config).split(':').filter(|folder| folder.starts_with('/')) {
            let names = names(bridge, &tree, folder).await?.into_iter().map(|(name, _)| name).collect();
            found.programs.push((folder.to_owned(), names));
        }
    }
    Ok(found)
}

/// The files of the context folder, relative to it; empty without a folder, or when there is none.
pub(super) async fn context_files(
    bridge: &Bridge,
    config: &Config,
    around: &Surroundings<'_>,
) -> Result<BTreeSet<String>, Failure> {
    let Some(folder) = &config.context_files else { return Ok(BTreeSet::new()) };
    let mut source = context_source(around, folder, &[]);
    if !config.install_from_context {
        // The folder may be large, and unless packages are installed from it only these matter.
        source.follow = Vec::new();
        source.include = small_files(folder, config);
        source.shared_key_hint.push_str("-small-files");
    }
    let mut graph = llb::Graph::new(llb::Platform::default());
    let output = graph.add(source, llb::Metadata::named("[internal] list the context folder"));
    let Some(tree) = bridge.solve(graph.definition(Some(output)).pb.clone(), &[], false).await? else {
        return Ok(BTreeSet::new());
    };
    let mut files = BTreeSet::new();
    let mut folders = vec![String::new()];
    while let Some(below) = folders.pop() {
        for (name, kind) in names(bridge, &tree, &format!("/{folder}{below}")).await? {
            let path = format!("{below}/{name}");
            match kind {
                EntryKind::Directory if path.matches('/').count() <= DEPTH => folders.push(path),
                EntryKind::Directory | EntryKind::Special => {}
                EntryKind::File | EntryKind::Link => {
                    files.insert(path.trim_start_matches('/').to_owned());
                }
            }
        }
    }
    Ok(files)
}

/// Patterns of what a build uses of the context folder besides packages.
fn small_files(folder: &str, config: &Config) -> Vec<String> {
    let mut names = vec!["*.txt", "*/*.txt", "pip.conf", ".piprc"];
    if let Constraints::ContextFile(path) = &config.constraints {
        names.push(path);
    }
    let place = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    names.into_iter().map(place).collect()
}

/// Refuses a build file that says more than the frontend reads: it holds comments and blank lines only.
pub(super) async fn check_build_file(
    bridge: &Bridge,
    environment: &Environment,
    config: &Config,
) -> Result<(), Failure> {
    let settings = &config.settings;
    let local = settings.build_file_local.as_deref().unwrap_or("dockerfile");
    let source = llb::Local {
        name: local.to_owned(),
        session: settings.session_of(local, &environment.session),
        follow: vec![settings.filename.clone()],
        shared_key_hint: local.to_owned(),
        differ: Some(llb::Differ::None),
        ..llb::Local::default()
    };
    let mut graph = llb::Graph::new(llb::Platform::default());
    let name = format!("[internal] load build file {}", settings.filename);
    let output = graph.add(source, llb::Metadata::named(name));
    let Some(tree) = bridge.solve(graph.definition(Some(output)).pb.clone(), &[], false).await? else {
        return Ok(());
    };
    // A frontend that was chosen on the command line needs no build file.
    let Some(content) = text(bridge, &tree, &format!("/{}", settings.filename)).await? else { return Ok(()) };
    let wrong: Vec<(u32, &str)> = (1u32..)
        .zip(content.lines())
        .map(|(number, line)| (number, line.trim_start_matches('\u{feff}').trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let Some((_, first)) = wrong.first() else { return Ok(()) };
    let problem = Problem {
        code: Code::InvalidBuildFile,
        option: settings.filename.clone(),
        value: None,
        message: format!("after the syntax line only comments are read, not `{first}`"),
        hint: Some(
            "say what to build with --build-arg; extend the image in a Dockerfile of its own".to_owned(),
        ),
    };
    let place = Place {
        filename: settings.filename.clone(),
        text: content.clone(),
        language: "Dockerfile".to_owned(),
        lines: wrong.iter().map(|(number, _)| *number..=*number).take(1).collect(),
    };
    Err(refuse(&[Problems(vec![problem]).to_string()], Some(&place)))
}

async fn text(bridge: &Bridge, tree: &Ref, path: &str) -> Result<Option<String>, Failure> {
    match bridge.read_file(tree, path).await {
        Ok(content) => Ok(Some(String::from_utf8_lossy(&content).into_owned())),
        Err(failure) if failure.is_not_found() => Ok(None),
        Err(failure) => Err(failure),
    }
}

async fn names(bridge: &Bridge, tree: &Ref, folder: &str) -> Result<Vec<(String, EntryKind)>, Failure> {
    match bridge.read_dir(tree, folder, "").await {
        Ok(entries) => Ok(entries.into_iter().map(|entry| (entry.name, entry.kind)).collect()),
        Err(failure) if failure.is_not_found() => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}
