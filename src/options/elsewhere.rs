//! Build args of other images of Airflow, and older ones of its own, for hints: what a name was there, and is here.

/// A name and what to say of it; where it stands for a build arg of ours, that is named first.
const ELSEWHERE: &[(&str, &str)] = &[
    // puckel/docker-airflow, and the many images made from it.
    (
        "AIRFLOW_DEPS",
        "ADDITIONAL_AIRFLOW_EXTRAS adds extras; AIRFLOW_DEPS is the name of puckel/docker-airflow",
    ),
    (
        "AIRFLOW_USER_HOME",
        "AIRFLOW_HOME is Airflow's home; AIRFLOW_USER_HOME is the name of puckel/docker-airflow",
    ),
    ("PYTHON_DEPS", "ADDITIONAL_PYTHON_DEPS adds packages; PYTHON_DEPS is the name of puckel/docker-airflow"),
    (
        "PYTHON_VERSION",
        "AIRFLOW_PYTHON_VERSION chooses the Python, and PYTHON_BASE_IMAGE the image that has it",
    ),
    ("LOAD_EX", "AIRFLOW__CORE__LOAD_EXAMPLES says so where the image runs"),
    ("EXECUTOR", "AIRFLOW__CORE__EXECUTOR says so where the image runs"),
    ("FERNET_KEY", "AIRFLOW__CORE__FERNET_KEY says so where the image runs; no image holds a key"),
    // Bitnami.
    ("EXTRA_LOCALES", LOCALES),
    ("WITH_ALL_LOCALES", LOCALES),
    ("DOWNLOADS_URL", "ADDITIONAL_PIP_INSTALL_FLAGS and pip.conf name the index that packages come from"),
    ("AIRFLOW_EXECUTOR", "AIRFLOW__CORE__EXECUTOR says so where the image runs"),
    ("AIRFLOW_LOAD_EXAMPLES", "AIRFLOW__CORE__LOAD_EXAMPLES says so where the image runs"),
    ("AIRFLOW_FERNET_KEY", "AIRFLOW__CORE__FERNET_KEY says so where the image runs; no image holds a key"),
    ("AIRFLOW_USERNAME", USER),
    ("AIRFLOW_PASSWORD", USER),
    // Airflow's own file before 2.2.
    ("AIRFLOW_GIT_REFERENCE", METHOD),
    ("AIRFLOW_INSTALL_METHOD", METHOD),
    ("AIRFLOW_LOCAL_PIP_WHEELS", "INSTALL_PACKAGES_FROM_CONTEXT installs the wheels of the context folder"),
    ("AIRFLOW_ORG", METHOD),
    ("INSTALL_AIRFLOW_REFERENCE", METHOD),
    ("INSTALL_AIRFLOW_VERSION", "AIRFLOW_VERSION names the release"),
    ("INSTALL_AIRFLOW_VIA_PIP", "AIRFLOW_INSTALLATION_METHOD says where Airflow comes from"),
    ("PIP_VERSION", "AIRFLOW_PIP_VERSION names the pip of the image"),
    ("SLUGIFY_USES_TEXT_UNIDECODE", "leave it out: no release from 2.2 on asks for it"),
    ("UPGRADE_TO_LATEST_CONSTRAINTS", "UPGRADE_TO_NEWER_DEPENDENCIES takes the newest packages"),
    // What people call it.
    ("AIRFLOW_CONSTRAINT", "AIRFLOW_CONSTRAINTS_LOCATION names the constraints file"),
    ("AIRFLOW_PROVIDERS", "ADDITIONAL_PYTHON_DEPS=apache-airflow-providers-… adds providers"),
    ("APT_DEPS", APT),
    ("APT_PACKAGES", APT),
    ("CONSTRAINT_URL", "AIRFLOW_CONSTRAINTS_LOCATION names the constraints file"),
    ("CONSTRAINTS_URL", "AIRFLOW_CONSTRAINTS_LOCATION names the constraints file"),
    ("EXTRAS", "AIRFLOW_EXTRAS replaces the default extras, ADDITIONAL_AIRFLOW_EXTRAS adds some"),
    ("PIP_PACKAGES", "ADDITIONAL_PYTHON_DEPS adds packages"),
    ("REQUIREMENTS", REQUIREMENTS),
    ("REQUIREMENTS_FILE", REQUIREMENTS),
    (
        "_PIP_ADDITIONAL_REQUIREMENTS",
        "ADDITIONAL_PYTHON_DEPS adds packages to the image; the other is for containers",
    ),
];

const LOCALES: &str =
    "RUN locale-gen in a Dockerfile that extends the image makes locales; the image speaks C.UTF-8";
const USER: &str = "_AIRFLOW_WWW_USER_CREATE, with _AIRFLOW_WWW_USER_USERNAME and _AIRFLOW_WWW_USER_PASSWORD, makes a user where the image runs";
const METHOD: &str = "AIRFLOW_INSTALLATION_METHOD takes a repository with its branch or commit";
const APT: &str = "ADDITIONAL_RUNTIME_APT_DEPS adds packages to the image, ADDITIONAL_DEV_APT_DEPS what it takes to compile";
const REQUIREMENTS: &str = "put requirements.txt into the folder of DOCKER_CONTEXT_FILES";

/// What to say of a name that some other image has.
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
