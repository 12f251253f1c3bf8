//! What an acoustician reads from an impulse response.

use crate::contract::prepared;
use realfft::RealFftPlanner;
use shared_dsp::effect::{Effect, Io};

/// One or two channels of an impulse response.
pub type Response = [Vec<f32>; 2];

/// What an effect at these settings makes of audio.
pub fn through<E: Effect + Default>(
    settings: &E::Settings,
    sample_rate_hz: f64,
    mut audio: Response,
) -> Response {
    let [left, right] = &mut audio;
    prepared::<E>(settings, sample_rate_hz).process(Io::stereo(left, right));
    audio
}

/// What it makes of impulses of these heights, left and right.
pub fn impulse_response<E: Effect + Default>(
    settings: &E::Settings,
    sample_rate_hz: f64,
    seconds: f64,
    heights: [f32; 2],
) -> Response {
    let mut impulses = heights.map(|_| vec![0.0; (seconds * sample_rate_hz) as usize]);
    for (impulse, height) in impulses.iter_mut().zip(heights) {
        impulse[0] = height;
    }
    through::<E>(settings, sample_rate_hz, impulses)
}

/// Deterministic noise, uniform in -1..1.
pub struct Noise(u64);

impl Noise {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next sample.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}

/// Pink noise (within 0.5 dB of -3 dB per octave over 30 Hz..20 kHz), by a sum of one-poles.
pub fn pink(seed: u64, frames: usize, sample_rate_hz: f64) -> Vec<f32> {
    let mut noise = Noise::new(seed);
    let poles: Vec<f64> = (0..12)
        .map(|i| (-std::f64::consts::TAU * 12.0 * 2f64.powi(i) / sample_rate_hz).exp())
        .collect();
    let mut state = [0.0f64; 12];
    (0..frames)
        .map(|_| {
            let x = f64::from(noise.next());
            let mut sum = 0.0;
            for (i, state) in state.iter_mut().enumerate() {
                let pole = poles[i];
                *state = pole * *state + (1.0 - pole) * x;
                // Equal energy per octave: each pole an octave up at 3 dB less.
                sum += *state * 2f64.powf(-0.5 * i as f64);
            }
            (0.5 * sum) as f32
        })
        .collect()
}

/// Energy of both channels between two times in s.
pub fn energy(response: &Response, sample_rate_hz: f64, from_s: f64, to_s: f64) -> f64 {
    response
        .iter()
        .map(|channel| {
            let at = |s: f64| ((s * sample_rate_hz).round() as usize).min(channel.len());
            channel[at(from_s)..at(to_s)].iter().map(|&x| f64::from(x).powi(2)).sum::<f64>()
        })
        .sum()
}

/// The signal in the octave band around a frequency (brick wall in the frequency domain, with
/// cosine skirts, no phase).
pub fn octave_band(signal: &[f32], sample_rate_hz: f64, centre_hz: f64) -> Vec<f32> {
    let size = (2 * signal.len()).next_power_of_two();
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, back) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
    let mut time = signal.to_vec();
    time.resize(size, 0.0);
    let mut spectrum = forward.make_output_vec();
    forward.process(&mut time, &mut spectrum).expect("sizes match");
    for (bin, value) in spectrum.iter_mut().enumerate() {
        let octaves = (bin as f64 * sample_rate_hz / size as f64 / centre_hz).max(1e-9).log2();
        let outside = ((octaves.abs() - 0.5) / 0.15).clamp(0.0, 1.0);
        *value *= (0.5 + 0.5 * (std::f64::consts::PI * outside).cos()) as f32 / size as f32;
    }
    back.process(&mut spectrum, &mut time).expect("sizes match");
    time.truncate(signal.len());
    time
}

/// The energy that is still to come at each sample, in dB of the whole (Schroeder 1965).
pub fn decay_db(signal: &[f32]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut curve: Vec<f64> = signal
        .iter()
        .rev()
        .map(|&x| {
            sum += f64::from(x).powi(2);
            sum
        })
        .collect();
    curve.reverse();
    curve.iter().map(|e| 10.0 * (e / sum).max(1e-20).log10()).collect()
}

/// Mean decay in dB of all channels of some responses in the octave band around a frequency, as
/// powers.
pub fn mean_decay_db(responses: &[Response], sample_rate_hz: f64, centre_hz: f64) -> Vec<f64> {
    let curves: Vec<Vec<f64>> = responses
        .iter()
        .flatten()
        .map(|channel| decay_db(&octave_band(channel, sample_rate_hz, centre_hz)))
        .collect();
    (0..curves[0].len())
        .map(|i| {
            let sum: f64 = curves.iter().map(|curve| 10f64.powf(curve[i] / 10.0)).sum();
            10.0 * (sum / curves.len() as f64).log10()
        })
        .collect()
}

/// A straight line through a decay between two levels: reverberation time in s, and the furthest
/// that the decay is from the line in dB.
pub fn decay_line(curve: &[f64], sample_rate_hz: f64, from_db: f64, to_db: f64) -> (f64, f64) {
    let start = curve.iter().position(|&db| db < from_db).expect("the decay starts");
    let end = curve.iter().position(|&db| db < to_db).expect("the decay goes on long enough");
    let n = (end - start) as f64;
    let mean_y = curve[start..end].iter().sum::<f64>() / n;
    let mean_x = (n - 1.0) / 2.0;
    let (mut xy, mut xx) = (0.0, 0.0);
    for (i, y) in curve[start..end].iter().enumerate() {
        let x = i as f64 - mean_x;
        xy += x * (y - mean_y);
        xx += x * x;
    }
    let slope = xy / xx;
    let worst = curve[start..end]
        .iter()
        .enumerate()
        .map(|(i, y)| (y - mean_y - slope * (i as f64 - mean_x)).abs())
        .fold(0.0, f64::max);
    (-60.0 / slope / sample_rate_hz, worst)
}

/// Normalised echo density (Abel and Huang 2006) in a Hann window of 20 ms around each ms.
pub fn echo_density(signal: &[f32], sample_rate_hz: f64, until_s: f64) -> Vec<f64> {
    let half = (0.01 * sample_rate_hz) as usize;
    (0..(until_s * 1000.0) as usize)
        .map(|ms| {
            let centre = (ms as f64 * 0.001 * sample_rate_hz) as usize;
            let start = centre.saturating_sub(half);
            let window: Vec<(f64, f64)> = (start..(centre + half).min(signal.len()))
                .map(|i| {
                    let x = (i as f64 - centre as f64) / half as f64;
                    (0.5 + 0.5 * (std::f64::consts::PI * x).cos(), f64::from(signal[i]))
                })
                .collect();
            let weight: f64 = window.iter().map(|w| w.0).sum();
            let sigma2 = window.iter().map(|(w, x)| w * x * x).sum::<f64>() / weight;
            let outside: f64 =
                window.iter().filter(|(_, x)| x * x > sigma2).map(|w| w.0).sum::<f64>() / weight;
            outside / 0.3173
        })
        .collect()
}

/// First time in ms at which the echo density, meaned over 50 ms, reaches 0.9.
pub fn time_to_density_ms(density: &[f64]) -> Option<usize> {
    (0..density.len().saturating_sub(25)).find(|&ms| {
        let window = &density[ms.saturating_sub(25)..ms + 25];
        window.iter().sum::<f64>() / 51.0 >= 0.9
    })
}

/// Power spectrum with a Hann window: (frequency in Hz, power).
pub fn spectrum(signal: &[f32], sample_rate_hz: f64) -> Vec<(f64, f64)> {
    let size = signal.len().next_power_of_two();
    let forward = RealFftPlanner::<f32>::new().plan_fft_forward(size);
    let n = signal.len() as f32;
    let mut time: Vec<f32> = signal
        .iter()
        .enumerate()
        .map(|(i, x)| x * (0.5 - 0.5 * (std::f32::consts::TAU * i as f32 / n).cos()))
        .collect();
    time.resize(size, 0.0);
    let mut bins = forward.make_output_vec();
    forward.process(&mut time, &mut bins).expect("sizes match");
    bins.iter()
        .enumerate()
        .map(|(bin, x)| (bin as f64 * sample_rate_hz / size as f64, f64::from(x.norm_sqr())))
        .collect()
}

/// Mean power in dB of the bins of a spectrum in a band of so many octaves around a frequency.
fn band_density_db(spectrum: &[(f64, f64)], centre_hz: f64, octaves: f64) -> f64 {
    let start = spectrum.partition_point(|bin| bin.0 < centre_hz * 2f64.powf(-0.5 * octaves));
    let end = spectrum.partition_point(|bin| bin.0 < centre_hz * 2f64.powf(0.5 * octaves));
    let end = end.max(start + 1);
    let sum: f64 = spectrum[start..end].iter().map(|bin| bin.1).sum();
    10.0 * (sum / (end - start) as f64).max(1e-30).log10()
}

/// Levels in dB of the bands of a sixth of an octave around these frequencies, in Hann windows one
/// after the other that overlap by half.
pub fn spectrogram(
    signal: &[f32],
    sample_rate_hz: f64,
    window_s: f64,
    centres_hz: &[f64],
) -> Vec<Vec<f64>> {
    let window = (window_s * sample_rate_hz) as usize;
    let starts = (0..(signal.len() + 1).saturating_sub(window)).step_by((window / 2).max(1));
    starts
        .map(|start| {
            let spectrum = spectrum(&signal[start..start + window], sample_rate_hz);
            centres_hz.iter().map(|&hz| band_density_db(&spectrum, hz, 1.0 / 6.0)).collect()
        })
        .collect()
}

/// Standard deviation in dB of the third-octave spectrum over 100 Hz..10 kHz, after taking out a
/// tilt of second order in log frequency, which damping makes on purpose.
pub fn colour_db(signal: &[f32], sample_rate_hz: f64) -> f64 {
    let spectrum = spectrum(signal, sample_rate_hz);
    let centres_hz = (0..160).map(|i| 100.0 * 2f64.powf(f64::from(i) / 24.0));
    let levels = centres_hz.map(|centre_hz| band_density_db(&spectrum, centre_hz, 1.0 / 3.0));
    let levels: Vec<f64> = levels.collect();
    deviation_from_parabola(&levels)
}

fn deviation_from_parabola(y: &[f64]) -> f64 {
    // Orthogonal polynomials on an even grid.
    let n = y.len() as f64;
    let grid: Vec<f64> = (0..y.len()).map(|i| 2.0 * i as f64 / (n - 1.0) - 1.0).collect();
    let mean_square = grid.iter().map(|x| x * x).sum::<f64>() / n;
    let mut rest = y.to_vec();
    for basis in [|_: f64, _: f64| 1.0, |x: f64, _: f64| x, |x: f64, m: f64| x * x - m] {
        let values: Vec<f64> = grid.iter().map(|&x| basis(x, mean_square)).collect();
        let dot: f64 = values.iter().zip(&rest).map(|(b, y)| b * y).sum();
        let norm: f64 = values.iter().map(|b| b * b).sum();
        rest.iter_mut().zip(&values).for_each(|(y, b)| *y -= dot / norm * b);
    }
    (rest.iter().map(|y| y * y).sum::<f64>() / n).sqrt()
}

/// Correlation of two signals.
pub fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(1e-30)
}

/// Loudness of a stretch of stereo audio by BS.1770 without gates, in LUFS.
pub fn loudness_lufs(audio: &Response, sample_rate_hz: f64) -> f64 {
    let mut power = 0.0;
    for channel in audio {
        let spectrum = spectrum(channel, sample_rate_hz);
        // Weighted in the frequency domain with the analogue curve of the standard's two filters.
        for (freq_hz, p) in spectrum {
            power += p * k_weight(freq_hz);
        }
    }
    let n = audio[0].len();
    // One-sided, Hann window with a mean square of 3/8.
    let scale = 2.0 / (n as f64 * n.next_power_of_two() as f64 * 0.375);
    -0.691 + 10.0 * (power * scale).max(1e-20).log10()
}

/// Power gain of the K-weighting: a high-pass at 38 Hz, Q 0.5, and a shelf of 4 dB around 1.68 kHz.
fn k_weight(freq_hz: f64) -> f64 {
    let high_pass = {
        let u = (freq_hz / 38.135).powi(2);
        u * u / ((1.0 - u).powi(2) + u / 0.5003f64.powi(2))
    };
    let (v, q) = (freq_hz / 1681.97, 0.7072);
    let (top, band) = (10f64.powf(3.99984 / 20.0), 10f64.powf(3.99984 / 20.0 * 0.499_666));
    let u = v * v;
    let shelf =
        ((1.0 - top * u).powi(2) + u * (band / q).powi(2)) / ((1.0 - u).powi(2) + u / (q * q));
    high_pass * shelf
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals;

    #[test]
    fn a_spectrogram_shows_each_tone_in_its_band_and_at_its_time() {
        let rate = 48_000.0;
        let mut signal = signals::sine(500.0, -6.0, 1.0, rate);
        signal.extend(signals::sine(4000.0, -6.0, 1.0, rate));
        let levels = spectrogram(&signal, rate, 0.1, &[500.0, 4000.0]);
        assert_eq!(levels.len(), 39);
        for (n, level) in levels.iter().enumerate().filter(|(n, _)| !(18..=20).contains(n)) {
            let [here, other] = if n < 19 { [0, 1] } else { [1, 0] };
            assert!(level[here] > level[other] + 60.0, "window {n}: {level:?}");
        }
        // A band has the mean of its bins: three octaves up there are eight times as many.
        let fall = levels[2][0] - levels[30][1];
        assert!((fall - 9.0).abs() < 0.5, "{fall} dB");
    }
}
