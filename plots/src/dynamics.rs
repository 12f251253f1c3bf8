//! Compressor, gate and bus compressor against their formulas.

use crate::axis::Axis;
use crate::chart::{Line, Panel, Row, svg};
use crate::colour::{COLOURS, MUTED};
use crate::measured::{Measured, Subject};
use crate::page::{Page, Picture};
use anyhow::Result;
use proscenium_tests::contract::prepared;
use proscenium_tests::dynamics::{CURVE_BOUND_DB, TIME_BOUND, burst, gains_db, steady_level_db};
use proscenium_tests::eq_grid::geometric;
use proscenium_tests::measure::time_to_63;
use shared_dsp::dynamics::{
    BusCompressor, BusCompressorSettings, Compressor, CompressorSettings, Gate, GateSettings,
    KeySource, Release, Topology,
};
use shared_dsp::effect::Effect;

const RATE_HZ: f64 = 48_000.0;

/// Silence before a key sets in, in s.
const BEFORE_S: f64 = 0.1;

/// The page.
pub fn page() -> Result<Page> {
    Ok(Page {
        title: "Dynamics: curves and times",
        about: "Levels of steady sines of 1 kHz, and the gain that a key which is loud at once, and \
                silent at once, gives to a constant. 48 kHz.",
        pictures: vec![
            compressor_curve()?,
            gate_curve()?,
            glue_curve()?,
            compressor_times()?,
            gate_times()?,
            glue_times(Topology::FeedForward)?,
            glue_times(Topology::Feedback)?,
        ],
    })
}

/// Levels between a lowest one and a highest in dB, a half dB apart and beside the whole ones, where
/// thresholds are.
fn measured<E: Effect + Default>(
    label: String,
    settings: &E::Settings,
    [low_db, high_db]: [i32; 2],
    wanted_db: impl Fn(f32) -> f32,
) -> Measured {
    let points = (2 * low_db..2 * high_db).map(|half| {
        let level_db = 0.5 * f64::from(half) + 0.25;
        let wanted = f64::from(wanted_db(level_db as f32));
        (level_db, wanted, steady_level_db::<E>(settings, level_db, RATE_HZ))
    });
    Measured { label, points: points.collect() }
}

fn levels(low_db: f64, high_db: f64) -> Axis {
    Axis::linear("level of the input in dBFS", low_db, high_db)
}

fn outputs(low_db: f64, high_db: f64) -> Axis {
    Axis::linear("level of the output in dBFS", low_db, high_db)
}

fn in_db(level_db: f64) -> String {
    format!("{level_db:.2} dBFS")
}

fn ratio_text(ratio: f32) -> String {
    if ratio >= 100.0 { "inf:1".to_owned() } else { format!("{ratio}:1") }
}

fn compressor_curve() -> Result<Picture> {
    let of = |(ratio, knee_db): (f32, f32)| {
        let settings = CompressorSettings { on: true, ratio, knee_db, ..Default::default() };
        let label = format!("{}, knee {knee_db} dB", ratio_text(ratio));
        measured::<Compressor>(label, &settings, [-60, 0], |db| settings.curve().output_db(db))
    };
    Subject {
        name: "dynamics-compressor-curve",
        title: "Compressor, static curve",
        caption: "Against threshold (-18 dB), ratio and quadratic knee as in Giannoulis, Massberg and \
                  Reiss (2012).",
        axes: [levels(-60.0, 0.0), outputs(-60.0, 0.0)],
        bound_db: CURVE_BOUND_DB,
        at: in_db,
    }
    .picture(&[(2.0, 0.0), (4.0, 6.0), (10.0, 24.0), (100.0, 12.0)].map(of))
}

fn gate_curve() -> Result<Picture> {
    let of = |(ratio, range_db): (f32, f32)| {
        let settings = GateSettings {
            on: true,
            ratio,
            range_db,
            hysteresis_db: 0.0,
            hold_ms: 0.0,
            ..Default::default()
        };
        let label = format!("{}, range {range_db} dB", ratio_text(ratio));
        measured::<Gate>(label, &settings, [-80, -20], |db| settings.curve().output_db(db))
    };
    Subject {
        name: "dynamics-gate-curve",
        title: "Gate and expander, static curve",
        caption: "Against threshold (-40 dB), ratio and range; no hysteresis.",
        axes: [levels(-80.0, -20.0), outputs(-125.0, -20.0)],
        bound_db: CURVE_BOUND_DB,
        at: in_db,
    }
    .picture(&[(1.5, 80.0), (2.0, 20.0), (4.0, 30.0), (100.0, 40.0)].map(of))
}

fn glue_curve() -> Result<Picture> {
    let of = |(topology, ratio, knee_db): (Topology, f32, f32)| {
        let settings = BusCompressorSettings {
            topology,
            ratio,
            knee_db,
            release: Release::Ms(100.0),
            ..Default::default()
        };
        let label = format!("{}, {ratio}:1, knee {knee_db} dB", topology_text(topology));
        measured::<BusCompressor>(label, &settings, [-40, 6], |db| settings.output_db(db))
    };
    let both = [Topology::FeedForward, Topology::Feedback]
        .map(|topology| [(1.5, 0.0), (4.0, 6.0), (10.0, 18.0)].map(|(r, k)| (topology, r, k)));
    let all: Vec<Measured> = both.into_iter().flatten().map(of).collect();
    Subject {
        name: "dynamics-glue-curve",
        title: "Glue, static curve",
        caption: "Against threshold (-12 dB), ratio and quadratic knee; in feedback these hold the \
                  level at the output.",
        axes: [levels(-40.0, 6.0), outputs(-40.0, 6.0)],
        bound_db: CURVE_BOUND_DB,
        at: in_db,
    }
    .picture(&all)
}

fn topology_text(topology: Topology) -> &'static str {
    match topology {
        Topology::FeedForward => "feed-forward",
        Topology::Feedback => "feedback",
    }
}

/// The gain over time after a step of the key.
struct Step {
    /// Time that is set, in ms.
    set_ms: f32,
    /// Gain in dB at each sample, from the last before the step on.
    gains_db: Vec<f64>,
    /// What comes between the step and the begin of the movement, in ms.
    hold_ms: f32,
    /// Which part of the way takes the time that is set.
    goal: Goal,
}

/// Which part of its way a gain covers in the time that is set.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    SixtyThreePercent,
    All,
}

impl Step {
    /// When a key of this level sets in and stays.
    fn up<E: Effect + Default>(set_ms: f32, level_db: f64, settings: &E::Settings) -> Self {
        let seconds = BEFORE_S + 0.015 * f64::from(set_ms) + 0.05;
        let key = burst(level_db, [BEFORE_S, seconds], seconds, RATE_HZ);
        Self::new::<E>(set_ms, settings, &key, BEFORE_S)
    }

    /// When a key of this level ends after half a second.
    fn down<E: Effect + Default>(set_ms: f32, level_db: f64, settings: &E::Settings) -> Self {
        let off_s = BEFORE_S + 0.5;
        let seconds = off_s + 0.012 * f64::from(set_ms) + 0.05;
        let key = burst(level_db, [BEFORE_S, off_s], seconds, RATE_HZ);
        Self::new::<E>(set_ms, settings, &key, off_s)
    }

    fn new<E: Effect + Default>(
        set_ms: f32,
        settings: &E::Settings,
        key: &[f32],
        step_s: f64,
    ) -> Self {
        let gains_db = gains_db(&mut prepared::<E>(settings, RATE_HZ), key);
        let from = (step_s * RATE_HZ).round() as usize - 1;
        let gains_db = gains_db[from..].to_vec();
        Self { set_ms, gains_db, hold_ms: 0.0, goal: Goal::SixtyThreePercent }
    }

    /// Time to the goal, in ms after the hold.
    fn took_ms(&self) -> f64 {
        let took_s = match self.goal {
            Goal::SixtyThreePercent => time_to_63(&self.gains_db, 0, RATE_HZ),
            Goal::All => {
                let there = self.gains_db.iter().position(|db| Some(db) == self.gains_db.last());
                there.map(|samples| samples as f64 / RATE_HZ)
            }
        };
        took_s.map_or(f64::NAN, |seconds| 1000.0 * seconds) - f64::from(self.hold_ms)
    }

    /// Gain in dB at a time in ms after the step, between samples on a straight line.
    fn at(&self, ms: f64) -> Option<f64> {
        let place = 0.001 * ms * RATE_HZ;
        let (before, part) = (place as usize, place.fract());
        let (from, to) = (self.gains_db.get(before)?, self.gains_db.get(before + 1)?);
        Some(from + part * (to - from))
    }
}

/// Steps over time on a logarithmic axis, with a dot where each has gone 63 % of its way.
fn times(title: &str, steps: &[Step]) -> Panel {
    let shortest =
        steps.iter().map(|step| f64::from(step.set_ms + step.hold_ms)).fold(f64::MAX, f64::min);
    let longest =
        steps.iter().map(|step| f64::from(step.set_ms + step.hold_ms)).fold(0.0, f64::max);
    let [low_ms, high_ms] = [(0.1 * shortest).max(0.02), 10.0 * longest];
    let ticks: Vec<f64> = (-2..=5)
        .flat_map(|decade| [1.0, 2.0, 5.0].map(|tick| tick * 10f64.powi(decade)))
        .filter(|tick| (high_ms / low_ms) < 2e4 || (tick.log10().fract()).abs() < 1e-9)
        .collect();
    let gains = || steps.iter().flat_map(|step| step.gains_db.iter());
    let (low, high) = gains().fold((0.0f64, 0.0f64), |(l, h), &db| (l.min(db), h.max(db)));
    let reach = (high - low).max(1.0);
    let x = Axis::log("time after the step in ms", low_ms, high_ms, &ticks);
    let y = Axis::linear("gain in dB", low - 0.05 * reach, high + 0.05 * reach);
    let mut panel = Panel::new(title, x, y);
    let share = 1.0 - (-1f64).exp();
    let partly = steps.iter().all(|step| step.goal == Goal::SixtyThreePercent);
    if let Some((first, last)) =
        steps.first().and_then(|s| s.gains_db.first().zip(s.gains_db.last()))
    {
        let level = first + share * (last - first);
        if partly {
            panel = panel.line(Line::mark("63 %", MUTED, [(low_ms, level), (high_ms, level)]));
        }
    }
    for (step, colour) in steps.iter().zip(COLOURS) {
        let points = geometric(low_ms, high_ms, 800).filter_map(|ms| Some((ms, step.at(ms)?)));
        let took = step.took_ms();
        let label = format!("set {} ms: {took:.3} ms", step.set_ms);
        panel = panel.line(Line::new(label, colour, points.collect()));
        let at_ms = took + f64::from(step.hold_ms);
        if let Some(db) = step.at(at_ms) {
            panel.dots.push(((at_ms, db), colour));
        }
    }
    panel
}

/// Attack beside release.
fn picture(
    name: &str,
    title: &str,
    caption: &str,
    [(up, attacks), (down, releases)]: [(&str, Vec<Step>); 2],
) -> Result<Picture> {
    let mut figures = Vec::new();
    for (what, steps) in [(up, &attacks), (down, &releases)] {
        for step in steps {
            let took = step.took_ms();
            figures.push(format!(
                "{title}: {} {} ms: {} after {took:.3} ms ({:+.1} %)",
                what.to_lowercase(),
                step.set_ms,
                if step.goal == Goal::All { "all" } else { "63 %" },
                100.0 * (took / f64::from(step.set_ms) - 1.0)
            ));
        }
    }
    let panels = vec![times(up, &attacks), times(down, &releases)];
    Ok(Picture {
        name: name.to_owned(),
        title: title.to_owned(),
        caption: caption.to_owned(),
        figures,
        svg: svg(1400, &[Row { height: 480, panels }])?,
    })
}

fn compressor_times() -> Result<Picture> {
    let settings = |attack_ms, release_ms| CompressorSettings {
        on: true,
        attack_ms,
        release_ms,
        knee_db: 0.0,
        key: KeySource::Sidechain,
        ..Default::default()
    };
    let attack = |ms: f32| Step::up::<Compressor>(ms, -6.0, &settings(ms, 120.0));
    let release = |ms: f32| Step::down::<Compressor>(ms, -6.0, &settings(1.0, ms));
    picture(
        "dynamics-compressor-times",
        "Compressor, times",
        &format!(
            "A key of -6 dBFS, threshold -18 dB, 4:1, no knee. A dot marks 63 % of the way in dB; the \
             bound is {:.0} % of what is set.",
            100.0 * TIME_BOUND
        ),
        [
            ("Attack", [0.5, 1.0, 10.0, 100.0].map(attack).into()),
            ("Release", [5.0, 20.0, 120.0, 1000.0].map(release).into()),
        ],
    )
}

fn gate_times() -> Result<Picture> {
    const HOLD_MS: f32 = 20.0;
    let settings = |attack_ms, release_ms| GateSettings {
        on: true,
        attack_ms,
        release_ms,
        hold_ms: HOLD_MS,
        key: KeySource::Sidechain,
        ..Default::default()
    };
    let attack =
        |ms: f32| Step { goal: Goal::All, ..Step::up::<Gate>(ms, -6.0, &settings(ms, 150.0)) };
    let release =
        |ms: f32| Step { hold_ms: HOLD_MS, ..Step::down::<Gate>(ms, -6.0, &settings(0.5, ms)) };
    picture(
        "dynamics-gate-times",
        "Gate, times",
        "A key of -6 dBFS, range 40 dB, hold 20 ms. The attack is the time in which it is all open; \
         the release is the time to 63 % of the closing, after the hold. Dots mark these.",
        [
            ("Attack", [0.05, 0.5, 5.0, 100.0].map(attack).into()),
            ("Release", [20.0, 150.0, 1000.0].map(release).into()),
        ],
    )
}

fn glue_times(topology: Topology) -> Result<Picture> {
    let settings = |attack_ms, release_ms| BusCompressorSettings {
        topology,
        attack_ms,
        release: Release::Ms(release_ms),
        knee_db: 0.0,
        key: KeySource::Sidechain,
        ..Default::default()
    };
    let attack = |ms: f32| Step::up::<BusCompressor>(ms, 0.0, &settings(ms, 100.0));
    let release = |ms: f32| Step::down::<BusCompressor>(ms, 0.0, &settings(1.0, ms));
    let (name, caption) = match topology {
        Topology::FeedForward => ("dynamics-glue-times", "A dot marks 63 % of the way in dB."),
        Topology::Feedback => (
            "dynamics-glue-feedback-times",
            "A dot marks 63 % of the way in dB. The loop's attack depends on the programme: the \
             setting is met when it is driven hard.",
        ),
    };
    picture(
        name,
        &format!("Glue, {}, times", topology_text(topology)),
        &format!("A key of 0 dBFS, threshold -12 dB, 4:1, no knee. {caption}"),
        [
            ("Attack", [0.1, 0.3, 1.0, 3.0, 10.0, 30.0].map(attack).into()),
            ("Release", [100.0, 300.0, 600.0, 1200.0].map(release).into()),
        ],
    )
}
