//! Runs the scripts of the image as any user, in a mount namespace with its own `/etc/passwd` and `/tmp`,
//! and with stubs of the programs they call, which record each call.
//!
//! A sandbox is a folder that the script sees as `/mnt`.
//!
//! With [`IN_IMAGE`] set, it runs the scripts of a built image in a container;
//! cases of other releases are skipped.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// File names under `src/plan/scripts/runtime`, and the text.
pub(crate) const SCRIPTS: [(&str, &str); 4] = [
    ("entrypoint.sh", include_str!("../../src/plan/scripts/runtime/entrypoint.sh")),
    ("pip-refusal.sh", include_str!("../../src/plan/scripts/runtime/pip-refusal.sh")),
    ("clean-logs.sh", include_str!("../../src/plan/scripts/runtime/clean-logs.sh")),
    ("scheduler-autorestart.sh", include_str!("../../src/plan/scripts/runtime/scheduler-autorestart.sh")),
];

/// The variable that names a privileged container of an image, the image's release, and a folder that both sides see,
/// in which a file `cases` gets a line for each case.
pub(crate) const IN_IMAGE: &str = "RUNTIME_TESTS_IN_IMAGE";

/// Where the image has the scripts.
const IN_IMAGE_AS: [(&str, &str); 4] = [
    ("entrypoint.sh", "/entrypoint"),
    ("pip-refusal.sh", "/root/bin/pip"),
    ("clean-logs.sh", "/clean-logs"),
    ("scheduler-autorestart.sh", "/airflow-scheduler-autorestart"),
];

/// Container, release and folder, if the scripts of an image are tested.
fn image() -> Option<&'static [String; 3]> {
    static IMAGE: OnceLock<Option<[String; 3]>> = OnceLock::new();
    IMAGE
        .get_or_init(|| {
            let words = std::env::var(IN_IMAGE).ok()?;
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            Some(words.try_into().expect("three words"))
        })
        .as_ref()
}

/// One start of a script.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    /// One of [`SCRIPTS`].
    pub(crate) script: &'a str,
    /// Airflow release, such as `2.10.5`.
    pub(crate) release: &'a str,
    /// User and group id.
    pub(crate) user: (u32, u32),
    /// Variables in addition to, or instead of, those of the image.
    pub(crate) env: &'a [(&'a str, &'a str)],
    pub(crate) args: &'a [&'a str],
    /// Names and bash bodies of stubs; other stubs print nothing and succeed.
    pub(crate) programs: &'a [(&'a str, &'a str)],
    /// A bash script to run in the sandbox first.
    pub(crate) before: &'a str,
}

/// The expected result of a script.
#[derive(Clone, Copy)]
pub(crate) struct Expect<'a> {
    /// Exit code; 128 and the number of the signal if one ended it.
    pub(crate) code: i32,
    /// The stubs called, in order, with their arguments.
    pub(crate) calls: &'a [&'a str],
    /// Parts of standard output; none means that it must be empty.
    pub(crate) stdout: &'a [&'a str],
    /// Parts of standard error; none means that it must be empty.
    pub(crate) stderr: &'a [&'a str],
}

/// Success without output.
pub(crate) const OK: Expect<'static> = Expect { code: 0, calls: &[], stdout: &[], stderr: &[] };

/// A run of the script as the user of the image, without variables.
pub(crate) const fn case<'a>(script: &'a str, release: &'a str, args: &'a [&'a str]) -> Case<'a> {
    Case { script, release, user: (50000, 0), env: &[], args, programs: &[], before: "" }
}

/// The folder that a script ran in; removed when dropped.
pub(crate) struct Sandbox(PathBuf);

impl Sandbox {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = image().map_or(env!("CARGO_TARGET_TMPDIR"), |[_, _, folder]| folder);
        let sandbox = Self(Path::new(folder).join(format!("shell-{}-{count}", std::process::id())));
        for folder in ["bin", "image", "tmp", "home/.local/bin", "home/.local/lib/python3.12/site-packages"] {
            fs::create_dir_all(sandbox.0.join(folder)).expect("a folder can be made");
        }
        sandbox.write("calls", "", 0o666);
        sandbox.write(
            "passwd",
            "root:x:0:0:root:/root:/bin/bash\nairflow:x:50000:0:First Last:/mnt/home:/bin/bash\n",
            0o664,
        );
        sandbox
    }

    fn write(&self, file: &str, text: &str, mode: u32) {
        let path = self.0.join(file);
        fs::write(&path, text).expect("a file can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode can be set");
    }

    /// The text of a file; empty if there is none.
    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap_or_default()
    }

    /// The names in a folder and below, sorted, as `a b b/c`.
    pub(crate) fn list(&self, folder: &str) -> String {
        let output = Command::new("find")
            .args([".", "-mindepth", "1", "-printf", "%P\n"])
            .current_dir(self.0.join(folder))
            .output();
        let text = String::from_utf8(output.expect("find is there").stdout).expect("names are text");
        let mut names: Vec<&str> = text.lines().collect();
        names.sort_unstable();
        names.join(" ")
    }

    /// A command that sees this sandbox as `/mnt` and can become any user in it, without privileges.
    fn command(&self, script: &str) -> Command {
        let mounts = "mount --bind \"$0\" /mnt && mount --bind /mnt/passwd /etc/passwd && mount --bind /mnt/tmp /tmp && cd /mnt && ";
        let unshare = match image() {
            Some([container, _, _]) => {
                vec!["docker", "exec", "--privileged", "--user", "0", container, "unshare"]
            }
            None => vec!["unshare"],
        };
        let mut command = Command::new(unshare[0]);
        command
            .args(&unshare[1..])
            .args(["--user", "--map-root-user", "--mount", "bash", "-c", &format!("{mounts}{script}")])
            .arg(&self.0);
        command
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs the case and compares the result. Returns the sandbox, or nothing if this machine does
/// not allow isolated processes.
pub(crate) fn check(case: &Case, expect: &Expect) -> Option<Sandbox> {
    if !can_isolate() || image().is_some_and(|[_, release, _]| release != case.release) {
        return None;
    }
    let sandbox = Sandbox::new();
    prepare(&sandbox, case);
    let output = start(&sandbox, case);

    let code = output.status.code().or_else(|| output.status.signal().map(|signal| 128 + signal));
    let stdout = String::from_utf8_lossy(&output.stdout);
    // Machines with libraries in other folders print a warning about the preloaded one.
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stderr: Vec<&str> = stderr.lines().filter(|line| !line.starts_with("ERROR: ld.so:")).collect();
    let stderr = stderr.join("\n");

    let told = format!(
        "{} {} {:?} {:?}\nstdout: {stdout}\nstderr: {stderr}",
        case.script, case.release, case.env, case.args
    );
    assert_eq!(code, Some(expect.code), "exit code of {told}");
    assert_eq!(sandbox.read("calls").lines().collect::<Vec<_>>(), expect.calls, "calls of {told}");
    for (stream, parts) in [(stdout.as_ref(), expect.stdout), (stderr.as_str(), expect.stderr)] {
        assert!(!parts.is_empty() || stream.is_empty(), "something is said by {told}");
        for part in parts {
            assert!(stream.contains(part), "{part:?} is missing in {told}");
        }
    }
    if let Some([_, _, folder]) = image() {
        let cases = OpenOptions::new().append(true).create(true).open(Path::new(folder).join("cases"));
        writeln!(cases.expect("a file can be written"), "{} {:?}", case.script, case.args).expect("likewise");
    }
    Some(sandbox)
}

fn prepare(sandbox: &Sandbox, case: &Case<'_>) {
    let release = format!("\nreadonly release={}\n", number(case.release));
    for (name, text) in SCRIPTS {
        if image().is_none() {
            sandbox.write(
                &format!("image/{name}"),
                &text.replace("\nreadonly release=00000\n", &release),
                0o755,
            );
        }
    }
    for (name, path) in IN_IMAGE_AS.iter().filter(|_| image().is_some()) {
        symlink(path, sandbox.0.join("image").join(name)).expect("a link can be made");
    }
    let quiet = ["airflow", "python", "pip", "nc", "sleep"].map(|name| (name, ""));
    let names = [("getent", "echo \"10.0.0.7  STREAM $2\"; echo '10.0.0.7  DGRAM'")];
    for (name, body) in quiet.iter().chain(&names).chain(case.programs) {
        let call = if *name == "getent" { "" } else { "echo \"${0##*/} $*\" >>/mnt/calls" };
        sandbox.write(&format!("bin/{name}"), &format!("#!/bin/bash\n{call}\n{body}\n"), 0o755);
    }
    if !case.before.is_empty() {
        let done = sandbox.command(&format!("set -e; {}", case.before)).status().expect("unshare is there");
        assert!(done.success(), "preparing {:?}", case.before);
    }
}

fn start(sandbox: &Sandbox, case: &Case) -> Output {
    let (user, group) = case.user;
    let image = [
        ("PATH", "/mnt/bin:/usr/bin:/bin"),
        ("HOME", "/"),
        ("AIRFLOW_USER_HOME_DIR", "/mnt/home"),
        ("AIRFLOW_HOME", "/mnt/airflow"),
    ];
    sandbox
        .command("exec unshare --user --map-user=\"$1\" --map-group=\"$2\" env -i \"${@:3}\"")
        .args([user, group].map(|id| id.to_string()))
        .args(image.iter().chain(case.env).map(|(name, value)| format!("{name}={value}")))
        .args(["bash", &format!("/mnt/image/{}", case.script)])
        .args(case.args)
        .output()
        .expect("unshare is there")
}

/// `2.10.5` as `21005`.
fn number(release: &str) -> u32 {
    release
        .split('.')
        .fold(0, |sum, part| sum * 100 + part.parse::<u32>().expect("a release is made of numbers"))
}

/// Root can, and most users of a kernel with user namespaces; a container without privileges cannot.
#[expect(clippy::print_stderr, reason = "a test that proves nothing must not look like one that does")]
fn can_isolate() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let tried = Sandbox::new().command("exec unshare --user --map-user=1234 --map-group=0 true").output();
        let works = tried.is_ok_and(|output| output.status.success());
        assert!(
            works || std::env::var_os("CI").is_none(),
            "the scripts cannot be tested here, which CI must do"
        );
        if !works {
            eprintln!(
                "SKIPPED: tests of the scripts in the image need mount and user namespaces (try as root)"
            );
        }
        works
    })
}
