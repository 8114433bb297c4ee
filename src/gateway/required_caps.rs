//! What options need of the server, asked before anything is built: so all that is missing is told at once.

use buildkit_frontend::caps::Cap;

use super::{Caps, Error, caps};
use crate::config::{BuildContext, GitRef, Resources, Settings, Source};

/// What clients may ask a frontend to know of; the label of the frontend's image lists the same, and a daemon that reads
/// it refuses other features before the frontend is started.
pub const FEATURES: [&str; 4] = [
    "moby.buildkit.frontend.inputs",
    "moby.buildkit.frontend.subrequests",
    "moby.buildkit.frontend.contexts",
    "moby.buildkit.frontend.gitquerystring",
];

/// An error for the first feature that a client asks for and that is none of ours. One that is only to be handed on to
/// another frontend is marked so, and counts all the same.
pub(super) fn features(asked: Option<&String>) -> Result<(), Error> {
    let asked = asked.map_or("", String::as_str).split(',').map(str::trim);
    let mut features = asked.map(|feature| feature.strip_suffix("+forward").unwrap_or(feature));
    let unknown = features.find(|feature| !feature.is_empty() && !FEATURES.contains(feature));
    unknown.map_or(Ok(()), |feature| Err(Error::unsupported_feature(feature)))
}

/// An error that names each option which this server cannot do.
pub(super) fn check(settings: &Settings, caps: &Caps) -> Result<(), Error> {
    let mut needs: Vec<(String, Cap)> = Vec::new();
    let mut need = |needed: bool, option: &str, cap| needs.extend(needed.then(|| (option.to_owned(), cap)));
    need(settings.shm_size.is_some(), "--shm-size", caps::EXEC_MOUNT_TMPFS_SIZE);
    need(!settings.ulimits.is_empty(), "--ulimit", caps::EXEC_ULIMIT);
    need(settings.cgroup_parent.is_some(), "--cgroup-parent", caps::EXEC_CGROUP_PARENT);
    need(settings.resources != Resources::default(), "--memory and --cpu-…", caps::EXEC_LINUX_RESOURCES);
    if let BuildContext::Git(git) = &settings.context {
        git_needs(git, "context", &mut needs);
    }
    for (name, source) in &settings.named.0 {
        let option = format!("--build-context {name}");
        match source {
            Source::OciLayout { .. } => needs.push((option, caps::SOURCE_OCI_LAYOUT)),
            Source::Input(_) => needs.push((option, caps::INPUTS)),
            Source::Git(git) => git_needs(git, &option, &mut needs),
            Source::Scratch | Source::Image(_) | Source::Http(_) | Source::Local(_) => {}
        }
    }
    let missing = |(option, cap): &(String, Cap)| {
        caps.require(*cap).err().map(|error| error.while_doing(option).message)
    };
    let missing: Vec<String> = needs.iter().filter_map(missing).collect();
    if missing.is_empty() { Ok(()) } else { Err(Error::new(missing.join("\n"))) }
}

fn git_needs(git: &GitRef, option: &str, needs: &mut Vec<(String, Cap)>) {
    let wishes = [
        (!git.checksum.is_empty(), "checksum", caps::SOURCE_GIT_CHECKSUM),
        (git.skip_submodules, "submodules", caps::SOURCE_GIT_SKIP_SUBMODULES),
        (git.mtime.is_some(), "mtime", caps::SOURCE_GIT_MTIME),
        (git.fetch_by_commit, "fetch-by-commit", caps::SOURCE_GIT_FETCH_BY_COMMIT),
    ];
    let wanted = wishes.into_iter().filter(|(wanted, _, _)| *wanted);
    needs.extend(wanted.map(|(_, key, cap)| (format!("{option} ({key} in the query)"), cap)));
}
