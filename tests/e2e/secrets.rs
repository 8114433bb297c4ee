//! What must not be in an image.

use std::process::Command;

use super::docker::{Image, MARKER};
use super::small;

#[test]
#[ignore = "needs an engine: make e2e"]
fn the_authorities_of_the_ca_bundle_secret_are_in_no_layer_and_no_history() {
    // Every step runs with the secret, and then the build stage is an image as well.
    let main = small().flags(&["--no-cache"]).image();
    let build = small().flags(&["--target", "build"]).image();
    for image in [&main, &build] {
        assert_eq!(files_with(image, MARKER), [""; 0]);
        assert!(!files_with(image, "airflow:x:50000:0:").is_empty(), "the search does not see what is there");
    }
}

/// The files of the saved image in which a text is: layers, config, manifest.
fn files_with(image: &Image, text: &str) -> Vec<String> {
    let folder = image.save();
    // `-f` takes what is not compressed as it is, which is how one of the two image stores keeps its layers.
    let search = "find . -type f | while read -r file; do zcat -f \"$file\" | grep -qaF -e \"$1\" && echo \"$file\" || true; done";
    let output = Command::new("bash").args(["-euc", search, "search", text]).current_dir(&folder.0).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}
