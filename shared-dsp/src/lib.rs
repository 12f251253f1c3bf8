//! All signal processing of Proscenium. Knows nothing of plugins, windows or files.
//!
//! A whole effect (what a plugin puts into its chain) implements [`effect::Effect`]. Its parts
//! (biquads, delay lines, detectors, ...) are plain types with inherent methods: coefficients are
//! pure functions of named-field specs and are kept apart from state, so that an editor's curve,
//! the tests and the audio all call the same function.

pub mod air;
pub mod biquad;
pub mod bypass;
pub mod delay;
pub mod delay_line;
pub mod ducker;
pub mod dynamics;
pub mod effect;
pub mod eq;
pub mod gain;
pub mod handoff;
pub mod k_weighting;
pub mod level_match;
pub mod loudness;
pub mod masking;
pub mod meter;
pub mod placement;
pub mod reverb;
pub mod room;
mod simd;
pub mod smooth;
pub mod spectrum;
pub mod stereo;
pub mod tempo;
pub mod units;
