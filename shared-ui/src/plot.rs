//! Plots over frequency: 20 Hz to 20 kHz, logarithmic.

use crate::face::Face;
use crate::paint;
use crate::panel;
use crate::scale::{log_place, log_value};
use crate::theme::{self, Weight};
use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};
use shared_dsp::spectrum::{BINS_PER_OCTAVE, LOWEST_HZ};
use std::ops::RangeInclusive;

/// Frequencies with a figure.
const FIGURED: [(f32, &str); 10] = [
    (20.0, "20"),
    (50.0, "50"),
    (100.0, "100"),
    (200.0, "200"),
    (500.0, "500"),
    (1e3, "1k"),
    (2e3, "2k"),
    (5e3, "5k"),
    (1e4, "10k"),
    (2e4, "20k"),
];

/// The steepest slope of a spectrum, in dB per bin of 1/24 octave.
const SLOPE_DB: f32 = 2.5;

/// Axes of a plot over frequency.
#[derive(Clone, PartialEq)]
pub struct FreqPlot {
    /// Where it is drawn.
    pub rect: Rect,
    /// Frequencies in Hz from left to right.
    pub hz: RangeInclusive<f32>,
    /// Values from bottom to top.
    pub values: RangeInclusive<f32>,
}

impl FreqPlot {
    /// A plot of 20 Hz to 20 kHz.
    pub fn new(rect: Rect, values: RangeInclusive<f32>) -> Self {
        Self { rect, hz: 20.0..=20_000.0, values }
    }

    /// Place of a frequency.
    pub fn x(&self, hz: f32) -> f32 {
        self.rect.left() + self.rect.width() * log_place(&self.hz, hz)
    }

    /// Frequency at a place.
    pub fn hz_at(&self, x: f32) -> f32 {
        log_value(&self.hz, ((x - self.rect.left()) / self.rect.width()).clamp(0.0, 1.0))
    }

    /// Place of a value.
    pub fn y(&self, value: f32) -> f32 {
        let span = self.values.end() - self.values.start();
        self.rect.bottom() - self.rect.height() * (value - self.values.start()) / span
    }

    /// Value at a place.
    pub fn value_at(&self, y: f32) -> f32 {
        let span = self.values.end() - self.values.start();
        self.values.start() + span * (self.rect.bottom() - y) / self.rect.height()
    }

    /// A painter that stays inside.
    pub fn painter(&self, face: &Face<'_>) -> Painter {
        face.painter().with_clip_rect(self.rect.shrink(0.5))
    }

    /// The well, the lines of frequency and those of `values`.
    pub fn grid(&self, face: &mut Face<'_>, values: &[f32]) {
        panel::well(face, self.rect);
        let painter = self.painter(face);
        for decade in [10.0, 100.0, 1e3, 1e4] {
            for digit in 1..10 {
                let hz = decade * digit as f32;
                // In a small plot they would be a fence.
                let wanted = digit == 1 || self.rect.width() > 300.0;
                if wanted && self.hz.contains(&hz) && hz > *self.hz.start() {
                    let color = if digit == 1 { theme::GRID2 } else { theme::GRID };
                    let x = self.x(hz);
                    let [top, bottom] = [self.rect.top(), self.rect.bottom()];
                    paint::hairline(&painter, pos2(x, top), pos2(x, bottom), color);
                }
            }
        }
        for value in values {
            let color = if *value == 0.0 { theme::GRID2 } else { theme::GRID };
            let y = self.y(*value);
            let [left, right] = [self.rect.left(), self.rect.right()];
            paint::hairline(&painter, pos2(left, y), pos2(right, y), color);
        }
    }

    /// Figures of frequency, centred on a line at `y`.
    pub fn figures(&self, face: &Face<'_>, y: f32) {
        for (hz, text) in FIGURED {
            let x = self.x(hz).clamp(self.rect.left() + 8.0, self.rect.right() - 10.0);
            let font = (10.0, Weight::Regular);
            face.text(pos2(x, y), Align2::CENTER_CENTER, text, font, theme::DIM);
        }
    }

    /// Two short lines about the place `at`, in a box above it, or below it near the top. It keeps
    /// clear of `line`, as far as there is room.
    pub fn bubble(
        &self,
        face: &Face<'_>,
        (at, line): (Pos2, &[Pos2]),
        width: f32,
        lines: [&str; 2],
    ) {
        let size = vec2(width, 40.0);
        let near = line.iter().filter(|point| (point.x - at.x).abs() < 0.5 * width + 6.0);
        let [top, bottom] = near.fold([at.y - 12.0, at.y + 12.0], |[top, bottom], point| {
            [top.min(point.y), bottom.max(point.y)]
        });
        let [above, below] = [top - 10.0 - size.y, bottom + 10.0];
        let y = if above > self.rect.top() + 4.0 {
            above
        } else if below + size.y < self.rect.bottom() - 4.0 {
            below
        } else {
            self.rect.top() + 4.0
        };
        let y = y + size.y / 2.0;
        let half = size.x / 2.0 + 4.0;
        let x = at.x.clamp(self.rect.left() + half, self.rect.right() - half);
        let rect = Rect::from_center_size(pos2(x, y), size);
        let outline = Stroke::new(1.0, theme::POPUP_LINE);
        face.painter().rect(rect, 5.0, theme::POPUP, outline, StrokeKind::Inside);
        let styles = [(-8.0, Weight::SemiBold, theme::TEXT), (8.0, Weight::Regular, theme::MUTED)];
        for (text, (dy, weight, color)) in lines.into_iter().zip(styles) {
            let at = rect.center() + vec2(0.0, dy);
            face.text(at, Align2::CENTER_CENTER, text, (11.0, weight), color);
        }
    }

    /// The points of a curve, one each 2 px.
    pub fn curve(&self, response: &dyn Fn(f32) -> f32) -> Vec<Pos2> {
        let steps = (self.rect.width() / 2.0).ceil().max(1.0) as usize;
        (0..=steps)
            .map(|i| {
                let x = self.rect.left() + self.rect.width() * i as f32 / steps as f32;
                let y = self.y(response(self.hz_at(x)));
                // Far outside the window a line would only cost time.
                pos2(x, y.clamp(self.rect.top() - 400.0, self.rect.bottom() + 400.0))
            })
            .collect()
    }

    /// The line of a spectrum whose levels are those of [`shared_dsp::spectrum`], the axis being in
    /// dB. A tone is a hill of its own height: what lies between two is filled up to a slope of
    /// 2.5 dB a bin, and the bins are joined by a spline.
    pub fn spectrum(&self, levels_db: &[f32]) -> Vec<Pos2> {
        let lowest = *self.values.start() - 1.0;
        let mut hills: Vec<f32> = levels_db.iter().map(|db| db.max(lowest)).collect();
        for i in 1..hills.len() {
            hills[i] = hills[i].max(hills[i - 1] - SLOPE_DB);
        }
        for i in (1..hills.len()).rev() {
            hills[i - 1] = hills[i - 1].max(hills[i] - SLOPE_DB);
        }
        let Some(last) = hills.len().checked_sub(1) else { return Vec::new() };
        let steps = (self.rect.width() / 1.5).ceil().max(1.0) as usize;
        // Bins lie on the axis at equal steps.
        let bin_of = |hz: f32| (hz / LOWEST_HZ as f32).log2() * BINS_PER_OCTAVE as f32;
        let [low, high] = [bin_of(*self.hz.start()), bin_of(*self.hz.end())];
        let place = |i: usize| {
            let part = i as f32 / steps as f32;
            let bin = (low + (high - low) * part).clamp(0.0, last as f32);
            pos2(self.rect.left() + self.rect.width() * part, self.y(spline(&hills, bin)))
        };
        (0..=steps).map(place).collect()
    }

    /// A curve with its area down to `base` filled.
    pub fn filled(
        &self,
        face: &Face<'_>,
        response: &dyn Fn(f32) -> f32,
        base: f32,
        color: Color32,
    ) {
        let curve = self.curve(response);
        let painter = self.painter(face);
        let (strong, weak) = (theme::fade(color, 0.30), theme::fade(color, 0.05));
        paint::area(&painter, &curve, self.y(base), strong, weak);
        painter.line(curve, Stroke::new(1.6, color));
    }
}

/// A value between the points of a list, by the spline of Catmull and Rom, not beyond both
/// neighbours.
fn spline(values: &[f32], at: f32) -> f32 {
    let last = values.len() - 1;
    let i = (at.floor() as usize).min(last);
    let t = at - i as f32;
    let v = |k: usize| values[k.min(last)];
    let (a, b, c, d) = (v(i.saturating_sub(1)), v(i), v(i + 1), v(i + 2));
    let curve =
        0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)));
    (b + curve).clamp(b.min(c), b.max(c))
}

#[cfg(test)]
mod tests {
    use super::{FreqPlot, SLOPE_DB};
    use shared_dsp::spectrum::{BINS, bin_hz};

    #[test]
    fn a_tone_in_a_spectrum_is_a_hill_of_its_own_height_without_a_spike() {
        let rect = Rect::from_min_max(pos2(0.0, 0.0), pos2(560.0, 72.0));
        let plot = FreqPlot::new(rect, -84.0..=-12.0);
        let mut levels_db = [-160.0; BINS];
        levels_db[120] = -20.0;
        let line = plot.spectrum(&levels_db);
        let top = line.iter().min_by(|a, b| a.y.total_cmp(&b.y)).expect("points");
        assert!((plot.value_at(top.y) + 20.0).abs() < 0.5, "{top:?}");
        assert!((plot.hz_at(top.x) / bin_hz(120) as f32 - 1.0).abs() < 0.02);
        for pair in line.windows(2) {
            let bins = 24.0 * (plot.hz_at(pair[1].x) / plot.hz_at(pair[0].x)).log2();
            let steepness = (plot.value_at(pair[1].y) - plot.value_at(pair[0].y)).abs() / bins;
            assert!(steepness < 1.3 * SLOPE_DB, "{steepness} dB a bin");
        }
        assert_eq!(plot.value_at(line[0].y).round(), -85.0);
    }
    use egui::{Rect, pos2};

    #[test]
    fn places_and_values_are_each_others_inverse() {
        let plot =
            FreqPlot::new(Rect::from_min_max(pos2(30.0, 10.0), pos2(530.0, 210.0)), -15.0..=15.0);
        for (hz, db) in [(20.0, -15.0), (440.0, 3.0), (20_000.0, 15.0)] {
            assert!((plot.hz_at(plot.x(hz)) / hz - 1.0).abs() < 1e-3);
            assert!((plot.value_at(plot.y(db)) - db).abs() < 1e-3);
        }
        assert_eq!((plot.x(20.0), plot.y(-15.0)), (30.0, 210.0));
    }
}
