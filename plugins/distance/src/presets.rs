//! The presets of Distance: the factory's, and what no preset holds.

use nice_plug::prelude::ClapPlugin;
use shared_plugin::factory;
use shared_plugin::preset::{Bank, Facts};
use std::sync::Arc;

use crate::DistancePlugin;
use crate::params::DistanceParams;

/// The direction is that of the track in its mix, the microphone that of its recording; where the
/// late field is made is up to the session.
const LEFT_OUT: &[&str] = &["azimuth", "recorded_at", "room_group", "reverb", "pan_law", "bypass"];

/// The room stays while it is that of a group: trying a preset on one track does not move the walls
/// of all.
const LOCKS: &[(&str, &str)] = &[
    ("room_group", "room"),
    ("room_group", "room_volume"),
    ("room_group", "room_rt60"),
    ("room_group", "room_low"),
    ("room_group", "room_high"),
];

/// The files in `presets`, in the order in which they are offered.
const FACTORY: &[(&str, &str)] = factory![
    "front-row",
    "middle-of-the-hall",
    "back-of-the-hall",
    "choir-on-the-risers",
    "strings-on-the-stage",
    "organ-in-the-cathedral",
    "drums-in-the-studio",
    "guitar-amp-across-the-club",
    "voice-in-the-booth",
    "intimate-whispered",
    "next-room",
];

/// The presets of the instance with these parameters.
pub fn bank(params: &Arc<DistanceParams>) -> Bank {
    let facts = Facts {
        plugin: DistancePlugin::CLAP_ID,
        folder: "Distance",
        left_out: LEFT_OUT,
        locks: LOCKS,
        factory: FACTORY,
    };
    Bank::new(params.clone(), params.preset.clone(), facts)
}
