//! A build of ten times the size has a graph of at most ten times the size. `cargo bench` shows the same
//! with a clock.

use buildkit_llb as llb;
use prost::Message;

use crate::support::case::{Case, lowered};
use airflow_frontend::plan::plan;

/// The size of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size {
    bytes: usize,
    ops: usize,
}

fn size(definition: &llb::Definition) -> Size {
    Size { bytes: definition.pb.encoded_len(), ops: definition.pb.def.len() }
}

/// Asserts that each additional word costs the same, and no op.
fn check(arg: &str, case: &Case) {
    let of = |count: usize| size(&case.clone().with_words(arg, count).lowered().definition);
    // Long enough that titles do not grow any more and arguments are in a file.
    let (few, more, many) = (of(200), of(300), of(1200));
    assert_eq!((few.ops, more.ops), (more.ops, many.ops), "{arg}: a word more makes an op");
    let (early, late) = ((more.bytes - few.bytes) / 100, (many.bytes - more.bytes) / 900);
    assert!(early > 0, "{arg}: the words are not in the graph");
    assert!(late <= early + 1, "{arg}: a word takes {early} bytes, then {late}");
    // In the command, in the plan that a failing step quotes, and possibly in the image config.
    let word = "package-0000 ".len();
    assert!(late <= 4 * word, "{arg}: a word of {word} bytes takes {late}");
}

#[test]
fn graphs_grow_with_lists_of_words_and_no_faster() {
    for name in ["default", "everything"] {
        let case = Case::read(name);
        for arg in [
            "ADDITIONAL_PYTHON_DEPS",
            "ADDITIONAL_DEV_APT_DEPS",
            "ADDITIONAL_RUNTIME_APT_DEPS",
            "DEV_APT_DEPS",
            "RUNTIME_APT_DEPS",
        ] {
            check(arg, &case);
        }
    }
}

#[test]
fn graphs_grow_with_archives_of_the_context_folder_and_no_faster() {
    let of = |count: usize| {
        let mut case = Case::read("wheels-beside-airflow");
        case.context = (0..count).map(|number| format!("part{number:04}-1.0-py3-none-any.whl")).collect();
        size(&case.lowered().definition)
    };
    let (few, more, many) = (of(200), of(300), of(1200));
    assert_eq!((few.ops, more.ops), (more.ops, many.ops), "an archive more makes an op");
    let (early, late) = ((more.bytes - few.bytes) / 100, (many.bytes - more.bytes) / 900);
    assert!(early > 0 && late <= early + 1, "an archive takes {early} bytes, then {late}");
}

#[test]
fn graphs_grow_with_platforms_and_no_faster() {
    let case = Case::read("everything");
    let config = case.config();
    let of = |count: usize| {
        let sizes = case
            .facts_of_platforms(&config, count)
            .into_iter()
            .map(|facts| size(&lowered(&plan(&config, &facts), &config, &facts, case.merges).definition));
        sizes.fold(Size { bytes: 0, ops: 0 }, |sum, one| Size {
            bytes: sum.bytes + one.bytes,
            ops: sum.ops + one.ops,
        })
    };
    let one = of(1);
    assert!(one.ops > 20, "{one:?}");
    for count in [2, 4, 8] {
        let all = of(count);
        assert_eq!(all.ops, one.ops * count);
        // The names of platforms differ in length.
        assert!(all.bytes <= one.bytes * count * 102 / 100, "{count}: {all:?}, one: {one:?}");
    }
}
