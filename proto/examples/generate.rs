//! Writes `src/generated` anew from the `.proto` files: `cargo run -p buildkit-proto --example generate`.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    generate(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated"))
}

/// Generates all modules into `out`, a directory that exists. The test for staleness calls this too.
pub(crate) fn generate(out: &Path) -> Result<(), Box<dyn Error>> {
    let definitions = protox::compile(["gateway.proto"], [env!("CARGO_MANIFEST_DIR")])?;
    tonic_prost_build::configure()
        .out_dir(out)
        // Encoding walks a map in its order, so the order must be the keys'.
        .btree_map(".")
        // The only connection is stdin and stdout, which no address can name.
        .build_transport(false)
        .server_mod_attribute("moby.buildkit.v1.frontend", "#[cfg(feature = \"server\")]")
        // A fake answers the calls its test is about, and refuses the others.
        .generate_default_stubs(true)
        .emit_rerun_if_changed(false)
        .compile_fds(definitions)?;
    Ok(())
}
