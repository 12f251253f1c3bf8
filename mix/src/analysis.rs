//! What the report tells of a piece of audio.

use shared_dsp::loudness::{Loudness, LoudnessMeter};
use shared_dsp::spectrum::{self, BINS};

use crate::audio::Stereo;

/// Seconds between two values of [`Analysis::momentary_lufs`].
pub const MOMENTARY_STEP_S: f64 = 0.1;
/// Half of the width over which spectra are smoothed, in bins of 1/24 octave: a sixth of an octave.
const SMOOTH: usize = 2;

/// What a piece of audio measures.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Loudness figures.
    pub loudness: Loudness,
    /// Highest sample in dBFS.
    pub peak_dbfs: f64,
    /// Correlation of left and right over the whole: 1 is mono. None in silence.
    pub correlation: Option<f64>,
    /// Mean spectrum in dB, by the bins of [`spectrum::bin_hz`], smoothed to a sixth of an octave.
    pub spectrum_db: Vec<f32>,
    /// Loudness of the last 400 ms, every [`MOMENTARY_STEP_S`].
    pub momentary_lufs: Vec<f32>,
}

impl Analysis {
    /// Measures. None at a sample rate that loudness is not defined for.
    pub fn new(audio: &Stereo, rate_hz: u32) -> Option<Self> {
        let (left, right) = (&audio.left, &audio.right);
        let mut meter = LoudnessMeter::new(rate_hz)?;
        let step = ((MOMENTARY_STEP_S * f64::from(rate_hz)) as usize).max(1);
        let mut momentary_lufs = Vec::new();
        let mut loudest = [f64::NEG_INFINITY; 2];
        for (left, right) in left.chunks(step).zip(right.chunks(step)) {
            meter.push(left, right);
            let momentary = meter.momentary_lufs();
            momentary_lufs.push(momentary as f32);
            loudest[0] = loudest[0].max(momentary);
            // Three seconds at a time are dear to sum: twice a second is enough.
            if momentary_lufs.len() % 5 == 0 {
                loudest[1] = loudest[1].max(meter.short_term_lufs());
            }
        }
        Some(Self {
            loudness: Loudness {
                integrated_lufs: meter.integrated_lufs(),
                momentary_max_lufs: loudest[0],
                short_term_max_lufs: loudest[1],
                true_peak_dbtp: meter.true_peak_dbtp(),
                range_lu: meter.range_lu(),
            },
            peak_dbfs: 20.0 * f64::from(audio.peak()).log10(),
            correlation: correlation(audio),
            spectrum_db: smoothed(&spectrum::average_db(left, right, f64::from(rate_hz))),
            momentary_lufs,
        })
    }
}

/// Correlation of the channels over the whole. None in silence.
pub fn correlation(audio: &Stereo) -> Option<f64> {
    let mut sums = [0.0_f64; 3];
    for (left, right) in audio.left.iter().zip(&audio.right) {
        let (left, right) = (f64::from(*left), f64::from(*right));
        for (sum, product) in sums.iter_mut().zip([left * left, right * right, left * right]) {
            *sum += product;
        }
    }
    let power = (sums[0] * sums[1]).sqrt();
    (power > 1e-12).then(|| sums[2] / power)
}

fn smoothed(bins: &[f32]) -> Vec<f32> {
    (0..bins.len().min(BINS))
        .map(|bin| {
            let near = &bins[bin.saturating_sub(SMOOTH)..(bin + SMOOTH + 1).min(bins.len())];
            let power: f64 = near.iter().map(|db| 10.0_f64.powf(f64::from(*db) / 10.0)).sum();
            (10.0 * (power / near.len() as f64).log10()) as f32
        })
        .collect()
}

/// The highest peaks of a piece of audio in a number of columns, for a picture of its waveform.
pub fn waveform(audio: &Stereo, columns: usize) -> Vec<f32> {
    let step = audio.frames().div_ceil(columns.max(1)).max(1);
    let peaks = |channel: &[f32]| -> Vec<f32> {
        let peak = |part: &[f32]| part.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
        channel.chunks(step).map(peak).collect()
    };
    let (left, right) = (peaks(&audio.left), peaks(&audio.right));
    left.into_iter().zip(right).map(|(left, right)| left.max(right)).collect()
}

/// Measures many pieces on several threads, in order.
pub fn all(pieces: &[&Stereo], rate_hz: u32, threads: usize) -> Vec<Option<Analysis>> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut results: Vec<Option<Analysis>> = vec![None; pieces.len()];
    let found = std::thread::scope(|scope| {
        let work = || {
            let mut found = Vec::new();
            loop {
                let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(audio) = pieces.get(index) else { return found };
                found.push((index, Analysis::new(audio, rate_hz)));
            }
        };
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect::<Vec<_>>()
    });
    for (index, analysis) in found {
        results[index] = analysis;
    }
    results
}
