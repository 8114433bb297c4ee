//! The user's apt commands, and apt sources that are bound to their own key.

use std::fs;

use airflow_frontend::plan::scripts::Script;

use super::support::builds::small;
use super::support::checks::assert_says;
use super::support::docker::docker;
use super::support::machine::{base_image, work};

#[test]
#[ignore = "needs an engine: make e2e"]
fn commands_run_before_the_packages_and_are_not_stored() {
    let image = small()
        .with(&[
            (
                "RUNTIME_APT_COMMAND",
                "&& command -v curl gpg lsb_release && echo \"$WORD\" | wc -c > /etc/first",
            ),
            ("ADDITIONAL_RUNTIME_APT_COMMAND", "apt-config dump | grep -c topsecret > /etc/second || true"),
            ("ADDITIONAL_RUNTIME_APT_ENV", "WORD=topsecret"),
        ])
        .image();
    assert_eq!(image.shell("cat /etc/first /etc/second"), "10\n0\n");
    assert_eq!(
        image.shell_as("0", "ls -A /var/lib/apt/lists /root/.gnupg 2>/dev/null || true"),
        "/var/lib/apt/lists:\n"
    );
    let history = docker(&["history", "--no-trunc", &image.tag]).succeeded().stdout;
    let told = format!("{}{history}", image.inspect());
    assert!(!told.contains("topsecret") && !told.contains("lsb_release"), "{told}");
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_failing_command_ends_the_build_without_being_shown() {
    let log = small().with(&[("DEV_APT_COMMAND", "false | true; echo topsecret")]).failure();
    assert_says(&log, &["an apt command failed with exit code 1", "run the dev apt commands"]);
    assert!(!log.contains("topsecret"), "{log}");
}

/// Creates a repository with one package, signs it, and installs from it with the script of a build, in the base image.
/// The first argument is the key of the source, the second the folder of the repository.
const SCENE: &str = r#"
set -eu
apt-get update -qq && apt-get install -qq -y --no-install-recommends gnupg apt-utils >/dev/null
export GNUPGHOME=/tmp/gnupg && mkdir -m 700 "$GNUPGHOME"
for name in right wrong; do
    gpg --batch -q --passphrase '' --quick-generate-key "$name" rsa2048 sign never
    gpg -q --armor --export "$name" >"/run/airflow-frontend/scripts/$name.asc"
done
mkdir -p /repository/probe/DEBIAN && cd /repository
printf 'Package: probe\nVersion: 1\nArchitecture: all\nMaintainer: m <m@example.com>\nDescription: d\n' >probe/DEBIAN/control
dpkg-deb --build probe probe.deb >/dev/null
apt-ftparchive packages . >Packages
apt-ftparchive release . >Release
gpg -q -u right --clearsign -o InRelease Release
chmod -R a+rX /repository
find /etc/apt -type f | sort | xargs md5sum >/tmp/before
export APT_SOURCES="deb [signed-by=/run/airflow-frontend/scripts/$1.asc] file:$2 ./"
bash /run/airflow-frontend/scripts/apt-install.sh probe
find /etc/apt -type f | sort | xargs md5sum | cmp - /tmp/before
dpkg -s probe | grep Status
"#;

/// The result with a source in this file that names this key; the repository is signed with the right one.
fn installed_with(key: &str, repository: &str) -> (i32, String) {
    let folder = work().join(format!("apt-{key}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in Script::AptInstall.files() {
        fs::write(folder.join(name), text).unwrap();
    }
    fs::write(folder.join("scene.sh"), SCENE).unwrap();
    let mount = format!("{}:/run/airflow-frontend/scripts", folder.display());
    let base = base_image();
    let call = ["run", "--rm", "--tmpfs", "/run/airflow-frontend/tmp", "--volume", &mount, &base];
    let output =
        docker(&[&call[..], &["bash", "/run/airflow-frontend/scripts/scene.sh", key, repository]].concat());
    fs::remove_dir_all(&folder).unwrap();
    (output.code, output.stdout + &output.stderr)
}

#[test]
#[ignore = "needs an engine: make e2e"]
fn a_source_is_only_trusted_with_its_own_key_and_removed_afterwards() {
    let (code, output) = installed_with("right", "/repository");
    assert!(code == 0 && output.contains("Status: install ok installed"), "{output}");
    let (code, output) = installed_with("wrong", "/repository");
    assert!(code != 0 && output.contains("NO_PUBKEY") && !output.contains("Status: install ok"), "{output}");
    // apt alone would warn and use other sources.
    let (code, output) = installed_with("right", "/nowhere");
    assert!(code != 0 && output.contains("/nowhere") && !output.contains("Unable to locate"), "{output}");
}
