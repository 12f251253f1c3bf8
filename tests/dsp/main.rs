//! The properties of every processor, measured on its output.
mod contract;
mod eq;
mod filters;
mod dynamics;
mod glue;
mod room;
mod reverb;
mod delay;
mod placement;
mod stereo;
mod meters;
