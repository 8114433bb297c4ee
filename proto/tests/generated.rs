//! What is checked in must be what the `.proto` files say.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "compares files, and stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[expect(dead_code, reason = "its main writes the real place; this test writes elsewhere")]
#[path = "../examples/generate.rs"]
mod generate;

#[test]
fn generated_code_is_current() {
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).unwrap();
    }
    fs::create_dir_all(&fresh).unwrap();
    generate::generate(&fresh).unwrap();

    let kept = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated"));
    let fresh = files(&fresh);
    assert_eq!(kept.keys().collect::<Vec<_>>(), fresh.keys().collect::<Vec<_>>());
    for (name, text) in &fresh {
        assert!(kept[name] == *text, "{name} is stale: run `cargo run -p buildkit-proto --example generate`");
    }
}

/// Name and text of every file in `folder`.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect()
}
