//! Mixes a multitrack session with the built plugins and writes a report.

pub mod audio;
pub mod dynamics;
pub mod engine;
pub mod error;
pub mod level;
pub mod rack;
pub mod session;

pub use error::{MixError, Result};
pub use session::Session;
