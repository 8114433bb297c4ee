//! Hints for build args of other Airflow images and of older ones of its own.

/// A name and its hint; the equivalent build arg, if any, comes first.
const ELSEWHERE: &[(&str, &str)] = &[
    // puckel/docker-airflow, and the many images made from it.
    ("AIRFLOW_DEPS", "use ADDITIONAL_AIRFLOW_EXTRAS; AIRFLOW_DEPS is a build arg of puckel/docker-airflow"),
    ("AIRFLOW_USER_HOME", "use AIRFLOW_HOME; AIRFLOW_USER_HOME is a build arg of puckel/docker-airflow"),
    ("PYTHON_DEPS", "use ADDITIONAL_PYTHON_DEPS; PYTHON_DEPS is a build arg of puckel/docker-airflow"),
    ("PYTHON_VERSION", "use AIRFLOW_PYTHON_VERSION, or PYTHON_BASE_IMAGE for another base image"),
    ("LOAD_EX", "set AIRFLOW__CORE__LOAD_EXAMPLES when you run the image"),
    ("EXECUTOR", "set AIRFLOW__CORE__EXECUTOR when you run the image"),
    ("FERNET_KEY", "set AIRFLOW__CORE__FERNET_KEY when you run the image; do not put keys in an image"),
    // Bitnami.
    ("EXTRA_LOCALES", LOCALES),
    ("WITH_ALL_LOCALES", LOCALES),
    ("DOWNLOADS_URL", "set the package index with PIP_INDEX_URL or pip.conf"),
    ("AIRFLOW_EXECUTOR", "set AIRFLOW__CORE__EXECUTOR when you run the image"),
    ("AIRFLOW_LOAD_EXAMPLES", "set AIRFLOW__CORE__LOAD_EXAMPLES when you run the image"),
    (
        "AIRFLOW_FERNET_KEY",
        "set AIRFLOW__CORE__FERNET_KEY when you run the image; do not put keys in an image",
    ),
    ("AIRFLOW_USERNAME", USER),
    ("AIRFLOW_PASSWORD", USER),
    // Airflow's own file before 2.2.
    ("AIRFLOW_GIT_REFERENCE", METHOD),
    ("AIRFLOW_INSTALL_METHOD", METHOD),
    ("AIRFLOW_LOCAL_PIP_WHEELS", "use INSTALL_PACKAGES_FROM_CONTEXT to install wheels of the context folder"),
    ("AIRFLOW_ORG", METHOD),
    ("INSTALL_AIRFLOW_REFERENCE", METHOD),
    ("INSTALL_AIRFLOW_VERSION", "use AIRFLOW_VERSION"),
    ("INSTALL_AIRFLOW_VIA_PIP", "use AIRFLOW_INSTALLATION_METHOD"),
    ("PIP_VERSION", "use AIRFLOW_PIP_VERSION"),
    ("SLUGIFY_USES_TEXT_UNIDECODE", "remove it; no release since 2.2 needs it"),
    ("UPGRADE_TO_LATEST_CONSTRAINTS", "use UPGRADE_TO_NEWER_DEPENDENCIES to install the newest packages"),
    // What people call it.
    ("AIRFLOW_CONSTRAINT", "use AIRFLOW_CONSTRAINTS_LOCATION"),
    ("AIRFLOW_PROVIDERS", "add providers with ADDITIONAL_PYTHON_DEPS=apache-airflow-providers-…"),
    ("APT_DEPS", APT),
    ("APT_PACKAGES", APT),
    ("CONSTRAINT_URL", "use AIRFLOW_CONSTRAINTS_LOCATION"),
    ("CONSTRAINTS_URL", "use AIRFLOW_CONSTRAINTS_LOCATION"),
    (
        "EXTRAS",
        "use AIRFLOW_EXTRAS to replace the default extras, or ADDITIONAL_AIRFLOW_EXTRAS to add to them",
    ),
    ("PIP_PACKAGES", "use ADDITIONAL_PYTHON_DEPS"),
    ("REQUIREMENTS", REQUIREMENTS),
    ("REQUIREMENTS_FILE", REQUIREMENTS),
    (
        "_PIP_ADDITIONAL_REQUIREMENTS",
        "use ADDITIONAL_PYTHON_DEPS to add packages to the image; _PIP_ADDITIONAL_REQUIREMENTS is for containers",
    ),
];

const LOCALES: &str =
    "the image uses C.UTF-8; for other locales, RUN locale-gen in a Dockerfile that extends it";
const USER: &str = "to create a user, set _AIRFLOW_WWW_USER_CREATE, _AIRFLOW_WWW_USER_USERNAME and _AIRFLOW_WWW_USER_PASSWORD when you run the image";
const METHOD: &str = "use AIRFLOW_INSTALLATION_METHOD with the URL of a repository and its branch or commit";
const APT: &str = "use ADDITIONAL_RUNTIME_APT_DEPS for the image, and ADDITIONAL_DEV_APT_DEPS for compiling";
const REQUIREMENTS: &str = "put requirements.txt in the folder that DOCKER_CONTEXT_FILES names";

/// The hint for a name of another image.
pub fn hint(name: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::table;

    #[test]
    fn every_name_is_unknown_here_and_its_hint_names_what_works() {
        for (name, hint) in ELSEWHERE {
            assert_eq!(table::support(name), None, "{name} is an arg of Airflow's own image");
            let args = hint.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
            for word in
                args.filter(|word| word.contains('_') && !word.contains("__") && !word.starts_with('_'))
            {
                let works = matches!(table::support(word), Some(table::Support::Works));
                assert!(works || word == *name, "{name}: {word}");
            }
        }
    }
}
