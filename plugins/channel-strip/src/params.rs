//! The parameters of Strip: ids, names, ranges and text. Ids and ranges never change.

use nice_plug::prelude::{BoolParam, Enum, EnumParam, FloatParam, Params};
use shared_dsp::bypass::BypassSettings;
use shared_dsp::eq::{CutSettings, EqSettings, FilterSettings, Slope as DspSlope};
use shared_dsp::gain::GainSettings;
use shared_dsp::stereo::StereoSettings;
use shared_plugin::choice;
use shared_plugin::choices::PanLaw;
use shared_plugin::kinds::{bypass, decibels, fader, frequency, pan, percent, switch};
use shared_plugin::preset::Current;
use shared_plugin::rack::Shape;
use shared_plugin::state::{StateVersion, WindowMemory};
use std::sync::{Mutex, PoisonError};

use crate::chain::{Order as ChainOrder, StripSettings};

mod bands;
mod dynamics;
mod spectrum;

pub use bands::{BandChannel, BandKey, BandKind, BandParams};
pub use dynamics::{CompParams, GateParams};
pub use spectrum::{Decay, SpectrumLook, Tilt};

choice! {
    /// The order of the three processors.
    Order => ChainOrder {
        /// Clean up, shape, level.
        GateEqComp "gate-eq-comp" "Gate EQ Comp" => ChainOrder::GateEqComp,
        /// Shape what has been levelled.
        GateCompEq "gate-comp-eq" "Gate Comp EQ" => ChainOrder::GateCompEq,
        /// The gate hears what the equaliser has cleaned.
        EqGateComp "eq-gate-comp" "EQ Gate Comp" => ChainOrder::EqGateComp,
    }
}

choice! {
    /// Slope of a cut.
    Slope => DspSlope {
        /// 6 dB per octave.
        Db6 "6" "6 dB/oct" => DspSlope::Db6,
        /// 12 dB per octave.
        Db12 "12" "12 dB/oct" => DspSlope::Db12,
        /// 18 dB per octave.
        Db18 "18" "18 dB/oct" => DspSlope::Db18,
        /// 24 dB per octave.
        Db24 "24" "24 dB/oct" => DspSlope::Db24,
        /// 36 dB per octave.
        Db36 "36" "36 dB/oct" => DspSlope::Db36,
        /// 48 dB per octave.
        Db48 "48" "48 dB/oct" => DspSlope::Db48,
    }
}

/// One of the two cuts in front of everything else.
#[derive(Params)]
pub struct CutParams {
    /// Whether it cuts.
    #[id = "on"]
    pub on: BoolParam,
    /// Where it has lost 3 dB.
    #[id = "freq"]
    pub freq: FloatParam,
    /// How steeply.
    #[id = "slope"]
    pub slope: EnumParam<Slope>,
}

impl CutParams {
    fn new(name: &str, range_hz: [f32; 2], default_hz: f32, slope: Slope) -> Self {
        Self {
            on: switch(&format!("{name} On"), false),
            freq: frequency(&format!("{name} Freq"), range_hz[0], range_hz[1], default_hz),
            slope: EnumParam::new(format!("{name} Slope"), slope),
        }
    }

    fn settings(&self) -> CutSettings {
        CutSettings {
            on: self.on.value(),
            freq_hz: self.freq.value(),
            slope: self.slope.value().into(),
        }
    }
}

/// Every parameter of Strip, in the order in which hosts show them.
#[derive(Params)]
pub struct StripParams {
    /// Version of the saved state.
    #[persist = "state_version"]
    state_version: StateVersion,
    /// The preset that was chosen last.
    #[persist = "preset"]
    pub preset: Current,
    /// How large the window is.
    #[persist = "window"]
    pub window: WindowMemory,
    /// How the spectrum is looked at.
    #[persist = "spectrum"]
    look: Mutex<SpectrumLook>,
    /// Trim: brings the recording to the level that thresholds are made for.
    #[id = "input"]
    pub input: FloatParam,
    /// Turns the signal upside down, for a second microphone on the other side.
    #[id = "polarity"]
    pub polarity: BoolParam,
    /// Which processor hears which.
    #[id = "order"]
    pub order: EnumParam<Order>,
    /// Rumble.
    #[nested(id_prefix = "hpf", group = "High-Pass")]
    pub hpf: CutParams,
    /// Hiss.
    #[nested(id_prefix = "lpf", group = "Low-Pass")]
    pub lpf: CutParams,
    /// Silence between the notes.
    #[nested(id_prefix = "gate", group = "Gate")]
    pub gate: GateParams,
    /// All bands at once, to hear what they do together.
    #[id = "eq_on"]
    pub eq_on: BoolParam,
    /// Band 1.
    #[nested(id_prefix = "eq1", group = "EQ 1")]
    pub eq1: BandParams,
    /// Band 2.
    #[nested(id_prefix = "eq2", group = "EQ 2")]
    pub eq2: BandParams,
    /// Band 3.
    #[nested(id_prefix = "eq3", group = "EQ 3")]
    pub eq3: BandParams,
    /// Band 4.
    #[nested(id_prefix = "eq4", group = "EQ 4")]
    pub eq4: BandParams,
    /// Band 5.
    #[nested(id_prefix = "eq5", group = "EQ 5")]
    pub eq5: BandParams,
    /// Band 6.
    #[nested(id_prefix = "eq6", group = "EQ 6")]
    pub eq6: BandParams,
    /// Band 7.
    #[nested(id_prefix = "eq7", group = "EQ 7")]
    pub eq7: BandParams,
    /// Band 8.
    #[nested(id_prefix = "eq8", group = "EQ 8")]
    pub eq8: BandParams,
    /// An even level.
    #[nested(id_prefix = "comp", group = "Comp")]
    pub comp: CompParams,
    /// Position between left and right.
    #[id = "pan"]
    pub pan: FloatParam,
    /// What the centre of a mono source loses against its sides.
    #[id = "pan_law"]
    pub pan_law: EnumParam<PanLaw>,
    /// Mono to twice the difference of the channels.
    #[id = "width"]
    pub width: FloatParam,
    /// The fader.
    #[id = "output"]
    pub output: FloatParam,
    /// Plays the bypassed signal as loud as the result, so that louder does not pass for better.
    #[id = "match"]
    pub level_match: BoolParam,
    /// The host's bypass, without a click and without a change of latency.
    #[id = "bypass"]
    pub bypass: BoolParam,
}

impl Default for StripParams {
    fn default() -> Self {
        Self {
            state_version: StateVersion::default(),
            preset: Current::default(),
            window: WindowMemory::default(),
            look: Mutex::default(),
            input: decibels("Input", -24.0, 24.0, 0.0),
            polarity: switch("Polarity", false),
            order: EnumParam::new("Order", Order::GateEqComp),
            hpf: CutParams::new("High-Pass", [16.0, 1000.0], 80.0, Slope::Db18),
            lpf: CutParams::new("Low-Pass", [1000.0, 22_000.0], 18_000.0, Slope::Db12),
            gate: GateParams::default(),
            eq_on: switch("EQ", true),
            eq1: BandParams::new(1, 50.0),
            eq2: BandParams::new(2, 100.0),
            eq3: BandParams::new(3, 200.0),
            eq4: BandParams::new(4, 500.0),
            eq5: BandParams::new(5, 1000.0),
            eq6: BandParams::new(6, 2000.0),
            eq7: BandParams::new(7, 5000.0),
            eq8: BandParams::new(8, 10_000.0),
            comp: CompParams::default(),
            pan: pan("Pan"),
            pan_law: EnumParam::new("Pan Law", PanLaw::Db3),
            width: percent("Width", 0.0, 200.0, 100.0),
            output: fader("Output", -60.0, 24.0),
            level_match: switch("Level Match", false),
            bypass: bypass(),
        }
    }
}

impl StripParams {
    /// The bands, one after another.
    pub fn bands(&self) -> [&BandParams; 8] {
        [&self.eq1, &self.eq2, &self.eq3, &self.eq4, &self.eq5, &self.eq6, &self.eq7, &self.eq8]
    }

    /// How the spectrum is looked at. Not for the audio thread.
    pub fn look(&self) -> SpectrumLook {
        *self.look.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes how the spectrum is looked at.
    pub fn set_look(&self, look: SpectrumLook) {
        *self.look.lock().unwrap_or_else(PoisonError::into_inner) = look;
    }

    /// What the chain is to be set to between ports of this shape. Cheap: loads of atomics.
    pub fn settings(&self, shape: Shape) -> StripSettings {
        StripSettings {
            input: GainSettings { gain_db: self.input.value(), inverted: self.polarity.value() },
            order: self.order.value().into(),
            filters: FilterSettings {
                high_pass: self.hpf.settings(),
                low_pass: self.lpf.settings(),
            },
            gate: self.gate.settings(),
            eq: EqSettings {
                on: self.eq_on.value(),
                bands: self.bands().map(BandParams::settings),
            },
            comp: self.comp.settings(),
            stereo: self.stereo(shape),
            output: GainSettings { gain_db: self.output.value(), inverted: false },
            bypass: BypassSettings {
                bypassed: self.bypass.value(),
                level_match: self.level_match.value(),
            },
        }
    }

    /// A mono track has no sides: there is nothing to pan.
    fn stereo(&self, shape: Shape) -> StereoSettings {
        match shape {
            Shape::Mono => StereoSettings::default(),
            Shape::Stereo | Shape::MonoToStereo => StereoSettings {
                pan: self.pan.value() / 100.0,
                law: self.pan_law.value().into(),
                mono_source: shape == Shape::MonoToStereo,
                width: self.width.value() / 100.0,
            },
        }
    }
}
