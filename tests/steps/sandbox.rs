//! A folder in which scripts of steps run unchanged, except for the paths of mounts.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use airflow_frontend::plan::scripts::Script;

/// The folder of a step's mounts.
const MOUNTS: &str = "/run/airflow-frontend";

/// The folder; removed when dropped.
pub(super) struct Sandbox(PathBuf);

/// The result of a command.
pub(super) struct Done {
    pub(super) code: Option<i32>,
    /// Both streams.
    pub(super) log: String,
}

impl Sandbox {
    /// A folder with a script and the files that it sources in `run/scripts`.
    pub(super) fn with(script: Script) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("steps-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let sandbox = Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name));
        for folder in ["run/tmp", "run/cache"] {
            fs::create_dir_all(sandbox.0.join(folder)).unwrap();
        }
        let here = sandbox.path("run");
        for (name, text) in script.files() {
            sandbox.write(&format!("run/scripts/{name}"), &text.replace(MOUNTS, &here), 0o755);
        }
        sandbox
    }

    /// A path in the folder.
    pub(super) fn path(&self, path: &str) -> String {
        self.0.join(path).display().to_string()
    }

    pub(super) fn write(&self, path: &str, text: &str, mode: u32) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Runs bash text in the folder.
    pub(super) fn bash(&self, text: &str) -> Done {
        let output = Command::new("bash")
            .args(["-c", &format!("exec 2>&1\n{text}")])
            .current_dir(&self.0)
            .output()
            .unwrap();
        Done { code: output.status.code(), log: String::from_utf8_lossy(&output.stdout).into_owned() }
    }

    /// The names of the files below a folder, sorted.
    pub(super) fn files(&self, folder: &str) -> Vec<String> {
        let found = self.bash(&format!("cd {folder} && find . -type f -printf '%P\\n' | LC_ALL=C sort"));
        found.log.lines().map(str::to_owned).collect()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
