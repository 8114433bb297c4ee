//! What is said about steps, in which order they come, and where they come from.

use std::collections::BTreeMap;

use buildkit_llb::{
    Diff, Exec, File, Graph, Image, LinuxResources, Merge, Metadata, Mount, Output, Position, ProgressGroup,
    Range, SourceFile,
};

use crate::files::{changed, mkdir, plain};
use crate::{ALPINE, Build, DEBIAN, command, image, local};

pub(crate) const GRAPHS: &[(&str, Build)] = &[
    ("merge-with-diffs", |g| {
        let base = image(g, DEBIAN);
        let one = g.add(command(base, "one"), Metadata::default()).step;
        let two = g.add(command(base, "two"), Metadata::default()).step;
        let trees = [
            Some(base),
            g.add(Diff::new(Some(base), Some(one)), "d1"),
            g.add(Diff::new(Some(base), Some(two)), Metadata::default()),
            Some(two),
            g.add(Diff::new(Some(one), None), Metadata::default()),
            g.add(Diff::new(Some(one), Some(one)), Metadata::default()),
        ];
        g.add(Merge::new(trees), Metadata::default())
    }),
    ("meta-all", |g| {
        let group = |id: &str, name: &str, weak| {
            Some(ProgressGroup { id: id.to_owned(), name: name.to_owned(), weak })
        };
        let one = || group("pg1", "group one", false);
        let base = debian(g, Metadata { progress_group: one(), ..Metadata::named("base") });
        let about = Metadata { ignore_cache: true, progress_group: one(), ..Metadata::named("run 1") };
        let exec = g.add(command(base, "true"), about).step;
        let description = [("a.b", "c"), ("x", "ü"), ("empty", "")];
        let description = description.map(|(key, text)| (key.to_owned(), text.to_owned()));
        let about = Metadata {
            description: BTreeMap::from(description),
            progress_group: group("pg2", "weak", true),
            ..Metadata::default()
        };
        let context = buildkit_llb::Local {
            name: "context".to_owned(),
            session: "SESSION".to_owned(),
            ..buildkit_llb::Local::default()
        };
        let context = g.add(context, about);
        let copy = File { base: Some(exec), actions: vec![plain(context, "/", "/")] };
        Some(g.add(copy, Metadata { progress_group: one(), ..Metadata::named("copy") }))
    }),
    ("meta-linux-resources", |g| {
        let limits = LinuxResources {
            memory: 1 << 30,
            memory_swap: -1,
            cpu_shares: 512,
            cpu_period: 100_000,
            cpu_quota: 50_000,
            cpuset_cpus: "0-3".to_owned(),
            cpuset_mems: "0,1".to_owned(),
        };
        let base = image(g, DEBIAN);
        let about = Metadata { linux_resources: Some(limits), ..Metadata::default() };
        Some(g.add(command(base, "true"), about).step)
    }),
    ("meta-linux-resources-other-op", |g| {
        let limits = LinuxResources { memory: 1 << 30, ..LinuxResources::default() };
        let file = File { base: Some(image(g, DEBIAN)), actions: vec![mkdir("/x", 0o755)] };
        Some(g.add(file, Metadata { linux_resources: Some(limits), ..Metadata::default() }))
    }),
    ("meta-export-cache", |g| {
        let exports = |export| Metadata { export_cache: Some(export), ..Metadata::default() };
        let base = debian(g, exports(false));
        Some(g.add(command(base, "true"), exports(true)).step)
    }),
    ("source-map", |g| {
        let config = file(g, "config.yaml", "a: 1\n", "YAML");
        let dockerfile = file(g, "Dockerfile", "FROM x\nRUN y\n", "Dockerfile");
        let range = |start: (i32, i32), end: (i32, i32)| Range {
            start: Position { line: start.0, character: start.1 },
            end: Position { line: end.0, character: end.1 },
        };
        let base = image(g, DEBIAN);
        g.locate(base, config, &[range((1, 0), (1, 4))]);
        let shared = g.add(command(base, "shared"), Metadata::default()).step;
        g.locate(shared, dockerfile, &[range((2, 0), (2, 5))]);
        g.locate(shared, config, &[range((1, 0), (1, 1)), Range::lines(3, 4)]);
        g.locate(shared, dockerfile, &[Range::lines(1, 1)]);
        let x = changed(g, shared, vec![mkdir("/x", 0o755)])?;
        g.locate(x, config, &[Range::lines(5, 5)]);
        let y = changed(g, shared, vec![mkdir("/y", 0o755)]);
        let both = g.add(Merge::new([Some(x), y]), Metadata::default())?;
        g.locate(both, dockerfile, &[]);
        Some(both)
    }),
    ("source-map-equal-files", |g| {
        let (first, second) = (file(g, "f", "t", "L"), file(g, "f", "t", "L"));
        let base = image(g, DEBIAN);
        g.locate(base, first, &[Range::lines(1, 1)]);
        let made = changed(g, base, vec![mkdir("/x", 0o755)])?;
        g.locate(made, second, &[Range::lines(2, 2)]);
        Some(made)
    }),
    ("source-map-twin-vertices", |g| {
        let source = file(g, "f", "t", "");
        let trees = [("/1", 1), ("/2", 2), ("/3", 1)].map(|(path, line)| {
            let base = image(g, DEBIAN);
            g.locate(base, source, &[Range::lines(line, line)]);
            changed(g, base, vec![mkdir(path, 0o755)])
        });
        g.add(Merge::new(trees), Metadata::default())
    }),
    ("diamond", |g| {
        let (debian, context) = (image(g, DEBIAN), local(g));
        let base = g.add(command(debian, "base"), Metadata::default()).step;
        let with = |dest: &str, input| vec![Mount::bind(dest, Some(input))];
        let left = Exec { mounts: with("/c", context), ..command(base, "left") };
        let left = g.add(left, Metadata::default()).step;
        let right = Exec { mounts: with("/l", left), ..command(base, "right") };
        let right = g.add(right, Metadata::default()).step;
        let merged = g.add(Merge::new([Some(right), Some(left), Some(base)]), Metadata::default())?;
        changed(g, merged, vec![plain(left, "/a", "/a"), plain(right, "/b", "/b")])
    }),
    ("twin-metadata-used-backwards", |g| {
        let first = debian(g, Metadata::named("first"));
        let second = debian(g, Metadata::named("second"));
        let one = changed(g, first, vec![mkdir("/1", 0o755)]);
        let two = changed(g, second, vec![mkdir("/2", 0o755)]);
        g.add(Merge::new([two, one]), Metadata::default())
    }),
    ("imported", |g| {
        let mut inner = crate::graph();
        let about = Metadata { export_cache: Some(true), ..Metadata::default() };
        let alpine = inner.add(Image { reference: ALPINE.to_owned(), ..Image::default() }, about);
        let source = file(&mut inner, "f", "t", "");
        inner.locate(alpine, source, &[Range::lines(1, 1)]);
        let mounts = vec![Mount::writable("/m", Some(local(&mut inner)))];
        let made = inner.add(Exec { mounts, ..command(alpine, "inner") }, "inner");
        let imported = g.import(&inner.definition(made.at("/m")).unwrap().pb).unwrap()?;

        let source = file(g, "f", "t", "");
        let alpine = image(g, ALPINE);
        g.locate(alpine, source, &[Range::lines(9, 9)]);
        let base = image(g, DEBIAN);
        changed(g, base, vec![plain(imported, "/", "/imported/"), plain(alpine, "/etc", "/etc")])
    }),
];

fn debian(graph: &mut Graph, about: Metadata) -> Output {
    graph.add(Image { reference: DEBIAN.to_owned(), ..Image::default() }, about)
}

fn file(graph: &mut Graph, name: &str, text: &str, language: &str) -> buildkit_llb::FileId {
    graph.source_file(SourceFile {
        filename: name.to_owned(),
        data: text.as_bytes().to_vec(),
        language: language.to_owned(),
        definition: None,
    })
}
