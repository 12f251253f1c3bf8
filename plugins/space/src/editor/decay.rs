//! Decay over frequency, with handles for the three parts and lines for the crossovers.

use egui::{Align2, Id, Pos2, Rect, Sense, Stroke, pos2, vec2};
use nice_plug::params::{FloatParam, Param};
use shared_ui::knob::Knob;
use shared_ui::plot::FreqPlot;
use shared_ui::theme::{self, Weight};
use shared_ui::{Control, Face, paint, panel};

use crate::params::SpaceParams;

/// Decay of the late field as the plot shows it.
#[derive(Clone, Copy, Debug)]
struct Decay {
    mid_s: f32,
    low: f32,
    high: f32,
    xover_low_hz: f32,
    xover_high_hz: f32,
}

impl Decay {
    /// Time to fall by 60 dB at a frequency, in s. The loop's second-order shelves set the fall in dB
    /// for each pass, so that falls per second add up, not times.
    fn at(&self, hz: f32) -> f32 {
        let fall = |s: f32| 60.0 / s.max(1e-3);
        let mid = fall(self.mid_s);
        let low = (fall(self.mid_s * self.low) - mid) / (1.0 + (hz / self.xover_low_hz).powi(4));
        let high = (fall(self.mid_s * self.high) - mid) / (1.0 + (self.xover_high_hz / hz).powi(4));
        60.0 / (mid + low + high)
    }
}

/// Draws the panel.
pub fn show(face: &mut Face<'_>, rect: Rect, params: &SpaceParams, on: bool) {
    let inside = panel::titled(face, rect, "Decay");
    let right = inside.right() - 164.0;
    face.faded(!on, |face| {
        let at = pos2(right, rect.top() + panel::TITLE / 2.0);
        panel::label(face, at, Align2::RIGHT_CENTER, "seconds to \u{2212}60 dB");
        let plot = Rect::from_min_max(inside.min, pos2(right, inside.bottom() - 14.0));
        picture(face, plot, params);
    });
    let x = |column: f32| right + 8.0 + 156.0 * (column + 0.5) / 3.0;
    let knobs: [(f32, f32, &str, &dyn Control); 5] = [
        (0.0, 0.0, "Low", &params.decay_low),
        (1.0, 0.0, "Decay", &params.decay),
        (2.0, 0.0, "High", &params.decay_high),
        (0.5, 1.0, "Low X", &params.xover_low),
        (1.5, 1.0, "High X", &params.xover_high),
    ];
    for (column, row, label, control) in knobs {
        let knob = Knob { faint: !on, ..Knob::small(label, theme::ROOM) };
        let y = rect.top() + panel::TITLE + 2.0 + 72.0 * row;
        knob.show(face, pos2(x(column), y), control);
    }
}

fn picture(face: &mut Face<'_>, rect: Rect, params: &SpaceParams) {
    let plain = |face: &mut Face<'_>, param: &FloatParam| param.preview_plain(face.position(param));
    let decay = Decay {
        mid_s: plain(face, &params.decay),
        low: plain(face, &params.decay_low),
        high: plain(face, &params.decay_high),
        xover_low_hz: plain(face, &params.xover_low),
        xover_high_hz: plain(face, &params.xover_high),
    };
    // Octaves of seconds, so that a doubling is one step whatever the decay.
    let center = decay.mid_s.log2();
    let plot = FreqPlot { hz: 31.5..=20_000.0, ..FreqPlot::new(rect, center - 2.2..=center + 1.9) };
    let lines: Vec<f32> = (-4..=5).map(|i| i as f32).collect();
    plot.grid(face, &lines);
    let curve = |hz: f32| decay.at(hz).log2();
    plot.filled(face, &curve, *plot.values.start(), theme::ROOM);
    figures(face, &plot, &decay);
    let xovers =
        [(&params.xover_low, decay.xover_low_hz), (&params.xover_high, decay.xover_high_hz)];
    for (i, (param, hz)) in xovers.into_iter().enumerate() {
        crossover(face, &plot, i, param, hz);
    }
    let handles = [
        (&params.decay_low, 45.0),
        (&params.decay, (decay.xover_low_hz * decay.xover_high_hz).sqrt()),
        (&params.decay_high, 14_000.0),
    ];
    for (i, (param, hz)) in handles.into_iter().enumerate() {
        let at = pos2(plot.x(hz), plot.y(decay.at(hz).log2()));
        handle(face, &plot, i, param, at);
    }
}

fn figures(face: &Face<'_>, plot: &FreqPlot, decay: &Decay) {
    for (i, hz) in [63.0, 125.0, 250.0, 500.0, 1e3, 2e3, 4e3, 8e3, 16e3f32].into_iter().enumerate()
    {
        let s = decay.at(hz);
        let at = pos2(plot.x(hz), plot.y(s.log2()));
        face.painter().circle_filled(at, 2.5, theme::ROOM);
        if i % 2 == 1 {
            let text = if s < 9.995 { format!("{s:.2}") } else { format!("{s:.1}") };
            let above = at - vec2(0.0, 13.0);
            let font = (11.0, Weight::Medium);
            face.text(above, Align2::CENTER_CENTER, text, font, theme::TEXT);
        }
        let text = if hz < 1e3 { format!("{hz:.0}") } else { format!("{:.0}k", hz / 1e3) };
        let below = pos2(plot.x(hz), plot.rect.bottom() + 9.0);
        face.text(below, Align2::CENTER_CENTER, text, (10.0, Weight::Regular), theme::DIM);
    }
}

/// A dashed line with its figure, to be dragged sideways.
fn crossover(face: &mut Face<'_>, plot: &FreqPlot, index: usize, param: &FloatParam, hz: f32) {
    let x = plot.x(hz);
    let painter = plot.painter(face);
    let ends = [pos2(x, plot.rect.top()), pos2(x, plot.rect.bottom())];
    paint::dashed(&painter, &ends, Stroke::new(1.0, theme::DIM), 3.0, 4.0);
    let tag = Rect::from_center_size(pos2(x, plot.rect.bottom() - 12.0), vec2(58.0, 16.0));
    let id = Id::unique(("crossover", index));
    let response = face.ui.interact(tag.expand(2.0), id, Sense::click_and_drag());
    let lit = response.hovered() || response.dragged();
    face.painter().rect_filled(tag, 3.0, if lit { theme::SELECT } else { theme::RAISE });
    let text = param.text_at(face.position(param));
    face.text(tag.center(), Align2::CENTER_CENTER, text, (10.0, Weight::Medium), theme::TEXT);
    let fine = if face.ui.input(|input| input.modifiers.shift) { 0.1 } else { 1.0 };
    if response.dragged() && response.drag_delta().x != 0.0 {
        face.hand.hold(param);
        let to_hz = plot.hz_at(x + response.drag_delta().x * fine);
        face.hand.set(param, param.preview_normalized(to_hz));
    }
    if response.double_clicked() {
        face.hand.put(param, param.default_normalized_value());
    }
    if lit {
        face.hand.say(format!("{}: drag sideways, double-click resets", param.name()));
    }
}

/// A handle that moves up and down: a doubling is one step of the plot.
fn handle(face: &mut Face<'_>, plot: &FreqPlot, index: usize, param: &FloatParam, at: Pos2) {
    let hit = Rect::from_center_size(at, vec2(24.0, 24.0));
    let id = Id::unique(("decay handle", index));
    let response = face.ui.interact(hit, id, Sense::click_and_drag());
    let lit = response.hovered() || response.dragged();
    let painter = face.painter();
    if lit {
        painter.circle_filled(at, 13.0, theme::fade(theme::ROOM, 0.3));
    }
    painter.circle_filled(at, 8.0, theme::ROOM);
    painter.circle_filled(at, 3.0, theme::INK);
    let fine = if face.ui.input(|input| input.modifiers.shift) { 0.1 } else { 1.0 };
    let delta = response.drag_delta().y * fine;
    if response.dragged() && delta != 0.0 {
        let octaves = (plot.value_at(0.0) - plot.value_at(1.0)) * -delta;
        let now = param.preview_plain(face.position(param));
        face.hand.hold(param);
        face.hand.set(param, param.preview_normalized(now * octaves.exp2()));
    }
    if response.double_clicked() {
        face.hand.put(param, param.default_normalized_value());
    }
    if lit {
        face.hand.say(format!("{}: drag up and down, double-click resets", param.name()));
    }
}

#[cfg(test)]
mod tests {
    use super::Decay;

    #[test]
    fn decay_meets_its_three_times_far_from_the_crossovers() {
        let decay =
            Decay { mid_s: 2.0, low: 1.5, high: 0.5, xover_low_hz: 200.0, xover_high_hz: 4000.0 };
        for (hz, s) in [(20.0, 3.0), (900.0, 2.0), (20_000.0, 1.0)] {
            assert!((decay.at(hz) / s - 1.0).abs() < 0.01, "{hz} Hz: {} s", decay.at(hz));
        }
    }
}
