//! The scripts that steps run, run on this machine in a folder of their own.

mod add_user;
mod compilers;
mod copy_sources;
mod failures;
mod fetch_constraints;
mod first_step;
mod pip_settings;
mod sandbox;
