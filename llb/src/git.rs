//! Repositories.

use buildkit_proto::pb;

use crate::caps;
use crate::graph::Lowered;
use crate::source::{flag, lowered, needed, source};

/// A revision of a repository.
#[expect(clippy::struct_excessive_bools, reason = "these are BuildKit's options, each on its own")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Git {
    /// `https://host/path`, `ssh://…` or `user@host:path`; without a scheme it is taken to be `https`.
    pub url: String,
    /// A branch, tag or commit; the default branch if empty.
    pub revision: String,
    /// The folder that becomes the root of the tree.
    pub subdir: String,
    /// Leaves `.git` in the tree.
    pub keep_git_dir: bool,
    /// The secret that holds a token; looked up, not required.
    pub auth_token_secret: String,
    /// The secret that holds an `Authorization` header; looked up, not required.
    pub auth_header_secret: String,
    /// Lines of a `known_hosts` file, for SSH.
    pub known_ssh_hosts: String,
    /// The client's SSH agent, for SSH; `default` if empty.
    pub ssh_agent: String,
    /// The commit that `revision` must be.
    pub checksum: String,
    /// Leaves submodules out.
    pub skip_submodules: bool,
    /// `checkout` or `commit`: which time files get.
    pub mtime: String,
    /// Fetches `checksum` without asking what `revision` is now.
    pub fetch_by_commit: bool,
    /// A blob to take the history from in place of the server.
    pub bundle: String,
    /// Puts a bundle into the tree in place of the files.
    pub checkout_bundle: bool,
    /// Whose signature the revision must have.
    pub signature: Option<GitSignature>,
}

/// What a revision must be signed with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitSignature {
    /// Armoured key, PGP or SSH.
    pub public_key: String,
    /// Refuses keys whose time is over.
    pub reject_expired: bool,
    /// The tag itself must be signed.
    pub require_signed_tag: bool,
    /// A signed tag does not count, the commit must be.
    pub ignore_signed_tag: bool,
}

impl Default for Git {
    /// The names of the two secrets are those every BuildKit client uses.
    fn default() -> Self {
        Self {
            url: String::new(),
            revision: String::new(),
            subdir: String::new(),
            keep_git_dir: false,
            auth_token_secret: "GIT_AUTH_TOKEN".to_owned(),
            auth_header_secret: "GIT_AUTH_HEADER".to_owned(),
            known_ssh_hosts: String::new(),
            ssh_agent: String::new(),
            checksum: String::new(),
            skip_submodules: false,
            mtime: String::new(),
            fetch_by_commit: false,
            bundle: String::new(),
            checkout_bundle: false,
            signature: None,
        }
    }
}

impl Git {
    /// The source as it stands in the graph, which is also how `ResolveSourceMeta` wants it.
    pub fn source(&self) -> pb::SourceOp {
        let remote = Remote::parse(&self.url);
        let subdir = self.subdir.trim_matches('/');
        let fragment = match (self.revision.as_str(), subdir) {
            ("", "") => String::new(),
            (revision, "") => format!("#{revision}"),
            (revision, subdir) => format!("#{revision}:{subdir}"),
        };
        let ssh = |value: &str| if remote.ssh { value.to_owned() } else { String::new() };
        let agent = if self.ssh_agent.is_empty() { "default" } else { &self.ssh_agent };
        let signature = self.signature.as_ref();
        let rule = |pick: fn(&GitSignature) -> bool| flag(signature.is_some_and(pick));
        source(
            format!("git://{}{}{fragment}", remote.host, remote.path),
            [
                ("git.keepgitdir", flag(self.keep_git_dir)),
                ("git.fullurl", remote.url),
                ("git.authtokensecret", self.auth_token_secret.clone()),
                ("git.authheadersecret", self.auth_header_secret.clone()),
                ("git.knownsshhosts", ssh(&self.known_ssh_hosts)),
                ("git.mountsshsock", ssh(agent)),
                ("git.checksum", self.checksum.clone()),
                ("git.skipsubmodules", flag(self.skip_submodules)),
                ("git.mtime", self.mtime.clone()),
                ("git.fetchbycommit", flag(self.fetch_by_commit)),
                ("git.bundle", self.bundle.clone()),
                ("git.checkoutbundle", flag(self.checkout_bundle)),
                ("git.sig.pubkey", signature.map(|s| s.public_key.clone()).unwrap_or_default()),
                ("git.sig.rejectexpired", rule(|s| s.reject_expired)),
                ("git.sig.requiresignedtag", rule(|s| s.require_signed_tag)),
                ("git.sig.ignoresignedtag", rule(|s| s.ignore_signed_tag)),
            ],
        )
    }

    pub(crate) fn lower(self) -> Lowered {
        let source = self.source();
        let needs = [
            ("git.keepgitdir", caps::SOURCE_GIT_KEEP_DIR),
            ("git.fullurl", caps::SOURCE_GIT_FULL_URL),
            ("git.mountsshsock", caps::SOURCE_GIT_KNOWN_HOSTS),
            ("git.mountsshsock", caps::SOURCE_GIT_SSH_SOCK),
            ("git.checksum", caps::SOURCE_GIT_CHECKSUM),
            ("git.skipsubmodules", caps::SOURCE_GIT_SKIP_SUBMODULES),
            ("git.mtime", caps::SOURCE_GIT_MTIME),
            ("git.fetchbycommit", caps::SOURCE_GIT_FETCH_BY_COMMIT),
            ("git.bundle", caps::SOURCE_GIT_BUNDLE),
            ("git.checkoutbundle", caps::SOURCE_GIT_CHECKOUT_BUNDLE),
            ("git.sig.pubkey", caps::SOURCE_GIT_SIGNATURE),
        ];
        let mut caps = needed(caps::SOURCE_GIT, &source, &needs);
        // The usual secrets are a courtesy; only one that was asked for is something to insist on.
        let usual = Self::default();
        if self.auth_token_secret != usual.auth_token_secret
            || self.auth_header_secret != usual.auth_header_secret
        {
            caps.push(caps::SOURCE_GIT_HTTP_AUTH);
        }
        lowered(source, caps, None)
    }
}

/// An address, taken apart so that one repository has one identifier whichever way it is reached.
struct Remote {
    url: String,
    host: String,
    path: String,
    ssh: bool,
}

impl Remote {
    fn parse(url: &str) -> Self {
        if let Some((scheme, rest)) = url.split_once("://") {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            return Self::new(url.to_owned(), authority, path, scheme == "ssh");
        }
        let colon = url.split_once(':').filter(|(host, _)| host.contains('@') && !host.contains('/'));
        match colon {
            Some((authority, path)) => Self::new(url.to_owned(), authority, path, true),
            None => Self::parse(&format!("https://{url}")),
        }
    }

    fn new(url: String, authority: &str, path: &str, ssh: bool) -> Self {
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_owned();
        Self { url, host, path: crate::path::clean(&format!("/{path}")), ssh }
    }
}
