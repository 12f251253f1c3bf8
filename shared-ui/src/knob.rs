//! The knob.

use crate::control::{Control, brief};
use crate::face::Face;
use crate::gesture::{self, Touch};
use crate::paint;
use crate::theme::{self, Weight};
use egui::{Align2, Color32, Pos2, Rect, Stroke, Vec2, pos2, vec2};

/// Start of the ring and its sweep, in degrees clockwise from the right.
const FROM: f32 = 135.0;
const SWEEP: f32 = 270.0;

/// How large a knob is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Diameter 36 in a cell of 52 x 72.
    Small,
    /// Diameter 48 in a cell of 66 x 82.
    Medium,
    /// Diameter 68 in a cell of 98 x 118.
    Large,
}

struct Measures {
    cell: Vec2,
    radius: f32,
    ring: f32,
    inset: f32,
    pointer: f32,
    value_below: f32,
    value_px: f32,
}

impl Size {
    fn measures(self) -> Measures {
        let m = |cell, radius, ring, inset, pointer, value_below, value_px| Measures {
            cell,
            radius,
            ring,
            inset,
            pointer,
            value_below,
            value_px,
        };
        match self {
            Self::Small => m(vec2(52.0, 72.0), 18.0, 2.5, 5.0, 2.0, 8.5, 12.0),
            Self::Medium => m(vec2(66.0, 82.0), 24.0, 3.0, 6.5, 2.5, 8.0, 12.0),
            Self::Large => m(vec2(98.0, 118.0), 34.0, 4.0, 9.0, 2.5, 11.0, 15.0),
        }
    }

    /// Size of the whole cell: label, knob and value.
    pub fn cell(self) -> Vec2 {
        self.measures().cell
    }
}

/// A knob and its label.
#[derive(Clone, Copy)]
pub struct Knob<'a> {
    /// What stands above it.
    pub label: &'a str,
    /// How large it is.
    pub size: Size,
    /// The colour of its ring.
    pub accent: Color32,
    /// The ring fills from this position (from the start if none).
    pub zero: Option<f32>,
    /// Figures at the stops, in order.
    pub figures: &'a [&'a str],
    /// Drawn faint: what it belongs to is off.
    pub faint: bool,
}

impl<'a> Knob<'a> {
    /// A small knob.
    pub fn small(label: &'a str, accent: Color32) -> Self {
        Self { label, size: Size::Small, accent, zero: None, figures: &[], faint: false }
    }

    /// A medium knob.
    pub fn medium(label: &'a str, accent: Color32) -> Self {
        Self { size: Size::Medium, ..Self::small(label, accent) }
    }

    /// A large knob.
    pub fn large(label: &'a str, accent: Color32) -> Self {
        Self { size: Size::Large, ..Self::small(label, accent) }
    }

    /// Fills from the default.
    pub fn bipolar(self) -> Self {
        self.from(0.5)
    }

    /// Fills from a position.
    pub fn from(self, zero: f32) -> Self {
        Self { zero: Some(zero), ..self }
    }

    /// With figures at its stops.
    pub fn figures(self, figures: &'a [&'a str]) -> Self {
        Self { figures, ..self }
    }

    /// Draws the knob in the cell whose top centre is `top`.
    pub fn show(&self, face: &mut Face<'_>, top: Pos2, control: &dyn Control) -> Touch {
        let m = self.size.measures();
        let lower = if self.figures.is_empty() { 0.0 } else { 12.0 };
        let center = pos2(top.x, top.y + 18.0 + lower + m.radius);
        let height = (m.cell.y + lower).min(18.0 + lower + 2.0 * m.radius + m.value_below + 8.0);
        // Small knobs stand closer than their cells are wide; without a label, its place is free.
        let width = if self.size == Size::Small { 48.0 } else { m.cell.x };
        let above = if self.label.is_empty() { 16.0 } else { 0.0 };
        let cell = Rect::from_min_size(
            pos2(top.x - width / 2.0, top.y + above),
            vec2(width, height - above),
        );
        let touch = gesture::turn(face, cell, control);
        face.faded(self.faint, |face| {
            self.body(face, center, &m, &touch, control);
            let label = if touch.lit() { theme::TEXT } else { theme::MUTED };
            // A figure at the top wants room below the label.
            let raised = if self.figures.is_empty() { 0.0 } else { 3.0 };
            let at = pos2(top.x, top.y + 7.0 - raised);
            face.text(at, Align2::CENTER_CENTER, self.label, (11.0, Weight::Regular), label);
        });
        let value = pos2(top.x, center.y + m.radius + m.value_below);
        let place = Rect::from_center_size(value, vec2(m.cell.x, 16.0));
        if !gesture::typing_field(face, place, control) {
            let weight = if m.value_px > 12.0 { Weight::SemiBold } else { Weight::Medium };
            let mut text = brief(&control.text_at(touch.position));
            // What has a zero in the middle of its ring says on which side of it it stands.
            let above = self.zero.is_some_and(|zero| touch.position > zero) && text != "0.0 dB";
            if above && text.ends_with(" dB") {
                text.insert(0, '+');
            }
            if self.size == Size::Small {
                text = rounded(&text);
            }
            face.faded(self.faint, |face| {
                face.text(value, Align2::CENTER_CENTER, text, (m.value_px, weight), theme::TEXT);
            });
            let on_value = touch.response.interact_pointer_pos().is_some_and(|p| place.contains(p));
            if touch.response.clicked() && on_value {
                gesture::type_value(face, control);
            }
        }
        touch
    }

    fn body(
        &self,
        face: &Face<'_>,
        center: Pos2,
        m: &Measures,
        touch: &Touch,
        control: &dyn Control,
    ) {
        let painter = face.painter();
        let angle = |position: f32| FROM + SWEEP * position;
        let radius = m.radius - m.ring / 2.0;
        if touch.lit() {
            painter.circle_filled(center, m.radius + 3.0, theme::HOVER);
        }
        if touch.focused {
            painter.circle_stroke(center, m.radius + 2.5, Stroke::new(1.5, Color32::WHITE));
        }
        let accent =
            if touch.dragged { theme::mix(self.accent, Color32::WHITE, 0.15) } else { self.accent };
        let track = if touch.lit() { theme::LINE2 } else { theme::TRACK };
        paint::arc(painter, center, radius, (FROM, FROM + SWEEP), Stroke::new(m.ring, track));
        let zero = self.zero.unwrap_or(0.0);
        let span = (angle(zero.min(touch.position)), angle(zero.max(touch.position)));
        paint::arc(painter, center, radius, span, Stroke::new(m.ring, accent));
        if self.zero.is_some() {
            let dot = paint::on_circle(center, radius, angle(zero));
            painter.circle_filled(dot, m.ring * 0.625, accent);
        }
        let disc = m.radius - m.inset;
        paint::disc(painter, center, disc, theme::DISC[0], theme::DISC[1]);
        painter.circle_stroke(center, disc, Stroke::new(1.0, theme::fade(theme::DISC[2], 0.55)));
        let towards = |r: f32| paint::on_circle(center, r, angle(touch.position));
        let ends = [towards(disc * 0.42), towards(disc - 2.0)];
        painter.line_segment(ends, Stroke::new(m.pointer, theme::TEXT));
        let modulated = control.modulated();
        if (modulated - control.position()).abs() > 1e-4 {
            let (from, to) = (angle(touch.position), angle(modulated));
            let white = Stroke::new(1.5, Color32::WHITE);
            let outside = m.radius + 2.5;
            paint::arc(painter, center, outside, (from.min(to), from.max(to)), white);
            painter.circle_filled(paint::on_circle(center, outside, to), 2.5, Color32::WHITE);
        }
        if face.hand.is_automated(control.ptr()) {
            let dot = center + vec2(0.78, -0.86) * m.radius;
            painter.circle_filled(dot, 2.5, theme::BRASS);
        }
        self.stops(face, center, m, touch.position);
    }

    fn stops(&self, face: &Face<'_>, center: Pos2, m: &Measures, position: f32) {
        let last = self.figures.len().saturating_sub(1).max(1) as f32;
        for (i, figure) in self.figures.iter().enumerate() {
            let degrees = FROM + SWEEP * i as f32 / last;
            let chosen = (position * last).round() as usize == i;
            let (r, color) = if chosen { (1.6, self.accent) } else { (1.2, theme::LINE2) };
            let dot = paint::on_circle(center, m.radius + 3.5, degrees);
            face.painter().circle_filled(dot, r, color);
            let above = (degrees - 270.0).abs() < 10.0;
            let away = if above { 6.0 } else { 9.0 };
            let at = paint::on_circle(center, m.radius + away, degrees);
            let side = at.x - center.x;
            let align = if side < -4.0 {
                Align2::RIGHT_CENTER
            } else if side > 4.0 {
                Align2::LEFT_CENTER
            } else {
                Align2::CENTER_BOTTOM
            };
            let color = if chosen { theme::TEXT } else { theme::DIM };
            face.text(at, align, figure, (10.0, Weight::Regular), color);
        }
    }
}

/// Ten decibels and more without decimals: a small knob has room for no more.
fn rounded(text: &str) -> String {
    let number = text.strip_suffix(" dB").map(|number| number.replace('\u{2212}', "-"));
    match number.and_then(|number| number.parse::<f32>().ok()) {
        Some(db) if db.abs() >= 9.95 => {
            let plus = if text.starts_with('+') { "+" } else { "" };
            format!("{plus}{} dB", crate::scale::signed(db, 0))
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn small_knobs_show_ten_decibels_and_more_without_decimals() {
        for (text, shown) in [
            ("\u{2212}38.4 dB", "\u{2212}38 dB"),
            ("18.0 dB", "18 dB"),
            ("\u{2212}6.5 dB", "\u{2212}6.5 dB"),
            ("+4.5 dB", "+4.5 dB"),
            ("+12.5 dB", "+12 dB"),
            ("140.5 ms", "140.5 ms"),
        ] {
            assert_eq!(rounded(text), shown);
        }
    }
}
