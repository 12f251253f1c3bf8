//! A session with everything in it that a project file needs: lengths of stems, states of plugins,
//! automation as numbers.

use std::path::PathBuf;

use crate::audio;
use crate::engine::{load_slot, slot_error};
use crate::error::Result;
use crate::level::gain;
use crate::rack::{ParamPlace, Rack};
use crate::session::{Kind, Level, Node, Session, Slot};

/// Longest step in s of a fader's line of dB, cut into straight lines of gain: within 0.1 dB for
/// any ride slower than 60 dB in a second.
const STEP_S: f64 = 0.05;

/// A stem's file.
pub struct Media {
    /// Where it is.
    pub path: PathBuf,
    /// Its name in the project.
    pub name: String,
    /// Length in s.
    pub length_s: f64,
    /// Channels.
    pub channels: u32,
    /// Sample rate in Hz.
    pub rate_hz: u32,
    /// Whether it is FLAC; WAV otherwise.
    pub is_flac: bool,
}

/// A plugin and its state.
pub struct Device {
    /// Which.
    pub kind: Kind,
    /// The state as CLAP saves it.
    pub state: Vec<u8>,
    /// Its automation.
    pub lanes: Vec<Lane>,
}

impl Device {
    /// The name that hosts show.
    pub fn title(&self) -> String {
        let (first, rest) = self.kind.name().split_at(1);
        format!("Proscenium {}{rest}", first.to_uppercase())
    }
}

/// Automation of a parameter.
pub struct Lane {
    /// The parameter.
    pub param: ParamPlace,
    /// Seconds and values as CLAP counts them, straight between.
    pub points: Vec<(f64, f64)>,
}

/// The whole.
pub struct Project<'a> {
    /// The session.
    pub session: &'a Session,
    /// Stems, in the order of the tracks.
    pub media: Vec<Media>,
    /// By node: its stem, as a place in `media`.
    pub stems: Vec<Option<usize>>,
    /// By node and slot.
    pub devices: Vec<Vec<Device>>,
}

impl<'a> Project<'a> {
    /// Reads stems and sets plugins.
    ///
    /// # Errors
    /// When a stem cannot be read, or a plugin refuses a setting or has no state.
    pub fn new(session: &'a Session, rack: &dyn Rack) -> Result<Self> {
        let mut project =
            Self { session, media: Vec::new(), stems: Vec::new(), devices: Vec::new() };
        for node in &session.nodes {
            let stem = node.stem.as_ref().map(|_| project.media.len());
            project.stems.push(stem);
            if node.stem.is_some() {
                let media = media(node, session.sample_rate_hz, &project.media)?;
                project.media.push(media);
            }
            let mut devices = Vec::new();
            for slot in &node.plugins {
                devices.push(device(session, node, slot, rack)?);
            }
            project.devices.push(devices);
        }
        Ok(project)
    }

    /// Nodes with their places, without the master.
    pub fn tracks(&self) -> impl Iterator<Item = (usize, &'a Node)> {
        self.session.nodes.iter().enumerate().take(self.session.master())
    }
}

fn media(node: &Node, rate_hz: u32, others: &[Media]) -> Result<Media> {
    let path = node.stem.as_ref().map(|stem| stem.path.clone()).unwrap_or_default();
    let stem = audio::read(&path, rate_hz)?;
    let is_flac = std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"fLaC"));
    let own = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // Stems of one name may come from two folders.
    let is_taken = |name: &str| others.iter().any(|media| media.name == name);
    let name = (2..)
        .map(|number| format!("{number}-{own}"))
        .find(|name| !is_taken(name))
        .filter(|_| is_taken(&own))
        .unwrap_or(own);
    Ok(Media {
        path,
        name,
        length_s: stem.audio.frames() as f64 / f64::from(rate_hz),
        channels: if stem.is_mono { 1 } else { 2 },
        rate_hz: stem.file_rate_hz,
        is_flac,
    })
}

fn device(session: &Session, node: &Node, slot: &Slot, rack: &dyn Rack) -> Result<Device> {
    let failed = |line, fault| slot_error(session, node, slot, line, fault);
    let mut plugin = load_slot(session, node, slot, false, rack)?.plugin;
    let mut lanes = Vec::new();
    for lane in &slot.lanes {
        let mut points = Vec::new();
        for point in &lane.points {
            let read = plugin.value(&lane.id, &point.text);
            points.push((point.time_s, read.map_err(|fault| failed(point.line, fault))?.1));
        }
        let param = plugin.place(&lane.id).map_err(|fault| failed(lane.line, fault))?;
        lanes.push(Lane { param, points });
    }
    let state = plugin.state().map_err(|fault| failed(slot.line, fault))?;
    Ok(Device { kind: slot.kind, state, lanes })
}

/// A level's lane as seconds and gains, straight lines between them. `factor` is a gain that always
/// applies.
pub fn gains(level: &Level, factor: f64) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for pair in level.lane.windows(2) {
        let [(from_s, from_db), (to_s, to_db)] = [pair[0], pair[1]];
        points.push((from_s, factor * gain(from_db)));
        let bends = from_db.is_finite() && to_db.is_finite() && from_db != to_db;
        let steps = if bends { ((to_s - from_s) / STEP_S).ceil().max(1.0) as u32 } else { 1 };
        for step in 1..steps {
            let along = f64::from(step) / f64::from(steps);
            let db = from_db + (to_db - from_db) * along;
            points.push((from_s + (to_s - from_s) * along, factor * gain(db)));
        }
    }
    points.extend(level.lane.last().map(|(time_s, db)| (*time_s, factor * gain(*db))));
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_decibels_stays_one_when_its_pieces_are_straight_gains() {
        let level = Level { db: 0.0, lane: vec![(1.0, -60.0), (2.0, 0.0)] };
        let points = gains(&level, 1.0);
        assert_eq!((points[0], points[points.len() - 1]), ((1.0, 1e-3), (2.0, 1.0)));
        for pair in points.windows(2) {
            let middle_s = (pair[0].0 + pair[1].0) / 2.0;
            let heard_db = 20.0 * ((pair[0].1 + pair[1].1) / 2.0).log10();
            let wanted_db = -60.0 + 60.0 * (middle_s - 1.0);
            assert!((heard_db - wanted_db).abs() < 0.15, "{heard_db} at {middle_s}");
        }
    }
}
