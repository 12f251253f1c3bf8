//! The spectrum behind the curve: its legend, what it shows, and the collisions with their offer.

use egui::{Align2, CursorIcon, Id, Key, Pos2, Rect, Sense, Stroke, pos2, vec2};
use egui::{Popup, PopupCloseBehavior, Ui};
use shared_dsp::masking::Collision;
use shared_ui::Face;
use shared_ui::plot::FreqPlot;
use shared_ui::scale::{short_freq, signed};
use shared_ui::theme::{self, Weight};
use shared_ui::{curve, gesture, paint, switch};

use std::ops::RangeInclusive;

use super::StripView;
use super::cut::{self, Offer};
use crate::params::{BandParams, Decay, SpectrumLook, StripParams, Tilt};

/// Levels of the spectrum from bottom to top, in dBFS.
const LEVELS_DB: RangeInclusive<f32> = -84.0..=-12.0;
/// Height in which a collision can be clicked, from the axis on.
const HANDLE: f32 = 20.0;
/// The legend's words with their widths.
const LEGEND: [(&str, f32); 4] =
    [("Before", 60.0), ("After", 52.0), ("Sidechain", 76.0), ("Collisions", 76.0)];

impl StripView {
    /// What the spectrum shows, to be clicked, ending at `right`.
    pub(super) fn legend(&mut self, face: &mut Face<'_>, right: Pos2, params: &StripParams) {
        let before = params.look();
        let mut look = before;
        let widths: f32 = LEGEND.iter().map(|(_, width)| width + 4.0).sum();
        let mut left = right.x - widths + 4.0;
        let colors = [theme::DIM, theme::LEVEL, theme::KEY, theme::WARN];
        let shown = [&mut look.before, &mut look.after, &mut look.sidechain, &mut look.collisions];
        for (((word, width), color), on) in LEGEND.into_iter().zip(colors).zip(shown) {
            let rect = Rect::from_min_size(pos2(left, right.y), vec2(width, 20.0));
            left += width + 4.0;
            if switch::legend(face, rect, word, color, *on) {
                *on = !*on;
            }
        }
        if look != before {
            params.set_look(look);
        }
    }

    /// A button that opens the rest of the settings.
    pub(super) fn look_menu(&mut self, face: &mut Face<'_>, rect: Rect, params: &StripParams) {
        let response = face.ui.interact(rect, Id::unique("look"), Sense::click());
        let hint = "View: freeze, tilt and decay of the spectrum";
        let focused = gesture::attend(face, &response, hint);
        let fill = if response.hovered() { theme::HOVER } else { theme::RAISE };
        face.painter().rect_filled(rect, 4.0, fill);
        let frozen = self.analyser.frozen;
        let (word, color) = if frozen { ("Frozen", theme::ROOM) } else { ("View", theme::TEXT) };
        let font = (11.0, Weight::Medium);
        face.text(rect.center(), Align2::CENTER_CENTER, word, font, color);
        if focused {
            switch::focus_box(face.painter(), rect);
        }
        let before = params.look();
        let mut look = before;
        Popup::menu(&response)
            .width(168.0)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| look_choices(ui, &mut self.analyser.frozen, &mut look));
        if look != before {
            params.set_look(look);
        }
    }

    /// The levels, and the collisions' columns.
    pub(super) fn spectrum(&self, face: &mut Face<'_>, plot: &FreqPlot, look: &SpectrumLook) {
        let levels = FreqPlot { values: LEVELS_DB, ..plot.clone() };
        let painter = plot.painter(face);
        if let Some([before, after, sidechain]) = self.analyser.levels_db() {
            let shown = |levels_db: &[f32], wanted: bool| -> Option<Vec<Pos2>> {
                let heard = levels_db.iter().any(|db| *db > *LEVELS_DB.start());
                (wanted && heard).then(|| levels.spectrum(levels_db))
            };
            if let Some(points) = shown(after, look.after) {
                let fill = [0.34, 0.05].map(|part| theme::fade(theme::LEVEL, part));
                paint::area(&painter, &points, plot.rect.bottom(), fill[0], fill[1]);
                painter.line(points, Stroke::new(1.0, theme::fade(theme::LEVEL, 0.8)));
            }
            if let Some(points) = shown(before, look.before) {
                painter.line(points, Stroke::new(1.0, theme::fade(theme::DIM, 0.9)));
            }
            if let Some(points) = shown(sidechain, look.sidechain) {
                painter.line(points, Stroke::new(1.0, theme::KEY));
            }
        }
        if look.collisions {
            for (i, collision) in self.analyser.collisions().iter().enumerate() {
                let response = face.ui.ctx().read_response(handle_id(i));
                let lit = response.is_some_and(|felt| felt.hovered() || felt.has_focus());
                column(face, plot, collision, if lit { 0.36 } else { 0.16 });
            }
        }
    }

    /// Figures of the levels, at the right, but where the curve `set` runs through them.
    pub(super) fn scale_of_levels(face: &Face<'_>, plot: &FreqPlot, set: &dyn Fn(f32) -> f32) {
        let levels = FreqPlot { values: LEVELS_DB, ..plot.clone() };
        let painter = plot.painter(face);
        let right = plot.rect.right();
        let line = [26.0, 13.0, 1.0].map(|by| plot.y(set(plot.hz_at(right - by))));
        for db in [-20.0, -30.0, -40.0, -50.0, -60.0, -70.0] {
            let at = pos2(right - 6.0, levels.y(db));
            if line.iter().any(|y| (y - at.y).abs() < 9.0) {
                continue;
            }
            let font = (10.0, Weight::Regular);
            let ground = Rect::from_min_max(at - vec2(20.0, 6.0), at + vec2(2.0, 6.0));
            painter.rect_filled(ground, 2.0, theme::fade(theme::WELL, 0.7));
            face.text(at, Align2::RIGHT_CENTER, signed(db, 0), font, theme::DIM);
        }
    }

    /// Lets the hand take up what a collision offers, by a click at the axis, by Enter or Space, or
    /// by K at the curve for the gravest.
    pub(super) fn collisions(&self, face: &mut Face<'_>, plot: &FreqPlot, bands: &[&BandParams]) {
        let collisions = self.analyser.collisions();
        for (i, collision) in collisions.iter().enumerate() {
            let rect = handle(plot, collision);
            let response = face.ui.interact(rect, handle_id(i), Sense::click());
            let offer = cut::offer(face, bands, collision);
            let focused = gesture::attend(face, &response, sentence(collision, offer));
            if response.hovered() || focused {
                let first = format!("{}   {}", freq_text(collision), share_text(collision));
                let second = match offer {
                    Offer::Free(_) => "Click for a keyed cut".to_owned(),
                    Offer::Made(band) => format!("Band {} makes room", band + 1),
                    Offer::Full => "No band is free".to_owned(),
                };
                let at = pos2(rect.center().x, rect.top() + 10.0);
                plot.bubble(face, (at, &[]), 150.0, [&first, &second]);
            }
            if focused {
                switch::focus_box(face.painter(), rect);
            }
            if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                cut::accept(face, bands, collision);
            }
        }
        let gravest = collisions.iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
        if let (Some(gravest), true) = (gravest, curve::has_focus(face)) {
            let what = sentence(gravest, cut::offer(face, bands, gravest));
            face.hand.say(format!("{what}. K does it"));
            if face.ui.input(|input| input.key_pressed(Key::K)) {
                cut::accept(face, bands, gravest);
            }
        }
    }
}

fn look_choices(ui: &mut Ui, frozen: &mut bool, look: &mut SpectrumLook) {
    ui.toggle_value(frozen, "Freeze the picture");
    ui.separator();
    ui.label("Tilt, dB per octave");
    ui.horizontal(|ui| {
        for (tilt, word) in [(Tilt::None, "0"), (Tilt::Db3, "3"), (Tilt::Db4_5, "4.5")] {
            ui.selectable_value(&mut look.tilt, tilt, word);
        }
    });
    ui.label("Decay");
    ui.horizontal(|ui| {
        let words = [(Decay::Slow, "Slow"), (Decay::Medium, "Medium"), (Decay::Fast, "Fast")];
        for (decay, word) in words {
            ui.selectable_value(&mut look.decay, decay, word);
        }
    });
}

/// From the lower to the upper edge, a hair apart from the next, at least 6 wide.
fn stretch(plot: &FreqPlot, collision: &Collision) -> [f32; 2] {
    let (left, right) = (plot.x(collision.low_hz), plot.x(collision.high_hz));
    let (middle, half) = (0.5 * (left + right), (0.5 * (right - left) - 1.0).max(3.0));
    [middle - half, middle + half]
}

fn column(face: &Face<'_>, plot: &FreqPlot, collision: &Collision, strength: f32) {
    let [left, right] = stretch(plot, collision);
    let (top, bottom) = (plot.rect.top(), plot.rect.bottom());
    let painter = plot.painter(face);
    let [clear, tint] = [0.0, strength].map(|part| theme::fade(theme::WARN, part));
    paint::area(&painter, &[pos2(left, top), pos2(right, top)], bottom, clear, tint);
    let bar = Rect::from_min_max(pos2(left, bottom - 4.0), pos2(right, bottom));
    painter.rect_filled(bar, 1.0, theme::WARN);
}

fn handle_id(index: usize) -> Id {
    Id::unique(("collision", index))
}

/// Where a collision is clicked.
fn handle(plot: &FreqPlot, collision: &Collision) -> Rect {
    let [left, right] = stretch(plot, collision);
    let low = pos2(0.5 * (left + right), plot.rect.bottom() - 0.5 * HANDLE);
    Rect::from_center_size(low, vec2((right - left).max(16.0), HANDLE)).intersect(plot.rect)
}

fn freq_text(collision: &Collision) -> String {
    let hz = collision.freq_hz;
    if hz < 1000.0 { format!("{hz:.0} Hz") } else { format!("{} Hz", short_freq(hz)) }
}

fn share_text(collision: &Collision) -> String {
    format!("{:.0} % of the time", 100.0 * collision.share)
}

fn sentence(collision: &Collision, offer: Offer) -> String {
    let what = format!(
        "At {} the track covers the sidechain in {} in which it plays there",
        freq_text(collision),
        share_text(collision)
    );
    match offer {
        Offer::Free(_) => format!("{what}: a click makes a cut that it keys"),
        Offer::Made(band) => format!("{what}: band {} makes room already", band + 1),
        Offer::Full => format!("{what}: no band is free for a cut, switch one off first"),
    }
}
