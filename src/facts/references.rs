//! What the files of the context folder refer to: other files in it, and repositories that need SSH.
//!
//! Lines of requirements files are split as pip does it. Only the parts that can name a file are parsed.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::install::Method;
use crate::config::named_files::{self, NamedFile};
use crate::config::pip::{self, InUv};
use crate::config::requirement::location::{self, Location};
use crate::config::requirement::options::{Opt, Word};
use crate::config::{Config, Constraints};
use crate::paths::{CONTEXT_MOUNT, PIP_CONF};

/// The files that were read, by their paths in the context folder, with what each refers to.
pub type References = BTreeMap<String, Text>;

/// What a file refers to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// Files and folders, by their paths in the context folder; the folder itself is the empty path.
    pub files: BTreeSet<String>,
    /// Those of `files` that are requirements files.
    pub lists: BTreeSet<String>,
    /// Paths that leave the folder with `..`, as written in the file.
    pub outside: BTreeSet<String>,
    /// Folders that are installed as editable, as written in the file.
    pub editable: BTreeSet<String>,
    /// Whether it contains a `git+ssh://` URL.
    pub uses_ssh: bool,
    /// The package indexes that it names, in order.
    pub places: Vec<String>,
    /// The first setting in it that uv has no equivalent of.
    pub by_pip: Option<String>,
}

/// The requirements file that is installed if it is in the folder.
pub const REQUIREMENTS: &str = "requirements.txt";

/// The start of a repository URL that needs SSH.
const BY_SSH: &str = "git+ssh://";

/// A name that pip does not read but that is often used for its settings file.
pub const PIPRC: &str = ".piprc";

/// The settings files of the folder.
pub const SETTINGS: [&str; 2] = [PIP_CONF, PIPRC];

/// Reads files one after the other, because each can name more files.
#[derive(Debug, Default)]
pub struct Reading {
    waiting: Vec<String>,
    /// What the files read so far refer to.
    pub references: References,
    /// The text of `pip.conf`.
    pub pip_conf: Option<String>,
}

impl Reading {
    /// Starts with the files that a build reads by default, and those that build args name.
    pub fn of(config: &Config, files: &BTreeSet<String>) -> Self {
        let own = SETTINGS.into_iter().chain([REQUIREMENTS]).filter(|name| files.contains(*name));
        let lists = config.named_files().into_iter().filter(|(_, named)| named.is_list);
        let waiting = own.map(str::to_owned).chain(lists.map(|(_, named)| named.path)).collect();
        Self { waiting, references: References::new(), pip_conf: None }
    }

    /// The next file to read.
    pub fn next_file(&mut self) -> Option<String> {
        let references = &self.references;
        self.waiting.retain(|path| !references.contains_key(path));
        self.waiting.pop()
    }

    /// Adds the content of a file.
    pub fn take(&mut self, path: String, content: &[u8]) {
        if path == PIP_CONF {
            self.pip_conf = Some(decoded(content));
        }
        let text =
            if SETTINGS.contains(&path.as_str()) { of_settings(content) } else { of_list(&path, content) };
        self.waiting.extend(text.lists.iter().cloned());
        self.references.insert(path, text);
    }
}

/// The references of a pip settings file: every word that is a path in the folder.
fn of_settings(content: &[u8]) -> Text {
    let mut text = Text::default();
    for word in decoded(content).split(|letter: char| letter.is_whitespace() || letter == '=') {
        let word = word.trim_matches(['"', '\'']);
        let is_whole = word.starts_with(CONTEXT_MOUNT) || word.starts_with("file:");
        if let Location::Inside(path) = location::of(word, "")
            && is_whole
        {
            text.files.insert(path);
        }
    }
    text
}

/// The references of a requirements file. Relative paths in options start at its own folder; those of archives start at the
/// context folder, which is the installer's working directory.
fn of_list(path: &str, content: &[u8]) -> Text {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut text = Text::default();
    for line in lines(&decoded(content)) {
        text.uses_ssh |= line.contains(BY_SSH);
        read_options(&line, &mut text);
        for (value, option) in values(&line) {
            let list = option.is_some_and(|option| option.names_list());
            let base = if option.is_some_and(|option| !option.is_editable()) { folder } else { "" };
            let place = match option {
                Some(option) => location::of_word(&Word::Option(Opt { value: Some(&value), ..option }), base),
                None => location::of_requirement(&value, base),
            };
            match place {
                Some(Location::Inside(path)) => {
                    if option.is_some_and(|option| option.is_editable()) {
                        text.editable.insert(value);
                    }
                    if list {
                        text.lists.insert(path.clone());
                    }
                    text.files.insert(path);
                }
                Some(Location::Outside) => {
                    text.outside.insert(value);
                }
                // The path is unknown, so the whole folder is provided.
                Some(Location::Variable) => {
                    text.files.insert(String::new());
                }
                Some(Location::Elsewhere) | None => {}
            }
        }
    }
    text
}

/// Collects indexes and unsupported settings from a line of options.
fn read_options(line: &str, text: &mut Text) {
    if !line.starts_with('-') {
        return;
    }
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    for flag in pip::flags(&words) {
        let value = flag.value();
        let name = pip::setting(&flag.name).map_or("", |row| row.name);
        if ["index-url", "extra-index-url", "find-links"].contains(&name) {
            text.places.push(value.clone());
        }
        let is_repository = name == "editable" && value.contains("://");
        if flag.in_uv() == InUv::Pip || is_repository {
            let what = if is_repository { format!("{} {value}", flag.name) } else { flag.name };
            text.by_pip.get_or_insert(what);
        }
    }
}

/// The requirement of a line, and the values of its options.
fn values(line: &str) -> Vec<(String, Option<Opt<'_>>)> {
    let line = line.trim();
    // As in pip, a requirement ends before the first word that starts with a hyphen.
    let options = if line.starts_with('-') { Some(0) } else { line.find(" -").map(|at| at + 1) };
    let (requirement, options) = line.split_at(options.unwrap_or(line.len()));
    let requirement = requirement.trim().trim_matches(['"', '\'']);
    let mut values: Vec<(String, Option<Opt<'_>>)> = Vec::new();
    if !requirement.is_empty() {
        values.push((requirement.to_owned(), None));
    }
    let mut rest = options;
    while let Some(word) = rest.split_whitespace().next() {
        let option = Opt::of(word);
        rest = rest.trim_start();
        rest = match option.value {
            Some(value) => &rest[word.len() - value.len()..],
            None => &rest[word.len()..],
        };
        if option.value.is_none() && !option.takes_next() {
            continue;
        }
        let (value, behind) = crate::config::requirement::shell_word(rest.trim_start());
        values.push((value, Some(option)));
        rest = &rest.trim_start()[behind..];
    }
    values
}

/// The lines without comments, joined at line continuations.
fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open = String::new();
    for line in text.lines() {
        let is_comment = line.trim_start().starts_with('#');
        if let Some(start) = line.strip_suffix('\\').filter(|_| !is_comment) {
            open.push_str(start);
            continue;
        }
        // A comment line ends a continuation; the blank separates it.
        open.push_str(if is_comment { " " } else { "" });
        open.push_str(line);
        lines.push(std::mem::take(&mut open));
    }
    lines.push(open);
    let without_comment = |line: String| {
        let comment = line.match_indices('#').map(|(at, _)| at);
        let starts = |at: &usize| *at == 0 || line[..*at].ends_with(char::is_whitespace);
        let end = comment.into_iter().find(starts).unwrap_or(line.len());
        line[..end].trim().to_owned()
    };
    lines.into_iter().map(without_comment).filter(|line| !line.is_empty()).collect()
}

/// Decodes a text according to its byte order mark; the default is UTF-8.
fn decoded(content: &[u8]) -> String {
    let units = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let pairs = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        String::from_utf16_lossy(&pairs.collect::<Vec<_>>())
    };
    let letters = |bytes: &[u8], read: fn([u8; 4]) -> u32| {
        let all = bytes.chunks_exact(4).map(|four| read([four[0], four[1], four[2], four[3]]));
        all.map(|letter| char::from_u32(letter).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match content {
        [0xff, 0xfe, 0, 0, rest @ ..] => letters(rest, u32::from_le_bytes),
        [0, 0, 0xfe, 0xff, rest @ ..] => letters(rest, u32::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => String::from_utf8_lossy(rest).into_owned(),
    }
}

/// These paths with everything that they refer to, directly or indirectly. Paths inside another path of the result are left
/// out.
pub fn with_named(paths: impl IntoIterator<Item = String>, references: &References) -> Vec<String> {
    let mut waiting: Vec<String> = paths.into_iter().collect();
    let mut all = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if let Some(text) = references.get(&path) {
            waiting.extend(text.files.iter().filter(|named| !all.contains(*named)).cloned());
        } else if path == REQUIREMENTS {
            // The file was not read, so the whole folder is provided.
            waiting.push(String::new());
        }
        all.insert(path);
    }
    let inside = |path: &String| {
        let is_above = |other: &&String| {
            *other != path
                && (other.is_empty()
                    || path.strip_prefix(other.as_str()).is_some_and(|it| it.starts_with('/')))
        };
        all.iter().any(|other| is_above(&other))
    };
    all.iter().filter(|path| !inside(path)).cloned().collect()
}

/// The files of the context folder that steps use, except archives installed from it; the folder itself is the empty path.
pub fn used(config: &Config, files: &BTreeSet<String>, references: &References) -> Vec<String> {
    let own =
        SETTINGS.into_iter().chain([REQUIREMENTS]).filter(|name| files.contains(*name)).map(str::to_owned);
    let constraints = match &config.constraints {
        Constraints::ContextFile(path) => Some(path.clone()),
        Constraints::Published { .. } | Constraints::Url(_) => None,
    };
    let named = config.named_files().into_iter().map(|(_, named)| named.path);
    with_named(own.chain(constraints).chain(named), references)
}

/// The path of the whole context folder.
pub(crate) fn whole() -> Vec<String> {
    vec![String::new()]
}

/// Whether any package comes from a repository that needs SSH.
pub(crate) fn use_ssh(config: &Config, references: &References) -> bool {
    let method = match &config.install.method {
        Method::Url(url) => Some(url),
        Method::Index | Method::Sources { .. } => None,
    };
    let upgrade = config.install.upgrade.iter().flat_map(|upgrade| &upgrade.requirements);
    let tools = [&config.pip, &config.uv].into_iter().flatten().map(|tool| &tool.requirement);
    let mut words = config.python_deps.iter().chain(upgrade).chain(tools).chain(method);
    words.any(|word| word.contains(BY_SSH)) || references.values().any(|text| text.uses_ssh)
}

/// The paths in the context folder that arguments name.
pub(crate) fn named_paths(args: &[String]) -> impl Iterator<Item = String> {
    named_files::in_args(args).into_iter().map(|NamedFile { path, .. }| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(content: impl AsRef<[u8]>) -> Vec<String> {
        of_list("requirements.txt", content.as_ref()).files.into_iter().collect()
    }

    #[test]
    fn packages_and_urls_are_not_references() {
        for plain in [
            "",
            "a==1 # see b.txt",
            "# -r x\n--index-url https://h/s\n a>1 \\\n    --hash=sha256:0",
            "-i https://h\n--no-binary :all:\n--trusted-host h:80",
            "a @ https://h/a.whl\ngit+https://h/x.git\n-e git+https://h/x.git#egg=x",
            "-f /opt/wheels\n-c https://h/c.txt",
            "a; python_version > \"3\"",
        ] {
            assert_eq!(files(plain), [""; 0], "{plain}");
        }
    }

    #[test]
    fn every_line_may_name_a_file() {
        let check = |text: &str, expected: &[&str]| assert_eq!(files(text), expected, "{text}");
        check("-r x.txt", &["x.txt"]);
        check("-rx.txt", &["x.txt"]);
        check("--requirement=x.txt", &["x.txt"]);
        check("--requirement   sub/x.txt", &["sub/x.txt"]);
        check("a\r\n--constraint=c # the ones of May\r\n", &["c"]);
        check("-c \"my constraints.txt\"", &["my constraints.txt"]);
        check("--find-links='my wheels'", &["my wheels"]);
        check("--find-links \\\n  wheels", &["wheels"]);
        check("-f .", &[""]);
        check("--pre --find-links=/docker-context-files/wheels a", &["wheels"]);
        check(
            "./a-1.tar.gz\nwheels/b-1-py3-none-any.whl --hash=sha256:0",
            &["a-1.tar.gz", "wheels/b-1-py3-none-any.whl"],
        );
        check("a @ file:///docker-context-files/a%201.whl", &["a 1.whl"]);
        check("a[b] @ file:///docker-context-files/a.whl ; os_name == 'posix'", &["a.whl"]);
        check("${WHEELS}/a.whl", &[""]);
        check("--extra-index-url https://${TOKEN}@h/s", &[]);
        check("# -r no.txt\n-r yes.txt", &["yes.txt"]);
    }

    #[test]
    fn paths_start_from_where_pip_starts_them() {
        let text = of_list("sub/base.txt", b"-r more.txt\n-c ../c.txt\n./a.whl\n-r ../../x.txt\n-e ./b\n");
        let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(text.files, all(&["a.whl", "b", "c.txt", "sub/more.txt"]));
        assert_eq!(text.lists, all(&["c.txt", "sub/more.txt"]));
        assert_eq!(text.outside, all(&["../../x.txt"]));
        assert_eq!(text.editable, all(&["./b"]));
    }

    #[test]
    fn files_are_decoded_by_their_byte_order_mark() {
        let text = "a\r\n-r x.txt\r\n";
        let utf16 = |start: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
            start.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        let utf32 = |start: [u8; 4], bytes: fn(u32) -> [u8; 4]| {
            start.into_iter().chain(text.chars().flat_map(|it| bytes(u32::from(it)))).collect::<Vec<u8>>()
        };
        for content in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf16([0xff, 0xfe], u16::to_le_bytes),
            utf16([0xfe, 0xff], u16::to_be_bytes),
            utf32([0xff, 0xfe, 0, 0], u32::to_le_bytes),
            utf32([0, 0, 0xfe, 0xff], u32::to_be_bytes),
        ] {
            assert_eq!(files(&content), ["x.txt"], "{content:?}");
        }
    }

    #[test]
    fn settings_refer_to_files_by_absolute_paths() {
        let text = b"[global]\ncert=/docker-context-files/ca.pem\nfind-links =\n    /docker-context-files/a\n    file:///docker-context-files/b\nindex-url = https://h/docker-context-files/\n";
        assert_eq!(of_settings(text).files.into_iter().collect::<Vec<_>>(), ["a", "b", "ca.pem"]);
    }

    #[test]
    fn indirect_references_are_included() {
        let mut reading = Reading::default();
        reading.take("a.txt".to_owned(), b"-r b.txt\n");
        assert_eq!(reading.next_file().as_deref(), Some("b.txt"));
        reading.take("b.txt".to_owned(), b"-r a.txt\n-f wheels\nwheels/x.whl\n");
        assert_eq!(reading.next_file(), None);
        let all = |paths: &[&str]| with_named(paths.iter().map(|it| (*it).to_owned()), &reading.references);
        assert_eq!(all(&["a.txt"]), ["a.txt", "b.txt", "wheels"]);
        assert_eq!(all(&["a.txt", ""]), [""]);
        assert_eq!(all(&["requirements.txt"]), [""]);
        assert_eq!(all(&[]), [""; 0]);
    }
}
