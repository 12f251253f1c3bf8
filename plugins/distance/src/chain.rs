//! The chain of Distance: placement and output, with the bypass around them.

use shared_dsp::bypass::{Bypass, BypassSettings};
use shared_dsp::effect::{Effect, Io, Tail};
use shared_dsp::gain::{Gain, GainSettings};
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_plugin::rack::{Fold, Metered};
use shared_plugin::telemetry::Telemetry;

/// Everything that Distance is set to, in physical units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DistanceSettings {
    /// The track in its room.
    pub placement: PlacementSettings,
    /// Gain of the result, room feed included.
    pub output: GainSettings,
    /// Whether the input is heard instead.
    pub bypassed: bool,
}

impl DistanceSettings {
    fn bypass(&self) -> BypassSettings {
        BypassSettings { bypassed: self.bypassed, level_match: false }
    }

    /// A bypassed track sends nothing into the room.
    fn feed(&self) -> GainSettings {
        let gain_db = if self.bypassed { f32::NEG_INFINITY } else { self.output.gain_db };
        GainSettings { gain_db, inverted: false }
    }
}

/// A track in a room.
#[derive(Clone, Default)]
pub struct Distance {
    placement: Placement,
    output: Gain,
    feed: Gain,
    bypass: Bypass,
}

impl Effect for Distance {
    type Settings = DistanceSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &DistanceSettings) {
        self.placement.prepare(sample_rate_hz, &settings.placement);
        self.output.prepare(sample_rate_hz, &settings.output);
        self.feed.prepare(sample_rate_hz, &settings.feed());
        self.bypass.prepare(sample_rate_hz, 0, &settings.bypass());
    }

    fn reset(&mut self) {
        self.placement.reset();
        self.output.reset();
        self.feed.reset();
        self.bypass.reset();
    }

    fn set(&mut self, settings: &DistanceSettings) {
        self.placement.set(&settings.placement);
        self.output.set(&settings.output);
        self.feed.set(&settings.feed());
        self.bypass.set(&settings.bypass());
    }

    fn process(&mut self, io: Io<'_>) {
        let latency = self.placement.latency_samples();
        let Self { placement, output, feed, bypass } = self;
        bypass.process(io, latency, |mut io| {
            placement.process(io.reborrow());
            if let Some([left, right]) = &mut io.feed {
                feed.process(Io::stereo(left, right));
            }
            output.process(io);
        });
    }

    fn latency_samples(&self) -> usize {
        self.placement.latency_samples()
    }

    fn tail(&self) -> Tail {
        self.placement.tail()
    }
}

impl Metered for Distance {
    const FOLD: Fold = Fold::Left;

    /// What the editor shows of it follows from its settings.
    fn measure(&mut self, _telemetry: &Telemetry) {}
}
