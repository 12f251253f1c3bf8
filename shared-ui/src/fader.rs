//! The fader, with its own law of travel.

use crate::control::Control;
use crate::face::Face;
use crate::gesture::{self, Touch, Travel};
use crate::panel;
use crate::scale::{FADER, level, place};
use crate::theme::{self, Weight};
use egui::{Align2, Color32, Mesh, Rect, Shape, Stroke, StrokeKind, pos2, vec2};
use nice_plug::params::{FloatParam, Param};

/// Levels with a figure at the slot.
const FIGURES: [f32; 8] = [24.0, 12.0, 6.0, 0.0, -6.0, -12.0, -24.0, -40.0];

/// Draws a fader over a parameter in dB. The slot is at the right of `rect`, figures at its left.
pub fn show(face: &mut Face<'_>, rect: Rect, param: &FloatParam) -> Touch {
    let slot = Rect::from_center_size(
        pos2(rect.right() - 12.0, rect.center().y),
        vec2(4.0, rect.height() - 34.0),
    );
    let to = |position: f32| place(FADER, param.preview_plain(position));
    let from = |travel: f32| {
        let db = level(FADER, travel);
        param.preview_normalized(db)
    };
    let scale = Travel { pixels: slot.height(), to: &to, from: &from };
    let area =
        Rect::from_x_y_ranges(slot.center().x - 13.0..=slot.center().x + 13.0, rect.y_range());
    let touch = gesture::travel(face, area, param, scale);
    let y_of = |db: f32| slot.bottom() - slot.height() * place(FADER, db);
    let painter = face.painter();
    painter.rect_filled(slot, 2.0, theme::METER);
    let y = y_of(param.preview_plain(touch.position));
    let filled = Rect::from_min_max(pos2(slot.left(), y), slot.max);
    painter.rect_filled(filled, 2.0, theme::LEVEL);
    for db in FIGURES {
        let (y, unity) = (y_of(db), db == 0.0);
        let color = if unity { theme::TEXT } else { theme::LINE2 };
        let x = slot.left() - 12.0;
        painter.hline(x - 3.0..=x, y, Stroke::new(1.0, color));
        let text = if db > 0.0 { format!("+{db:.0}") } else { crate::scale::signed(db, 0) };
        let color = if unity { theme::TEXT } else { theme::DIM };
        // Far enough from the tick at every scale.
        let at = pos2(x - 6.5, y);
        face.text(at, Align2::RIGHT_CENTER, text, (10.0, Weight::Regular), color);
    }
    let at = pos2(slot.left() - 18.0, slot.bottom());
    panel::label(face, at, Align2::RIGHT_CENTER, "\u{2212}\u{221e}");
    let cap = Rect::from_center_size(pos2(slot.center().x, y), vec2(24.0, 34.0));
    show_cap(face, cap, &touch);
    let modulated = Control::modulated(param);
    if (modulated - Control::position(param)).abs() > 1e-4 {
        let end = pos2(cap.right() + 2.0, y_of(param.preview_plain(modulated)));
        let painter = face.painter();
        painter.line_segment([pos2(end.x, y), end], Stroke::new(1.5, Color32::WHITE));
        painter.circle_filled(end, 2.0, Color32::WHITE);
    }
    if face.hand.is_automated(Control::ptr(param)) {
        face.painter().circle_filled(cap.right_top() + vec2(-4.5, 4.5), 2.5, theme::BRASS);
    }
    touch
}

fn show_cap(face: &Face<'_>, rect: Rect, touch: &Touch) {
    let painter = face.painter();
    let [top, middle, bottom, rim] = theme::CAP;
    painter.rect_filled(rect, 4.0, middle);
    let inner = rect.shrink2(vec2(1.0, 3.0));
    let mut mesh = Mesh::default();
    for (i, color) in [top, middle, bottom].into_iter().enumerate() {
        let y = inner.top() + inner.height() * i as f32 / 2.0;
        mesh.colored_vertex(pos2(inner.left(), y), color);
        mesh.colored_vertex(pos2(inner.right(), y), color);
        if i > 0 {
            let k = 2 * i as u32;
            mesh.add_triangle(k - 2, k - 1, k);
            mesh.add_triangle(k - 1, k, k + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
    let rim = if touch.lit() { theme::MUTED } else { rim };
    painter.rect_stroke(rect, 4.0, Stroke::new(1.0, rim), StrokeKind::Inside);
    if touch.focused {
        crate::switch::focus_box(painter, rect);
    }
    let line = Rect::from_center_size(rect.center(), vec2(18.0, 2.0));
    painter.rect_filled(line, 1.0, theme::TEXT);
}
