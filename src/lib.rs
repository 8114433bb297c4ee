//! A BuildKit frontend that builds Apache Airflow images.

pub mod gateway;
pub mod inspect;
