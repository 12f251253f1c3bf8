//! What the four plugins share between framework and sound: parameter kinds and their text, ports,
//! the rack that a chain runs in, telemetry for editors, saved states and presets.

pub mod choices;
pub mod failure;
pub mod kinds;
pub mod ports;
pub mod preset;
pub mod rack;
pub mod state;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;

/// The vendor of every plugin.
pub const VENDOR: &str = "Proscenium";
