//! The plugin that the targets are linked with. Without one, `session` alone can be built.

#[cfg(any(feature = "strip", feature = "glue", feature = "distance", feature = "space"))]
mod plugin;

#[cfg(any(feature = "strip", feature = "glue", feature = "distance", feature = "space"))]
pub use plugin::{bank, bundle, id};
