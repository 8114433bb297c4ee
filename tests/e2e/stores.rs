//! The two ways in which layers come together: the engine's classic image store copies trees, the other one merges them.
//!
//! `tests/engine/e2e` runs this with either store, and the second time what was found the first time is at hand.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::docker::{Image, docker};
use super::small;

/// The constraints have another release of pygments, so files of layers below have to go.
const LATER: &str = "pygments==2.18.0 beautifulsoup4==4.10.0";

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_image_holds_the_same_files_whether_trees_are_copied_or_merged() {
    let merges =
        docker(&["info", "--format", "{{.DriverStatus}}"]).succeeded().stdout.contains("io.containerd");
    let image = small().with(&[("ADDITIONAL_PYTHON_DEPS", LATER)]).image();
    assert_eq!(image.run(&[], &["airflow", "version"]).succeeded().last_line(), "2.10.5");

    let own = own_history(&image);
    let last = "add Airflow 2.10.5 and its Python packages".to_owned();
    let changes = [
        "make the virtual environment",
        "install Airflow 2.10.5 from wheels",
        "compile what Airflow 2.10.5 has no wheel for",
        "install additional Python packages",
    ];
    let mut titles = vec!["add user airflow", "install 1 runtime apt packages", "add the entrypoint"];
    titles.extend(if merges { changes.to_vec() } else { vec![last.as_str()] });
    assert_eq!(own.len(), titles.len(), "{own:?}");
    for (found, title) in own.iter().zip(titles) {
        assert!(found.contains(title), "{found:?} is not about {title:?}: {own:?}");
    }

    let files = files(&image);
    assert!(files.contains("pygments-2.18.0.dist-info") && files.lines().count() > 5000, "{files}");
    match std::env::var("E2E_COPIED_FILES").map(PathBuf::from) {
        Ok(kept) if merges => {
            let copied = fs::read_to_string(kept).expect("the classic image store had its turn before");
            let only = |one: &str, other: &str| -> Vec<String> {
                let other: std::collections::BTreeSet<&str> = other.lines().collect();
                one.lines().filter(|line| !other.contains(line)).take(20).map(str::to_owned).collect()
            };
            assert_eq!(
                (only(&copied, &files), only(&files, &copied)),
                (vec![], vec![]),
                "only copied, only merged"
            );
        }
        Ok(kept) => fs::write(kept, files).unwrap(),
        Err(_) => {}
    }
}

/// What made each layer over those of the base image. Every layer has one entry, and every entry a layer.
fn own_history(image: &Image) -> Vec<String> {
    let folder = image.save();
    let json =
        |path: &str| -> Value { serde_json::from_slice(&fs::read(folder.0.join(path)).unwrap()).unwrap() };
    let config = json(json("manifest.json")[0]["Config"].as_str().unwrap());
    let with_layer = |entry: &&Value| entry["empty_layer"] != true;
    let history: Vec<&Value> = config["history"].as_array().unwrap().iter().filter(with_layer).collect();
    assert_eq!(history.len(), config["rootfs"]["diff_ids"].as_array().unwrap().len(), "{history:?}");
    let ours = history.into_iter().filter(|entry| entry["comment"] == "airflow-frontend.v0");
    ours.map(|entry| entry["created_by"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Kind, mode, owner, path and link of everything in the two homes, then size and checksum of every file.
fn files(image: &Image) -> String {
    image.shell_as(
        "0",
        r"
        cd /
        find home/airflow opt/airflow ! -name '*.pyc' -printf '%y %m %U:%G %p -> %l\n' | sort
        find home/airflow opt/airflow ! -name '*.pyc' -type f -printf '%s %p\n' | sort
        find home/airflow opt/airflow ! -name '*.pyc' -type f -exec sha256sum {} + | sort",
    )
}
