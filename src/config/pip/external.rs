//! pip settings in environment variables and settings files.

use super::settings::{Setting, setting};

/// A pip setting from outside the build args.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalSetting {
    /// Where it is set, for messages: `PIP_NO_BINARY of the base image`, `index-url in /etc/pip.conf`.
    pub origin: String,
    /// The name of the setting.
    pub setting: &'static Setting,
    /// The value.
    pub value: String,
}

/// Reads settings from environment variables.
pub fn from_variables(env: &[(String, String)]) -> Vec<ExternalSetting> {
    let read = |(name, value): &(String, String)| {
        let key = name.strip_prefix("PIP_")?.to_ascii_lowercase().replace('_', "-");
        let origin = format!("{name} of the base image");
        Some(ExternalSetting { origin, setting: setting(&key)?, value: value.clone() })
            .filter(|it| !is_off(&it.value))
    };
    env.iter().filter_map(read).collect()
}

/// Reads settings for `pip install` from a file; values may continue on indented lines.
pub fn from_file(file: &str, text: &str) -> Vec<ExternalSetting> {
    let mut all: Vec<ExternalSetting> = Vec::new();
    let mut section = String::new();
    let mut open = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(last) = all.last_mut().filter(|_| open) {
                format!("{} {trimmed}", last.value).trim_start().clone_into(&mut last.value);
            }
            continue;
        }
        open = false;
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            continue;
        }
        let Some((key, value)) = trimmed.split_once(['=', ':']) else { continue };
        let key = key.trim().to_ascii_lowercase().replace('_', "-");
        if !["global", "install"].contains(&section.as_str()) {
            continue;
        }
        if let Some(setting) = setting(&key) {
            let origin = format!("{key} in {file}");
            all.push(ExternalSetting { origin, setting, value: value.trim().to_owned() });
            open = true;
        }
    }
    all.retain(|setting| !is_off(&setting.value));
    all
}

/// Whether a switch is off, which has no effect.
fn is_off(value: &str) -> bool {
    ["", "0", "false", "no", "off", "n", "f"].contains(&value.trim().to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_files_are_read_as_pip_reads_them() {
        let text = "# ours\n[global]\nindex-url = https://h/s\nextra_index_url: https://a/s\n  https://b/s\n; no\n[freeze]\ntimeout = 3\n[install]\nuser = no\nprefer-binary=yes\n";
        let found: Vec<String> = from_file("/etc/pip.conf", text)
            .iter()
            .map(|setting| format!("{}: {}", setting.origin, setting.value))
            .collect();
        assert_eq!(
            found,
            [
                "index-url in /etc/pip.conf: https://h/s",
                "extra-index-url in /etc/pip.conf: https://a/s https://b/s",
                "prefer-binary in /etc/pip.conf: yes",
            ]
        );
    }

    #[test]
    fn variables_of_the_base_image_are_read() {
        let env =
            [("PIP_NO_BINARY", "lxml"), ("PIP_PRE", "0"), ("PIPX_HOME", "/x"), ("PIP_DEFAULT_TIMEOUT", "9")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let found: Vec<String> = from_variables(&env).into_iter().map(|setting| setting.origin).collect();
        assert_eq!(found, ["PIP_NO_BINARY of the base image", "PIP_DEFAULT_TIMEOUT of the base image"]);
    }
}
