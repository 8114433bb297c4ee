//! Usable base images, and the messages for others.

use super::*;
use crate::options::Options;

fn found() -> Found {
    Found {
        reference: "docker.io/library/python:3.12-slim-bookworm@sha256:0".to_owned(),
        config: serde_json::from_str(
            r#"{"config":{"Env":["PATH=/usr/local/bin:/usr/bin","PYTHON_VERSION=3.12.4"]}}"#,
        )
        .unwrap(),
        os_release: Some(
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_CODENAME=bookworm\n"
                .to_owned(),
        ),
        passwd: Some("root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n".to_owned()),
        has_bash: true,
        pythons: vec![
            ("/usr/local/bin".to_owned(), ["python3", "python3.12"].map(str::to_owned).into()),
            ("/usr/bin".to_owned(), ["python3", "python3.11"].map(str::to_owned).into()),
        ],
        present: BTreeSet::new(),
        pip_files: Vec::new(),
    }
}

fn judge(args: &[(&str, &str)], change: impl Fn(&mut Found)) -> Result<BaseImage, String> {
    let pairs = args.iter().map(|(name, value)| (format!("build-arg:{name}"), (*value).to_owned()));
    let config = Config::from_options(&Options::from_pairs(pairs)).unwrap();
    let mut found = found();
    change(&mut found);
    BaseImage::judge(&config, found).map_err(|problems| problems.to_string())
}

#[test]
fn the_first_python_on_the_path_counts() {
    let base = judge(&[], |_| {}).unwrap();
    assert_eq!((base.python.to_string().as_str(), base.debian), ("3.12.4", Debian::Bookworm));
    let base = judge(&[], |found| {
        found.config.clear();
        found.pythons.remove(0);
    });
    assert_eq!(base.unwrap().python.to_string(), "3.11");
    let base = judge(&[], |found| {
        found.config.clear();
        found.pythons[0].1.remove("python3.12");
    });
    let base = base.unwrap();
    assert_eq!(base.python.to_string(), "3.11", "a link to the system's own");
    assert!(base.has_debians_python);
}

#[test]
fn unusable_images_are_refused() {
    let check = |args: &[(&str, &str)], change: fn(&mut Found), expected: &str| {
        let refused = judge(args, change).unwrap_err();
        assert!(refused.contains(expected), "{refused}");
    };
    check(
        &[],
        |found| found.os_release = Some("PRETTY_NAME=Alpine\nID=alpine".to_owned()),
        "this image is Alpine, not Debian",
    );
    check(&[], |found| found.has_bash = false, "this image has no /bin/bash");
    check(
        &[("AIRFLOW_VERSION", "2.3.4")],
        |_| {},
        "this image has Python 3.12.4, but Airflow 2.3.4 runs on Python 3.7 to 3.10",
    );
    check(
        &[],
        |found| found.os_release = Some("NAME='Ubuntu'\nID=ubuntu\nVERSION_CODENAME=jammy\n".to_owned()),
        "this image is Ubuntu jammy, not Debian",
    );
    check(
        &[],
        |found| {
            found.os_release =
                Some("PRETTY_NAME=\"Ubuntu 22.04.5 LTS\"\nID=ubuntu\nVERSION_CODENAME=jammy\n".to_owned());
        },
        "this image is Ubuntu 22.04.5 LTS (jammy), not Debian",
    );
    check(
        &[],
        |found| found.os_release = Some("ID=wolfi\nVERSION_ID=20230201\n".to_owned()),
        "this image is wolfi 20230201, not Debian",
    );
    check(&[], |found| found.os_release = None, "this image is an unknown system, not Debian");
    check(
        &[("AIRFLOW_UID", "33")],
        |found| found.passwd = Some("www-data:x:33:33::/:".to_owned()),
        "a user www-data",
    );
    check(&[("AIRFLOW_PYTHON_VERSION", "3.13")], |_| {}, "has Python 3.12.4");
}

/// Adds users to `/etc/passwd`.
fn with_users(found: &mut Found, lines: &str) {
    found.passwd = found.passwd.take().map(|passwd| passwd + lines);
}

#[test]
fn a_base_image_may_have_a_user_airflow() {
    for line in
        ["airflow:x:1000:1000::/home/airflow:/bin/sh\n", "airflow:x:50000:0::/:/bin/sh\n", "+::::::\n"]
    {
        judge(&[], |found| with_users(found, line)).unwrap();
    }
    let with_packages = judge(&[], |found| {
        with_users(found, "airflow:x:50000:0::/home/airflow:/bin/sh\n");
        found.present.insert("/home/airflow/.local".to_owned());
    });
    let refused = with_packages.unwrap_err();
    assert!(refused.contains("this image already has packages in /home/airflow/.local"), "{refused}");
}

#[test]
fn only_relevant_paths_are_looked_up() {
    let wanted = |args: &[(&str, &str)], passwd: &str| {
        let pairs = args.iter().map(|(name, value)| (format!("build-arg:{name}"), (*value).to_owned()));
        let config = Config::from_options(&Options::from_pairs(pairs)).unwrap();
        wanted_paths(&config, Some(passwd)).join(" ")
    };
    assert_eq!(wanted(&[], "root:x:0:0:root:/root:/bin/bash\n"), "");
    assert_eq!(wanted(&[], "airflow:x:1000:0::/home/airflow:\n"), "/home/airflow/.local");
    let odd = [
        ("AIRFLOW_HOME", "/etc/airflow"),
        ("AIRFLOW_USER_HOME_DIR", "/var/lib/me"),
        ("AIRFLOW_INSTALLATION_METHOD", "."),
        ("AIRFLOW_SOURCES_TO", "/usr/src/airflow"),
    ];
    assert_eq!(wanted(&odd, ""), "/etc/airflow /var/lib/me /usr/src/airflow");
}

#[test]
fn folders_of_the_system_or_of_another_user_are_refused() {
    let check = |name: &str, path: &str, expected: &str| {
        let args = [("AIRFLOW_INSTALLATION_METHOD", "."), (name, path)];
        let refused = judge(&args, |found| {
            with_users(found, "ann:x:1001:1001::/srv/people/ann/:/bin/sh\nwww-data:x:33:33::/var/www:/\n");
            found.present = ["/etc/ssl".to_owned(), "/var/www".to_owned()].into();
        });
        let refused = refused.unwrap_err();
        let expected = format!("{name}={path}: {expected} [unusable-base-image]");
        assert!(refused.contains(&expected), "{refused}");
    };
    check("AIRFLOW_HOME", "/etc/ssl", "this folder is in the base image and belongs to the system");
    check("AIRFLOW_SOURCES_TO", "/etc/ssl", "this folder is in the base image and belongs to the system");
    check(
        "AIRFLOW_USER_HOME_DIR",
        "/srv/people/ann",
        "this folder is or contains the home of ann in the base image",
    );
    check(
        "AIRFLOW_SOURCES_TO",
        "/srv/people",
        "this folder is or contains the home of ann in the base image",
    );
    check("AIRFLOW_HOME", "/var/www", "this folder is or contains the home of www-data in the base image");
}
