//! What a `BuildKit` frontend in Rust starts from.
