//! Files that depend on each other in a circle, found by reading their paths.
//!
//! File A depends on file B if A names an item of B, in a `use` line or in a path such as `crate::b::item()`. A name
//! counts where it is defined: `crate::config::Settings` leads to `config/settings.rs`, although `config/mod.rs`
//! re-exports it; the re-export itself makes `config/mod.rs` depend on `config/settings.rs`. Declaring `mod child;` is
//! no dependency. So a parent may use its children or be used by them, and not both. Code under `#[cfg(test)]` does not
//! count.
//!
//! `cargo modules dependencies --acyclic` finds the same, but is built on rust-analyzer, which CI would have to compile
//! for this one answer.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path from the root of the crate, without `crate`.
type ModulePath = Vec<String>;

/// The text of each file, by its path.
pub(super) type Files = BTreeMap<String, String>;

/// A shortest circle through each file that is in one: `a.rs → b.rs → a.rs`, with the names that each step is made of.
pub(super) fn circles(root: &str, files: &Files) -> Vec<String> {
    let edges = dependencies(root, files);
    let mut shown = BTreeSet::new();
    let mut found = Vec::new();
    for file in edges.keys() {
        if shown.contains(file) {
            continue;
        }
        let Some(circle) = shortest_circle(file, &edges) else { continue };
        let names = circle.windows(2).map(|step| {
            let names: Vec<&str> = edges[&step[0]][&step[1]].iter().map(String::as_str).collect();
            format!("\n    {} names {}", step[0], names.join(", "))
        });
        found.push(circle.join(" → ") + &names.collect::<String>());
        shown.extend(circle);
    }
    found
}

/// Which files each file depends on, and the names of theirs that it uses.
fn dependencies(root: &str, files: &Files) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let mut reading = Reading { files, modules: BTreeMap::new(), paths: Vec::new() };
    reading.file(root, &Vec::new());
    let mut edges: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (module, path) in &reading.paths {
        let Some(to) = reading.absolute(module, path).and_then(|path| reading.defined_in(&path)) else {
            continue;
        };
        let from = &reading.modules[module].file;
        if *from != to {
            let names = edges.entry(from.clone()).or_default().entry(to).or_default();
            names.insert(path.join("::"));
        }
    }
    edges
}

fn shortest_circle<T>(start: &str, edges: &BTreeMap<String, BTreeMap<String, T>>) -> Option<Vec<String>> {
    let mut waiting = VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(path) = waiting.pop_front() {
        for next in edges.get(path.last()?).into_iter().flat_map(BTreeMap::keys) {
            let longer = [path.clone(), vec![next.clone()]].concat();
            if next == start {
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                waiting.push_back(longer);
            }
        }
    }
    None
}

struct Module {
    file: String,
    /// What `use` lines bring in: the name here, and the path it stands for.
    imports: BTreeMap<String, Vec<String>>,
}

struct Reading<'a> {
    files: &'a Files,
    modules: BTreeMap<ModulePath, Module>,
    /// Every path that stands in a module, as it is written.
    paths: Vec<(ModulePath, Vec<String>)>,
}

impl Reading<'_> {
    fn file(&mut self, file: &str, module: &ModulePath) {
        let text = self.files.get(file).unwrap_or_else(|| panic!("{file}: no such file"));
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        self.modules.insert(module.clone(), Module { file: file.to_owned(), imports: BTreeMap::new() });
        self.tokens(tokens, module);
    }

    fn tokens(&mut self, tokens: TokenStream, module: &ModulePath) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut place = 0;
        while place < tokens.len() {
            place = if is_for_tests(&tokens[place]) {
                end_of_item(&tokens, place)
            } else if is_word(&tokens[place], "mod") && place + 2 < tokens.len() {
                self.declared(&tokens[place + 1], &tokens[place + 2], module);
                place + 3
            } else if is_word(&tokens[place], "use")
                && matches!(tokens.get(place + 1), Some(TokenTree::Ident(_)))
            {
                let end = end_of_item(&tokens, place);
                for (path, name) in use_tree(&tokens[place + 1..end - 1], &[]) {
                    let imports = &mut self.modules.get_mut(module).unwrap().imports;
                    // A name that stands for itself is a crate or a child, and leads nowhere else.
                    if path.first() != Some(&name) {
                        imports.insert(name, path.clone());
                    }
                    self.paths.push((module.clone(), path));
                }
                end
            } else if let TokenTree::Group(group) = &tokens[place] {
                self.tokens(group.stream(), module);
                place + 1
            } else {
                let path = path_at(&tokens[place..]);
                let length = path.len().max(1);
                if path.len() > 1 {
                    self.paths.push((module.clone(), path));
                }
                // Two colons stand between the words.
                place + 3 * length - 2
            };
        }
    }

    /// `mod name;` or `mod name { … }`.
    fn declared(&mut self, name: &TokenTree, what: &TokenTree, module: &ModulePath) {
        let file = self.modules[module].file.clone();
        let child = [module.clone(), vec![name.to_string()]].concat();
        if let TokenTree::Group(body) = what {
            self.modules.insert(child.clone(), Module { file, imports: BTreeMap::new() });
            self.tokens(body.stream(), &child);
            return;
        }
        let (folder, own) = file.rsplit_once('/').unwrap_or(("", &file));
        let folder = match own {
            "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
            own => format!("{folder}/{}", own.trim_end_matches(".rs")),
        };
        let candidates = [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")];
        let found = candidates.iter().find(|path| self.files.contains_key(*path));
        self.file(found.unwrap_or_else(|| panic!("{file}: no file for `mod {name}`")), &child);
    }

    /// A path as seen from the root; none if it leads out of the crate.
    fn absolute(&self, module: &ModulePath, path: &[String]) -> Option<ModulePath> {
        let (first, rest) = path.split_first()?;
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.clone(),
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            name => {
                let child = [module.clone(), vec![name.to_owned()]].concat();
                if self.modules.contains_key(&child) {
                    child
                } else {
                    self.absolute(module, self.modules[module].imports.get(name)?)?
                }
            }
        };
        for word in rest {
            if word == "super" {
                base.pop()?;
            } else if word != "self" {
                base.push(word.clone());
            }
        }
        Some(base)
    }

    /// The file that defines what a path from the root names; none if that is in another crate.
    fn defined_in(&self, path: &ModulePath) -> Option<String> {
        let depth = (0..=path.len()).rev().find(|depth| self.modules.contains_key(&path[..*depth]))?;
        let module = &self.modules[&path[..depth]];
        let import = path.get(depth).and_then(|name| module.imports.get(name));
        match import {
            None => Some(module.file.clone()),
            Some(import) => {
                let target = self.absolute(&path[..depth].to_vec(), import)?;
                self.defined_in(&[&target, &path[depth + 1..]].concat())
            }
        }
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// Whether this is what `#` of `#[cfg(test)]` stands before.
fn is_for_tests(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    let text = group.stream().to_string().replace(' ', "");
    group.delimiter() == Delimiter::Bracket && text.starts_with("cfg(") && text.contains("test")
}

/// The place after the next body or semicolon.
fn end_of_item(tokens: &[TokenTree], start: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    };
    // The braces of `use a::{b, c};` are followed by its semicolon.
    let is_use = is_word(&tokens[start], "use");
    let end = tokens[start..]
        .iter()
        .position(|token| ends(token) && !(is_use && matches!(token, TokenTree::Group(_))));
    end.map_or(tokens.len(), |end| start + end + 1)
}

/// The words of the path that starts here: `crate::a::b`; none if no path starts here.
fn path_at(tokens: &[TokenTree]) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = tokens;
    while let [TokenTree::Ident(word), after @ ..] = rest {
        words.push(word.to_string());
        rest = after_colons(after).unwrap_or(&[]);
    }
    words
}

fn after_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [TokenTree::Punct(one), TokenTree::Punct(other), rest @ ..]
            if one.as_char() == ':' && other.as_char() == ':' =>
        {
            Some(rest)
        }
        _ => None,
    }
}

/// Every path of a `use` line, with the name that it gets here.
fn use_tree(tokens: &[TokenTree], before: &[String]) -> Vec<(Vec<String>, String)> {
    let words = path_at(tokens);
    let path = [before, words.as_slice()].concat();
    // What follows the words: `::{…}`, `::*`, `as name`, or nothing.
    let rest = &tokens[(3 * words.len()).saturating_sub(2).min(tokens.len())..];
    let rest = after_colons(rest).unwrap_or(rest);
    match rest {
        [TokenTree::Group(group), ..] => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == ',');
            let branches = inner.split(is_comma).filter(|branch| !branch.is_empty());
            branches.flat_map(|branch| use_tree(branch, &path)).collect()
        }
        [TokenTree::Ident(_), name, ..] => vec![(path, name.to_string())],
        _ => {
            let named: Vec<&String> = path.iter().filter(|word| *word != "self").collect();
            let name = if rest.is_empty() { named.last().map(|it| (*it).clone()) } else { None };
            vec![(path.clone(), name.unwrap_or_else(|| "*".to_owned()))]
        }
    }
}

mod tests {
    use super::circles;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        circles(
            "src/lib.rs",
            &files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        )
    }

    #[test]
    fn a_circle_is_printed_with_the_names_that_make_it() {
        let files = [
            ("src/lib.rs", "mod a;\npub mod b;"),
            ("src/a.rs", "use crate::b::{c::C, self};"),
            ("src/b/mod.rs", "pub mod c;"),
            ("src/b/c.rs", "pub struct C;\nfn f() { json!([super::super::a::g()]); }"),
        ];
        let expected = "src/a.rs → src/b/c.rs → src/a.rs\n    \
            src/a.rs names crate::b::c::C\n    src/b/c.rs names super::super::a::g";
        assert_eq!(found(&files), [expected]);
    }

    #[test]
    fn a_parent_uses_its_child_or_is_used_by_it() {
        let child = ("src/a.rs", "use super::Shared;");
        assert!(found(&[("src/lib.rs", "mod a;\nstruct Shared;"), child]).is_empty());
        let expected = "src/a.rs → src/lib.rs → src/a.rs\n    \
            src/a.rs names super::Shared\n    src/lib.rs names self::a::A";
        assert_eq!(
            found(&[("src/lib.rs", "mod a;\npub use self::a::A;\nstruct Shared;"), child]),
            [expected]
        );
    }

    #[test]
    fn a_name_counts_where_it_is_defined() {
        let root = ("src/lib.rs", "mod a;\nmod b;\npub use b::B as Shown;");
        assert!(found(&[root, ("src/a.rs", "use crate::Shown;"), ("src/b.rs", "pub struct B;")]).is_empty());
        let back = ("src/b.rs", "pub struct B;\nuse crate::a;\nfn f() { a::f() }");
        assert_eq!(found(&[root, ("src/a.rs", "use crate::Shown;"), back]).len(), 1);
    }

    #[test]
    fn tests_and_comments_do_not_count() {
        let tested = "/// See crate::b::B.\n#[cfg(test)]\nmod tests { use crate::b::B; }\nconst A: &str = \"crate::b\";";
        let files =
            [("src/lib.rs", "mod a;\nmod b;"), ("src/a.rs", tested), ("src/b.rs", "use crate::a::A;")];
        assert!(found(&files).is_empty());
    }
}
