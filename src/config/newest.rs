//! The newest known release of each series of Airflow, for hints.

/// One of each series, oldest first.
pub const RELEASES: &[&str] = &[
    "2.2.5", "2.3.4", "2.4.3", "2.5.3", "2.6.3", "2.7.3", "2.8.4", "2.9.3", "2.10.5", "2.11.2", "3.0.6",
    "3.1.8", "3.2.2", "3.3.2",
];

/// The newest release of a series such as `2.10` or `3`.
pub fn of(series: &str) -> Option<&'static str> {
    let of_series = |release: &&&str| release.strip_prefix(series).is_some_and(|rest| rest.starts_with('.'));
    RELEASES.iter().rev().find(of_series).copied()
}
