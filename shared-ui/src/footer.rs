//! The footer: one sentence on what is under the hand, and facts of the audio.

use crate::face::Face;
use crate::gesture;
use crate::paint;
use crate::switch;
use crate::theme::{self, Weight};
use egui::{Align2, Popup, Rect, Sense, Stroke, pos2, vec2};

/// Height of the footer.
pub const HEIGHT: f32 = 28.0;

/// Sizes that the footer offers, as parts of the design's size.
const SIZES: [f32; 6] = [0.75, 1.0, 1.25, 1.5, 1.75, 2.0];

/// Facts of the audio.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// Latency that the host is told, in samples.
    pub latency_samples: u32,
    /// Sample rate in Hz, once audio has been set up.
    pub sample_rate_hz: Option<f32>,
    /// How long the plugin sounds on, as text.
    pub tail: Option<String>,
}

/// Draws the footer.
pub fn show(face: &mut Face<'_>, rect: Rect, status: &Status) {
    face.painter().rect_filled(rect, 0.0, theme::BG);
    paint::hairline(face.painter(), rect.left_top(), rect.right_top(), theme::LINE);
    let middle = rect.center().y;
    let size = Rect::from_min_max(
        pos2(rect.right() - 72.0, rect.top() + 3.0),
        pos2(rect.right() - 22.0, rect.bottom() - 3.0),
    );
    size_menu(face, size);
    let plural = if status.latency_samples == 1 { "" } else { "s" };
    let mut facts = Vec::new();
    if let Some(rate) = status.sample_rate_hz {
        facts.push(format!("{} kHz", (rate / 100.0).round() / 10.0));
    }
    facts.push(format!("Latency {} sample{plural}", status.latency_samples));
    facts.extend(status.tail.as_ref().map(|tail| format!("Tail {tail}")));
    let mut right = size.left() - 6.0;
    for fact in facts {
        let x = right;
        paint::hairline(face.painter(), pos2(x, middle - 7.0), pos2(x, middle + 7.0), theme::LINE2);
        let at = pos2(right - 10.0, middle);
        let text = face.text(at, Align2::RIGHT_CENTER, fact, (11.0, Weight::Regular), theme::MUTED);
        right = text.left() - 10.0;
    }
    let hint = face.hand.hint().to_owned();
    let at = pos2(rect.left() + 14.0, middle);
    let room = (theme::MUTED, right - at.x - 8.0);
    face.text_within(at, Align2::LEFT_CENTER, &hint, (11.0, Weight::Regular), room);
    corner(face, rect);
}

/// The size of the editor; a click opens a menu of sizes.
fn size_menu(face: &mut Face<'_>, rect: Rect) {
    let response = face.ui.interact(rect, face.ui.scope_id().with("size"), Sense::click());
    let zoom = face.ui.ctx().zoom_factor();
    let text = format!("{:.0} %", zoom * 100.0);
    let focused = gesture::attend(face, &response, format!("Size {text}: a click chooses"));
    if focused {
        switch::focus_box(face.painter(), rect);
    }
    let lit = response.hovered() || focused;
    let color = if lit { theme::TEXT } else { theme::MUTED };
    face.text(rect.center(), Align2::CENTER_CENTER, text, (11.0, Weight::Regular), color);
    let mut wanted = None;
    Popup::menu(&response).show(|ui| {
        for size in SIZES {
            let chosen = (size - zoom).abs() < 0.01;
            if ui.selectable_label(chosen, format!("{:.0} %", size * 100.0)).clicked() {
                wanted = Some(size);
            }
        }
    });
    if let Some(size) = wanted {
        face.ui.ctx().set_zoom_factor(size);
    }
}

/// The corner by which the window is stretched.
fn corner(face: &mut Face<'_>, footer: Rect) {
    let rect = Rect::from_min_max(footer.max - vec2(20.0, 24.0), footer.max);
    let response = face.ui.interact(rect, face.ui.scope_id().with("corner"), Sense::DRAG);
    let color = if response.hovered() || response.dragged() { theme::TEXT } else { theme::LINE2 };
    for inset in [3.0, 7.0, 11.0] {
        let ends = [footer.max - vec2(inset + 3.0, 4.0), footer.max - vec2(4.0, inset + 3.0)];
        face.painter().line_segment(ends, Stroke::new(1.2, color));
    }
    if response.dragged() && response.drag_delta() != egui::Vec2::ZERO {
        let whole = face.ui.ctx().content_rect().size();
        let size = whole + response.drag_delta();
        face.ui.ctx().send_viewport_cmd(egui::ViewportCommand::InnerSize(size));
    }
    response.on_hover_cursor(egui::CursorIcon::ResizeNwSe);
}
