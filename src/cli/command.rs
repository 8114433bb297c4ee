//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::options::Options;

/// How the frontend is really used, for whoever starts it by hand.
const SYNTAX_LINE: &str = "\
To build, put this line into a file named Dockerfile; BuildKit then starts the frontend by itself:

    # syntax=myorg/airflow-frontend

    docker buildx build --build-arg AIRFLOW_VERSION=2.10.5 .";

/// A BuildKit frontend that builds Apache Airflow images.
///
/// These commands show what a build would do, without Docker or network.
#[derive(Debug, Parser)]
#[command(name = "airflow-frontend", version, arg_required_else_help = true, after_help = SYNTAX_LINE)]
pub(super) struct Line {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the build args
    Options {
        /// As the Markdown reference page
        #[arg(long)]
        markdown: bool,
        /// How many args of Airflow's own image are covered
        #[arg(long, conflicts_with = "markdown")]
        count: bool,
    },
    /// Print a JSON schema of the build args
    Schema,
    /// Say what rules find, and whether a build can be done as asked; exit code 1 if not
    Check {
        #[command(flatten)]
        build: Build,
    },
    /// Show what a build would do, step by step
    Plan {
        #[command(flatten)]
        build: Build,
        /// How to show it
        #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
        format: PlanFormat,
    },
    /// Show the LLB graph of a build
    Graph {
        #[command(flatten)]
        build: Build,
        /// How to show it
        #[arg(long, value_enum, default_value_t = GraphFormat::Text)]
        format: GraphFormat,
        /// For a worker without merge and diff
        #[arg(long)]
        copy: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum PlanFormat {
    /// Numbered steps
    Text,
    /// All of it, for programs
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum GraphFormat {
    /// One line per vertex
    Text,
    /// For Graphviz
    Dot,
    /// All of it, for programs
    Json,
    /// The image config instead of the graph
    Image,
}

/// A build, in the words of `docker buildx build`.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// A build arg; may be repeated
    #[arg(long = "build-arg", value_name = "NAME=VALUE")]
    args: Vec<String>,
    /// A label of the image; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    label: Vec<String>,
    /// The stage to build: main or build
    #[arg(long)]
    target: Option<String>,
    /// The platform to build for: linux/amd64 or linux/arm64
    #[arg(long)]
    pub(super) platform: Option<String>,
    /// The config of the base image as JSON; without it, that of an official Python image is assumed
    #[arg(long, value_name = "FILE")]
    pub(super) base_config: Option<PathBuf>,
    /// The digest of the base image, sha256:…
    #[arg(long, value_name = "DIGEST")]
    pub(super) base_digest: Option<String>,
    /// The root of the build context
    #[arg(default_value = ".")]
    pub(super) context: PathBuf,
}

impl Build {
    /// The same as BuildKit would hand them over.
    pub(super) fn options(&self) -> Options {
        let pair = |space: &str, text: &String| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            (format!("{space}:{name}"), value.to_owned())
        };
        let args = self.args.iter().map(|text| pair("build-arg", text));
        let labels = self.label.iter().map(|text| pair("label", text));
        let own = [("target", &self.target), ("platform", &self.platform)];
        let own = own.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)));
        Options::from_pairs(args.chain(labels).chain(own))
    }
}
