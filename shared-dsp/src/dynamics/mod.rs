//! Dynamics: detector, static curve, ballistics, and the compressor, gate and bus compressor made of
//! them.

mod auto_makeup;
pub mod ballistics;
mod bus_compressor;
mod bus_law;
mod colour;
mod compressor;
pub mod curve;
pub mod detector;
mod frame;
mod gate;
mod key_filter;
pub mod level;
mod levels;
mod lookahead;
mod oversampled;
mod ramp;
mod settings;

pub use bus_compressor::BusCompressor;
pub use compressor::Compressor;
pub use frame::Reading;
pub use gate::Gate;
pub use settings::*;
