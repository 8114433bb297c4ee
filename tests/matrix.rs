//! Every release line of Airflow on every Python and Debian, with every method: the plan, or why it is rejected.
//!
//! `cargo nextest run every_combination --no-capture` prints it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use airflow_frontend::config::Config;
use airflow_frontend::facts::base::{BaseImage, Debian, Found};
use airflow_frontend::facts::context::Folder;
use airflow_frontend::facts::{Facts, Outside, assume};
use airflow_frontend::options::Options;
use airflow_frontend::plan::{Action, Plan, Stage, plan};

/// The last known release of each line, and further releases of lines in which something changed.
const RELEASES: [&str; 16] = [
    "2.2.5",
    "2.3.4",
    "2.4.3",
    "2.5.3",
    "2.6.3",
    "2.7.3",
    "2.8.4",
    "2.9.3",
    "2.10.5",
    "2.11.0",
    "2.11.2",
    "3.0.6",
    "3.1.8",
    "3.2.0",
    "3.3.2",
    "3.4.0.dev0",
];

/// The Python versions that any of them supports, and a later one.
const PYTHONS: std::ops::RangeInclusive<u64> = 6..=15;

/// A method of installation: its name, build args in which `RELEASE` is replaced, and the context folder.
type Method = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

const FROM_CONTEXT: [(&str, &str); 2] =
    [("DOCKER_CONTEXT_FILES", "files"), ("INSTALL_PACKAGES_FROM_CONTEXT", "true")];

const METHODS: [Method; 8] = [
    ("index", &[], &[]),
    ("specification", &[("AIRFLOW_VERSION_SPECIFICATION", "===RELEASE")], &[]),
    (
        "archive URL",
        &[(
            "AIRFLOW_INSTALLATION_METHOD",
            "https://github.com/apache/airflow/archive/RELEASE.tar.gz#egg=apache-airflow",
        )],
        &[],
    ),
    (
        "named URL",
        &[(
            "AIRFLOW_INSTALLATION_METHOD",
            "apache-airflow @ https://github.com/apache/airflow/archive/RELEASE.tar.gz",
        )],
        &[],
    ),
    ("sources", &[("AIRFLOW_INSTALLATION_METHOD", "."), ("AIRFLOW_SOURCES_FROM", "airflow")], &[]),
    (
        "sources, own constraints",
        &[
            ("AIRFLOW_INSTALLATION_METHOD", "."),
            ("AIRFLOW_CONSTRAINTS_LOCATION", "/docker-context-files/constraints.txt"),
            ("DOCKER_CONTEXT_FILES", "files"),
        ],
        &["constraints.txt"],
    ),
    (
        "wheels, no index",
        &FROM_CONTEXT,
        &["apache_airflow-RELEASE-py3-none-any.whl", "celery-5.4.0-py3-none-any.whl"],
    ),
    ("wheels beside index", &FROM_CONTEXT, &["my_plugin-1.0-py3-none-any.whl"]),
];

/// The summary of one combination, or why it is rejected, on one line.
fn planned(release: &str, python: u64, debian: Debian, method: &Method) -> Result<Plan, String> {
    let one_line = |problems: airflow_frontend::diagnostic::Diagnostics| {
        problems.0.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("; ")
    };
    let (_, args, files) = method;
    let filled = |text: &str| text.replace("===RELEASE", &format!("=={release}")).replace("RELEASE", release);
    let image = format!("python:3.{python}-slim-{}", debian.name());
    let args = args.iter().map(|(name, value)| (*name, filled(value)));
    let args = args.chain([("AIRFLOW_VERSION", release.to_owned()), ("PYTHON_BASE_IMAGE", image)]);
    let options = Options::from_pairs(args.map(|(name, value)| (format!("build-arg:{name}"), value)));
    let config = Config::from_options(&options).map_err(one_line)?;
    let files: BTreeSet<String> = files.iter().map(|file| filled(file)).collect();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let found = Found {
        reference: config.base.to_string(),
        os_release: Some(format!("ID=debian\nVERSION_CODENAME={}\n", debian.name())),
        passwd: Some("root:x:0:0::/root:/bin/bash\n".to_owned()),
        has_bash: true,
        pythons: vec![("/usr/local/bin".to_owned(), names(&["python3", &format!("python3.{python}")]))],
        ..Found::default()
    };
    let folder = Folder { files, ..Folder::default() };
    let outside = Outside { folder, ..assume::outside(&config, None) };
    let facts = Facts::judge(&config, BaseImage::judge(&config, found), outside).map_err(one_line)?;
    Ok(plan(&config, &facts))
}

/// A letter for each sequence of steps: their titles, without the parts that differ between combinations.
#[derive(Default)]
struct Courses(BTreeMap<String, String>, Vec<String>);

impl Courses {
    fn letter(&mut self, plan: &Plan, release: &str, python: u64, debian: Debian) -> String {
        let mut sequence = String::new();
        for step in &plan.steps {
            let title = step.title.replace(release, "RELEASE").replace(debian.name(), "DEBIAN");
            let title = title.replace(&format!("3.{python}"), "PYTHON");
            let title = tools(&step.title).map_or(title.clone(), |tools| title.replace(tools, "TOOLS"));
            let title: Vec<&str> =
                title.split(' ').map(|word| if word.parse::<u32>().is_ok() { "N" } else { word }).collect();
            let reaches = matches!(&step.action, Action::Run(run) if run.network);
            let _ = writeln!(
                sequence,
                "  {:5} {}{}",
                step.stage.name(),
                title.join(" "),
                if reaches { " (network)" } else { "" }
            );
        }
        let next = char::from(b'A' + u8::try_from(self.1.len()).unwrap()).to_string();
        let letter = self.0.entry(sequence.clone()).or_insert_with(|| next.clone()).clone();
        if letter == next {
            self.1.push(sequence);
        }
        letter
    }
}

/// The tools in the virtual environment, from the title of its step.
fn tools(title: &str) -> Option<&str> {
    title.strip_prefix("make the virtual environment ")?.split_once(" with ").map(|(_, tools)| tools)
}

/// The summary of a combination: its sequence of steps, the number of Debian packages of each stage, and the tools.
fn cell(plan: &Plan, letter: &str) -> String {
    let packages = |stage: Stage| -> usize {
        let steps =
            plan.steps.iter().filter(|step| step.stage == stage && step.title.contains("apt packages"));
        steps.map(|step| if let Action::Run(run) = &step.action { run.args.len() } else { 0 }).sum()
    };
    let tools = plan.steps.iter().find_map(|step| tools(&step.title)).unwrap_or("the base image's pip");
    format!("{letter} {}+{}, {tools}", packages(Stage::Build), packages(Stage::Main))
}

#[test]
#[expect(clippy::print_stdout, reason = "this is the command that shows the matrix")]
fn every_combination_is_planned_or_rejected() {
    let mut sequences = Courses::default();
    let (mut table, mut combinations, mut builds) = (String::new(), 0, 0);
    for release in RELEASES {
        let _ = writeln!(table, "\nAirflow {release}");
        let mut rejected: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
        for method in &METHODS {
            let mut rows: Vec<(String, Vec<String>)> = Vec::new();
            for python in PYTHONS {
                let mut row = String::new();
                for debian in Debian::ALL {
                    combinations += 1;
                    let text = match planned(release, python, debian, method) {
                        Ok(plan) => {
                            builds += 1;
                            let letter = sequences.letter(&plan, release, python, debian);
                            cell(&plan, &letter)
                        }
                        Err(message) if message.contains("runs on Python") => {
                            let why = message.split(", but ").last().unwrap().split("; ").last().unwrap();
                            rejected.entry(why.to_owned()).or_default().insert(python);
                            continue;
                        }
                        Err(message) => format!("rejected: {message}"),
                    };
                    let told = format!("{}: {text}", debian.name());
                    row = if row.is_empty() { told } else { format!("{row}; {told}") };
                }
                if row.is_empty() {
                    continue;
                }
                let cells: BTreeSet<&str> =
                    row.split("; ").map(|cell| cell.split_once(": ").unwrap().1).collect();
                // Results that are the same for every Debian or for several Pythons are printed once.
                let row = if cells.len() == 1 { (*cells.first().unwrap()).to_owned() } else { row };
                match rows.last_mut() {
                    Some((last, pythons)) if *last == row => pythons.push(format!("3.{python}")),
                    Some(_) | None => rows.push((row, vec![format!("3.{python}")])),
                }
            }
            for (row, pythons) in rows {
                let all = pythons.len() == PYTHONS.count();
                let pythons = if all { "all".to_owned() } else { pythons.join(" ") };
                let _ = writeln!(table, "  {:24} {pythons}: {row}", method.0);
            }
        }
        for (why, pythons) in rejected {
            let pythons: Vec<String> = pythons.iter().map(|python| format!("3.{python}")).collect();
            let _ = writeln!(table, "  rejected by every method  {}: {why}", pythons.join(" "));
        }
    }
    let mut page = format!(
        "{combinations} combinations of release, Debian, Python and method, {builds} of which are planned.\n\
         A letter is a sequence of steps, listed below; the numbers are Debian packages of the two stages. Rows without\n\
         a Debian release apply to all of them.\n{table}"
    );
    for (number, sequence) in (b'A'..).zip(&sequences.1) {
        let _ = write!(page, "\n{}\n{sequence}", char::from(number));
    }
    println!("{page}");
    insta::assert_snapshot!(page);
}

/// Variables and labels by release: those of the oldest, and changes in later ones.
#[test]
fn the_image_contract_follows_the_release() {
    let index = &METHODS[0];
    let (mut page, mut last): (String, BTreeSet<String>) = Default::default();
    for release in RELEASES {
        let python =
            PYTHONS.rev().find_map(|python| planned(release, python, Debian::Bookworm, index).ok()).unwrap();
        let env = python.image.env.iter().map(|(name, _)| name.clone());
        let now: BTreeSet<String> = env.chain(python.image.labels.keys().cloned()).collect();
        let come = now.difference(&last).map(|name| format!("  + {name}\n"));
        let gone = last.difference(&now).map(|name| format!("  - {name}\n"));
        let changes: String = come.chain(gone).collect();
        if !changes.is_empty() {
            let _ = write!(page, "{release}\n{changes}");
        }
        last = now;
    }
    insta::assert_snapshot!(page);
}
