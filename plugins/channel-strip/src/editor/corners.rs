//! The corners of the two filters as nodes on the equaliser's curve.

use egui::{Align2, Id, Rect, Sense, Stroke, pos2, vec2};
use nice_plug::params::Param;
use shared_ui::Face;
use shared_ui::gesture;
use shared_ui::plot::FreqPlot;
use shared_ui::switch::focus_box;
use shared_ui::theme::{self, Weight};

use crate::params::{CutParams, StripParams};

/// Radius of such a node.
const RADIUS: f32 = 7.0;

/// Lets the hand drag the corners of what is on, and draws them on the curve, whose height in dB
/// over frequency is `curve`.
pub fn show(
    face: &mut Face<'_>,
    plot: &FreqPlot,
    curve: &dyn Fn(f32) -> f32,
    params: &StripParams,
) {
    let ends = [
        ("HP", Align2::RIGHT_CENTER, -1.0, &params.hpf),
        ("LP", Align2::LEFT_CENTER, 1.0, &params.lpf),
    ];
    for (name, align, side, cut) in ends {
        if face.position(&cut.on) < 0.5 {
            continue;
        }
        let hz = cut.freq.preview_plain(face.position(&cut.freq));
        let inside = plot.rect.shrink(RADIUS + 2.0);
        let at = inside.clamp(pos2(plot.x(hz), plot.y(curve(hz))));
        let hit = Rect::from_center_size(at, vec2(22.0, 22.0));
        let id = Id::unique(("corner", name));
        let response = face.ui.interact(hit, id, Sense::click_and_drag());
        let sentence = sentence(face, name, cut);
        let focused = gesture::attend(face, &response, sentence);
        drag(face, plot, &response, cut);
        let lit = response.hovered() || response.dragged();
        if lit {
            face.painter().circle_filled(at, RADIUS + 4.0, theme::fade(theme::TEXT, 0.22));
        }
        face.painter().circle(at, RADIUS, theme::WELL, Stroke::new(2.0, theme::TEXT));
        if focused {
            focus_box(face.painter(), hit.shrink(4.0));
        }
        let label = pos2(at.x + side * (RADIUS + 6.0), at.y);
        let color = if lit { theme::TEXT } else { theme::MUTED };
        face.text(label, align, name, (10.0, Weight::Regular), color);
    }
}

fn sentence(face: &mut Face<'_>, name: &str, cut: &CutParams) -> String {
    let text = |face: &mut Face<'_>, control: &dyn shared_ui::Control| {
        let position = face.position(control);
        control.text_at(position)
    };
    let (freq, slope) = (text(face, &cut.freq), text(face, &cut.slope));
    format!(
        "{name} {freq}, {slope}: drag sideways for the corner, wheel for the slope, double-click switches it off"
    )
}

fn drag(face: &mut Face<'_>, plot: &FreqPlot, response: &egui::Response, cut: &CutParams) {
    let fine = if face.ui.input(|input| input.modifiers.shift) { 0.1 } else { 1.0 };
    let by = response.drag_delta().x * fine;
    if response.dragged() && by != 0.0 {
        let hz = cut.freq.preview_plain(face.position(&cut.freq));
        face.hand.hold(&cut.freq);
        face.hand.set(&cut.freq, cut.freq.preview_normalized(plot.hz_at(plot.x(hz) + by)));
    }
    if response.double_clicked() {
        face.hand.put(&cut.on, 0.0);
    }
    let notches = gesture::notches(face);
    if response.hovered() && notches != 0.0 {
        let step = notches.signum() / shared_ui::Control::stops(&cut.slope).unwrap_or(1) as f32;
        let to = face.position(&cut.slope) + step;
        face.hand.nudge(&cut.slope, to);
    }
}
