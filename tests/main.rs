//! The test binary of the program; each file is a module.

#![expect(clippy::unwrap_used, reason = "what cannot be unwrapped fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests read their cases from files and start programs")]

mod args;
mod budget;
mod cases;
mod conformance;
mod context_folder;
mod contexts;
mod e2e;
mod defaults;
mod epoch;
mod examples;
mod guide;
mod gateway;
mod keys;
mod options;
mod lint;
mod matrix;
mod messages;
mod paths;
mod pipeline;
mod properties;
mod releases;
mod reruns;
mod results;
mod scale;
mod steps;
mod requests;
mod runtime;
mod tidy;
#[expect(unreachable_pub, reason = "`pub` says what a module offers the tests")]
mod support;
