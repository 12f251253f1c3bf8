//! The presets of Glue: the factory's, and what no preset holds.

use nice_plug::prelude::ClapPlugin;
use shared_plugin::factory;
use shared_plugin::preset::{Bank, Facts};
use std::sync::Arc;

use crate::GluePlugin;
use crate::params::GlueParams;

/// What is taken away, what the detector hears and the comparisons are for listening.
const LEFT_OUT: &[&str] = &["delta", "key_listen", "match", "bypass"];

/// The files in `presets`, in the order in which they are offered.
const FACTORY: &[(&str, &str)] = factory![
    "drum-bus-2-db",
    "drum-bus-smashed-in-parallel",
    "mix-bus-glue",
    "mix-bus-loud-passages-only",
    "mix-bus-centre-and-sides",
    "vocal-bus-one-voice",
    "guitar-bus-thick",
    "keys-and-pads-ducked",
    "bass-and-kick-pumping",
    "peaks-caught",
];

/// The presets of the instance with these parameters.
pub fn bank(params: &Arc<GlueParams>) -> Bank {
    let facts = Facts {
        plugin: GluePlugin::CLAP_ID,
        folder: "Glue",
        left_out: LEFT_OUT,
        locks: &[],
        factory: FACTORY,
    };
    Bank::new(params.clone(), params.preset.clone(), facts)
}
