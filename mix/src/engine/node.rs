//! One node at work: input, plugins, fader, outputs, a chunk at a time.

use clap_host::{Block, ParamEvent, Transport};

use super::lane::{Timed, due};
use super::port::{CHUNK, Port};
use crate::audio::Stereo;
use crate::dynamics::PowerMeter;
use crate::level::Gain;
use crate::rack::{BLOCK, Running};

/// What a node hears of another.
pub struct Input {
    /// Which port.
    pub port: usize,
    /// How much to delay it.
    pub delay: usize,
    /// The send's gain.
    pub gain: Option<Gain>,
}

/// A plugin in its chain.
pub struct Unit {
    /// The audio side.
    pub running: Box<dyn Running>,
    /// One channel at its input.
    pub mono: bool,
    /// Waits for a later sidechain.
    pub wait: Option<Wait>,
    /// The sidechain.
    pub key: Option<Input>,
    /// The port of the auxiliary output, and how late it is.
    pub feed: Option<(usize, usize)>,
    /// Automation.
    pub events: Vec<Timed>,
    /// The next event.
    pub next: usize,
    /// How late its input is.
    pub latency_in: usize,
    /// What is kept for measuring.
    pub record: Option<Record>,
}

/// What is kept of a plugin for measuring what it does to the level.
pub struct Record {
    /// The port that keeps its input; none if that is the node's own, which can be had again.
    pub input: Option<usize>,
    /// The power of its output.
    pub output: PowerMeter,
}

/// A delay of whole chunks' audio.
pub struct Wait {
    held: Stereo,
}

impl Wait {
    /// A delay in frames.
    pub fn new(frames: usize) -> Self {
        Self { held: Stereo::silence(frames) }
    }

    fn apply(&mut self, audio: &mut Stereo) {
        let channels =
            [(&mut self.held.left, &mut audio.left), (&mut self.held.right, &mut audio.right)];
        for (held, channel) in channels {
            let frames = channel.len();
            held.extend_from_slice(channel);
            channel.copy_from_slice(&held[..frames]);
            held.drain(..frames);
        }
    }
}

/// A node that is being rendered.
pub struct Worker {
    /// The stem, if it is a track.
    pub stem: Option<Stereo>,
    /// What it sums, if it is not.
    pub inputs: Vec<Input>,
    /// How late the sum is.
    pub latency_in: usize,
    /// Before the plugins.
    pub gain: Gain,
    /// The chain.
    pub units: Vec<Unit>,
    /// After the plugins.
    pub fader: Gain,
    /// Port before the fader, if a send wants it.
    pub pre: Option<usize>,
    /// Port after the fader.
    pub post: usize,
    /// Tempo for the plugins.
    pub tempo_bpm: f64,
    /// Sample rate in Hz.
    pub sample_rate_hz: f64,
}

impl Worker {
    /// Renders one chunk: every port that it reads has been written that far.
    pub fn render(&mut self, chunk: usize, ports: &[Port]) -> Result<(), String> {
        let start = (chunk * CHUNK) as i64;
        let mut audio = self.input(start, ports);
        for unit in &mut self.units {
            let place =
                Place { start, chunk, tempo_bpm: self.tempo_bpm, rate_hz: self.sample_rate_hz };
            if let Some(mut feed) = unit.render(&mut audio, &place, ports)?
                && let Some((port, _)) = unit.feed
            {
                let song = start - ports[port].latency as i64;
                self.fader.apply(song, [&mut feed.left, &mut feed.right]);
                ports[port].write(chunk, feed);
            }
        }
        if let Some(pre) = self.pre {
            ports[pre].write(chunk, audio.clone());
        }
        let song = start - ports[self.post].latency as i64;
        self.fader.apply(song, [&mut audio.left, &mut audio.right]);
        ports[self.post].write(chunk, audio);
        Ok(())
    }

    /// What enters the chain at a frame, a chunk long.
    pub fn input(&self, start: i64, ports: &[Port]) -> Stereo {
        let mut audio = Stereo::silence(CHUNK);
        if let Some(stem) = &self.stem {
            let from = (start as usize).min(stem.frames());
            let to = (from + CHUNK).min(stem.frames());
            audio.left[..to - from].copy_from_slice(&stem.left[from..to]);
            audio.right[..to - from].copy_from_slice(&stem.right[from..to]);
        }
        for input in &self.inputs {
            let song = start - self.latency_in as i64;
            let gain = input.gain.as_ref().map(|gain| (gain, song));
            ports[input.port].add_to(&mut audio, start - input.delay as i64, gain);
        }
        self.gain.apply(start - self.latency_in as i64, [&mut audio.left, &mut audio.right]);
        audio
    }
}

struct Place {
    start: i64,
    chunk: usize,
    tempo_bpm: f64,
    rate_hz: f64,
}

impl Unit {
    /// Processes a chunk in place; returns the auxiliary output if it is connected.
    fn render(
        &mut self,
        audio: &mut Stereo,
        place: &Place,
        ports: &[Port],
    ) -> Result<Option<Stereo>, String> {
        if let Some(wait) = &mut self.wait {
            wait.apply(audio);
        }
        let key = self.key.as_ref().map(|key| {
            let mut audio = Stereo::silence(CHUNK);
            ports[key.port].add_to(&mut audio, place.start - key.delay as i64, None);
            audio
        });
        if let Some(port) = self.record.as_ref().and_then(|record| record.input) {
            ports[port].write(place.chunk, audio.clone());
        }
        let mut out = Stereo::silence(CHUNK);
        let mut feed = self.feed.map(|_| Stereo::silence(CHUNK));
        let mut events: Vec<ParamEvent> = Vec::new();
        for offset in (0..CHUNK).step_by(BLOCK) {
            let range = offset..(offset + BLOCK).min(CHUNK);
            let song = place.start + offset as i64 - self.latency_in as i64;
            due(&self.events, &mut self.next, song, range.len(), &mut events);
            let input = [&audio.left[range.clone()], &audio.right[range.clone()]];
            let key = key.as_ref().map(|key| [&key.left[range.clone()], &key.right[range.clone()]]);
            let mut feed = feed
                .as_mut()
                .map(|feed| [&mut feed.left[range.clone()], &mut feed.right[range.clone()]]);
            self.running.process(Block {
                input: if self.mono { &input[..1] } else { &input },
                sidechain: key.as_ref().map(|key| &key[..]),
                output: &mut [&mut out.left[range.clone()], &mut out.right[range.clone()]],
                aux_output: feed.as_mut().map(|feed| &mut feed[..]),
                events: &events,
                transport: Some(Transport {
                    tempo_bpm: place.tempo_bpm,
                    playing: true,
                    position_s: song as f64 / place.rate_hz,
                }),
            })?;
        }
        if let Some(record) = &mut self.record {
            record.output.push(&out);
        }
        *audio = out;
        Ok(feed)
    }
}
