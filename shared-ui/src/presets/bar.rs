//! The header's controls of presets, comparison and history.

use super::{Act, Presets};
use crate::face::Face;
use crate::gesture;
use crate::paint;
use crate::switch::focus_box;
use crate::theme::{self, Weight};
use egui::{Align2, Color32, Id, Rect, Sense, pos2, vec2};

/// Width of A, B, copy, undo and redo together.
pub const WIDTH: f32 = 84.0 + 8.0 + 28.0 + 4.0 + 28.0;

/// How a pressed thing looks.
pub(super) struct Press {
    pub(super) clicked: bool,
    pub(super) color: Color32,
    pub(super) fill: Color32,
}

/// Something to press that is no parameter: its sentence, its colours, its focus.
pub(super) fn press(face: &mut Face<'_>, rect: Rect, word: &str, hint: &str, can: bool) -> Press {
    let id = Id::unique(("presets", word));
    // What can do nothing is passed over by the keyboard, and still says what it is.
    let sense = if can { Sense::click() } else { Sense::hover() };
    let response = face.ui.interact(rect, id, sense);
    let focused = gesture::attend(face, &response, hint);
    if focused {
        focus_box(face.painter(), rect);
    }
    let lit = response.hovered() && can;
    let color = match (can, lit) {
        (false, _) => theme::fade(theme::DIM, 0.5),
        (true, true) => theme::TEXT,
        (true, false) => theme::MUTED,
    };
    let fill = if lit { theme::HOVER } else { theme::RAISE };
    Press { clicked: can && response.clicked(), color, fill }
}

/// The field: previous, name with a dot when edited, next. A click on the name opens the browser.
pub fn field(face: &mut Face<'_>, rect: Rect, presets: &mut Presets) {
    let shown = presets.shown.clone();
    face.painter().rect_filled(rect, 4.0, theme::RAISE);
    let [before, name, after] = [
        rect.with_max_x(rect.left() + 28.0),
        Rect::from_x_y_ranges(rect.left() + 28.0..=rect.right() - 28.0, rect.y_range()),
        rect.with_min_x(rect.right() - 28.0),
    ];
    let mut wanted = None;
    let steps = [
        (before, -1.0, "Previous preset (Ctrl-Left)", -1),
        (after, 1.0, "Next preset (Ctrl-Right)", 1),
    ];
    for (place, way, hint, by) in steps {
        let press = press(face, place, hint, hint, true);
        if press.fill != theme::RAISE {
            face.painter().rect_filled(place, 4.0, press.fill);
        }
        paint::sideways(face.painter(), place.center(), way, press.color);
        if press.clicked {
            wanted = Some(Act::Step(by));
        }
    }
    let mut hint = format!("Preset: {}", shown.name);
    if shown.edited {
        hint.push_str(", edited");
    }
    if !shown.note.is_empty() {
        hint = format!("{hint}. {}", shown.note);
    }
    let press = press(face, name, "browse", &format!("{hint}. Click to browse (Ctrl-F)"), true);
    if press.fill != theme::RAISE || presets.is_open() {
        face.painter().rect_filled(name, 0.0, theme::HOVER);
    }
    for x in [name.left(), name.right()] {
        let (top, bottom) = (rect.center().y - 8.0, rect.center().y + 8.0);
        paint::hairline(face.painter(), pos2(x, top), pos2(x, bottom), theme::LINE2);
    }
    let dot = if shown.edited { 12.0 } else { 0.0 };
    let font = (12.0, Weight::Medium);
    let room = (theme::TEXT, name.width() - 16.0 - dot);
    let at = name.center() - vec2(dot / 2.0, 0.0);
    let text = face.text_within(at, Align2::CENTER_CENTER, &shown.name, font, room);
    if shown.edited {
        let at = pos2(text.right() + 8.0, name.center().y);
        face.painter().circle_filled(at, 2.5, theme::BRASS);
    }
    if press.clicked {
        wanted = Some(Act::Browse);
    }
    if let Some(act) = wanted {
        presets.act(face.hand, act);
    }
    presets.field = name;
}

/// A, B, copy, undo and redo, in `WIDTH` from the left of `rect`.
pub fn bar(face: &mut Face<'_>, rect: Rect, presets: &mut Presets) {
    let shown = presets.shown.clone();
    let part = |left: f32| {
        Rect::from_min_size(pos2(rect.left() + left, rect.top()), vec2(28.0, rect.height()))
    };
    face.painter().rect_filled(Rect::from_min_size(rect.min, vec2(84.0, 28.0)), 4.0, theme::RAISE);
    let mut wanted = None;
    for (slot, word) in ["A", "B"].into_iter().enumerate() {
        let here = shown.slot == slot;
        let hint = match here {
            true => format!("{word} is heard. Ctrl-B or a click on the other compares"),
            false => format!("Hear {word} (Ctrl-B)"),
        };
        let place = part(28.0 * slot as f32);
        let press = press(face, place, word, &hint, true);
        if here {
            face.painter().rect_filled(place.shrink(1.0), 3.0, theme::SELECT);
        } else if press.fill != theme::RAISE {
            face.painter().rect_filled(place, 4.0, press.fill);
        }
        let (color, weight) = match here {
            true => (theme::TEXT, Weight::SemiBold),
            false => (press.color, Weight::Medium),
        };
        face.text(place.center(), Align2::CENTER_CENTER, word, (12.0, weight), color);
        if press.clicked && !here {
            wanted = Some(Act::Switch);
        }
    }
    let [here, other] = if shown.slot == 0 { ["A", "B"] } else { ["B", "A"] };
    let undo = if shown.can[0] { "Undo the last step (Ctrl-Z)" } else { "Nothing to undo" };
    let redo = if shown.can[1] { "Redo the step (Ctrl-Shift-Z)" } else { "Nothing to redo" };
    let copy = format!("Copy {here} to {other} (Ctrl-Shift-B)");
    let buttons = [
        (56.0, "copy", copy.as_str(), true, Act::Copy),
        (92.0, "undo", undo, shown.can[0], Act::Undo),
        (124.0, "redo", redo, shown.can[1], Act::Redo),
    ];
    for (left, word, hint, can, act) in buttons {
        let place = part(left);
        let press = press(face, place, word, hint, can);
        face.painter().rect_filled(place, 4.0, press.fill);
        match act {
            Act::Copy => paint::arrow(face.painter(), place.center(), press.color),
            Act::Undo => paint::turn(face.painter(), place.center(), -1.0, press.color),
            _ => paint::turn(face.painter(), place.center(), 1.0, press.color),
        }
        if press.clicked {
            wanted = Some(act);
        }
    }
    if let Some(act) = wanted {
        presets.act(face.hand, act);
    }
}
