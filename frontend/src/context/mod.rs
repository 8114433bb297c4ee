//! Trees that no step makes: build contexts, named contexts, images.

pub mod ignore;
mod tree;

pub use tree::{CONTEXT_LOCAL, Tree};
