//! Hundreds of instances in one process: made, played, automated, saved, loaded and destroyed, again
//! and again, while memory, files and the cost of every block are watched.
//!
//! A deadline is missed "by our own cost" where a block takes the CPU far more time than its
//! neighbours, and again when the same is played again: a machine that can play the session at all, half
//! of its time at rest, would stumble there. Time of the CPU, not of the clock, so that a busy machine
//! changes little.

mod cost;
mod player;

use std::path::Path;
use std::time::Duration;

use clap_host::{Bundle, Result};
use cpu_time::ThreadTime;
use fastrand::Rng;

use crate::plugins::{PLUGINS, load};
pub use cost::{Costs, LATE};
use player::Player;

/// Frames of a block, and its sample rate.
pub const BLOCK: usize = 64;
const RATE_HZ: f64 = 48_000.0;

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

/// Everything made, played and destroyed, and again where a block was late.
#[derive(Clone, Debug)]
pub struct Round {
    /// Of its audio and automation.
    pub seed: u64,
    /// As it was played first.
    pub first: Play,
    /// The same from the same states and seed, if a block was late.
    pub again: Option<Play>,
}

impl Round {
    /// How many blocks were late when they were first played.
    pub fn late_once(&self) -> usize {
        self.first.costs.late().len()
    }

    /// The blocks that are late by our own cost: both times. What did not come out the same was not the
    /// same work, and cannot speak for the first play.
    pub fn late(&self) -> Vec<usize> {
        match &self.again {
            Some(again) if again.sound == self.first.sound => {
                self.first.costs.late_again(&again.costs)
            }
            _ => self.first.costs.late(),
        }
    }
}

/// What was measured in one play of a round.
#[derive(Clone, Debug)]
pub struct Play {
    /// Resident memory while everything plays, and after it is destroyed, in bytes. 0 where the system
    /// does not tell.
    pub resident: [u64; 2],
    /// Open files after it is destroyed.
    pub files: usize,
    /// What each block of the whole session cost.
    pub costs: Costs,
    /// The CPU time of all blocks of each plugin together, and of its dearest single block, in seconds.
    pub plugins_s: [[f64; 2]; 4],
    /// Blocks of single instances of each plugin that took longer than the block lasts.
    pub over: [usize; 4],
    /// A figure of all that was heard, to the bit.
    pub sound: u64,
}

/// A block of a play.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The round, from 0.
    pub round: usize,
    /// Whether it is played for the second time.
    pub again: bool,
    /// The block, from 0.
    pub block: usize,
}

/// How long a block lasts.
pub fn block_s() -> f64 {
    BLOCK as f64 / RATE_HZ
}

/// Plays the plan; `each` is told every round as it ends.
///
/// # Errors
/// When a plugin fails.
pub fn run(plan: Plan, each: impl FnMut(usize, &Round)) -> Result<Vec<Round>> {
    run_beside(plan, |_| {}, each)
}

/// The same with other work in each block, whose cost counts as the plugins' own.
///
/// # Errors
/// When a plugin fails.
pub fn run_beside(
    plan: Plan,
    mut beside: impl FnMut(Moment),
    mut each: impl FnMut(usize, &Round),
) -> Result<Vec<Round>> {
    let bundles = PLUGINS.map(|(name, _)| load(name));
    let mut states: Vec<Vec<u8>> = Vec::new();
    let mut rounds = Vec::new();
    for index in 0..plan.rounds {
        // What the last round has saved.
        let begun_from = std::mem::take(&mut states);
        let seed = 8_000_000 + index as u64;
        let mut play = |again| {
            let beside = |block| beside(Moment { round: index, again, block });
            live(&bundles, plan, &begun_from, seed, beside)
        };
        let (first, saved) = play(false)?;
        let is_late = !first.costs.late().is_empty();
        let again = is_late.then(|| play(true)).transpose()?.map(|(again, _)| again);
        states = saved;
        let round = Round { seed, first, again };
        each(index, &round);
        rounds.push(round);
    }
    Ok(rounds)
}

/// Makes the instances, plays, saves and destroys them.
fn live(
    bundles: &[Bundle; 4],
    plan: Plan,
    states: &[Vec<u8>],
    seed: u64,
    beside: impl FnMut(usize),
) -> Result<(Play, Vec<Vec<u8>>)> {
    let mut players = Vec::new();
    for (kind, count) in plan.instances.into_iter().enumerate() {
        for _ in 0..count {
            let state = states.get(players.len()).map(Vec::as_slice);
            players.push(Player::new(&bundles[kind], kind, state)?);
        }
    }
    let mut play = play(&mut players, plan.round_s, &mut Rng::with_seed(seed), beside)?;
    play.resident[0] = resident();
    let saved = players.iter_mut().map(Player::save).collect::<Result<_>>()?;
    players.into_iter().for_each(Player::end);
    settle();
    play.resident[1] = resident();
    play.files = files();
    Ok((play, saved))
}

fn play(
    players: &mut [Player],
    seconds: f64,
    random: &mut Rng,
    mut beside: impl FnMut(usize),
) -> Result<Play> {
    let count = (seconds / block_s()).round() as usize;
    let mut costs = Vec::with_capacity(count);
    let (mut plugins_s, mut over) = ([[0.0; 2]; 4], [0; 4]);
    let mut sound = 0;
    for block in 0..count {
        let noise: [f32; BLOCK] = std::array::from_fn(|_| 0.2 * (random.f32() - 0.5));
        let began = ThreadTime::now();
        beside(block);
        let mut block_cost = began.elapsed().as_secs_f64();
        for player in &mut *players {
            let mut audio = [noise; 2];
            let began = ThreadTime::now();
            player.play(&mut audio, random)?;
            let cost = began.elapsed().as_secs_f64();
            block_cost += cost;
            let [total, dearest] = &mut plugins_s[player.kind];
            *total += cost;
            *dearest = f64::max(*dearest, cost);
            over[player.kind] += usize::from(cost > block_s());
            sound = hear(&audio, sound);
        }
        costs.push(block_cost as f32);
        if random.u8(..64) == 0 {
            players.iter_mut().for_each(Player::answer_requests);
        }
    }
    Ok(Play { resident: [0; 2], files: 0, costs: Costs(costs), plugins_s, over, sound })
}

/// Takes what is heard into the figure of all that was.
fn hear(audio: &[[f32; BLOCK]; 2], sound: u64) -> u64 {
    audio.iter().flatten().fold(sound, |sound, sample| {
        assert!(sample.is_finite(), "what is heard is no number");
        // FxHash: there are sixteen thousand million samples.
        (sound.rotate_left(5) ^ u64::from(sample.to_bits())).wrapping_mul(0x517c_c1b7_2722_0a95)
    })
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
