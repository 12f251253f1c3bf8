//! The presets of Strip: the factory's, and what no preset holds.

use nice_plug::prelude::ClapPlugin;
use shared_plugin::factory;
use shared_plugin::preset::{Bank, Facts};
use std::sync::Arc;

use crate::StripPlugin;
use crate::params::StripParams;

/// Trim, polarity, place and fader are those of the track: a preset is tried on a track that stands
/// in its mix.
const LEFT_OUT: &[&str] = &[
    "input",
    "polarity",
    "gate_listen",
    "comp_listen",
    "pan",
    "pan_law",
    "output",
    "match",
    "bypass",
];

/// The files in `presets`, in the order in which they are offered.
const FACTORY: &[(&str, &str)] = factory![
    "vocal-forward",
    "vocal-back-in-the-row",
    "vocal-de-ess-only",
    "backing-vocals-tucked",
    "kick-weight-and-click",
    "snare-crack",
    "toms-tight",
    "overheads-air",
    "drum-bus-punch",
    "bass-even",
    "bass-under-the-kick",
    "acoustic-guitar-clear",
    "electric-guitar-in-the-band",
    "keys-make-room",
    "pad-behind-everything",
];

/// The presets of the instance with these parameters.
pub fn bank(params: &Arc<StripParams>) -> Bank {
    let facts = Facts {
        plugin: StripPlugin::CLAP_ID,
        folder: "Strip",
        left_out: LEFT_OUT,
        locks: &[],
        factory: FACTORY,
    };
    Bank::new(params.clone(), params.preset.clone(), facts)
}
