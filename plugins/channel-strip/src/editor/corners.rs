//! The corners of the two filters as nodes on the equaliser's curve.

use egui::{Align2, Rect, Stroke, pos2, vec2};
use nice_plug::params::Param;
use shared_ui::Face;
use shared_ui::gesture;
use shared_ui::plot::FreqPlot;
use shared_ui::theme::{self, Weight};

use crate::params::StripParams;

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
        let grip = gesture::grip(face, hit, &cut.freq, "Drag sideways");
        if grip.delta.x != 0.0 {
            let to = plot.hz_at(plot.x(hz) + grip.delta.x);
            face.hand.set(&cut.freq, cut.freq.preview_normalized(to));
        }
        if grip.lit {
            face.painter().circle_filled(at, RADIUS + 4.0, theme::fade(theme::TEXT, 0.22));
        }
        face.painter().circle(at, RADIUS, theme::WELL, Stroke::new(2.0, theme::TEXT));
        let lit = grip.lit || grip.focused;
        let label = pos2(at.x + side * (RADIUS + 6.0), at.y);
        let color = if lit { theme::TEXT } else { theme::MUTED };
        face.text(label, align, name, (10.0, Weight::Regular), color);
    }
}
