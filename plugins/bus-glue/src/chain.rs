//! The chain of Glue: input, bus compressor, output, level match and bypass around them.

use shared_dsp::dynamics::{BusCompressor, BusCompressorSettings};
use shared_dsp::effect::{Effect, Io, Tail};
use shared_plugin::rack::Metered;
use shared_plugin::telemetry::Telemetry;

/// Everything that Glue is set to, in physical units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GlueSettings {
    /// Gain into the compressor in dB.
    pub input_db: f32,
    /// The compressor.
    pub compressor: BusCompressorSettings,
    /// Gain of the result in dB.
    pub output_db: f32,
    /// Whether the result is held at the loudness of the input.
    pub level_match: bool,
    /// Whether the input is heard instead.
    pub bypass: bool,
}

/// The bus compressor with its gains.
#[derive(Default)]
pub struct Glue {
    compressor: BusCompressor,
}

impl Effect for Glue {
    type Settings = GlueSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &GlueSettings) {
        self.compressor.prepare(sample_rate_hz, &settings.compressor);
    }

    fn reset(&mut self) {
        self.compressor.reset();
    }

    fn set(&mut self, settings: &GlueSettings) {
        self.compressor.set(&settings.compressor);
    }

    fn process(&mut self, mut io: Io<'_>) {
        io.sanitize();
        self.compressor.process(io);
    }

    fn latency_samples(&self) -> usize {
        self.compressor.latency_samples()
    }

    fn tail(&self) -> Tail {
        self.compressor.tail()
    }
}

impl Metered for Glue {
    fn measure(&self, telemetry: &Telemetry) {
        telemetry.compressor_reduction_db.set(self.compressor.gain_reduction_db());
    }
}
