//! Measured curves over those that are wanted, and their errors beneath.

use crate::axis::Axis;
use crate::chart::{Line, Panel, Row, svg};
use crate::colour::{BOUND, COLOURS};
use crate::page::Picture;
use anyhow::Result;

/// A curve that is wanted and what was measured of it.
pub struct Measured {
    /// Which of the curves this is.
    pub label: String,
    /// Where, what is wanted, what was found.
    pub points: Vec<(f64, f64, f64)>,
}

impl Measured {
    /// The largest error in dB, and where it is.
    fn worst(&self) -> (f64, f64) {
        let errors = self.points.iter().map(|(x, wanted, found)| (*x, found - wanted));
        errors.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).unwrap_or_default()
    }
}

/// What curves have in common.
pub struct Subject {
    /// File name without its ending.
    pub name: &'static str,
    /// What is measured.
    pub title: &'static str,
    /// Against what.
    pub caption: &'static str,
    /// Where, and how much.
    pub axes: [Axis; 2],
    /// Bound of the error in dB.
    pub bound_db: f64,
    /// A value of the first axis in words.
    pub at: fn(f64) -> String,
}

impl Subject {
    /// The picture, with the worst of each curve in words.
    pub fn picture(self, measured: &[Measured]) -> Result<Picture> {
        let Self { name, title, caption, axes: [x, y], bound_db, at } = self;
        let ends = x.range;
        let error = Axis::linear("error in dB", -1.5 * bound_db, 1.5 * bound_db);
        let mut curves = Panel::new(title, x.clone(), y);
        let bound = |label: String, db| Line::mark(label, BOUND, [(ends[0], db), (ends[1], db)]);
        let mut errors = Panel::new("Error", x, error)
            .line(bound(format!("bound of {bound_db} dB"), bound_db))
            .line(bound(String::new(), -bound_db));
        let mut figures = Vec::new();
        for (index, (one, colour)) in measured.iter().zip(COLOURS).enumerate() {
            let of = |pick: fn(&(f64, f64, f64)) -> f64| {
                one.points.iter().map(|point| (point.0, pick(point))).collect::<Vec<_>>()
            };
            let wanted = if index == 0 { "wanted" } else { "" };
            curves = curves.line(Line::reference(wanted, of(|point| point.1))).line(Line::new(
                one.label.clone(),
                colour,
                of(|point| point.2),
            ));
            let (worst_at, worst) = one.worst();
            let said = format!("{worst:+.4} dB at {}", at(worst_at));
            figures.push(format!("{title}, {}: worst {said}", one.label));
            errors = errors.line(Line::new(said, colour, of(|point| point.2 - point.1)));
        }
        let rows = [(440, curves), (320, errors)];
        let rows = rows.map(|(height, panel)| Row { height, panels: vec![panel] });
        Ok(Picture {
            name: name.to_owned(),
            title: title.to_owned(),
            caption: caption.to_owned(),
            figures,
            svg: svg(1100, &rows)?,
        })
    }
}
