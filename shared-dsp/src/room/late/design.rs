//! What the late field is made of, from the room: delays, damping and level.

use super::{DIFFUSER_MS, LINES};
use crate::room::block::Block;
use crate::room::shelf::Shelves;
use crate::room::{RoomSettings, SPEED_OF_SOUND, Shoebox};

/// What the late field is set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LateSettings {
    /// Size and decay.
    pub room: RoomSettings,
    /// Corner below which `room.low` holds, in Hz.
    pub xover_low_hz: f32,
    /// Corner above which `room.high` holds, in Hz.
    pub xover_high_hz: f32,
    /// Density of the first echoes, 0..1.
    pub diffusion: f32,
    /// Depth of the modulation, 0..1.
    pub mod_depth: f32,
    /// Its rate in Hz.
    pub mod_rate_hz: f32,
    /// Holds what is there for ever and lets nothing in.
    pub freeze: bool,
}

/// Shortest and longest mean delay of the lines, in s.
const MEAN_DELAY_S: [f64; 2] = [0.01435, 0.060];
/// Longest mean delay as a part of the reverberation time: 2.7 dB a pass.
const LONGEST_OF_RT60: f64 = 0.045;
/// The mean delay is one of a row of steps with this ratio, so that small changes move nothing.
const DELAY_STEP: f64 = 1.12;
/// The lines' delays as multiples of the mean: spread evenly in log over 1 : 2.7, then moved by a few
/// per cent off every simple ratio, and ordered so that neighbours in the matrix differ.
const SPREAD: [f64; LINES] = [
    0.6013, 1.2037, 0.8409, 1.5491, 0.6871, 1.3643, 0.9587, 1.1189, 0.7309, 1.4517, 0.7841, 1.2811,
    0.6421, 1.0391, 0.8963, 1.6270,
];

/// Feedback of the diffusers at the diffusion that rooms are balanced for, 80 %.
const NOMINAL_FEEDBACK: f64 = 0.6;

/// The longest delays any room asks for, in samples.
pub(super) fn longest_delays(sample_rate_hz: f64) -> [usize; LINES] {
    SPREAD.map(|x| (x * MEAN_DELAY_S[1] * DELAY_STEP * sample_rate_hz) as usize + 66)
}

/// Mean delay of the lines in s: three quarters of the mean free path (which the diffusers before
/// them make up for), but enough for the density of modes that a long decay needs, and not so much
/// that a short decay is over in a few passes.
fn mean_delay_s(shoebox: &Shoebox) -> f64 {
    let free_path = 0.75 * shoebox.mean_free_path_m() / SPEED_OF_SOUND;
    let [shortest, longest] = MEAN_DELAY_S;
    let dense = (0.017 * shoebox.rt60_s).min(0.045);
    let whole = LONGEST_OF_RT60 * shoebox.rt60_s;
    let mean = free_path.max(dense).min(whole).clamp(shortest, longest);
    shortest * DELAY_STEP.powf(((mean / shortest).ln() / DELAY_STEP.ln()).round())
}

/// Delays of the lines in samples.
pub(super) fn delays(shoebox: &Shoebox, sample_rate_hz: f64) -> [usize; LINES] {
    let mean_s = mean_delay_s(shoebox);
    // Odd numbers share fewer factors.
    SPREAD.map(|x| (((x * mean_s * sample_rate_hz) as usize).max(64) / 2) * 2 + 1)
}

/// How the late field sets in, so that what comes before can make the decay whole from its beginning.
///
/// With its decay taken out, the energy that comes out of the lines is a renewal process (Feller
/// 1971, XI): it settles to one over the mean delay, and is late by `mean - square / (2 mean)`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Onset {
    /// Decay of the energy per s.
    pub per_s: f64,
    /// Share of the reverberant energy with which the late field becomes the decay that began with
    /// the direct sound.
    pub share: f64,
    /// Time for which that decay lacks the late field, with the decay itself taken out.
    pub missing_s: f64,
    /// What is left of the decay once it lacks nothing more.
    complete: f64,
}

impl Onset {
    pub(crate) fn new(shoebox: &Shoebox) -> Self {
        let mean_delay_s = mean_delay_s(shoebox);
        let per_s = 6.0 * std::f64::consts::LN_10 / shoebox.rt60_s;
        let mean_of = |f: &dyn Fn(f64) -> f64| {
            SPREAD.iter().map(|x| f(x * mean_delay_s)).sum::<f64>() / LINES as f64
        };
        let (mean_s, square) = (mean_of(&|d| d), mean_of(&|d| d * d));
        let kept = mean_of(&|d| (-per_s * d).exp());
        let mut share = per_s * mean_s * kept / (1.0 - kept);
        let mut missing_s = mean_s - 0.5 * square / mean_s;
        for delay_s in DIFFUSER_MS.as_flattened().iter().map(|ms| 0.001 * ms) {
            // Energy of an allpass's echoes. Each side has its own: the mean of both in dB.
            let back = NOMINAL_FEEDBACK * NOMINAL_FEEDBACK;
            let rise = (per_s * delay_s).exp().min(0.9 / back);
            let echoes = (1.0 - back).powi(2) * rise / (1.0 - back * rise);
            let whole = back + echoes;
            share /= whole.sqrt();
            missing_s += 0.5 * delay_s * echoes / (1.0 - back * rise) / whole;
        }
        let complete = (-2.0 * per_s * missing_s).exp();
        Self { per_s, share: share.clamp(0.01, 0.99), missing_s, complete }
    }

    /// What the decay lacks of the late field from `time_s` on, when `decayed` is left of it: as if the late field set in
    /// on a straight line.
    pub(crate) fn missing_after(&self, time_s: f64, decayed: f64) -> f64 {
        let whole_s = 2.0 * self.missing_s;
        let left_s = (whole_s - time_s).max(0.0);
        if left_s == 0.0 {
            return 0.0;
        }
        (left_s * decayed - (decayed - self.complete) / self.per_s) / whole_s
    }
}

/// Left and right, and two lanes that stay silent: a whole vector is quicker than half of one.
pub(super) const TONE_LANES: usize = 4;

/// Everything that sets the decay and the level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Damping {
    /// Gain of each line at mid frequencies.
    pub gain: [f32; LINES],
    pub low: Shelves<LINES>,
    pub high: Shelves<LINES>,
    /// Gain of the input, see [`level`]. Level and colour belong to the input and not to the output:
    /// what sounds already must not become louder when the decay changes.
    pub level: f32,
    /// Shelves of the input that take out the tilt which unequal decays give to the energy.
    pub tone: [Shelves<TONE_LANES>; 2],
}

/// Gain of the input with which the energy that goes round and comes out is that of the input, when a
/// share `kept` of it survives each pass.
fn level(kept: f32) -> f32 {
    ((1.0 - kept).max(1e-6) / (2.0 * kept)).sqrt()
}

impl Damping {
    /// Lossless.
    pub(super) const FROZEN: Self = Self {
        gain: [1.0; LINES],
        low: Shelves::FLAT,
        high: Shelves::FLAT,
        level: 0.0,
        tone: [Shelves::FLAT; 2],
    };

    /// The damping that gives the reverberation times set: a line of d seconds loses 60 d / T dB a
    /// pass (Jot and Chaigne 1991).
    pub(super) fn new(settings: &LateSettings, delays: &[usize; LINES], rate: f64) -> Self {
        let times = settings.room.rt60s().map(f64::from);
        let mut out = Self::FROZEN;
        let corners = corners(settings);
        let mut kept = [0.0; 3];
        for (line, &delay) in delays.iter().enumerate() {
            let gains =
                times.map(|t| (-3.0 * std::f64::consts::LN_10 * delay as f64 / (rate * t)).exp());
            out.gain[line] = gains[1] as f32;
            out.low.set_low(line, corners[0], gains[0] / gains[1], rate);
            out.high.set_high(line, corners[1], gains[2] / gains[1], rate);
            for band in 0..3 {
                kept[band] += gains[band] * gains[band] / LINES as f64;
            }
        }
        out.level = level(kept[1] as f32);
        let energy = kept.map(|k| 2.0 * k / (1.0 - k).max(1e-6));
        let flatten = |band: usize| (energy[1] / energy[band]).sqrt().clamp(0.3, 3.3);
        for lane in 0..TONE_LANES {
            out.tone[0].set_low(lane, corners[0], flatten(0), rate);
            out.tone[1].set_high(lane, corners[1], flatten(2), rate);
        }
        out
    }

    /// No decay. The input is shut out, in its colour.
    pub(super) fn frozen(&self) -> Self {
        Self { tone: self.tone, ..Self::FROZEN }
    }

    /// Levels of the input in a block that goes `step` of the way to `target` with each sample: those
    /// that belong to the lines' gains there, so that the field is as loud throughout.
    pub(super) fn levels_towards(&self, target: &Self, step: f32) -> Block {
        let (mut still, mut linear, mut square) = (0.0, 0.0, 0.0);
        for (gain, to) in self.gain.iter().zip(target.gain) {
            let way = to - gain;
            still += gain * gain;
            linear += 2.0 * gain * way;
            square += way * way;
        }
        std::array::from_fn(|t| {
            let way = step * (t + 1) as f32;
            level((still + way * (linear + way * square)) / LINES as f32)
        })
    }

    /// Moves lines and colour by `share` of the way to `target`.
    pub(super) fn approach(&mut self, target: &Self, share: f32) {
        for (gain, to) in self.gain.iter_mut().zip(target.gain) {
            *gain += (to - *gain) * share;
        }
        self.low.approach(&target.low, share);
        self.high.approach(&target.high, share);
        for (tone, to) in self.tone.iter_mut().zip(&target.tone) {
            tone.approach(to, share);
        }
    }
}

fn corners(settings: &LateSettings) -> [f64; 2] {
    let corner = |hz: f32, low: f32, high: f32| {
        f64::from(if hz.is_finite() { hz.clamp(low, high) } else { low })
    };
    [corner(settings.xover_low_hz, 20.0, 2000.0), corner(settings.xover_high_hz, 500.0, 20_000.0)]
}
