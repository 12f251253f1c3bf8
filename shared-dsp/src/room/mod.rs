//! One model of a room, shared by Distance and Space.

pub mod barron;
mod block;
mod diffuser;
mod early;
mod late;
pub(crate) mod loudness;
mod settings;
mod shelf;
mod shoebox;
mod transpose;

pub use block::{BLOCK, Block, Exchange, RUN, Ramp, Ring, TwinRing};
pub(crate) use block::{SILENT, load, rise, store};
pub use early::{Early, TapRequest};
pub(crate) use late::Onset;
pub use late::{Late, LateSettings};
pub use settings::*;
pub use shoebox::{SPEED_OF_SOUND, Shoebox, Source};
