//! How far each compressor, gate and ducker turned the gain down, measured by rendering: the same
//! plugin plays the same audio again with that one processor's range at 0 dB, and the levels are compared.

use clap_host::{Block, Transport};

use crate::audio::Stereo;
use crate::engine::{Loaded, Recording, load_slot};
use crate::error::Result;
use crate::rack::{BLOCK, Rack};
use crate::session::{Kind, Session, Setting};

/// Length of one value in s.
pub const STEP_S: f64 = 0.02;
/// Quieter than this (-70 dBFS) the gain is not told.
const FLOOR: f64 = 1e-7;

/// A processor that turns the gain down: the parameter that stops it.
struct Reducer {
    kind: Kind,
    label: &'static str,
    /// The switch that must be on for it to work.
    switch: Option<&'static str>,
    /// Set to 0 dB, the processor does nothing.
    range: &'static str,
    /// Whether a range that is not set is 0 dB.
    off_by_default: bool,
}

const REDUCERS: [Reducer; 4] = [
    Reducer {
        kind: Kind::Strip,
        label: "compressor",
        switch: Some("comp_on"),
        range: "comp_range",
        off_by_default: false,
    },
    Reducer {
        kind: Kind::Strip,
        label: "gate",
        switch: Some("gate_on"),
        range: "gate_range",
        off_by_default: false,
    },
    Reducer {
        kind: Kind::Glue,
        label: "glue",
        switch: None,
        range: "range",
        off_by_default: false,
    },
    Reducer {
        kind: Kind::Space,
        label: "ducking",
        switch: None,
        range: "duck",
        off_by_default: true,
    },
];

/// Gain taken away over time.
pub struct Reduction {
    /// Node and slot.
    pub place: (usize, usize),
    /// What did it.
    pub label: &'static str,
    /// One value every [`STEP_S`], in dB, 0 or more; not a number in silence.
    pub db: Vec<f32>,
}

impl Reduction {
    /// The most there was, in dB.
    pub fn max_db(&self) -> f32 {
        self.db.iter().copied().filter(|db| db.is_finite()).fold(0.0, f32::max)
    }

    /// The mean where there is signal, in dB.
    pub fn mean_db(&self) -> f32 {
        let (sum, count) = self
            .db
            .iter()
            .filter(|db| db.is_finite())
            .fold((0.0, 0), |(sum, count), db| (sum + db, count + 1));
        sum / count.max(1) as f32
    }
}

fn is_on(settings: &[Setting], id: &str) -> bool {
    settings.iter().any(|setting| {
        let text = setting.text.trim();
        setting.id == id && !text.eq_ignore_ascii_case("off") && text != "0"
    })
}

fn reducers(session: &Session, place: (usize, usize)) -> impl Iterator<Item = &'static Reducer> {
    let slot = &session.nodes[place.0].plugins[place.1];
    let moves = |id: &str| slot.lanes.iter().any(|lane| lane.id == id);
    REDUCERS.iter().filter(move |reducer| {
        reducer.kind == slot.kind
            && reducer.switch.is_none_or(|id| is_on(&slot.set, id) || moves(id))
            && (!reducer.off_by_default || is_on(&slot.set, reducer.range) || moves(reducer.range))
    })
}

/// Slots that may turn the gain down.
pub fn candidates(session: &Session) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for (node, strip) in session.nodes.iter().enumerate() {
        let slots = (0..strip.plugins.len()).map(|slot| (node, slot));
        places.extend(slots.filter(|place| reducers(session, *place).next().is_some()));
    }
    places
}

/// Measures every processor of the recorded slots.
pub fn measure(
    session: &Session,
    rack: &dyn Rack,
    recordings: &[Recording],
) -> Result<Vec<Reduction>> {
    let mut reductions = Vec::new();
    for recording in recordings {
        for reducer in reducers(session, recording.place) {
            let free = without(session, rack, recording, reducer)?;
            reductions.push(Reduction {
                place: recording.place,
                label: reducer.label,
                db: compared(&free, &recording.output),
            });
        }
    }
    Ok(reductions)
}

/// The power of the slot's output if the processor did nothing.
fn without(
    session: &Session,
    rack: &dyn Rack,
    recording: &Recording,
    reducer: &Reducer,
) -> Result<Vec<f64>> {
    let node = &session.nodes[recording.place.0];
    let mut slot = node.plugins[recording.place.1].clone();
    slot.lanes.retain(|lane| lane.id != reducer.range);
    slot.set.retain(|setting| setting.id != reducer.range);
    let (id, text, line) = (reducer.range.to_owned(), "0 dB".to_owned(), slot.line);
    slot.set.push(Setting { id, text, line });
    let Loaded { mut plugin, events } = load_slot(session, node, &slot, recording.mono, rack)?;
    let failed = |fault| crate::engine::slot_error(session, node, &slot, slot.line, fault);
    let (mut running, latency) = plugin.start().map_err(failed)?;
    let frames = recording.input.frames();
    let mut output = Stereo::silence(frames + latency);
    let pad = |audio: &Stereo| {
        let mut audio = audio.clone();
        audio.add(&Stereo::silence(frames + latency));
        audio
    };
    let (input, key) = (pad(&recording.input), recording.key.as_ref().map(pad));
    let (mut next, mut due) = (0, Vec::new());
    let mut at = 0;
    while at < frames + latency {
        let range = at..(at + BLOCK).min(frames + latency);
        crate::engine::due(&events, &mut next, at as i64, range.len(), &mut due);
        let input = [&input.left[range.clone()], &input.right[range.clone()]];
        let key = key.as_ref().map(|key| [&key.left[range.clone()], &key.right[range.clone()]]);
        let processed = running.process(Block {
            input: if recording.mono { &input[..1] } else { &input },
            sidechain: key.as_ref().map(|key| &key[..]),
            output: &mut [&mut output.left[range.clone()], &mut output.right[range.clone()]],
            aux_output: None,
            events: &due,
            transport: Some(Transport {
                tempo_bpm: session.tempo.quarters_per_minute,
                playing: true,
                position_s: at as f64 / f64::from(session.sample_rate_hz),
            }),
        });
        let fault = |what| crate::rack::Fault { what, expected: "a plugin that processes".into() };
        processed.map_err(|what| failed(fault(what)))?;
        at = range.end;
    }
    drop(running);
    let mut meter = PowerMeter::new(session.sample_rate_hz, latency);
    meter.push(&output);
    Ok(meter.finish())
}

/// How much quieter `now` is than `free`, step by step.
fn compared(free: &[f64], now: &[f64]) -> Vec<f32> {
    let step = |(free, now): (&f64, &f64)| {
        if *free < FLOOR {
            return f32::NAN;
        }
        (10.0 * (free / now.max(1e-12)).log10()).max(0.0) as f32
    };
    free.iter().zip(now).map(step).collect()
}

/// The mean square of audio, step by step of [`STEP_S`], from the song's start.
pub struct PowerMeter {
    step: usize,
    /// Frames before the song's start that are still to come.
    skip: usize,
    /// Frames and their squares since the last step.
    since: (usize, f64),
    powers: Vec<f64>,
}

impl PowerMeter {
    /// For audio that is late by some frames.
    pub fn new(sample_rate_hz: u32, latency: usize) -> Self {
        let step = ((STEP_S * f64::from(sample_rate_hz)) as usize).max(1);
        Self { step, skip: latency, since: (0, 0.0), powers: Vec::new() }
    }

    /// Takes more audio.
    pub fn push(&mut self, audio: &Stereo) {
        let mut at = self.skip.min(audio.frames());
        self.skip -= at;
        while at < audio.frames() {
            let end = audio.frames().min(at + self.step - self.since.0);
            let squares = |channel: &[f32]| -> f64 {
                channel[at..end].iter().map(|x| f64::from(*x) * f64::from(*x)).sum()
            };
            self.since.1 += squares(&audio.left) + squares(&audio.right);
            self.since.0 += end - at;
            if self.since.0 == self.step {
                self.powers.push(self.since.1 / (2 * self.step) as f64);
                self.since = (0, 0.0);
            }
            at = end;
        }
    }

    /// The powers of all whole steps.
    pub fn finish(self) -> Vec<f64> {
        self.powers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_is_the_same_however_the_audio_is_cut_and_starts_with_the_song() {
        let rate = 48_000;
        let late = 100;
        let audio: Vec<f32> = (0..10_000).map(|i| if i < late { 9.0 } else { 0.5 }).collect();
        for cut in [1, 97, 960, 4096, 10_000] {
            let mut meter = PowerMeter::new(rate, late);
            for part in audio.chunks(cut) {
                meter.push(&Stereo { left: part.to_vec(), right: part.to_vec() });
            }
            let powers = meter.finish();
            assert_eq!(powers.len(), (10_000 - late) / 960, "cut {cut}");
            assert!(powers.iter().all(|p| (p - 0.25).abs() < 1e-12), "cut {cut}: {powers:?}");
        }
    }

    #[test]
    fn half_the_amplitude_is_6_db_of_reduction_and_silence_tells_nothing() {
        let db = compared(&[1.0, 1.0, 1e-9], &[1.0, 0.25, 0.0]);
        assert!(db[0] == 0.0 && (db[1] - 6.02).abs() < 0.01 && db[2].is_nan(), "{db:?}");
    }
}
