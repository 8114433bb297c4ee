//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::options::Options;

/// How to use the frontend in a build, shown below the help.
const SYNTAX_LINE: &str = "\
To build an image, put this line in a file named Dockerfile. BuildKit then runs the frontend:

    # syntax=myorg/airflow-frontend

    docker buildx build --build-arg AIRFLOW_VERSION=2.10.5 .";

/// A BuildKit frontend that builds Apache Airflow images.
///
/// The commands show what a build would do. They need neither Docker nor network.
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
        /// Print the Markdown reference page
        #[arg(long)]
        markdown: bool,
        /// Count the supported args of Airflow's own image
        #[arg(long, conflicts_with = "markdown")]
        count: bool,
    },
    /// Print a JSON schema of the build args
    Schema,
    /// Check the options of a build; exit code 1 if it would fail
    Check {
        #[command(flatten)]
        build: Build,
    },
    /// Show the steps of a build
    Plan {
        #[command(flatten)]
        build: Build,
        /// The output format
        #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
        format: PlanFormat,
    },
    /// Show the LLB graph of a build
    Graph {
        #[command(flatten)]
        build: Build,
        /// The output format
        #[arg(long, value_enum, default_value_t = GraphFormat::Text)]
        format: GraphFormat,
        /// Show it for a worker without merge and diff
        #[arg(long)]
        copy: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum PlanFormat {
    /// Numbered steps
    Text,
    /// JSON, for programs
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum GraphFormat {
    /// One line per vertex
    Text,
    /// For Graphviz
    Dot,
    /// JSON, for programs
    Json,
    /// The image config instead of the graph
    Image,
}

/// A build, with options named as in `docker buildx build`.
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
    /// The config of the base image, as JSON [default: that of an official Python image]
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
    /// The options as BuildKit would pass them.
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
