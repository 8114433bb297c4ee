//! Graphs do not depend on the engine.

use super::super::support::builds::small;
use super::super::support::checks::{ran, without_sources};
use super::{empty, second};

/// The same for all runs, so that the registry has most of it already.
pub(super) const CACHE: &str = "type=registry,ref=localhost:5000/airflow-frontend-e2e-cache:small";

#[test]
#[ignore = "needs an engine: make e2e"]
fn an_engine_with_an_empty_cache_can_import_all_steps_of_another() {
    let exported = small().on(&second()).run(&["--cache-to", &format!("{CACHE},mode=max")]);
    exported.succeeded();

    // A merge is a list of layers, which BuildKit recreates without executing anything.
    let merges = |title: &String| title.ends_with("] add Airflow 2.10.5 and its Python packages");
    let engine = empty();
    let build = small().on(&engine).flags(&["--cache-from", CACHE]);
    let mut ran = without_sources(ran(&build));
    ran.retain(|title| !merges(title));
    assert_eq!(ran, [""; 0]);
    assert_eq!(build.image().run(&[], &["airflow", "version"]).succeeded().last_line(), "2.10.5");
}
