//! Addresses of git repositories, as `docker buildx build` takes them for a build context.
//!
//! `https://host/path.git#branch:folder` says what to take in a fragment, `https://host/path.git?branch=…&subdir=…` in
//! a query.

use buildkit_llb::GIT_QUERY_KEYS;

use super::values::boolean;

/// What to take of which repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GitRef {
    /// Where it is: `https://…`, `ssh://…`, `git://…` or `user@host:path`, without query and fragment.
    pub remote: String,
    /// A branch, tag or commit; the default branch if empty.
    pub reference: String,
    /// The folder that becomes the root; all if empty.
    pub subdir: String,
    /// The commit that `reference` must be, or how its id starts.
    pub checksum: String,
    /// Whether `.git` stays.
    pub keep_git_dir: bool,
    /// Whether submodules are left out.
    pub skip_submodules: bool,
    /// Which time files get, if it was said.
    pub mtime: Option<Mtime>,
    /// Whether the commit is fetched without asking for the branch.
    pub fetch_by_commit: bool,
}

/// Which time the files of a repository get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mtime {
    /// When they are checked out.
    Checkout,
    /// That of the commit.
    Commit,
}

impl Mtime {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::Commit => "commit",
        }
    }
}

impl GitRef {
    /// Reads an address; `None` when it is not that of a repository.
    pub fn read(text: &str) -> Option<Result<Self, String>> {
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (remote, query) = address.split_once('?').unwrap_or((address, ""));
        let remote = remote_of(remote)?;
        Some(Self { remote, ..Self::default() }.with_fragment(fragment).with_query(query))
    }

    /// `reference:folder`; both may be missing.
    fn with_fragment(mut self, fragment: &str) -> Self {
        let (reference, subdir) = fragment.split_once(':').unwrap_or((fragment, ""));
        reference.clone_into(&mut self.reference);
        subdir.clone_into(&mut self.subdir);
        self
    }

    fn with_query(mut self, query: &str) -> Result<Self, String> {
        let mut said: Vec<String> = Vec::new();
        let mut reference = None;
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            // Two keys are two names for one thing, and so is a key said twice.
            let about = match &*key {
                "checksum" | "commit" => "checksum",
                "ref" | "tag" | "branch" => "ref",
                key => key,
            };
            if said.iter().any(|known| known == about) {
                return Err(format!("`{about}` is given more than once"));
            }
            said.push(about.to_owned());
            let flag = |value: &str| if value.is_empty() { Ok(true) } else { boolean(value) };
            let read_flag = || flag(&value).map_err(|error| format!("{key} in the query: {error}"));
            match (&*key, &*value) {
                ("keep-git-dir", _) => self.keep_git_dir = read_flag()?,
                ("submodules", _) => self.skip_submodules = !read_flag()?,
                ("fetch-by-commit", _) => self.fetch_by_commit = read_flag()?,
                ("ref" | "tag" | "branch" | "subdir" | "checksum" | "commit" | "mtime", "") => {
                    return Err(format!("{key} in the query has no value"));
                }
                ("ref", value) => reference = Some(value.to_owned()),
                ("tag", value) => reference = Some(format!("refs/tags/{value}")),
                ("branch", value) => reference = Some(format!("refs/heads/{value}")),
                ("subdir", value) if self.subdir.is_empty() || self.subdir == value => {
                    value.clone_into(&mut self.subdir);
                }
                ("subdir", _) => return Err("query and fragment name different folders".to_owned()),
                ("checksum" | "commit", value) => self.checksum = commit(value)?,
                ("mtime", "checkout") => self.mtime = Some(Mtime::Checkout),
                ("mtime", "commit") => self.mtime = Some(Mtime::Commit),
                ("mtime", _) => return Err("mtime in the query: expected checkout or commit".to_owned()),
                (key, _) => {
                    return Err(format!(
                        "unknown `{key}` in the query; expected one of {}",
                        GIT_QUERY_KEYS.join(", ")
                    ));
                }
            }
        }
        if let Some(reference) = reference {
            if !self.reference.is_empty() && self.reference != reference {
                return Err("query and fragment name different branches or tags".to_owned());
            }
            self.reference = reference;
        }
        if self.reference.is_empty() {
            self.reference.clone_from(&self.checksum);
        }
        if self.subdir.split('/').any(|part| part == "..") {
            return Err("the folder is outside the repository".to_owned());
        }
        let printable =
            |text: &str| !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
        if !printable(&self.reference) || self.reference.starts_with('-') {
            return Err("not the name of a branch, tag or commit".to_owned());
        }
        Ok(self)
    }
}

fn commit(text: &str) -> Result<String, String> {
    let sound = (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if sound {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("expected a commit id, at least 7 digits of it".to_owned())
    }
}

/// The address without query and fragment, if it is that of a repository.
fn remote_of(address: &str) -> Option<String> {
    // Two hosts of old: GitHub's name alone stands for its address.
    if address.starts_with("github.com/") {
        return Some(format!("https://{address}"));
    }
    if let Some((scheme, rest)) = address.split_once("://") {
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let repository = match scheme {
            "ssh" | "git" => true,
            "http" | "https" => path.strip_suffix(".git").is_some(),
            _ => false,
        };
        return (repository && !host.is_empty()).then(|| address.to_owned());
    }
    let (user, rest) = address.split_once('@')?;
    let (host, path) = rest.split_once(':')?;
    let word = |text: &str, others: &[u8]| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
    };
    (word(user, b"-_") && word(host, b"-.") && !path.is_empty()).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> GitRef {
        GitRef::read(text).unwrap_or_else(|| panic!("{text} is no repository")).unwrap()
    }

    #[test]
    fn repositories_are_told_from_other_addresses() {
        for text in [
            "https://example.com/airflow.git",
            "http://example.com/a/b.git#main",
            "ssh://git@example.com/a",
            "git://example.com/a",
            "git@example.com:a/b",
            "github.com/apache/airflow",
        ] {
            assert!(GitRef::read(text).is_some(), "{text}");
        }
        for text in
            ["", ".", "./a.git", "https://example.com/a.tar.gz", "https://x/?a=b.git", "ftp://x/a.git", "a@b"]
        {
            assert!(GitRef::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn fragment_and_query_say_the_same() {
        let plain = |reference: &str, subdir: &str| GitRef {
            remote: "https://h/x.git".to_owned(),
            reference: reference.to_owned(),
            subdir: subdir.to_owned(),
            ..GitRef::default()
        };
        assert_eq!(read("https://h/x.git"), plain("", ""));
        assert_eq!(read("https://h/x.git#v1:dags"), plain("v1", "dags"));
        assert_eq!(read("https://h/x.git#:dags"), plain("", "dags"));
        assert_eq!(read("https://h/x.git?ref=v1&subdir=dags"), plain("v1", "dags"));
        assert_eq!(read("https://h/x.git?tag=v1"), plain("refs/tags/v1", ""));
        assert_eq!(read("https://h/x.git?branch=a%2Fb"), plain("refs/heads/a/b", ""));
        assert_eq!(read("https://h/x.git?ref=v1#v1"), plain("v1", ""));
        assert_eq!(read("git@h:x.git?branch=b").remote, "git@h:x.git");
    }

    #[test]
    fn every_key_of_the_query_is_read() {
        let read = read(
            "https://h/x.git?branch=b&commit=ABCDEF1&keep-git-dir&submodules=false&mtime=commit&fetch-by-commit=1",
        );
        let expect = GitRef {
            remote: "https://h/x.git".to_owned(),
            reference: "refs/heads/b".to_owned(),
            subdir: String::new(),
            checksum: "abcdef1".to_owned(),
            keep_git_dir: true,
            skip_submodules: true,
            mtime: Some(Mtime::Commit),
            fetch_by_commit: true,
        };
        assert_eq!(read, expect);
        assert_eq!(super::tests::read("https://h/x.git?checksum=abcdef1").reference, "abcdef1");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let check = |tail: &str, expected: &str| {
            let refused = GitRef::read(&format!("https://h/x.git{tail}")).unwrap().unwrap_err();
            assert!(refused.contains(expected), "{tail}: {refused}");
        };
        check("?depth=1", "unknown `depth`");
        check("?ref=a&ref=a", "`ref` is given more than once");
        check("?tag=a&branch=b", "`ref` is given more than once");
        check("?commit=abcdef1&checksum=abcdef1", "`checksum` is given more than once");
        check("?ref=", "ref in the query has no value");
        check("?ref=a#b", "different branches or tags");
        check("?subdir=a#:b", "different folders");
        check("?commit=xyz", "expected a commit id");
        check("?mtime=now", "expected checkout or commit");
        check("?submodules=maybe", "submodules in the query: expected true or false");
        check("#a:../b", "outside the repository");
        check("#--upload-pack=x", "not the name of a branch");
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_reader(text in ".*", tail in "[?#&=:a-z%./-]{0,40}") {
            let _ = GitRef::read(&text);
            let _ = GitRef::read(&format!("https://h/x.git{tail}"));
        }

        #[test]
        fn a_fragment_is_read_as_it_stands(reference in "[a-z0-9][a-z0-9/._]{0,20}", folder in "[a-z0-9/]{0,20}") {
            let git = read(&format!("ssh://git@h/x#{reference}:{folder}"));
            prop_assert_eq!((git.reference, git.subdir), (reference, folder));
        }
    }
}
