//! The parameters that saved projects rely on: the design's tables, as text.

use crate::support::{DISTANCE, GLUE, Plugin, SPACE, STRIP};

/// What a parameter ranges over.
#[derive(Clone, Copy, Debug)]
pub enum Range {
    /// Least value, greatest value and default, as a user types them.
    Float(&'static str, &'static str, &'static str),
    /// The names in order, and the default.
    Choice(&'static [&'static str], &'static str),
    /// Off or on.
    Switch(bool),
    /// A choice whose list only has to begin and end like this; the default is the first.
    Notes(&'static str, &'static str),
}

/// A parameter: its string id, its name where the design fixes it, and its range.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: String,
    pub name: Option<&'static str>,
    pub range: Range,
}

use Range::{Choice, Float, Notes, Switch};

const KEY: Range = Choice(&["Internal", "Sidechain"], "Internal");
const DETECTOR: &[&str] = &["Peak", "RMS"];
const SLOPES: &[&str] =
    &["6 dB/oct", "12 dB/oct", "18 dB/oct", "24 dB/oct", "36 dB/oct", "48 dB/oct"];
const PAN_LAW: Range = Choice(&["-3 dB", "-4.5 dB", "-6 dB"], "-3 dB");
const ROOMS: &[&str] =
    &["Booth", "Studio", "Chamber", "Club", "Theatre", "Concert Hall", "Cathedral", "Custom"];
const GROUPS: Range = Choice(&["Own", "A", "B", "C", "D"], "Own");
const TRIM: Range = Float("-24 dB", "24 dB", "0 dB");
const FADER: Range = Float("-60 dB", "24 dB", "0 dB");
const LEVEL: Range = Float("-60 dB", "12 dB", "0 dB");
const FULL_PERCENT: Range = Float("0 %", "100 %", "100 %");
const NO_PERCENT: Range = Float("0 %", "100 %", "0 %");
const BAND_TYPES: &[&str] =
    &["Bell", "Low Shelf", "High Shelf", "Low Cut", "High Cut", "Notch", "Band Pass", "Tilt"];
const BAND_FREQS: [&str; 8] =
    ["50 Hz", "100 Hz", "200 Hz", "500 Hz", "1 kHz", "2 kHz", "5 kHz", "10 kHz"];

const STRIP_ROWS: &[(&str, &str, Range)] = &[
    ("input", "Input", TRIM),
    ("polarity", "Polarity", Switch(false)),
    ("order", "Order", Choice(&["Gate EQ Comp", "Gate Comp EQ", "EQ Gate Comp"], "Gate EQ Comp")),
    ("hpf_on", "", Switch(false)),
    ("hpf_freq", "", Float("16 Hz", "1000 Hz", "80 Hz")),
    ("hpf_slope", "", Choice(SLOPES, "18 dB/oct")),
    ("lpf_on", "", Switch(false)),
    ("lpf_freq", "", Float("1 kHz", "22 kHz", "18 kHz")),
    ("lpf_slope", "", Choice(SLOPES, "12 dB/oct")),
    ("gate_on", "", Switch(false)),
    ("gate_threshold", "Gate Threshold", Float("-80 dB", "0 dB", "-40 dB")),
    ("gate_range", "Gate Range", Float("0 dB", "80 dB", "40 dB")),
    ("gate_ratio", "Gate Ratio", Float("1:1", "100:1", "inf")),
    ("gate_attack", "Gate Attack", Float("0.05 ms", "100 ms", "0.5 ms")),
    ("gate_hold", "Gate Hold", Float("0 ms", "1000 ms", "50 ms")),
    ("gate_release", "Gate Release", Float("5 ms", "4 s", "150 ms")),
    ("gate_hysteresis", "Gate Hysteresis", Float("0 dB", "12 dB", "3 dB")),
    ("gate_key", "Gate Key", KEY),
    ("gate_key_hpf", "", Float("20 Hz", "4000 Hz", "20 Hz")),
    ("gate_key_lpf", "", Float("200 Hz", "20 kHz", "20 kHz")),
    ("gate_lookahead", "Gate Lookahead", Float("0 ms", "10 ms", "0 ms")),
    ("gate_listen", "Gate Listen", Switch(false)),
    ("eq_on", "EQ", Switch(true)),
    ("comp_on", "", Switch(false)),
    ("comp_threshold", "Comp Threshold", Float("-60 dB", "0 dB", "-18 dB")),
    ("comp_ratio", "Comp Ratio", Float("1:1", "inf", "4:1")),
    ("comp_knee", "Comp Knee", Float("0 dB", "24 dB", "6 dB")),
    ("comp_attack", "Comp Attack", Float("0.05 ms", "250 ms", "10 ms")),
    ("comp_release", "Comp Release", Float("5 ms", "2.5 s", "120 ms")),
    ("comp_auto_release", "Comp Auto Release", Switch(false)),
    ("comp_detector", "Comp Detector", Choice(DETECTOR, "Peak")),
    ("comp_makeup", "", Float("-12 dB", "36 dB", "0 dB")),
    ("comp_auto_makeup", "", Switch(false)),
    ("comp_range", "Comp Range", Float("0 dB", "60 dB", "60 dB")),
    ("comp_mix", "Comp Mix", FULL_PERCENT),
    ("comp_link", "Comp Link", FULL_PERCENT),
    ("comp_key", "Comp Key", KEY),
    ("comp_key_hpf", "", Float("20 Hz", "1000 Hz", "20 Hz")),
    ("comp_lookahead", "Comp Lookahead", Float("0 ms", "10 ms", "0 ms")),
    ("comp_listen", "Comp Listen", Switch(false)),
    ("pan", "Pan", Float("100L", "100R", "C")),
    ("pan_law", "Pan Law", PAN_LAW),
    ("width", "Width", Float("0 %", "200 %", "100 %")),
    ("output", "Output", FADER),
    ("bypass", "Bypass", Switch(false)),
    ("match", "Level Match", Switch(false)),
];

const GLUE_ROWS: &[(&str, &str, Range)] = &[
    ("input", "Input", TRIM),
    ("threshold", "Threshold", Float("-40 dB", "0 dB", "-12 dB")),
    ("ratio", "Ratio", Choice(&["1.5:1", "2:1", "4:1", "10:1"], "4:1")),
    ("knee", "Knee", Float("0 dB", "18 dB", "6 dB")),
    ("attack", "Attack", Choice(&["0.1 ms", "0.3 ms", "1 ms", "3 ms", "10 ms", "30 ms"], "10 ms")),
    ("release", "Release", Choice(&["100 ms", "300 ms", "600 ms", "1200 ms", "Auto"], "Auto")),
    ("topology", "Topology", Choice(&["Feed-forward", "Feedback"], "Feedback")),
    ("detector", "Detector", Choice(DETECTOR, "Peak")),
    ("link", "Link", FULL_PERCENT),
    ("range", "Range", Float("0 dB", "40 dB", "40 dB")),
    ("key", "Key", KEY),
    ("key_hpf", "", Float("20 Hz", "500 Hz", "20 Hz")),
    ("key_listen", "Key Listen", Switch(false)),
    ("makeup", "", Float("-6 dB", "24 dB", "0 dB")),
    ("auto_makeup", "", Switch(false)),
    ("mix", "Mix", FULL_PERCENT),
    ("colour", "Colour", NO_PERCENT),
    ("clip", "Soft Clip", Switch(false)),
    ("channel", "Channel", Choice(&["Stereo", "Mid-Side", "Dual Mono"], "Stereo")),
    ("bypass", "Bypass", Switch(false)),
    ("match", "Level Match", Switch(false)),
    ("delta", "Delta", Switch(false)),
    ("output", "Output", FADER),
];

const DISTANCE_ROWS: &[(&str, &str, Range)] = &[
    ("distance", "Distance", Float("0.25 m", "64 m", "1 m")),
    ("azimuth", "Azimuth", Float("-90", "90", "0")),
    ("recorded_at", "Recorded At", Float("0.1 m", "10 m", "1 m")),
    ("level_law", "Level Law", Float("0 %", "150 %", "100 %")),
    ("air", "Air", Float("0 %", "800 %", "100 %")),
    ("proximity", "Proximity", NO_PERCENT),
    ("source_width", "Source Width", Float("0 m", "10 m", "1 m")),
    ("time_of_flight", "Time of Flight", Switch(false)),
    ("hold_loudness", "Hold Loudness", Switch(false)),
    ("room", "Room", Choice(ROOMS, "")),
    ("room_volume", "Room Volume", Float("20 m3", "100000 m3", "2000 m3")),
    ("room_rt60", "", Float("0.1 s", "10 s", "1.2 s")),
    ("room_low", "", Float("0.3", "2.5", "")),
    ("room_high", "", Float("0.1", "1.5", "")),
    ("room_group", "Room Group", GROUPS),
    ("early", "Early", LEVEL),
    ("late", "Late", LEVEL),
    ("reverb", "Reverb", Choice(&["Internal", "Room Feed"], "Internal")),
    ("pan_law", "Pan Law", PAN_LAW),
    ("output", "Output", FADER),
    ("bypass", "Bypass", Switch(false)),
];

const SPACE_ROWS: &[(&str, &str, Range)] = &[
    ("mode", "Mode", Choice(&["Reverb", "Delay", "Delay into Reverb", "Parallel"], "Reverb")),
    ("room", "Room", Choice(ROOMS, "")),
    ("room_volume", "Room Volume", Float("20 m3", "100000 m3", "")),
    ("room_group", "Room Group", GROUPS),
    ("decay", "Decay", Float("0.1 s", "30 s", "1.8 s")),
    ("decay_low", "Decay Low", Float("0.25", "3", "1")),
    ("decay_high", "Decay High", Float("0.1", "1.5", "0.6")),
    ("xover_low", "", Float("60 Hz", "1 kHz", "250 Hz")),
    ("xover_high", "", Float("1 kHz", "16 kHz", "4 kHz")),
    ("predelay", "", Float("0 ms", "500 ms", "10 ms")),
    ("predelay_sync", "", Notes("Off", "1/2")),
    ("early", "Early", Float("", "", "0 dB")),
    ("late", "Late", Float("", "", "0 dB")),
    ("diffusion", "Diffusion", Float("0 %", "100 %", "80 %")),
    ("mod_depth", "", Float("0 %", "100 %", "15 %")),
    ("mod_rate", "", Float("0.05 Hz", "5 Hz", "0.5 Hz")),
    ("freeze", "Freeze", Switch(false)),
    ("low_cut", "Low Cut", Float("20 Hz", "1 kHz", "20 Hz")),
    ("high_cut", "High Cut", Float("1 kHz", "20 kHz", "20 kHz")),
    ("delay_time", "Delay Time", Float("1 ms", "4 s", "375 ms")),
    ("delay_sync", "Delay Sync", Notes("Off", "2/1")),
    ("delay_offset", "Delay Offset", Float("-50 %", "50 %", "")),
    ("feedback", "", Float("0 %", "110 %", "35 %")),
    ("cross_feed", "", Float("0 %", "100 %", "")),
    ("delay_low_cut", "Delay Low Cut", Float("", "", "")),
    ("delay_high_cut", "Delay High Cut", Float("", "", "")),
    ("delay_drive", "Delay Drive", Float("", "", "")),
    ("delay_wow", "Delay Wow", Float("", "", "")),
    ("duck", "Duck", Float("0 dB", "40 dB", "0 dB")),
    ("duck_release", "Duck Release", Float("20 ms", "2 s", "250 ms")),
    ("duck_key", "Duck Key", Choice(&["Input", "Sidechain"], "Input")),
    ("width", "Width", Float("0 %", "200 %", "")),
    ("mix", "Mix", FULL_PERCENT),
    ("mix_lock", "Mix Lock", Switch(false)),
    ("output", "Output", FADER),
    ("bypass", "Bypass", Switch(false)),
];

/// A band of the strip's equalizer: the end of the id, and the range.
fn band(freq: &'static str) -> [(&'static str, Range); 11] {
    [
        ("on", Switch(false)),
        ("type", Choice(BAND_TYPES, "Bell")),
        ("freq", Float("20 Hz", "20 kHz", freq)),
        ("gain", TRIM),
        ("q", Float("0.1", "20", "1")),
        ("dyn", TRIM),
        ("threshold", Float("-60 dB", "0 dB", "-24 dB")),
        ("key", Choice(&["Self", "Sidechain"], "Self")),
        ("attack", Float("0.1 ms", "200 ms", "10 ms")),
        ("release", Float("10 ms", "2 s", "120 ms")),
        ("channel", Choice(&["Stereo", "Left", "Right", "Mid", "Side"], "Stereo")),
    ]
}

/// All parameters of a plugin.
pub fn rows(plugin: Plugin) -> Vec<Row> {
    let table = match plugin {
        p if p == STRIP => STRIP_ROWS,
        p if p == GLUE => GLUE_ROWS,
        p if p == DISTANCE => DISTANCE_ROWS,
        p if p == SPACE => SPACE_ROWS,
        _ => unreachable!("the suite has four plugins"),
    };
    let mut rows: Vec<_> = table
        .iter()
        .map(|&(id, name, range)| Row {
            id: id.to_owned(),
            name: (!name.is_empty()).then_some(name),
            range,
        })
        .collect();
    if plugin == STRIP {
        for (index, freq) in BAND_FREQS.into_iter().enumerate() {
            rows.extend(band(freq).map(|(end, range)| Row {
                id: format!("eq{}_{end}", index + 1),
                name: None,
                range,
            }));
        }
    }
    rows
}
