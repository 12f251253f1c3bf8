//! Plots over frequency: 20 Hz to 20 kHz, logarithmic.

use crate::face::Face;
use crate::paint;
use crate::panel;
use crate::scale::{log_place, log_value};
use crate::theme::{self, Weight};
use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};
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

/// Axes of a plot over frequency.
#[derive(Clone)]
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
                if self.hz.contains(&hz) && hz > *self.hz.start() {
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

    /// Two short lines about the place `at`, in a box above it, or below it near the top.
    pub fn bubble(&self, face: &Face<'_>, at: Pos2, width: f32, lines: [&str; 2]) {
        let size = vec2(width, 40.0);
        let above = at.y - size.y - 22.0 > self.rect.top();
        let away = 22.0 + size.y / 2.0;
        let y = if above { at.y - away } else { at.y + away };
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

#[cfg(test)]
mod tests {
    use super::FreqPlot;
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
