//! The commands in the README of an example.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders of the examples of a kind, sorted.
pub fn examples(kind: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(kind);
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 10, "{folders:?}");
    folders
}

/// The shell blocks of a README.
#[derive(Debug)]
pub struct Readme {
    /// The blocks up to and including the build, which is the last one.
    pub to_do: Vec<String>,
    /// The blocks that check the result.
    pub to_see: Vec<String>,
}

impl Readme {
    /// Reads the README of a folder: its blocks for a shell, before and after the line `Check the result:`.
    pub fn of(folder: &Path) -> Self {
        let path = folder.join("README.md");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (to_do, to_see) = text.split_once("\nCheck the result:\n").unwrap_or_else(|| panic!("{text}"));
        let blocks = |text: &str| -> Vec<String> {
            let blocks = text.split("```sh\n").skip(1).map(|block| block.split_once("```").unwrap().0);
            blocks.map(str::to_owned).collect()
        };
        let readme = Self { to_do: blocks(to_do), to_see: blocks(to_see) };
        assert!(readme.build().starts_with("docker buildx build "), "{text}");
        assert!(readme.to_see.iter().all(|block| block.starts_with("docker run ")), "{text}");
        assert!(
            !readme.to_see.is_empty() && text.matches("```\n").count() == text.matches("```sh\n").count()
        );
        readme
    }

    /// The build command.
    pub fn build(&self) -> &str {
        self.to_do.last().map_or("", String::as_str)
    }
}
