//! Folders of the image that a user chooses: Airflow's home, the home of user airflow, the folder of the sources.
//!
//! User airflow owns them, so root must not rely on any of them.

use buildkit_frontend::position;

use crate::paths::{CLEAN_LOGS, CONTEXT_MOUNT, ENTRYPOINT, SCHEDULER_AUTORESTART};

/// Folders that belong to the system with everything below: root runs their files, a container mounts over them, or they
/// are links to another folder.
const TREES: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/libx32",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/include",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/var/lock",
    "/var/run",
    // Mounted while the image is built, or files of the image.
    CONTEXT_MOUNT,
    SCHEDULER_AUTORESTART,
    CLEAN_LOGS,
    ENTRYPOINT,
];

/// Folders that belong to the system, but in which new folders can be created.
const FOLDERS: &[&str] = &[
    "",
    "/etc",
    "/home",
    "/media",
    "/mnt",
    "/opt",
    "/srv",
    "/tmp",
    "/usr",
    "/usr/games",
    "/usr/share",
    "/usr/src",
    "/usr/local",
    "/usr/local/etc",
    "/usr/local/games",
    "/usr/local/man",
    "/usr/local/share",
    "/usr/local/src",
    "/var",
    "/var/backups",
    "/var/cache",
    "/var/lib",
    "/var/local",
    "/var/log",
    "/var/mail",
    "/var/opt",
    "/var/spool",
    "/var/tmp",
];

/// Below these, a folder that a base image has is the system's.
const SHARED: &[&str] = &["/etc", "/usr", "/var"];

/// File systems do not support longer names, and few tools support longer paths.
const LONGEST: usize = 255;

/// Reads an absolute path of a folder that user airflow can own.
///
/// Only characters without a meaning in a shell, `/etc/passwd`, `/etc/sudoers` and file patterns are allowed.
pub fn absolute(text: &str) -> Result<String, String> {
    let path = text.trim_end_matches('/');
    if path.len() > LONGEST {
        return Err(format!("expected a path of at most {LONGEST} characters"));
    }
    let is_root = path.is_empty() && text.starts_with('/');
    if !is_root && !is_sound(text) {
        let expected =
            "expected an absolute path of letters, digits, `.`, `_`, `-` and `@`, such as /opt/airflow";
        return Err(position::at(expected, text, is_sound));
    }
    if let Some(tree) = TREES.iter().find(|tree| is_or_below(path, tree)) {
        return Err(if *tree == path {
            "this folder belongs to the system".to_owned()
        } else {
            format!("this folder is in {tree}, which belongs to the system")
        });
    }
    if FOLDERS.contains(&path) {
        return Err("this folder belongs to the system; use a new folder below it".to_owned());
    }
    Ok(path.to_owned())
}

fn is_sound(text: &str) -> bool {
    let path = text.trim_end_matches('/');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte);
    path.starts_with('/')
        && path
            .split('/')
            .skip(1)
            .all(|part| !part.is_empty() && part != "." && part != ".." && part.bytes().all(plain))
}

/// Whether a path is a folder or below it.
pub fn is_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a base image must not have the folder yet.
pub fn has_to_be_new(path: &str) -> bool {
    SHARED.iter().any(|shared| is_or_below(path, shared))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separate_folders_are_accepted() {
        for path in [
            "/opt/airflow",
            "/srv/a/b",
            "/home/me",
            "/data",
            "/usr/local/airflow",
            "/usr/share/airflow",
            "/var/lib/airflow",
            "/etc/airflow",
            "/tmp/airflow",
            "/rooted",
            "/library",
            "/opt/a_b-c.d@e",
        ] {
            assert_eq!(absolute(path).as_deref(), Ok(path));
            assert_eq!(absolute(&format!("{path}/")).as_deref(), Ok(path));
        }
    }

    #[test]
    fn folders_of_the_system_are_refused() {
        let check = |path: &str, expected: &str| {
            let refused = absolute(path).unwrap_err();
            assert!(refused.contains(expected), "{path}: {refused}");
        };
        for path in ["/usr", "/etc", "/home", "/var", "/tmp", "/", "//", "/opt/", "/var/lib", "/usr/local"] {
            check(path, "this folder belongs to the system; use a new folder below it");
        }
        check("/root", "this folder belongs to the system");
        check("/root/airflow", "this folder is in /root, which belongs to the system");
        check("/proc/x", "is in /proc");
        check("/run/secrets", "is in /run");
        check("/usr/bin/airflow", "is in /usr/bin");
        check("/docker-context-files/home", "is in /docker-context-files");
        check("/entrypoint", "belongs to the system");
    }

    #[test]
    fn characters_that_scripts_or_files_would_read_are_refused() {
        let check = |path: &str, place: usize, letter: &str| {
            let refused = absolute(path).unwrap_err();
            assert!(refused.ends_with(&format!(": character {place} is `{letter}`")), "{refused}");
        };
        for letter in "|&;*`?[]{}()<>!#%^=+~ ,:$é".chars() {
            check(&format!("/home/a{letter}b"), 8, &letter.to_string());
        }
        check("/home/a\nb", 8, "\\n");
        for path in [
            "/a\"b",
            "/a'b",
            "/a\\b",
            "",
            "opt/airflow",
            "/a/../b",
            "/a/./b",
            "/a//b",
            &format!("/{}", "a".repeat(255)),
        ] {
            assert!(absolute(path).is_err(), "{path}");
        }
    }

    #[test]
    fn a_folder_has_to_be_new_only_below_system_folders() {
        assert!(has_to_be_new("/etc/ssl") && has_to_be_new("/var/lib/dpkg"));
        assert!(!has_to_be_new("/opt/airflow") && !has_to_be_new("/etcetera"));
    }
}
