//! The signing keys in the frontend are those of docs/database-clients.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
#[expect(clippy::print_stderr, reason = "a test that proves nothing must not look like one that does")]
fn the_keys_have_the_documented_fingerprints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(root.join("src/plan/keys")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(output) =
            Command::new("gpg").args(["--batch", "--with-colons", "--show-keys"]).arg(&path).output()
        else {
            eprintln!("SKIPPED: gpg is not installed");
            return;
        };
        assert!(output.status.success(), "{}: {output:?}", path.display());
        let listing = String::from_utf8(output.stdout).unwrap();
        let mut lines = listing.lines();
        // Each key is followed by its fingerprint, and so is each subkey.
        while lines.by_ref().any(|line| line.starts_with("pub:")) {
            let fingerprint = lines.by_ref().find(|line| line.starts_with("fpr:")).unwrap();
            found.insert(fingerprint.split(':').nth(9).unwrap().to_owned());
        }
        assert!(!listing.contains("sec:"), "{}: a secret key", path.display());
    }
    let page = fs::read_to_string(root.join("docs/database-clients.md")).unwrap();
    let rows = page.lines().filter_map(|line| {
        line.split('`').nth(1).filter(|_| line.starts_with("| M") || line.starts_with("| P"))
    });
    let told: BTreeSet<String> = rows
        .filter(|cell| cell.len() == 40 && cell.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(str::to_owned)
        .collect();
    assert_eq!(found, told);
    assert_eq!(found.len(), 5);
}
