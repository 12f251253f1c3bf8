//! The properties of every processor, measured on its output.
mod bypass;
mod contract;
mod decay;
mod delay;
mod dynamics;
mod eq;
mod filters;
mod glue;
mod masking;
mod meters;
mod placement;
#[cfg(realtime_sanitizer)]
mod realtime;
mod reverb;
mod room;
mod stereo;
