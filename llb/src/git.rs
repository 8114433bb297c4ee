//! Git repositories as sources.

use buildkit_proto::pb;

use crate::attrs::{flag, lowered, needed, source};
use crate::caps;
use crate::op::{Lowered, Op};
use crate::output::Output;
use crate::path;
use crate::platform::Platform;
use crate::remote::Remote;

/// A revision of a git repository.
#[expect(clippy::struct_excessive_bools, reason = "these are BuildKit's options, each on its own")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Git {
    /// `https://host/path`, `ssh://…` or `user@host:path`; without a scheme, `https` is assumed. Query and fragment are
    /// ignored.
    pub url: String,
    /// A branch, tag or commit; the default branch if empty. May also be `revision:folder`.
    pub revision: String,
    /// The folder that becomes the root of the tree, if `revision` names none. Slashes around it stay; `.` and `..` are
    /// resolved.
    pub subdir: String,
    /// Keeps `.git` in the tree.
    pub keep_git_dir: bool,
    /// The secret with a token, if the client has it. Not set means `GIT_AUTH_TOKEN`, as in every BuildKit client; empty
    /// means no secret. A name needs the cap
    /// [`SOURCE_GIT_HTTP_AUTH`](crate::caps::SOURCE_GIT_HTTP_AUTH).
    pub auth_token_secret: Option<String>,
    /// The secret with an `Authorization` header, likewise; not set means `GIT_AUTH_HEADER`.
    pub auth_header_secret: Option<String>,
    /// Lines of a `known_hosts` file, for SSH.
    pub known_ssh_hosts: String,
    /// The client's SSH agent, for SSH; `default` if empty.
    pub ssh_agent: String,
    /// The commit that `revision` must resolve to.
    pub checksum: String,
    /// Does not fetch submodules.
    pub skip_submodules: bool,
    /// The modification time of files: that of the `checkout` or of the `commit`.
    pub mtime: String,
    /// Fetches `checksum` without resolving `revision`.
    pub fetch_by_commit: bool,
    /// A blob with a git bundle to use instead of the server.
    pub bundle: String,
    /// The session of the client that has the bundle, if it is in an OCI layout.
    pub bundle_session: String,
    /// The client's name for the layout.
    pub bundle_store: String,
    /// Puts a bundle into the tree instead of the files.
    pub checkout_bundle: bool,
    /// The signature that the revision must have.
    pub signature: Option<GitSignature>,
}

/// The signature that a revision must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitSignature {
    /// The armoured key, PGP or SSH.
    pub public_key: String,
    /// Rejects expired keys.
    pub reject_expired: bool,
    /// Requires a signed tag.
    pub require_signed_tag: bool,
    /// Requires a signed commit, even if the tag is signed.
    pub ignore_signed_tag: bool,
}

impl Git {
    /// A repository by its URL, and a branch, tag or commit.
    pub fn new(url: impl Into<String>, revision: impl Into<String>) -> Self {
        Self { url: url.into(), revision: revision.into(), ..Self::default() }
    }

    /// The message for the wire, which `ResolveSourceMeta` takes as well.
    pub fn source(&self) -> pb::SourceOp {
        let (url, identifier, ssh) = match Remote::parse(&self.url) {
            Ok(remote) => (remote.url, remote.repository + &self.fragment(), remote.ssh),
            Err(url) => (url.clone(), url, false),
        };
        let over_ssh = |value: &str| if ssh { value.to_owned() } else { String::new() };
        let hosts = match self.known_ssh_hosts.strip_suffix('\n').unwrap_or(&self.known_ssh_hosts) {
            "" => String::new(),
            lines => format!("{lines}\n"),
        };
        let agent = if self.ssh_agent.is_empty() { "default" } else { &self.ssh_agent };
        let secret = |name: &Option<String>, usual: &str| name.as_deref().unwrap_or(usual).to_owned();
        let signature = self.signature.as_ref();
        let rule = |pick: fn(&GitSignature) -> bool| flag(signature.is_some_and(pick));
        source(
            format!("git://{identifier}"),
            [
                ("git.keepgitdir", flag(self.keep_git_dir)),
                ("git.fullurl", url),
                ("git.authtokensecret", secret(&self.auth_token_secret, "GIT_AUTH_TOKEN")),
                ("git.authheadersecret", secret(&self.auth_header_secret, "GIT_AUTH_HEADER")),
                ("git.knownsshhosts", over_ssh(&hosts)),
                ("git.mountsshsock", over_ssh(agent)),
                ("git.checksum", self.checksum.clone()),
                ("git.skipsubmodules", flag(self.skip_submodules)),
                ("git.mtime", self.mtime.clone()),
                ("git.fetchbycommit", flag(self.fetch_by_commit)),
                ("git.bundle", self.bundle.clone()),
                ("oci.session", self.bundle_session.clone()),
                ("oci.store", self.bundle_store.clone()),
                ("git.checkoutbundle", flag(self.checkout_bundle)),
                ("git.sig.pubkey", signature.map(|s| s.public_key.clone()).unwrap_or_default()),
                ("git.sig.rejectexpired", rule(|s| s.reject_expired)),
                ("git.sig.requiresignedtag", rule(|s| s.require_signed_tag)),
                ("git.sig.ignoresignedtag", rule(|s| s.ignore_signed_tag)),
            ],
        )
    }

    fn lowered(self) -> Lowered {
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
        // The default secrets are optional; only one that was named needs the cap.
        let asked = self.auth_token_secret.is_some() || self.auth_header_secret.is_some();
        let secrets = ["git.authtokensecret", "git.authheadersecret"];
        if asked && secrets.iter().any(|secret| source.attrs.contains_key(*secret)) {
            caps.push(caps::SOURCE_GIT_HTTP_AUTH);
        }
        lowered(source, caps, None)
    }

    /// The part of the repository, `#revision:folder`.
    fn fragment(&self) -> String {
        let (revision, folder) = self.revision.split_once(':').unwrap_or((&self.revision, ""));
        let detours = self.subdir.split('/').any(|part| part == "." || part == "..");
        let folder = match (self.subdir.as_str(), detours) {
            ("", _) => cleaned(folder),
            (subdir, true) => cleaned(subdir),
            (subdir, false) => subdir.to_owned(),
        };
        match (revision, folder.as_str()) {
            ("", "") => String::new(),
            (revision, "") => format!("#{revision}"),
            (revision, folder) => format!("#{revision}:{folder}"),
        }
    }
}

impl Op for Git {
    type Outputs = Output;

    fn lower(self, _: &Platform, add: impl FnOnce(Lowered) -> Output) -> Output {
        add(self.lowered())
    }
}

/// A folder by its path from the root, without the first slash.
fn cleaned(folder: &str) -> String {
    path::clean(folder).split_off(1)
}
