//! Phase 2: the validated options of a build.
//!
//! [`Config::from_options`] is the only place that rejects options, and it reports all problems at once. A `Config` is
//! always valid, so no later phase checks it again.

mod build;
pub mod apt;
pub mod clients;
pub mod install;
pub mod pip;
pub mod path;
pub mod named_files;
mod published_constraints;
mod reader;
pub mod releases;
pub mod newest;
pub mod rules;
mod contexts;
mod target;
pub mod requirement;
pub mod values;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::options::{Options, table};
pub use apt::AptPackages;
pub use build::{Config, Constraints, ImageTexts, Installer, extras_suffix};
use buildkit_frontend::options as kit;
pub use buildkit_frontend::options::{
    BuildContext, CacheImport, EPOCH, GitRef, Mtime, NamedContexts, Resources, Settings, Source, Ulimit,
    familiar,
};
pub use contexts::{AIRFLOW_SOURCES, CONTEXT_FILES, UV};
use reader::Reader;
pub use target::{NoCache, Target};
use values::{AirflowVersion, ImageRef, PythonVersion};

impl Config {
    /// Reads every option and returns the configuration, or all problems.
    pub fn from_options(options: &Options) -> Result<Self, Diagnostics> {
        let mut read = Reader::new(options);
        let (settings, problems) = kit::read(options);
        let target = target::target(options, &settings, &mut read.problems);
        let no_cache = target::no_cache(options, &settings, &mut read.problems);
        target::platforms(options, &settings, &mut read.problems);
        read.problems.0.extend(problems.into_iter().map(|problem| {
            Diagnostic::new(options, Code::InvalidOption, &problem.option, &problem.message, None)
                .or_value(&problem.value)
        }));
        if settings.epoch_of_context && settings.context == BuildContext::Client {
            read.warn(EPOCH, "this option has no effect: a local folder has no commit time");
        }
        let python = read.optional(&table::AIRFLOW_PYTHON_VERSION, PythonVersion::read);
        let airflow = read.value(&table::AIRFLOW_VERSION, AirflowVersion::read);
        let clients = clients::read(&mut read);
        let airflow_home = read.value(&table::AIRFLOW_HOME, path::absolute).unwrap_or_default();
        let install = install::read(&mut read, &airflow_home);
        let image_texts = ImageTexts {
            repository: read.text(&table::AIRFLOW_IMAGE_REPOSITORY),
            date_created: read.text(&table::AIRFLOW_IMAGE_DATE_CREATED),
            build_id: read.text(&table::BUILD_ID),
            commit_sha: read.text(&table::COMMIT_SHA),
            image_type: read.text(&table::AIRFLOW_IMAGE_TYPE),
        };
        let base = read.optional(&table::PYTHON_BASE_IMAGE, ImageRef::read);
        let context_files = read
            .optional(&table::DOCKER_CONTEXT_FILES, values::context_path)
            // Airflow's own default is the name of its Dockerfile, which means "no folder".
            .filter(|path| path != "Dockerfile")
            // A named context replaces the folder, whatever the path is.
            .filter(|_| !settings.named.has(CONTEXT_FILES))
            .or_else(|| settings.named.has(CONTEXT_FILES).then(String::new));
        let install_from_context =
            read.value(&table::INSTALL_PACKAGES_FROM_CONTEXT, values::boolean).unwrap_or_default();
        let constraints = rules::constraints(&mut read, airflow.as_ref(), context_files.as_deref());
        let extras = rules::extras(&mut read, airflow.as_ref(), clients);
        rules::warn_of_releases(&mut read, airflow.as_ref());
        let config = Self {
            base: base.unwrap_or_else(|| rules::derived_base(python, airflow.as_ref())),
            python,
            extras,
            python_deps: read.args(&table::ADDITIONAL_PYTHON_DEPS, requirement::list::requirements),
            installer: read
                .optional(&table::AIRFLOW_USE_UV, values::boolean)
                .map(|uv| if uv { Installer::Uv } else { Installer::Pip }),
            pip: read.tool(&table::AIRFLOW_PIP_VERSION, "pip"),
            uv: read.tool(&table::AIRFLOW_UV_VERSION, "uv"),
            install_from_context,
            dev_apt: apt::dev(&mut read),
            runtime_apt: apt::runtime(&mut read),
            clients,
            install,
            airflow_home,
            user_home: read.value(&table::AIRFLOW_USER_HOME_DIR, path::absolute).unwrap_or_default(),
            uid: read.value(&table::AIRFLOW_UID, values::uid).unwrap_or_default(),
            image_texts,
            labels: options.labels.clone(),
            target,
            no_cache,
            settings,
            constraints,
            context_files,
            airflow: airflow.unwrap_or_else(rules::any_airflow),
            given: options.clone(),
            warnings: Vec::new(),
        };
        rules::check(&config, &mut read.problems);
        let (warnings, problems) = read.finish();
        problems.or(Self { warnings, ..config })
    }
}

#[cfg(test)]
mod tests;
