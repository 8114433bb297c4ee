//! A graph for people and programs. The same graph always prints the same.

#[cfg(feature = "json")]
mod json;
#[cfg(feature = "json")]
mod op;
mod step;
mod text;

#[cfg(feature = "json")]
pub use json::json;
pub use text::{dot, text};
