//! What happens to files.

use buildkit_llb::{Action, Copy, File, Graph, Metadata, Mkdir, Mode, Output, Owner, Symlink, User};

use crate::{ALPINE, Build, DEBIAN, image, local, strings};

pub(crate) const GRAPHS: &[(&str, Build)] = &[
    ("copy-all-flags", |g| {
        let (base, from) = (image(g, DEBIAN), local(g));
        let copy = Copy {
            owner: Some(owner(name("app"), name("staff"))),
            mode: Mode::Bits(0o7755),
            unpack: true,
            timestamp: Some(1_700_000_000_123_456_789),
            include: strings(["*.a", "**/b"]),
            exclude: strings(["c", "!d"]),
            replace_existing: true,
            required: strings(["r1", "r2"]),
            ..Copy::new(Some(from), "a/*.txt", "/dst/.")
        };
        changed(g, base, vec![Action::from(copy)])
    }),
    ("copy-chmod-string", |g| {
        let (base, from) = (image(g, DEBIAN), local(g));
        let Action::Copy(copy) = plain(from, "/a", "/b") else { return None };
        let copy = Copy { mode: Mode::Chmod("u=rwX,go=rX".to_owned()), ..*copy };
        changed(g, base, vec![Action::from(copy)])
    }),
    ("copy-owner-forms", |g| {
        let (base, from) = (image(g, DEBIAN), local(g));
        let forms = [
            owner(id(1000), None),
            owner(name("name"), id(12)),
            Owner::ids(0, 0),
            owner(id(0), None),
            owner(None, name("g")),
            Owner::default(),
        ];
        let mut tree = base;
        for (place, owner) in (1..).zip(forms) {
            let path = format!("/{place}");
            let Action::Copy(copy) = plain(from, &path, &path) else { return None };
            let copy = Copy { owner: Some(owner), ..*copy };
            tree = changed(g, tree, vec![Action::from(copy)])?;
        }
        Some(tree)
    }),
    ("file-many-sources", |g| {
        let (base, context) = (image(g, DEBIAN), local(g));
        let (alpine, busybox) = (image(g, ALPINE), image(g, "docker.io/library/busybox:1"));
        let actions = vec![
            plain(alpine, "/a", "/a"),
            plain(busybox, "/b", "/b"),
            plain(context, "/c", "/c"),
            plain(alpine, "/d", "/d"),
        ];
        changed(g, base, actions)
    }),
    ("symlink-unclean", |g| {
        let base = image(g, DEBIAN);
        let link = Symlink::new("a/../b", "usr/./bin/../x/");
        changed(g, base, vec![Action::from(link)])
    }),
];

/// A copy with no options.
pub(crate) fn plain(from: Output, src: &str, dest: &str) -> Action {
    let copy = Copy { from: Some(from), src: src.to_owned(), dest: dest.to_owned(), ..Copy::default() };
    Action::from(copy)
}

pub(crate) fn mkdir(path: &str, mode: u32) -> Action {
    Action::from(Mkdir { path: path.to_owned(), mode, ..Mkdir::default() })
}

pub(crate) fn changed(graph: &mut Graph, base: Output, actions: Vec<Action>) -> Option<Output> {
    Some(graph.add(File::new(base, actions), Metadata::default()))
}

fn owner(user: Option<User>, group: Option<User>) -> Owner {
    Owner { user, group }
}

fn id(number: u32) -> Option<User> {
    Some(User::Id(number))
}

fn name(name: &str) -> Option<User> {
    Some(User::Name(name.to_owned()))
}
