//! The table of codes: their names, severities and pages.

use std::fmt::Write as _;

/// The pages that explain codes.
const PAGES: &str = "https://github.com/myorg/airflow-frontend/blob/main/docs";

/// What a diagnostic means for the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The build is rejected.
    Error,
    /// A build would be rejected after reading the base image; a check only knows the image's name.
    Predicted,
    /// The build continues.
    Warning,
    /// About reproducible builds. Builds do not print it unless findings are errors.
    Advice,
}

/// What a diagnostic is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Build args and flags.
    Options,
    /// The base image.
    BaseImage,
    /// The context folder.
    ContextFolder,
    /// The build file.
    BuildFile,
}

impl Subject {
    /// All, in the order in which they are reported.
    pub const ALL: [Self; 4] = [Self::Options, Self::BaseImage, Self::ContextFolder, Self::BuildFile];
}

/// A page of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// `docs/errors.md`, for codes without a rule.
    Errors,
    /// `docs/lint.md`, for codes with a rule.
    Lint,
}

/// The properties of a code.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The code.
    pub code: Code,
    /// The name of the rule, as in `BUILDKIT_DOCKERFILE_CHECK=skip=…`.
    pub name: &'static str,
    /// What it means for a build, unless the diagnostic says otherwise.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// The page that explains it.
    pub page: Page,
    /// A description in one sentence.
    pub description: &'static str,
    /// Arguments of `docker buildx build` with this problem. Lines that start with `#` describe what the build finds:
    /// `# context:` files of the folder `files`, `# base image:` its architecture, `# sources:` their release, `# build
    /// file:` a line of it.
    pub fails: &'static str,
    /// Arguments without this problem.
    pub passes: &'static str,
}

/// Writes the enum and its table: `Name: Severity, Subject, Page, "description", "fails", "passes"`.
macro_rules! codes {
    ($($name:ident: $severity:ident, $subject:ident, $page:ident, $description:literal,
        $fails:literal, $passes:literal;)*) => {
        /// The kinds of diagnostic.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $description] $name,)*
        }

        /// Every code, in the order of the pages and the rules.
        pub const CODES: &[Row] = &[
            $(Row {
                code: Code::$name,
                name: stringify!($name),
                severity: Severity::$severity,
                subject: Subject::$subject,
                page: Page::$page,
                description: $description,
                fails: $fails,
                passes: $passes,
            },)*
        ];
    };
}

codes! {
    InvalidValue: Error, Options, Errors, "The value of a build arg is invalid.",
        "--build-arg AIRFLOW_VERSION=two",
        "--build-arg AIRFLOW_VERSION=2.10.5";
    InvalidOption: Error, Options, Errors, "The value of a flag is invalid.",
        "--target biuld",
        "--target build";
    MissingContextFile: Error, ContextFolder, Errors, "A file that an option names is missing in the context folder.",
        "# context: constraints-3.12.txt\n--build-arg DOCKER_CONTEXT_FILES=files --build-arg AIRFLOW_CONSTRAINTS_LOCATION=/docker-context-files/constraint-3.12.txt",
        "# context: constraints-3.12.txt\n--build-arg DOCKER_CONTEXT_FILES=files --build-arg AIRFLOW_CONSTRAINTS_LOCATION=/docker-context-files/constraints-3.12.txt";
    InvalidBuildFile: Error, BuildFile, Errors, "The build file contains more than its syntax line and comments.",
        "# build file: RUN true\n",
        "# build file: # our image\n";
    UnknownBuildArg: Error, Options, Lint, "No build arg has this name; the build is rejected.",
        "--build-arg ADDITIONAL_PYHTON_DEPS=mpi4py==4.0.3",
        "--build-arg ADDITIONAL_PYTHON_DEPS=mpi4py==4.0.3";
    DeprecatedBuildArg: Warning, Options, Lint, "The build arg has another name now.",
        "--build-arg AIRFLOW_CONSTRAINTS=constraints-no-providers",
        "--build-arg AIRFLOW_CONSTRAINTS_MODE=constraints-no-providers";
    DeadBuildArg: Warning, Options, Lint, "The build arg, or part of its value, has no effect on this build.",
        "--build-arg PYTHON_LTO=true",
        "";
    ConflictingBuildArgs: Error, Options, Lint, "Build args contradict each other, or one makes another ineffective.",
        "--build-arg AIRFLOW_CONSTRAINTS_REFERENCE=constraints-3.3.2 --build-arg AIRFLOW_CONSTRAINTS_LOCATION=https://example.com/c.txt",
        "--build-arg AIRFLOW_CONSTRAINTS_LOCATION=https://example.com/c.txt";
    UnsupportedPython: Error, Options, Lint, "The Airflow release does not run on this Python.",
        "--build-arg AIRFLOW_VERSION=3.3.2 --build-arg PYTHON_BASE_IMAGE=python:3.8.20-slim-bookworm",
        "--build-arg AIRFLOW_VERSION=3.3.2 --build-arg PYTHON_BASE_IMAGE=python:3.12.11-slim-bookworm";
    UnusableBaseImage: Error, BaseImage, Lint, "Judging by its name, the base image cannot be used.",
        "--build-arg PYTHON_BASE_IMAGE=python:3.12.11-alpine",
        "--build-arg PYTHON_BASE_IMAGE=python:3.12.11-slim-bookworm";
    PlatformMismatch: Warning, Options, Lint, "The base image is for another platform than the build.",
        "# base image: arm64\n--platform linux/amd64 --build-arg PYTHON_BASE_IMAGE=registry.example.com/python:3.12.11",
        "# base image: amd64\n--platform linux/amd64 --build-arg PYTHON_BASE_IMAGE=registry.example.com/python:3.12.11";
    SecretInBuildArg: Warning, Options, Lint, "A build arg contains a password or token, which provenance, history and caches keep in plain text.",
        "--build-arg ADDITIONAL_PYTHON_DEPS=https://me:hunter2@pypi.example.com/tool-1.0.tar.gz",
        "--build-arg ADDITIONAL_PYTHON_DEPS=https://pypi.example.com/tool-1.0.tar.gz";
    UnpinnedRequirement: Advice, Options, Lint, "A requirement without an exact version can resolve to a different version later.",
        "--build-arg ADDITIONAL_PYTHON_DEPS='mpi4py pandas<3'",
        "--build-arg ADDITIONAL_PYTHON_DEPS='mpi4py==4.0.3 pandas==2.2.3'";
    UnpinnedConstraints: Warning, Options, Lint, "The constraints come from a branch, which can change.",
        "--build-arg AIRFLOW_CONSTRAINTS_REFERENCE=constraints-main",
        "--build-arg AIRFLOW_VERSION=2.10.5 --build-arg AIRFLOW_CONSTRAINTS_REFERENCE=constraints-2.10.5";
    ConstraintsOfOtherRelease: Warning, Options, Lint, "The constraints are for another Airflow release.",
        "--build-arg AIRFLOW_VERSION=2.10.5 --build-arg AIRFLOW_CONSTRAINTS_REFERENCE=constraints-2.9.3",
        "--build-arg AIRFLOW_VERSION=2.10.5";
    SourcesOfOtherRelease: Warning, Options, Lint, "Airflow's sources are of another release than the one to build.",
        "# sources: 3.3.1\n--build-arg AIRFLOW_INSTALLATION_METHOD=. --build-arg AIRFLOW_VERSION=3.3.2",
        "# sources: 3.3.1\n--build-arg AIRFLOW_INSTALLATION_METHOD=. --build-arg AIRFLOW_VERSION=3.3.1";
    MovingBaseImageTag: Advice, Options, Lint, "The tag of the base image moves with each Python release.",
        "--build-arg PYTHON_BASE_IMAGE=python:3.12-slim-bookworm",
        "--build-arg PYTHON_BASE_IMAGE=python:3.12.11-slim-bookworm";
    MissingRuntimePackage: Warning, Options, Lint, "The list of runtime packages lacks packages that the image needs to start.",
        "--build-arg RUNTIME_APT_DEPS='sudo curl'",
        "--build-arg RUNTIME_APT_DEPS='sudo curl dumb-init netcat-openbsd'";
    DevelopmentPackageInRuntime: Warning, Options, Lint, "Compilers and headers end up in the image people run.",
        "--build-arg ADDITIONAL_RUNTIME_APT_DEPS='libopenmpi-dev gcc'",
        "--build-arg ADDITIONAL_DEV_APT_DEPS=libopenmpi-dev --build-arg ADDITIONAL_RUNTIME_APT_DEPS=libopenmpi3";
    AptKeyInCommand: Warning, Options, Lint, "The command calls apt-key, which Debian trixie does not have.",
        "--build-arg RUNTIME_APT_COMMAND='curl -sSf https://apt.example.com/key.asc | apt-key add -'",
        "--build-arg RUNTIME_APT_COMMAND='curl -sSf https://apt.example.com/key.asc > /etc/apt/trusted.gpg.d/example.asc'";
    UnusedContextFile: Warning, Options, Lint, "Nothing in the build reads this file of the context folder.",
        "# context: requirement.txt constraints.txt\n--build-arg DOCKER_CONTEXT_FILES=files --build-arg AIRFLOW_CONSTRAINTS_LOCATION=/docker-context-files/constraints.txt",
        "# context: requirements.txt constraints.txt\n--build-arg DOCKER_CONTEXT_FILES=files --build-arg AIRFLOW_CONSTRAINTS_LOCATION=/docker-context-files/constraints.txt";
}

impl Code {
    /// Its row of the table.
    pub fn row(self) -> &'static Row {
        // The macro writes both in the same order.
        &CODES[self as usize]
    }

    /// The name, which is also that of its rule.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The code of a name; case does not matter.
    pub fn find(name: &str) -> Option<Self> {
        CODES.iter().find(|row| row.name.eq_ignore_ascii_case(name)).map(|row| row.code)
    }

    /// The name at the end of errors: `unknown-build-arg`.
    pub fn in_brackets(self) -> String {
        let mut text = String::new();
        for letter in self.name().chars() {
            if letter.is_ascii_uppercase() && !text.is_empty() {
                text.push('-');
            }
            text.push(letter.to_ascii_lowercase());
        }
        text
    }

    /// The URL of its explanation.
    pub fn url(self) -> String {
        let mut url = String::from(PAGES);
        let _ = match self.row().page {
            Page::Errors => write!(url, "/errors.md#{}", self.in_brackets()),
            Page::Lint => write!(url, "/lint.md#{}", self.name().to_ascii_lowercase()),
        };
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_by_name() {
        for row in CODES {
            assert_eq!((row.code.row().name, Code::find(row.name)), (row.name, Some(row.code)));
            assert!(row.description.ends_with('.'), "{}: a description is a sentence", row.name);
        }
        assert_eq!(Code::find("unknownbuildarg"), Some(Code::UnknownBuildArg));
        assert_eq!(Code::UnknownBuildArg.in_brackets(), "unknown-build-arg");
    }
}
