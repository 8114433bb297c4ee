//! Folders that tests create and containers can read.

use std::fs;
use std::path::PathBuf;

use super::machine::{unique, work};

/// The content of a file of the build context.
#[derive(Debug, Clone)]
pub(in crate::e2e) enum Content {
    /// This text.
    Text(String),
    /// The same as in a file of the engine's work folder.
    Same(PathBuf),
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A new folder that containers can mount; removed when dropped.
#[derive(Debug)]
pub(in crate::e2e) struct Folder(pub(in crate::e2e) PathBuf);

impl Folder {
    pub(in crate::e2e) fn new() -> Self {
        let path = work().join(format!("e2e-{}", unique()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(in crate::e2e) fn write(&self, path: &str, content: &Content) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match content {
            Content::Text(text) => fs::write(path, text).unwrap(),
            Content::Same(file) => fs::hard_link(file, path).unwrap(),
        }
    }

    /// A flag of `docker run`: this folder at a path of the container.
    pub(in crate::e2e) fn volume(&self, at: &str) -> String {
        format!("--volume={}:{at}", self.0.display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Leftovers in the engine's work folder do no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
