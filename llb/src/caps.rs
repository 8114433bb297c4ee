//! The capabilities that ops need, by id, as [`buildkit_proto::caps`] lists them with their releases.
//!
//! An op's metadata names the ones it needs, so that an older daemon reports what is missing. Daemons have
//! [`EXEC_CGROUP_PARENT`], [`FILE_COPY_PATTERNS`], [`FILE_SYMLINK`] and [`FILE_COPY_REQUIRED_PATHS`], but no client names
//! them in a graph: they are only for asking.

use buildkit_proto::caps;

macro_rules! ids {
    ($($name:ident)+) => {
        $(
            #[doc = concat!("The id of [`", stringify!($name), "`](buildkit_proto::caps::", stringify!($name), ").")]
            pub const $name: &str = caps::$name.id;
        )+
    };
}

ids! {
    SOURCE_IMAGE
    SOURCE_IMAGE_RESOLVE_MODE
    SOURCE_IMAGE_LAYER_LIMIT
    SOURCE_IMAGE_CHECKSUM
    SOURCE_OCI_LAYOUT
    SOURCE_LOCAL
    SOURCE_LOCAL_UNIQUE
    SOURCE_LOCAL_SESSION
    SOURCE_LOCAL_INCLUDE
    SOURCE_LOCAL_FOLLOW_PATHS
    SOURCE_LOCAL_EXCLUDE
    SOURCE_LOCAL_SHARED_KEY_HINT
    SOURCE_LOCAL_DIFFER
    SOURCE_LOCAL_METADATA_TRANSFER
    SOURCE_GIT
    SOURCE_GIT_KEEP_DIR
    SOURCE_GIT_FULL_URL
    SOURCE_GIT_HTTP_AUTH
    SOURCE_GIT_KNOWN_HOSTS
    SOURCE_GIT_SSH_SOCK
    SOURCE_GIT_CHECKSUM
    SOURCE_GIT_SKIP_SUBMODULES
    SOURCE_GIT_SIGNATURE
    SOURCE_GIT_MTIME
    SOURCE_GIT_FETCH_BY_COMMIT
    SOURCE_GIT_BUNDLE
    SOURCE_GIT_CHECKOUT_BUNDLE
    SOURCE_HTTP
    SOURCE_HTTP_CHECKSUM
    SOURCE_HTTP_PERM
    SOURCE_HTTP_OWNER
    SOURCE_HTTP_AUTH
    SOURCE_HTTP_HEADER
    SOURCE_HTTP_SIGNATURE
    EXEC
    EXEC_DEFAULT_PATH
    EXEC_PROXY
    EXEC_NETWORK
    EXEC_SECURITY
    EXEC_ULIMIT
    EXEC_CGROUP_PARENT
    EXEC_VALID_EXIT_CODES
    EXEC_CDI
    EXEC_LINUX_RESOURCES
    EXEC_MOUNT_BIND
    EXEC_MOUNT_CACHE
    EXEC_MOUNT_CACHE_SHARING
    EXEC_MOUNT_SELECTOR
    EXEC_MOUNT_TMPFS
    EXEC_MOUNT_TMPFS_SIZE
    EXEC_MOUNT_SECRET
    EXEC_SECRET_ENV
    EXEC_MOUNT_SSH
    FILE
    FILE_COPY_PATTERNS
    FILE_SYMLINK
    FILE_COPY_REQUIRED_PATHS
    MERGE
    DIFF
    CONSTRAINTS
    PLATFORM
    META_IGNORE_CACHE
    META_DESCRIPTION
    META_EXPORT_CACHE
}
