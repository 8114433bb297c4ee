//! What a daemon can do: the capabilities in its answer to `Ping`.

use std::collections::BTreeMap;

use buildkit_proto::apicaps::ApiCap;
use buildkit_proto::caps::{self, Cap, CapKind};
use buildkit_proto::frontend::PongResponse;

use crate::error::Error;

/// Without these no build works: this crate sends references as objects, and hardly a graph is without file operations.
const BASELINE: [Cap; 2] = [caps::FILE, caps::REF_ARRAY];

/// What a daemon can do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caps {
    gateway: BTreeMap<String, ApiCap>,
    llb: BTreeMap<String, ApiCap>,
    product: String,
}

impl Caps {
    /// Reads the answer to `Ping`. A daemon without a list is one from before there were lists, and can do what those
    /// could. `product` is the name of the server, see [`Environment::product`](crate::Environment::product).
    pub(crate) fn from_pong(pong: &PongResponse, product: &str) -> Self {
        Self {
            gateway: list(&pong.frontend_api_caps, GATEWAY_DEFAULTS),
            llb: list(&pong.llb_caps, LLB_DEFAULTS),
            product: product.to_owned(),
        }
    }

    /// True if the daemon has the capability and it is enabled.
    pub fn has(&self, cap: Cap) -> bool {
        self.entry(cap).is_some_and(|entry| entry.enabled)
    }

    /// An error that says what is missing, unless the server [has](Self::has) it.
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

    /// An error unless the server is recent enough for any build of ours.
    pub(crate) fn require_baseline(&self) -> Result<(), Error> {
        BASELINE.into_iter().try_for_each(|cap| self.require(cap))
    }

    fn entry(&self, cap: Cap) -> Option<&ApiCap> {
        match cap.kind {
            CapKind::Gateway => self.gateway.get(cap.id),
            CapKind::Llb => self.llb.get(cap.id),
        }
    }

    fn product(&self) -> &str {
        if self.product.is_empty() { "buildkit" } else { &self.product }
    }
}

fn list(listed: &[ApiCap], defaults: &[Cap]) -> BTreeMap<String, ApiCap> {
    let enabled = |cap: &Cap| ApiCap { id: cap.id.to_owned(), enabled: true, ..ApiCap::default() };
    let caps = if listed.is_empty() { defaults.iter().map(enabled).collect() } else { listed.to_vec() };
    caps.into_iter().map(|cap| (cap.id.clone(), cap)).collect()
}

/// What the calls of a daemon without a list understand.
const GATEWAY_DEFAULTS: &[Cap] =
    &[caps::SOLVE, caps::SOLVE_INLINE_RETURN, caps::RESOLVE_IMAGE, caps::READ_FILE];

/// What a graph for a daemon without a list may contain.
const LLB_DEFAULTS: &[Cap] = &[
    caps::SOURCE_IMAGE,
    caps::SOURCE_LOCAL,
    caps::SOURCE_LOCAL_UNIQUE,
    caps::SOURCE_LOCAL_SESSION,
    caps::SOURCE_LOCAL_INCLUDE,
    caps::SOURCE_LOCAL_FOLLOW_PATHS,
    caps::SOURCE_LOCAL_EXCLUDE,
    caps::SOURCE_LOCAL_SHARED_KEY_HINT,
    caps::SOURCE_GIT,
    caps::SOURCE_GIT_KEEP_DIR,
    caps::SOURCE_GIT_FULL_URL,
    caps::SOURCE_HTTP,
    caps::SOURCE_HTTP_CHECKSUM,
    caps::SOURCE_HTTP_PERM,
    caps::SOURCE_HTTP_OWNER,
    caps::BUILD_FILE,
    caps::EXEC,
    caps::EXEC_PROXY,
    caps::EXEC_MOUNT_BIND,
    caps::EXEC_MOUNT_CACHE,
    caps::EXEC_MOUNT_CACHE_SHARING,
    caps::EXEC_MOUNT_SELECTOR,
    caps::EXEC_MOUNT_TMPFS,
    caps::EXEC_MOUNT_SECRET,
    caps::CONSTRAINTS,
    caps::PLATFORM,
    caps::META_IGNORE_CACHE,
    caps::META_DESCRIPTION,
    caps::META_EXPORT_CACHE,
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
        let missing = caps.require(asked).map_err(|error| error.message);
        assert_eq!(missing, expect.map_err(str::to_owned));
    }

    #[test]
    fn a_missing_capability_is_reported_with_its_release() {
        let pong = PongResponse { llb_caps: vec![cap("mergeop", true, "")], ..PongResponse::default() };
        check(&pong, caps::MERGE, Ok(()));
        let unsupported = "requested feature diffop (diff operation) is not supported by build server (added in BuildKit 0.10), please update docker";
        check(&pong, caps::DIFF, Err(unsupported));
    }

    #[test]
    fn a_disabled_capability_is_reported_with_its_reason() {
        let reason = "only enabled with containerd image store backend";
        let pong = PongResponse {
            llb_caps: vec![cap("mergeop", false, reason), cap("diffop", false, "")],
            ..PongResponse::default()
        };
        let merge = format!(
            "requested feature mergeop (merge operation) has been disabled on the build server: {reason}"
        );
        check(&pong, caps::MERGE, Err(&merge));
        check(
            &pong,
            caps::DIFF,
            Err("requested feature diffop (diff operation) has been disabled on the build server"),
        );
    }

    #[test]
    fn a_daemon_without_lists_is_an_old_one() {
        let old = Caps::from_pong(&PongResponse::default(), "");
        assert!(old.has(caps::EXEC_MOUNT_SECRET) && old.has(caps::READ_FILE));
        let missing = old.require_baseline().map_err(|error| error.message);
        let expect = "requested feature file.base (file operations) is not supported by build server (added in BuildKit 0.5), please update buildkit";
        assert_eq!(missing, Err(expect.to_owned()));
    }
}
