//! Compressor and gate, measured on steady tones, steps and bursts.

mod aliases;
mod compressor;
mod drums;
mod gate;
mod makeup;
mod robust;
pub mod support;
