//! "Did you mean": the known name nearest to an unknown one.

/// The known name nearest to `unknown`, if it is near enough.
///
/// Case is ignored and `-` equals `_`; up to a third of the letters may differ.
pub fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(unknown);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&folded, &fold(name)), name))
        .filter(|(distance, name)| *distance <= name.len().min(unknown.len()).div_ceil(3).min(8))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

fn fold(name: &str) -> String {
    name.to_ascii_uppercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_similar_names_are_suggested() {
        let known = ["ADDITIONAL_PYTHON_DEPS", "AIRFLOW_VERSION", "DOCKER_CONTEXT_FILES"];
        let check = |unknown, expected| assert_eq!(nearest(unknown, known), expected, "{unknown}");
        check("ADDITIONAL_PYHTON_DEPS", Some("ADDITIONAL_PYTHON_DEPS"));
        check("AIRFLOW_VERSIONS", Some("AIRFLOW_VERSION"));
        check("docker-context-files", Some("DOCKER_CONTEXT_FILES"));
        check("PIZZA", None);
    }
}
