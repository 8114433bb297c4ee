//! What a daemon must be able to do for an op, by the ids it goes by in `Ping` and in the metadata of ops.
//!
//! Each line says since which BuildKit release a daemon has it. An op's metadata names the ones it needs, so that an
//! older daemon says what is missing. Two ids that BuildKit defines are not here on purpose: daemons do not register
//! `file.copy.modestring` and `exec.meta.removemountstubs.recursive`, and refuse a graph that names them.

/// 0.3
pub const SOURCE_IMAGE: &str = "source.image";
/// 0.3
pub const SOURCE_IMAGE_RESOLVE_MODE: &str = "source.image.resolvemode";
/// 0.11
pub const SOURCE_IMAGE_LAYER_LIMIT: &str = "source.image.layerlimit";
/// 0.25
pub const SOURCE_IMAGE_CHECKSUM: &str = "source.image.checksum";
/// 0.11
pub const SOURCE_OCI_LAYOUT: &str = "source.ocilayout";
/// 0.3
pub const SOURCE_LOCAL: &str = "source.local";
/// 0.3
pub const SOURCE_LOCAL_UNIQUE: &str = "source.local.unique";
/// 0.3
pub const SOURCE_LOCAL_SESSION: &str = "source.local.sessionid";
/// 0.3
pub const SOURCE_LOCAL_INCLUDE: &str = "source.local.includepatterns";
/// 0.3
pub const SOURCE_LOCAL_FOLLOW_PATHS: &str = "source.local.followpaths";
/// 0.3
pub const SOURCE_LOCAL_EXCLUDE: &str = "source.local.excludepatterns";
/// 0.3
pub const SOURCE_LOCAL_SHARED_KEY_HINT: &str = "source.local.sharedkeyhint";
/// 0.9
pub const SOURCE_LOCAL_DIFFER: &str = "source.local.differ";
/// 0.21
pub const SOURCE_LOCAL_METADATA_TRANSFER: &str = "source.local.metadatatransfer";
/// 0.3
pub const SOURCE_GIT: &str = "source.git";
/// 0.3
pub const SOURCE_GIT_KEEP_DIR: &str = "source.git.keepgitdir";
/// 0.3
pub const SOURCE_GIT_FULL_URL: &str = "source.git.fullurl";
/// 0.8
pub const SOURCE_GIT_HTTP_AUTH: &str = "source.git.httpauth";
/// 0.8
pub const SOURCE_GIT_KNOWN_HOSTS: &str = "source.git.knownsshhosts";
/// 0.8
pub const SOURCE_GIT_SSH_SOCK: &str = "source.git.mountsshsock";
/// 0.22
pub const SOURCE_GIT_CHECKSUM: &str = "source.git.checksum";
/// 0.24
pub const SOURCE_GIT_SKIP_SUBMODULES: &str = "source.git.skipsubmodules";
/// 0.26
pub const SOURCE_GIT_SIGNATURE: &str = "source.git.signatureverify";
/// 0.29
pub const SOURCE_GIT_MTIME: &str = "source.git.mtime";
/// 0.30
pub const SOURCE_GIT_FETCH_BY_COMMIT: &str = "source.git.fetchbycommit";
/// 0.30
pub const SOURCE_GIT_BUNDLE: &str = "source.git.bundle";
/// 0.30
pub const SOURCE_GIT_CHECKOUT_BUNDLE: &str = "source.git.checkoutbundle";
/// 0.3
pub const SOURCE_HTTP: &str = "source.http";
/// 0.3
pub const SOURCE_HTTP_CHECKSUM: &str = "source.http.checksum";
/// 0.3
pub const SOURCE_HTTP_PERM: &str = "source.http.perm";
/// 0.3; BuildKit spells it so.
pub const SOURCE_HTTP_OWNER: &str = "soruce.http.uidgid";
/// 0.21
pub const SOURCE_HTTP_AUTH: &str = "source.http.auth";
/// 0.21
pub const SOURCE_HTTP_HEADER: &str = "source.http.header";
/// 0.28
pub const SOURCE_HTTP_SIGNATURE: &str = "source.http.signatureverify";
/// 0.3
pub const EXEC: &str = "exec.meta.base";
/// 0.3: a command without `PATH` gets the usual one.
pub const EXEC_DEFAULT_PATH: &str = "exec.meta.setsdefaultpath";
/// 0.3
pub const EXEC_PROXY: &str = "exec.meta.proxyenv";
/// 0.3
pub const EXEC_NETWORK: &str = "exec.meta.network";
/// 0.5
pub const EXEC_SECURITY: &str = "exec.meta.security";
/// 0.10
pub const EXEC_ULIMIT: &str = "exec.meta.ulimit";
/// 0.10; only to ask for: no client names it in a graph.
pub const EXEC_CGROUP_PARENT: &str = "exec.meta.cgroup.parent";
/// 0.17
pub const EXEC_VALID_EXIT_CODES: &str = "exec.validexitcode";
/// 0.20
pub const EXEC_CDI: &str = "exec.meta.cdi";
/// 0.31
pub const EXEC_LINUX_RESOURCES: &str = "exec.meta.linux.resources";
/// 0.3
pub const EXEC_MOUNT_BIND: &str = "exec.mount.bind";
/// 0.3
pub const EXEC_MOUNT_CACHE: &str = "exec.mount.cache";
/// 0.3
pub const EXEC_MOUNT_CACHE_SHARING: &str = "exec.mount.cache.sharing";
/// 0.3
pub const EXEC_MOUNT_SELECTOR: &str = "exec.mount.selector";
/// 0.3
pub const EXEC_MOUNT_TMPFS: &str = "exec.mount.tmpfs";
/// 0.10
pub const EXEC_MOUNT_TMPFS_SIZE: &str = "exec.mount.tmpfs.size";
/// 0.3
pub const EXEC_MOUNT_SECRET: &str = "exec.mount.secret";
/// 0.10
pub const EXEC_SECRET_ENV: &str = "exec.secretenv";
/// 0.3
pub const EXEC_MOUNT_SSH: &str = "exec.mount.ssh";
/// 0.5
pub const FILE: &str = "file.base";
/// 0.9; only to ask for: no client names it in a graph.
pub const FILE_COPY_PATTERNS: &str = "file.copy.includeexcludepatterns";
/// 0.19; only to ask for: no client names it in a graph.
pub const FILE_SYMLINK: &str = "file.symlink.create";
/// 0.26; only to ask for: no client names it in a graph.
pub const FILE_COPY_REQUIRED_PATHS: &str = "file.copy.requiredpaths";
/// 0.10; off where the image store cannot merge, as in Docker Engine's classic one.
pub const MERGE: &str = "mergeop";
/// 0.10; off where [`MERGE`] is.
pub const DIFF: &str = "diffop";
/// 0.3
pub const CONSTRAINTS: &str = "constraints";
/// 0.3
pub const PLATFORM: &str = "platform";
/// 0.3
pub const META_IGNORE_CACHE: &str = "meta.ignorecache";
/// 0.3
pub const META_DESCRIPTION: &str = "meta.description";
/// 0.3
pub const META_EXPORT_CACHE: &str = "meta.exportcache";
