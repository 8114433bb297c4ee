//! A BuildKit frontend that builds Apache Airflow images.
//!
//! Five stations, arrows only to the right, each a plain function:
//!
//! ```text
//! options ──▶ config ──▶ plan ──▶ graph ──▶ gateway
//! ```
//!
//! Only *options → config* may refuse, and it reports every problem at once; only the gateway waits.
//! [`cli`] is the other door: it shows people any station. [`lint`] says what is worth saying of a build, and
//! [`subrequests`] answers what can be asked without one; both doors use them.

pub mod options;
pub mod diagnostic;
pub mod config;
pub mod plan;
pub mod graph;
pub mod lint;
pub mod subrequests;
pub mod gateway;
pub mod cli;
