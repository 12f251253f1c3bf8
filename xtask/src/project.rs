//! Where things are in this repository.

use std::path::{Path, PathBuf};

/// A plugin: its cargo package and the file name of its bundles (as in `bundler.toml`).
pub struct Plugin {
    /// Cargo package.
    pub package: &'static str,
    /// Bundle file name without extension.
    pub bundle: &'static str,
}

/// The four plugins.
pub const PLUGINS: [Plugin; 4] = [
    Plugin { package: "channel-strip", bundle: "proscenium-strip" },
    Plugin { package: "bus-glue", bundle: "proscenium-glue" },
    Plugin { package: "distance", bundle: "proscenium-distance" },
    Plugin { package: "space", bundle: "proscenium-space" },
];

impl Plugin {
    /// The name of the bundle without the maker's, such as `strip`.
    pub fn short(&self) -> &'static str {
        self.bundle.trim_start_matches("proscenium-")
    }
}

/// The bundle formats, as file extensions.
pub const FORMATS: [&str; 2] = ["clap", "vst3"];

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the repository")
}

/// Where builds go, absolute: a relative `CARGO_TARGET_DIR` counts from the root, where we run.
pub fn target_dir() -> PathBuf {
    let folder = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    root().join(folder)
}

/// Where `cargo xtask bundle` puts the plugins.
pub fn bundled_dir() -> PathBuf {
    target_dir().join("bundled")
}

/// The four plugins' bundles of one format.
pub fn bundles(format: &str) -> impl Iterator<Item = PathBuf> {
    PLUGINS.iter().map(move |plugin| bundled_dir().join(format!("{}.{format}", plugin.bundle)))
}
