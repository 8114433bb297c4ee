//! One build's questions to BuildKit about the files it starts from.

use std::collections::BTreeMap;

use buildkit_llb as llb;
use buildkit_proto::frontend::CacheOptionsEntry;
use buildkit_proto::pb;

use super::{Caps, Client, EntryKind, Environment, Error, Reference};
use crate::config::install::Method;
use crate::config::values::{self, Platform};
use crate::config::{AIRFLOW_SOURCES, BuildContext, CONTEXT_FILES, Config, Settings, Source};
use crate::graph::{Surroundings, Tree};

/// Who asks, and what goes along with every question.
pub(super) struct Ask<'a> {
    pub(super) client: &'a Client,
    pub(super) caps: &'a Caps,
    pub(super) config: &'a Config,
    pub(super) around: &'a Surroundings<'a>,
    imports: Vec<CacheOptionsEntry>,
    inputs: BTreeMap<String, pb::Definition>,
}

impl<'a> Ask<'a> {
    pub(super) async fn new(
        client: &'a Client,
        caps: &'a Caps,
        config: &'a Config,
        around: &'a Surroundings<'a>,
    ) -> Result<Self, Error> {
        let settings = &config.settings;
        let named = settings.named.0.values().any(|source| matches!(source, Source::Input(_)));
        let inputs = if named || settings.context == BuildContext::Client {
            client.inputs().await?
        } else {
            BTreeMap::new()
        };
        Ok(Self { client, caps, config, around, imports: settings.cache_entries(), inputs })
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.config.settings
    }

    /// The folder of the build context that holds the context files, unless a named context stands in for it.
    pub(super) fn context_folder(&self) -> Option<&str> {
        self.config.context_files.as_deref().filter(|_| !self.settings().named.has(CONTEXT_FILES))
    }

    /// Whether Airflow comes from sources.
    pub(super) fn has_sources(&self) -> bool {
        matches!(self.config.install.method, Method::Sources { .. })
    }

    /// Whether any step uses the build context.
    pub(super) fn uses_context(&self) -> bool {
        let sources = self.has_sources() && !self.settings().named.has(AIRFLOW_SOURCES);
        sources || self.context_folder().is_some()
    }

    /// The session that serves a local folder.
    pub(super) fn session_of(&self, local: &str) -> String {
        self.settings().session_of(local, self.around.session)
    }

    /// A graph that the client hands over, by its name.
    pub(super) fn input(&self, name: &str) -> Result<Option<Tree>, Error> {
        let Some(definition) = self.inputs.get(name) else { return Ok(None) };
        llb::decode::decode(definition).map_err(|error| Error::new(format!("input {name}: {error}")))?;
        Ok(Some(Tree::Graph(definition.clone())))
    }

    /// Hands over a graph; the caches to import go along, or they would not be looked at.
    pub(super) async fn solve(&self, definition: pb::Definition) -> Result<Option<Reference>, Error> {
        self.client.solve(definition, &self.imports, false).await
    }

    /// Opens a tree to read in it; `follow` are the paths that will be read, all if empty.
    pub(super) async fn open(
        &self,
        tree: &Tree,
        platform: Option<&Platform>,
        follow: &[String],
        title: &str,
    ) -> Result<Option<Reference>, Error> {
        let mut graph = llb::Graph::new(platform.cloned().unwrap_or_default());
        let output = tree.add(&mut graph, follow, title);
        self.solve(graph.definition(output)?.pb).await
    }

    /// A file; none if it is not there.
    pub(super) async fn bytes(&self, tree: &Reference, path: &str) -> Result<Option<Vec<u8>>, Error> {
        none_if_missing(self.client.read_file(tree, path).await)
    }

    /// A file as text; none if it is not there.
    pub(super) async fn text(&self, tree: &Reference, path: &str) -> Result<Option<String>, Error> {
        let content = self.bytes(tree, path).await?;
        Ok(content.map(|content| String::from_utf8_lossy(&content).into_owned()))
    }

    /// Whether there is a file or folder of a path.
    pub(super) async fn is_there(&self, tree: &Reference, path: &str) -> Result<bool, Error> {
        Ok(none_if_missing(self.client.stat_file(tree, path).await)?.is_some())
    }

    /// What is in a folder, as far as its name fits the pattern; nothing if the folder is not there.
    pub(super) async fn names(
        &self,
        tree: &Reference,
        folder: &str,
        pattern: &str,
    ) -> Result<Vec<(String, EntryKind)>, Error> {
        let entries = none_if_missing(self.client.read_dir(tree, folder, pattern).await)?.unwrap_or_default();
        Ok(entries.into_iter().map(|entry| (entry.name, entry.kind)).collect())
    }
}

fn none_if_missing<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The platforms asked for, or the builder's own.
pub(super) fn platforms(settings: &Settings, environment: &Environment) -> Result<Vec<Platform>, Error> {
    let found = settings.platforms_or(environment.worker_platforms.first());
    for platform in &found {
        let text = platform.to_string();
        values::platform(&text).map_err(|message| {
            Error::new(format!("the builder's platform is {text}: {message}; give --platform"))
        })?;
    }
    Ok(found)
}
