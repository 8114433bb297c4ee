//! Typed BuildKit LLB graphs, with exactly the bytes that BuildKit's own client writes.
//!
//! ```
//! use buildkit_llb::{Copy, Exec, File, Graph, Image, Local, Mount, decode, print};
//!
//! let mut graph = Graph::new("linux/amd64".parse()?);
//! let debian = graph.add(Image::new("docker.io/library/debian:bookworm-slim"), "base image");
//! let context = graph.add(Local::new("context"), "load build context");
//!
//! // Options are fields; those that are not set have their default.
//! let install = Exec {
//!     mounts: vec![Mount::cache("/root/.cache", "pip")],
//!     ..Exec::shell(debian, "pip install apache-airflow")
//! };
//! let installed = graph.add(install, "install Airflow").root;
//! let copy = File::new(installed, [Copy::new(context, "/scripts/", "/scripts/")]);
//! let image = graph.add(copy, "copy scripts");
//!
//! // Only the steps that lead to `image` are sent.
//! let definition = graph.definition(image)?;
//! assert_eq!(print::text(&decode::decode(&definition.pb)?), "\
//! 1  image       base image
//! 2  exec   1    install Airflow
//! 3  local       load build context
//! 4  file   2 3  copy scripts
//!    result  4
//! ");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The same calls give the same bytes: nothing depends on time, chance or the order of a hash map. The bytes of an op
//! are its identity, and two ops with the same bytes are one vertex.
//!
//! The feature `json` adds [`print::json`] and [`protojson()`](protojson).

mod action;
mod attrs;
mod combine;
mod exec;
mod file;
mod git;
mod graph;
mod import;
#[cfg(feature = "json")]
mod lean;
mod metadata;
mod mount;
mod op;
mod output;
mod path;
mod platform;
#[cfg(feature = "json")]
mod protojson;
mod remote;
mod source;

pub mod caps;
pub mod decode;
pub mod definition;
pub mod print;

pub use action::{Action, Copy, Mkdir, Mkfile, Mode, Owner, Rm, Symlink, User};
pub use combine::{Diff, Merge};
pub use definition::Definition;
pub use exec::{CdiDevice, Exec, ExecOutputs, NetMode, ProxyEnv, SecretEnv, SecurityMode, Ulimit};
pub use file::File;
pub use git::{Git, GitSignature};
pub use graph::{FileId, Graph};
pub use metadata::{CUSTOM_NAME, LinuxResources, Metadata, Position, ProgressGroup, Range, SourceFile};
pub use mount::{Access, Bind, Cache, CacheSharingOpt, Mount, MountKind, Secret, Ssh, Tmpfs};
pub use op::Op;
pub use output::{ForeignOutput, Output, SCRATCH};
pub use platform::{InvalidPlatform, Platform};
#[cfg(feature = "json")]
pub use protojson::protojson;
pub use remote::GIT_QUERY_KEYS;
pub use source::{Differ, Http, Image, Local, OciLayout, ResolveMode};
