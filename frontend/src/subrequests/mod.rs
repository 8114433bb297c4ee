//! Answers to what can be asked without a build, `docker buildx build --call=…`: types with the JSON that clients read
//! and the text that they print.
//!
//! The shapes are those of BuildKit's `frontend/subrequests`.

mod answer;
mod describe;
mod lint;
mod outline;
mod targets;

pub use answer::{Answer, PREFIX};
pub use describe::{Request, describe};
pub use lint::{BuildError, Lint, LintSource, LintWarning};
pub use outline::{Outline, OutlineArg, OutlineSecret};
pub use targets::{Target, Targets};
