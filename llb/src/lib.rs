//! Typed BuildKit LLB graphs.
