//! Mixes a multitrack session with the built plugins and writes a report.
//!
//! A [`Session`] is read and checked, [`engine::render`] plays it through plugins of a
//! [`rack::Rack`], and [`job::Job`] does the whole: read, render, measure, write.

pub mod analysis;
pub mod audio;
pub mod dynamics;
pub mod engine;
pub mod error;
pub mod export;
pub mod job;
pub mod level;
mod markup;
pub mod output;
pub mod parameters;
pub mod rack;
pub mod report;
pub mod session;

pub use error::{MixError, Result};
pub use session::Session;
