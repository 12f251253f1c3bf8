//! Hundreds of instances in one process: made, played, automated, saved, loaded and destroyed, again
//! and again, while memory, files and the cost of every block are watched.
//!
//! A deadline is missed "by our own cost" where a block takes the CPU far more time than its
//! neighbours: a machine that can play the session at all, half of its time at rest, would stumble
//! there. Time of the CPU, not of the clock, so that a busy machine changes little.

use std::path::Path;
use std::time::Duration;

use clap_host::{Block, Bundle, HostOptions, Instance, ParamEvent, Processor, Result};
use cpu_time::ThreadTime;
use fastrand::Rng;

use crate::plugins::{PLUGINS, load};

/// Frames of a block, and its sample rate.
pub const BLOCK: usize = 64;
const RATE_HZ: f64 = 48_000.0;
/// How many times its mean a block may cost before it counts as late.
pub const LATE: f64 = 2.0;

/// What is played.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Instances of each of [`PLUGINS`].
    pub instances: [usize; 4],
    /// How often everything is made and destroyed.
    pub rounds: usize,
    /// Seconds of audio in each round.
    pub round_s: f64,
}

/// What was measured in one round.
#[derive(Clone, Debug)]
pub struct Round {
    /// Resident memory while everything plays, and after it is destroyed, in bytes. 0 where the system
    /// does not tell.
    pub resident: [u64; 2],
    /// Open files after it is destroyed.
    pub files: usize,
    /// The CPU time of each block of the whole session, in seconds.
    pub blocks_s: Vec<f32>,
    /// The CPU time of all blocks of each plugin together, and of its dearest single block, in seconds.
    pub plugins_s: [[f64; 2]; 4],
    /// Blocks of single instances of each plugin that took longer than the block lasts.
    pub over: [usize; 4],
}

impl Round {
    /// How many blocks cost more than [`LATE`] times their mean.
    pub fn late(&self) -> usize {
        let limit = LATE * self.mean_s();
        self.blocks_s.iter().filter(|cost| f64::from(**cost) > limit).count()
    }

    /// The mean CPU time of a block of the whole session, in seconds.
    pub fn mean_s(&self) -> f64 {
        let sum: f64 = self.blocks_s.iter().map(|cost| f64::from(*cost)).sum();
        sum / self.blocks_s.len().max(1) as f64
    }
}

/// How long a block lasts.
pub fn block_s() -> f64 {
    BLOCK as f64 / RATE_HZ
}

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

/// What is automated.
const AUTOMATED: [&[&str]; 4] = [
    &["output", "pan", "eq4_freq", "eq4_gain", "comp_threshold", "hpf_freq"],
    &["threshold", "mix", "output", "colour"],
    &["distance", "azimuth", "early", "output"],
    &["delay_time", "mix", "feedback", "output"],
];

/// An instance at work.
struct Player {
    kind: usize,
    instance: Instance,
    processor: Processor,
    automated: Vec<(u32, f64, f64)>,
}

impl Player {
    fn new(bundle: &Bundle, kind: usize, state: Option<&[u8]>) -> Result<Self> {
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
    fn play(&mut self, audio: &mut [[f32; BLOCK]; 2], random: &mut Rng) -> Result<()> {
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
}

/// Plays the plan; `each` is told every round as it ends.
///
/// # Errors
/// When a plugin fails.
pub fn run(plan: Plan, mut each: impl FnMut(usize, &Round)) -> Result<Vec<Round>> {
    let bundles = PLUGINS.map(|(name, _)| load(name));
    let mut random = Rng::with_seed(8);
    let mut states: Vec<Vec<u8>> = Vec::new();
    let mut rounds = Vec::new();
    for index in 0..plan.rounds {
        let mut players = Vec::new();
        for (kind, count) in plan.instances.into_iter().enumerate() {
            for _ in 0..count {
                // What the last round has saved.
                let state = states.get(players.len()).map(Vec::as_slice);
                players.push(Player::new(&bundles[kind], kind, state)?);
            }
        }
        let mut round = play(&mut players, plan.round_s, &mut random)?;
        round.resident[0] = resident();
        states = players.iter_mut().map(|p| p.instance.save_state()).collect::<Result<_>>()?;
        for Player { mut instance, processor, .. } in players {
            instance.deactivate(processor);
        }
        settle();
        round.resident[1] = resident();
        round.files = files();
        each(index, &round);
        rounds.push(round);
    }
    Ok(rounds)
}

fn play(players: &mut [Player], seconds: f64, random: &mut Rng) -> Result<Round> {
    let count = (seconds / block_s()).round() as usize;
    let mut round = Round {
        resident: [0; 2],
        files: 0,
        blocks_s: Vec::with_capacity(count),
        plugins_s: [[0.0; 2]; 4],
        over: [0; 4],
    };
    let mut sum = [[0.0; BLOCK]; 2];
    for _ in 0..count {
        let noise: [f32; BLOCK] = std::array::from_fn(|_| 0.2 * (random.f32() - 0.5));
        let mut block_cost = 0.0;
        for player in &mut *players {
            let mut audio = [noise; 2];
            let began = ThreadTime::now();
            player.play(&mut audio, random)?;
            let cost = began.elapsed().as_secs_f64();
            block_cost += cost;
            let [total, dearest] = &mut round.plugins_s[player.kind];
            *total += cost;
            *dearest = dearest.max(cost);
            round.over[player.kind] += usize::from(cost > block_s());
            for (sum, lane) in sum.iter_mut().zip(&audio) {
                sum.iter_mut().zip(lane).for_each(|(sum, sample)| *sum += sample);
            }
        }
        assert!(
            sum.iter().flatten().all(|sample| sample.is_finite()),
            "what is heard is no number"
        );
        round.blocks_s.push(block_cost as f32);
        if random.u8(..64) == 0 {
            players.iter_mut().for_each(|player| player.instance.answer_requests());
        }
    }
    Ok(round)
}

/// Gives threads that end with the instances the time to do so.
fn settle() {
    std::thread::sleep(Duration::from_millis(300));
}

/// The process's resident memory in bytes, where the system tells (Linux).
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: Option<u64> = statm.split_whitespace().nth(1).and_then(|text| text.parse().ok());
    pages.unwrap_or(0) * 4096
}

/// The process's open files, where the system tells (Linux).
fn files() -> usize {
    std::fs::read_dir(Path::new("/proc/self/fd")).map_or(0, Iterator::count)
}
