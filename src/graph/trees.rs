//! The trees that a build starts from.

use buildkit_frontend::context::{CONTEXT_LOCAL, Tree};

use super::surroundings::Surroundings;

/// What a build starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct Trees {
    /// The base image.
    pub base: Tree,
    /// The build context.
    pub context: Tree,
    /// The named context that stands in for the folder of context files, if there is one.
    pub context_files: Option<Tree>,
    /// The named context that Airflow's sources are taken from, if there is one.
    pub sources: Option<Tree>,
    /// The named context that uv is taken from, if there is one.
    pub uv: Option<Tree>,
}

impl Trees {
    /// An image by its reference, and the client's folder.
    pub fn usual(base: &str, around: &Surroundings<'_>) -> Self {
        let base = Tree::image(base, around.settings.resolve_mode);
        let context = client_context(around);
        Self { base, context, context_files: None, sources: None, uv: None }
    }
}

/// The client's folder; nothing is excluded from it yet.
pub fn client_context(around: &Surroundings<'_>) -> Tree {
    Tree::client_context(around.settings.session_of(CONTEXT_LOCAL, around.session), Vec::new())
}
