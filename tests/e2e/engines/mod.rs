//! Tests that need more than one engine, or one with the containerd image store.
//!
//! `dev/e2e` starts these engines in addition to the first one. With the machine's own Docker, it prints that
//! it skips these tests.

use std::fs::File;
use std::ops::Deref;
use std::thread;
use std::time::Duration;

use super::support::docker::Engine;
use super::support::machine::{of_engine, work};

mod attestations;
mod cache;
mod concurrent;
mod emulated;
mod layouts;
mod pushed;
mod reproducible;
mod stores;

/// An engine with the containerd image store, which can merge and diff. Its cache is kept.
fn second() -> Engine {
    Engine(of_engine("E2E_SECOND_ENGINE"))
}

/// An engine like the second one, with nothing in its cache. It is for one test at a time.
struct Empty {
    engine: Engine,
    _lock: File,
}

impl Deref for Empty {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

/// An engine releases a build's layers a moment after the build, so pruning is
/// repeated.
fn empty() -> Empty {
    let lock = File::create(work().join("third-engine.lock")).unwrap();
    lock.lock().unwrap();
    let engine = Engine(of_engine("E2E_THIRD_ENGINE"));
    let mut left = String::new();
    for _ in 0..60 {
        engine.docker(&["image", "prune", "--all", "--force"]).succeeded();
        engine.docker(&["buildx", "prune", "--all", "--force"]).succeeded();
        left = engine.docker(&["buildx", "du"]).succeeded().stdout;
        if left.trim_end().ends_with("\t0B") {
            return Empty { engine, _lock: lock };
        }
        thread::sleep(Duration::from_secs(1));
    }
    panic!("the cache is not empty:\n{left}");
}
