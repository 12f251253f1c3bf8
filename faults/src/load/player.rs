//! An instance at work.

use clap_host::{Block, Bundle, HostOptions, Instance, ParamEvent, Processor, Result};
use fastrand::Rng;

use super::BLOCK;
use crate::plugins::PLUGINS;

/// Settings that put every part of a plugin to work.
const SETTINGS: [&[(&str, &str)]; 4] = [
    &[
        ("hpf_on", "On"),
        ("gate_on", "On"),
        ("gate_threshold", "-50 dB"),
        ("eq2_on", "On"),
        ("eq2_gain", "-3 dB"),
        ("eq4_on", "On"),
        ("eq4_gain", "3 dB"),
        ("eq6_on", "On"),
        ("eq6_gain", "2 dB"),
        ("eq6_dyn", "-6 dB"),
        ("comp_on", "On"),
        ("comp_threshold", "-24 dB"),
    ],
    &[("threshold", "-24 dB"), ("colour", "20 %")],
    &[("distance", "6 m"), ("room", "Studio"), ("room_group", "A")],
    &[("mode", "Delay into Reverb"), ("room", "Studio"), ("room_group", "A")],
];

/// What is automated: nothing of the room, which others of the group would follow when the clock says so,
/// each time at another block. They have one room from the start, for Distances and Spaces do not meet
/// on the stage that cargo's programs get (`.cargo/config.toml`).
const AUTOMATED: [&[&str]; 4] = [
    &["output", "pan", "eq4_freq", "eq4_gain", "comp_threshold", "hpf_freq"],
    &["threshold", "mix", "output", "colour"],
    &["distance", "azimuth", "early", "output"],
    &["delay_time", "mix", "feedback", "output"],
];

/// An instance at work.
pub struct Player {
    /// Which of [`PLUGINS`].
    pub kind: usize,
    instance: Instance,
    processor: Processor,
    automated: Vec<(u32, f64, f64)>,
}

impl Player {
    /// An active instance with this state, or with settings of ours.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn new(bundle: &Bundle, kind: usize, state: Option<&[u8]>) -> Result<Self> {
        let options = HostOptions { max_block: BLOCK, offline: false, ..HostOptions::default() };
        let mut instance = bundle.instance(PLUGINS[kind].1, &options)?;
        match state {
            Some(state) => instance.load_state(state)?,
            None => SETTINGS[kind].iter().try_for_each(|(id, text)| instance.set(id, text))?,
        }
        let range = |id: &&str| instance.param(id).map(|param| (param.id, param.min, param.max));
        let automated = AUTOMATED[kind].iter().map(range).collect::<Result<Vec<_>>>()?;
        let processor = instance.activate()?;
        Ok(Self { kind, instance, processor, automated })
    }

    /// Plays a block, every eighth time with a parameter on its way.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn play(&mut self, audio: &mut [[f32; BLOCK]; 2], random: &mut Rng) -> Result<()> {
        let event = (random.u8(..8) == 0).then(|| {
            let (id, min, max) = self.automated[random.usize(..self.automated.len())];
            let value = min + (0.4 + 0.2 * random.f64()) * (max - min);
            ParamEvent { offset: random.usize(..BLOCK), id, value }
        });
        let input = *audio;
        let [left, right] = audio;
        self.processor.process(Block {
            input: &[&input[0], &input[1]],
            output: &mut [left, right],
            events: event.as_slice(),
            ..Block::default()
        })
    }

    /// Gives the plugin what it asked of the main thread.
    pub fn answer_requests(&mut self) {
        self.instance.answer_requests();
    }

    /// What the plugin saves.
    ///
    /// # Errors
    /// When it fails.
    pub fn save(&mut self) -> Result<Vec<u8>> {
        self.instance.save_state()
    }

    /// Deactivates and destroys the instance.
    pub fn end(self) {
        let Self { mut instance, processor, .. } = self;
        instance.deactivate(processor);
    }
}
