//! Dynamics: detector, static curve, ballistics, and the compressor, gate and bus compressor made of
//! them.

pub mod ballistics;
pub mod curve;
pub mod detector;
pub mod level;
mod settings;

pub use settings::*;
