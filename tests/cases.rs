//! Every case file: what is planned for it, and what graph comes of it.
//!
//! A changed snapshot is a changed image for somebody: read it before it is accepted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use airflow_frontend::config::Config;
use airflow_frontend::config::base::{BaseImage, Debian};
use airflow_frontend::config::values::{Platform, PythonVersion};
use airflow_frontend::graph::{self, Lowered, Surroundings};
use airflow_frontend::options::Options;
use airflow_frontend::plan::facts::Facts;
use airflow_frontend::plan::{context, plan};
use buildkit_llb as llb;
use serde_json::json;

/// One thing that a user can want.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    #[serde(default)]
    args: BTreeMap<String, String>,
    #[serde(default)]
    options: BTreeMap<String, String>,
    #[serde(default)]
    context: BTreeSet<String>,
    target: Option<String>,
    #[serde(default = "amd64")]
    platform: String,
    #[serde(default = "bookworm")]
    debian: String,
    #[serde(default = "python")]
    python: String,
    #[serde(default = "yes")]
    merges: bool,
}

fn amd64() -> String {
    "linux/amd64".to_owned()
}

fn bookworm() -> String {
    "bookworm".to_owned()
}

fn python() -> String {
    "3.12.4".to_owned()
}

fn yes() -> bool {
    true
}

impl Case {
    fn config(&self) -> Config {
        let args = self.args.iter().map(|(name, value)| (format!("build-arg:{name}"), value.clone()));
        let target = self.target.iter().map(|target| ("target".to_owned(), target.clone()));
        let options = self.options.clone().into_iter();
        Config::from_options(&Options::from_pairs(args.chain(target).chain(options)))
            .unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn facts(&self, config: &Config) -> Facts {
        context::judge(config, &self.context).unwrap_or_else(|problems| panic!("{problems}"));
        let env = ["PATH=/usr/local/bin:/usr/bin:/bin".to_owned(), format!("PYTHON_VERSION={}", self.python)];
        let base_config = json!({
            "architecture": "amd64",
            "os": "linux",
            "created": "2026-01-01T00:00:00Z",
            "config": { "Env": env, "Cmd": ["python3"], "Healthcheck": { "Test": ["NONE"] } },
            "history": [{ "created_by": "the base image" }],
            "rootfs": { "type": "layers", "diff_ids": [] },
        });
        let digest = format!("sha256:{}", "5".repeat(64));
        Facts {
            platform: Platform::read(&self.platform).unwrap(),
            base: BaseImage {
                reference: config.base.pinned(&digest),
                config: base_config.as_object().unwrap().clone(),
                debian: Debian::ALL.into_iter().find(|debian| debian.name() == self.debian).unwrap(),
                python: PythonVersion::read(&self.python).unwrap(),
                has_debians_python: false,
            },
            context: self.context.clone(),
        }
    }

    fn lowered(&self) -> Lowered {
        let config = self.config();
        let facts = self.facts(&config);
        let around = Surroundings {
            settings: &config.settings,
            session: "SESSION",
            merges: self.merges,
            names_platform: false,
        };
        graph::lower(&plan(&config, &facts), &facts, &around)
    }
}

fn each(check: impl Fn(&str, &Case)) {
    insta::glob!("cases/*.toml", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        check(path.file_stem().unwrap().to_str().unwrap(), &case);
    });
}

#[test]
fn plans_are_as_reviewed() {
    each(|_, case| {
        let config = case.config();
        let plan = plan(&config, &case.facts(&config));
        let warnings: String = config.warnings.iter().fold(String::new(), |mut text, warning| {
            let _ = writeln!(text, "warning: {warning}");
            text
        });
        insta::with_settings!({ description => &case.what, omit_expression => true }, {
            insta::assert_snapshot!("plan", format!("{}{warnings}", plan.text().text));
        });
    });
}

#[test]
fn graphs_are_as_reviewed() {
    each(|_, case| {
        let lowered = case.lowered();
        let graph = llb::print::text(&llb::decode::decode(&lowered.definition.pb).unwrap());
        insta::with_settings!({ description => &case.what, omit_expression => true }, {
            insta::assert_snapshot!("graph", graph);
        });
    });
}

#[test]
fn image_configs_are_as_reviewed() {
    each(|_, case| {
        insta::with_settings!({ description => &case.what, omit_expression => true }, {
            insta::assert_snapshot!("image", format!("{:#}", case.lowered().image));
        });
    });
}

#[test]
fn the_same_case_gives_the_same_bytes() {
    each(|name, case| {
        let first = case.lowered();
        // A hash map's order would differ in one of so many runs.
        for _ in 0..25 {
            assert_eq!(case.lowered().definition.pb, first.definition.pb, "{name}");
        }
    });
}

#[test]
fn every_step_is_found_in_the_plan_when_it_fails() {
    each(|name, case| {
        let pb = case.lowered().definition.pb;
        let source = pb.source.expect("a source map");
        let text = String::from_utf8(source.infos[0].data.clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (digest, locations) in &source.locations {
            let title = &pb.metadata[digest].description[llb::CUSTOM_NAME];
            let start = locations.locations[0].ranges[0].start.unwrap();
            let line = lines[usize::try_from(start.line).unwrap() - 1];
            assert_eq!(line, title, "{name}");
        }
        assert!(source.locations.len() >= 8, "{name}: {}", source.locations.len());
    });
}

#[test]
fn only_steps_that_reach_out_have_a_network_and_the_authorities() {
    each(|name, case| {
        let decoded = llb::decode::decode(&case.lowered().definition.pb).unwrap();
        for vertex in decoded.vertices {
            let Some(buildkit_proto::pb::op::Op::Exec(exec)) = vertex.op.op else { continue };
            let reaches = exec.network() != llb::NetMode::None;
            let secrets = exec.mounts.iter().filter_map(|mount| mount.secret_opt.as_ref());
            let ids: Vec<&str> = secrets.map(|secret| secret.id.as_str()).collect();
            assert_eq!(ids, if reaches { vec!["ca-bundle"] } else { Vec::new() }, "{name}");
        }
    });
}
