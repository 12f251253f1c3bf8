//! One model of a room, shared by Distance and Space.

mod settings;

pub use settings::*;
