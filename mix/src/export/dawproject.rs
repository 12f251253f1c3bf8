//! A DAWproject file: a zip of `project.xml`, `metadata.xml`, the stems, and the plugins' states.
//!
//! After the schemas of DAWproject 1.0 (<https://github.com/bitwig/dawproject>). The format has no
//! word for sidechains, auxiliary outputs, and gain before the plugins: they are noted.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::project::{Device, Lane, Project, gains};
use super::tree::Element;
use crate::error::{MixError, Result};
use crate::level::gain;
use crate::session::{Level, Node, Role, Send, Tap};

/// The greatest gain that Bitwig's faders have.
const MAX_GAIN: f64 = 2.0;

/// The file's bytes. What cannot be said is noted.
///
/// # Errors
/// When a stem cannot be read.
pub fn write(project: &Project, notes: &mut Vec<String>) -> Result<Vec<u8>> {
    let session = project.session;
    unsaid(project, notes);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let failed = |error: &dyn std::fmt::Display| {
        let what = format!("the DAWproject cannot be written ({error})");
        MixError::file(&session.file, what, "stems that can be read")
    };
    // Stems are compressed already, and states are small.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let mut file = |name: &str, bytes: &[u8]| {
        zip.start_file(name, options).map_err(|error| failed(&error))?;
        zip.write_all(bytes).map_err(|error| failed(&error))
    };
    let about = Element::new("MetaData").add(Element::new("Title").holding(&session.title));
    file("metadata.xml", about.document().as_bytes())?;
    file("project.xml", tree(project).document().as_bytes())?;
    for (node, devices) in project.devices.iter().enumerate() {
        for (slot, device) in devices.iter().enumerate() {
            file(&state_path(node, slot), &preset(device))?;
        }
    }
    for media in &project.media {
        let bytes = std::fs::read(&media.path).map_err(|error| failed(&error))?;
        file(&format!("audio/{}", media.name), &bytes)?;
    }
    Ok(zip.finish().map_err(|error| failed(&error))?.into_inner())
}

/// What the format has no word for.
fn unsaid(project: &Project, notes: &mut Vec<String>) {
    for node in &project.session.nodes {
        let name = |index: usize| &project.session.nodes[index].name;
        for slot in &node.plugins {
            if let Some(key) = slot.key {
                notes.push(format!(
                    "DAWproject: give {} of \"{}\" its sidechain, \"{}\"",
                    slot.name,
                    node.name,
                    name(key.node)
                ));
            }
            if let Some(feed) = slot.feed {
                notes.push(format!(
                    "DAWproject: take the Room Feed of {} of \"{}\" to \"{}\"",
                    slot.name,
                    node.name,
                    name(feed.node)
                ));
            }
        }
        if node.gain_db != 0.0 {
            let gain_db = node.gain_db;
            notes
                .push(format!("DAWproject: \"{}\" has {gain_db} dB before its plugins", node.name));
        }
        if gain(node.fader.db) > MAX_GAIN {
            notes.push(format!("DAWproject: the fader of \"{}\" is above +6 dB", node.name));
        }
    }
}

/// What the `.clap-preset` of a state holds: the word `clap`, the plugin's id after its length, the
/// state.
fn preset(device: &Device) -> Vec<u8> {
    let id = device.kind.clap_id();
    let length = (id.len() as u32).to_be_bytes();
    [b"clap".as_slice(), &length, id.as_bytes(), &device.state].concat()
}

fn state_path(node: usize, slot: usize) -> String {
    format!("plugins/{node}-{slot}.clap-preset")
}

/// Ids of the document: of a track's channel, its volume, its sends and its plugins' parameters.
fn channel_id(node: usize) -> String {
    format!("channel{node}")
}

fn track_id(node: usize) -> String {
    format!("track{node}")
}

fn volume_id(node: usize) -> String {
    format!("volume{node}")
}

fn send_id(node: usize, send: usize) -> String {
    format!("send{node}-{send}")
}

fn param_id(node: usize, slot: usize, lane: usize) -> String {
    format!("param{node}-{slot}-{lane}")
}

fn tree(project: &Project) -> Element {
    let session = project.session;
    let tempo = session.tempo;
    let application = Element::new("Application")
        .with("name", "Proscenium")
        .with("version", env!("CARGO_PKG_VERSION"));
    let beats_per_minute = Element::new("Tempo")
        .with("unit", "bpm")
        .with("min", 20)
        .with("max", 400)
        .with("value", tempo.quarters_per_minute)
        .with("id", "tempo")
        .with("name", "Tempo");
    let meter = Element::new("TimeSignature")
        .with("numerator", tempo.beats_per_bar)
        .with("denominator", tempo.beat_unit)
        .with("id", "meter");
    let nodes = session.nodes.iter().enumerate();
    let lanes = nodes.clone().map(|(index, node)| lanes(project, index, node));
    Element::new("Project")
        .with("version", "1.0")
        .add(application)
        .add(Element::new("Transport").add(beats_per_minute).add(meter))
        .add(Element::new("Structure").all(nodes.map(|(index, node)| track(project, index, node))))
        .add(
            Element::new("Arrangement").with("id", "arrangement").add(
                Element::new("Lanes").with("id", "lanes").with("timeUnit", "seconds").all(lanes),
            ),
        )
}

fn track(project: &Project, index: usize, node: &Node) -> Element {
    let role = match node.role {
        Role::Track => "regular",
        Role::Group => "submix",
        Role::Bus => "effect",
        Role::Master => "master",
    };
    let devices = project.devices[index].iter().enumerate();
    let mut channel = Element::new("Channel")
        .with("id", channel_id(index))
        .with("role", role)
        .with("audioChannels", 2)
        .with("solo", false);
    if let Some(output) = node.output {
        channel = channel.with("destination", channel_id(output.node));
    }
    let sends = node.sends.iter().enumerate().map(|(at, send)| send_element(index, at, send));
    let pan = Element::new("Pan")
        .with("unit", "normalized")
        .with("min", 0)
        .with("max", 1)
        .with("value", 0.5)
        .with("name", "Pan");
    // In the schema's order.
    let channel = channel
        .add(Element::new("Devices").all(devices.map(|(slot, device)| plugin(index, slot, device))))
        .add(Element::new("Mute").with("value", false).with("name", "Mute"))
        .add(pan)
        .add(Element::new("Sends").all(sends))
        .add(volume(volume_id(index), &node.fader));
    Element::new("Track")
        .with("contentType", "audio")
        .with("loaded", true)
        .with("id", track_id(index))
        .with("name", &node.name)
        .with("color", &node.colour)
        .add(channel)
}

fn volume(id: String, level: &Level) -> Element {
    let value = gain(level.db);
    Element::new("Volume")
        .with("unit", "linear")
        .with("min", 0)
        .with("max", MAX_GAIN.max(value))
        .with("value", value)
        .with("id", id)
        .with("name", "Volume")
}

fn send_element(node: usize, at: usize, send: &Send) -> Element {
    let tap = match send.tap {
        Tap::Pre => "pre",
        Tap::Post => "post",
    };
    Element::new("Send")
        .with("destination", channel_id(send.to.node))
        .with("type", tap)
        .add(volume(send_id(node, at), &send.level))
}

fn plugin(node: usize, slot: usize, device: &Device) -> Element {
    let parameters = device.lanes.iter().enumerate().map(|(at, lane)| {
        let param = &lane.param;
        Element::new("RealParameter")
            .with("unit", if param.is_stepped { "linear" } else { "normalized" })
            .with("min", param.min)
            .with("max", param.max)
            .with("value", lane.points.first().map_or(param.min, |point| point.1))
            .with("parameterID", param.clap_id)
            .with("id", param_id(node, slot, at))
            .with("name", &param.name)
    });
    Element::new("ClapPlugin")
        .with("deviceID", device.kind.clap_id())
        .with("deviceName", device.title())
        .with("deviceVendor", "Proscenium")
        .with("deviceRole", "audioFX")
        .with("loaded", true)
        .with("name", device.title())
        .add(Element::new("Parameters").all(parameters))
        .add(Element::new("Enabled").with("value", true).with("name", "On/Off"))
        .add(Element::new("State").with("path", state_path(node, slot)))
}

/// A track's stem and everything on it that moves.
fn lanes(project: &Project, index: usize, node: &Node) -> Element {
    let mut found = Element::new("Lanes").with("track", track_id(index));
    if let Some(media) = project.stems[index].map(|stem| &project.media[stem]) {
        let audio = Element::new("Audio")
            .with("channels", media.channels)
            .with("duration", media.length_s)
            .with("sampleRate", media.rate_hz)
            .add(Element::new("File").with("path", format!("audio/{}", media.name)));
        let clip = Element::new("Clip")
            .with("time", 0)
            .with("duration", media.length_s)
            .with("contentTimeUnit", "seconds")
            .with("playStart", 0)
            .with("name", &node.name)
            .add(audio);
        found = found.add(Element::new("Clips").add(clip));
    }
    let faders = (!node.fader.lane.is_empty())
        .then(|| points(volume_id(index), "linear", "linear", &gains(&node.fader, 1.0)));
    let sends = node.sends.iter().enumerate().filter(|(_, send)| !send.level.lane.is_empty());
    let sends = sends
        .map(|(at, send)| points(send_id(index, at), "linear", "linear", &gains(&send.level, 1.0)));
    found = found.all(faders).all(sends);
    for (slot, device) in project.devices[index].iter().enumerate() {
        let lanes = device.lanes.iter().enumerate();
        found = found.all(lanes.map(|(at, lane)| moved(param_id(index, slot, at), lane)));
    }
    found
}

fn moved(id: String, lane: &Lane) -> Element {
    if lane.param.is_stepped {
        points(id, "linear", "hold", &lane.points)
    } else {
        points(id, "normalized", "linear", &lane.points)
    }
}

fn points(id: String, unit: &str, between: &str, found: &[(f64, f64)]) -> Element {
    let found = found.iter().map(|(time_s, value)| {
        Element::new("RealPoint")
            .with("time", time_s)
            .with("value", value)
            .with("interpolation", between)
    });
    Element::new("Points")
        .with("timeUnit", "seconds")
        .with("unit", unit)
        .add(Element::new("Target").with("parameter", id))
        .all(found)
}
