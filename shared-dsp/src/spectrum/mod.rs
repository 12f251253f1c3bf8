//! Spectra for pictures, in bins of 1/24 octave. Runs on the editor's or the report's side, never on
//! the audio thread.
//!
//! A bin's level is the power inside it, so that pink noise is level, and at least that of the
//! strongest line inside it, so that a sine reads its own level wherever it lies. One window cannot
//! show that from 20 Hz to 20 kHz: 1/24 octave is 1.4 Hz wide at 50 Hz and 290 Hz at 10 kHz. Three
//! windows share the work, each where a bin is about as wide as three of its lines or more: 683 ms
//! below 640 Hz, 171 ms up to 2.56 kHz, 43 ms above. Below 75 Hz bins are narrower than what a sine
//! covers even there (2.2 Hz), and neighbours overlap; two tones 5 Hz apart stay two down to 30 Hz.

use crate::units::power_to_db;

mod transform;

pub use transform::{Recent, Window, window_frames};
use transform::{band_power, peak_power};

/// Bins per octave of the result.
pub const BINS_PER_OCTAVE: usize = 24;
/// Centre of the lowest bin, in Hz.
pub const LOWEST_HZ: f64 = 20.0;
/// Number of bins: 20 Hz to 20 kHz.
pub const BINS: usize = 240;

/// Frames of the three windows at 48 kHz, longest first.
const WINDOWS: [usize; 3] = [32_768, 8192, 2048];
/// How many hops the windows wait between two looks: what is long moves slowly.
const STRIDES: [usize; 3] = [2, 1, 1];
/// Where one window hands over to the next, in Hz, a quarter of an octave to each side.
const HANDOVERS_HZ: [f64; 2] = [640.0, 2560.0];
/// Frames between two updates at 48 kHz.
const HOP: usize = 1024;
/// The least level.
const FLOOR_DB: f32 = -160.0;

/// Centre of a bin, in Hz.
pub fn bin_hz(bin: usize) -> f64 {
    LOWEST_HZ * (bin as f64 / BINS_PER_OCTAVE as f64).exp2()
}

/// How a spectrum moves and leans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectrumSettings {
    /// How fast a bin falls, in dB per second; infinite shows each transform by itself.
    pub decay_db_per_s: f32,
    /// Lift per octave above 1 kHz, in dB: 4.5 makes typical music look level.
    pub tilt_db_per_octave: f32,
}

impl Default for SpectrumSettings {
    fn default() -> Self {
        Self { decay_db_per_s: 24.0, tilt_db_per_octave: 4.5 }
    }
}

/// A bin, as its place says: worked out once.
struct Bin {
    low_hz: f64,
    high_hz: f64,
    /// How much of it each window shows.
    shares: [f32; 3],
    /// Above 1 kHz.
    octaves: f32,
}

impl Bin {
    fn new(bin: usize) -> Self {
        let hz = bin_hz(bin);
        let half_octave = 0.5 / BINS_PER_OCTAVE as f64;
        let past = |over_hz: f64| ((hz / over_hz).log2() * 2.0 + 0.5).clamp(0.0, 1.0) as f32;
        let [first, second] = HANDOVERS_HZ.map(past);
        Self {
            low_hz: hz * (-half_octave).exp2(),
            high_hz: hz * half_octave.exp2(),
            shares: [1.0 - first, first - second, second],
            octaves: (hz / 1000.0).log2() as f32,
        }
    }

    fn all() -> Vec<Self> {
        (0..BINS).map(Self::new).collect()
    }

    /// Power in it, as a window with this many lines per Hz sees it.
    fn power(&self, powers: &[f32], lines_per_hz: f64) -> f32 {
        let (low, high) = (self.low_hz * lines_per_hz, self.high_hz * lines_per_hz);
        band_power(powers, low, high).max(peak_power(powers, low, high))
    }
}

/// A running spectrum: a full-scale sine in both channels reads 0 dB in its bin (before the tilt),
/// in one channel alone -3 dB.
pub struct Spectrum {
    recent: Recent,
    windows: [Window; 3],
    sample_rate_hz: f64,
    hop: usize,
    hops: usize,
    settings: SpectrumSettings,
    bins: Vec<Bin>,
    /// Power of each bin, as each window has last seen it.
    powers: [Vec<f32>; 3],
    /// Untilted.
    held_db: Vec<f32>,
    levels_db: Vec<f32>,
}

impl Spectrum {
    /// A silent spectrum.
    pub fn new(sample_rate_hz: f64, settings: SpectrumSettings) -> Self {
        let windows = WINDOWS.map(|frames| Window::new(window_frames(frames, sample_rate_hz)));
        let hop = window_frames(HOP, sample_rate_hz);
        Self {
            recent: Recent::new(windows[0].frames(), hop),
            windows,
            sample_rate_hz,
            hop,
            hops: 0,
            settings,
            bins: Bin::all(),
            powers: std::array::from_fn(|_| vec![0.0; BINS]),
            held_db: vec![FLOOR_DB; BINS],
            levels_db: vec![FLOOR_DB; BINS],
        }
    }

    /// Takes how it moves and leans. What is shown leans anew at once.
    pub fn set(&mut self, settings: SpectrumSettings) {
        if settings != self.settings {
            self.settings = settings;
            self.tilt();
        }
    }

    /// Forgets all audio.
    pub fn clear(&mut self) {
        self.recent.clear();
        self.powers.iter_mut().for_each(|powers| powers.fill(0.0));
        self.held_db.fill(FLOOR_DB);
        self.levels_db.fill(FLOOR_DB);
    }

    /// Takes one stereo frame; true when the levels are new.
    pub fn push(&mut self, frame: [f32; 2]) -> bool {
        if !self.recent.push(frame) {
            return false;
        }
        self.update();
        true
    }

    /// Level of each bin in dB, tilted; bin `i` is at [`bin_hz`]`(i)`.
    pub fn levels_db(&self) -> &[f32] {
        &self.levels_db
    }

    fn update(&mut self) {
        for (index, window) in self.windows.iter_mut().enumerate() {
            if !self.hops.is_multiple_of(STRIDES[index]) {
                continue;
            }
            window.measure(&self.recent);
            let lines_per_hz = window.frames() as f64 / self.sample_rate_hz;
            for (bin, power) in self.bins.iter().zip(&mut self.powers[index]) {
                if bin.shares[index] > 0.0 {
                    *power = bin.power(window.powers(), lines_per_hz);
                }
            }
        }
        self.hops += 1;
        let fall = self.settings.decay_db_per_s * self.hop as f32 / self.sample_rate_hz as f32;
        for (at, (bin, held)) in self.bins.iter().zip(&mut self.held_db).enumerate() {
            let power: f32 = (0..3).map(|i| bin.shares[i] * self.powers[i][at]).sum();
            let now_db = power_to_db(f64::from(power)) as f32;
            *held = now_db.max(*held - fall).max(FLOOR_DB);
        }
        self.tilt();
    }

    fn tilt(&mut self) {
        let tilt = self.settings.tilt_db_per_octave;
        for ((level, held), bin) in self.levels_db.iter_mut().zip(&self.held_db).zip(&self.bins) {
            *level = held + tilt * bin.octaves;
        }
    }
}

/// Mean spectrum of a whole recording in dB per bin, untilted.
pub fn average_db(left: &[f32], right: &[f32], sample_rate_hz: f64) -> Vec<f32> {
    let mut window = Window::new(window_frames(WINDOWS[0], sample_rate_hz));
    let frames = window.frames();
    let mut recent = Recent::new(frames, frames / 2);
    let (bins, mut powers) = (Bin::all(), vec![0.0f64; BINS]);
    let lines_per_hz = frames as f64 / sample_rate_hz;
    let mut looks = 0;
    // Silence after the end, so that the last frames stand in as many windows as the others.
    let silence = std::iter::repeat_n([0.0; 2], frames);
    let played = left.iter().zip(right).map(|(l, r)| [*l, *r]);
    for frame in played.chain(silence) {
        if recent.push(frame) {
            window.measure(&recent);
            looks += 1;
            for (bin, sum) in bins.iter().zip(&mut powers) {
                *sum += f64::from(bin.power(window.powers(), lines_per_hz));
            }
        }
    }
    // So many windows as the recording would fill: they stand half a window apart.
    let whole = (left.len() as f64 / (0.5 * frames as f64)).clamp(1.0, f64::from(looks.max(1)));
    powers.iter().map(|sum| power_to_db(sum / whole) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(freq_hz: f64, seconds: f64) -> impl Iterator<Item = f32> {
        (0..(48_000.0 * seconds) as usize)
            .map(move |i| (std::f64::consts::TAU * freq_hz * i as f64 / 48_000.0).sin() as f32)
    }

    fn still(tilt_db_per_octave: f32) -> Spectrum {
        let settings = SpectrumSettings { decay_db_per_s: f32::INFINITY, tilt_db_per_octave };
        Spectrum::new(48_000.0, settings)
    }

    fn bin_of(hz: f64) -> usize {
        ((hz / LOWEST_HZ).log2() * BINS_PER_OCTAVE as f64).round() as usize
    }

    #[test]
    fn a_full_scale_sine_reads_0_db_wherever_it_lies_and_little_an_octave_away() {
        for freq_hz in [31.3, 47.0, 81.7, 333.3, 640.0, 997.0, 2560.0, 6001.0, 15_500.0] {
            let mut spectrum = still(0.0);
            sine(freq_hz, 1.0).for_each(|x| {
                spectrum.push([x, x]);
            });
            let levels = spectrum.levels_db();
            let top = levels.iter().fold(-200.0f32, |a, b| a.max(*b));
            assert!(top.abs() < 0.5, "{freq_hz} Hz reads {top} dB");
            for octave in [0.5, 2.0].map(|part| bin_of(freq_hz * part)) {
                let there = levels.get(octave).copied().unwrap_or(-160.0);
                assert!(there < -50.0, "{freq_hz} Hz leaks {there} dB into bin {octave}");
            }
        }
    }

    #[test]
    fn two_tones_5_hz_apart_stay_two_in_the_bass() {
        for low_hz in [32.0, 49.0, 65.4] {
            let mut spectrum = still(0.0);
            sine(low_hz, 1.0).zip(sine(low_hz + 5.0, 1.0)).for_each(|(a, b)| {
                spectrum.push([0.5 * (a + b); 2]);
            });
            let levels = spectrum.levels_db();
            let [low, high] = [0.0, 5.0].map(|by| bin_of(low_hz + by));
            let gap = levels[low..=high].iter().fold(0.0f32, |least, level| least.min(*level));
            let tones = levels[low].min(levels[high]);
            assert!(tones > -6.7 && tones - gap > 3.0, "{low_hz} Hz: {tones} dB, gap {gap} dB");
        }
    }

    #[test]
    fn one_channel_alone_reads_3_db_less_and_opposite_channels_do_not_cancel() {
        let level = |side: f32| {
            let mut spectrum = still(0.0);
            sine(1000.0, 0.5).for_each(|x| {
                spectrum.push([x, side * x]);
            });
            spectrum.levels_db()[bin_of(1000.0)]
        };
        let [both, one, opposite] = [1.0, 0.0, -1.0].map(level);
        assert!((both - one - 3.01).abs() < 0.05 && (both - opposite).abs() < 0.05);
    }

    #[test]
    fn a_spectrum_falls_at_its_decay() {
        let settings = SpectrumSettings { decay_db_per_s: 24.0, tilt_db_per_octave: 0.0 };
        let mut spectrum = Spectrum::new(48_000.0, settings);
        let top = |s: &Spectrum| s.levels_db().iter().fold(-200.0f32, |a, b| a.max(*b));
        for x in sine(6000.0, 0.5) {
            spectrum.push([x, x]);
        }
        let before = top(&spectrum);
        for _ in 0..48_000 + 2048 {
            spectrum.push([0.0, 0.0]);
        }
        let fallen = before - top(&spectrum);
        assert!((23.0..26.0).contains(&fallen), "{fallen} dB in 1.04 s");
    }

    #[test]
    fn a_new_tilt_shows_at_once() {
        let mut spectrum = still(0.0);
        sine(500.0, 0.5).for_each(|x| {
            spectrum.push([x, x]);
        });
        let flat = spectrum.levels_db()[bin_of(500.0)];
        spectrum.set(SpectrumSettings { decay_db_per_s: 24.0, tilt_db_per_octave: 4.5 });
        let tilted = spectrum.levels_db()[bin_of(500.0)];
        assert!((flat - tilted - 4.5).abs() < 0.2, "{flat} dB and {tilted} dB");
    }

    #[test]
    fn what_is_not_a_number_leaves_no_trace() {
        let mut spectrum = still(0.0);
        spectrum.push([f32::NAN, f32::INFINITY]);
        for x in sine(100.0, 0.6) {
            spectrum.push([x, x]);
        }
        assert!(spectrum.levels_db().iter().all(|level| level.is_finite()));
        // Most of the longest window is filled.
        let level = spectrum.levels_db()[bin_of(100.0)];
        assert!(level.abs() < 1.5, "{level} dB");
    }
}
