//! The layouts of ports that every plugin offers: stereo, mono, and mono into stereo.
//!
//! Mono is a layout of its own: without it some hosts refuse a mono track, and others feed both
//! sides of a stereo plugin, which makes the track 3 dB louder.

use nice_plug::prelude::{AudioIOLayout, NonZeroU32, PortNames, new_nonzero_u32};

/// A stereo port beside the main ones.
const STEREO: &[NonZeroU32] = &[new_nonzero_u32(2)];
const NONE: &[NonZeroU32] = &[];

const fn layout(
    input: u32,
    output: u32,
    name: &'static str,
    key: bool,
    feed: bool,
) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: NonZeroU32::new(input),
        main_output_channels: NonZeroU32::new(output),
        aux_input_ports: if key { STEREO } else { NONE },
        aux_output_ports: if feed { STEREO } else { NONE },
        names: PortNames {
            layout: Some(name),
            main_input: Some("Input"),
            main_output: Some("Output"),
            aux_inputs: if key { &["Sidechain"] } else { &[] },
            aux_outputs: if feed { &["Room Feed"] } else { &[] },
        },
    }
}

const fn layouts(key: bool, feed: bool) -> [AudioIOLayout; 3] {
    [
        layout(2, 2, "Stereo", key, feed),
        layout(1, 1, "Mono", key, feed),
        layout(1, 2, "Mono to stereo", key, feed),
    ]
}

/// Main ports and a stereo sidechain.
pub const WITH_SIDECHAIN: &[AudioIOLayout] = &layouts(true, false);

/// Main ports and the stereo output "Room Feed".
pub const WITH_ROOM_FEED: &[AudioIOLayout] = &layouts(false, true);
