//! `SOURCE_DATE_EPOCH=context`: the build context says which time stands for now.

use super::ask::Ask;
use super::context::{download, repository};
use super::{EntryKind, Error};
use crate::config::{BuildContext, EPOCH};
use crate::graph::Tree;

/// The time of the commit, or that of the last change behind a URL: what its server says of it, or else the newest file
/// of an archive. A folder of the client has no time of its own.
pub(super) async fn of_context(ask: &Ask<'_>) -> Result<Option<i64>, Error> {
    let title = "[internal] look up when the build context was changed";
    let about = |error: Error| error.while_doing(&format!("{EPOCH}=context"));
    let tree = match &ask.settings().context {
        BuildContext::Client => return Ok(None),
        BuildContext::Git(git) => repository(ask, git),
        BuildContext::Http(url) => download(ask, url).await?,
    };
    let source = match &tree {
        Tree::Git(git) => git.source(),
        Tree::File(http) | Tree::Archive(http) => http.source(),
        Tree::Scratch
        | Tree::Image(_)
        | Tree::OciLayout(_)
        | Tree::Local(_)
        | Tree::Graph(_)
        | Tree::Folder { .. }
        | Tree::Without { .. } => return Ok(None),
    };
    let told = ask.client.last_changed(source, title).await;
    let changed = match (told, &tree) {
        // Daemons before 0.28 cannot be asked of a URL.
        (Ok(None) | Err(_), Tree::Archive(_)) => newest(ask, &tree, title).await?,
        (told, _) => told.map_err(about)?,
    };
    let untold =
        || about(Error::new("the server does not report when it was changed; set seconds since 1970"));
    changed.map(Some).ok_or_else(untold)
}

/// The time of the file that was changed last. Folders do not count: those that an archive does not list are made now.
async fn newest(ask: &Ask<'_>, tree: &Tree, title: &str) -> Result<Option<i64>, Error> {
    let Some(tree) = ask.open(tree, None, &[], title).await? else { return Ok(None) };
    let mut newest = None;
    let mut folders = vec!["/".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in ask.client.read_dir(&tree, &folder, "").await? {
            if entry.kind == EntryKind::Directory {
                folders.push(format!("{folder}{}/", entry.name));
            } else {
                newest = newest.max(Some(entry.modified));
            }
        }
    }
    Ok(newest)
}
