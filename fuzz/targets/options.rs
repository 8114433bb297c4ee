//! Everything that can be asked, in any combination: reading never breaks, and what is sound is planned, checked and
//! outlined without breaking either.
//!
//! A line of the input is an option, `key=value`; a digit at its start stands for a key that is worth trying.

#![no_main]

use airflow_frontend::config::Config;
use airflow_frontend::config::values::ImageRef;
use airflow_frontend::subrequests::{self, Asked};
use airflow_frontend::gateway::directive;
use buildkit_frontend::context::ignore::patterns;
use airflow_frontend::facts::assume;
use airflow_frontend::graph::{self, Surroundings};
use airflow_frontend::lint::{self, Checks, Subject};
use airflow_frontend::options::{Options, table};
use airflow_frontend::facts::context;
use airflow_frontend::plan::plan;

/// Keys of BuildKit's own.
const KEYS: [&str; 22] = [
    "target", "platform", "multi-platform", "no-cache", "cache-imports", "cache-from", "add-hosts", "shm-size", "ulimit",
    "cgroup-parent", "memory", "memswap", "cpusetcpus", "force-network-mode", "context", "contextsubdir", "filename",
    "context:python:3.12", "context:docker-context-files", "build-arg:SOURCE_DATE_EPOCH",
    "build-arg:BUILDKIT_DOCKERFILE_CHECK", "label:a",
];

libfuzzer_sys::fuzz_target!(|data: &str| {
    let mut pairs = Vec::new();
    for line in data.lines() {
        let Some((key, value)) = line.split_once('=') else { continue };
        let names: Vec<&str> = table::names().collect();
        let number: Option<usize> = key.parse().ok();
        let key = match number {
            Some(number) if number < names.len() => format!("build-arg:{}", names[number]),
            Some(number) => KEYS[number % KEYS.len()].to_owned(),
            None => key.to_owned(),
        };
        // Values of several lines are written with the letters that Rust has for them.
        pairs.push((key, value.replace("\\n", "\n")));
    }
    let _ = (patterns(data), directive(data, "check"), ImageRef::read(data), context::Archive::read(data));
    let options = Options::from_pairs(pairs);
    let _ = Checks::of(&options);
    let config = Config::from_options(&options);
    let asked = Asked { options: &options, config: config.as_ref(), platform: None };
    for request in ["outline", "lint", "targets", "airflow.plan"] {
        let _ = subrequests::answer(&format!("{}{request}", subrequests::PREFIX), &asked);
    }
    let Ok(config) = &config else { return };
    let facts = assume::facts(config, None);
    let around = Surroundings::new(config, "s", true, 1);
    let lowered = graph::lower(&plan(config, &facts), &facts, &around);
    assert!(buildkit_llb::decode::decode(&lowered.definition.pb).is_ok());
    let subject = Subject { options: &options, config: Ok(config), facts: Some(&facts), builds: true };
    let _ = lint::findings(&subject, &Checks::default());
});
