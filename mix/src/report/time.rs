//! What happens over time: gain reduction and automation, row by row under one time axis.

use super::svg::{Anchor, Svg, number};
use crate::dynamics::{Reduction, STEP_S};
use crate::markup::escape;
use crate::session::quantity::{level_db, quantity};
use crate::session::{Level, Session};

const WIDTH: f64 = 1040.0;

/// Seconds to horizontal places.
#[derive(Clone, Copy)]
pub struct Axis {
    /// Length of the mix in s.
    pub length_s: f64,
}

impl Axis {
    fn x(self, time_s: f64) -> f64 {
        WIDTH * (time_s / self.length_s.max(1e-9)).clamp(0.0, 1.0)
    }

    fn grid(self, svg: &mut Svg, session: &Session, height: f64) {
        let bar_s = session.tempo.beat_s() * f64::from(session.tempo.beats_per_bar);
        let mut bar = 0;
        while f64::from(bar) * bar_s < self.length_s {
            let x = self.x(f64::from(bar) * bar_s);
            let style =
                if bar % 4 == 0 { r##"stroke="#262C36""## } else { r##"stroke="#1B2028""## };
            svg.line((x, 0.0), (x, height), style);
            bar += 1;
        }
    }
}

fn row(colour: &str, name: &str, detail: &str, picture: &str, figures: &str) -> String {
    format!(
        r#"<div class="row"><div class="who"><i style="background:{colour}"></i><b>{}</b><span>{}</span></div>{picture}<div class="figures">{figures}</div></div>"#,
        escape(name),
        escape(detail)
    )
}

/// The bars and seconds over the rows.
pub fn scale(session: &Session, axis: Axis) -> String {
    let mut svg = Svg::new(WIDTH, 18.0, "Bars");
    let bar_s = session.tempo.beat_s() * f64::from(session.tempo.beats_per_bar);
    let mut bar = 0;
    while f64::from(bar) * bar_s < axis.length_s {
        let x = axis.x(f64::from(bar) * bar_s);
        if bar % 4 == 0 && x < WIDTH - 40.0 {
            svg.text((x + 2.0, 13.0), Anchor::Start, "scale", &format!("bar {}", bar + 1));
        }
        bar += 1;
    }
    svg.text((WIDTH, 13.0), Anchor::End, "scale", &format!("{} s", number(axis.length_s, 1)));
    format!(
        r#"<div class="row head"><div class="who"></div>{}<div class="figures"></div></div>"#,
        svg.finish()
    )
}

/// Gain reduction, hanging from above.
pub fn reduction(session: &Session, axis: Axis, reduction: &Reduction) -> String {
    let node = &session.nodes[reduction.place.0];
    let slot = &node.plugins[reduction.place.1];
    let detail = if slot.name == slot.kind.name() {
        reduction.label.to_owned()
    } else {
        format!("{}: {}", slot.name, reduction.label)
    };
    let height = 46.0;
    let full_db = (f64::from(reduction.max_db()) / 6.0).ceil().max(1.0) * 6.0;
    let mut svg = Svg::new(WIDTH, height, &format!("Gain reduction of {}", node.name));
    axis.grid(&mut svg, session, height);
    let points: Vec<(f64, f64)> = reduction
        .db
        .iter()
        .enumerate()
        .map(|(index, db)| {
            let x = axis.x((index as f64 + 0.5) * STEP_S);
            (x, 1.0 + (height - 4.0) * f64::from(*db) / full_db)
        })
        .collect();
    svg.area(&points, 0.0, r##"fill="#FF9B45" fill-opacity=".24""##);
    svg.curve(&points, r##"stroke="#FF9B45" stroke-width="1.3""##);
    svg.text(
        (WIDTH - 4.0, height - 4.0),
        Anchor::End,
        "scale",
        &format!("\u{2212}{full_db:.0} dB"),
    );
    let figures = format!(
        "max <b>{}</b> dB<br>mean {} dB",
        number(f64::from(reduction.max_db()), 1),
        number(f64::from(reduction.mean_db()), 1)
    );
    row(&node.colour, &node.name, &detail, &svg.finish(), &figures)
}

/// A lane to draw: what, points of time and height (0..1), and the texts of its ends.
struct Lane {
    detail: String,
    points: Vec<(f64, f64)>,
    low: String,
    high: String,
}

/// Every lane of a session.
pub fn automation(session: &Session, axis: Axis) -> Vec<String> {
    let mut rows = Vec::new();
    for node in &session.nodes {
        let mut lanes = Vec::new();
        lanes.extend(level_lane("fader".into(), &node.fader));
        for send in &node.sends {
            let name = format!("send to {}", session.nodes[send.to.node].name);
            lanes.extend(level_lane(name, &send.level));
        }
        for slot in &node.plugins {
            for lane in &slot.lanes {
                let texts: Vec<(f64, &str)> =
                    lane.points.iter().map(|point| (point.time_s, point.text.as_str())).collect();
                lanes.push(text_lane(format!("{} {}", slot.name, lane.id), &texts));
            }
        }
        for lane in lanes {
            rows.push(draw_lane(session, axis, &node.name, &node.colour, &lane));
        }
    }
    rows
}

fn level_lane(detail: String, level: &Level) -> Option<Lane> {
    if level.lane.is_empty() {
        return None;
    }
    let values = level.lane.iter().map(|(time, db)| (*time, db.max(-60.0)));
    let text = |db: f64| {
        if db <= -60.0 { "off".to_owned() } else { format!("{} dB", number(db, 1)) }
    };
    Some(lane(detail, values.collect(), text))
}

fn text_lane(detail: String, points: &[(f64, &str)]) -> Lane {
    let is_hz = points.iter().filter_map(|point| quantity(point.1)).any(|(_, unit)| unit == "Hz");
    let values = points
        .iter()
        .enumerate()
        .map(|(index, (time, text))| {
            let value = quantity(text).map(|(number, _)| number).or_else(|| level_db(text));
            let value = value.unwrap_or(index as f64).max(-120.0);
            (*time, if is_hz { value.max(1.0).log2() } else { value })
        })
        .collect();
    let mut made = lane(detail, values, |_| String::new());
    let by_height = |higher: bool| {
        let heights = made.points.iter().map(|point| point.1).zip(points);
        let best = heights.reduce(|a, b| if (b.0 > a.0) == higher { b } else { a });
        best.map(|(_, point)| point.1.replace('-', "\u{2212}")).unwrap_or_default()
    };
    (made.low, made.high) = (by_height(false), by_height(true));
    made
}

fn lane(detail: String, values: Vec<(f64, f64)>, text: impl Fn(f64) -> String) -> Lane {
    let low = values.iter().map(|value| value.1).fold(f64::INFINITY, f64::min);
    let high = values.iter().map(|value| value.1).fold(f64::NEG_INFINITY, f64::max);
    let height = |value: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
    let points = values.iter().map(|(time, value)| (*time, height(*value))).collect();
    Lane { detail, points, low: text(low), high: text(high) }
}

fn draw_lane(session: &Session, axis: Axis, name: &str, colour: &str, lane: &Lane) -> String {
    let height = 40.0;
    let mut svg = Svg::new(WIDTH, height, &format!("Automation of {name}: {}", lane.detail));
    axis.grid(&mut svg, session, height);
    let y = |part: f64| height - 6.0 - (height - 12.0) * part;
    let mut points: Vec<(f64, f64)> =
        lane.points.iter().map(|(time, part)| (axis.x(*time), y(*part))).collect();
    if let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) {
        points.insert(0, (0.0, first.1));
        points.push((WIDTH, last.1));
    }
    svg.area(&points, height, r##"fill="#F1CC85" fill-opacity=".10""##);
    svg.curve(&points, r##"stroke="#F1CC85" stroke-width="1.5""##);
    for (time, part) in &lane.points {
        svg.circle((axis.x(*time), y(*part)), 2.5, r##"fill="#F1CC85""##);
    }
    let figures = format!("{}<br>{}", escape(&lane.high), escape(&lane.low));
    row(colour, name, &lane.detail, &svg.finish(), &figures)
}
