//! Where files come from.

use buildkit_llb::{
    Differ, Git, Graph, Http, Image, Local, Merge, Metadata, OciLayout, Output, Platform, ResolveMode,
    definition,
};

use crate::{Build, strings};

pub(crate) const GRAPHS: &[(&str, Build)] = &[
    ("git-https-all", |g| {
        let git = Git {
            url: "https://github.com/org/repo.git".to_owned(),
            revision: "refs/tags/v1.2".to_owned(),
            subdir: "a/b".to_owned(),
            keep_git_dir: true,
            auth_token_secret: Some("TOK".to_owned()),
            auth_header_secret: Some("HDR".to_owned()),
            checksum: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            skip_submodules: true,
            mtime: "commit".to_owned(),
            fetch_by_commit: true,
            ..Git::default()
        };
        git_source(g, git)
    }),
    ("git-ssh-scp", |g| {
        let git = Git {
            revision: "main".to_owned(),
            subdir: "sub".to_owned(),
            known_ssh_hosts: "github.com ssh-ed25519 AAAA\ngithub.com ssh-rsa BBBB".to_owned(),
            ssh_agent: "agent".to_owned(),
            ..at("git@github.com:org/repo.git", "")
        };
        git_source(g, git)
    }),
    ("git-url-fragment", |g| git_source(g, at("https://example.com/a.git?ref=v2#main:sub", ""))),
    ("git-url-upper", |g| git_source(g, at("HTTPS://Example.COM/A.git", "v1"))),
    ("git-url-encoded", |g| git_source(g, at("https://example.com/a%20b/c.git", "v1"))),
    ("git-subdir-slash", |g| {
        git_source(g, Git { subdir: "/a/b/".to_owned(), ..at("https://example.com/a.git", "v1") })
    }),
    ("git-subdir-dots", |g| git_source(g, at("https://example.com/a.git", "v1:/a/../b/./c/"))),
    ("git-noauth", |g| {
        let git = Git {
            auth_token_secret: Some(String::new()),
            auth_header_secret: Some(String::new()),
            ..at("https://example.com/a.git", "v1")
        };
        git_source(g, git)
    }),
    ("git-auth-usual-named", |g| {
        let token = Some("GIT_AUTH_TOKEN".to_owned());
        git_source(g, Git { auth_token_secret: token, ..at("https://example.com/a.git", "v1") })
    }),
    ("http-all", |g| {
        let http = Http {
            checksum: definition::digest(b"x"),
            filename: "ä b.tgz".to_owned(),
            mode: 0o4755,
            uid: 1000,
            gid: 1001,
            auth_header_secret: "HTTP_AUTH".to_owned(),
            accept: "application/json".to_owned(),
            user_agent: "ua/1.0".to_owned(),
            ..Http::new("https://example.com/dir/a.tar.gz?x=1&y=ü")
        };
        Some(g.add(http, Metadata::default()))
    }),
    ("http-setuid-only", |g| {
        let http = Http { mode: 0o4000, ..Http::new("http://example.com/a") };
        Some(g.add(http, Metadata::default()))
    }),
    ("oci-layout", |g| {
        let bottom = OciLayout {
            reference: format!("example.com/x@{}", definition::digest(b"x")),
            session: "SESS".to_owned(),
            store: "store".to_owned(),
            layer_limit: Some(0),
            ..OciLayout::default()
        };
        let arm = Platform { variant: "v8".to_owned(), ..platform("arm64") };
        let top = OciLayout {
            reference: format!("example.com/y@{}", definition::digest(b"y")),
            platform: Some(arm),
            ..OciLayout::default()
        };
        let trees = [Some(g.add(bottom, Metadata::default())), Some(g.add(top, "layout y"))];
        g.add(Merge::new(trees), Metadata::default())
    }),
    ("local-all", |g| {
        let local = Local {
            session: "SESSION".to_owned(),
            include: strings(["a", "b/**", "quote\"d", "back\\slash"]),
            exclude: strings(["**/*.md", "!keep.md"]),
            follow: strings(["x", "ÿ/ü"]),
            shared_key_hint: "hint".to_owned(),
            differ: Some(Differ::None),
            metadata_only_except: Some(strings(["*.txt"])),
            ..Local::new("context")
        };
        Some(g.add(local, Metadata::default()))
    }),
    ("local-escape-html", |g| {
        let local =
            Local { session: "SESSION".to_owned(), exclude: strings(["R&D/<x>"]), ..Local::new("context") };
        Some(g.add(local, Metadata::default()))
    }),
    ("local-differ-required", |g| {
        let local = Local {
            session: "SESSION".to_owned(),
            differ: Some(Differ::Metadata),
            differ_required: true,
            ..Local::new("ctx")
        };
        Some(g.add(local, Metadata::default()))
    }),
    ("image-all", |g| {
        let image = Image {
            reference: "docker.io/library/busybox:1.36@\
                sha256:b29814cf5792e684cd75d6a7fce7a67a11887e312f87ca2ac2496d81f365ff72"
                .to_owned(),
            resolve_mode: ResolveMode::Pull,
            record_type: "internal".to_owned(),
            layer_limit: Some(3),
            checksum: "sha256:2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6".to_owned(),
            platform: Some(Platform { variant: "v7".to_owned(), ..platform("arm") }),
        };
        Some(g.add(image, Metadata::default()))
    }),
];

fn at(url: &str, revision: &str) -> Git {
    Git::new(url, revision)
}

fn git_source(graph: &mut Graph, git: Git) -> Option<Output> {
    Some(graph.add(git, Metadata::default()))
}

fn platform(architecture: &str) -> Platform {
    Platform { os: "linux".to_owned(), architecture: architecture.to_owned(), ..Platform::default() }
}
