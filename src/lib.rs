//! A BuildKit frontend that builds Apache Airflow images.
