//! The scripts that steps run, run on this machine in a folder of their own.

mod compilers;
mod copy_sources;
mod failures;
mod sandbox;
