//! A build from a file of `tests/cases`.

use std::collections::{BTreeMap, BTreeSet};

use airflow_frontend::config::Config;
use airflow_frontend::config::values::{self, Platform, PythonVersion};
use airflow_frontend::facts::base::{BaseImage, Debian};
use airflow_frontend::facts::context::Folder;
use airflow_frontend::facts::references::{REQUIREMENTS, References, Text};
use airflow_frontend::facts::{Facts, Outside};
use airflow_frontend::graph::{self, Lowered, Surroundings};
use airflow_frontend::options::Options;
use airflow_frontend::plan::{Plan, plan};
use serde_json::json;

/// The options of a build and what it finds.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub what: String,
    #[serde(default)]
    pub args: BTreeMap<String, String>,
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    #[serde(default)]
    pub context: BTreeSet<String>,
    /// Whether `requirements.txt` names all other files.
    #[serde(default)]
    pub requirements_refer: bool,
    pub target: Option<String>,
    #[serde(default = "amd64")]
    pub platform: String,
    #[serde(default = "bookworm")]
    pub debian: String,
    #[serde(default = "python")]
    pub python: String,
    #[serde(default = "base")]
    pub base_digest: String,
    #[serde(default = "yes")]
    pub merges: bool,
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

fn base() -> String {
    format!("sha256:{}", "5".repeat(64))
}

fn yes() -> bool {
    true
}

impl Case {
    /// Reads a case by its file name without the extension.
    pub fn read(name: &str) -> Self {
        let path = format!("{}/tests/cases/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn options(&self) -> Options {
        let args = self.args.iter().map(|(name, value)| (format!("build-arg:{name}"), value.clone()));
        let target = self.target.iter().map(|target| ("target".to_owned(), target.clone()));
        let options = self.options.clone().into_iter();
        Options::from_pairs(args.chain(target).chain(options))
    }

    pub fn config(&self) -> Config {
        Config::from_options(&self.options()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    pub fn facts(&self, config: &Config) -> Facts {
        let env = ["PATH=/usr/local/bin:/usr/bin:/bin".to_owned(), format!("PYTHON_VERSION={}", self.python)];
        let base_config = json!({
            "architecture": "amd64",
            "os": "linux",
            "created": "2026-01-01T00:00:00Z",
            "config": { "Env": env, "Cmd": ["python3"], "Healthcheck": { "Test": ["NONE"] } },
            "history": [{ "created_by": "the base image" }],
            "rootfs": { "type": "layers", "diff_ids": [] },
        });
        let base = BaseImage {
            reference: config.base.pinned(&self.base_digest),
            config: base_config.as_object().unwrap().clone(),
            debian: Debian::ALL.into_iter().find(|debian| debian.name() == self.debian).unwrap(),
            python: PythonVersion::read(&self.python).unwrap(),
            has_debians_python: false,
            pip_files: Vec::new(),
        };
        let outside = Outside {
            platform: values::platform(&self.platform).unwrap(),
            folder: Folder { files: self.context.clone(), ..Folder::default() },
            sources: None,
        };
        let facts = Facts::judge(config, Ok(base), outside).unwrap_or_else(|problems| panic!("{problems}"));
        Facts { references: self.references(), ..facts }
    }

    fn references(&self) -> References {
        let files = self.requirements_refer.then(String::new).into_iter().collect();
        References::from([(REQUIREMENTS.to_owned(), Text { files, ..Text::default() })])
    }

    /// The same facts for a number of platforms, with invented variants.
    pub fn facts_of_platforms(&self, config: &Config, count: usize) -> Vec<Facts> {
        let facts = self.facts(config);
        let platform = |number: usize| Platform {
            architecture: ["amd64", "arm64"][number % 2].to_owned(),
            variant: if number < 2 { String::new() } else { format!("v{number}") },
            ..facts.platform.clone()
        };
        (0..count).map(|number| Facts { platform: platform(number), ..facts.clone() }).collect()
    }

    /// The case with a number of words of equal length in an arg.
    pub fn with_words(mut self, arg: &str, count: usize) -> Self {
        let words: Vec<String> = (0..count).map(|number| format!("package-{number:04}")).collect();
        self.args.insert(arg.to_owned(), words.join(" "));
        self
    }

    pub fn lowered(&self) -> Lowered {
        let config = self.config();
        let facts = self.facts(&config);
        lowered(&plan(&config, &facts), &config, &facts, self.merges)
    }
}

/// The graph of a plan, in the client's session `SESSION`.
pub fn lowered(plan: &Plan, config: &Config, facts: &Facts, merges: bool) -> Lowered {
    let around = Surroundings::new(config, "SESSION", merges, 1);
    graph::lower(plan, facts, &around)
}
