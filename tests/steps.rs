//! Runs the scripts of steps on this machine, each in its own folder.

mod add_user;
mod compilers;
mod copy_sources;
mod failures;
mod fetch_constraints;
mod first_step;
mod pip_settings;
mod sandbox;
