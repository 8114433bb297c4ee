//! What this BuildKit can do: the capabilities it lists in its answer to `Ping`.

use std::collections::BTreeMap;

use buildkit_proto::apicaps::ApiCap;
use buildkit_proto::frontend::PongResponse;

use crate::error::Error;

/// A capability we may ask for; `BuildKit` publishes two lists of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// Which of the two lists it stands in.
    pub list: List,
    /// Its id on the wire.
    pub id: &'static str,
    /// What it is, for a person whose server lacks it.
    pub name: &'static str,
    /// The first `BuildKit` release that has it, such as `0.10`.
    pub since: &'static str,
}

/// One of `BuildKit`'s two lists of capabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// What the gateway's calls understand.
    Frontend,
    /// What a graph may contain.
    Llb,
}

const fn frontend(id: &'static str, name: &'static str, since: &'static str) -> Cap {
    Cap { list: List::Frontend, id, name, since }
}

const fn llb(id: &'static str, name: &'static str, since: &'static str) -> Cap {
    Cap { list: List::Llb, id, name, since }
}

/// References as objects in `Solve` and `Return`; we speak no older form.
pub const REF_ARRAY: Cap = frontend("proto.refarray", "reference arrays", "0.7");
/// The call that hands over definitions from the client or another frontend.
pub const INPUTS: Cap = frontend("frontend.inputs", "frontend inputs", "0.7");
/// Cache imports as typed entries of `Solve`.
pub const IMPORT_CACHES: Cap = frontend("importcaches", "cache imports", "0.4");
/// `Solve` that runs the graph before it answers.
pub const SOLVE_EVALUATE: Cap = frontend("gateway.solve.evaluate", "evaluation in solve", "0.8");
/// Warnings that reach the user.
pub const WARNINGS: Cap = frontend("gateway.warnings", "warnings", "0.10");
/// `ResolveSourceMeta`, the successor of `ResolveImageConfig`.
pub const SOURCE_META: Cap = frontend("source.metaresolver", "source metadata resolver", "0.13");

/// File operations; no graph of ours does without.
pub const FILE_OPS: Cap = llb("file.base", "file operations", "0.5");
/// Merged layers. Switched off in Docker Engine with its classic image store.
pub const MERGE: Cap = llb("mergeop", "merge operation", "0.10");
/// The difference of two layers. Switched off where [`MERGE`] is.
pub const DIFF: Cap = llb("diffop", "diff operation", "0.10");
/// Images from an OCI layout of the client.
pub const OCI_LAYOUT: Cap = llb("source.ocilayout", "OCI layout source", "0.11");
/// Secrets as environment variables of one step.
pub const SECRET_ENV: Cap = llb("exec.secretenv", "secrets as environment variables", "0.10");
/// A size for tmpfs mounts, which is how `--shm-size` is done.
pub const TMPFS_SIZE: Cap = llb("exec.mount.tmpfs.size", "tmpfs size", "0.10");
/// `--ulimit`.
pub const ULIMIT: Cap = llb("exec.meta.ulimit", "ulimit", "0.10");
/// `--cgroup-parent`.
pub const CGROUP_PARENT: Cap = llb("exec.meta.cgroup.parent", "cgroup parent", "0.10");
/// Memory and CPU limits of steps.
pub const LINUX_RESOURCES: Cap = llb("exec.meta.linux.resources", "resource limits", "0.31");
/// The commit that a git reference must be.
pub const GIT_CHECKSUM: Cap = llb("source.git.checksum", "git checksum", "0.22");
/// Repositories without their submodules.
pub const GIT_SKIP_SUBMODULES: Cap = llb("source.git.skipsubmodules", "git without submodules", "0.24");
/// The time that files of a repository get.
pub const GIT_MTIME: Cap = llb("source.git.mtime", "time of git files", "0.29");
/// Commits that are fetched without asking for a branch.
pub const GIT_FETCH_BY_COMMIT: Cap = llb("source.git.fetchbycommit", "git fetch by commit", "0.30");
/// Copies that filter by pattern.
pub const COPY_PATTERNS: Cap = llb("file.copy.includeexcludepatterns", "copy patterns", "0.9");

/// What every build needs, whatever was asked for.
const BASELINE: [Cap; 2] = [FILE_OPS, REF_ARRAY];

/// What this `BuildKit` can do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caps {
    frontend: BTreeMap<String, ApiCap>,
    llb: BTreeMap<String, ApiCap>,
    product: String,
}

impl Caps {
    /// Reads the answer to `Ping`. A list that is missing altogether comes from a server that predates lists, and
    /// stands for what such a server could do. `product` is what `BuildKit` wants to be called, see
    /// [`Environment::product`](crate::Environment::product).
    pub fn from_pong(pong: &PongResponse, product: &str) -> Self {
        Self {
            frontend: list(&pong.frontend_api_caps, FRONTEND_DEFAULTS),
            llb: list(&pong.llb_caps, LLB_DEFAULTS),
            product: product.to_owned(),
        }
    }

    /// True when the server has it, and has it switched on.
    pub fn has(&self, cap: Cap) -> bool {
        self.entry(cap).is_some_and(|entry| entry.enabled)
    }

    /// A error that says what is missing, unless the server [has](Self::has) it.
    pub fn require(&self, cap: Cap) -> Result<(), Error> {
        let feature = format!("requested feature {} ({})", cap.id, cap.name);
        let message = match self.entry(cap) {
            Some(entry) if entry.enabled => return Ok(()),
            Some(entry) if entry.disabled_reason_msg.is_empty() => {
                format!("{feature} has been disabled on the build server")
            }
            Some(entry) => {
                format!("{feature} has been disabled on the build server: {}", entry.disabled_reason_msg)
            }
            None => format!(
                "{feature} is not supported by build server (added in BuildKit {}), please update {}",
                cap.since,
                self.product()
            ),
        };
        Err(Error::new(message))
    }

    /// A error unless the server is recent enough for any build of ours.
    pub(crate) fn require_baseline(&self) -> Result<(), Error> {
        BASELINE.into_iter().try_for_each(|cap| self.require(cap))
    }

    fn entry(&self, cap: Cap) -> Option<&ApiCap> {
        match cap.list {
            List::Frontend => self.frontend.get(cap.id),
            List::Llb => self.llb.get(cap.id),
        }
    }

    fn product(&self) -> &str {
        if self.product.is_empty() { "buildkit" } else { &self.product }
    }
}

fn list(caps: &[ApiCap], defaults: &[&str]) -> BTreeMap<String, ApiCap> {
    if caps.is_empty() {
        let enabled = |id: &&str| ApiCap { id: (*id).to_owned(), enabled: true, ..ApiCap::default() };
        return list(&defaults.iter().map(enabled).collect::<Vec<_>>(), &[]);
    }
    caps.iter().map(|cap| (cap.id.clone(), cap.clone())).collect()
}

const FRONTEND_DEFAULTS: &[&str] = &["solve.base", "solve.inlinereturn", "resolveimage", "readfile"];

const LLB_DEFAULTS: &[&str] = &[
    "source.image",
    "source.local",
    "source.local.unique",
    "source.local.sessionid",
    "source.local.includepatterns",
    "source.local.followpaths",
    "source.local.excludepatterns",
    "source.local.sharedkeyhint",
    "source.git",
    "source.git.keepgitdir",
    "source.git.fullurl",
    "source.http",
    "source.http.checksum",
    "source.http.perm",
    // Spelled so by BuildKit.
    "soruce.http.uidgid",
    "source.buildop.llbfilename",
    "exec.meta.base",
    "exec.meta.proxyenv",
    "exec.mount.bind",
    "exec.mount.cache",
    "exec.mount.cache.sharing",
    "exec.mount.selector",
    "exec.mount.tmpfs",
    "exec.mount.secret",
    "constraints",
    "platform",
    "meta.ignorecache",
    "meta.description",
    "meta.exportcache",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn cap(id: &str, enabled: bool, reason: &str) -> ApiCap {
        ApiCap { id: id.to_owned(), enabled, disabled_reason_msg: reason.to_owned(), ..ApiCap::default() }
    }

    fn check(pong: &PongResponse, asked: Cap, expect: Result<(), &str>) {
        let caps = Caps::from_pong(pong, "docker");
        assert_eq!(caps.has(asked), expect.is_ok());
        let refused = caps.require(asked).map_err(|error| error.message);
        assert_eq!(refused, expect.map_err(str::to_owned));
    }

    #[test]
    fn a_listed_capability_may_be_used() {
        let pong = PongResponse { llb_caps: vec![cap("mergeop", true, "")], ..PongResponse::default() };
        check(&pong, MERGE, Ok(()));
        let unsupported = "requested feature diffop (diff operation) is not supported by build server (added in BuildKit 0.10), please update docker";
        check(&pong, DIFF, Err(unsupported));
    }

    #[test]
    fn a_capability_that_is_switched_off_says_why() {
        let reason = "only enabled with containerd image store backend";
        let pong = PongResponse {
            llb_caps: vec![cap("mergeop", false, reason), cap("diffop", false, "")],
            ..PongResponse::default()
        };
        let merge = format!(
            "requested feature mergeop (merge operation) has been disabled on the build server: {reason}"
        );
        check(&pong, MERGE, Err(&merge));
        check(
            &pong,
            DIFF,
            Err("requested feature diffop (diff operation) has been disabled on the build server"),
        );
    }

    #[test]
    fn a_server_without_lists_is_taken_for_an_old_one() {
        let caps = Caps::from_pong(&PongResponse::default(), "");
        assert!(caps.has(llb("exec.mount.secret", "", "0.3")));
        assert!(caps.has(frontend("readfile", "", "0.3")));
        let refusal = caps.require_baseline().map_err(|error| error.message);
        let expect = "requested feature file.base (file operations) is not supported by build server (added in BuildKit 0.5), please update buildkit";
        assert_eq!(refusal, Err(expect.to_owned()));
    }
}
