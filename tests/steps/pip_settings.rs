//! uv installs what pip would install, from the same indexes: each setting of pip in each place where pip reads
//! it, compared with pip itself. The indexes are on this machine; a canary reports requests to other hosts.

#![expect(clippy::disallowed_methods, reason = "these tests run the scripts of steps, pip and uv")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use airflow_frontend::paths::SCRIPTS;
use airflow_frontend::plan::scripts::Script;

/// Where a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Environment variables, one per line.
    Env,
    /// A settings file of the system.
    System,
    /// That of the user, in its current place.
    User,
    /// That of the user, in its old place.
    UserOfOld,
    /// That of the virtual environment.
    Venv,
    /// The one that `PIP_CONFIG_FILE` names.
    Named,
    /// That of the context folder.
    Context,
    /// `ADDITIONAL_PIP_INSTALL_FLAGS`, one word per line.
    Flags,
    /// `requirements.txt`.
    Requirements,
    /// uv's settings file.
    Uv,
}
use Place::{Context, Env, Flags, Named, Requirements, System, User, UserOfOld, Uv, Venv};

/// One installation.
struct Case {
    /// In the texts, `{i}` is the address of the indexes, `{s}` the one with https, `{f}` the folder with the same files.
    said: &'static [(Place, &'static str)],
    /// The requirements, if they are not in `requirements.txt`.
    wanted: &'static str,
    /// The installed package, as `PROJECT==VERSION INDEX KIND`; or part of the error.
    found: Result<&'static str, &'static str>,
    /// The installer.
    by: &'static str,
}

const fn by_uv(said: &'static [(Place, &'static str)], wanted: &'static str, found: &'static str) -> Case {
    Case { said, wanted, found: Ok(found), by: "uv" }
}

const fn by_pip(said: &'static [(Place, &'static str)], wanted: &'static str, found: &'static str) -> Case {
    Case { said, wanted, found: Ok(found), by: "pip" }
}

const fn fails(said: &'static [(Place, &'static str)], wanted: &'static str, words: &'static str) -> Case {
    Case { said, wanted, found: Err(words), by: "" }
}

const A: &str = "demo==1.0 a wheel";
const B: &str = "demo==2.0 b wheel";

/// The places, and their precedence.
const PLACES: &[Case] = &[
    by_uv(&[(Env, "PIP_INDEX_URL={i}/a/simple")], "demo", A),
    by_uv(&[(System, "[global]\nindex-url = {i}/a/simple")], "demo", A),
    by_uv(&[(User, "[global]\nindex-url = {i}/a/simple")], "demo", A),
    by_uv(&[(UserOfOld, "[install]\nindex-url = {i}/a/simple")], "demo", A),
    by_uv(&[(Venv, "[global]\nindex_url = {i}/a/simple")], "demo", A),
    by_uv(&[(Named, "[global]\nindex-url = {i}/a/simple")], "demo", A),
    by_uv(&[(Context, "[global]\nindex-url = {i}/a/simple")], "demo", A),
    by_uv(&[(Flags, "--index-url\n{i}/a/simple")], "demo", A),
    by_uv(
        &[(System, "[global]\nindex-url = {i}/b/simple"), (Context, "[global]\nindex-url = {i}/a/simple")],
        "demo",
        A,
    ),
    by_uv(
        &[(User, "[global]\nindex-url = {i}/b/simple"), (Context, "[global]\nindex-url = {i}/a/simple")],
        "demo",
        A,
    ),
    by_uv(
        &[(System, "[install]\nindex-url = {i}/a/simple"), (Venv, "[global]\nindex-url = {i}/b/simple")],
        "demo",
        A,
    ),
];

/// Lines in requirements files, and settings of uv.
const LINES: &[Case] = &[
    by_uv(&[(Requirements, "--index-url {i}/a/simple\ndemo\n")], "", A),
    by_uv(&[(Requirements, "\u{feff}-i {i}/a/simple\r\ndemo \\\r\n  >=0.5 # it\r\n")], "", A),
    by_uv(&[(Env, "INDEX={i}/a"), (Requirements, "-i ${INDEX}/simple\ndemo\n")], "", A),
    by_uv(&[(Env, "PIP_INDEX_URL={i}/b/simple"), (Requirements, "-i {i}/a/simple\ndemo\n")], "", A),
    by_uv(&[(Env, "UV_INDEX_URL={i}/a/simple")], "demo", A),
    by_uv(&[(Env, "UV_DEFAULT_INDEX=corp={i}/a/simple\nUV_INDEX=more={i}/b/simple")], "demo", B),
    by_uv(&[(Uv, "[[index]]\nurl = \"{i}/a/simple\"\ndefault = true\n")], "demo", A),
    by_uv(&[(Env, "PIP_INDEX_URL={i}/a/simple\nUV_INDEX_URL={i}/b/simple")], "demo", A),
];

/// Settings that choose the indexes.
const INDEXES: &[Case] = &[
    by_uv(&[(Env, "PIP_INDEX_URL={i}/b/simple\nPIP_EXTRA_INDEX_URL={i}/a/simple")], "demo", B),
    by_uv(&[(Env, "PIP_INDEX_URL={i}/a/simple\nPIP_EXTRA_INDEX_URL={i}/b/simple")], "demo", B),
    by_uv(
        &[(Env, "PIP_INDEX_URL={i}/c/simple\nPIP_EXTRA_INDEX_URL={i}/b/simple")],
        "same",
        "same==1.0 b wheel",
    ),
    by_uv(
        &[(
            System,
            "[global]\nindex-url = {i}/a/simple\nextra-index-url =\n    {i}/c/simple\n    {i}/b/simple\n",
        )],
        "demo",
        B,
    ),
    by_uv(&[(Flags, "--index-url={i}/a/simple\n--extra-index-url\n{i}/b/simple")], "demo", B),
    by_uv(&[(Env, "PIP_NO_INDEX=1\nPIP_FIND_LINKS={f}/b")], "demo", B),
    by_uv(&[(Env, "PIP_INDEX_URL={i}/a/simple\nPIP_FIND_LINKS={i}/b/links/")], "demo", B),
    by_uv(
        &[(Requirements, "--no-index\n--find-links {f}/a\nother\n")],
        "",
        "demo==1.0 a wheel, other==1.0 a wheel",
    ),
    by_uv(&[(Env, "PIP_INDEX_URL={s}/a/simple\nPIP_TRUSTED_HOST=127.0.0.1")], "demo", A),
    by_uv(&[(Requirements, "-i {s}/a/simple\n--trusted-host 127.0.0.1\ndemo\n")], "", A),
    by_uv(&[(Env, "PIP_INDEX_URL={s}/a/simple\nPIP_CERT={f}/authority.pem")], "demo", A),
    fails(&[(Env, "PIP_INDEX_URL={s}/a/simple\nPIP_RETRIES=0")], "demo", "ertificate"),
    by_uv(
        &[(
            Env,
            "PIP_INDEX_URL=http://index.example/a/simple\nPIP_PROXY={i}\nPIP_TRUSTED_HOST=index.example",
        )],
        "demo",
        A,
    ),
    by_uv(
        &[(Env, "PIP_INDEX_URL={i}/a/simple\nPIP_TIMEOUT=7\nPIP_RETRIES=2\nPIP_KEYRING_PROVIDER=disabled")],
        "demo",
        A,
    ),
];

/// Settings that choose packages, and how they are installed.
const CHOICES: &[Case] = &[
    by_uv(&[(Env, "PIP_INDEX_URL={i}/a/simple\nPIP_NO_BINARY=demo")], "demo", "demo==1.0 a source"),
    by_uv(&[(Requirements, "-i {i}/a/simple\n--no-binary :all:\ndemo\n")], "", "demo==1.0 a source"),
    by_uv(&[(Env, "PIP_INDEX_URL={i}/newer/simple\nPIP_ONLY_BINARY=:all:")], "demo", "demo==1.0 newer wheel"),
    by_uv(&[(Env, "PIP_INDEX_URL={i}/newer/simple")], "demo", "demo==4.0 newer source"),
    by_pip(&[(Env, "PIP_INDEX_URL={i}/newer/simple\nPIP_PREFER_BINARY=1")], "demo", "demo==1.0 newer wheel"),
    by_pip(&[(Requirements, "-i {i}/newer/simple\n--prefer-binary\ndemo\n")], "", "demo==1.0 newer wheel"),
    by_uv(&[(Env, "PIP_INDEX_URL={i}/pre/simple")], "demo", "demo==1.0 pre wheel"),
    by_uv(&[(Env, "PIP_INDEX_URL={i}/pre/simple\nPIP_PRE=1")], "demo", "demo==3.0rc1 pre wheel"),
    by_uv(&[(Requirements, "-i {i}/pre/simple\n--pre\ndemo\n")], "", "demo==3.0rc1 pre wheel"),
    by_uv(&[(Requirements, "-i {i}/a/simple\nother\n"), (Env, "PIP_NO_DEPS=1")], "", "other==1.0 a wheel"),
    by_uv(
        &[(Env, "PIP_INDEX_URL={i}/newer/simple\nPIP_CONSTRAINT={f}/below-2")],
        "demo",
        "demo==1.0 newer wheel",
    ),
    by_uv(&[(Env, "PIP_INDEX_URL={i}/a/simple\nPIP_USER=1")], "demo", A),
    by_uv(&[(System, "[global]\nindex-url = {i}/a/simple\nuser = true\n")], "demo", A),
    by_pip(&[(Env, "PIP_INDEX_URL={i}/a/simple\nPIP_IGNORE_REQUIRES_PYTHON=1")], "demo", A),
    by_uv(&[(Env, "PIP_INDEX_URL={i}/a/simple")], "xmlsec", "lxml==5.0 a source, xmlsec==1.3 a source"),
    by_uv(&[(Requirements, "-i {i}/a/simple\ndemo==1.0 --hash=sha256:{hash}\n")], "", A),
    fails(&[(Requirements, "-i {i}/a/simple\ndemo==1.0 --hash=sha256:{zeros}\n")], "", "ash"),
    fails(&[(Requirements, "-i {i}/a/simple\n--require-hashes\ndemo==1.0\n")], "", "ash"),
    fails(&[(Requirements, "-i {i}/a/simple\ndemo >> 1\n")], "", "demo >> 1"),
];

#[test]
fn pip_settings_apply_from_every_place_where_pip_reads_them() {
    check(PLACES);
}

#[test]
fn lines_of_requirements_and_settings_of_uv_apply_too() {
    check(LINES);
}

#[test]
fn packages_come_from_the_indexes_that_pip_would_use() {
    check(INDEXES);
}

#[test]
fn the_packages_are_those_that_pip_would_choose() {
    check(CHOICES);
}

/// Installers do not check the hash of a package that is installed already.
#[test]
fn a_wrong_hash_of_an_installed_package_is_found() {
    let site = Site::start();
    let world = World::new(&site);
    let first = Case { said: &[(Env, "PIP_INDEX_URL={i}/a/simple")], wanted: "demo", found: Ok(A), by: "uv" };
    assert!(world.install(&first).status.success());
    for (digest, works) in [("{hash}", true), ("{zeros}", false)] {
        let text = format!("-i {{i}}/a/simple\ndemo==1.0 --hash=sha256:{digest}\n");
        world.write("context/requirements.txt", &world.filled(&text));
        let output =
            world.run("install-packages.sh", &["requirements", &world.path("context/requirements.txt")], &[]);
        assert_eq!(output.status.success(), works, "{}", said(&output));
    }
}

/// Versions of pip and uv in Airflow's constraints do not apply to those of the image.
#[test]
fn packages_do_not_install_another_uv() {
    let site = Site::start();
    let world = World::new(&site);
    write_metadata(Path::new(&world.packages()), "uv", "0.12.18");
    world.write("context/constraints.txt", "uv==0.2.2\ndemo==1.0\n");
    let env = [
        ("PIP_INDEX_URL", world.filled("{i}/a/simple")),
        ("CONSTRAINTS", world.path("context/constraints.txt")),
    ];
    let output = world.run("install-airflow.sh", &["install", "apache-airflow==2.10.5", "demo", "uv"], &env);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(world.found().0, A);
}

#[test]
fn every_setting_is_documented() {
    let page = include_str!("../../docs/pip-settings.md");
    for row in airflow_frontend::config::pip::SETTINGS {
        assert!(page.contains(&format!("`{}`", row.name)), "docs/pip-settings.md has no {}", row.name);
    }
}

/// The plan and the scripts of steps have separate lists of settings.
#[test]
fn the_steps_know_the_same_settings() {
    use airflow_frontend::config::pip::{InUv, SETTINGS};
    let site = Site::start();
    let world = World::new(&site);
    let script = "import re, sys\nfrom pip._internal.commands import create_command\n\
                  text = open(sys.argv[1]).read()\n\
                  known = set(re.findall(r'[a-z_0-9]+', text.split('TRANSLATED', 1)[1].split('PYPI')[0]))\n\
                  for option in create_command('install').parser.option_list_all:\n\
                  \x20   print(option.dest in known, *option._long_opts)";
    let output = world.command(&world.path("home/.local/bin/python"));
    let output = { output }.args(["-c", script, &world.path("run/scripts/uv-terms.py")]).output().unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(text.contains("True --index-url"), "{}", said(&output));
    for line in text.lines() {
        let (in_step, names) = line.split_once(' ').unwrap();
        for row in
            SETTINGS.iter().filter(|row| names.split(' ').any(|name| name == format!("--{}", row.name)))
        {
            // Only some values of these require pip.
            let in_plan = row.in_uv != InUv::Pip && row.in_uv != InUv::Refused;
            let partly =
                ["prefer-binary", "all-releases", "only-final", "use-deprecated"].contains(&row.name);
            assert_eq!(in_plan || partly, in_step == "True" || partly, "{}: {line}", row.name);
        }
    }
}

/// Running pip takes half a second in each step, which most builds do not need.
#[test]
fn pip_is_only_asked_if_there_are_settings() {
    let folder = Folder::new();
    // This machine can have settings.
    let text = include_str!("../../src/plan/scripts/build/pip-settings.sh");
    fs::write(folder.0.join("settings.sh"), text.replace(" /etc \"", " /none \"")).unwrap();
    let check = |env: &[(&str, &str)], text: &str, args: &[&str], expected: bool| {
        fs::write(folder.0.join("file.txt"), text).unwrap();
        let script = "scratch=. HOME=. VIRTUAL_ENV=.; source ./settings.sh; told=$(compgen -e PIP_ || true); is_plain \"$@\"";
        let mut command = Command::new("bash");
        command.args(["-c", script, "plain"]).args(args).current_dir(&folder.0).env_clear();
        command.env("PATH", "/usr/bin:/bin").env("XDG_CONFIG_DIRS", &folder.0).envs(env.iter().copied());
        let output = command.output().unwrap();
        assert_eq!(output.status.success(), expected, "{env:?} {text:?} {args:?} {}", said(&output));
    };
    let constraints: &[(&str, &str)] = &[("CONSTRAINTS", "file.txt")];
    let header = "# pip install \"apache-airflow\" --constraint x\n#\nsix==1.17.0 # via -r y\r\n";
    check(constraints, header, &["six", "pandas<3"], true);
    check(&[], "six>=1,<2; python_version > '3'\n", &["--requirement", "file.txt"], true);
    check(&[("PIP_NO_CACHE_DIR", "1"), ("PIP_USER", "1")], "", &["--editable", "/x[a]"], true);
    check(&[("PIP_INDEX_URL", "https://h")], "", &["six"], false);
    check(&[("INSTALL_FLAGS", "--pre")], "", &["six"], false);
    check(&[], "", &["-r", "file.txt"], false);
    for text in
        ["-i https://h\n", "a --hash=sha256:0\n", "a \\\n  ==1\n", "${A}\n", "\u{feff}six\n", "a\n  -r b\n"]
    {
        check(&[], text, &["--requirement", "file.txt"], false);
        check(constraints, text, &["six"], false);
    }
}

/// pip freeze writes such lines.
#[test]
fn an_editable_repository_is_installed_by_pip() {
    let site = Site::start();
    let world = World::new(&site);
    for (words, reason) in [
        (["-e", "git+https://example.com/x.git#egg=x"], "uv cannot install a repository as editable: x\n"),
        (["hg+https://example.com/x#egg=x", "six"], "uv cannot install from hg+https: x\n"),
        (["git+https://example.com/x.git@v1#egg=x", "six"], ""),
    ] {
        world.write("terms/pip", "");
        let mut command = world.command(&world.path("home/.local/bin/python"));
        command.args([world.path("run/scripts/uv-terms.py"), world.path("terms")]).args(words);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(fs::read_to_string(world.path("terms/pip")).unwrap(), reason, "{words:?}");
    }
}

#[test]
fn packages_cannot_be_installed_outside_the_environment() {
    let site = Site::start();
    let world = World::new(&site);
    world.write("xdg/pip/pip.conf", "[install]\ntarget = /somewhere\n");
    let output = world.run("make-venv.sh", &["pip==25.3"], &[]);
    assert!(!output.status.success());
    let words = said(&output);
    assert!(words.contains("installs packages outside") && words.contains("target='/somewhere'"), "{words}");
}

fn check(cases: &[Case]) {
    let site = Site::start();
    for case in cases {
        let world = World::new(&site);
        let output = world.install(case);
        let told = format!("{:?} {}\n{}", case.said, case.wanted, said(&output));
        let oracle = has_oracle(case).then(|| {
            let world = World::new(&site);
            (world.install_by_pip(case), world)
        });
        match case.found {
            Ok(found) => {
                assert!(output.status.success(), "{told}");
                assert_eq!(world.found(), (found.to_owned(), case.by.to_owned()), "{told}");
                if let Some((output, world)) = oracle {
                    assert_eq!(world.found().0, found, "pip itself: {told}\n{}", said(&output));
                }
            }
            Err(words) => {
                assert!(!output.status.success() && told.contains(words), "{told}");
                if let Some((output, _)) = oracle {
                    assert!(!output.status.success(), "pip itself: {told}");
                }
            }
        }
    }
    let asked = fs::read_to_string(site.folder.0.join("asked")).unwrap();
    assert!(asked.contains("here /a/simple/demo/"), "{asked}");
    let strangers: Vec<&str> = asked.lines().filter(|line| line.starts_with("canary")).collect();
    assert_eq!(strangers, [""; 0], "a host that nobody named was asked");
}

/// pip does not read settings of uv.
fn has_oracle(case: &Case) -> bool {
    case.said.iter().all(|(place, text)| *place != Uv && !text.contains("UV_")) && case.wanted != "xmlsec"
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The running indexes.
struct Site {
    server: Child,
    folder: Folder,
    plain: String,
    secure: String,
}

impl Site {
    fn start() -> Self {
        let folder = Folder::new();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/index/serve.py");
        let mut server =
            Command::new("python3").arg(script).arg(&folder.0).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (plain, secure) = line.trim().split_once(' ').expect("two ports");
        let (plain, secure) = (format!("http://127.0.0.1:{plain}"), format!("https://127.0.0.1:{secure}"));
        fs::write(folder.0.join("below-2"), "demo<2\n").unwrap();
        let site = Self { server, folder, plain, secure };
        template(&site.folder.0.join("venv"));
        site
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A virtual environment with the pip and uv of `dev/tools`, and the metadata of an installed Airflow.
fn template(venv: &Path) {
    let script = "
        uv=$(readlink -f \"$(command -v uv)\")
        python3 -m venv --without-pip \"$1\"
        ln -s \"$uv\" \"$1/bin/uv\"
        cp -a \"${uv%/bin/uv}\"/lib/python3*/site-packages/pip{,-*.dist-info} \"$1\"/lib/python3*/site-packages";
    let made = Command::new("bash").args(["-euc", script, "template"]).arg(venv).output().unwrap();
    assert!(made.status.success(), "is uv on the PATH? eval \"$(dev/tools)\"\n{}", said(&made));
    write_metadata(&packages_of(venv), "apache-airflow", "2.10.5");
}

/// The metadata of an installed package.
fn write_metadata(packages: &Path, name: &str, version: &str) {
    let folder = format!("{}-{version}.dist-info", name.replace('-', "_"));
    fs::create_dir(packages.join(&folder)).unwrap();
    for (file, text) in [
        ("METADATA", format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")),
        ("WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n".to_owned()),
        ("INSTALLER", "uv\n".to_owned()),
        ("RECORD", format!("{folder}/RECORD,,\n")),
    ] {
        fs::write(packages.join(&folder).join(file), text).unwrap();
    }
}

fn packages_of(venv: &Path) -> PathBuf {
    let lib = fs::read_dir(venv.join("lib")).unwrap().next().unwrap().unwrap().path();
    lib.join("site-packages")
}

/// The environment of a step's scripts.
struct World<'a> {
    site: &'a Site,
    folder: Folder,
}

impl<'a> World<'a> {
    fn new(site: &'a Site) -> Self {
        let folder = Folder::new();
        for path in ["run/scripts", "run/tmp", "run/cache", "context", "home", "xdg/pip"] {
            fs::create_dir_all(folder.0.join(path)).unwrap();
        }
        let template = site.folder.0.join("venv");
        let copied = Command::new("cp").arg("-al").arg(template).arg(folder.0.join("home/.local")).status();
        assert!(copied.unwrap().success());
        let world = Self { site, folder };
        for script in [Script::MakeVenv, Script::InstallAirflow, Script::InstallPackages] {
            for (name, text) in script.files() {
                let text = text
                    .replace(SCRIPTS, &world.path("run/scripts"))
                    .replace("/run/airflow-frontend", &world.path("run"))
                    .replace("/docker-context-files", &world.path("context"))
                    .replace("/etc/uv/uv.toml", &world.path("uv.toml"));
                world.write(&format!("run/scripts/{name}"), &text);
            }
        }
        world
    }

    fn path(&self, path: &str) -> String {
        self.folder.0.join(path).display().to_string()
    }

    fn packages(&self) -> String {
        packages_of(&self.folder.0.join("home/.local")).display().to_string()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn filled(&self, text: &str) -> String {
        let page = self.site.folder.0.join("a/demo-1.0-py3-none-any.whl");
        let hash = Command::new("sha256sum").arg(page).output().unwrap();
        let hash = String::from_utf8(hash.stdout).unwrap();
        text.replace("{i}", &self.site.plain)
            .replace("{s}", &self.site.secure)
            .replace("{f}", &self.site.folder.0.display().to_string())
            .replace("{hash}", hash.split(' ').next().unwrap())
            .replace("{zeros}", &"0".repeat(64))
    }

    /// Writes the settings and returns the environment variables among them.
    fn say(&self, case: &Case, for_pip: bool) -> BTreeMap<String, String> {
        let mut env = BTreeMap::new();
        for (place, text) in case.said {
            let text = self.filled(text);
            match place {
                Env => env.extend(text.lines().filter_map(|line| {
                    line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
                })),
                System => self.write("xdg/pip/pip.conf", &text),
                User => self.write("home/.config/pip/pip.conf", &text),
                UserOfOld => self.write("home/.pip/pip.conf", &text),
                Venv => self.write("home/.local/pip.conf", &text),
                Named => {
                    self.write("named.conf", &text);
                    env.insert("PIP_CONFIG_FILE".to_owned(), self.path("named.conf"));
                }
                // Airflow's own image copies it there.
                Context if for_pip => self.write("home/.config/pip/pip.conf", &text),
                Context => self.write("context/pip.conf", &text),
                Flags => drop(env.insert("INSTALL_FLAGS".to_owned(), text)),
                Requirements => self.write("context/requirements.txt", &text),
                Uv => self.write("uv.toml", &text),
            }
        }
        env
    }

    /// Installs as a step does.
    fn install(&self, case: &Case) -> Output {
        let env = self.say(case, false);
        let env: Vec<(&str, String)> =
            env.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        if case.wanted.is_empty() {
            let file = self.path("context/requirements.txt");
            self.run("install-packages.sh", &["requirements", &file], &env)
        } else {
            self.run("install-packages.sh", &["deps", case.wanted], &env)
        }
    }

    /// Installs with pip alone.
    fn install_by_pip(&self, case: &Case) -> Output {
        let mut env = self.say(case, true);
        let flags = env.remove("INSTALL_FLAGS").unwrap_or_default();
        // It does not work in a virtual environment.
        env.insert("PIP_USER".to_owned(), "0".to_owned());
        let file = self.path("context/requirements.txt");
        let what = if case.wanted.is_empty() { vec!["--requirement", &file] } else { vec![case.wanted] };
        let mut command = self.command(&self.path("home/.local/bin/python"));
        command.args(["-m", "pip", "install", "--no-compile"]).args(flags.lines()).args(what);
        command.envs(&env).env("HOME", self.path("home")).output().unwrap()
    }

    fn run(&self, script: &str, args: &[&str], env: &[(&str, String)]) -> Output {
        // As a user who is not root, for whom compilers would be looked up.
        let mut command = self.command("unshare");
        command.args(["--user", "--map-user=50000", "--map-group=0", "bash"]);
        command.arg(self.path(&format!("run/scripts/{script}"))).args(args);
        command.env("VIRTUAL_ENV", self.path("home/.local")).env("INSTALLER", "uv");
        command.envs(env.iter().map(|(name, value)| (name, value))).output().unwrap()
    }

    /// Requests to other hosts go to the canary.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        // pip asks rustc for its version, and the one of rustup would check for updates.
        let path = std::env::var("PATH").unwrap();
        let path: Vec<&str> = path.split(':').filter(|folder| !folder.contains("cargo")).collect();
        command.env_clear().env("PATH", path.join(":")).current_dir(&self.folder.0);
        command.env("XDG_CONFIG_DIRS", self.path("xdg")).env("PIP_CACHE_DIR", self.path("run/cache/pip"));
        command.env("PIP_DISABLE_PIP_VERSION_CHECK", "1").env("NO_PROXY", "127.0.0.1");
        command.envs(
            ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].map(|name| (name, &self.site.plain)),
        );
        command
    }

    /// The packages besides pip, uv and Airflow, and their installer.
    fn found(&self) -> (String, String) {
        let packages = PathBuf::from(self.packages());
        let (mut found, mut by) = (Vec::new(), String::new());
        for entry in fs::read_dir(&packages).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let Some((project, version)) =
                name.strip_suffix(".dist-info").and_then(|stem| stem.split_once('-'))
            else {
                continue;
            };
            if ["pip", "setuptools", "apache_airflow", "uv"].contains(&project) {
                continue;
            }
            let module = fs::read_to_string(packages.join(format!("{project}.py"))).unwrap();
            found.push(format!(
                "{project}=={version} {}",
                module.lines().next().unwrap().trim_start_matches("where = ").trim_matches('\'')
            ));
            fs::read_to_string(packages.join(&name).join("INSTALLER")).unwrap().trim().clone_into(&mut by);
        }
        found.sort();
        (found.join(", "), by)
    }
}

/// A new folder, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("pip-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
