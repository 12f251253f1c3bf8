//! Panels, their titles, wells, and the labels in them.

use crate::control::Control;
use crate::face::Face;
use crate::gesture;
use crate::paint;
use crate::switch;
use crate::theme::{self, Weight};
use egui::{Align2, Color32, CursorIcon, Id, Pos2, Rect, Response, Sense, pos2, vec2};

/// Height of a panel's title.
pub const TITLE: f32 = 28.0;
/// Between panels, and to the window's edge.
pub const GAP: f32 = 8.0;

/// Draws a panel with a title. Returns what is below the rule.
pub fn titled(face: &mut Face<'_>, rect: Rect, title: &str) -> Rect {
    plain(face, rect);
    write_title(face, rect, title, 12.0, theme::TEXT);
    content(rect)
}

/// Draws a panel with a title and a power switch. Returns what is below the rule, and whether it is
/// on.
pub fn switched(
    face: &mut Face<'_>,
    rect: Rect,
    title: &str,
    accent: Color32,
    control: &dyn Control,
) -> (Rect, bool) {
    plain(face, rect);
    let at = pos2(rect.left() + 16.0, rect.top() + TITLE / 2.0);
    let on = switch::power(face, at, accent, control);
    write_title(face, rect, title, 30.0, if on { theme::TEXT } else { theme::MUTED });
    (content(rect), on)
}

/// The same for what no parameter of its own switches. Returns what is below the rule, and whether the power
/// was clicked.
pub fn powered(
    face: &mut Face<'_>,
    rect: Rect,
    (title, accent, on): (&str, Color32, bool),
    does: &str,
) -> (Rect, bool) {
    plain(face, rect);
    let at = pos2(rect.left() + 16.0, rect.top() + TITLE / 2.0);
    let clicked = switch::power_of(face, at, (title, accent, on), does);
    write_title(face, rect, title, 30.0, if on { theme::TEXT } else { theme::MUTED });
    (content(rect), clicked)
}

/// The six dots at the right of a title by which a panel is dragged to another place.
pub fn grip(face: &mut Face<'_>, rect: Rect, id: Id, hint: &str) -> Response {
    let center = pos2(rect.right() - 14.0, rect.top() + TITLE / 2.0);
    let hit = Rect::from_center_size(center, vec2(20.0, 24.0));
    let response = face.ui.interact(hit, id, Sense::click_and_drag());
    let focused = gesture::attend(face, &response, hint);
    if response.clicked() {
        response.request_focus();
    }
    let lit = response.hovered() || response.dragged() || focused;
    let color = if lit { theme::TEXT } else { theme::DIM };
    for (column, row) in [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)] {
        let dot = center + vec2(4.0 * column as f32 - 2.0, 4.0 * row as f32 - 4.0);
        face.painter().circle_filled(dot, 1.2, color);
    }
    if focused {
        switch::focus_box(face.painter(), hit.shrink2(vec2(2.0, 3.0)));
    }
    let icon = if response.dragged() { CursorIcon::Grabbing } else { CursorIcon::Grab };
    response.on_hover_and_drag_cursor(icon)
}

/// Draws a panel without a title.
pub fn plain(face: &mut Face<'_>, rect: Rect) {
    face.hand.enter_panel();
    face.painter().rect_filled(rect, 6.0, theme::PANEL);
}

fn write_title(face: &Face<'_>, rect: Rect, title: &str, x: f32, color: Color32) {
    let at = pos2(rect.left() + x, rect.top() + TITLE / 2.0);
    face.text(at, Align2::LEFT_CENTER, title, (12.0, Weight::SemiBold), color);
    let y = rect.top() + TITLE;
    paint::hairline(face.painter(), pos2(rect.left(), y), pos2(rect.right(), y), theme::LINE);
}

fn content(rect: Rect) -> Rect {
    Rect::from_min_max(rect.min + vec2(0.0, TITLE), rect.max).shrink(8.0)
}

/// Draws the ground of a plot.
pub fn well(face: &mut Face<'_>, rect: Rect) {
    face.painter().rect_filled(rect, 4.0, theme::WELL);
}

/// A horizontal rule.
pub fn rule(face: &Face<'_>, left: f32, right: f32, y: f32) {
    paint::hairline(face.painter(), pos2(left, y), pos2(right, y), theme::LINE);
}

/// A vertical rule.
pub fn divider(face: &Face<'_>, x: f32, top: f32, bottom: f32) {
    paint::hairline(face.painter(), pos2(x, top), pos2(x, bottom), theme::LINE2);
}

/// A small label.
pub fn label(face: &Face<'_>, at: Pos2, align: Align2, text: &str) {
    face.text(at, align, text, (11.0, Weight::Regular), theme::MUTED);
}

/// A line with a label at its left and a value at its right.
pub fn readout(face: &Face<'_>, row: Rect, name: &str, value: &str, color: Color32) {
    label(face, row.left_center(), Align2::LEFT_CENTER, name);
    face.text(row.right_center(), Align2::RIGHT_CENTER, value, (12.0, Weight::Medium), color);
}

/// Cuts columns of the given widths from the left of `rect`, [`GAP`] apart. A width of 0 shares what
/// is left over.
pub fn columns<const N: usize>(rect: Rect, widths: [f32; N]) -> [Rect; N] {
    let shares = widths.iter().filter(|width| **width == 0.0).count().max(1) as f32;
    let fixed: f32 = widths.iter().sum::<f32>() + GAP * (N as f32 - 1.0);
    let share = (rect.width() - fixed).max(0.0) / shares;
    let mut left = rect.left();
    widths.map(|width| {
        let width = if width == 0.0 { share } else { width };
        let column = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
        left += width + GAP;
        column
    })
}

/// The same for rows from the top.
pub fn rows<const N: usize>(rect: Rect, heights: [f32; N]) -> [Rect; N] {
    let turned =
        Rect::from_min_size(pos2(rect.top(), rect.left()), vec2(rect.height(), rect.width()));
    columns(turned, heights).map(|column| {
        Rect::from_min_size(
            pos2(column.top(), column.left()),
            vec2(column.height(), column.width()),
        )
    })
}
