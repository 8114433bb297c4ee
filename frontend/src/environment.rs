//! What BuildKit passes to the frontend in environment variables.

use std::collections::BTreeMap;

use buildkit_llb::Platform;
use serde_json::Value;

/// What BuildKit passes to the frontend when it starts it. Options are as the client sent them.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Environment {
    /// Frontend options by their full key: `build-arg:VERSION`, `target`, `context:name`, …
    pub options: BTreeMap<String, String>,
    /// The client's session, which serves local sources and secrets. Empty if there is none.
    pub session: String,
    /// The platforms of the first worker, its native one first. Empty if BuildKit did not list them.
    pub worker_platforms: Vec<Platform>,
    /// The name of the server in "please update …": `buildkit` or `docker`. May be empty.
    pub product: String,
}

const OPTION: &str = "BUILDKIT_FRONTEND_OPT_";

impl Environment {
    /// Reads environment variables. Others than BuildKit's are ignored.
    ///
    /// BuildKit numbers the options, but in random order and with gaps.
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

/// The platforms of the first worker. None if the list cannot be read.
fn worker_platforms(workers: &str) -> Vec<Platform> {
    let workers: Value = serde_json::from_str(workers).unwrap_or_default();
    let platforms = workers[0]["platforms"].as_array();
    platforms.into_iter().flatten().map(platform).collect()
}

fn platform(json: &Value) -> Platform {
    let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
    let features = json["os.features"].as_array();
    Platform {
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
            ("BUILDKIT_FRONTEND_OPT_1", "build-arg:FLAGS=--index=https://pypi.corp/?a=b"),
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
                ("build-arg:EXTRA", "first line\nsecond=line\n"),
                ("build-arg:FLAGS", "--index=https://pypi.corp/?a=b"),
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
        let names: Vec<_> = platforms.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["linux/arm64/v8", "linux(1+f)/amd64"]);
    }

    #[test]
    fn an_unreadable_list_of_workers_is_ignored() {
        for workers in ["", "[]", "null", "{", r#"[{"id": "a"}]"#] {
            assert_eq!(read(&[("BUILDKIT_WORKERS", workers)]), Environment::default(), "{workers}");
        }
    }
}
