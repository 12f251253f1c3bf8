//! Equalisers: the dynamic eight-band equaliser and the steep cuts.

mod band;
mod bank;
mod butterworth;
mod cascade;
mod curve;
mod cuts;
mod design;
mod detector;
mod equaliser;
mod power;
mod prototype;
mod refine;
mod runner;
mod settings;
mod svf;
mod voice;
mod warp;

pub use curve::{BandCurve, CutCurve};
pub use cuts::Filters;
pub use design::{BandFilter, BandSpec, design, has_gain};
pub use equaliser::Equaliser;
pub use prototype::Prototype;
pub use settings::*;
