//! The build context without the files that `.dockerignore` excludes.

use buildkit_frontend::context::ignore;
use buildkit_llb as llb;

use super::Error;
use super::ask::Ask;
use super::build_file::BuildFile;
use super::context::Context;
use crate::graph::Tree;

/// The build context without what the user wants left out. A remote one is trimmed only where its files get into the
/// image, which are Airflow's sources: Docker itself reads no list there.
pub(super) async fn without_ignored(
    context: Context,
    ask: &Ask<'_>,
    file: &BuildFile,
) -> Result<Tree, Error> {
    let Tree::Local(local) = context.tree else {
        return if ask.has_sources() { trimmed(ask, context.tree, file).await } else { Ok(context.tree) };
    };
    let patterns = match &file.ignored {
        Some(text) => ignore::patterns(text),
        None => ignored(ask, &local, "context", "[internal] load .dockerignore").await?,
    };
    Ok(Tree::Local(llb::Local { exclude: patterns, ..local }))
}

/// A tree without what the list in it leaves out.
async fn trimmed(ask: &Ask<'_>, tree: Tree, file: &BuildFile) -> Result<Tree, Error> {
    let text = match (&file.ignored, ask.open(&tree, None, &[], "[internal] load .dockerignore").await?) {
        (Some(text), _) => Some(text.clone()),
        (None, Some(opened)) => ask.text(&opened, &format!("/{}", ignore::FILE)).await?,
        (None, None) => None,
    };
    let exclude = text.map(|text| ignore::patterns(&text)).unwrap_or_default();
    Ok(if exclude.is_empty() { tree } else { Tree::Without { of: Box::new(tree), exclude } })
}

/// The patterns of the `.dockerignore` in a folder of the client.
pub(super) async fn ignored(
    ask: &Ask<'_>,
    folder: &llb::Local,
    hint: &str,
    title: &str,
) -> Result<Vec<String>, Error> {
    let tree = Tree::Local(llb::Local {
        name: folder.name.clone(),
        session: folder.session.clone(),
        shared_key_hint: format!("{hint}-{}", ignore::FILE),
        differ: Some(llb::Differ::None),
        ..llb::Local::default()
    });
    let Some(tree) = ask.open(&tree, None, &[ignore::FILE.to_owned()], title).await? else {
        return Ok(Vec::new());
    };
    let text = ask.text(&tree, &format!("/{}", ignore::FILE)).await?;
    Ok(text.map(|text| ignore::patterns(&text)).unwrap_or_default())
}
