//! Decay over frequency, with handles for the three parts and lines for the crossovers.

use egui::{Align2, Color32, Pos2, Rect, Stroke, Vec2, pos2, vec2};
use nice_plug::params::{FloatParam, Param};
use shared_ui::knob::Knob;
use shared_ui::plot::FreqPlot;
use shared_ui::theme::{self, Weight};
use shared_ui::{Control, Face, gesture, paint, panel, switch};

use super::KNOBS;
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

/// The seconds that the plot shows. They stand still under a hand that drags.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    octaves: Option<[f32; 2]>,
}

impl Window {
    /// Octaves of seconds from bottom to top, so that a doubling is one step whatever the decay.
    fn fit(&mut self, decay: &Decay, held: bool) -> [f32; 2] {
        let all = [1.0, decay.low, decay.high].map(|part| (decay.mid_s * part).log2());
        let [least, most] =
            [all.into_iter().fold(all[0], f32::min), all.into_iter().fold(all[0], f32::max)];
        let octaves = match self.octaves {
            Some([low, high]) if held => [low.min(least - 0.3), high.max(most + 0.5)],
            // As long as all is in it, and not far too small.
            Some(known @ [low, high])
                if low <= least - 0.3 && high >= most + 0.5 && high - low < most - least + 4.0 =>
            {
                known
            }
            _ => {
                let bottom = (least - 0.6).floor();
                [bottom, (bottom + 3.3).max(most + 1.0)]
            }
        };
        self.octaves = Some(octaves);
        octaves
    }

    /// Draws the panel.
    pub fn show(&mut self, face: &mut Face<'_>, rect: Rect, params: &SpaceParams, on: bool) {
        let inside = panel::titled(face, rect, "Decay");
        let right = inside.right() - 164.0;
        face.faded(!on, |face| {
            let at = pos2(right, rect.top() + panel::TITLE / 2.0);
            let words = "seconds to \u{2212}60 dB, per octave";
            panel::label(face, at, Align2::RIGHT_CENTER, words);
            let plot = Rect::from_min_max(inside.min, pos2(right, inside.bottom() - 14.0));
            self.picture(face, plot, params);
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
            let y = inside.center().y - KNOBS / 2.0 + 72.0 * row;
            knob.show(face, pos2(x(column), y), control);
        }
    }

    fn picture(&mut self, face: &mut Face<'_>, rect: Rect, params: &SpaceParams) {
        let plain =
            |face: &mut Face<'_>, param: &FloatParam| param.preview_plain(face.position(param));
        let decay = Decay {
            mid_s: plain(face, &params.decay),
            low: plain(face, &params.decay_low),
            high: plain(face, &params.decay_high),
            xover_low_hz: plain(face, &params.xover_low),
            xover_high_hz: plain(face, &params.xover_high),
        };
        let [bottom, top] = self.fit(&decay, face.hand.is_busy());
        let plot = FreqPlot { hz: 31.5..=20_000.0, ..FreqPlot::new(rect, bottom..=top) };
        let whole: Vec<f32> = (bottom.ceil() as i32..=top as i32).map(|i| i as f32).collect();
        plot.grid(face, &whole);
        plot.filled(face, &|hz| decay.at(hz).log2(), bottom, theme::ROOM);
        seconds(face, &plot, &whole, decay.at(40.0).log2());
        figures(face, &plot, &decay);
        let hz = [decay.xover_low_hz, decay.xover_high_hz];
        // Where both stand together, one figure is under the other.
        let close = plot.x(hz[1]) - plot.x(hz[0]) < TAG.x + 4.0;
        crossover(face, &plot, &params.xover_low, hz[0], 0.0);
        crossover(face, &plot, &params.xover_high, hz[1], if close { TAG.y + 3.0 } else { 0.0 });
        let handles = [
            (&params.decay_low, 50.0),
            (&params.decay, (hz[0] * hz[1]).sqrt()),
            (&params.decay_high, 12_500.0),
        ];
        for (param, hz) in handles {
            handle(face, &plot, param, pos2(plot.x(hz), plot.y(decay.at(hz).log2())));
        }
    }
}

/// Size of a crossover's figure.
const TAG: Vec2 = vec2(52.0, 16.0);

/// The scale at the left: above its lines, or below where the curve would cross the figure.
fn seconds(face: &Face<'_>, plot: &FreqPlot, octaves: &[f32], curve: f32) {
    for octave in octaves {
        let above = plot.y(*octave) - 7.0;
        let crossed = (above - plot.y(curve)).abs() < 9.0;
        let y = if crossed { above + 14.0 } else { above };
        if plot.rect.shrink2(vec2(0.0, 7.0)).y_range().contains(y) {
            let s = octave.exp2();
            let text = if s < 1.0 { format!("{s} s") } else { format!("{s:.0} s") };
            let at = pos2(plot.rect.left() + 6.0, y);
            face.text(at, Align2::LEFT_CENTER, text, (10.0, Weight::Regular), theme::DIM);
        }
    }
}

fn figures(face: &Face<'_>, plot: &FreqPlot, decay: &Decay) {
    for (i, hz) in [63.0, 125.0, 250.0, 500.0, 1e3, 2e3, 4e3, 8e3, 16e3f32].into_iter().enumerate()
    {
        let s = decay.at(hz);
        let at = pos2(plot.x(hz), plot.y(s.log2()));
        face.painter().circle_filled(at, 3.0, theme::ROOM);
        face.painter().circle_filled(at, 1.5, theme::WELL);
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
fn crossover(face: &mut Face<'_>, plot: &FreqPlot, param: &FloatParam, hz: f32, down: f32) {
    let x = plot.x(hz);
    let tag = Rect::from_center_size(pos2(x, plot.rect.top() + 12.0 + down), TAG);
    let grip = gesture::grip(face, tag.expand(2.0), param, "Drag sideways");
    let painter = plot.painter(face);
    let ends = [pos2(x, tag.bottom()), pos2(x, plot.rect.bottom())];
    let line = if grip.lit { theme::TEXT } else { theme::DIM };
    paint::dashed(&painter, &ends, Stroke::new(1.0, line), 3.0, 4.0);
    face.painter().rect_filled(tag, 3.0, if grip.lit { theme::SELECT } else { theme::RAISE });
    if grip.focused {
        switch::focus_box(face.painter(), tag);
    }
    let text = param.text_at(face.position(param));
    face.text(tag.center(), Align2::CENTER_CENTER, text, (10.0, Weight::Medium), theme::TEXT);
    if grip.delta.x != 0.0 {
        let to_hz = plot.hz_at(x + grip.delta.x);
        face.hand.set(param, param.preview_normalized(to_hz));
    }
}

/// A handle that moves up and down: a doubling is one step of the plot.
fn handle(face: &mut Face<'_>, plot: &FreqPlot, param: &FloatParam, at: Pos2) {
    let hit = Rect::from_center_size(at, vec2(24.0, 24.0));
    let grip = gesture::grip(face, hit, param, "Drag up and down");
    let painter = face.painter();
    if grip.lit {
        painter.circle_filled(at, 13.0, theme::fade(theme::ROOM, 0.3));
    }
    painter.circle_filled(at, 8.0, theme::ROOM);
    painter.circle_filled(at, 3.0, theme::INK);
    if grip.focused {
        painter.circle_stroke(at, 11.5, Stroke::new(1.5, Color32::WHITE));
    }
    if grip.delta.y != 0.0 {
        let octaves = (plot.value_at(0.0) - plot.value_at(1.0)) * -grip.delta.y;
        let now = param.preview_plain(face.position(param));
        face.hand.set(param, param.preview_normalized(now * octaves.exp2()));
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
