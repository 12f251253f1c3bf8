//! A small headless CLAP host: load by path, play, automate, save, render.
//!
//! ```no_run
//! use clap_host::{Bundle, HostOptions, RenderOptions, render};
//!
//! # fn main() -> clap_host::Result<()> {
//! let bundle = Bundle::load("target/bundled/proscenium-strip.clap")?;
//! let mut strip = bundle.instance("audio.proscenium.strip", &HostOptions::default())?;
//! strip.set("comp_on", "On")?;
//! strip.set("comp_threshold", "-18 dB")?;
//! let input = vec![vec![0.5; 48_000]; 2];
//! let rendered = render(&mut strip, &input, &RenderOptions::default())?;
//! # Ok(()) }
//! ```
//!
//! An [`Instance`] stays on the thread that made it; the [`Processor`] that it gives when it is
//! activated may go to any other. The bundle stays loaded as long as anything made from it lives.

mod bundle;
mod error;
#[cfg(all(feature = "gui", target_os = "linux"))]
mod gui;
mod host;
mod instance;
#[cfg(feature = "gui")]
mod music;
mod params;
mod ports;
mod process;
mod render;
#[cfg(feature = "gui")]
mod scene;
mod state;

pub use bundle::Bundle;
pub use error::{Error, Result};
#[cfg(all(feature = "gui", target_os = "linux"))]
pub use gui::{Editor, Picture};
pub use host::LogMessage;
pub use instance::{HostOptions, Instance, Layout, RemotePage, Track};
#[cfg(feature = "gui")]
pub use music::{Music, Stereo, read_flac};
pub use params::{Param, param_id};
pub use ports::{Port, Ports};
pub use process::{Answer, Block, ParamEvent, Processor, Transport};
pub use render::{Automation, RenderOptions, Rendered, render};
#[cfg(feature = "gui")]
pub use scene::{Scene, Staged};
