//! The build context: a folder of the client, a repository, a URL, or a graph that was handed over.

use buildkit_llb as llb;

use super::ask::Ask;
use super::{Error, caps};
use crate::config::{BuildContext, GitRef, Mtime};
use crate::diagnostic::masked;
use crate::graph::{self, Tree};

/// Where the files of a build are, found out but for the most part not loaded.
pub(super) struct Context {
    /// The build context; nothing is excluded from it yet.
    pub(super) tree: Tree,
    /// Where the build file is, and its name there.
    pub(super) build_file: (Tree, String),
}

/// Finds out what the build context is.
pub(super) async fn locate(ask: &Ask<'_>) -> Result<Context, Error> {
    let settings = ask.settings();
    let mut filename = settings.filename.clone();
    let client = graph::client_context(ask.around);
    let (tree, mut build_file) = match &settings.context {
        BuildContext::Git(git) => {
            let git = GitRef { keep_git_dir: git.keep_git_dir || settings.keep_git_dir, ..git.clone() };
            let tree = repository(ask, &git);
            (tree.clone(), Some(tree))
        }
        BuildContext::Http(url) => {
            let tree = download(ask, url).await?;
            if matches!(tree, Tree::File(_)) && settings.build_file_local.is_none() {
                DOWNLOADED.clone_into(&mut filename);
            }
            (tree.clone(), Some(tree))
        }
        BuildContext::Client => (ask.input("context")?.unwrap_or(client), ask.input("dockerfile")?),
    };
    let tree = match &settings.context_subdir {
        Some(_) if tree.is_local() => {
            return Err(Error::new("contextsubdir: only supported with a remote build context"));
        }
        Some(path) => Tree::Folder { of: Box::new(tree), path: path.clone() },
        None => tree,
    };
    if settings.build_file_local.is_some() {
        build_file = None;
    }
    let local = settings.build_file_local.as_deref().unwrap_or("dockerfile");
    let build_file = build_file.unwrap_or_else(|| {
        Tree::Local(llb::Local {
            name: local.to_owned(),
            session: ask.session_of(local),
            shared_key_hint: local.to_owned(),
            differ: Some(llb::Differ::None),
            ..llb::Local::default()
        })
    });
    Ok(Context { tree, build_file: (build_file, filename) })
}

/// A repository as a tree.
pub(super) fn repository(ask: &Ask<'_>, git: &GitRef) -> Tree {
    // An image that is to be the same tomorrow needs files of one time; a server that does not know how gives its own.
    let repeats = ask.settings().epoch.is_some() || ask.settings().epoch_of_context;
    let wanted = repeats.then_some(Mtime::Commit).filter(|_| ask.caps.has(caps::SOURCE_GIT_MTIME));
    Tree::Git(Box::new(llb::Git {
        url: git.remote.clone(),
        revision: git.reference.clone(),
        subdir: git.subdir.clone(),
        keep_git_dir: git.keep_git_dir,
        checksum: git.checksum.clone(),
        skip_submodules: git.skip_submodules,
        mtime: git.mtime.or(wanted).map(Mtime::name).unwrap_or_default().to_owned(),
        fetch_by_commit: git.fetch_by_commit,
        ..llb::Git::default()
    }))
}

/// The name of a file that is downloaded as a context.
pub(super) const DOWNLOADED: &str = "context";

/// The archive behind a URL, or else the one file.
pub(super) async fn download(ask: &Ask<'_>, url: &str) -> Result<Tree, Error> {
    let http = llb::Http { url: url.to_owned(), filename: DOWNLOADED.to_owned(), ..llb::Http::default() };
    let file = Tree::File(http.clone());
    let title = "[internal] load remote build context";
    let doing = || format!("downloading the build context {}", masked(url));
    let tree = ask.open(&file, None, &[], title).await.map_err(|error| error.while_doing(&doing()))?;
    let Some(tree) = tree else { return Ok(file) };
    let start = ask.client.read_start(&tree, &format!("/{DOWNLOADED}"), 1024).await;
    let start = start.map_err(|error| error.while_doing(&doing()))?;
    Ok(if is_archive(&start) { Tree::Archive(http) } else { file })
}

/// Whether a file that starts so is an archive, packed or plain.
fn is_archive(start: &[u8]) -> bool {
    const PACKED: [&[u8]; 3] = [b"BZh", b"\x1f\x8b\x08", b"\xfd7zXZ\0"];
    PACKED.iter().any(|magic| start.starts_with(magic)) || is_tar_header(start)
}

/// Whether these bytes are the header of a tar file: its sum stands in it, counted as if the eight bytes of the sum were
/// blanks.
fn is_tar_header(start: &[u8]) -> bool {
    const SUM: std::ops::Range<usize> = 148..156;
    let Some(header) = start.get(..512) else { return false };
    let text: String = header[SUM].iter().map(|byte| char::from(*byte)).collect();
    let Ok(told) = u64::from_str_radix(text.trim_matches(['\0', ' ']), 8) else { return false };
    let sum = (0..)
        .zip(header)
        .map(|(at, byte)| if SUM.contains(&at) { u64::from(b' ') } else { u64::from(*byte) });
    told == sum.sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tar_header() -> Vec<u8> {
        let mut header = vec![0; 512];
        header[..5].copy_from_slice(b"file\0");
        header[257..262].copy_from_slice(b"ustar");
        header[148..156].fill(b' ');
        let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        header
    }

    #[test]
    fn archives_are_told_by_how_they_start() {
        for start in [b"BZh9".as_slice(), b"\x1f\x8b\x08\0", b"\xfd7zXZ\0\0", &tar_header()] {
            assert!(is_archive(start));
        }
        let mut broken = tar_header();
        broken[0] ^= 1;
        for start in [b"".as_slice(), b"# syntax=airflow\n", b"PK\x03\x04", &[0; 1024], &broken] {
            assert!(!is_archive(start));
        }
    }
}
