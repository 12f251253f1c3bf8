//! The chain of Strip: input, filters, the three processors in their order, pan and width, fader,
//! with the bypass around them.

use shared_dsp::bypass::{Bypass, BypassSettings};
use shared_dsp::dynamics::{Compressor, CompressorSettings, Gate, GateSettings};
use shared_dsp::effect::{Effect, Io, Tail};
use shared_dsp::eq::{EqSettings, Equaliser, FilterSettings, Filters};
use shared_dsp::gain::{Gain, GainSettings};
use shared_dsp::handoff::Taps;
use shared_dsp::stereo::{Stereo, StereoSettings};
use shared_dsp::units::ms_to_samples;
use shared_plugin::rack::Metered;
use shared_plugin::telemetry::Telemetry;

mod order;

pub use order::Order;
use order::OrderSwitch;

/// Two lookaheads of 10 ms, and what the dynamics may need beside them.
const LONGEST_LATENCY_MS: f32 = 25.0;

/// Everything that Strip is set to, in physical units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StripSettings {
    /// Trim and polarity.
    pub input: GainSettings,
    /// High-pass and low-pass.
    pub filters: FilterSettings,
    /// Order of the three processors.
    pub order: Order,
    /// The gate.
    pub gate: GateSettings,
    /// The equaliser.
    pub eq: EqSettings,
    /// The compressor.
    pub comp: CompressorSettings,
    /// Pan and width.
    pub stereo: StereoSettings,
    /// The fader.
    pub output: GainSettings,
    /// Whether the input is heard instead, and how loud.
    pub bypass: BypassSettings,
}

/// The processors whose order can change.
#[derive(Clone, Default)]
struct Core {
    gate: Gate,
    eq: Equaliser,
    comp: Compressor,
}

impl Core {
    fn process(&mut self, order: Order, mut io: Io<'_>, taps: Option<&mut Taps>) {
        match order {
            Order::GateEqComp => {
                self.gate.process(io.reborrow());
                self.equalise(io.reborrow(), taps);
                self.comp.process(io);
            }
            Order::GateCompEq => {
                self.gate.process(io.reborrow());
                self.comp.process(io.reborrow());
                self.equalise(io, taps);
            }
            Order::EqGateComp => {
                self.equalise(io.reborrow(), taps);
                self.gate.process(io.reborrow());
                self.comp.process(io);
            }
        }
    }

    fn equalise(&mut self, mut io: Io<'_>, taps: Option<&mut Taps>) {
        match taps {
            None => self.eq.process(io),
            Some(taps) => {
                taps.before(&io);
                self.eq.process(io.reborrow());
                taps.after(&io);
            }
        }
    }

    fn latency_samples(&self) -> usize {
        self.gate.latency_samples() + self.eq.latency_samples() + self.comp.latency_samples()
    }
}

/// The channel strip.
#[derive(Clone, Default)]
pub struct Strip {
    input: Gain,
    filters: Filters,
    core: Core,
    order: OrderSwitch,
    stereo: Stereo,
    output: Gain,
    bypass: Bypass,
}

impl Strip {
    fn run(&mut self, io: Io<'_>, mut taps: Option<&mut Taps>) {
        let latency = self.latency_samples();
        let Self { input, filters, core, order, stereo, output, bypass } = self;
        bypass.process(io, latency, |mut io| {
            input.process(io.reborrow());
            filters.process(io.reborrow());
            let hold = core.latency_samples();
            order.process(io.reborrow(), hold, |order, io| {
                core.process(order, io, taps.as_deref_mut());
            });
            stereo.process(io.reborrow());
            output.process(io);
        });
    }
}

impl Effect for Strip {
    type Settings = StripSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &StripSettings) {
        self.input.prepare(sample_rate_hz, &settings.input);
        self.filters.prepare(sample_rate_hz, &settings.filters);
        self.core.gate.prepare(sample_rate_hz, &settings.gate);
        self.core.eq.prepare(sample_rate_hz, &settings.eq);
        self.core.comp.prepare(sample_rate_hz, &settings.comp);
        self.order.prepare(sample_rate_hz, settings.order);
        self.stereo.prepare(sample_rate_hz, &settings.stereo);
        self.output.prepare(sample_rate_hz, &settings.output);
        let longest = ms_to_samples(LONGEST_LATENCY_MS, sample_rate_hz).ceil() as usize;
        self.bypass.prepare(sample_rate_hz, longest, &settings.bypass);
    }

    fn reset(&mut self) {
        self.input.reset();
        self.filters.reset();
        self.core.gate.reset();
        self.core.eq.reset();
        self.core.comp.reset();
        self.order.reset();
        self.stereo.reset();
        self.output.reset();
        self.bypass.reset();
    }

    fn set(&mut self, settings: &StripSettings) {
        self.input.set(&settings.input);
        self.filters.set(&settings.filters);
        self.core.gate.set(&settings.gate);
        self.core.eq.set(&settings.eq);
        self.core.comp.set(&settings.comp);
        self.order.set(settings.order);
        self.stereo.set(&settings.stereo);
        self.output.set(&settings.output);
        self.bypass.set(&settings.bypass);
    }

    fn process(&mut self, io: Io<'_>) {
        self.run(io, None);
    }

    fn latency_samples(&self) -> usize {
        self.filters.latency_samples() + self.core.latency_samples()
    }

    fn tail(&self) -> Tail {
        self.filters
            .tail()
            .then(self.core.gate.tail())
            .then(self.core.eq.tail())
            .then(self.core.comp.tail())
    }
}

impl Metered for Strip {
    fn measure(&mut self, telemetry: &Telemetry) {
        telemetry.match_db.set(self.bypass.match_db());
        telemetry.gate.push(self.core.gate.take_reading());
        telemetry.compressor.push(self.core.comp.take_reading());
        for (band, gauge) in telemetry.band_moves_db.iter().enumerate() {
            gauge.set(self.core.eq.band_gain_db(band));
        }
    }

    fn process_watched(&mut self, io: Io<'_>, taps: &mut Taps) {
        self.run(io, Some(taps));
    }
}
