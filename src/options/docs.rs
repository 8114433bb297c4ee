//! The table as text: the Markdown reference and the command line's list.

use std::fmt::Write as _;

use super::table::{self, Arg, Secrecy, Stage, Support};

/// `docs/args.md`, without the defaults by release.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Build args\n\n\
         <!-- Generated from src/options/table.rs by `airflow-frontend options --markdown`; a test keeps it current. -->\n\n\
         Set them with `docker buildx build --build-arg NAME=value`. Unknown names and invalid values are errors, all reported\n\
         at once before anything is built. A value of only white space counts as not given.\n\n\
         Build args work for every release of Airflow unless their description says otherwise; the column *Airflow's own*\n\
         shows which releases of Airflow's own image have the arg. Values marked *hidden* never appear in messages, plans or\n\
         the image, but BuildKit writes every build arg into the provenance of an image: [do not put passwords in\n\
         them](secrets.md).\n\n\
         | Name | Value | Default | Stage | Airflow's own | What it does | Example |\n|---|---|---|---|---|---|---|\n",
    );
    for row in table::TABLE {
        let _ = writeln!(
            page,
            "| `{}` | {}{} | {} | {} | {} | {} | `{}` |",
            row.name,
            cell(&values(row)),
            if row.secrecy == Secrecy::Hidden { ", hidden" } else { "" },
            default(row),
            stage(row.stage),
            releases(row),
            cell(row.help),
            cell(row.example),
        );
    }
    page.push_str(
        "\n## Other names\n\nOlder and newer names of Airflow's own image, and names of uv. A name without effect causes a warning.\n\n| Name | Here |\n|---|---|\n",
    );
    for (name, support) in table::OTHERS {
        let _ = writeln!(page, "| `{name}` | {} |", cell(&effect(*support)));
    }
    page
}

/// The rows as the command line shows them: name, value, and help below.
pub fn plain() -> String {
    let mut text = String::new();
    for row in table::TABLE {
        let _ = write!(text, "{}={}", row.name, values(row));
        if !row.default.is_empty() {
            let _ = write!(text, " [default: {}]", row.default);
        }
        let _ = writeln!(text, "\n    {}", row.help);
    }
    text
}

/// How many args of Airflow's own image are supported, and how.
pub fn count() -> String {
    let own = table::TABLE.iter().filter(|row| row.releases.0.is_empty()).count();
    let works = table::TABLE.len() - own;
    let stands = table::OTHERS.iter().filter(|(_, it)| matches!(it, Support::SameAs(_))).count();
    let dead = table::OTHERS.len() - stands;
    let all = works + stands + dead;
    format!(
        "{all} build args of Airflow's own image are known: {works} work under the same name, {stands} are aliases, {dead} \
         have no effect and warn; {own} are this frontend's own\n"
    )
}

fn default(row: &Arg) -> String {
    if table::BY_RELEASE.iter().any(|other| other.name == row.name) {
        return "[by release](#defaults-by-release)".to_owned();
    }
    if row.default.is_empty() { String::new() } else { format!("`{}`", cell(row.default)) }
}

fn releases(row: &Arg) -> String {
    match row.releases {
        ("", _) => "no".to_owned(),
        (first, "") => format!("{first}+"),
        (first, last) => format!("{first} to {last}"),
    }
}

fn values(row: &Arg) -> String {
    if row.choices.is_empty() { row.kind.placeholder().to_owned() } else { row.choices.join("|") }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Build => "build",
        Stage::Main => "main",
        Stage::Both => "both",
    }
}

fn effect(support: Support) -> String {
    match support {
        Support::Works => "works".to_owned(),
        Support::SameAs(name) => format!("alias of `{name}`"),
        Support::Dead(why) => format!("no effect: {why}"),
    }
}
