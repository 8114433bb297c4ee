//! Graphs that others hand over: decoding breaks on nothing, and what was decoded can be printed and taken in.
//!
//! An input is either a graph, or edits of a sound one: places and the bytes to put there.

#![no_main]

use std::sync::OnceLock;

use airflow_frontend::config::Config;
use airflow_frontend::facts::assume;
use airflow_frontend::graph::{self, Surroundings};
use airflow_frontend::options::Options;
use airflow_frontend::plan::plan;
use buildkit_llb as llb;
use buildkit_proto::pb;
use prost::Message;

/// The bytes of a graph of ours.
fn sound() -> &'static [u8] {
    static SOUND: OnceLock<Vec<u8>> = OnceLock::new();
    SOUND.get_or_init(|| {
        let config = Config::from_options(&Options::default()).expect("nothing asked for is sound");
        let facts = assume::facts(&config, None);
        let around = Surroundings::new(&config, "s", true, 1);
        graph::lower(&plan(&config, &facts), &facts, &around).definition.pb.encode_to_vec()
    })
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let edited = match data.split_first() {
        Some((0, edits)) => {
            let mut bytes = sound().to_vec();
            for edit in edits.chunks_exact(4) {
                let place = usize::from(edit[0]) << 16 | usize::from(edit[1]) << 8 | usize::from(edit[2]);
                let length = bytes.len();
                bytes[place % length] = edit[3];
            }
            bytes
        }
        _ => data.to_vec(),
    };
    let Ok(definition) = pb::Definition::decode(edited.as_slice()) else { return };
    let _ = llb::protojson(&definition);
    if let Ok(decoded) = llb::decode::decode(&definition) {
        let _ = (llb::print::text(&decoded), llb::print::dot(&decoded), llb::print::json(&decoded));
    }
    let mut graph = llb::Graph::new(llb::Platform::default());
    if let Ok(output) = graph.import(&definition) {
        let _ = graph.definition(output);
    }
});
