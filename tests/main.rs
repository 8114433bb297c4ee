//! The one test binary of the program; each file below it is a module.

mod cases;
mod gateway;
mod pipeline;
mod runtime;
mod tidy;
#[expect(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "only tests use it: `pub` says what a module offers them, and what cannot be unwrapped fails the test"
)]
mod support;
