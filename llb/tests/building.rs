//! How graphs are written: short forms, and outputs that stay with their graph.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use buildkit_llb::{
    Action, Cache, Copy, Exec, File, Graph, Image, Local, Metadata, Mkdir, Mount, Output, Rm, Secret, Ssh,
    Symlink, Tmpfs,
};

fn graph() -> Graph {
    Graph::new("linux/amd64".parse().unwrap())
}

#[test]
fn short_forms_are_the_same_ops() {
    let (mut short, mut long) = (graph(), graph());
    let base = short.add(Image::new("debian:12"), "base");
    let context = short.add(Local::new("context"), "context");
    let exec = Exec {
        mounts: vec![
            Mount::cache("/cache", "pip"),
            Mount::tmpfs("/tmp"),
            Mount::secret("/run/secrets/token", "token"),
            Mount::ssh(),
        ],
        ..Exec::shell(base, "make")
    };
    let made = short.add(exec, "make").root;
    let file =
        File::new(made, [Action::from(Copy::new(context, "/a", "/b")), Symlink::new("b", "/c").into()]);
    let short_image = short.add(file, "files");

    let image = Image { reference: "debian:12".to_owned(), ..Image::default() };
    let base = Some(long.add(image, Metadata::named("base")));
    let local = Local { name: "context".to_owned(), ..Local::default() };
    let context = Some(long.add(local, Metadata::named("context")));
    let mount = |dest: &str, kind| Mount { dest: dest.to_owned(), kind };
    let exec = Exec {
        root: base,
        args: ["/bin/sh", "-c", "make"].map(str::to_owned).to_vec(),
        mounts: vec![
            mount("/cache", Cache { id: "pip".to_owned(), ..Cache::default() }.into()),
            mount("/tmp", Tmpfs { size: 0 }.into()),
            mount("/run/secrets/token", Secret { id: "token".to_owned(), ..Secret::default() }.into()),
            mount("", Ssh::default().into()),
        ],
        ..Exec::default()
    };
    let base = long.add(exec, Metadata::named("make")).root;
    let link = Symlink { target: "b".to_owned(), link: "/c".to_owned(), ..Symlink::default() };
    let actions = vec![Copy::new(context, "/a", "/b").into(), link.into()];
    let long_image = long.add(File { base, actions }, Metadata::named("files"));

    assert_eq!(short.definition(short_image), long.definition(long_image));
}

/// A graph, and an output of another one.
fn strangers() -> (Graph, Output) {
    let (mut ours, mut theirs) = (graph(), graph());
    ours.add(Image::new("debian:12"), "our base");
    (ours, theirs.add(Image::new("alpine:3"), "their base"))
}

#[test]
fn an_output_of_another_graph_is_no_result() {
    let (ours, theirs) = strangers();
    assert_eq!(
        ours.definition(theirs).unwrap_err().to_string(),
        "the result uses an output of another graph: step 1 there is sha256:bf47ed77b16165bd…, step 1 of this graph is \
         `our base` (sha256:1fe24beb955203f111b677b6ce1731af237de99264a66a95c6d0aaf439be7cfd)"
    );
    assert_eq!(ours.digest(theirs), "");
    let empty = graph().definition(theirs).unwrap_err().to_string();
    assert!(empty.ends_with("this graph has no step 1"), "{empty}");
}

#[test]
fn an_output_of_the_same_step_in_another_graph_is_no_stranger() {
    let (mut ours, mut theirs) = (graph(), graph());
    ours.add(Image::new("debian:12"), "our base");
    let same = theirs.add(Image::new("debian:12"), "their base");
    let folder = ours.add(File::new(same, [Mkdir::new("/a", 0o755)]), "folder");
    assert_eq!(ours.definition(folder).unwrap().digests.len(), 3);
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "step `logs` uses an output of another graph: step 1 there is sha256:")]
fn an_output_of_another_graph_stops_a_debug_build() {
    let (mut ours, theirs) = strangers();
    ours.add(File::new(theirs, [Rm::new("/var/log")]), "logs");
}

#[test]
#[cfg(not(debug_assertions))]
fn an_output_of_another_graph_is_reported_in_a_release_build() {
    let (mut ours, theirs) = strangers();
    let logs = ours.add(File::new(theirs, [Rm::new("/var/log")]), "logs");
    let error = ours.definition(logs).unwrap_err().to_string();
    assert!(
        error.starts_with("step `logs` uses an output of another graph: step 1 there is sha256:"),
        "{error}"
    );
}
