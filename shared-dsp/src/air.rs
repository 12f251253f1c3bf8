//! What the air takes from sound on its way: ISO 9613-1.
//!
//! The loss in dB grows with the square of frequency and with distance, far too steep for a few
//! shelves. Its logarithm is linear in distance, so the cepstrum of one metre gives the minimum-phase
//! impulse response of any distance by a short recursion (Oppenheim and Schafer, homomorphic
//! systems). `AirFilter` keeps such responses for a row of distances and blends between two.

use crate::room::{BLOCK, Block, RUN, SILENT};
use crate::simd::{self, level};
use crate::units::bits;
use fearless_simd::{Simd, dispatch, f32x8, prelude::*};
use std::f64::consts::{LN_10, PI};

/// Absorption of pure tones in dB/m (ISO 9613-1:1993, equations 3 to 6): at a temperature in C, a relative
/// humidity in percent and a pressure in kPa.
pub fn absorption_db_per_m(
    freq_hz: f64,
    temperature_c: f64,
    humidity: f64,
    pressure_kpa: f64,
) -> f64 {
    const T0: f64 = 293.15;
    const T01: f64 = 273.16;
    let t = temperature_c + 273.15;
    let (tr, pr) = (t / T0, pressure_kpa / 101.325);
    let saturation = 10f64.powf(-6.8346 * (T01 / t).powf(1.261) + 4.6151);
    let h = humidity * saturation / pr;
    let oxygen = pr * (24.0 + 4.04e4 * h * (0.02 + h) / (0.391 + h));
    let nitrogen =
        pr / tr.sqrt() * (9.0 + 280.0 * h * (-4.170 * (tr.powf(-1.0 / 3.0) - 1.0)).exp());
    let f2 = freq_hz * freq_hz;
    let relaxation = 0.01275 * (-2239.1 / t).exp() / (oxygen + f2 / oxygen)
        + 0.1068 * (-3352.0 / t).exp() / (nitrogen + f2 / nitrogen);
    8.686 * f2 * (1.84e-11 / pr * tr.sqrt() + tr.powf(-2.5) * relaxation)
}

/// The same in the air of every room here: 20 C, 50 %, 101.325 kPa.
pub fn room_air_db_per_m(freq_hz: f64) -> f64 {
    absorption_db_per_m(freq_hz, 20.0, 50.0, 101.325)
}

/// Way through air in m that the filter can make good for (negative) and take.
pub const REACH_M: [f64; 2] = [-80.0, 512.0];

/// Metres between two stored responses: 1.7 dB at 16 kHz.
const STEP_M: f64 = 4.4;
/// Bounds of the length of a response in samples.
const LENGTHS: [usize; 2] = [16, 640];
/// Weights that are applied together, of two vectors' length: responses have a whole number of those.
const CHUNK: usize = 16;
/// Samples filtered between two moves of the history.
const ROOM: usize = 1024;

/// The air over a distance, for two channels.
#[derive(Clone, Debug, Default)]
pub struct AirFilter {
    /// Responses one after the other, turned round: the weights of the last `longest` samples of a history, from the
    /// earliest on. The one at `origin` is an identity.
    table: Vec<f32>,
    /// How many samples each of them really weighs.
    lengths: Vec<usize>,
    /// A whole number of chunks.
    longest: usize,
    origin: usize,
    /// What is used: the weights of the last `length` samples.
    response: Vec<f32>,
    length: usize,
    way_m: f64,
    history: [Vec<f32>; 2],
    at: usize,
    silent: usize,
}

impl AirFilter {
    /// Allocates and works out the responses of a sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        simd::prepare();
        self.origin = (-REACH_M[0] / STEP_M).ceil() as usize;
        let farthest = (REACH_M[1] / STEP_M).ceil() as usize + 1;
        let longest = length(farthest as f64 * STEP_M, sample_rate_hz);
        self.longest = longest.next_multiple_of(CHUNK);
        let cepstrum = unit_cepstrum(sample_rate_hz, longest);
        let count = self.origin + farthest + 1;
        self.table = vec![0.0; count * self.longest];
        self.lengths.clear();
        for (i, slot) in self.table.chunks_exact_mut(self.longest).enumerate() {
            let metres = (i as f64 - self.origin as f64) * STEP_M;
            let response = response(&cepstrum[..length(metres, sample_rate_hz)], metres);
            slot.iter_mut().rev().zip(&response).for_each(|(slot, h)| *slot = *h as f32);
            self.lengths.push(response.len());
        }
        self.response = vec![0.0; self.longest];
        // A part of a block is worked out as a whole one, which reads on.
        self.history = std::array::from_fn(|_| vec![0.0; self.history_length() + BLOCK]);
        self.reset();
        self.way_m = f64::NAN;
        self.set(0.0);
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.history.iter_mut().for_each(|history| history.fill(0.0));
        self.at = self.longest;
        self.silent = usize::MAX;
    }

    /// The way through air, in m of plain air.
    #[inline(always)]
    pub fn set(&mut self, way_m: f64) {
        if way_m != self.way_m {
            self.blend(way_m);
        }
    }

    /// Takes the response of a way.
    fn blend(&mut self, way_m: f64) {
        self.way_m = way_m;
        let place = way_m.clamp(REACH_M[0], REACH_M[1]) / STEP_M + self.origin as f64;
        let low = place as usize;
        let share = (place - low as f64) as f32;
        let length = self.lengths.iter().skip(low).take(2).copied().max().unwrap_or(0);
        // If need be with zeros for the earliest samples.
        self.length = length.next_multiple_of(CHUNK);
        let [near, far] = [low + 1, low + 2].map(|next| {
            let end = next * self.longest;
            self.table.get(end - self.length..end).unwrap_or(&[])
        });
        for (out, (a, b)) in self.response.iter_mut().zip(near.iter().zip(far)) {
            *out = a + (b - a) * share;
        }
    }

    fn history_length(&self) -> usize {
        self.longest + ROOM
    }

    /// Filters at most one block of both channels in place.
    pub fn process(&mut self, [left, right]: [&mut [f32]; 2]) {
        let frames = left.len();
        debug_assert!(frames <= BLOCK, "{frames} frames are more than a block");
        self.make_room(frames);
        if let Some(end) = self.remember([left, right])
            && self.way_m != 0.0
        {
            // Worked out as whole blocks are, for the same bits: the rest of it is what the history happens to hold.
            let [mut a, mut b] = [[SILENT]; 2];
            let from = self.start(end, frames);
            dispatch!(level(), simd => self.filter(simd, from, [&mut a, &mut b]));
            for (audio, [block]) in [left, right].into_iter().zip([a, b]) {
                audio.iter_mut().zip(block).for_each(|(audio, x)| *audio = x);
            }
        }
    }

    /// The same of blocks in a row (at most [`RUN`]), each by the way that it is given. What was just written is not
    /// read at once, which would take the processor long.
    #[inline(always)]
    pub(crate) fn process_run<S: Simd>(
        &mut self,
        simd: S,
        [left, right]: [&mut [Block]; 2],
        mut next_way_m: impl FnMut() -> f64,
    ) {
        let mut stretches = [None; RUN];
        self.make_room(RUN * BLOCK);
        for (stretch, (left, right)) in stretches.iter_mut().zip(left.iter().zip(&*right)) {
            let way_m = next_way_m();
            *stretch = self.remember([left, right]).map(|end| (end, way_m));
        }
        let pairs = left.chunks_mut(2).zip(right.chunks_mut(2));
        for (stretches, (left, right)) in stretches.chunks(2).zip(pairs) {
            if let [Some(first), Some(second)] = stretches
                && first.1 == second.1
                && let (Ok(left), Ok(right)) = ((&mut *left).try_into(), (&mut *right).try_into())
            {
                self.filter_stretch::<S, 2>(simd, *first, [left, right]);
                continue;
            }
            for (stretch, (left, right)) in stretches.iter().zip(left.iter_mut().zip(right)) {
                if let Some(stretch) = stretch {
                    let blocks = [std::array::from_mut(left), std::array::from_mut(right)];
                    self.filter_stretch(simd, *stretch, blocks);
                }
            }
        }
    }

    /// Filters blocks by a way; where the first of them ends.
    #[inline(always)]
    fn filter_stretch<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        (end, way_m): (usize, f64),
        blocks: [&mut [Block; N]; 2],
    ) {
        self.set(way_m);
        if way_m != 0.0 {
            self.filter(simd, self.start(end, BLOCK), blocks);
        }
    }

    /// Where in the history the first of some samples that end there begins to be heard.
    #[inline(always)]
    fn start(&self, end: usize, frames: usize) -> usize {
        end + 1 - frames - self.length.max(1)
    }

    /// Filters `N` blocks of both channels: the first sample of them hears the history from there on.
    #[inline(always)]
    fn filter<S: Simd, const N: usize>(&self, simd: S, from: usize, blocks: [&mut [Block; N]; 2]) {
        let Some(weights) = self.response.get(..self.length) else { return };
        for (history, blocks) in self.history.iter().zip(blocks) {
            let Some(past) = history.get(from..) else { return };
            convolve(simd, weights.as_chunks().0, past, blocks);
        }
    }

    fn make_room(&mut self, frames: usize) {
        if self.at + frames > self.history_length() {
            for history in &mut self.history {
                history.copy_within(self.at - self.longest..self.at, 0);
            }
            self.at = self.longest;
        }
    }

    /// Puts audio into the history; where it ends there. Silence that has filled the history needs no work.
    #[inline(always)]
    fn remember(&mut self, audio: [&[f32]; 2]) -> Option<usize> {
        let frames = audio[0].len();
        // A glance is enough nearly always.
        let silent = |channel: &&[f32]| channel.first() == Some(&0.0) && bits(channel) << 1 == 0;
        let silent = audio.iter().all(silent);
        self.silent = if silent { self.silent.saturating_add(frames) } else { 0 };
        if self.silent > self.history_length() || self.longest == 0 {
            return None;
        }
        let end = self.at + frames;
        for (history, audio) in self.history.iter_mut().zip(&audio) {
            let place = history.get_mut(self.at..end)?;
            match (<&mut Block>::try_from(&mut *place), <&Block>::try_from(*audio)) {
                (Ok(place), Ok(block)) => *place = *block,
                _ => place.copy_from_slice(audio),
            }
        }
        self.at = end;
        Some(end)
    }
}

/// Sums for every sample of some blocks what is heard of the past: of the first one from its beginning on.
///
/// A vector of the past that one weight brings to a part of a block, the weight half a chunk later brings to the part
/// before: it is read once for both. They have sums of their own, so that less has to wait.
#[inline(always)]
fn convolve<S: Simd, const N: usize>(
    simd: S,
    weights: &[[f32; CHUNK]],
    past: &[f32],
    blocks: &mut [Block; N],
) {
    let mut sums = [[[f32x8::splat(simd, 0.0); 2]; N]; 2];
    for (chunk, weights) in weights.iter().enumerate() {
        let Some(past) = past.get(chunk * CHUNK..) else { return };
        let (near, far) = weights.split_at(CHUNK / 2);
        for (past, (near, far)) in past.windows(N * BLOCK + CHUNK / 2).zip(near.iter().zip(far)) {
            let (past, _) = past.as_chunks::<{ CHUNK / 2 }>();
            let (near, far) = (f32x8::splat(simd, *near), f32x8::splat(simd, *far));
            let mut now = f32x8::load_array_ref(simd, &past[0]);
            for part in 0..2 * N {
                let next = f32x8::load_array_ref(simd, &past[part + 1]);
                let [sum, later] = &mut sums;
                let (sum, later) = (&mut sum[part / 2][part % 2], &mut later[part / 2][part % 2]);
                *sum = near.mul_add(now, *sum);
                *later = far.mul_add(next, *later);
                now = next;
            }
        }
    }
    let [sums, later] = sums;
    for (block, (sum, later)) in blocks.iter_mut().zip(sums.into_iter().zip(later)) {
        (sum[0] + later[0]).combine(sum[1] + later[1]).store_array(block);
    }
}

/// Length in samples that a response needs to keep within 0.1 dB of the absorption up to 250 m, and
/// within 0.25 dB beyond: it grows with the distance, and is short for most of them.
fn length(metres: f64, sample_rate_hz: f64) -> usize {
    let seconds = 9e-5 * metres.abs().powf(0.57);
    ((seconds * sample_rate_hz) as usize).clamp(LENGTHS[0], LENGTHS[1])
}

/// Cepstrum of a minimum-phase metre of air. Above 20 kHz the absorption stays as it is there, so that
/// making good for it stays bounded.
fn unit_cepstrum(sample_rate_hz: f64, length: usize) -> Vec<f64> {
    let points = (4 * length).max(512);
    let nyquist = 0.5 * sample_rate_hz;
    let log: Vec<f64> = (0..=points)
        .map(|i| {
            let freq_hz = nyquist * i as f64 / points as f64;
            // A soft knee into the constant: a corner would ring on in the response.
            let soft = freq_hz / (1.0 + (freq_hz / 21_000.0).powi(24)).powf(1.0 / 24.0);
            -room_air_db_per_m(soft) * LN_10 / 20.0
        })
        .collect();
    (0..length)
        .map(|n| {
            let ends = log[0] + if n % 2 == 0 { log[points] } else { -log[points] };
            let inner: f64 = (1..points)
                .map(|i| log[i] * (PI * ((n * i) % (2 * points)) as f64 / points as f64).cos())
                .sum();
            let real = (ends + 2.0 * inner) / (2 * points) as f64;
            // Folded: what is minimum-phase has no cepstrum before zero.
            if n == 0 { real } else { 2.0 * real }
        })
        .collect()
}

/// Impulse response whose cepstrum is `metres` times that of one.
fn response(cepstrum: &[f64], metres: f64) -> Vec<f64> {
    let mut h = vec![0.0; cepstrum.len()];
    if metres == 0.0 {
        h[0] = 1.0;
        return h;
    }
    h[0] = (metres * cepstrum[0]).exp();
    for n in 1..h.len() {
        let sum: f64 = (1..=n).map(|k| k as f64 * cepstrum[k] * h[n - k]).sum();
        h[n] = metres * sum / n as f64;
    }
    // Faded out: an edge would ring on over what is far below the rest.
    let half = h.len() / 2;
    for (i, x) in h.iter_mut().skip(half).enumerate() {
        *x *= 0.5 + 0.5 * (PI * (i as f64 + 0.5) / half as f64).cos();
    }
    h
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absorption_is_that_of_the_tables_of_iso_9613_1() {
        // Table 1, 20 C, 101.325 kPa: dB/km at 50 % relative humidity, at the exact mid-band frequencies.
        for (freq_hz, db_per_km) in [
            (125.89, 0.440),
            (501.19, 2.73),
            (1000.0, 4.66),
            (1995.3, 9.86),
            (3981.1, 29.4),
            (7943.3, 104.0),
        ] {
            let found = 1000.0 * room_air_db_per_m(freq_hz);
            assert!((found / db_per_km - 1.0).abs() < 0.02, "{freq_hz} Hz: {found} dB/km");
        }
    }
}
