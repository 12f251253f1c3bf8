//! The chain of Glue: input, bus compressor and output, with the bypass around them.

use shared_dsp::bypass::{Bypass, BypassSettings};
use shared_dsp::dynamics::{BusCompressor, BusCompressorSettings, KeySource};
use shared_dsp::effect::{Effect, Io, Tail};
use shared_dsp::gain::{Gain, GainSettings};
use shared_dsp::handoff::Taps;
use shared_dsp::units::ms_to_samples;
use shared_plugin::rack::Metered;
use shared_plugin::telemetry::Telemetry;

/// The compressor is never later than this.
const LONGEST_LATENCY_MS: f32 = 20.0;

/// Everything that Glue is set to, in physical units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GlueSettings {
    /// Gain into the compressor.
    pub input: GainSettings,
    /// The compressor.
    pub compressor: BusCompressorSettings,
    /// Gain of the result.
    pub output: GainSettings,
    /// Whether the input is heard instead, and how loud.
    pub bypass: BypassSettings,
}

/// The bus compressor with its gains.
#[derive(Clone, Default)]
pub struct Glue {
    input: Gain,
    compressor: BusCompressor,
    output: Gain,
    bypass: Bypass,
    /// What the detector follows, for the editor.
    key: KeySource,
}

impl Glue {
    fn run(&mut self, io: Io<'_>, mut taps: Option<&mut Taps>) {
        let latency = self.compressor.latency_samples();
        let Self { input, compressor, output, bypass, key } = self;
        bypass.process(io, latency, |mut io| {
            input.process(io.reborrow());
            if let Some(taps) = taps.as_deref_mut() {
                hand_over(&io, *key, taps);
            }
            compressor.process(io.reborrow());
            output.process(io);
        });
    }
}

/// Copies what the detector follows.
fn hand_over(io: &Io<'_>, key: KeySource, taps: &mut Taps) {
    let linger = taps.linger;
    match (key, io.key) {
        (KeySource::Sidechain, Some(key)) => taps.key.push_while_sounding(key, linger),
        (KeySource::Sidechain, None) => {}
        (KeySource::Internal, _) => {
            let [left, right] = &io.main;
            taps.key.push_while_sounding([left, right], linger);
        }
    }
}

impl Effect for Glue {
    type Settings = GlueSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &GlueSettings) {
        self.key = settings.compressor.key;
        self.input.prepare(sample_rate_hz, &settings.input);
        self.compressor.prepare(sample_rate_hz, &settings.compressor);
        self.output.prepare(sample_rate_hz, &settings.output);
        let longest = ms_to_samples(LONGEST_LATENCY_MS, sample_rate_hz).ceil() as usize;
        self.bypass.prepare(sample_rate_hz, longest, &settings.bypass);
    }

    fn reset(&mut self) {
        self.input.reset();
        self.compressor.reset();
        self.output.reset();
        self.bypass.reset();
    }

    fn set(&mut self, settings: &GlueSettings) {
        self.key = settings.compressor.key;
        self.input.set(&settings.input);
        self.compressor.set(&settings.compressor);
        self.output.set(&settings.output);
        self.bypass.set(&settings.bypass);
    }

    fn process(&mut self, io: Io<'_>) {
        self.run(io, None);
    }

    fn latency_samples(&self) -> usize {
        self.compressor.latency_samples()
    }

    fn tail(&self) -> Tail {
        self.compressor.tail()
    }
}

impl Metered for Glue {
    fn measure(&mut self, telemetry: &Telemetry) {
        telemetry.match_db.set(self.bypass.match_db());
        telemetry.compressor.push(self.compressor.take_reading());
    }

    fn process_watched(&mut self, io: Io<'_>, taps: &mut Taps) {
        self.run(io, Some(taps));
    }
}
