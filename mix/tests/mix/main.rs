//! The mixer, measured with processors whose sound is known exactly.

mod engine;
mod errors;
mod export;
mod outputs;
mod parameters;
mod reaper;
mod support;
