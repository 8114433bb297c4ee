//! Every capability that a daemon lists in its answer to `Ping`.
//!
//! A daemon lists two kinds: what its calls understand, and what a graph may contain. The metadata of an op names those
//! it needs, so that an older daemon reports what is missing.
//!
//! Two ids that BuildKit defines are absent on purpose: daemons do not register `file.copy.modestring` and
//! `exec.meta.removemountstubs.recursive`, and reject a graph that names them.

/// A capability of a daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Cap {
    /// The list it is in.
    pub kind: CapKind,
    /// The id on the wire.
    pub id: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// The first BuildKit release that has it, such as `0.10`.
    pub since: &'static str,
}

/// What a capability is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CapKind {
    /// The calls of a frontend.
    Gateway,
    /// The content of a graph, and what a daemon can do besides.
    Llb,
}

macro_rules! table {
    ($($name:ident $kind:ident $since:literal $id:literal $text:literal)+) => {
        $(
            #[doc = concat!("`", $id, "`: ", $text, ", since BuildKit ", $since, ".")]
            pub const $name: Cap = Cap { kind: CapKind::$kind, id: $id, name: $text, since: $since };
        )+

        /// All of them.
        pub const ALL: &[Cap] = &[$($name),+];
    };
}

table! {
    SOLVE Gateway "0.3" "solve.base" "solve"
    SOLVE_INLINE_RETURN Gateway "0.3" "solve.inlinereturn" "inline return from solve"
    RESOLVE_IMAGE Gateway "0.3" "resolveimage" "image config resolver"
    RESOLVE_IMAGE_MODE Gateway "0.3" "resolveimage.resolvemode" "resolve modes of the image config resolver"
    READ_FILE Gateway "0.3" "readfile" "reading files"
    READ_DIR Gateway "0.3" "readdir" "reading directories"
    STAT_FILE Gateway "0.3" "statfile" "file information"
    RETURN Gateway "0.3" "return" "returning results"
    RETURN_MAP Gateway "0.3" "returnmap" "returning results by platform"
    IMPORT_CACHES Gateway "0.4" "importcaches" "cache imports"
    REF_ARRAY Gateway "0.7" "proto.refarray" "reference arrays"
    REFERENCE_OUTPUT Gateway "0.7" "reference.output" "results as inputs of graphs"
    INPUTS Gateway "0.7" "frontend.inputs" "frontend inputs"
    SOLVE_METADATA Gateway "0.8" "gateway.solve.metadata" "metadata from solve"
    SOLVE_EVALUATE Gateway "0.8" "gateway.solve.evaluate" "evaluation in solve"
    GATEWAY_EXEC Gateway "0.8" "gateway.exec" "containers of frontends"
    GATEWAY_EXEC_EXTRA_HOSTS Gateway "0.10" "gateway.exec.extrahosts" "extra hosts in containers of frontends"
    GATEWAY_EXEC_SIGNALS Gateway "0.10" "gateway.exec.signals" "signals to containers of frontends"
    GATEWAY_EXEC_SECRET_ENV Gateway "0.12" "gateway.exec.secretenv" "secrets as environment variables in containers of frontends"
    GATEWAY_EXEC_FILESYSTEM Gateway "0.27" "gateway.exec.filesystem" "files of containers of frontends"
    FRONTEND_CAPS Gateway "0.8" "frontend.caps" "features of frontends"
    WARNINGS Gateway "0.10" "gateway.warnings" "warnings"
    EVALUATE Gateway "0.11" "gateway.evaluate" "evaluation of results"
    ATTESTATIONS Gateway "0.11" "reference.attestations" "attestations"
    SOURCE_META Gateway "0.13" "source.metaresolver" "source metadata resolver"
    SOURCE_META_ATTESTATIONS Gateway "0.28" "source.metaresolver.image.attestations" "attestations from the source metadata resolver"
    SOURCE_META_HTTP_CHECKSUM Gateway "0.28" "source.metaresolver.http.checksumrequest" "checksums from the source metadata resolver"

    SOURCE_IMAGE Llb "0.3" "source.image" "image source"
    SOURCE_IMAGE_RESOLVE_MODE Llb "0.3" "source.image.resolvemode" "resolve modes of images"
    SOURCE_IMAGE_LAYER_LIMIT Llb "0.11" "source.image.layerlimit" "layer limit of images"
    SOURCE_IMAGE_CHECKSUM Llb "0.25" "source.image.checksum" "image checksum"
    SOURCE_IMAGE_BLOB Llb "0.28" "source.imageblob" "image blob source"
    SOURCE_OCI_LAYOUT Llb "0.11" "source.ocilayout" "OCI layout source"
    SOURCE_LOCAL Llb "0.3" "source.local" "local source"
    SOURCE_LOCAL_UNIQUE Llb "0.3" "source.local.unique" "unique local sources"
    SOURCE_LOCAL_SESSION Llb "0.3" "source.local.sessionid" "session of a local source"
    SOURCE_LOCAL_INCLUDE Llb "0.3" "source.local.includepatterns" "include patterns of local sources"
    SOURCE_LOCAL_FOLLOW_PATHS Llb "0.3" "source.local.followpaths" "followed paths of local sources"
    SOURCE_LOCAL_EXCLUDE Llb "0.3" "source.local.excludepatterns" "exclude patterns of local sources"
    SOURCE_LOCAL_SHARED_KEY_HINT Llb "0.3" "source.local.sharedkeyhint" "shared key of local sources"
    SOURCE_LOCAL_DIFFER Llb "0.9" "source.local.differ" "comparison of local files"
    SOURCE_LOCAL_METADATA_TRANSFER Llb "0.21" "source.local.metadatatransfer" "metadata-only transfer of local sources"
    SOURCE_GIT Llb "0.3" "source.git" "git source"
    SOURCE_GIT_KEEP_DIR Llb "0.3" "source.git.keepgitdir" "git directory of repositories"
    SOURCE_GIT_FULL_URL Llb "0.3" "source.git.fullurl" "full git URLs"
    SOURCE_GIT_HTTP_AUTH Llb "0.8" "source.git.httpauth" "git authentication over HTTP"
    SOURCE_GIT_KNOWN_HOSTS Llb "0.8" "source.git.knownsshhosts" "known hosts of git over SSH"
    SOURCE_GIT_SSH_SOCK Llb "0.8" "source.git.mountsshsock" "SSH agent for git"
    SOURCE_GIT_SUBDIR Llb "0.9" "source.git.subdir" "git subdirectory"
    SOURCE_GIT_CHECKSUM Llb "0.22" "source.git.checksum" "git checksum"
    SOURCE_GIT_SKIP_SUBMODULES Llb "0.24" "source.git.skipsubmodules" "git without submodules"
    SOURCE_GIT_SIGNATURE Llb "0.26" "source.git.signatureverify" "git signatures"
    SOURCE_GIT_MTIME Llb "0.29" "source.git.mtime" "time of git files"
    SOURCE_GIT_FETCH_BY_COMMIT Llb "0.30" "source.git.fetchbycommit" "git fetch by commit"
    SOURCE_GIT_BUNDLE Llb "0.30" "source.git.bundle" "git bundles"
    SOURCE_GIT_CHECKOUT_BUNDLE Llb "0.30" "source.git.checkoutbundle" "git bundle of the checkout"
    SOURCE_HTTP Llb "0.3" "source.http" "HTTP source"
    SOURCE_HTTP_CHECKSUM Llb "0.3" "source.http.checksum" "HTTP checksum"
    SOURCE_HTTP_PERM Llb "0.3" "source.http.perm" "permissions of downloaded files"
    // The misspelling is BuildKit's.
    SOURCE_HTTP_OWNER Llb "0.3" "soruce.http.uidgid" "owner of downloaded files"
    SOURCE_HTTP_AUTH Llb "0.21" "source.http.auth" "HTTP authentication"
    SOURCE_HTTP_HEADER Llb "0.21" "source.http.header" "HTTP headers"
    SOURCE_HTTP_SIGNATURE Llb "0.28" "source.http.signatureverify" "signatures of downloaded files"
    SOURCE_POLICY Llb "0.11" "source.policy" "source policies"
    SOURCE_POLICY_SESSION Llb "0.26" "source.policy.session" "source policies of a session"
    BUILD_FILE Llb "0.3" "source.buildop.llbfilename" "graphs from a file"

    EXEC Llb "0.3" "exec.meta.base" "commands"
    EXEC_DEFAULT_PATH Llb "0.3" "exec.meta.setsdefaultpath" "default PATH"
    EXEC_PROXY Llb "0.3" "exec.meta.proxyenv" "proxy variables"
    EXEC_NETWORK Llb "0.3" "exec.meta.network" "network modes"
    EXEC_NETWORK_PROXY Llb "0.31" "exec.meta.network.proxy" "network through a proxy"
    EXEC_SECURITY Llb "0.5" "exec.meta.security" "security modes"
    EXEC_SECURITY_DEVICES Llb "0.7" "exec.meta.security.devices.v1" "devices of insecure commands"
    EXEC_ULIMIT Llb "0.10" "exec.meta.ulimit" "ulimit"
    EXEC_CGROUP_PARENT Llb "0.10" "exec.meta.cgroup.parent" "cgroup parent"
    EXEC_CGROUP Llb "0.3" "exec.cgroup" "mounted cgroups"
    EXEC_CDI Llb "0.20" "exec.meta.cdi" "CDI devices"
    EXEC_LINUX_RESOURCES Llb "0.31" "exec.meta.linux.resources" "resource limits"
    EXEC_VALID_EXIT_CODES Llb "0.17" "exec.validexitcode" "valid exit codes"
    EXEC_SECRET_ENV Llb "0.10" "exec.secretenv" "secrets as environment variables"
    EXEC_MOUNT_BIND Llb "0.3" "exec.mount.bind" "bind mounts"
    EXEC_MOUNT_BIND_NO_OUTPUT Llb "0.7" "exec.mount.bind.readwrite-nooutput" "discarded changes of bind mounts"
    EXEC_MOUNT_CACHE Llb "0.3" "exec.mount.cache" "cache mounts"
    EXEC_MOUNT_CACHE_SHARING Llb "0.3" "exec.mount.cache.sharing" "sharing of cache mounts"
    EXEC_MOUNT_CONTENT_CACHE Llb "0.13" "exec.mount.cache.content" "content-based cache of mounts"
    EXEC_MOUNT_SELECTOR Llb "0.3" "exec.mount.selector" "source path of mounts"
    EXEC_MOUNT_TMPFS Llb "0.3" "exec.mount.tmpfs" "tmpfs mounts"
    EXEC_MOUNT_TMPFS_SIZE Llb "0.10" "exec.mount.tmpfs.size" "tmpfs size"
    EXEC_MOUNT_SECRET Llb "0.3" "exec.mount.secret" "secret mounts"
    EXEC_MOUNT_SSH Llb "0.3" "exec.mount.ssh" "SSH mounts"

    FILE Llb "0.5" "file.base" "file operations"
    FILE_RM_WILDCARD Llb "0.7" "file.rm.wildcard" "wildcards in removals"
    FILE_RM_NO_FOLLOW Llb "0.10" "file.rm.nofollowsymlink" "removal of links"
    FILE_COPY_PATTERNS Llb "0.9" "file.copy.includeexcludepatterns" "copy patterns"
    FILE_COPY_REPLACE Llb "0.14" "file.copy.alwaysreplaceexistingdestpaths" "copies that replace what exists"
    FILE_COPY_REQUIRED_PATHS Llb "0.26" "file.copy.requiredpaths" "required paths of copies"
    FILE_SYMLINK Llb "0.19" "file.symlink.create" "symbolic links"
    // Both are disabled in Docker Engine with its classic image store.
    MERGE Llb "0.10" "mergeop" "merge operation"
    DIFF Llb "0.10" "diffop" "diff operation"
    PASSTHROUGH Llb "0.31" "passthroughop" "passthrough operation"
    CONSTRAINTS Llb "0.3" "constraints" "constraints"
    PLATFORM Llb "0.3" "platform" "platforms"
    META_IGNORE_CACHE Llb "0.3" "meta.ignorecache" "steps without cache"
    META_DESCRIPTION Llb "0.3" "meta.description" "descriptions of steps"
    META_EXPORT_CACHE Llb "0.3" "meta.exportcache" "cache export by step"

    CACHE_GHA Llb "0.9" "cache.gha" "GitHub Actions cache"
    CACHE_S3 Llb "0.11" "cache.s3" "S3 cache"
    CACHE_AZBLOB Llb "0.11" "cache.azblob" "Azure Blob Storage cache"
    EXPORTER_ANNOTATIONS Llb "0.11" "exporter.image.annotations" "annotations of images"
    EXPORTER_ATTESTATIONS Llb "0.11" "exporter.image.attestations" "attestations of images"
    EXPORTER_SOURCE_DATE_EPOCH Llb "0.11" "exporter.sourcedateepoch" "source date epoch"
    EXPORTER_MULTIPLE Llb "0.13" "exporter.multiple" "several exporters"
    EXPORTER_SESSION Llb "0.21" "exporter.session" "exporters of a session"
    GC_FREE_SPACE Llb "0.17" "gc.freespacefilter" "limits on free space"
    HISTORY_FILTER Llb "0.20" "history.filter" "filters of the build history"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_id_names_one_capability() {
        let ids: BTreeSet<&str> = ALL.iter().map(|cap| cap.id).collect();
        assert_eq!(ids.len(), ALL.len());
    }

    #[test]
    fn a_release_is_a_minor_release() {
        for cap in ALL {
            let minor = cap.since.strip_prefix("0.").and_then(|minor| minor.parse::<u32>().ok());
            assert!(minor.is_some_and(|minor| minor >= 3), "{cap:?}");
        }
    }
}
