//! Dynamics: detector, static curve, ballistics, and the compressor, gate and bus compressor made of
//! them.

mod settings;

pub use settings::*;
