//! Times of each phase: options to config, plan, graph, bytes. Run `cargo bench`, or one part by name, as in
//! `cargo bench -- encode`.
//!
//! Three builds for two platforms each: a release with few extras, the defaults, and every arg given. Then builds
//! of growing size, to see that the time grows no faster. `tests/scale.rs` checks the same without a clock.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "as in tests: the builds are read from their cases"
)]

use airflow_frontend::config::Config;
use airflow_frontend::facts::Facts;
use airflow_frontend::graph::Lowered;
use airflow_frontend::options::Options;
use airflow_frontend::plan::{Plan, plan};
use divan::Bencher;
use divan::counter::BytesCount;
use prost::Message;

use self::case::{Case, lowered};

#[path = "../tests/support/case.rs"]
#[expect(unreachable_pub, dead_code, reason = "shared with the tests, which use more of it")]
mod case;

/// Small, default, largest.
const CASES: [&str; 3] = ["selected-version", "default", "everything"];
const PLATFORMS: [usize; 4] = [1, 2, 4, 8];
const PACKAGES: [usize; 3] = [10, 100, 1000];

fn main() {
    divan::main();
}

/// The input of each phase.
struct Build {
    options: Options,
    config: Config,
    facts: Vec<Facts>,
}

impl Build {
    fn of(case: &Case, platforms: usize) -> Self {
        let config = case.config();
        let facts = case.facts_of_platforms(&config, platforms);
        Self { options: case.options(), config, facts }
    }

    fn read(name: &str) -> Self {
        Self::of(&Case::read(name), 2)
    }

    fn plans(&self) -> Vec<Plan> {
        self.facts.iter().map(|facts| plan(&self.config, facts)).collect()
    }

    fn lowered(&self, plans: &[Plan]) -> Vec<Lowered> {
        plans.iter().zip(&self.facts).map(|(plan, facts)| lowered(plan, &self.config, facts, true)).collect()
    }
}

#[divan::bench(args = CASES)]
fn config(bencher: Bencher<'_, '_>, name: &str) {
    let build = Build::read(name);
    bencher.bench_local(|| Config::from_options(&build.options));
}

#[divan::bench(name = "plan", args = CASES)]
fn plan_both(bencher: Bencher<'_, '_>, name: &str) {
    let build = Build::read(name);
    bencher.bench_local(|| build.plans());
}

#[divan::bench(args = CASES)]
fn lower(bencher: Bencher<'_, '_>, name: &str) {
    let build = Build::read(name);
    let plans = build.plans();
    bencher.bench_local(|| build.lowered(&plans));
}

#[divan::bench(args = CASES)]
fn encode(bencher: Bencher<'_, '_>, name: &str) {
    let build = Build::read(name);
    let lowered = build.lowered(&build.plans());
    let encode = || lowered.iter().map(|it| it.definition.pb.encode_to_vec()).collect::<Vec<_>>();
    let bytes: usize = encode().iter().map(Vec::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(encode);
}

/// From plan to graph, for more and more platforms.
#[divan::bench(args = PLATFORMS)]
fn grows_by_platforms(bencher: Bencher<'_, '_>, platforms: usize) {
    let build = Build::of(&Case::read("everything"), platforms);
    bencher.counter(platforms).bench_local(|| build.lowered(&build.plans()));
}

/// From options to graph, with more and more additional packages of Python and of Debian.
#[divan::bench(args = PACKAGES)]
fn grows_by_packages(bencher: Bencher<'_, '_>, packages: usize) {
    let case = Case::read("everything").with_words("ADDITIONAL_PYTHON_DEPS", packages);
    let case = case.with_words("ADDITIONAL_RUNTIME_APT_DEPS", packages);
    let build = Build::of(&case, 1);
    bencher.counter(packages).bench_local(|| {
        let config = Config::from_options(&build.options).unwrap();
        plan(&config, &build.facts[0])
    });
}
