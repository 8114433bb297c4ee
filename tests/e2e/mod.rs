//! Real builds on a real engine, from a build file of two lines to a running Airflow.
//!
//! `make e2e` runs these; without an engine they are ignored. Most of them build variants of the same image,
//! so that they find each other's steps in the builder's cache.

mod support;

mod contract;
mod running;
mod rules;
mod dags;
mod apt;
mod methods;
mod native;
mod requirements;
mod indexes;
mod offline;
mod refusals;
mod failures;
mod digests;
mod caching;
mod secrets;
mod contexts;
mod calls;
mod engines;
mod customizing;
mod extending;
mod bases;
mod clients;
mod sources;
mod kit;
