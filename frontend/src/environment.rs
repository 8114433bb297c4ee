//! What BuildKit tells the frontend through its process environment.

use std::collections::BTreeMap;

use buildkit_proto::pb;
use serde_json::Value;

/// What BuildKit said when it started the frontend; options are as they came, nobody has read them yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Environment {
    /// Frontend options by their full key: `build-arg:AIRFLOW_VERSION`, `target`, `context:name`, …
    pub options: BTreeMap<String, String>,
    /// The client's session; local sources and secrets are asked of it. Empty when there is none.
    pub session: String,
    /// The platforms of the first worker, its native one first. Empty when BuildKit did not say.
    pub worker_platforms: Vec<pb::Platform>,
    /// What to call the server in "please update …": `buildkit` or `docker`. May be empty.
    pub product: String,
}

const OPTION: &str = "BUILDKIT_FRONTEND_OPT_";

impl Environment {
    /// Reads environment variables in any order; those that are not BuildKit's are skipped.
    ///
    /// BuildKit numbers its options, but hands them out in random order and promises no complete numbering.
    pub fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            match name.as_str() {
                "BUILDKIT_SESSION_ID" => environment.session = value,
                "BUILDKIT_EXPORTEDPRODUCT" => environment.product = value,
                "BUILDKIT_WORKERS" => environment.worker_platforms = worker_platforms(&value),
                _ if name.starts_with(OPTION) => {
                    let (key, value) = value.split_once('=').unwrap_or((&value, ""));
                    environment.options.insert(key.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        environment
    }
}

/// The platforms of element 0. A list that cannot be read is as good as none: the platform then comes from the options.
fn worker_platforms(workers: &str) -> Vec<pb::Platform> {
    let workers: Value = serde_json::from_str(workers).unwrap_or_default();
    let platforms = workers[0]["platforms"].as_array();
    platforms.into_iter().flatten().map(platform).collect()
}

fn platform(json: &Value) -> pb::Platform {
    let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
    let features = json["os.features"].as_array();
    pb::Platform {
        architecture: text("architecture"),
        os: text("os"),
        variant: text("variant"),
        os_version: text("os.version"),
        os_features: features.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Environment {
        Environment::from_variables(
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn options_may_come_in_any_order_with_gaps() {
        let ordered = [
            ("PATH", "/bin"),
            ("BUILDKIT_FRONTEND_OPT_0", "target=main"),
            (
                "BUILDKIT_FRONTEND_OPT_1",
                "build-arg:ADDITIONAL_PIP_INSTALL_FLAGS=--index=https://pypi.corp/?a=b",
            ),
            ("BUILDKIT_FRONTEND_OPT_2", "build-arg:EXTRA=first line\nsecond=line\n"),
            ("BUILDKIT_FRONTEND_OPT_10", "no-cache="),
            ("BUILDKIT_SESSION_ID", "s1"),
        ];
        let mut shuffled = ordered;
        shuffled.reverse();
        shuffled.swap(1, 3);

        let environment = read(&ordered);
        assert_eq!(environment, read(&shuffled));
        assert_eq!(environment.session, "s1");
        let options: Vec<_> =
            environment.options.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(
            options,
            [
                ("build-arg:ADDITIONAL_PIP_INSTALL_FLAGS", "--index=https://pypi.corp/?a=b"),
                ("build-arg:EXTRA", "first line\nsecond=line\n"),
                ("no-cache", ""),
                ("target", "main"),
            ]
        );
    }

    #[test]
    fn the_first_worker_says_the_platform() {
        let workers = r#"[
            {"id": "a", "labels": {"x": "y"}, "cdiDevices": [],
             "platforms": [{"architecture": "arm64", "os": "linux", "variant": "v8"},
                           {"architecture": "amd64", "os": "linux", "os.version": "1", "os.features": ["f"]}]},
            {"id": "b", "platforms": [{"architecture": "s390x", "os": "linux"}]}
        ]"#;
        let platforms = read(&[("BUILDKIT_WORKERS", workers)]).worker_platforms;
        let names: Vec<_> =
            platforms.iter().map(|it| format!("{}/{}/{}", it.os, it.architecture, it.variant)).collect();
        assert_eq!(names, ["linux/arm64/v8", "linux/amd64/"]);
        assert_eq!(
            (platforms[1].os_version.as_str(), platforms[1].os_features.as_slice()),
            ("1", ["f".to_owned()].as_slice())
        );
    }

    #[test]
    fn workers_that_cannot_be_read_are_no_workers() {
        for workers in ["", "[]", "null", "{", r#"[{"id": "a"}]"#] {
            assert_eq!(read(&[("BUILDKIT_WORKERS", workers)]), Environment::default(), "{workers}");
        }
    }
}
