//! A change of the order of processors without a click.

use shared_dsp::effect::Io;
use shared_dsp::units::ms_to_samples;

/// Time in which the sound fades before a change and comes back after it, in ms.
const FADE_MS: f32 = 8.0;

/// The order of the three processors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Gate, equaliser, compressor.
    #[default]
    GateEqComp,
    /// Gate, compressor, equaliser.
    GateCompEq,
    /// Equaliser, gate, compressor.
    EqGateComp,
}

/// Fades out, changes the order, lets what is still on its way in the old order pass in silence, and
/// fades in. Two orders cannot sound at once: their processors have one state.
#[derive(Clone, Debug, Default)]
pub struct OrderSwitch {
    order: Order,
    wanted: Order,
    /// Length of a fade in samples.
    length: u32,
    /// Place in the fade: 0 is silent, `length` is open.
    place: u32,
    /// Samples of silence still to pass.
    hold: u32,
}

impl OrderSwitch {
    /// Takes the sample rate, and the order at once.
    pub fn prepare(&mut self, sample_rate_hz: f64, order: Order) {
        self.length = ms_to_samples(FADE_MS, sample_rate_hz).round().max(1.0) as u32;
        self.wanted = order;
        self.reset();
    }

    /// At rest in the order of the last `set`.
    pub fn reset(&mut self) {
        self.order = self.wanted;
        self.place = self.length;
        self.hold = 0;
    }

    /// Starts towards another order.
    pub fn set(&mut self, order: Order) {
        self.wanted = order;
    }

    /// Runs `work` in the order of the moment. After a change, `hold` samples pass in silence.
    pub fn process(&mut self, mut io: Io<'_>, hold: usize, mut work: impl FnMut(Order, Io<'_>)) {
        let frames = io.frames();
        let mut start = 0;
        while start < frames {
            let end = (start + self.stretch()).min(frames);
            work(self.order, io.part(start, end));
            if !self.is_open() {
                self.fade(io.part(start, end), hold);
            }
            start = end;
        }
    }

    fn is_open(&self) -> bool {
        self.order == self.wanted && self.place == self.length && self.hold == 0
    }

    /// Samples until the order may change.
    fn stretch(&self) -> usize {
        if self.order == self.wanted { usize::MAX / 2 } else { self.place.max(1) as usize }
    }

    fn fade(&mut self, io: Io<'_>, hold: usize) {
        let [left, right] = io.main;
        for (l, r) in left.iter_mut().zip(right) {
            if self.order != self.wanted {
                self.place = self.place.saturating_sub(1);
                if self.place == 0 {
                    self.order = self.wanted;
                    self.hold = self.length + hold as u32;
                }
            } else if self.hold > 0 {
                self.hold -= 1;
            } else if self.place < self.length {
                self.place += 1;
            }
            // Without corners: a straight fade that is so short would be heard.
            let x = self.place as f32 / self.length as f32;
            let gain = x * x * (3.0 - 2.0 * x);
            *l *= gain;
            *r *= gain;
        }
    }
}
