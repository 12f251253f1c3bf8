//! What the audio thread tells an open editor: levels and gain reductions, through atomics alone.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// The greatest magnitude since it was last read.
#[derive(Debug, Default)]
pub struct Peak(AtomicU32);

impl Peak {
    /// Notes a magnitude.
    pub fn note(&self, magnitude: f32) {
        // The bits of floats that are not negative are in the order of their values.
        self.0.fetch_max(magnitude.abs().to_bits(), Relaxed);
    }

    /// The greatest magnitude since the last call.
    pub fn take(&self) -> f32 {
        f32::from_bits(self.0.swap(0, Relaxed))
    }
}

/// The latest value of something.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU32);

impl Gauge {
    /// Sets it.
    pub fn set(&self, value: f32) {
        self.0.store(value.to_bits(), Relaxed);
    }

    /// Reads it.
    pub fn get(&self) -> f32 {
        f32::from_bits(self.0.load(Relaxed))
    }
}

/// The levels at one point of the chain.
#[derive(Debug, Default)]
pub struct Levels {
    /// Peaks of left and right as amplitudes.
    pub peak: [Peak; 2],
    /// Root mean squares of left and right over the last call of the host, as amplitudes.
    pub rms: [Gauge; 2],
}

impl Levels {
    /// Peaks since the last call and latest root mean squares, of left and right.
    pub fn look(&self) -> ([f32; 2], [f32; 2]) {
        let [left, right] = &self.peak;
        ([left.take(), right.take()], [self.rms[0].get(), self.rms[1].get()])
    }

    /// Measures one stretch of audio.
    pub fn observe(&self, lanes: [&[f32]; 2]) {
        for ((lane, peak), rms) in lanes.iter().zip(&self.peak).zip(&self.rms) {
            peak.note(lane.iter().fold(0.0f32, |most, sample| most.max(sample.abs())));
            let energy: f32 = lane.iter().map(|sample| sample * sample).sum();
            rms.set((energy / lane.len().max(1) as f32).sqrt());
        }
    }
}

/// Everything that an editor may show beside the parameters.
#[derive(Debug, Default)]
pub struct Telemetry {
    watched: AtomicBool,
    /// What comes in.
    pub input: Levels,
    /// What goes out.
    pub output: Levels,
    /// How far the compressor lowers the level, in dB, not negative.
    pub compressor_reduction_db: Gauge,
    /// How far the gate lowers the level, in dB, not negative.
    pub gate_reduction_db: Gauge,
    /// How far each band of the equaliser has moved from its gain at rest, in dB.
    pub band_moves_db: [Gauge; 8],
    /// How far the ducker lowers the level, in dB, not negative.
    pub duck_reduction_db: Gauge,
    /// The host's tempo in beats per minute, 0 if it has none.
    pub tempo_bpm: Gauge,
    /// Sample rate in Hz, 0 before the host has started.
    pub sample_rate_hz: Gauge,
    /// The latency that the host was told last, in samples.
    pub latency_samples: Gauge,
}

impl Telemetry {
    /// Whether an editor is open. Nothing is measured otherwise.
    pub fn is_watched(&self) -> bool {
        self.watched.load(Relaxed)
    }

    /// To be called by an editor as it opens and closes.
    pub fn watch(&self, open: bool) {
        self.watched.store(open, Relaxed);
    }
}
