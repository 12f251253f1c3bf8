//! Early reflections over time: left up, right down.

use egui::{Align2, Color32, Rect, Stroke, pos2, vec2};
use nice_plug::params::{FloatParam, Param};
use shared_dsp::reverb::{ReverbSettings, send_in};
use shared_dsp::room::{RoomSettings, SPEED_OF_SOUND};
use shared_ui::knob::Knob;
use shared_ui::theme::{self, Weight};
use shared_ui::{Control, Face, choice, gesture, paint, panel};

use super::SpaceView;
use crate::params::{PredelaySync, SpaceParams};

/// Time that the picture shows, in s.
const SHOWN_S: f32 = 0.17;
/// Level of the floor of each half under the direct sound, in dB.
const DEPTH_DB: f32 = 34.0;

/// One image of the source.
#[derive(Clone, Copy, Debug)]
struct Reflection {
    order: usize,
    /// After the direct sound, in s.
    delay_s: f32,
    /// Under the first and nearest, in dB.
    level_db: f32,
    /// -1 is left, 1 is right.
    side: f32,
}

/// The reflections of a room, worked out when it changes.
#[derive(Default)]
pub struct Reflections {
    known: Option<(RoomSettings, Vec<Reflection>)>,
}

impl Reflections {
    fn of(&mut self, room: &RoomSettings) -> &[Reflection] {
        if self.known.as_ref().is_none_or(|(known, _)| known != room) {
            self.known = Some((*room, reflections(room)));
        }
        self.known.as_ref().map_or(&[], |(_, found)| found)
    }
}

/// Image sources to order 4: each wall takes the mean absorption away.
fn reflections(room: &RoomSettings) -> Vec<Reflection> {
    let (shoebox, source) = send_in(room);
    let mut found = Vec::new();
    for i in -4..=4i32 {
        for j in -4..=4i32 {
            for k in -4..=4i32 {
                let order = (i.abs() + j.abs() + k.abs()) as usize;
                if !(1..=4).contains(&order) {
                    continue;
                }
                let place = shoebox.image(&source, [i, j, k]);
                let distance_m = place.iter().map(|m| m * m).sum::<f64>().sqrt();
                let walls = (1.0 - shoebox.absorption).powi(order as i32);
                found.push(Reflection {
                    order,
                    delay_s: ((distance_m - source.distance_m) / SPEED_OF_SOUND) as f32,
                    level_db: (10.0 * (walls / (distance_m * distance_m)).log10()) as f32,
                    side: (place[0] / distance_m) as f32,
                });
            }
        }
    }
    let loudest = found.iter().fold(f32::MIN, |most, one| most.max(one.level_db));
    found.iter_mut().for_each(|one| one.level_db -= loudest);
    // The strongest are drawn last, on top.
    found.sort_by_key(|one| std::cmp::Reverse(one.order));
    found
}

impl SpaceView {
    pub(super) fn early(
        &mut self,
        face: &mut Face<'_>,
        rect: Rect,
        params: &SpaceParams,
        reverb: &ReverbSettings,
        on: bool,
    ) {
        let inside = panel::titled(face, rect, "Early reflections");
        let sync =
            Rect::from_min_size(pos2(rect.right() - 120.0, rect.top() + 4.0), vec2(112.0, 20.0));
        let at = pos2(sync.left() - 8.0, sync.center().y);
        panel::label(face, at, Align2::RIGHT_CENTER, "Sync");
        choice::menu(face, sync, &params.predelay_sync);
        let right = inside.right() - 164.0;
        let mut reverb = *reverb;
        let synced = params.predelay_sync.value() != PredelaySync::Off;
        if !synced {
            // What the hand has set and the host has not taken yet.
            reverb.predelay_ms = params.predelay.preview_plain(face.position(&params.predelay));
        }
        let first_ms = face.faded(!on, |face| {
            legend(face, pos2(right, rect.top() + panel::TITLE / 2.0));
            let plot = Rect::from_min_max(inside.min, pos2(right, inside.bottom() - 14.0));
            self.timeline(face, plot, params, &reverb)
        });
        let x = |column: f32| right + 8.0 + 156.0 * (column + 0.5) / 3.0;
        let zero = params.early.preview_normalized(0.0);
        let knob = |label| Knob { faint: !on, ..Knob::small(label, theme::ROOM) };
        let predelay = Knob { faint: !on || synced, ..knob("Predelay") };
        let knobs: [(Knob<'_>, &dyn Control); 3] = [
            (predelay, &params.predelay),
            (knob("Early").from(zero), &params.early),
            (knob("Late").from(zero), &params.late),
        ];
        for (i, (knob, control)) in knobs.into_iter().enumerate() {
            knob.show(face, pos2(x(i as f32), inside.top() - 2.0), control);
        }
        let row = Rect::from_min_max(pos2(right + 12.0, inside.bottom() - 20.0), inside.max);
        panel::rule(face, row.left(), row.right(), row.top() - 6.0);
        let text = format!("{first_ms:.1} ms");
        panel::readout(face, row, "First reflection", &text, theme::TEXT);
    }

    /// Draws the reflections; returns when the first one arrives, in ms.
    fn timeline(
        &mut self,
        face: &mut Face<'_>,
        plot: Rect,
        params: &SpaceParams,
        reverb: &ReverbSettings,
    ) -> f32 {
        panel::well(face, plot);
        let painter = face.painter().with_clip_rect(plot.shrink(0.5));
        let left = plot.left() + 16.0;
        let x = |s: f32| left + (plot.right() - left) * s / SHOWN_S;
        let (middle, half) = (plot.center().y, plot.height() / 2.0 - 6.0);
        for step in 0..=16 {
            let at = x(step as f32 * 0.01);
            let color = if step % 5 == 0 { theme::GRID2 } else { theme::GRID };
            paint::hairline(&painter, pos2(at, plot.top()), pos2(at, plot.bottom()), color);
        }
        let predelay_s = reverb.predelay_ms / 1000.0;
        let shade =
            Rect::from_min_max(pos2(x(0.0), plot.top()), pos2(x(predelay_s), plot.bottom()));
        painter.rect_filled(shade, 0.0, theme::fade(theme::ROOM, 0.14));
        late_envelope(&painter, plot, &x, reverb, half);
        let line = theme::LINE2;
        paint::hairline(&painter, pos2(plot.left(), middle), pos2(plot.right(), middle), line);
        let mut first_s = f32::INFINITY;
        for one in self.early.of(&reverb.room) {
            first_s = first_s.min(one.delay_s);
            let level_db = one.level_db + reverb.early_db.min(0.0);
            let color = theme::ORDERS[one.order - 1];
            let at = x(predelay_s + one.delay_s);
            let (width, head) = if one.order == 1 { (2.0, 2.6) } else { (1.2, 0.0) };
            for (way, share) in [(-1.0, 1.0 - one.side), (1.0, 1.0 + one.side)] {
                // In the middle both sides have the level itself.
                let heard_db = level_db + 10.0 * share.max(1e-6).log10();
                let height = half * (1.0 + heard_db / DEPTH_DB).min(1.0);
                if height > 1.0 {
                    let tip = middle + way * height;
                    let ends = [pos2(at, middle), pos2(at, tip)];
                    painter.line_segment(ends, Stroke::new(width, color));
                    painter.circle_filled(pos2(at, tip), head, color);
                }
            }
        }
        let direct = [pos2(x(0.0), middle - half), pos2(x(0.0), middle + half)];
        painter.line_segment(direct, Stroke::new(3.0, theme::BRASS));
        if params.predelay_sync.value() == PredelaySync::Off {
            predelay_grip(
                face,
                plot,
                &params.predelay,
                x(predelay_s),
                SHOWN_S / (plot.right() - left),
            );
        }
        for (word, y) in [("Left", plot.top() + 10.0), ("Right", plot.bottom() - 10.0)] {
            panel::label(face, pos2(plot.right() - 6.0, y), Align2::RIGHT_CENTER, word);
        }
        for ms in [0.0, 50.0, 100.0, 150.0f32] {
            let text = if ms == 0.0 { "0".to_owned() } else { format!("{ms:.0} ms") };
            let at = pos2(x(ms / 1000.0), plot.bottom() + 9.0);
            face.text(at, Align2::CENTER_CENTER, text, (10.0, Weight::Regular), theme::DIM);
        }
        1000.0 * (predelay_s + first_s)
    }
}

/// Lets the end of the predelay be dragged; `s_per_px` is the scale.
fn predelay_grip(face: &mut Face<'_>, plot: Rect, predelay: &FloatParam, x: f32, s_per_px: f32) {
    let x = x.min(plot.right() - 6.0);
    let hit = Rect::from_x_y_ranges(x - 7.0..=x + 7.0, plot.y_range());
    let grip = gesture::grip(face, hit, predelay, "Drag sideways");
    let line = hit.shrink2(vec2(7.0, 0.0));
    if grip.lit || grip.focused {
        let color = if grip.focused { Color32::WHITE } else { theme::ROOM };
        face.painter().line_segment([line.center_top(), line.center_bottom()], (1.5, color));
        face.painter().circle_filled(line.center_bottom() - vec2(0.0, 5.0), 4.0, color);
    }
    if grip.delta.x != 0.0 {
        let now_ms = predelay.preview_plain(face.position(predelay));
        let to_ms = now_ms + 1000.0 * s_per_px * grip.delta.x;
        face.hand.set(predelay, predelay.preview_normalized(to_ms));
    }
}

/// The late field: falls by 60 dB in the decay.
fn late_envelope(
    painter: &egui::Painter,
    plot: Rect,
    x: &dyn Fn(f32) -> f32,
    reverb: &ReverbSettings,
    half: f32,
) {
    let start_s = reverb.predelay_ms / 1000.0 + 0.015;
    let middle = plot.center().y;
    let run = |end: f32| -> Vec<egui::Pos2> {
        (0..=60)
            .map(|i| {
                let s = start_s + (SHOWN_S - start_s).max(0.0) * i as f32 / 60.0;
                let rise = ((s - start_s) / 0.02).min(1.0);
                let fall_db = 60.0 * (s - start_s) / reverb.room.rt60_s.max(0.05);
                let level_db = reverb.late_db.min(0.0) - 12.0 - fall_db;
                let height = half * rise * (1.0 + level_db / DEPTH_DB).max(0.0);
                pos2(x(s), middle + end * height)
            })
            .collect()
    };
    let (top, bottom) = (run(-1.0), run(1.0));
    paint::between(painter, &top, &bottom, theme::fade(theme::ROOM, 0.22));
    for edge in [top, bottom] {
        painter.line(edge, Stroke::new(1.0, theme::fade(theme::ROOM, 0.6)));
    }
}

/// The colours of the orders, up to `right`.
fn legend(face: &Face<'_>, right: egui::Pos2) {
    let mut x = right.x;
    let late = face.text(
        pos2(x, right.y),
        Align2::RIGHT_CENTER,
        "Late",
        (10.0, Weight::Regular),
        theme::MUTED,
    );
    let swatch = Rect::from_center_size(pos2(late.left() - 10.0, right.y), vec2(10.0, 6.0));
    face.painter().rect_filled(swatch, 1.0, theme::fade(theme::ROOM, 0.5));
    x = swatch.left() - 12.0;
    for (i, color) in theme::ORDERS.into_iter().enumerate().rev() {
        let at = pos2(x, right.y);
        let font = (10.0, Weight::Regular);
        let text = face.text(at, Align2::RIGHT_CENTER, (i + 1).to_string(), font, theme::MUTED);
        let bar = Rect::from_center_size(pos2(text.left() - 5.0, right.y), vec2(3.0, 8.0));
        face.painter().rect_filled(bar, 0.0, color);
        x = bar.left() - 10.0;
    }
    panel::label(face, pos2(x, right.y), Align2::RIGHT_CENTER, "Order");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_has_the_images_of_four_orders_and_none_before_the_direct_sound() {
        let found = reflections(&RoomSettings::default());
        assert_eq!(found.len(), 6 + 18 + 38 + 66);
        assert!(found.iter().all(|one| one.delay_s > 0.0 && one.level_db <= 0.0));
    }
}
