//! The narrow panels at both ends of an editor: a knob over a meter.

use crate::control::Control;
use crate::face::Face;
use crate::knob::Knob;
use crate::meter::Meter;
use crate::panel;
use crate::scale::figure;
use crate::switch::{self, Mark};
use crate::theme::{self, Weight};
use egui::{Align2, Rect, pos2, vec2};

/// Width of such a panel.
pub const WIDTH: f32 = 80.0;

/// Draws the panel: a knob that fills from `zero`, a polarity switch if there is one, the highest
/// peak, the meter, the loudness in LUFS if it is given, else the mean level.
pub fn show(
    face: &mut Face<'_>,
    rect: Rect,
    (title, label): (&str, &str),
    (control, zero): (&dyn Control, f32),
    meter: &mut Meter,
    (polarity, lufs): (Option<&dyn Control>, Option<f32>),
) {
    panel::titled(face, rect, title);
    let x = rect.center().x;
    let top = rect.top() + panel::TITLE + 8.0;
    Knob::medium(label, theme::LEVEL).from(zero).show(face, pos2(x, top), control);
    let mut below = top + 98.0;
    if let Some(control) = polarity {
        let button = Rect::from_min_size(pos2(x - 28.0, top + 94.0), vec2(56.0, 20.0));
        switch::button(face, button, Mark::Polarity, theme::LEVEL, control);
        below += 36.0;
    }
    peak_figure(face, pos2(x, below), meter);
    let bars = Rect::from_min_max(
        pos2(rect.left() + 16.0, below + 30.0),
        pos2(rect.right() - 8.0, rect.bottom() - 32.0),
    );
    meter.show(face, bars);
    let level = match lufs {
        Some(lufs) => format!("{} LUFS", figure(lufs)),
        None => format!("{} RMS", figure(meter.rms_db())),
    };
    let at = pos2(x, rect.bottom() - 16.0);
    face.text(at, Align2::CENTER_CENTER, level, (11.0, Weight::Regular), theme::MUTED);
}

/// The word and the figure of the highest peak, centred under each other at `at`.
pub fn peak_figure(face: &Face<'_>, at: egui::Pos2, meter: &Meter) {
    panel::label(face, at, Align2::CENTER_CENTER, "Peak");
    let clipped = meter.loudest_db() >= 0.0;
    let color = if clipped { theme::CLIP } else { theme::TEXT };
    let value = figure(meter.loudest_db());
    let below = at + vec2(0.0, 15.0);
    face.text(below, Align2::CENTER_CENTER, value, (13.0, Weight::SemiBold), color);
}

/// The highest peak and the loudness in LUFS in two lines at the top of `rect`.
pub fn figures(face: &Face<'_>, rect: Rect, meter: &Meter, lufs: f32) {
    let clipped = meter.loudest_db() >= 0.0;
    let peak = if clipped { theme::CLIP } else { theme::TEXT };
    let lines = [("Peak", figure(meter.loudest_db()), peak), ("LUFS", figure(lufs), theme::TEXT)];
    for (i, (name, value, color)) in lines.into_iter().enumerate() {
        let y = rect.top() + 7.0 + 17.0 * i as f32;
        panel::label(face, pos2(rect.left(), y), Align2::LEFT_CENTER, name);
        let at = pos2(rect.right(), y);
        face.text(at, Align2::RIGHT_CENTER, value, (13.0, Weight::SemiBold), color);
    }
}
