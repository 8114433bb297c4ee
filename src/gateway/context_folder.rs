//! What is in the context folder, found out with as few bytes as it takes.

use std::collections::BTreeSet;

use buildkit_llb as llb;

use super::ask::Ask;
use super::{EntryKind, Error, Reference};
use crate::config::values::Platform;
use crate::config::{Config, Constraints};
use crate::facts::context::{Folder, Presence};
use crate::facts::references::{self, Reading, SETTINGS};
use crate::graph::Tree;

/// Folders below the context folder are listed this deep; what lies deeper is found by its name alone.
const DEPTH: usize = 4;

/// How often files are read that name more files before it is too often: no folder has such a chain.
const ROUNDS: usize = 20;

/// Reads a folder of a tree.
pub(super) async fn read(
    ask: &Ask<'_>,
    tree: &Tree,
    folder: &str,
    platform: Option<&Platform>,
) -> Result<Folder, Error> {
    let title = "[internal] list the context folder";
    let whole = if folder.is_empty() { Vec::new() } else { vec![folder.to_owned()] };
    let below = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let mut texts = BTreeSet::new();
    let ignores = matches!(tree, Tree::Local(local) if !local.exclude.is_empty());
    let mut found = Folder { ignores, ..Folder::default() };
    // The folder may be large, and unless packages are installed from it only texts matter, and what they name.
    let narrow = tree.is_local() && !ask.config.install_from_context;
    for _ in 0..ROUNDS {
        let opened = if narrow {
            let patterns =
                texts_of(ask.config).into_iter().chain(texts.clone()).map(|it| below(&it)).collect();
            ask.open(&tree.clone().with_only(patterns, "-small-files"), platform, &[], title).await?
        } else {
            ask.open(tree, platform, &whole, title).await?
        };
        let Some(opened) = opened else { break };
        found.files = list(ask, &opened, folder).await?;
        let mut reading = Reading::of(ask.config, &found.files);
        while let Some(path) = reading.next_file() {
            let content = ask.bytes(&opened, &format!("/{}", below(&path))).await?;
            found.files.extend(content.is_some().then(|| path.clone()));
            reading.take(path, &content.unwrap_or_default());
        }
        found.references = reading.references;
        found.pip_conf = reading.pip_conf;
        let known: BTreeSet<String> = found.references.keys().cloned().collect();
        if !narrow || known.is_subset(&texts) || known.is_subset(&found.files) {
            break;
        }
        texts.extend(known);
    }
    if narrow {
        let used = references::used(ask.config, &found.files, &found.references);
        let is_new = |path: &&String| !found.files.contains(*path);
        if used.iter().any(|path| is_new(&path)) {
            // The very tree that steps take, so that it is sent once.
            let follow = if used == [""] { whole } else { used.iter().map(|path| below(path)).collect() };
            let opened = ask.open(tree, platform, &follow, title).await?;
            if let Some(opened) = opened {
                found.files.extend(list(ask, &opened, folder).await?);
                for path in used.iter().filter(|path| !path.is_empty()) {
                    if ask.is_there(&opened, &format!("/{}", below(path))).await? {
                        found.files.insert(path.clone());
                    }
                }
            }
        }
    }
    if found.files.is_empty() && !folder.is_empty() {
        found.presence = presence(ask, tree, folder, platform).await?;
    }
    Ok(found)
}

/// Patterns of the texts that a build reads of the context folder or may be told of.
fn texts_of(config: &Config) -> Vec<String> {
    let mut names: Vec<String> =
        ["*.txt", "*/*.txt"].into_iter().chain(SETTINGS).map(str::to_owned).collect();
    if let Constraints::ContextFile(path) = &config.constraints {
        names.push(path.clone());
    }
    let lists = config.named_files().into_iter().filter(|(_, named)| named.is_list);
    names.extend(lists.map(|(_, named)| named.path));
    names
}

/// The files of a folder, relative to it; none when there is no such folder.
async fn list(ask: &Ask<'_>, tree: &Reference, folder: &str) -> Result<BTreeSet<String>, Error> {
    let mut files = BTreeSet::new();
    let mut folders = vec![String::new()];
    while let Some(below) = folders.pop() {
        for (name, kind) in ask.names(tree, &format!("/{folder}{below}"), "").await? {
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

/// Whether a folder of which nothing came is there. Of a client's folder its name alone is asked for.
async fn presence(
    ask: &Ask<'_>,
    tree: &Tree,
    folder: &str,
    platform: Option<&Platform>,
) -> Result<Presence, Error> {
    let title = "[internal] look for the context folder";
    let Tree::Local(local) = tree else {
        let opened = ask.open(tree, platform, &[], title).await?;
        let is_there = match opened {
            Some(opened) => ask.is_there(&opened, &format!("/{folder}")).await?,
            None => false,
        };
        return Ok(if is_there { Presence::Found } else { Presence::Missing });
    };
    for (ignored, presence) in [(&local.exclude, Presence::Found), (&Vec::new(), Presence::Ignored)] {
        let exclude = ignored.iter().cloned().chain([format!("{folder}/*")]).collect();
        let bare = Tree::Local(llb::Local { exclude, ..local.clone() });
        let bare = bare.with_only(vec![folder.to_owned()], "-its-folders");
        let opened = ask.open(&bare, platform, &[], title).await?;
        if let Some(opened) = opened
            && ask.is_there(&opened, &format!("/{folder}")).await?
        {
            return Ok(presence);
        }
    }
    Ok(Presence::Missing)
}
