//! Filters and gate.

use egui::{Align2, Rect, pos2, vec2};
use shared_ui::Face;
use shared_ui::knob::Knob;
use shared_ui::scale::signed;
use shared_ui::switch::{self, Mark};
use shared_ui::theme::{self, Weight};
use shared_ui::transfer::HistoryWindow;
use shared_ui::{choice, panel};

use super::StripView;
use crate::params::{CutParams, StripParams};

/// The two cuts, side by side.
pub fn filters(face: &mut Face<'_>, rect: Rect, params: &StripParams) {
    let inside = panel::titled(face, rect, "Filters");
    let half = inside.width() / 2.0;
    let cuts = [("High-Pass", &params.hpf), ("Low-Pass", &params.lpf)];
    for (i, (name, cut)) in cuts.into_iter().enumerate() {
        let left = inside.left() + half * i as f32;
        let rect = Rect::from_min_size(pos2(left, inside.top()), vec2(half, inside.height()));
        filter(face, rect, name, cut);
    }
}

fn filter(face: &mut Face<'_>, rect: Rect, name: &str, cut: &CutParams) {
    let middle = rect.center().x;
    let power = pos2(rect.left() + 8.0, rect.top() + 5.0);
    let on = switch::power(face, power, theme::LEVEL, &cut.on);
    let color = if on { theme::TEXT } else { theme::DIM };
    let at = power + vec2(10.0, 0.0);
    face.text(at, Align2::LEFT_CENTER, name, (11.0, Weight::Regular), color);
    let knob = Knob { faint: !on, ..Knob::medium("", theme::LEVEL) };
    knob.show(face, pos2(middle, rect.top()), &cut.freq);
    let menu = Rect::from_min_size(
        pos2(rect.left() + 1.0, rect.bottom() - 20.0),
        vec2(rect.width() - 4.0, 20.0),
    );
    choice::menu(face, menu, &cut.slope);
}

impl StripView {
    pub(super) fn gate(&mut self, face: &mut Face<'_>, rect: Rect, params: &StripParams) {
        let gate = &params.gate;
        let accent = theme::REDUCTION;
        let (inside, on) = panel::switched(face, rect, "Gate", accent, &gate.on);
        let low = inside.bottom();
        let plot = Rect::from_min_max(
            inside.min,
            pos2(inside.right(), (low - 294.0).max(inside.top() + 40.0)),
        );
        let window = HistoryWindow {
            seconds: 4.0,
            full_db: gate.range.value().max(6.0),
            floor_db: -80.0,
            threshold_db: Some(gate.threshold.value()),
            closes_db: Some(gate.threshold.value() - gate.hysteresis.value()),
        };
        face.faded(!on, |face| self.gate_history.show(face, plot, &window));
        let knobs: [(&str, &dyn shared_ui::Control); 8] = [
            ("Threshold", &gate.threshold),
            ("Range", &gate.range),
            ("Ratio", &gate.ratio),
            ("Attack", &gate.attack),
            ("Hold", &gate.hold),
            ("Release", &gate.release),
            ("Hyst", &gate.hysteresis),
            ("Ahead", &gate.lookahead),
        ];
        let place = |i: usize| {
            let (column, row) = ((i % 3) as f32, (i / 3) as f32);
            let pitch = inside.width() / 3.0;
            pos2(inside.left() + pitch * (column + 0.5), plot.bottom() + 8.0 + 74.0 * row)
        };
        for (i, (label, control)) in knobs.into_iter().enumerate() {
            Knob { faint: !on, ..Knob::small(label, accent) }.show(face, place(i), control);
        }
        let at = place(8);
        face.faded(!on, |face| {
            panel::label(face, at + vec2(0.0, 7.0), Align2::CENTER_CENTER, "Closed");
            let font = (20.0, Weight::SemiBold);
            let closed_db = self.gate.reduction_db;
            let value = signed(-closed_db, if closed_db < 10.0 { 1 } else { 0 });
            face.text(at + vec2(0.0, 34.0), Align2::CENTER_CENTER, value, font, accent);
            panel::label(face, at + vec2(0.0, 54.0), Align2::CENTER_CENTER, "dB");
        });
        let bar = |left: f32, up: f32, width: f32, height: f32| {
            Rect::from_min_size(pos2(inside.left() + left, low - up), vec2(width, height))
        };
        let words = ["Internal", "Sidechain"];
        let key = bar(0.0, 48.0, inside.width() - 30.0, 20.0);
        choice::segments(face, key, &words, theme::SELECT, &gate.key);
        let listen = bar(inside.width() - 26.0, 48.0, 26.0, 20.0);
        switch::button(face, listen, Mark::Headphones, theme::KEY, &gate.listen);
        let half = (inside.width() - 4.0) / 2.0;
        choice::field(face, bar(0.0, 22.0, half, 22.0), "HP", &gate.key_hpf);
        choice::field(face, bar(half + 4.0, 22.0, half, 22.0), "LP", &gate.key_lpf);
    }
}
