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

pub use block::{BLOCK, Block};
pub(crate) use block::{Exchange, RUN, Ramp};
pub(crate) use block::{SILENT, line, load, store};
pub(crate) use early::{Early, TapRequest};
pub(crate) use late::Onset;
pub(crate) use late::{Late, LateSettings};
pub use settings::*;
pub use shoebox::{SPEED_OF_SOUND, Shoebox, Source};
