//! Equalisers: the dynamic eight-band equaliser and the steep cuts.

mod settings;

pub use settings::*;
