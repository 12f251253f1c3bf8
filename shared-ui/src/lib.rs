//! Theme, typography and widgets of the editors.
//!
//! An editor is a [`window::View`]: it names its plugin, tells the header and the footer what to
//! show, and draws its panels into a rectangle of a [`Face`] with the widgets of this crate. Every
//! widget of a parameter goes through [`gesture`], so that all controls feel the same and the host
//! sees one clean gesture for each move of the hand.

pub mod choice;
pub mod column;
pub mod control;
pub mod curve;
mod damage;
pub mod face;
pub mod fader;
pub mod footer;
pub mod gesture;
pub mod header;
pub mod knob;
mod menu;
pub mod meter;
pub mod named;
pub mod paint;
pub mod panel;
pub mod plot;
pub mod presets;
pub mod probe;
pub mod queue;
mod raster;
pub mod scale;
mod software;
mod stopwatch;
pub mod switch;
pub mod theme;
pub mod transfer;
pub mod window;

pub use control::{Control, Edits};
pub use face::{Face, Hand};
