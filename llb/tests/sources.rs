//! Sources: identifiers, attributes and caps.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use buildkit_llb::{
    Differ, Git, GitSignature, Graph, Http, Image, Local, Metadata, OciLayout, Op, Output, Platform,
    ResolveMode,
};
use buildkit_proto::pb;

/// What the graph holds for a source, in lines: the identifier, then attributes, then caps.
fn check(source: impl Op<Outputs = Output>, expect: &str) {
    let mut graph = Graph::new(Platform::default());
    let output = graph.add(source, Metadata::default());
    let definition = graph.definition(output).unwrap().pb;
    let op: pb::Op = prost::Message::decode(&*definition.def[0]).unwrap();
    let Some(pb::op::Op::Source(source)) = op.op else { panic!("not a source: {op:?}") };
    let attrs = source.attrs.iter().map(|(key, value)| format!("{key}={}", value.replace('\n', "\\n")));
    let caps = definition.metadata[graph.digest(output)].caps.keys().map(|cap| format!("+ {cap}"));
    let lines: Vec<_> = std::iter::once(source.identifier.clone()).chain(attrs).chain(caps).collect();
    let expect: Vec<_> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, expect);
}

fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

#[test]
fn an_image_asks_for_nothing_it_does_not_need() {
    check(
        Image::new("docker.io/library/python:3.11"),
        "docker-image://docker.io/library/python:3.11
        + source.image",
    );
    check(
        Image { reference: "a".to_owned(), resolve_mode: ResolveMode::Local, ..Image::default() },
        "docker-image://a
        image.resolvemode=local
        + source.image",
    );
    check(
        Image {
            reference: "a".to_owned(),
            resolve_mode: ResolveMode::Pull,
            record_type: "internal".to_owned(),
            layer_limit: Some(0),
            checksum: "sha256:1".to_owned(),
            platform: None,
        },
        "docker-image://a
        image.checksum=sha256:1
        image.layerlimit=0
        image.recordtype=internal
        image.resolvemode=pull
        + source.image
        + source.image.checksum
        + source.image.layerlimit
        + source.image.resolvemode",
    );
}

#[test]
fn a_layout_names_its_holder() {
    check(
        OciLayout {
            reference: "a@sha256:1".to_owned(),
            session: "s".to_owned(),
            store: "t".to_owned(),
            layer_limit: Some(2),
            platform: None,
        },
        "oci-layout://a@sha256:1
        oci.layerlimit=2
        oci.session=s
        oci.store=t
        + source.ocilayout",
    );
}

#[test]
fn a_folder_says_what_is_sent() {
    check(
        Local {
            name: "context".to_owned(),
            session: "s".to_owned(),
            unique: "u".to_owned(),
            include: words(["a", "b \"c\""]),
            exclude: words(["*", "!d"]),
            follow: words(["e"]),
            shared_key_hint: "h".to_owned(),
            differ: Some(Differ::None),
            differ_required: false,
            metadata_only_except: Some(words(["f"])),
        },
        r#"local://context
        local.differ=none
        local.excludepatterns=["*","!d"]
        local.followpaths=["e"]
        local.includepattern=["a","b \"c\""]
        local.metadatatransfer=true
        local.metadatatransferexclude=["f"]
        local.session=s
        local.sharedkeyhint=h
        local.unique=u
        + source.local
        + source.local.excludepatterns
        + source.local.followpaths
        + source.local.includepatterns
        + source.local.metadatatransfer
        + source.local.sessionid
        + source.local.sharedkeyhint
        + source.local.unique"#,
    );
    check(
        Local { metadata_only_except: Some(Vec::new()), ..Local::new("context") },
        "local://context
        local.metadatatransfer=true
        + source.local
        + source.local.metadatatransfer",
    );
}

#[test]
fn a_download_says_what_it_becomes() {
    check(
        Http {
            url: "https://example.com/a".to_owned(),
            checksum: "sha256:1".to_owned(),
            filename: "b".to_owned(),
            mode: 0o755,
            uid: 50000,
            gid: 0,
            auth_header_secret: "HTTP_AUTH".to_owned(),
            accept: "text/plain".to_owned(),
            user_agent: "airflow".to_owned(),
            pgp_key: "key".to_owned(),
            pgp_signature: "sig".to_owned(),
        },
        "https://example.com/a
        http.authheadersecret=HTTP_AUTH
        http.checksum=sha256:1
        http.filename=b
        http.header.accept=text/plain
        http.header.user-agent=airflow
        http.perm=0755
        http.sig.pubkey=key
        http.sig.signature=sig
        http.uid=50000
        + soruce.http.uidgid
        + source.http
        + source.http.auth
        + source.http.checksum
        + source.http.header
        + source.http.perm
        + source.http.signatureverify",
    );
    check(
        Http { ..Http::new("http://example.com/") },
        "http://example.com/
        + source.http",
    );
}

#[test]
fn a_repository_has_one_identifier_whichever_way_it_is_reached() {
    let git = |url: &str| Git::new(url, "v1");
    let id = "git://example.com/org/repo.git#v1";
    for url in [
        "https://example.com/org/repo.git",
        "https://me@example.com/org//repo.git",
        "example.com/org/repo.git",
        "ssh://git@example.com/org/repo.git",
        "git@example.com:org/repo.git",
    ] {
        assert_eq!(git(url).source().identifier, id, "{url}");
    }
    assert_eq!(git("git@example.com:org/repo.git").source().attrs["git.mountsshsock"], "default");
    assert_eq!(
        git("example.com/org/repo.git").source().attrs["git.fullurl"],
        "https://example.com/org/repo.git"
    );
    assert_eq!(
        Git { revision: String::new(), ..git("example.com/a") }.source().identifier,
        "git://example.com/a"
    );
}

#[test]
fn a_folder_of_a_repository_has_no_detours() {
    for (revision, subdir, fragment) in [
        ("", "b/c", "#:b/c"),
        ("", "/b/c/", "#:/b/c/"),
        ("v1", "/b/../c/", "#v1:c"),
        ("v1", "./c", "#v1:c"),
        ("v1", "../..", "#v1"),
        ("v1:b", "", "#v1:b"),
        ("v1:/b//./c/", "", "#v1:b/c"),
        (":/", "", ""),
        ("v1:b", "c", "#v1:c"),
    ] {
        let git = Git {
            url: "example.com/a".to_owned(),
            revision: revision.to_owned(),
            subdir: subdir.to_owned(),
            ..Git::default()
        };
        let identifier = format!("git://example.com/a{fragment}");
        assert_eq!(git.source().identifier, identifier, "{revision} {subdir}");
    }
}

#[test]
fn an_address_that_cannot_be_read_goes_to_the_daemon_as_it_is() {
    let git = Git::new("https://a b/c", "v1");
    let source = git.source();
    assert_eq!(source.identifier, "git://https://a b/c");
    assert_eq!(source.attrs["git.fullurl"], "https://a b/c");
}

#[test]
fn secrets_of_a_repository_are_insisted_on_only_where_they_are_named() {
    let (usual, other, none) = (None, Some("OTHER"), Some(""));
    for (token, header, insists) in [
        (usual, usual, false),
        (other, usual, true),
        (usual, other, true),
        (Some("GIT_AUTH_TOKEN"), usual, true),
        (none, usual, true),
        (none, other, true),
        (none, none, false),
    ] {
        let git = Git {
            url: "example.com/a".to_owned(),
            auth_token_secret: token.map(str::to_owned),
            auth_header_secret: header.map(str::to_owned),
            ..Git::default()
        };
        let mut graph = Graph::new(Platform::default());
        let git = graph.add(git, Metadata::default());
        let metadata = &graph.definition(git).unwrap().pb.metadata[graph.digest(git)];
        assert_eq!(metadata.caps.contains_key("source.git.httpauth"), insists, "{token:?} {header:?}");
    }
}

#[test]
fn lists_escape_what_gos_json_escapes() {
    let exclude = ["R&D", "<x>", "\u{2028}\u{2029}", "\"\\/", "\n\t\u{8}\u{c}\u{1f}\u{7f}", "ü"];
    let local = Local { exclude: exclude.map(str::to_owned).to_vec(), ..Local::default() };
    let expected = r#"["R\u0026D","\u003cx\u003e","\u2028\u2029","\"\\/","\n\t\b\f\u001f"#.to_owned();
    assert_eq!(local.source().attrs["local.excludepatterns"], expected + "\u{7f}\",\"ü\"]");
}

#[test]
fn a_repository_says_how_it_is_fetched() {
    check(
        Git::new("https://example.com/a", ""),
        "git://example.com/a
        git.authheadersecret=GIT_AUTH_HEADER
        git.authtokensecret=GIT_AUTH_TOKEN
        git.fullurl=https://example.com/a
        + source.git
        + source.git.fullurl",
    );
    check(
        Git {
            url: "ssh://git@example.com/a".to_owned(),
            revision: "main".to_owned(),
            subdir: "b".to_owned(),
            keep_git_dir: true,
            auth_token_secret: Some("T".to_owned()),
            auth_header_secret: Some(String::new()),
            known_ssh_hosts: "example.com key\nother key".to_owned(),
            ssh_agent: "mine".to_owned(),
            checksum: "c".to_owned(),
            skip_submodules: true,
            mtime: "commit".to_owned(),
            fetch_by_commit: true,
            bundle: "oci-layout+blob://x".to_owned(),
            bundle_session: "SESSION".to_owned(),
            bundle_store: "layout".to_owned(),
            checkout_bundle: true,
            signature: Some(GitSignature {
                public_key: "k".to_owned(),
                reject_expired: true,
                require_signed_tag: true,
                ignore_signed_tag: false,
            }),
        },
        "git://example.com/a#main:b
        git.authtokensecret=T
        git.bundle=oci-layout+blob://x
        git.checkoutbundle=true
        git.checksum=c
        git.fetchbycommit=true
        git.fullurl=ssh://git@example.com/a
        git.keepgitdir=true
        git.knownsshhosts=example.com key\\nother key\\n
        git.mountsshsock=mine
        git.mtime=commit
        git.sig.pubkey=k
        git.sig.rejectexpired=true
        git.sig.requiresignedtag=true
        git.skipsubmodules=true
        oci.session=SESSION
        oci.store=layout
        + source.git
        + source.git.bundle
        + source.git.checkoutbundle
        + source.git.checksum
        + source.git.fetchbycommit
        + source.git.fullurl
        + source.git.httpauth
        + source.git.keepgitdir
        + source.git.knownsshhosts
        + source.git.mountsshsock
        + source.git.mtime
        + source.git.signatureverify
        + source.git.skipsubmodules",
    );
}
