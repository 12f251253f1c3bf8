//! The equaliser against its analogue prototypes.

use crate::axis::{Axis, round_step};
use crate::chart::{Cell, Line, Panel, Row, svg};
use crate::colour::{BOUND, COLOURS, between};
use crate::page::{Page, Picture};
use crate::text::{hertz, signed, words};
use anyhow::Result;
use plotters::style::{Color, RGBColor};
use proscenium_tests::eq_grid::{
    BOUND_DB, DEEP_DB, Deviations, QS, RATES_HZ, SLOPES, cases, cut_cases, deviations, geometric,
};
use shared_dsp::eq::{BandKind, design, has_gain};

/// Curves in one panel.
const SHOWN: usize = 6;

/// Lowest level that the curves show, in dB.
const LOWEST_DB: f64 = -60.0;

type CurveDb = Box<dyn Fn(f64) -> f64>;

/// One case of the grid with what a picture needs of it.
struct Case {
    label: String,
    freq_hz: f64,
    /// Row of the map.
    row: usize,
    found: Deviations,
    wanted_db: CurveDb,
    got_db: CurveDb,
}

/// Everything about the accuracy of one kind of filter.
struct Subject {
    name: String,
    title: String,
    /// What the rows of the map are, with a unit, and their names.
    rows: (&'static str, Vec<String>),
    cases: fn(&Subject, f64) -> Vec<Case>,
    kind: BandKind,
}

/// The page.
pub fn page() -> Result<Page> {
    let bands = BandKind::ALL.into_iter().map(band);
    let cuts = [BandKind::LowCut, BandKind::HighCut].into_iter().map(cut);
    let pictures = bands.chain(cuts).map(|subject| picture(&subject)).collect::<Result<_>>()?;
    Ok(Page {
        title: "Equaliser: accuracy",
        about: "Magnitude of the digital filters against their analogue prototypes over 20 Hz..20 kHz, \
                on the grid that the tests check: within 0.05 dB, and within 0.5 dB where the \
                prototype is below -40 dB. Both curves are read no lower than -100 dB.",
        pictures,
    })
}

fn band(kind: BandKind) -> Subject {
    let words = words(&format!("{kind:?}"));
    Subject {
        name: format!("eq-{}", words.to_lowercase().replace(' ', "-")),
        title: words,
        rows: ("Q", QS.iter().map(|q| format!("{q:.2}")).collect()),
        cases: band_cases,
        kind,
    }
}

fn cut(kind: BandKind) -> Subject {
    let (name, title) = match kind {
        BandKind::LowCut => ("eq-high-pass", "High-pass filter, 6 to 48 dB/oct"),
        _ => ("eq-low-pass", "Low-pass filter, 6 to 48 dB/oct"),
    };
    Subject {
        name: name.to_owned(),
        title: title.to_owned(),
        rows: ("slope in dB/oct", SLOPES.iter().map(|(_, db)| db.to_string()).collect()),
        cases: steep_cases,
        kind,
    }
}

fn band_cases(subject: &Subject, rate_hz: f64) -> Vec<Case> {
    let of = |spec: shared_dsp::eq::BandSpec| {
        let filter = design(&spec, rate_hz);
        let gain = if has_gain(spec.kind) {
            format!(", {} dB", signed(spec.gain_db))
        } else {
            String::new()
        };
        Case {
            label: format!("{}, Q {:.2}{gain}", hertz(spec.freq_hz), spec.q),
            freq_hz: spec.freq_hz,
            row: QS.iter().position(|q| *q == spec.q).unwrap_or(0),
            found: deviations(&spec, rate_hz),
            wanted_db: Box::new(move |f| spec.prototype_db(f)),
            got_db: Box::new(move |f| filter.response_db(f)),
        }
    };
    cases(subject.kind).map(of).collect()
}

fn steep_cases(subject: &Subject, rate_hz: f64) -> Vec<Case> {
    let of = |spec: proscenium_tests::eq_grid::CutSpec| {
        let row = SLOPES.iter().position(|(slope, _)| *slope == spec.slope).unwrap_or(0);
        let curve = spec.curve(rate_hz);
        Case {
            label: format!("{}, {} dB/oct", hertz(spec.freq_hz.into()), SLOPES[row].1),
            freq_hz: spec.freq_hz.into(),
            row,
            found: spec.deviations(rate_hz),
            wanted_db: Box::new(move |f| spec.prototype_db(f)),
            got_db: Box::new(move |f| curve.response_db(f)),
        }
    };
    cut_cases(subject.kind == BandKind::LowCut).map(of).collect()
}

fn picture(subject: &Subject) -> Result<Picture> {
    let mut rows = [390, 340, 320].map(|height| Row { height, panels: Vec::new() });
    let mut figures = Vec::new();
    let mut count = 0;
    for rate_hz in RATES_HZ {
        let all = (subject.cases)(subject, rate_hz);
        count += all.len();
        let worst = worst_of_rows(&all, subject.rows.1.len());
        let rate = format!("{} kHz", rate_hz / 1000.0);
        rows[0].panels.push(curves(&worst, &rate));
        rows[1].panels.push(errors(&worst, &rate));
        rows[2].panels.push(map(subject, &all, &rate));
        figures.push(figure(&subject.title, &rate, &all));
    }
    rows[2].panels.push(scale());
    Ok(Picture {
        name: subject.name.clone(),
        title: subject.title.clone(),
        caption: format!(
            "{count} cases. Above, the worst case of each row of the map (the worst {SHOWN} of these): \
             prototype broad and pale, digital filter thin; then their errors, thinner where the \
             prototype is below {DEEP_DB} dB. Below, the worst error for each f0 and {}, in parts of \
             its bound.",
            subject.rows.0
        ),
        figures,
        svg: svg(1400, &rows)?,
    })
}

/// The worst case of each row of the map, the worst first.
fn worst_of_rows(all: &[Case], rows: usize) -> Vec<&Case> {
    let of_row = |row| all.iter().filter(move |case| case.row == row);
    let mut worst: Vec<&Case> = (0..rows).filter_map(|row| of_row(row).max_by(worse)).collect();
    worst.sort_by(|a, b| worse(b, a));
    worst.truncate(SHOWN);
    worst
}

fn worse(a: &&Case, b: &&Case) -> std::cmp::Ordering {
    a.found.of_bound().total_cmp(&b.found.of_bound())
}

/// How many cases keep their bounds, and the worst of all.
fn figure(title: &str, rate: &str, all: &[Case]) -> String {
    let worst = |of: fn(&Deviations) -> proscenium_tests::eq_grid::Deviation| {
        let case = all.iter().max_by(|a, b| of(&a.found).db.total_cmp(&of(&b.found).db));
        case.map_or_else(String::new, |case| {
            let found = of(&case.found);
            format!("{:.4} dB at {} ({})", found.db, hertz(found.at_hz), case.label)
        })
    };
    let heard = worst(|found| found.heard);
    let has_deep = all.iter().any(|case| case.found.deep.at_hz > 0.0);
    let deep = if has_deep { worst(|found| found.deep) } else { "nothing".to_owned() };
    let kept = all.iter().filter(|case| case.found.of_bound() <= 1.0).count();
    format!(
        "{title}, {rate}: {kept} of {} cases keep their bounds; worst {heard}; below {DEEP_DB} dB {deep}",
        all.len()
    )
}

fn audible(curve_db: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    geometric(20.0, 20_000.0, 1000).map(|f| (f, curve_db(f))).collect()
}

fn curves(worst: &[&Case], rate: &str) -> Panel {
    let mut lines = Vec::new();
    for (case, colour) in worst.iter().zip(COLOURS) {
        lines.push(Line::reference("", audible(&case.wanted_db)));
        lines.push(Line::new(case.label.clone(), colour, audible(&case.got_db)));
    }
    if let Some(first) = lines.first_mut() {
        first.label = "prototype".to_owned();
    }
    let levels = lines.iter().flat_map(|line| line.points.iter().map(|point| point.1));
    let (low, high) = levels.fold((-3.0f64, 3.0f64), |(low, high), y| (low.min(y), high.max(y)));
    let y = Axis::linear("gain in dB", (low - 2.0).max(LOWEST_DB), high + 2.0);
    Panel::new(format!("{rate}: curves of the worst cases"), Axis::hertz(), y).lines(lines)
}

fn errors(worst: &[&Case], rate: &str) -> Panel {
    let largest = worst.iter().map(|case| case.found.heard.db).fold(1.2 * BOUND_DB, f64::max);
    let step = round_step(largest / 4.0);
    let reach = step * (largest / step).ceil();
    let y = Axis::linear("error in dB", -reach, reach);
    let bound = |label, db: f64| Line::mark(label, BOUND, [(20.0, db), (20_000.0, db)]);
    let mut panel = Panel::new(format!("{rate}: their errors"), Axis::hertz(), y)
        .line(bound("bound of 0.05 dB", BOUND_DB))
        .line(bound("", -BOUND_DB));
    for (case, colour) in worst.iter().zip(COLOURS) {
        let error = |f| (case.got_db)(f) - (case.wanted_db)(f);
        let deep = |f| (case.wanted_db)(f) < DEEP_DB;
        let only = |wanted: bool| audible(|f| if deep(f) == wanted { error(f) } else { f64::NAN });
        let label = format!("{:.3} dB at {}", case.found.heard.db, hertz(case.found.heard.at_hz));
        let faint =
            Line { colour: colour.mix(0.5), width: 0.75, ..Line::new("", colour, only(true)) };
        panel = panel.line(faint).line(Line::new(label, colour, only(false)));
    }
    panel
}

/// The worst error for each f0 (columns) and row, in parts of its bound.
fn map(subject: &Subject, all: &[Case], rate: &str) -> Panel {
    let mut centres: Vec<f64> = all.iter().map(|case| case.freq_hz).collect();
    centres.sort_by(f64::total_cmp);
    centres.dedup();
    let half = (centres[1] / centres[0]).sqrt();
    let ends = [centres[0] / half, centres[centres.len() - 1] * half];
    let x = Axis::log("f0 in Hz", ends[0], ends[1], &Axis::hertz().ticks);
    let y = Axis::named(subject.rows.0, subject.rows.1.clone());
    let mut panel = Panel::new(format!("{rate}: worst error in parts of its bound"), x, y);
    for row in 0..subject.rows.1.len() {
        for &freq_hz in &centres {
            let here = all.iter().filter(|case| case.row == row && case.freq_hz == freq_hz);
            let share = here.map(|case| case.found.of_bound()).fold(0.0, f64::max);
            panel.cells.push(Cell {
                x: [freq_hz / half, freq_hz * half],
                y: [row as f64 - 0.5, row as f64 + 0.5],
                colour: heat(share),
            });
        }
    }
    panel
}

/// What the colours of the map mean.
fn scale() -> Panel {
    let ticks = [0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0];
    Panel::scale(Axis::log("error / bound", 0.001, 1000.0, &ticks), heat)
}

/// Blue to green within the bound, yellow to red beyond.
fn heat(share: f64) -> RGBColor {
    const STOPS: [(f64, [u8; 3]); 6] = [
        (-3.0, [16, 30, 70]),
        (-1.0, [30, 110, 160]),
        (-1e-9, [70, 200, 150]),
        (0.0, [255, 213, 77]),
        (1.0, [255, 110, 60]),
        (3.0, [150, 10, 60]),
    ];
    between(&STOPS, share.max(1e-9).log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_the_equaliser_says_its_worst_figure() {
        let subject = band(BandKind::Notch);
        let picture = picture(&subject).unwrap();
        for rate_hz in RATES_HZ {
            let all = band_cases(&subject, rate_hz);
            let worst = all.iter().max_by(worse).unwrap().found.heard;
            let said = format!("{:.3} dB at {}", worst.db, hertz(worst.at_hz));
            assert!(picture.svg.contains(&said), "{said} is missing");
            let largest = all.iter().map(|case| case.found.heard.db).fold(0.0, f64::max);
            assert!(picture.figures.iter().any(|line| line.contains(&format!("{largest:.4} dB"))));
        }
        assert!(picture.svg.starts_with("<svg ") && picture.svg.trim_end().ends_with("</svg>"));
        assert!(picture.svg.matches("<polyline").count() > 4 * SHOWN);
    }
}
