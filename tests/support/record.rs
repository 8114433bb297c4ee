//! A page of `docs` with tables of measured values.

use std::collections::BTreeMap;

/// The page with the costs of the frontend.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance-frontend.md");

/// The rows of a table by their first cells, from the lines between `<!-- NAME -->` and `<!-- end -->`.
pub fn table(name: &str) -> BTreeMap<String, String> {
    let page = page();
    let (_, table, _) = parts(&page, name);
    let cells = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned());
        Some((cells.next()?, cells.next()?))
    };
    // Skips the heading and the line below it.
    table.lines().filter(|line| line.starts_with('|')).skip(2).filter_map(cells).collect()
}

/// Replaces the text between the marks of a table.
pub fn write(name: &str, text: &str) {
    let page = page();
    let (before, _, after) = parts(&page, name);
    std::fs::write(PAGE, format!("{before}\n\n{text}\n{after}")).unwrap();
}

fn page() -> String {
    std::fs::read_to_string(PAGE).unwrap_or_else(|error| panic!("{PAGE}: {error}"))
}

fn parts<'a>(page: &'a str, name: &str) -> (&'a str, &'a str, &'a str) {
    let mark = format!("<!-- {name} -->");
    let start = page.find(&mark).unwrap_or_else(|| panic!("{PAGE} has no {mark}")) + mark.len();
    let end =
        start + page[start..].find("<!-- end -->").unwrap_or_else(|| panic!("{PAGE}: {mark} has no end"));
    (&page[..start], &page[start..end], &page[end..])
}
