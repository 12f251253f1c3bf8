//! The equaliser: curve, band chips, and the controls of the selected band.

use egui::{Align2, Id, Rect, Sense, Stroke, StrokeKind, pos2, vec2};
use nice_plug::params::Param;
use shared_dsp::eq::{BandKind, BandSettings, has_gain};
use shared_plugin::rack::Shape;
use shared_ui::Face;
use shared_ui::choice;
use shared_ui::curve::{self, Curves, Node};
use shared_ui::gesture;
use shared_ui::knob::Knob;
use shared_ui::panel;
use shared_ui::plot::FreqPlot;
use shared_ui::scale::{relative, short_freq};
use shared_ui::switch::{self, Mark};
use shared_ui::theme::{self, Weight};

use super::responses::Responses;
use super::{StripView, corners};
use crate::params::{BandParams, StripParams};

/// Sample rate for drawing before the host has told one.
const DRAWN_RATE_HZ: f64 = 48_000.0;
/// Half the scale of gain that can be chosen, in dB.
const SCALES_DB: [f32; 3] = [6.0, 12.0, 24.0];

/// What a band is set to, with edits that are still on their way.
fn shown(face: &mut Face<'_>, band: &BandParams) -> BandSettings {
    BandSettings {
        on: face.position(&band.on) >= 0.5,
        kind: band.kind.preview_plain(face.position(&band.kind)).into(),
        freq_hz: band.freq.preview_plain(face.position(&band.freq)),
        gain_db: band.gain.preview_plain(face.position(&band.gain)),
        q: band.q.preview_plain(face.position(&band.q)),
        dynamic_range_db: band.dynamic.preview_plain(face.position(&band.dynamic)),
        ..band.settings()
    }
}

impl StripView {
    pub(super) fn eq(&mut self, face: &mut Face<'_>, rect: Rect, params: &StripParams) {
        let (inside, on) = panel::switched(face, rect, "EQ", theme::LEVEL, &params.eq_on);
        // From the right: grip, view, scale, legend.
        let top = rect.top() + 4.0;
        let mut right = rect.right() - 32.0;
        let mut cell = |width: f32| {
            right -= width + 4.0;
            Rect::from_min_size(pos2(right + 4.0, top), vec2(width, 20.0))
        };
        self.look_menu(face, cell(50.0), params);
        let scale_db = scale_button(face, cell(54.0));
        self.legend(face, pos2(right - 12.0, top), params);
        let controls = inside.with_min_y(inside.bottom() - 110.0);
        let chips = Rect::from_min_max(
            pos2(inside.left(), controls.top() - 32.0),
            pos2(inside.right(), controls.top() - 6.0),
        );
        let plot = Rect::from_min_max(inside.min, pos2(inside.right(), chips.top() - 26.0));
        let bands = params.bands();
        curve::select_first(face, bands.iter().map(|band| &band.on));
        face.faded(!on, |face| self.curve(face, plot, scale_db, params));
        chip_row(face, chips, &bands);
        let selected = curve::selected_of(face).min(bands.len() - 1);
        band_controls(face, controls, selected, bands[selected]);
    }

    fn curve(&mut self, face: &mut Face<'_>, rect: Rect, scale_db: f32, params: &StripParams) {
        let reported = f64::from(self.telemetry.sample_rate_hz.get());
        let rate_hz = if reported > 0.0 { reported } else { DRAWN_RATE_HZ };
        let plot = FreqPlot::new(rect, -1.25 * scale_db..=1.25 * scale_db);
        let lines = [-1.0, -0.5, 0.0, 0.5, 1.0].map(|part: f32| part * scale_db);
        plot.grid(face, &lines);
        plot.figures(face, rect.bottom() + 11.0);
        let look = params.look();
        self.spectrum(face, &plot, &look);
        let bands = params.bands();
        let settings: Vec<BandSettings> = bands.iter().map(|band| shown(face, band)).collect();
        let filters = params.settings(Shape::Stereo).filters;
        let responses = Responses::of(self.responses.take(), &plot, &settings, &filters, rate_hz);
        let nodes = nodes(&bands, &settings, &self.moves_db);
        let curves = Curves {
            bands: &responses.bands,
            limits: &responses.limits,
            set: &responses.set,
            now: responses.now(&self.moves_db),
        };
        curve::show(face, &plot, &nodes, curves);
        for db in lines {
            let at = pos2(rect.left() + 6.0, plot.y(db) - 7.0);
            let font = (10.0, Weight::Regular);
            face.text(at, Align2::LEFT_CENTER, relative(db, 0), font, theme::DIM);
        }
        let set_db = |hz: f32| responses.set_db(hz);
        Self::scale_of_levels(face, &plot, &set_db);
        corners::show(face, &plot, &set_db, params);
        curve::nodes(face, &plot, &nodes, &responses.set);
        if look.collisions {
            self.collisions(face, &plot, &bands);
        }
        self.responses = Some(responses);
    }
}

fn nodes<'a>(
    bands: &[&'a BandParams],
    settings: &[BandSettings],
    moves_db: &[f32],
) -> Vec<Node<'a>> {
    bands
        .iter()
        .zip(settings.iter().zip(moves_db))
        .enumerate()
        .map(|(i, (band, (shown, moved_db)))| Node {
            number: i + 1,
            color: theme::BANDS[i % theme::BANDS.len()],
            on: &band.on,
            freq: &band.freq,
            gain: has_gain(shown.kind).then_some(&band.gain),
            q: &band.q,
            dynamic: &band.dynamic,
            kind: &band.kind,
            moved_db: *moved_db,
        })
        .collect()
}

/// The scale of gain; a click chooses the next.
fn scale_button(face: &mut Face<'_>, rect: Rect) -> f32 {
    let id = Id::unique("scale of gain");
    let response = face.ui.interact(rect, id, Sense::click());
    let mut chosen: usize = face.ui.data(|data| data.get_temp(id)).unwrap_or(1);
    if response.clicked() {
        chosen = (chosen + 1) % SCALES_DB.len();
        face.ui.data_mut(|data| data.insert_temp(id, chosen));
    }
    let fill = if response.hovered() { theme::HOVER } else { theme::RAISE };
    face.painter().rect_filled(rect, 4.0, fill);
    let text = format!("\u{b1}{:.0} dB", SCALES_DB[chosen]);
    face.text(rect.center(), Align2::CENTER_CENTER, text, (11.0, Weight::Medium), theme::TEXT);
    if gesture::attend(face, &response, "Scale of the curve: a click chooses the next") {
        switch::focus_box(face.painter(), rect);
    }
    SCALES_DB[chosen]
}

fn chip_row(face: &mut Face<'_>, rect: Rect, bands: &[&BandParams]) {
    let pitch = (rect.width() + 5.0) / bands.len() as f32;
    let selected = curve::selected_of(face);
    for (i, band) in bands.iter().enumerate() {
        let chip = Rect::from_min_size(
            pos2(rect.left() + pitch * i as f32, rect.top()),
            vec2(pitch - 5.0, rect.height()),
        );
        let response = face.ui.interact(chip, Id::unique(("chip", i)), Sense::click());
        if response.clicked() {
            curve::select(face, i);
        }
        if response.double_clicked() {
            let to = if face.position(&band.on) < 0.5 { 1.0 } else { 0.0 };
            face.hand.put(&band.on, to);
        }
        let hint = format!("Band {}: click selects, double-click switches", i + 1);
        if gesture::attend(face, &response, hint) {
            switch::focus_box(face.painter(), chip);
        }
        let color = theme::BANDS[i % theme::BANDS.len()];
        let on = face.position(&band.on) >= 0.5;
        let fill = if response.hovered() { theme::HOVER } else { theme::RAISE };
        face.painter().rect_filled(chip, 4.0, theme::fade(fill, if on { 1.0 } else { 0.6 }));
        if i == selected {
            let ring = Stroke::new(1.5, color);
            face.painter().rect_stroke(chip, 4.0, ring, StrokeKind::Inside);
        }
        let dot = chip.left_center() + vec2(14.0, 0.0);
        let ink = if on {
            face.painter().circle_filled(dot, 8.0, color);
            theme::INK
        } else {
            face.painter().circle_stroke(dot, 7.5, Stroke::new(1.2, color));
            color
        };
        let number = (i + 1).to_string();
        face.text(dot, Align2::CENTER_CENTER, number, (10.0, Weight::SemiBold), ink);
        let text = if on {
            short_freq(band.freq.preview_plain(face.position(&band.freq)))
        } else {
            "off".to_owned()
        };
        let color = if on { theme::TEXT } else { theme::DIM };
        let at = chip.right_center() - vec2(8.0, 0.0);
        face.text(at, Align2::RIGHT_CENTER, text, (11.0, Weight::Medium), color);
    }
}

/// Height -1..1 of a kind's drawing at a place -1..1.
fn icon(kind: BandKind, x: f32) -> f32 {
    let step = |x: f32| (4.0 * x).tanh();
    match kind {
        BandKind::Bell => 1.6 * (-8.0 * x * x).exp() - 0.7,
        BandKind::LowShelf => -0.7 * step(x),
        BandKind::HighShelf => 0.7 * step(x),
        BandKind::LowCut => {
            if x < 0.0 {
                0.6 - 4.0 * x * x
            } else {
                0.6
            }
        }
        BandKind::HighCut => {
            if x > 0.0 {
                0.6 - 4.0 * x * x
            } else {
                0.6
            }
        }
        BandKind::Notch => 0.7 - 1.8 * (-30.0 * x * x).exp(),
        BandKind::BandPass => 0.8 - 3.0 * x * x,
        BandKind::Tilt => 0.9 * x,
    }
}

fn band_controls(face: &mut Face<'_>, rect: Rect, index: usize, band: &BandParams) {
    let color = theme::BANDS[index % theme::BANDS.len()];
    let (x, y) = (rect.left(), rect.top());
    let name = format!("Band {}", index + 1);
    let at = pos2(x + 2.0, y + 8.0);
    let title = face.text(at, Align2::LEFT_CENTER, name, (12.0, Weight::SemiBold), color);
    kind_buttons(face, Rect::from_min_size(pos2(x, y + 20.0), vec2(128.0, 56.0)), band, title);
    let bottom = rect.bottom() - 22.0;
    let bar =
        |left: f32, width: f32| Rect::from_min_size(pos2(x + left, bottom), vec2(width, 22.0));
    let channels = ["St", "L", "R", "M", "S"];
    choice::segments(face, bar(0.0, 128.0), &channels, theme::SELECT, &band.channel);
    let gains = has_gain(band.settings().kind);
    let faint = |knob: Knob<'static>, faint: bool| Knob { faint, ..knob };
    Knob::medium("Freq", color).show(face, pos2(x + 172.0, y), &band.freq);
    let gain = faint(Knob::medium("Gain", color).bipolar(), !gains);
    gain.show(face, pos2(x + 238.0, y), &band.gain);
    Knob::medium("Q", color).show(face, pos2(x + 304.0, y), &band.q);
    switch::button(face, bar(139.0, 128.0), Mark::Word("On"), color, &band.on);
    if reset_button(face, bar(273.0, 64.0), index) {
        // In one frame: one step to undo.
        let controls: [&dyn shared_ui::Control; 9] = [
            &band.kind,
            &band.gain,
            &band.q,
            &band.dynamic,
            &band.threshold,
            &band.key,
            &band.attack,
            &band.release,
            &band.channel,
        ];
        for control in controls {
            face.hand.put(control, control.rest());
        }
    }
    panel::divider(face, x + 350.0, y + 4.0, rect.bottom());
    let left = 362.0;
    let pitch = (rect.width() - left) / 4.0;
    let at = |i: f32| pos2(x + left + pitch * (i + 0.5), y + 6.0);
    let dynamic = faint(Knob::small("Dynamic", color).bipolar(), !gains);
    dynamic.show(face, at(0.0), &band.dynamic);
    let still = !gains || band.dynamic.value() == 0.0;
    let follow: [(&'static str, &dyn shared_ui::Control); 3] =
        [("Thresh", &band.threshold), ("Attack", &band.attack), ("Release", &band.release)];
    for (i, (label, control)) in follow.into_iter().enumerate() {
        faint(Knob::small(label, color), still).show(face, at(i as f32 + 1.0), control);
    }
    let keys = ["Self", "Sidechain"];
    choice::segments(face, bar(left, rect.width() - left), &keys, theme::SELECT, &band.key);
}

/// A button that puts back all of a band but its frequency and its switch. Returns whether it was
/// pressed.
fn reset_button(face: &mut Face<'_>, rect: Rect, index: usize) -> bool {
    let response = face.ui.interact(rect, Id::unique("reset band"), Sense::click());
    let hint = format!("Reset band {}: a plain bell at 0 dB where it stands", index + 1);
    let focused = gesture::attend(face, &response, hint);
    let lit = response.hovered();
    let fill = if lit { theme::HOVER } else { theme::RAISE };
    face.painter().rect_filled(rect, 4.0, fill);
    let color = if lit { theme::TEXT } else { theme::MUTED };
    face.text(rect.center(), Align2::CENTER_CENTER, "Reset", (11.0, Weight::Medium), color);
    if focused {
        switch::focus_box(face.painter(), rect);
    }
    response.clicked()
}

/// The eight kinds as drawings; the chosen one's name stands after the band's.
fn kind_buttons(face: &mut Face<'_>, rect: Rect, band: &BandParams, title: Rect) {
    let touch = gesture::sense(face, rect, &band.kind, Sense::click());
    let chosen = choice::stop_of(touch.position, &band.kind);
    let (width, height) = (rect.width() / 4.0, rect.height() / 2.0);
    let mut wanted = choice::keyed(face, &touch, &band.kind);
    for (i, kind) in BandKind::ALL.into_iter().enumerate() {
        let corner = rect.min + vec2(width * (i % 4) as f32, height * (i / 4) as f32);
        let cell = Rect::from_min_size(corner, vec2(width, height)).shrink(1.0);
        let under = touch.response.hover_pos().is_some_and(|at| cell.contains(at));
        let fill = match (i == chosen, under) {
            (true, _) => theme::SELECT,
            (false, true) => theme::HOVER,
            (false, false) => theme::RAISE,
        };
        face.painter().rect_filled(cell, 3.0, fill);
        let color = if i == chosen { theme::TEXT } else { theme::MUTED };
        curve::kind_icon(face, cell.center(), &|x| icon(kind, x), color);
        let pressed = touch.response.clicked() && touch.response.interact_pointer_pos().is_some();
        if under && pressed {
            wanted = Some(i);
        }
    }
    if let Some(kind) = wanted {
        face.hand.put(&band.kind, choice::position_of(kind, &band.kind));
    }
    if touch.focused {
        switch::focus_box(face.painter(), rect);
    }
    let name = shared_ui::Control::text_at(&band.kind, touch.position);
    let at = pos2(title.right() + 8.0, title.center().y);
    face.text(at, Align2::LEFT_CENTER, name, (12.0, Weight::Medium), theme::TEXT);
}
