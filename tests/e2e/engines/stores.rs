//! The two ways to assemble layers: the engine's classic image store copies trees, the other one merges them.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::super::support::builds::small;
use super::super::support::docker::Engine;
use super::super::support::image::Image;
use super::second;

/// The constraints have another release of pygments, so files of lower layers have to be removed.
const LATER: &str = "pygments==2.18.0 beautifulsoup4==4.10.0";

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_image_has_the_same_files_if_trees_are_copied_or_merged() {
    let before = ["add user airflow", "install 1 runtime apt packages", "add the entrypoint"];
    let copied = ["add Airflow 2.10.5 and its Python packages"];
    let merged = [
        "make the virtual environment",
        "install Airflow 2.10.5 without compilers",
        "compile what Airflow 2.10.5 has no wheel for",
        "install additional Python packages",
    ];
    let [copied, merged] =
        [(Engine::default(), &copied[..]), (second(), &merged[..])].map(|(engine, changes)| {
            let image = small().with(&[("ADDITIONAL_PYTHON_DEPS", LATER)]).on(&engine).image();
            assert_eq!(image.run(&[], &["airflow", "version"]).succeeded().last_line(), "2.10.5");
            let own = own_history(&image);
            assert_eq!(own.len(), before.len() + changes.len(), "{own:?}");
            for (found, title) in own.iter().zip(before.iter().chain(changes)) {
                assert!(found.contains(title), "{found:?} is not about {title:?}: {own:?}");
            }
            files(&image)
        });
    assert!(copied.contains("pygments-2.18.0.dist-info") && copied.lines().count() > 5000, "{copied}");
    let only = |one: &str, other: &str| -> Vec<String> {
        let other: BTreeSet<&str> = other.lines().collect();
        one.lines().filter(|line| !other.contains(line)).take(20).map(str::to_owned).collect()
    };
    assert_eq!(
        (only(&copied, &merged), only(&merged, &copied)),
        (vec![], vec![]),
        "only copied, only merged"
    );
}

/// The history of each layer above those of the base image. Every layer has one entry, and every entry one layer.
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
