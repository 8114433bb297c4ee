//! Images and named contexts: what stands behind a name, asked of BuildKit.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use buildkit_llb as llb;
use futures_util::future::try_join_all;
use serde_json::{Map, Value};

use super::ask::Ask;
use super::context::{DOWNLOADED, repository};
use super::dockerignore::ignored;
use super::{Error, ImageRequest, OciLayout, Reference, Resolved};
use crate::config::Source;
use crate::config::values::{ImageRef, Platform};
use crate::diagnostic::masked;
use crate::facts::base::{Found, env, search_path, tells_python, wanted_paths};
use crate::graph::Tree;
use crate::paths::{PIP_CONF, PIP_FOLDERS};

/// A source policy of the daemon may replace one source by another this many times.
const REPLACEMENTS: usize = 10;

/// What stands behind a name.
pub(super) struct Opened {
    pub(super) tree: Tree,
    /// What it is, for people: the pinned reference of an image, or the kind and place of others.
    pub(super) text: String,
    /// Its image config; empty if it is no image.
    pub(super) config: Map<String, Value>,
}

/// Resolves the base image for a platform and reads what it is judged by. A context of its name counts in its place, and
/// then no registry is asked.
pub(super) async fn image(ask: &Ask<'_>, platform: &Platform) -> Result<(Found, Tree), Error> {
    let wanted = &ask.config.base;
    let named = ask.settings().named.for_image(wanted, platform);
    let opened = match named {
        Some((name, source)) => open(ask, Some(&name), wanted, source, platform).await,
        None => open(ask, None, wanted, &Source::Image(wanted.clone()), platform).await,
    };
    let Opened { tree, text, config } = opened.map_err(|error| error.while_doing("PYTHON_BASE_IMAGE"))?;
    let opened = ask.open(&tree, Some(platform), &[], &format!("[base] {text}")).await?;
    let mut found = Found { reference: text, config, ..Found::default() };
    if let Some(tree) = opened {
        let bash = async { Ok(!ask.names(&tree, "/bin", "bash").await?.is_empty()) };
        let path = search_path(&found.config);
        let programs = pythons(ask, &tree, &path);
        (found.os_release, found.passwd, found.has_bash, found.pythons, found.pip_files) = tokio::try_join!(
            ask.text(&tree, "/etc/os-release"),
            ask.text(&tree, "/etc/passwd"),
            bash,
            programs,
            pip_files(ask, &tree, &found.config)
        )?;
        if found.os_release.is_none() {
            // Where the other one leads to, in images that dropped the link.
            found.os_release = ask.text(&tree, "/usr/lib/os-release").await?;
        }
        for path in wanted_paths(ask.config, found.passwd.as_deref()) {
            let (folder, name) = path.rsplit_once('/').unwrap_or_default();
            if !ask.names(&tree, &format!("{folder}/"), name).await?.is_empty() {
                found.present.insert(path);
            }
        }
    }
    Ok((found, tree))
}

/// pip's settings files, in the order in which pip reads them: the system's, the user's, and the one that a variable names.
/// Where user airflow has none, those of root hold.
async fn pip_files(
    ask: &Ask<'_>,
    tree: &Reference,
    config: &Map<String, Value>,
) -> Result<Vec<(String, String)>, Error> {
    let homes = [ask.config.user_home.as_str(), "/root"];
    let of_homes = homes.map(|home| PIP_FOLDERS.map(|folder| format!("{home}/{folder}/{PIP_CONF}")));
    let named = env(config).into_iter().find(|(name, _)| name == "PIP_CONFIG_FILE").map(|(_, path)| path);
    let paths = ["/etc/xdg/pip", "/etc"].map(|folder| format!("{folder}/{PIP_CONF}")).into_iter();
    let paths = paths.chain(of_homes.into_iter().flatten()).chain(named.filter(|path| path.starts_with('/')));
    let read = paths.map(|path| async move {
        let text = ask.text(tree, &path).await?;
        Ok::<_, Error>(text.map(|text| (path, text)))
    });
    let mut files: Vec<_> = try_join_all(read).await?.into_iter().flatten().collect();
    if files.iter().any(|(path, _)| path.starts_with(homes[0])) {
        files.retain(|(path, _)| !path.starts_with("/root/"));
    }
    Ok(files)
}

/// The folders of the search path with the names of Pythons in them, up to the one that tells which is meant: each answer
/// takes the daemon a mount, and most images have it in the first.
async fn pythons(
    ask: &Ask<'_>,
    tree: &Reference,
    path: &str,
) -> Result<Vec<(String, BTreeSet<String>)>, Error> {
    let mut found = Vec::new();
    for folder in path.split(':').filter(|folder| folder.starts_with('/')) {
        let names = ask.names(tree, folder, "python3*").await?;
        let names: BTreeSet<String> = names.into_iter().map(|(name, _)| name).collect();
        let known = tells_python(&names);
        found.push((folder.to_owned(), names));
        if known {
            break;
        }
    }
    Ok(found)
}

/// The named context of a name, if there is one for the platform.
pub(super) async fn context(ask: &Ask<'_>, wanted: &str, platform: &Platform) -> Result<Option<Tree>, Error> {
    let named = &ask.settings().named;
    if !named.has(wanted) {
        return Ok(None);
    }
    let Some((name, source)) = named.find(wanted, platform) else {
        return Err(Error::new(format!("--build-context {wanted}: there is none for {platform}")));
    };
    let dummy = ImageRef::read(wanted).map_err(Error::internal)?;
    let opened = open(ask, Some(&name), &dummy, source, platform).await;
    let doing = format!("--build-context {name}");
    opened.map(|opened| Some(opened.tree)).map_err(|error| error.while_doing(&doing))
}

/// Finds out what a source is; `name` is that of the named context, if it is one.
async fn open(
    ask: &Ask<'_>,
    name: Option<&str>,
    wanted: &ImageRef,
    source: &Source,
    platform: &Platform,
) -> Result<Opened, Error> {
    let mut source = source.clone();
    for _ in 0..=REPLACEMENTS {
        let identifier = match &source {
            Source::Image(image) => match in_registry(ask, name, image, platform).await? {
                Ok(opened) => return Ok(opened),
                Err(identifier) => identifier,
            },
            Source::OciLayout { store, digest } => {
                let reference = wanted.pinned(digest);
                match in_layout(ask, name, reference, store, platform).await? {
                    Ok(opened) => return Ok(opened),
                    Err(identifier) => identifier,
                }
            }
            Source::Scratch | Source::Git(_) | Source::Http(_) | Source::Local(_) | Source::Input(_) => {
                return plain(ask, name.unwrap_or_default(), &source).await;
            }
        };
        let replaced = |error| Error::new(format!("a source policy chose {identifier}: {error}"));
        source = Source::read(&identifier).map_err(replaced)?;
    }
    Err(Error::new(format!("source policies replaced {wanted} more than {REPLACEMENTS} times")))
}

/// An image by its reference, or what a source policy put in its place.
async fn in_registry(
    ask: &Ask<'_>,
    name: Option<&str>,
    image: &ImageRef,
    platform: &Platform,
) -> Result<Result<Opened, String>, Error> {
    let reference = image.to_string();
    let mode = ask.settings().resolve_mode;
    let request = ImageRequest {
        log_name: log_name(ask, name, &reference, platform),
        platform: Some(platform.clone()),
        resolve_mode: mode.name().to_owned(),
        oci_layout: None,
        reference,
    };
    let found = match ask.client.resolve(&request).await? {
        Resolved::Image(found) => found,
        Resolved::Other(identifier) => return Ok(Err(identifier)),
    };
    // An image that a source policy chose is used as the policy wrote it.
    let text = if found.reference == request.reference { found.pinned() } else { found.reference };
    let config = parsed(&found.config, &request.reference)?;
    Ok(Ok(Opened { tree: Tree::image(&text, mode), text, config }))
}

/// An image in an OCI layout of the client, or what a source policy put in its place.
async fn in_layout(
    ask: &Ask<'_>,
    name: Option<&str>,
    reference: String,
    store: &str,
    platform: &Platform,
) -> Result<Result<Opened, String>, Error> {
    let session = ask.around.session.to_owned();
    let request = ImageRequest {
        log_name: log_name(ask, name, &reference, platform),
        platform: Some(platform.clone()),
        resolve_mode: String::new(),
        oci_layout: Some(OciLayout { session: session.clone(), store: store.to_owned() }),
        reference,
    };
    let found = match ask.client.resolve(&request).await? {
        Resolved::Image(found) => found,
        Resolved::Other(identifier) => return Ok(Err(identifier)),
    };
    let config = parsed(&found.config, &found.reference)?;
    let text = found.reference;
    let layout = llb::OciLayout {
        reference: text.clone(),
        session,
        store: store.to_owned(),
        ..llb::OciLayout::default()
    };
    Ok(Ok(Opened { tree: Tree::OciLayout(layout), text, config }))
}

/// A named context that is no image.
async fn plain(ask: &Ask<'_>, name: &str, source: &Source) -> Result<Opened, Error> {
    let mut config = Map::new();
    let (tree, text) = match source {
        Source::Git(git) => (repository(ask, git), masked(&git.remote)),
        Source::Http(url) => {
            let http =
                llb::Http { url: url.clone(), filename: DOWNLOADED.to_owned(), ..llb::Http::default() };
            (Tree::File(http), masked(url))
        }
        Source::Local(local) => (folder(ask, name, local).await?, format!("folder {local}")),
        Source::Input(input) => {
            config = input_config(ask, input)?;
            let tree = ask.input(input)?;
            let tree = tree.ok_or_else(|| Error::new(format!("the client provides no input {input}")))?;
            (tree, format!("input {input}"))
        }
        Source::Scratch | Source::Image(_) | Source::OciLayout { .. } => {
            (Tree::Scratch, "scratch".to_owned())
        }
    };
    Ok(Opened { tree, text: format!("{text} (context {name})"), config })
}

/// A folder of the client, without what its own list leaves out.
async fn folder(ask: &Ask<'_>, name: &str, local: &str) -> Result<Tree, Error> {
    let hint = format!("context:{name}");
    let local =
        llb::Local { name: local.to_owned(), session: ask.session_of(local), ..llb::Local::default() };
    let exclude = ignored(ask, &local, &hint, &format!("[context {name}] load .dockerignore")).await?;
    let key = ask.settings().shared_keys.get(name).map(String::as_str).unwrap_or_default();
    Ok(Tree::Local(llb::Local { exclude, shared_key_hint: format!("{hint}-{key}"), ..local }))
}

/// The image config that the client gave for an input.
fn input_config(ask: &Ask<'_>, input: &str) -> Result<Map<String, Value>, Error> {
    let Some(text) = ask.settings().input_metadata.get(input) else { return Ok(Map::new()) };
    let unreadable = |error: String| Error::new(format!("input-metadata:{input}: {error}"));
    let metadata: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    let Some(encoded) = metadata.get("containerimage.config").and_then(Value::as_str) else {
        return Ok(Map::new());
    };
    let config = STANDARD.decode(encoded).map_err(|error| unreadable(error.to_string()))?;
    parsed(&config, &format!("input {input}"))
}

fn parsed(config: &[u8], of: &str) -> Result<Map<String, Value>, Error> {
    serde_json::from_slice(config)
        .map_err(|error| Error::new(format!("the config of {of} cannot be read: {error}")))
}

fn log_name(ask: &Ask<'_>, name: Option<&str>, reference: &str, platform: &Platform) -> String {
    match name {
        Some(name) => format!("[context {name}] load metadata for {reference}"),
        None if ask.around.names_platform => format!("[{platform} internal] load metadata for {reference}"),
        None => format!("[internal] load metadata for {reference}"),
    }
}
