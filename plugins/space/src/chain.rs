//! The chain of Space: reverb and delay in the order of the mode, ducker, width, mix and output, with
//! the bypass around them.

use shared_dsp::bypass::{Bypass, BypassSettings};
use shared_dsp::delay::{Delay, DelaySettings};
use shared_dsp::ducker::{Ducker, DuckerSettings};
use shared_dsp::effect::{Effect, Io, Tail};
use shared_dsp::gain::{Gain, GainSettings};
use shared_dsp::handoff::Taps;
use shared_dsp::level_match::LevelMatch;
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::stereo::{Stereo, StereoSettings};
use shared_dsp::units::{all_bits, gain_to_db};
use shared_plugin::rack::{Fold, Metered, Shape};
use shared_plugin::telemetry::Telemetry;

mod routing;

pub use routing::Mode;
use routing::{Mix, Routes};

/// Frames that are worked on at once.
const PIECE: usize = 256;

/// Everything that Space is set to, in physical units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpaceSettings {
    /// What feeds what.
    pub mode: Mode,
    /// The reverb.
    pub reverb: ReverbSettings,
    /// The delay.
    pub delay: DelaySettings,
    /// The ducker.
    pub duck: DuckerSettings,
    /// Width of the effect, 0..2.
    pub width: f32,
    /// Share of the effect, 0..1.
    pub mix: f32,
    /// Gain of the result.
    pub output: GainSettings,
    /// Whether the input is heard instead.
    pub bypassed: bool,
}

impl Default for SpaceSettings {
    fn default() -> Self {
        Self {
            mode: Mode::Reverb,
            reverb: ReverbSettings::default(),
            delay: DelaySettings::default(),
            duck: DuckerSettings::default(),
            width: 1.0,
            mix: 1.0,
            output: GainSettings::default(),
            bypassed: false,
        }
    }
}

impl SpaceSettings {
    /// Takes note of the ports: on a mono track all of the effect is heard in one.
    pub fn fit(&mut self, ports: Shape) {
        let mono = ports == Shape::Mono;
        (self.reverb.mono, self.delay.mono) = (mono, mono);
    }

    fn stereo(&self) -> StereoSettings {
        StereoSettings { width: self.width, ..StereoSettings::default() }
    }

    fn bypass(&self) -> BypassSettings {
        BypassSettings { bypassed: self.bypassed, level_match: false }
    }
}

/// Reverb and delay on one bus.
#[derive(Clone, Default)]
pub struct Space {
    wet: Wet,
    mix: Mix,
    output: Gain,
    bypass: Bypass,
    /// What an editor is told of the loudness.
    loudness: LevelMatch,
}

/// The effect without the input.
#[derive(Clone, Default)]
struct Wet {
    routes: Routes,
    reverb: Reverb,
    delay: Delay,
    ducker: Ducker,
    stereo: Stereo,
}

impl Wet {
    /// Turns the input in `wet` into the effect. `dry` is the same input, kept.
    fn process(&mut self, wet: &mut [[f32; PIECE]; 2], dry: &[[f32; PIECE]; 2], io: &Io<'_>) {
        let frames = io.frames();
        let mut echoes = *dry;
        let [left, right] = &mut echoes;
        let (left, right) = (&mut left[..frames], &mut right[..frames]);
        self.routes.delay_send(left, right);
        self.delay.process(Io::stereo(left, right));

        let [wet_left, wet_right] = wet;
        let (wet_left, wet_right) = (&mut wet_left[..frames], &mut wet_right[..frames]);
        self.routes.reverb_send([wet_left, wet_right], [left, right]);
        self.reverb.process(Io::stereo(wet_left, wet_right));
        self.routes.delay_return([wet_left, wet_right], [left, right]);
        self.routes.advance(frames);

        let input = [&dry[0][..frames], &dry[1][..frames]];
        self.ducker.process([wet_left, wet_right], input, io.key);
        self.stereo.process(Io::stereo(wet_left, wet_right));
    }

    /// Whether nothing sounds and nothing moves, as long as the input and this key are silent.
    fn is_resting(&self, key: Option<[&[f32]; 2]>) -> bool {
        self.reverb.is_resting()
            && self.delay.is_idle()
            && self.routes.is_settled()
            && self.stereo.is_settled()
            && self.ducker.is_idle(key)
    }

    /// Passes over frames of silence in a rest.
    fn skip(&mut self, frames: usize) {
        self.reverb.skip(frames);
        self.delay.skip(frames);
        self.ducker.skip(frames);
    }

    /// What the mode feeds, and what it no longer feeds but still rings; echoes may go on into the
    /// reverb.
    fn tail(&self) -> Tail {
        let part = |sounds: bool, tail: Tail| if sounds { tail } else { Tail::Samples(0) };
        let delay = part(self.routes.feeds_delay() || !self.delay.is_idle(), self.delay.tail());
        let reverb = part(self.routes.feeds_reverb() || !self.reverb.is_idle(), self.reverb.tail());
        delay.then(reverb)
    }
}

impl Space {
    /// Whether silence can pass at next to no cost: nothing sounds and nothing moves.
    fn is_resting(&self, key: Option<[&[f32]; 2]>) -> bool {
        self.wet.is_resting(key)
            && self.mix.is_settled()
            && self.output.is_settled()
            && self.bypass.is_resting()
    }

    /// Lets silence pass. False if it is none.
    fn pass_silence(&mut self, io: &mut Io<'_>) -> bool {
        let bits = io.main.iter().fold(0, |bits, lane| bits | all_bits(lane));
        if bits << 1 != 0 {
            return false;
        }
        // Zeros with a sign become plain ones, as when something sounds.
        if bits != 0 {
            io.main.iter_mut().for_each(|lane| lane.fill(0.0));
        }
        self.wet.skip(io.frames());
        true
    }
}

impl Effect for Space {
    type Settings = SpaceSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &SpaceSettings) {
        self.wet.routes.prepare(sample_rate_hz, settings.mode);
        self.wet.reverb.prepare(sample_rate_hz, &settings.reverb);
        self.wet.delay.prepare(sample_rate_hz, &settings.delay);
        self.wet.ducker.prepare(sample_rate_hz, &settings.duck);
        self.wet.stereo.prepare(sample_rate_hz, &settings.stereo());
        self.mix.prepare(sample_rate_hz, settings.mix);
        self.output.prepare(sample_rate_hz, &settings.output);
        self.bypass.prepare(sample_rate_hz, 0, &settings.bypass());
        self.loudness.prepare(sample_rate_hz);
    }

    fn reset(&mut self) {
        self.wet.routes.reset();
        self.wet.reverb.reset();
        self.wet.delay.reset();
        self.wet.ducker.reset();
        self.wet.stereo.reset();
        self.mix.reset();
        self.output.reset();
        self.bypass.reset();
        self.loudness.reset();
    }

    fn set(&mut self, settings: &SpaceSettings) {
        self.wet.routes.set(settings.mode);
        self.wet.reverb.set(&settings.reverb);
        self.wet.delay.set(&settings.delay);
        self.wet.ducker.set(&settings.duck);
        self.wet.stereo.set(&settings.stereo());
        self.mix.set(settings.mix);
        self.output.set(&settings.output);
        self.bypass.set(&settings.bypass());
    }

    fn process(&mut self, mut io: Io<'_>) {
        if self.is_resting(io.key) && self.pass_silence(&mut io) {
            return;
        }
        let Self { wet, mix, output, bypass, .. } = self;
        bypass.process(io, 0, |mut io| {
            let mut start = 0;
            while start < io.frames() {
                let end = (start + PIECE).min(io.frames());
                let part = io.part(start, end);
                let mut dry = [[0.0; PIECE]; 2];
                for (kept, lane) in dry.iter_mut().zip(&part.main) {
                    kept[..lane.len()].copy_from_slice(lane);
                }
                let mut effect = dry;
                wet.process(&mut effect, &dry, &part);
                mix.process(part, &effect);
                start = end;
            }
            output.process(io);
        });
    }

    fn tail(&self) -> Tail {
        self.wet.tail()
    }
}

impl Metered for Space {
    // On a mono track reverb and delay give both lanes the same.
    const FOLD: Fold = Fold::Left;

    fn measure(&mut self, telemetry: &Telemetry) {
        telemetry.duck_reduction_db.set(self.wet.ducker.reduction_db());
        telemetry.loudness_change_lu.set(gain_to_db(self.loudness.gain()));
    }

    fn process_watched(&mut self, mut io: Io<'_>, _taps: &mut Taps) {
        let mut start = 0;
        while start < io.frames() {
            let end = (start + PIECE).min(io.frames());
            let mut part = io.part(start, end);
            let mut dry = [[0.0; PIECE]; 2];
            for (kept, lane) in dry.iter_mut().zip(&part.main) {
                kept[..lane.len()].copy_from_slice(lane);
            }
            self.process(part.reborrow());
            let [left, right] = part.main;
            for (n, (l, r)) in left.iter().zip(&*right).enumerate() {
                self.loudness.tick([dry[0][n], dry[1][n]], [*l, *r]);
            }
            start = end;
        }
    }
}
