//! BuildKit wire messages.
