//! Compressor and gate, measured on steady tones, steps and bursts.

mod compressor;
mod gate;
mod robust;
pub mod support;
