//! A BuildKit frontend that builds Apache Airflow images.
//!
//! Six phases, arrows only to the right, each a plain function:
//!
//! ```text
//! options ──▶ config ──▶ facts ──▶ plan ──▶ graph ──▶ gateway
//! ```
//!
//! Only *options → config* and the judging of *facts* may refuse; only the gateway waits.
//! [`cli`] is the other door: it shows people any phase. [`lint`] says what is worth saying of a build, and
//! [`subrequests`] answers what can be asked without one; both doors use them.

pub mod paths;
pub mod options;
pub mod diagnostic;
pub mod config;
pub mod facts;
pub mod plan;
pub mod graph;
pub mod lint;
pub mod subrequests;
pub mod gateway;
pub mod cli;
