//! Reaper's project file: lines of words, and blocks from `<` to `>`.
//!
//! Layout after Cockos' wiki, "State Chunk Definitions". A CLAP plugin's state stands there as it
//! is, in base64 of 128 characters a line. A track carries its sidechain and its auxiliary output on
//! channels 3 and 4, where Reaper connects a plugin's second ports by itself.

use std::fmt::Write as _;

use base64::Engine as _;

use super::project::{Device, Project, gains};
use crate::level::gain;
use crate::session::{Level, Node, Role, Tap};

/// Channels 3 and 4 of a track.
const SECOND_PAIR: u32 = 2;
const BASE64_COLUMNS: usize = 128;

/// The project as text. What cannot be said is noted.
pub fn write(project: &Project, notes: &mut Vec<String>) -> String {
    let session = project.session;
    let master = &session.nodes[session.master()];
    let tempo = session.tempo;
    let mut lines = Lines::default();
    lines.open(format_args!("REAPER_PROJECT 0.1 \"7.0\" 0"));
    lines.say(format_args!(
        "TEMPO {} {} {}",
        tempo.quarters_per_minute * f64::from(tempo.beat_unit) / 4.0,
        tempo.beats_per_bar,
        tempo.beat_unit
    ));
    lines.say(format_args!("SAMPLERATE {} 1 0", session.sample_rate_hz));
    lines.say(format_args!("MASTER_NCH 2 2"));
    lines.say(format_args!("MASTER_VOLUME {} 0 -1 -1 1", gain(master.fader.db)));
    if master.gain_db != 0.0 {
        notes.push("Reaper: the master's gain before its plugins is left out".into());
    }
    chain(&mut lines, "MASTERFXLIST", session.master(), &project.devices[session.master()]);
    envelope(&mut lines, "MASTERVOLENV2", &gains(&master.fader, 1.0));
    for (index, node) in project.tracks() {
        track(&mut lines, project, index, node);
    }
    lines.close();
    lines.text
}

/// A file's lines, indented by depth.
#[derive(Default)]
struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    fn say(&mut self, line: std::fmt::Arguments) {
        let _ = writeln!(self.text, "{:1$}{line}", "", 2 * self.depth);
    }

    fn open(&mut self, line: std::fmt::Arguments) {
        self.say(format_args!("<{line}"));
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.say(format_args!(">"));
    }
}

/// A name in the quotes that it does not hold itself.
fn quoted(name: &str) -> String {
    let quote = ['"', '\'', '`'].into_iter().find(|quote| !name.contains(*quote));
    match quote {
        Some(quote) => format!("{quote}{name}{quote}"),
        None => format!("`{}`", name.replace('`', "'")),
    }
}

/// An identity that is the same in every export: the node, the slot, the lane.
fn identity(node: usize, slot: usize, lane: usize) -> String {
    format!("{{50726F73-6365-4E69-{slot:04X}-{lane:04X}{node:08X}}}")
}

/// The colour as Reaper counts it: a bit that says it is set, then blue, green and red.
fn colour(hex: &str) -> u32 {
    let part = |at: usize| {
        hex.get(at..at + 2).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(128)
    };
    0x0100_0000 | part(5) << 16 | part(3) << 8 | part(1)
}

fn track(lines: &mut Lines, project: &Project, index: usize, node: &Node) {
    let session = project.session;
    let id = identity(index, 0, 0);
    lines.open(format_args!("TRACK {id}"));
    lines.say(format_args!("NAME {}", quoted(&node.name)));
    lines.say(format_args!("PEAKCOL {}", colour(&node.colour)));
    lines.say(format_args!("VOLPAN {} 0 -1 -1 1", gain(node.fader.db)));
    lines.say(format_args!("NCHAN 4"));
    lines.say(format_args!("FX 1"));
    lines.say(format_args!("TRACKID {id}"));
    let to_master = node.output.is_some_and(|route| route.node == session.master());
    lines.say(format_args!("MAINSEND {} 0", u8::from(to_master)));
    receives(lines, project, index, node);
    chain(lines, "FXCHAIN", index, &project.devices[index]);
    envelope(lines, "VOLENV2", &gains(&node.fader, 1.0));
    if let Some(media) = project.stems[index].map(|stem| &project.media[stem]) {
        lines.open(format_args!("ITEM"));
        lines.say(format_args!("POSITION 0"));
        lines.say(format_args!("LENGTH {}", media.length_s));
        lines.say(format_args!("LOOP 0"));
        lines.say(format_args!("NAME {}", quoted(&node.name)));
        lines.say(format_args!("VOLPAN {} 0 1 -1", gain(node.gain_db)));
        lines.open(format_args!("SOURCE {}", if media.is_flac { "FLAC" } else { "WAVE" }));
        lines.say(format_args!("FILE {}", quoted(&format!("media/{}", media.name))));
        lines.close();
        lines.close();
    }
    lines.close();
}

/// Everything that comes to a track: outputs, sends, feeds, and keys. Reaper has these where they arrive.
fn receives(lines: &mut Lines, project: &Project, index: usize, node: &Node) {
    let plain = Level::default();
    // What a group or bus turns up before its plugins, it turns up where it comes in.
    let before = if node.role == Role::Track { 1.0 } else { gain(node.gain_db) };
    for (from, source) in project.tracks() {
        if source.output.is_some_and(|route| route.node == index) {
            receive(lines, from, Tap::Post, &plain, before, (0, 0));
        }
        for send in source.sends.iter().filter(|send| send.to.node == index) {
            receive(lines, from, send.tap, &send.level, before, (0, 0));
        }
        for slot in &source.plugins {
            if slot.feed.is_some_and(|route| route.node == index) {
                receive(lines, from, Tap::Post, &plain, before, (SECOND_PAIR, 0));
            }
        }
    }
    let mut keys: Vec<usize> =
        node.plugins.iter().filter_map(|slot| slot.key).map(|route| route.node).collect();
    keys.sort_unstable();
    keys.dedup();
    for from in keys {
        receive(lines, from, Tap::Post, &plain, 1.0, (0, SECOND_PAIR));
    }
}

fn receive(
    lines: &mut Lines,
    from: usize,
    tap: Tap,
    level: &Level,
    factor: f64,
    (source, place): (u32, u32),
) {
    let mode = match tap {
        Tap::Post => 0,
        Tap::Pre => 3,
    };
    let volume = factor * gain(level.db);
    lines.say(format_args!("AUXRECV {from} {mode} {volume} 0 0 0 0 {source} {place} -1 0 -1"));
    envelope(lines, "AUXVOLENV", &gains(level, factor));
}

fn chain(lines: &mut Lines, name: &str, node: usize, devices: &[Device]) {
    if devices.is_empty() {
        return;
    }
    lines.open(format_args!("{name}"));
    lines.say(format_args!("SHOW 0"));
    lines.say(format_args!("LASTSEL 0"));
    lines.say(format_args!("DOCKED 0"));
    for (slot, device) in devices.iter().enumerate() {
        let title = device.title();
        lines.say(format_args!("BYPASS 0 0 0"));
        let id = device.kind.clap_id();
        lines.open(format_args!("CLAP \"CLAP: {title} (Proscenium)\" {id} \"\""));
        lines.say(format_args!("CFG 4 0 0 \"\""));
        lines.open(format_args!("STATE"));
        let state = base64::engine::general_purpose::STANDARD.encode(&device.state);
        for line in state.as_bytes().chunks(BASE64_COLUMNS) {
            lines.say(format_args!("{}", String::from_utf8_lossy(line)));
        }
        lines.close();
        lines.close();
        lines.say(format_args!("FLOATPOS 0 0 0 0"));
        lines.say(format_args!("FXID {}", identity(node, slot + 1, 0)));
        for (at, lane) in device.lanes.iter().enumerate() {
            let param = &lane.param;
            let (min, max, middle) = (param.min, param.max, (param.min + param.max) / 2.0);
            let label = quoted(&format!("{} / {title}", param.name));
            lines.open(format_args!(
                "PARMENV {}:{} {min} {max} {middle} {label}",
                param.index, param.clap_id
            ));
            lines.say(format_args!("EGUID {}", identity(node, slot + 1, at + 1)));
            points(lines, &lane.points, if param.is_stepped { 1 } else { 0 });
            lines.close();
        }
        lines.say(format_args!("WAK 0 0"));
    }
    lines.close();
}

fn envelope(lines: &mut Lines, name: &str, found: &[(f64, f64)]) {
    if !found.is_empty() {
        lines.open(format_args!("{name}"));
        points(lines, found, 0);
        lines.close();
    }
}

/// Points of a shape: 0 is straight, 1 holds.
fn points(lines: &mut Lines, found: &[(f64, f64)], shape: u8) {
    lines.say(format_args!("ACT 1 -1"));
    lines.say(format_args!("VIS 1 1 1"));
    lines.say(format_args!("LANEHEIGHT 0 0"));
    lines.say(format_args!("ARM 0"));
    lines.say(format_args!("DEFSHAPE {shape} -1 -1"));
    for (time_s, value) in found {
        lines.say(format_args!("PT {time_s} {value} {shape}"));
    }
}
