//! Trees that no step makes: where the base image and the files of a build come from.

use buildkit_llb as llb;
use buildkit_proto::pb;

/// Where a tree comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// Nothing.
    Scratch,
    /// An image.
    Image(llb::Image),
    /// An image in an OCI layout of the client.
    OciLayout(llb::OciLayout),
    /// A folder of the client; which files are sent is decided by who uses it.
    Local(llb::Local),
    /// A repository.
    Git(Box<llb::Git>),
    /// The file behind a URL.
    File(llb::Http),
    /// What is in the archive behind a URL.
    Archive(llb::Http),
    /// A graph that was handed over, whose encoding was found to be sound.
    Graph(pb::Definition),
    /// A folder of another tree.
    Folder {
        /// The other tree.
        of: Box<Tree>,
        /// The folder there.
        path: String,
    },
    /// Another tree without what patterns of a `.dockerignore` leave out.
    Without {
        /// The other tree.
        of: Box<Tree>,
        /// The patterns.
        exclude: Vec<String>,
    },
}

/// The client's name for the build context, where no option gives it another.
pub const CONTEXT_LOCAL: &str = "context";

impl Tree {
    /// An image by its reference.
    pub fn image(reference: &str, resolve_mode: llb::ResolveMode) -> Self {
        Self::Image(llb::Image { resolve_mode, ..llb::Image::new(reference) })
    }

    /// The client's folder that is the build context, without what the patterns exclude. `session` serves it.
    pub fn client_context(session: String, exclude: Vec<String>) -> Self {
        Self::Local(llb::Local {
            name: CONTEXT_LOCAL.to_owned(),
            session,
            exclude,
            shared_key_hint: CONTEXT_LOCAL.to_owned(),
            ..llb::Local::default()
        })
    }

    /// Whether only the files in use are sent.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// The same with a pattern for what the client sends; other trees are whole anyway.
    #[must_use]
    pub fn with_only(self, include: Vec<String>, hint: &str) -> Self {
        let Self::Local(mut local) = self else { return self };
        local.shared_key_hint.push_str(hint);
        Self::Local(llb::Local { include, ..local })
    }

    /// Adds the tree to a graph; `follow` are the paths that are used of it, all if empty. Nothing for an empty tree.
    pub fn add(&self, graph: &mut llb::Graph, follow: &[String], title: &str) -> Option<llb::Output> {
        let named = || llb::Metadata::named(title);
        Some(match self {
            Self::Scratch => return None,
            Self::Image(image) => graph.add(image.clone(), named()),
            Self::OciLayout(layout) => graph.add(layout.clone(), named()),
            Self::Local(local) => graph.add(llb::Local { follow: follow.to_vec(), ..local.clone() }, named()),
            Self::Git(git) => graph.add(*git.clone(), named()),
            Self::File(file) => graph.add(file.clone(), named()),
            Self::Archive(archive) => {
                let name = "[internal] load remote build context";
                let from = Some(graph.add(archive.clone(), llb::Metadata::named(name)));
                let src = format!("/{}", archive.filename);
                let unpack =
                    llb::Copy { from, src, dest: "/".to_owned(), unpack: true, ..llb::Copy::default() };
                graph.add(copying(unpack), named())
            }
            // Whoever took the graph in has looked whether it can be read.
            Self::Graph(definition) => graph.import(definition).ok().flatten()?,
            Self::Folder { of, path } => {
                let from = of.add(graph, &[], "[internal] load remote build context");
                let (src, dest) = (path.clone(), "/".to_owned());
                graph.add(
                    copying(llb::Copy { from, src, dest, contents_only: true, ..llb::Copy::default() }),
                    named(),
                )
            }
            Self::Without { of, exclude } => {
                let from = of.add(graph, &[], "[internal] load remote build context");
                let (src, dest, exclude) = ("/".to_owned(), "/".to_owned(), exclude.clone());
                graph.add(
                    copying(llb::Copy {
                        from,
                        src,
                        dest,
                        exclude,
                        contents_only: true,
                        ..llb::Copy::default()
                    }),
                    named(),
                )
            }
        })
    }
}

fn copying(copy: llb::Copy) -> llb::File {
    llb::File { base: None, actions: vec![llb::Action::Copy(Box::new(copy))] }
}
