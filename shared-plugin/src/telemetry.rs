//! What the audio thread tells an open editor: levels, gain reductions and the audio for a spectrum,
//! without locks on the audio thread's side.

use shared_dsp::dynamics::Reading;
use shared_dsp::handoff::{
    AudioReceiver, AudioSender, Gauge, MostGauge, PeakGauge, Taps, audio_ring,
};
use shared_dsp::meter::{LevelMeter, ShortTermMeter};
use shared_dsp::units::{db_to_gain, gain_to_db};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// Frames of audio that wait for an editor: a third of a second at 48 kHz.
const RING: usize = 16_384;
/// Time of silence after which the sidechain counts as not connected, in seconds.
const KEY_LINGERS_S: f64 = 1.0;

/// The levels at one point of the chain.
pub struct Levels {
    /// Peaks of left and right since they were last taken, as amplitudes.
    pub peak: [PeakGauge; 2],
    /// Root mean squares of left and right over about 300 ms, as amplitudes.
    pub rms: [Gauge; 2],
    looked: AtomicBool,
    loudness: Mutex<Loudness>,
}

/// The loudness at one point, measured on the editor's side: its filters are more work than the audio
/// thread should have for a figure.
struct Loudness {
    audio: AudioReceiver,
    sample_rate_hz: f32,
    meter: ShortTermMeter,
}

impl Levels {
    fn new(audio: AudioReceiver) -> Self {
        let loudness = Loudness { audio, sample_rate_hz: 0.0, meter: ShortTermMeter::default() };
        Self {
            peak: Default::default(),
            rms: Default::default(),
            looked: AtomicBool::new(false),
            loudness: Mutex::new(loudness),
        }
    }

    /// Short-term loudness in LUFS, over the last 3 s in which somebody has looked, at this sample
    /// rate in Hz. To be called with every frame of an editor that shows it.
    pub fn short_term_lufs(&self, sample_rate_hz: f32) -> f32 {
        let mut loudness = self.loudness.lock().unwrap_or_else(PoisonError::into_inner);
        let Loudness { audio, sample_rate_hz: prepared_hz, meter } = &mut *loudness;
        if *prepared_hz != sample_rate_hz {
            *prepared_hz = sample_rate_hz;
            meter.prepare(f64::from(sample_rate_hz));
        }
        audio.drain(|frame| meter.push(frame));
        meter.lufs()
    }

    /// Peaks since the last call and latest root mean squares, of left and right. Keeps the meters
    /// running for another half second, like [`Telemetry::look`].
    pub fn look(&self) -> ([f32; 2], [f32; 2]) {
        self.looked.store(true, Relaxed);
        let [left, right] = &self.peak;
        ([left.take(), right.take()], [self.rms[0].get(), self.rms[1].get()])
    }
}

/// What a compressor or gate does: the most since an editor last looked.
#[derive(Debug, Default)]
pub struct Reducer {
    reduction_db: MostGauge,
    /// As amplitudes.
    level: MostGauge,
    input: MostGauge,
}

impl Reducer {
    /// Written by the audio thread.
    pub fn push(&self, reading: Reading) {
        self.reduction_db.push(reading.reduction_db);
        self.level.push(db_to_gain(reading.level_db));
        self.input.push(db_to_gain(reading.input_db));
    }

    /// Read by an editor, once a frame.
    pub fn look(&self) -> Reading {
        Reading {
            reduction_db: self.reduction_db.look(),
            level_db: gain_to_db(self.level.look()),
            input_db: gain_to_db(self.input.look()),
        }
    }
}

/// Everything that an editor may show beside the parameters.
pub struct Telemetry {
    looked: AtomicBool,
    /// What comes in.
    pub input: Levels,
    /// What goes out.
    pub output: Levels,
    /// The compressor.
    pub compressor: Reducer,
    /// The gate.
    pub gate: Reducer,
    /// How far each band of the equaliser has moved from its gain at rest, in dB.
    pub band_moves_db: [Gauge; 8],
    /// The gain of a level-matched bypass: what its input gets to be as loud as the output, in dB.
    pub match_db: Gauge,
    /// How far the ducker lowers the level, in dB, not negative.
    pub duck_reduction_db: Gauge,
    /// By how much the loudness changes from input to output, in LU.
    pub loudness_change_lu: Gauge,
    /// How long the chain sounds on after its input, in samples; infinite if it does not end by itself.
    pub tail_samples: Gauge,
    /// The host's tempo in beats per minute, 0 if it tells none.
    pub tempo_bpm: Gauge,
    /// The sample rate in Hz, 0 before the first start.
    pub sample_rate_hz: Gauge,
    /// The latency that the host was told last, in samples.
    pub latency_samples: Gauge,
    /// What goes into the equaliser, for a spectrum.
    pub eq_before: Mutex<AudioReceiver>,
    /// What comes out of it.
    pub eq_after: Mutex<AudioReceiver>,
    /// The sidechain, while it sounds.
    pub key: Mutex<AudioReceiver>,
}

impl Telemetry {
    /// The editor's end, and the audio thread's.
    pub fn new() -> (Arc<Self>, Probes) {
        let [(before, eq_before), (after, eq_after), (key_sender, key)] =
            std::array::from_fn(|_| audio_ring(RING));
        let [(input_sender, input), (output_sender, output)] =
            std::array::from_fn(|_| audio_ring(RING));
        let telemetry = Arc::new(Self {
            looked: AtomicBool::new(false),
            input: Levels::new(input),
            output: Levels::new(output),
            compressor: Reducer::default(),
            gate: Reducer::default(),
            band_moves_db: Default::default(),
            match_db: Gauge::default(),
            duck_reduction_db: Gauge::default(),
            loudness_change_lu: Gauge::default(),
            tail_samples: Gauge::default(),
            tempo_bpm: Gauge::default(),
            sample_rate_hz: Gauge::default(),
            latency_samples: Gauge::default(),
            eq_before: Mutex::new(eq_before),
            eq_after: Mutex::new(eq_after),
            key: Mutex::new(key),
        });
        let probes = Probes {
            telemetry: telemetry.clone(),
            sample_rate_hz: 48_000.0,
            frames_left: 0,
            input: Probe::new(input_sender),
            output: Probe::new(output_sender),
            taps: Taps { before, after, key: key_sender, linger: 48_000 },
        };
        (telemetry, probes)
    }

    /// To be called by an editor with every frame it draws: keeps the meters running for another
    /// half second. (An editor is not told when it is closed.)
    pub fn look(&self) {
        self.looked.store(true, Relaxed);
    }

    /// Takes the audio that has come in since the last call, oldest first. Returns how many frames
    /// that was.
    pub fn drain(audio: &Mutex<AudioReceiver>, each: impl FnMut([f32; 2])) -> usize {
        audio.lock().unwrap_or_else(PoisonError::into_inner).drain(each)
    }
}

/// One point of the chain at which is measured.
struct Probe {
    meter: LevelMeter,
    /// To whoever measures the loudness; full, and no work, where nobody does.
    loudness: AudioSender,
}

impl Probe {
    fn new(loudness: AudioSender) -> Self {
        Self { meter: LevelMeter::default(), loudness }
    }

    fn prepare(&mut self, sample_rate_hz: f64) {
        self.meter.prepare(sample_rate_hz);
    }

    fn measure(&mut self, levels: &Levels, [left, right]: [&[f32]; 2]) {
        self.meter.push(left, right);
        for (gauge, peak) in levels.peak.iter().zip(self.meter.take_peak()) {
            gauge.push(peak);
        }
        for (gauge, rms) in levels.rms.iter().zip(self.meter.rms()) {
            gauge.set(rms);
        }
        self.loudness.push([left, right]);
    }
}

/// The audio thread's end of the telemetry.
pub struct Probes {
    telemetry: Arc<Telemetry>,
    sample_rate_hz: f64,
    frames_left: usize,
    input: Probe,
    output: Probe,
    taps: Taps,
}

impl Probes {
    /// Takes the sample rate.
    pub fn prepare(&mut self, sample_rate_hz: f64) {
        self.sample_rate_hz = sample_rate_hz;
        self.telemetry.sample_rate_hz.set(sample_rate_hz as f32);
        self.input.prepare(sample_rate_hz);
        self.output.prepare(sample_rate_hz);
        self.taps.linger = (KEY_LINGERS_S * sample_rate_hz) as usize;
    }

    /// Whether anyone looks, `frames` before the next time this is asked.
    pub fn is_watched(&mut self, frames: usize) -> bool {
        let telemetry = &self.telemetry;
        let looked = [&telemetry.looked, &telemetry.input.looked, &telemetry.output.looked]
            // A load alone while nobody looks.
            .map(|looked| looked.load(Relaxed) && looked.swap(false, Relaxed));
        if looked.contains(&true) {
            self.frames_left = (0.5 * self.sample_rate_hz) as usize;
        }
        self.frames_left = self.frames_left.saturating_sub(frames);
        self.frames_left > 0
    }

    /// Measures what comes in.
    pub fn input(&mut self, lanes: [&[f32]; 2]) {
        self.input.measure(&self.telemetry.input, lanes);
    }

    /// Measures what goes out.
    pub fn output(&mut self, lanes: [&[f32]; 2]) {
        self.output.measure(&self.telemetry.output, lanes);
    }

    /// Where a chain hands over its audio.
    pub fn taps(&mut self) -> &mut Taps {
        &mut self.taps
    }

    /// An editor has just begun to look: what was measured when the last one was closed is old.
    pub fn begin(&self) {
        let telemetry = &self.telemetry;
        for levels in [&telemetry.input, &telemetry.output] {
            levels.peak.iter().for_each(|peak| {
                peak.take();
            });
        }
        telemetry.compressor.look();
        telemetry.gate.look();
    }

    /// The gauges, for what a chain measures itself.
    pub fn gauges(&self) -> &Telemetry {
        &self.telemetry
    }
}
