//! What feeds what, and how much of the effect is heard.

use shared_dsp::effect::Io;
use shared_dsp::smooth::Smoothed;

use super::PIECE;

/// Time of a change of mode or mix, in ms.
const FADE_MS: f32 = 20.0;

/// What Space is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Input into reverb.
    #[default]
    Reverb,
    /// Input into delay.
    Delay,
    /// Input into delay, delay into reverb, only the reverb is heard.
    DelayIntoReverb,
    /// Input into both, both are heard.
    Parallel,
}

/// The gains between input, delay, reverb and output. A mode changes what goes into the processors,
/// so that their tails ring on.
#[derive(Clone, Debug)]
pub struct Routes {
    input_to_delay: Smoothed,
    input_to_reverb: Smoothed,
    delay_to_reverb: Smoothed,
    delay_to_output: Smoothed,
}

impl Default for Routes {
    fn default() -> Self {
        let [a, b, c, d] = Self::gains(Mode::default()).map(Smoothed::new);
        Self { input_to_delay: a, input_to_reverb: b, delay_to_reverb: c, delay_to_output: d }
    }
}

impl Routes {
    /// In the order of the fields.
    fn gains(mode: Mode) -> [f32; 4] {
        match mode {
            Mode::Reverb => [0.0, 1.0, 0.0, 1.0],
            Mode::Delay => [1.0, 0.0, 0.0, 1.0],
            Mode::DelayIntoReverb => [1.0, 0.0, 1.0, 0.0],
            Mode::Parallel => [1.0, 1.0, 0.0, 1.0],
        }
    }

    fn all(&mut self) -> [&mut Smoothed; 4] {
        [
            &mut self.input_to_delay,
            &mut self.input_to_reverb,
            &mut self.delay_to_reverb,
            &mut self.delay_to_output,
        ]
    }

    /// Takes the sample rate, and the mode at once.
    pub fn prepare(&mut self, sample_rate_hz: f64, mode: Mode) {
        for (gain, target) in self.all().into_iter().zip(Self::gains(mode)) {
            gain.configure(FADE_MS, sample_rate_hz);
            gain.snap(target);
        }
    }

    /// At rest in the mode of the last `set`.
    pub fn reset(&mut self) {
        self.all().into_iter().for_each(Smoothed::settle);
    }

    /// Starts towards another mode.
    pub fn set(&mut self, mode: Mode) {
        for (gain, target) in self.all().into_iter().zip(Self::gains(mode)) {
            gain.set(target);
        }
    }

    /// Whether anything goes into the delay, or still fades.
    pub fn feeds_delay(&self) -> bool {
        is_open(&self.input_to_delay)
    }

    /// Whether anything goes into the reverb, or still fades.
    pub fn feeds_reverb(&self) -> bool {
        is_open(&self.input_to_reverb) || is_open(&self.delay_to_reverb)
    }

    /// Whether no fade is under way.
    pub fn is_settled(&self) -> bool {
        let all = [
            &self.input_to_delay,
            &self.input_to_reverb,
            &self.delay_to_reverb,
            &self.delay_to_output,
        ];
        all.into_iter().all(Smoothed::is_settled)
    }

    /// The input, as loud as it goes into the delay.
    pub fn delay_send(&self, left: &mut [f32], right: &mut [f32]) {
        let mut gain = self.input_to_delay;
        match at_rest(&gain) {
            Some(0.0) => return [left, right].into_iter().for_each(|lane| lane.fill(0.0)),
            Some(1.0) => return,
            _ => {}
        }
        for (l, r) in left.iter_mut().zip(right) {
            let gain = gain.next();
            *l *= gain;
            *r *= gain;
        }
    }

    /// Input and echoes, as loud as they go into the reverb.
    pub fn reverb_send(&self, input: [&mut [f32]; 2], echoes: [&[f32]; 2]) {
        match (at_rest(&self.input_to_reverb), at_rest(&self.delay_to_reverb)) {
            (Some(1.0), Some(0.0)) => return,
            (Some(0.0), Some(0.0)) => {
                return input.into_iter().for_each(|lane| lane.fill(0.0));
            }
            _ => {}
        }
        for (lane, echoes) in input.into_iter().zip(echoes) {
            let (mut own, mut other) = (self.input_to_reverb, self.delay_to_reverb);
            for (x, echo) in lane.iter_mut().zip(echoes) {
                *x = *x * own.next() + echo * other.next();
            }
        }
    }

    /// Adds the echoes that are heard by themselves.
    pub fn delay_return(&self, output: [&mut [f32]; 2], echoes: [&[f32]; 2]) {
        let rest = at_rest(&self.delay_to_output);
        if rest == Some(0.0) {
            return;
        }
        for (lane, echoes) in output.into_iter().zip(echoes) {
            if rest == Some(1.0) {
                lane.iter_mut().zip(echoes).for_each(|(x, echo)| *x += echo);
                continue;
            }
            let mut gain = self.delay_to_output;
            for (x, echo) in lane.iter_mut().zip(echoes) {
                *x += echo * gain.next();
            }
        }
    }

    /// To be called after every stretch: moves on.
    pub fn advance(&mut self, frames: usize) {
        for gain in self.all() {
            // Sample by sample, as the gains were applied: the same bits however the audio is cut.
            for _ in 0..frames {
                if gain.is_settled() {
                    break;
                }
                gain.next();
            }
        }
    }
}

/// The value of a gain that does not move.
fn at_rest(gain: &Smoothed) -> Option<f32> {
    gain.is_settled().then_some(gain.current())
}

fn is_open(gain: &Smoothed) -> bool {
    gain.target() > 0.0 || !gain.is_settled()
}

/// Input against effect at equal power: exactly the input at 0, exactly the effect at 1.
#[derive(Clone, Debug)]
pub struct Mix {
    dry: Smoothed,
    wet: Smoothed,
}

impl Default for Mix {
    fn default() -> Self {
        Self { dry: Smoothed::new(0.0), wet: Smoothed::new(1.0) }
    }
}

impl Mix {
    fn gains(share: f32) -> [f32; 2] {
        let share = share.clamp(0.0, 1.0);
        // Square roots are exact at both ends, where cosines are not.
        [(1.0 - share).sqrt(), share.sqrt()]
    }

    /// Takes the sample rate, and the share of the effect at once.
    pub fn prepare(&mut self, sample_rate_hz: f64, share: f32) {
        self.dry.configure(FADE_MS, sample_rate_hz);
        self.wet.configure(FADE_MS, sample_rate_hz);
        self.set(share);
        self.reset();
    }

    /// At rest on the share of the last `set`.
    pub fn reset(&mut self) {
        self.dry.settle();
        self.wet.settle();
    }

    /// Starts towards another share of the effect, 0..1.
    pub fn set(&mut self, share: f32) {
        let [dry, wet] = Self::gains(share);
        self.dry.set(dry);
        self.wet.set(wet);
    }

    /// Whether nothing moves.
    pub fn is_settled(&self) -> bool {
        self.dry.is_settled() && self.wet.is_settled()
    }

    /// Mixes the effect into the input.
    pub fn process(&mut self, io: Io<'_>, effect: &[[f32; PIECE]; 2]) {
        if let (Some(dry), Some(wet)) = (at_rest(&self.dry), at_rest(&self.wet)) {
            for (lane, effect) in io.main.into_iter().zip(effect) {
                lane.iter_mut().zip(effect).for_each(|(x, effect)| *x = *x * dry + effect * wet);
            }
            return;
        }
        let [left, right] = io.main;
        let effect = effect[0].iter().zip(&effect[1]);
        for ((l, r), (wet_left, wet_right)) in left.iter_mut().zip(right).zip(effect) {
            let (dry, wet) = (self.dry.next(), self.wet.next());
            *l = *l * dry + wet_left * wet;
            *r = *r * dry + wet_right * wet;
        }
    }
}
