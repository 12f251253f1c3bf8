//! The presets of Space: the factory's, and what no preset holds.

use nice_plug::prelude::ClapPlugin;
use shared_plugin::factory;
use shared_plugin::preset::{Bank, Facts};
use std::sync::Arc;

use crate::SpacePlugin;
use crate::params::SpaceParams;

/// Who shares the room is up to the session.
const LEFT_OUT: &[&str] = &["room_group", "mix_lock", "bypass"];

/// The mix stays while it is locked, and the room while it is that of a group: trying a preset here
/// does not move the walls of every track.
const LOCKS: &[(&str, &str)] = &[
    ("mix_lock", "mix"),
    ("room_group", "room"),
    ("room_group", "room_volume"),
    ("room_group", "decay"),
    ("room_group", "decay_low"),
    ("room_group", "decay_high"),
];

/// The files in `presets`, in the order in which they are offered.
const FACTORY: &[(&str, &str)] = factory![
    "concert-hall-two-seconds",
    "chamber-vocal",
    "plate-bright",
    "drum-room",
    "ambience-unheard",
    "cathedral-dark",
    "swell-frozen-light",
    "slap-110-ms",
    "quarter-notes-ducked",
    "ping-pong-dotted-eighths",
    "echoes-into-the-hall",
];

/// The presets of the instance with these parameters.
pub fn bank(params: &Arc<SpaceParams>) -> Bank {
    let facts = Facts {
        plugin: SpacePlugin::CLAP_ID,
        folder: "Space",
        left_out: LEFT_OUT,
        locks: LOCKS,
        factory: FACTORY,
    };
    Bank::new(params.clone(), params.preset.clone(), facts)
}
