//! Measurements of sound: levels, responses, distortion, times, clicks, decay, loudness.

use realfft::RealFftPlanner;
use shared_dsp::biquad::{Biquad, BiquadState};
use std::f64::consts::{PI, TAU};

/// Level of an amplitude ratio in dB; -300 dB for zero.
pub fn db(ratio: f64) -> f64 {
    20.0 * ratio.abs().max(1e-15).log10()
}

/// RMS level in dBFS (a full-scale sine reads -3.01).
pub fn rms_db(signal: &[f32]) -> f64 {
    db((energy(signal) / signal.len().max(1) as f64).sqrt())
}

/// Sum of the squares.
pub fn energy(signal: &[f32]) -> f64 {
    signal.iter().map(|&sample| f64::from(sample).powi(2)).sum()
}

/// Level of the largest sample in dBFS.
pub fn peak_db(signal: &[f32]) -> f64 {
    db(f64::from(signal.iter().fold(0f32, |peak, sample| peak.max(sample.abs()))))
}

/// Mean of the samples.
pub fn mean(signal: &[f32]) -> f64 {
    signal.iter().map(|&sample| f64::from(sample)).sum::<f64>() / signal.len().max(1) as f64
}

/// RMS level of the difference of two signals in dBFS.
pub fn difference_db(a: &[f32], b: &[f32]) -> f64 {
    rms_db(&a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<_>>())
}

/// RMS levels of windows one after another.
pub fn window_levels_db(signal: &[f32], window_s: f64, sample_rate_hz: f64) -> Vec<f64> {
    let window = ((window_s * sample_rate_hz).round() as usize).max(1);
    signal.chunks_exact(window).map(rms_db).collect()
}

/// Real and imaginary part of the sum of a signal against e^(-jwn).
fn dft(signal: impl Iterator<Item = f64>, freq_hz: f64, sample_rate_hz: f64) -> (f64, f64) {
    let w = TAU * freq_hz / sample_rate_hz;
    signal.enumerate().fold((0.0, 0.0), |(re, im), (n, sample)| {
        let (sin, cos) = (w * n as f64).sin_cos();
        (re + sample * cos, im - sample * sin)
    })
}

/// Gain in dB at a frequency, exactly, of a system with this impulse response.
pub fn response_db(impulse_response: &[f32], freq_hz: f64, sample_rate_hz: f64) -> f64 {
    let (re, im) = dft(impulse_response.iter().map(|&x| x.into()), freq_hz, sample_rate_hz);
    db(re.hypot(im))
}

/// Gain in dB of a system with this impulse response, at `k * rate / (2 (len - 1))` Hz, for
/// responses too long to take frequency by frequency. Zero-padded to a power of two.
pub fn magnitude_db(impulse_response: &[f32]) -> Vec<f64> {
    power_spectrum(impulse_response.iter().map(|&x| x.into()).collect())
        .into_iter()
        .map(|power| db(power.sqrt()))
        .collect()
}

/// |X|^2 of the non-negative frequencies, zero-padded to a power of two.
fn power_spectrum(mut signal: Vec<f64>) -> Vec<f64> {
    signal.resize(signal.len().next_power_of_two().max(2), 0.0);
    let forward = RealFftPlanner::<f64>::new().plan_fft_forward(signal.len());
    let mut bins = forward.make_output_vec();
    forward.process(&mut signal, &mut bins).expect("lengths come from the plan");
    bins.iter().map(|bin| bin.norm_sqr()).collect()
}

/// Mean power in dB of a noise-like signal inside a band (a full-scale sine in it reads -3.01).
pub fn band_level_db(signal: &[f32], low_hz: f64, high_hz: f64, sample_rate_hz: f64) -> f64 {
    let windowed = hann(signal).collect::<Vec<_>>();
    let window_energy = 0.375 * signal.len() as f64;
    let spectrum = power_spectrum(windowed);
    let size = 2 * (spectrum.len() - 1);
    let bin_hz = sample_rate_hz / size as f64;
    let (from, to) = ((low_hz / bin_hz).ceil() as usize, (high_hz / bin_hz) as usize);
    let sum: f64 = spectrum.iter().take(to + 1).skip(from).sum();
    10.0 * (2.0 * sum / (size as f64 * window_energy)).max(1e-30).log10()
}

fn hann(signal: &[f32]) -> impl Iterator<Item = f64> + '_ {
    let step = TAU / signal.len() as f64;
    signal
        .iter()
        .enumerate()
        .map(move |(n, &x)| f64::from(x) * 0.5 * (1.0 - (step * n as f64).cos()))
}

/// A sine found in a signal.
#[derive(Clone, Copy, Debug)]
pub struct Tone {
    /// Peak amplitude.
    pub amplitude: f64,
    /// Phase at the first sample in rad; 0 is a sine that starts to rise.
    pub phase: f64,
}

/// The sine of a known frequency that leaves the smallest squares.
pub fn tone(signal: &[f32], freq_hz: f64, sample_rate_hz: f64) -> Tone {
    let w = TAU * freq_hz / sample_rate_hz;
    let (mut ss, mut sc, mut cc, mut sx, mut cx) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (n, &x) in signal.iter().enumerate() {
        let ((sin, cos), x) = ((w * n as f64).sin_cos(), f64::from(x));
        ss += sin * sin;
        sc += sin * cos;
        cc += cos * cos;
        sx += sin * x;
        cx += cos * x;
    }
    let determinant = ss * cc - sc * sc;
    let (a, b) = ((sx * cc - cx * sc) / determinant, (cx * ss - sx * sc) / determinant);
    Tone { amplitude: a.hypot(b), phase: b.atan2(a) }
}

/// Peak level of a sine of a known frequency in dBFS.
pub fn tone_db(signal: &[f32], freq_hz: f64, sample_rate_hz: f64) -> f64 {
    db(tone(signal, freq_hz, sample_rate_hz).amplitude)
}

/// Level of the harmonics 2..=10 against the fundamental in dB. The signal should hold 20 periods or
/// more.
pub fn thd_db(signal: &[f32], freq_hz: f64, sample_rate_hz: f64) -> f64 {
    let power = |harmonic: usize| {
        let (re, im) = dft(hann(signal), freq_hz * harmonic as f64, sample_rate_hz);
        re * re + im * im
    };
    let below_nyquist = |&k: &usize| freq_hz * (k as f64) < 0.49 * sample_rate_hz;
    let harmonics: f64 = (2..=10).take_while(below_nyquist).map(power).sum();
    10.0 * (harmonics / power(1).max(1e-300)).max(1e-30).log10()
}

/// Spectrum of a signal as `(Hz, dBFS of a sine's peak)`, through the window of Blackman and Harris
/// (Harris 1978): what lies more than 5 bins from a tone is that tone to -92 dB of it only.
pub fn spectrum_db(signal: &[f32], sample_rate_hz: f64) -> Vec<(f64, f64)> {
    let step = TAU / signal.len() as f64;
    let windowed = signal.iter().enumerate().map(|(n, &x)| {
        let cos = |k: f64| (k * step * n as f64).cos();
        f64::from(x) * (0.35875 - 0.48829 * cos(1.0) + 0.14128 * cos(2.0) - 0.01168 * cos(3.0))
    });
    let power = power_spectrum(windowed.collect());
    let bin_hz = 0.5 * sample_rate_hz / (power.len() - 1) as f64;
    let scale = 2.0 / (0.35875 * signal.len() as f64);
    let bins = power.into_iter().enumerate();
    bins.map(|(k, power)| (k as f64 * bin_hz, db(scale * power.sqrt()))).collect()
}

/// Peak envelope of a sine in dBFS, one value per half period.
pub fn half_period_levels_db(signal: &[f32], freq_hz: f64, sample_rate_hz: f64) -> Vec<f64> {
    let half = (sample_rate_hz / freq_hz / 2.0).round().max(1.0) as usize;
    signal.chunks_exact(half).map(peak_db).collect()
}

/// Seconds from index `from` until a curve (of dB, say) has covered a share of its way from there to
/// its last value, interpolated. `None` if it never moves.
pub fn time_to(curve: &[f64], from: usize, share: f64, points_per_s: f64) -> Option<f64> {
    let (start, end) = (*curve.get(from)?, *curve.last()?);
    let way = |value: f64| (value - start) / (end - start);
    let after = (from + 1..curve.len()).find(|&n| way(curve[n]) >= share)?;
    let (before, now) = (way(curve[after - 1]), way(curve[after]));
    Some(((after - 1 - from) as f64 + (share - before) / (now - before)) / points_per_s)
}

/// The same for 63 % (1 - 1/e) of the way.
pub fn time_to_63(curve: &[f64], from: usize, points_per_s: f64) -> Option<f64> {
    time_to(curve, from, 1.0 - (-1f64).exp(), points_per_s)
}

/// A Butterworth low-pass or high-pass of the eighth order, by the bilinear transform.
fn butterworth_8(freq_hz: f64, sample_rate_hz: f64, high: bool) -> [Biquad; 4] {
    let w = TAU * (freq_hz / sample_rate_hz).min(0.49);
    let (sin, cos) = w.sin_cos();
    [1.0, 3.0, 5.0, 7.0].map(|k: f64| {
        let alpha = sin * (PI * k / 16.0).cos();
        let b = if high { (1.0 + cos) / 2.0 } else { (1.0 - cos) / 2.0 };
        let middle = if high { -2.0 * b } else { 2.0 * b };
        Biquad::normalised([b, middle, b], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    })
}

/// What of a signal lies in a band, with slopes of 48 dB per octave. A corner at or below zero, or at
/// or above Nyquist, is left out.
pub fn band(signal: &[f32], low_hz: f64, high_hz: f64, sample_rate_hz: f64) -> Vec<f32> {
    let mut sections = Vec::new();
    if low_hz > 0.0 {
        sections.extend(butterworth_8(low_hz, sample_rate_hz, true));
    }
    if high_hz < sample_rate_hz / 2.0 {
        sections.extend(butterworth_8(high_hz, sample_rate_hz, false));
    }
    let mut states = vec![BiquadState::<1>::default(); sections.len()];
    let filtered = signal.iter().map(|&x| {
        let sections = sections.iter().zip(&mut states);
        sections.fold(f64::from(x), |x, (section, state)| state.tick(section, [x])[0]) as f32
    });
    filtered.collect()
}

/// How far a click stands out: the largest sample above 4 kHz against the largest of all, in dB. For
/// tones below 500 Hz, where all that is above 4 kHz comes from a break in the curve: a jump by 1 %
/// reads about -47 dB, a linear fade to silence in 20 ms less than -55 dB. The first 50 ms, where the
/// tone itself sets in, are left out.
pub fn click_db(signal: &[f32], sample_rate_hz: f64) -> f64 {
    let settled = (0.05 * sample_rate_hz) as usize;
    let high = band(signal, 4000.0, f64::INFINITY, sample_rate_hz);
    peak_db(high.get(settled..).unwrap_or(&[])) - peak_db(signal)
}

/// Decay of an impulse response: the energy still to come in dB, at every sample (Schroeder 1965).
pub fn decay_db(impulse_response: &[f32]) -> Vec<f64> {
    let mut rest = 0.0;
    let mut curve: Vec<f64> = impulse_response
        .iter()
        .rev()
        .map(|&x| {
            rest += f64::from(x).powi(2);
            rest
        })
        .collect();
    curve.reverse();
    let total = curve.first().copied().unwrap_or(0.0).max(1e-300);
    curve.iter().map(|&energy| 10.0 * (energy / total).max(1e-30).log10()).collect()
}

/// A straight line through part of a decay.
#[derive(Clone, Copy, Debug)]
pub struct DecayFit {
    /// Time in s in which the line falls by 60 dB.
    pub rt_s: f64,
    /// How far the decay strays from the line in dB.
    pub worst_db: f64,
}

/// The line through an impulse response's decay from `from_db` to `to_db`: -5 and -35 give T30.
/// `None` if it does not decay that far.
pub fn decay_fit(
    impulse_response: &[f32],
    from_db: f64,
    to_db: f64,
    sample_rate_hz: f64,
) -> Option<DecayFit> {
    let curve = decay_db(impulse_response);
    let first = curve.iter().position(|&level| level <= from_db)?;
    let last = curve.iter().position(|&level| level <= to_db)?;
    let part = curve.get(first..last).filter(|part| part.len() > 1)?;
    let n = part.len() as f64;
    let (mean_x, mean_y) = ((n - 1.0) / 2.0, part.iter().sum::<f64>() / n);
    let (mut xy, mut xx) = (0.0, 0.0);
    for (x, y) in part.iter().enumerate() {
        xy += (x as f64 - mean_x) * (y - mean_y);
        xx += (x as f64 - mean_x).powi(2);
    }
    let slope = xy / xx;
    let stray = |(x, y): (usize, &f64)| (y - mean_y - slope * (x as f64 - mean_x)).abs();
    let worst_db = part.iter().enumerate().map(stray).fold(0.0, f64::max);
    Some(DecayFit { rt_s: -60.0 / slope / sample_rate_hz, worst_db })
}

/// Reverberation time T30 in s, from -5 to -35 dB.
pub fn t30_s(impulse_response: &[f32], sample_rate_hz: f64) -> Option<f64> {
    decay_fit(impulse_response, -5.0, -35.0, sample_rate_hz).map(|fit| fit.rt_s)
}

/// What of a signal lies in the octave around a centre.
pub fn octave_band(signal: &[f32], centre_hz: f64, sample_rate_hz: f64) -> Vec<f32> {
    band(signal, centre_hz / 2f64.sqrt(), centre_hz * 2f64.sqrt(), sample_rate_hz)
}

/// Correlation of two signals at zero lag, -1..1.
pub fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let product: f64 = a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
    product / (energy(a) * energy(b)).sqrt().max(1e-300)
}

/// The delay in samples, up to `longest`, at which `output` resembles `input` most.
pub fn delay_samples(input: &[f32], output: &[f32], longest: usize) -> usize {
    let alike = |delay: usize| -> f64 {
        input.iter().zip(&output[delay.min(output.len())..]).map(|(&a, &b)| f64::from(a * b)).sum()
    };
    let best = (0..=longest).map(|delay| (delay, alike(delay).abs()));
    best.max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(delay, _)| delay)
}

/// Integrated loudness in LUFS (EBU R 128).
pub fn lufs(audio: &[Vec<f32>; 2], sample_rate_hz: f64) -> f64 {
    meter(audio, sample_rate_hz, ebur128::Mode::I).loudness_global().expect("mode I is on")
}

/// True peak in dBTP, the larger of both channels.
pub fn true_peak_db(audio: &[Vec<f32>; 2], sample_rate_hz: f64) -> f64 {
    let meter = meter(audio, sample_rate_hz, ebur128::Mode::TRUE_PEAK);
    let peak = |channel| meter.true_peak(channel).expect("mode TRUE_PEAK is on");
    db(peak(0).max(peak(1)))
}

fn meter(audio: &[Vec<f32>; 2], sample_rate_hz: f64, mode: ebur128::Mode) -> ebur128::EbuR128 {
    let mut meter = ebur128::EbuR128::new(2, sample_rate_hz as u32, mode).expect("a usual rate");
    meter.add_frames_planar_f32(&[&audio[0], &audio[1]]).expect("two channels");
    meter
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals;

    const RATE: f64 = 48_000.0;

    #[test]
    fn a_sine_has_its_level_and_its_loudness() {
        let sine = signals::sine(997.0, -20.0, 5.0, RATE);
        assert!((peak_db(&sine) + 20.0).abs() < 0.01);
        assert!((rms_db(&sine) + 23.01).abs() < 0.01);
        assert!((tone_db(&sine[..1000], 997.0, RATE) + 20.0).abs() < 1e-4);
        assert!((band_level_db(&sine, 900.0, 1100.0, RATE) + 23.01).abs() < 0.01);
        // EBU Tech 3341: a stereo sine at -23 dBFS (peak) reads -23 LUFS.
        assert!((lufs(&signals::both(sine), RATE) + 20.0).abs() < 0.1);
    }

    #[test]
    fn a_spectrum_shows_each_tone_at_its_level_and_little_else() {
        let loud = signals::sine(997.3, -6.0, 1.0, RATE);
        let quiet = signals::sine(7001.9, -80.0, 1.0, RATE);
        let both: Vec<f32> = loud.iter().zip(&quiet).map(|(a, b)| a + b).collect();
        let spectrum = spectrum_db(&both, RATE);
        let most = |from: f64, to: f64| {
            let inside = spectrum.iter().filter(|(hz, _)| (from..to).contains(hz));
            inside.fold(-300.0f64, |most, (_, level)| most.max(*level))
        };
        assert!((most(900.0, 1100.0) + 6.0).abs() < 0.9, "{}", most(900.0, 1100.0));
        assert!((most(6900.0, 7100.0) + 80.0).abs() < 0.9, "{}", most(6900.0, 7100.0));
        assert!(most(1100.0, 6900.0) < -96.0 && most(7100.0, 24_000.0) < -96.0);
    }

    #[test]
    fn distortion_of_a_cubic_is_what_algebra_says() {
        // x + a x^3 of a unit sine: third harmonic a / 4 against 1 + 3 a / 4.
        let cubic: Vec<f32> =
            signals::sine(100.0, 0.0, 1.0, RATE).into_iter().map(|x| x + 0.1 * x * x * x).collect();
        assert!((thd_db(&cubic, 100.0, RATE) - db(0.025 / 1.075)).abs() < 0.01);
        assert!(thd_db(&signals::sine(100.0, 0.0, 1.0, RATE), 100.0, RATE) < -120.0);
    }

    #[test]
    fn a_jump_reads_as_a_click_and_a_fade_does_not() {
        let sine = signals::sine(200.0, 0.0, 0.5, RATE);
        let faded = |gain: &dyn Fn(f64) -> f64| -> f64 {
            let out: Vec<f32> =
                sine.iter().enumerate().map(|(n, x)| x * gain(n as f64 / RATE) as f32).collect();
            click_db(&out, RATE)
        };
        assert!(faded(&|_| 1.0) < -100.0);
        let jump = faded(&|t| if t < 0.25125 { 1.0 } else { 0.97 });
        assert!((-40.0..-34.0).contains(&jump), "{jump}");
        let fade = faded(&|t| 1.0 - ((t - 0.25) / 0.02).clamp(0.0, 1.0));
        assert!(fade < -55.0, "{fade}");
    }

    #[test]
    fn a_decay_is_found() {
        let noise = signals::white_noise(-10.0, 2.0, RATE, signals::SEED);
        let tail: Vec<f32> = noise
            .iter()
            .enumerate()
            .map(|(n, x)| x * 10f32.powf(-3.0 * n as f32 / RATE as f32 / 0.8))
            .collect();
        let fit = decay_fit(&tail, -5.0, -35.0, RATE).unwrap();
        assert!((fit.rt_s - 0.8).abs() < 0.01 && fit.worst_db < 0.5, "{fit:?}");
    }

    #[test]
    fn an_exponential_covers_63_percent_in_its_time_constant() {
        let curve: Vec<f64> = (0..4800).map(|n| 1.0 - (-f64::from(n) / 480.0).exp()).collect();
        assert!((time_to_63(&curve, 0, RATE).unwrap() - 0.01).abs() < 1e-4);
    }

    #[test]
    fn pink_noise_has_equal_octaves_and_is_the_same_at_every_rate() {
        for rate in [44_100.0, 48_000.0, 96_000.0] {
            let pink = signals::pink_noise(-20.0, 4.0, rate, signals::SEED);
            let octaves = [62.5, 250.0, 1000.0, 4000.0]
                .map(|low_hz| band_level_db(&pink, low_hz, 2.0 * low_hz, rate));
            for level in octaves {
                assert!((level + 30.0).abs() < 0.7, "{octaves:?} at {rate}");
            }
            assert!((rms_db(&pink) + 20.0).abs() < 0.05);
        }
    }
}
