//! What a detector listens to: the key, made safe, filtered, and free of DC.

use super::level::Stretch;
use super::settings::KeySource;
use crate::biquad::{Biquad, BiquadState};
use crate::smooth::Smoothed;
use crate::units::sanitize;

/// At and below this a key high-pass is off.
pub const HIGH_PASS_OFF_HZ: f32 = 20.0;

/// At and above this a key low-pass is off.
pub const LOW_PASS_OFF_HZ: f32 = 20_000.0;

/// With the high-pass off the key still loses its DC, so that an offset never holds a gain down.
const DC_BLOCK_HZ: f64 = 3.0;

/// No key is louder than this (+24 dBFS), so that one absurd sample is soon forgotten.
const LOUDEST: f32 = 16.0;

/// Time of a move of a filter's frequency.
const GLIDE_MS: f32 = 20.0;

/// Stereo key with a high-pass and a low-pass.
#[derive(Clone, Debug)]
pub struct KeyFilter {
    sample_rate_hz: f64,
    source: KeySource,
    high_hz_ln: Smoothed,
    low_hz_ln: Smoothed,
    high: Biquad,
    low: Option<Biquad>,
    high_state: BiquadState<2>,
    low_state: BiquadState<2>,
    dirty: bool,
}

impl Default for KeyFilter {
    fn default() -> Self {
        Self {
            sample_rate_hz: 48_000.0,
            source: KeySource::Internal,
            high_hz_ln: Smoothed::new(HIGH_PASS_OFF_HZ.ln()),
            low_hz_ln: Smoothed::new(LOW_PASS_OFF_HZ.ln()),
            high: Biquad::IDENTITY,
            low: None,
            high_state: BiquadState::default(),
            low_state: BiquadState::default(),
            dirty: true,
        }
    }
}

impl KeyFilter {
    /// Takes the sample rate and sits on the settings at once.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.sample_rate_hz = sample_rate_hz;
        self.high_hz_ln.configure(GLIDE_MS, sample_rate_hz);
        self.low_hz_ln.configure(GLIDE_MS, sample_rate_hz);
        self.reset();
    }

    /// Forgets all audio.
    pub fn reset(&mut self) {
        self.high_state.reset();
        self.low_state.reset();
        self.high_hz_ln.settle();
        self.low_hz_ln.settle();
        self.dirty = true;
    }

    /// Source and corner frequencies in Hz.
    pub fn set(&mut self, source: KeySource, high_pass_hz: f32, low_pass_hz: f32) {
        self.source = source;
        self.high_hz_ln.set(high_pass_hz.max(HIGH_PASS_OFF_HZ).ln());
        self.low_hz_ln.set(low_pass_hz.clamp(100.0, LOW_PASS_OFF_HZ).ln());
    }

    /// To be called at control rate: coefficients follow the settings, decayed states end.
    pub fn control_tick(&mut self, period: usize) {
        self.high_state.flush();
        if self.low.is_some() {
            self.low_state.flush();
        }
        let moving = !(self.high_hz_ln.is_settled() && self.low_hz_ln.is_settled());
        if !(moving || self.dirty) {
            return;
        }
        self.dirty = false;
        let high_hz = self.high_hz_ln.advance(period as u32).exp();
        let low_hz = self.low_hz_ln.advance(period as u32).exp();
        self.high = high_pass(high_hz, self.sample_rate_hz);
        self.low = (low_hz < LOW_PASS_OFF_HZ * 0.999)
            .then(|| Biquad::key_low_pass(f64::from(low_hz), self.sample_rate_hz));
    }

    /// Filters one stretch: the main audio or the external key, silence where there is none.
    #[inline]
    pub fn load(
        &mut self,
        main: [&[f32]; 2],
        external: Option<[&[f32]; 2]>,
        out: &mut [Stretch; 2],
    ) {
        let frames = main[0].len();
        match (self.source, external) {
            (KeySource::Internal, _) => copy_bounded(main, out, |x| x),
            (KeySource::Sidechain, Some(key)) => copy_bounded(key, out, sanitize),
            (KeySource::Sidechain, None) => *out = [[0.0; _]; 2],
        }
        let (high, state) = (self.high, &mut self.high_state);
        if state.is_first_order(&high) {
            filter(out, frames, |x| state.tick_first_order(&high, x));
        } else {
            filter(out, frames, |x| state.tick(&high, x));
        }
        if let Some(low) = &self.low {
            filter(out, frames, |x| self.low_state.tick(low, x));
        }
    }
}

/// The high-pass of a key: second-order Butterworth, or the DC blocker where it is off.
pub fn high_pass(freq_hz: f32, sample_rate_hz: f64) -> Biquad {
    if freq_hz > HIGH_PASS_OFF_HZ * 1.001 {
        return Biquad::key_high_pass(f64::from(freq_hz), sample_rate_hz);
    }
    let pole = (-std::f64::consts::TAU * DC_BLOCK_HZ / sample_rate_hz).exp();
    let b = 0.5 * (1.0 + pole);
    Biquad { b: [b, -b, 0.0], a: [-pole, 0.0] }
}

#[inline(always)]
fn filter(key: &mut [Stretch; 2], frames: usize, mut tick: impl FnMut([f64; 2]) -> [f64; 2]) {
    let [left, right] = key;
    for (l, r) in left.iter_mut().zip(right).take(frames) {
        [*l, *r] = tick([f64::from(*l), f64::from(*r)]).map(|y| y as f32);
    }
}

/// The main audio comes here already finite; a key has to be made so.
#[inline(always)]
fn copy_bounded(from: [&[f32]; 2], to: &mut [Stretch; 2], make_safe: impl Fn(f32) -> f32) {
    for (from, to) in from.iter().zip(to) {
        for (from, to) in from.iter().zip(to) {
            *to = make_safe(*from).clamp(-LOUDEST, LOUDEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_its_lowest_note_and_loses_dc_and_what_the_high_pass_takes() {
        // corner, frequency, lowest and highest gain in dB
        let table = [
            (20.0, 20.0, -0.11, 0.0),
            (20.0, 1000.0, -0.001, 0.001),
            (20.0, 0.03, -200.0, -39.0),
            (60.0, 25.0, -17.0, -14.0),
            (60.0, 1000.0, -0.01, 0.01),
        ];
        for (corner, freq_hz, lowest, highest) in table {
            let db = high_pass(corner, 48_000.0).response_db(freq_hz, 48_000.0);
            assert!((lowest..=highest).contains(&db), "{corner} Hz: {db} dB at {freq_hz} Hz");
        }
    }

    #[test]
    fn a_bad_key_is_made_safe_and_forgotten() {
        let mut key = KeyFilter::default();
        key.prepare(48_000.0);
        key.set(KeySource::Sidechain, 100.0, 5000.0);
        let main = [0.25f32; 16];
        let mut out = [[0.0; 16]; 2];
        for bad in [f32::NAN, f32::INFINITY, -1e30] {
            key.control_tick(16);
            key.load([&main, &main], Some([&[bad; 16], &[bad; 16]]), &mut out);
            assert!(out.iter().flatten().all(|x| x.abs() < 40.0));
        }
        for _ in 0..300 {
            key.control_tick(16);
            key.load([&main, &main], None, &mut out);
        }
        assert!(out.iter().flatten().all(|x| x.abs() < 1e-6));
    }
}
