//! Typed BuildKit LLB graphs, with the bytes BuildKit's own client would write.
//!
//! ```
//! use buildkit_llb::{
//!     Cache, Copy, Exec, File, Action, Graph, Image, Local, Metadata, Mount, MountKind, decode, print,
//! };
//!
//! let mut graph = Graph::new("linux/amd64".parse()?);
//!
//! // A step can only use what stands before it.
//! let debian = Image { reference: "docker.io/library/debian:bookworm-slim".into(), ..Image::default() };
//! let debian = graph.add(debian, Metadata::named("base image"));
//! let context = Local { name: "context".into(), follow: vec!["scripts".into()], ..Local::default() };
//! let context = graph.add(context, Metadata::named("load build context"));
//!
//! // Fields that say nothing are left to the default.
//! let install = Exec {
//!     root: Some(debian),
//!     args: vec!["/bin/sh".into(), "-c".into(), "pip install apache-airflow".into()],
//!     mounts: vec![Mount { dest: "/root/.cache".into(), kind: MountKind::Cache(Cache::default()) }],
//!     ..Exec::default()
//! };
//! let installed = graph.exec(install, Metadata::named("install Airflow")).root;
//!
//! let scripts = Copy::new(Some(context), "/scripts/", "/scripts/");
//! let copy = File { base: installed, actions: vec![Action::Copy(Box::new(scripts))] };
//! let image = graph.add(copy, Metadata::named("copy scripts"));
//!
//! // What is sent to BuildKit: only what leads to `image`.
//! let definition = graph.definition(Some(image));
//! assert_eq!(definition.head.as_deref(), Some(graph.digest(image)));
//!
//! let text = print::text(&decode::decode(&definition.pb)?);
//! assert_eq!(text, "\
//! 1  image       base image
//! 2  exec   1    install Airflow
//! 3  local       load build context
//! 4  file   2 3  copy scripts
//!    result  4
//! ");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The same calls give the same bytes: nothing here depends on time, chance or the order of a hash map. An op's bytes
//! are its identity, and two ops with the same bytes are one vertex.

mod combine;
mod exec;
mod file;
mod git;
mod graph;
mod import;
mod json;
mod metadata;
mod mount;
mod path;
mod platform;
mod protojson;
mod remote;
mod source;

pub mod caps;
pub mod decode;
pub mod definition;
pub mod print;

pub use definition::Definition;
pub use exec::{CdiDevice, Exec, ExecOutputs, NetMode, ProxyEnv, SecretEnv, SecurityMode, Ulimit};
pub use file::{Action, Copy, File, Mkdir, Mkfile, Mode, Owner, Rm, Symlink, User};
pub use git::{Git, GitSignature};
pub use graph::{FileId, Graph, Op, Output};
pub use metadata::{CUSTOM_NAME, LinuxResources, Metadata, Position, ProgressGroup, Range, SourceFile};
pub use mount::{Access, Bind, Cache, CacheSharingOpt, Mount, MountKind, Secret, Ssh, Tmpfs};
pub use platform::{InvalidPlatform, Platform};
pub use protojson::protojson;
pub use source::{Differ, Http, Image, Local, OciLayout, ResolveMode};
