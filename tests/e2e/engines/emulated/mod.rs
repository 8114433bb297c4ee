//! What takes an engine that also runs programs for linux/arm64, which `tests/engine/emulation` sees to.

mod nodes;
mod platforms;
