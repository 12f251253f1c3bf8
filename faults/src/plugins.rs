//! The four plugins as they are built.

use std::path::PathBuf;

use clap_host::Bundle;

/// File names of the bundles, without extension, and CLAP ids.
pub const PLUGINS: [(&str, &str); 4] = [
    ("proscenium-strip", "audio.proscenium.strip"),
    ("proscenium-glue", "audio.proscenium.glue"),
    ("proscenium-distance", "audio.proscenium.distance"),
    ("proscenium-space", "audio.proscenium.space"),
];

/// The built bundle.
///
/// # Panics
/// When it is not there.
pub fn load(name: &str) -> Bundle {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target")),
        PathBuf::from,
    );
    let path = target.join("bundled").join(format!("{name}.clap"));
    assert!(path.exists(), "{} is not there: run `cargo xtask bundle` first", path.display());
    Bundle::load(&path).unwrap_or_else(|error| panic!("{error}"))
}
