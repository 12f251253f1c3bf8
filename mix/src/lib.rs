//! Mixes a multitrack session with the built plugins and writes a report.

pub mod error;
pub mod session;

pub use error::{MixError, Result};
pub use session::Session;
