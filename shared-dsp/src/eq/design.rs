//! From the analogue curve of a band to its digital sections: one where that is enough, else two.

use super::power::{Power, Section, phi};
use super::prototype::{Powers, Prototype, power_roots};
use super::refine::{Goals, refine};
use super::svf::Svf;
use super::warp::{HIGHEST, NODES, Warp, radians, spread, top};
use super::{BandKind, BandSettings};
use std::f64::consts::PI;

/// The curve of one band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandSpec {
    /// Its kind.
    pub kind: BandKind,
    /// Centre or corner frequency in Hz.
    pub freq_hz: f64,
    /// Gain in dB. Without effect for cuts, notch and band-pass.
    pub gain_db: f64,
    /// Quality factor.
    pub q: f64,
}

impl BandSpec {
    /// A band at rest.
    pub fn at_rest(band: &BandSettings) -> Self {
        Self {
            kind: band.kind,
            freq_hz: band.freq_hz.into(),
            gain_db: band.gain_db.into(),
            q: band.q.into(),
        }
    }

    /// The analogue curve, in dB at a frequency.
    pub fn prototype_db(&self, freq_hz: f64) -> f64 {
        Prototype::new(self.kind, self.gain_db, self.q).response_db(freq_hz, self.freq_hz)
    }
}

/// Whether a band of this kind follows its gain.
pub fn has_gain(kind: BandKind) -> bool {
    use BandKind::*;
    matches!(kind, Bell | LowShelf | HighShelf | Tilt)
}

/// Sections of a band at most.
pub const SECTIONS: usize = 2;

/// The digital filter of one band at one sample rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandFilter {
    sections: [Section; SECTIONS],
    used: usize,
    sample_rate_hz: f64,
}

impl BandFilter {
    pub(super) fn unity(sample_rate_hz: f64) -> Self {
        Self { sections: [Section::UNITY; SECTIONS], used: 0, sample_rate_hz }
    }

    /// Gain in dB at a frequency.
    pub fn response_db(&self, freq_hz: f64) -> f64 {
        let phi = phi(2.0 * PI * freq_hz / self.sample_rate_hz);
        let power: f64 = self.sections.iter().map(|section| section.power(phi)).product();
        10.0 * power.max(1e-30).log10()
    }

    /// Whether all poles are inside the unit circle and no zero is outside.
    pub fn is_stable(&self) -> bool {
        self.sections.iter().take(self.used).all(|section| section.svf().is_some())
    }

    /// Sections that do anything.
    pub fn used(&self) -> usize {
        self.used
    }

    /// The coefficients of the audio.
    pub fn svf(&self) -> [Svf; SECTIONS] {
        self.sections.map(|section| section.svf().unwrap_or(Svf::IDENTITY))
    }
}

/// Samples until what a band has stored has decayed by so many dB: as long as its prototype takes, and a
/// little for the poles near Nyquist.
pub(super) fn decay_samples(spec: &BandSpec, sample_rate_hz: f64, decay_db: f64) -> f64 {
    let freq_hz = spec.freq_hz.clamp(1.0, 2.0 * sample_rate_hz);
    let time_s = Aim::new(spec, sample_rate_hz).map(|aim| aim.prototype.decay_s(freq_hz, decay_db));
    time_s.map_or(0.0, |time_s| 1.02 * time_s * sample_rate_hz + 100.0)
}

/// Coefficients of a band at rest. Defined for every finite spec and every sample rate.
pub fn design(spec: &BandSpec, sample_rate_hz: f64) -> BandFilter {
    design_beside(spec, sample_rate_hz, &BandFilter::unity(sample_rate_hz))
}

/// The same, with poles and zeros in the sections where `neighbour` has those that are most like them.
pub(super) fn design_beside(
    spec: &BandSpec,
    sample_rate_hz: f64,
    neighbour: &BandFilter,
) -> BandFilter {
    match Task::new(spec, sample_rate_hz) {
        Some(task) => task.refined(neighbour),
        None => BandFilter::unity(sample_rate_hz),
    }
}

/// One section with about the curve of a band: for what is measured and not heard.
pub(super) fn narrow(spec: &BandSpec, sample_rate_hz: f64) -> Svf {
    let section = Task::new(spec, sample_rate_hz)
        .and_then(|task| task.aim.narrow_section(&task.narrow_warp()).svf());
    section.unwrap_or(Svf::IDENTITY)
}

/// How the frequency axis is laid out for a band while it moves. What is designed on it lacks the last
/// refinement, which costs ten times as much.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    warp: Warp,
    narrow: bool,
}

impl Layout {
    /// That of a flat band, which needs none.
    pub const UNITY: Self = Self { warp: Warp::NARROW, narrow: true };

    /// The layout of a band with about this spec.
    pub fn new(spec: &BandSpec, sample_rate_hz: f64) -> Self {
        let Some(task) = Task::new(spec, sample_rate_hz) else { return Self::UNITY };
        let narrow = task.aim.w0 < MOVES_AS_ONE_BELOW;
        Self { warp: if narrow { task.narrow_warp() } else { task.wide_warp() }, narrow }
    }

    /// One layout for all pairs of poles of a filter.
    pub fn shared(powers: &Powers, freq_hz: f64, sample_rate_hz: f64) -> Self {
        let (w0, top) = (radians(freq_hz, sample_rate_hz), top(sample_rate_hz));
        let around =
            [0.4, 0.6, 0.8, 0.9, 1.0, 1.1, 1.25, 1.6, 2.5].map(|part| (part * w0).min(top));
        let mut nodes = [top; NODES];
        for (node, w) in nodes.iter_mut().zip(spread(top).into_iter().chain(around)) {
            *node = w;
        }
        let narrow = w0 < MOVES_AS_ONE_BELOW;
        let fit = if narrow { Warp::fit_narrow } else { Warp::fit };
        Self { warp: fit(powers, w0, &nodes), narrow }
    }

    /// A band on this layout, ordered as by [`design_beside`].
    pub fn filter(
        &self,
        spec: &BandSpec,
        sample_rate_hz: f64,
        neighbour: &BandFilter,
    ) -> BandFilter {
        let Some(aim) = Aim::new(spec, sample_rate_hz) else {
            return BandFilter::unity(sample_rate_hz);
        };
        if self.narrow {
            let sections = [aim.narrow_section(&self.warp), Section::UNITY];
            return BandFilter { sections, used: 1, sample_rate_hz };
        }
        let sections = beside(aim.wide_sections(&self.warp), neighbour);
        BandFilter { sections, used: 2, sample_rate_hz }
    }
}

/// Swaps zeros and poles between two sections so that they resemble a neighbour's.
fn beside([mut one, mut two]: [Section; SECTIONS], neighbour: &BandFilter) -> [Section; SECTIONS] {
    if neighbour.used == 2 {
        let [first, second] = neighbour.sections;
        let crossed = |a: Power, b: Power, first: Power, second: Power| {
            a.distance(&second) + b.distance(&first) < a.distance(&first) + b.distance(&second)
        };
        if crossed(one.zeros, two.zeros, first.zeros, second.zeros) {
            let gain = one.zeros.at(0.0);
            (one.zeros, two.zeros) = (two.zeros.scaled(gain), one.zeros.scaled(1.0 / gain));
        }
        if crossed(one.poles, two.poles, first.poles, second.poles) {
            std::mem::swap(&mut one.poles, &mut two.poles);
        }
    }
    [one, two]
}

/// Frequencies to fit at around each resonance, in parts of its width.
const AROUND: [f64; 6] = [-3.0, -1.0, -0.4, 0.4, 1.0, 3.0];

/// Highest frequency at which one section is tried, in rad/sample.
const ONE_BELOW: f64 = 0.5;

/// Deviation in dB that one section may have.
const ENOUGH_DB: f64 = 0.015;

/// Steps of refinement of one section and of two.
const STEPS: [usize; 2] = [3, 8];

/// Highest frequency at which a moving band makes do with one section, in rad/sample: 1 kHz at 48 kHz.
const MOVES_AS_ONE_BELOW: f64 = 0.13;

/// What a design is to become.
struct Aim {
    kind: BandKind,
    prototype: Prototype,
    powers: Powers,
    w0: f64,
}

impl Aim {
    /// `None` for a flat band.
    fn new(spec: &BandSpec, sample_rate_hz: f64) -> Option<Self> {
        let gain_db = spec.gain_db.clamp(-96.0, 96.0);
        let prototype = Prototype::new(spec.kind, gain_db, spec.q.clamp(0.025, 100.0));
        let w0 = radians(spec.freq_hz, sample_rate_hz);
        let flat = has_gain(spec.kind) && gain_db.abs() < 1e-5;
        (!flat).then(|| Self { kind: spec.kind, prototype, powers: Powers::of(&prototype), w0 })
    }

    fn narrow_section(&self, warp: &Warp) -> Section {
        let Powers::Second { zeros, poles } = self.powers else { return Section::UNITY };
        let zeros = match self.kind {
            BandKind::Notch => self.null(warp),
            _ => warp.narrow(zeros, self.w0),
        };
        Section { zeros, poles: warp.narrow(poles, self.w0) }
    }

    /// A double zero on the unit circle at the band's frequency.
    fn null(&self, warp: &Warp) -> Power {
        if self.w0 < 1.01 * HIGHEST {
            let over = 1.0 / phi(self.w0);
            Power([1.0, -2.0 * over, over * over])
        } else {
            warp.halves(power_roots(self.prototype.b), self.w0)[0]
        }
    }

    fn wide_sections(&self, warp: &Warp) -> [Section; SECTIONS] {
        let Prototype { b, a } = self.prototype;
        let (w0, scale) = (self.w0, warp.scale(self.w0));
        let poles = warp.halves(power_roots(self.prototype.denominator()), w0);
        let ([near, far], gain) = match self.kind {
            BandKind::LowCut => (warp.square(), scale * scale),
            BandKind::HighCut => (warp.constant(), 1.0),
            BandKind::BandPass => (warp.linear(), b[1] * b[1] * scale),
            BandKind::Notch => ([self.null(warp), warp.halves(power_roots(b), w0)[1]], 1.0),
            _ => (warp.halves(power_roots(b), w0), b[0] * b[0]),
        };
        // All of the gain is in the first section, which is there alone where one is enough.
        [
            Section { zeros: near.scaled(gain / (a[0] * a[0])), poles: poles[0] },
            Section { zeros: far, poles: poles[1] },
        ]
    }
}

/// A design with the frequencies that it is fitted at.
struct Task {
    aim: Aim,
    nodes: [f64; NODES],
    count: usize,
}

impl Task {
    fn new(spec: &BandSpec, sample_rate_hz: f64) -> Option<Self> {
        let aim = Aim::new(spec, sample_rate_hz)?;
        let (w0, prototype) = (aim.w0, aim.prototype);
        let top = top(sample_rate_hz);
        let mut task = Self { aim, nodes: [0.0; NODES], count: 0 };
        spread(top).into_iter().for_each(|w| task.add_node(w));
        for [c0, c1, c2] in [prototype.b, prototype.denominator()] {
            if c0 != 0.0 && c2 != 0.0 {
                let centre = (c0 / c2).sqrt() * w0;
                let width = (0.5 * c1 / (c0 * c2).sqrt()).max(0.02);
                for offset in AROUND {
                    task.add_node((centre * (offset * width).clamp(-1.0, 1.0).exp()).min(top));
                }
            }
        }
        Some(task)
    }

    fn add_node(&mut self, w: f64) {
        if let Some(node) = self.nodes.get_mut(self.count) {
            *node = w;
            self.count += 1;
        }
    }

    fn nodes(&self) -> &[f64] {
        self.nodes.get(..self.count).unwrap_or_default()
    }

    fn narrow_warp(&self) -> Warp {
        Warp::fit_narrow(&self.aim.powers, self.aim.w0, self.nodes())
    }

    fn wide_warp(&self) -> Warp {
        Warp::fit(&self.aim.powers, self.aim.w0, self.nodes())
    }

    fn refined(&self, neighbour: &BandFilter) -> BandFilter {
        let sample_rate_hz = neighbour.sample_rate_hz;
        let goals = Goals::new(&self.aim.powers, self.aim.w0, self.nodes());
        let [first, second, gain] = self.freedom();
        if self.aim.w0 < ONE_BELOW {
            let start = [self.aim.narrow_section(&self.narrow_warp())];
            let one = refine(&goals, start, [first, second, true, true, gain], STEPS[0]);
            if one[0].svf().is_some() && goals.worst_db(&one) < ENOUGH_DB {
                return BandFilter { sections: [one[0], Section::UNITY], used: 1, sample_rate_hz };
            }
        }
        let start = self.aim.wide_sections(&self.wide_warp());
        let mut free = [true; 9];
        [free[0], free[1], free[8]] = [first, second, gain];
        let two = refine(&goals, start, free, STEPS[1]);
        let sound = two.iter().all(|section| section.svf().is_some());
        let sections = beside(if sound { two } else { start }, neighbour);
        BandFilter { sections, used: 2, sample_rate_hz }
    }

    /// Which of the near zeros' coefficients of phi and phi^2 may be refined, and whether the gain: not zeros at
    /// 0 Hz or on the circle, and the gain only where 0 Hz has none.
    fn freedom(&self) -> [bool; 3] {
        match self.aim.kind {
            BandKind::Notch => [false, false, false],
            BandKind::LowCut => [false, false, true],
            BandKind::BandPass => [false, true, true],
            _ => [true, true, false],
        }
    }
}
