//! Choices of a few words: segments, a menu, a small field for a value.

use crate::control::{Control, brief};
use crate::face::Face;
use crate::gesture::{self, Touch};
use crate::paint;
use crate::switch::focus_box;
use crate::theme::{self, Weight};
use egui::{Align2, Color32, Painter, Popup, Pos2, Rect, Sense, pos2, vec2};

/// The stop at which a control stands.
pub fn stop_of(position: f32, control: &dyn Control) -> usize {
    (position * control.stops().unwrap_or(1) as f32).round() as usize
}

/// The position of a stop.
pub fn position_of(stop: usize, control: &dyn Control) -> f32 {
    stop as f32 / control.stops().unwrap_or(1).max(1) as f32
}

/// Space and Enter at a choice whose words are all in sight: the next of them, round and round.
pub fn keyed(face: &mut Face<'_>, touch: &Touch, control: &dyn Control) -> Option<usize> {
    let pressed = touch.response.has_focus()
        && face.ui.input_mut(|input| {
            let none = egui::Modifiers::NONE;
            input.consume_key(none, egui::Key::Space) || input.consume_key(none, egui::Key::Enter)
        });
    let count = control.stops().unwrap_or(0) + 1;
    pressed.then(|| (stop_of(touch.position, control) + 1) % count)
}

/// A bar of segments, one for each stop, the chosen one in `fill`. Returns the chosen stop.
pub fn segments(
    face: &mut Face<'_>,
    rect: Rect,
    words: &[&str],
    fill: Color32,
    control: &dyn Control,
) -> usize {
    let touch = gesture::sense(face, rect, control, Sense::click());
    face.painter().rect_filled(rect, 4.0, theme::RAISE);
    // A longer word gets more room.
    let weight = |word: &str| 3.0 + word.chars().count() as f32;
    let unit = rect.width() / words.iter().map(|word| weight(word)).sum::<f32>().max(1.0);
    let mut left = rect.left();
    let hover = touch.response.hover_pos();
    let mut clicked = keyed(face, &touch, control);
    let chosen = stop_of(touch.position, control);
    for (i, word) in words.iter().enumerate() {
        let width = unit * weight(word);
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
        left += width;
        let under = hover.is_some_and(|at| cell.contains(at));
        if i == chosen {
            face.painter().rect_filled(cell.shrink(1.0), 3.0, fill);
        } else if under {
            face.painter().rect_filled(cell.shrink(1.0), 3.0, theme::HOVER);
        }
        let color = match (i == chosen, fill == theme::SELECT) {
            (true, true) => theme::TEXT,
            (true, false) => theme::INK,
            (false, _) if under => theme::TEXT,
            (false, _) => theme::MUTED,
        };
        let weight = if i == chosen { Weight::SemiBold } else { Weight::Regular };
        face.text(cell.center(), Align2::CENTER_CENTER, word, (11.0, weight), color);
        let pressed = touch.response.clicked() && touch.response.interact_pointer_pos().is_some();
        if under && pressed {
            clicked = Some(i);
        }
    }
    if let Some(stop) = clicked {
        face.hand.put(control, position_of(stop, control));
    }
    if touch.focused {
        focus_box(face.painter(), rect);
    }
    clicked.unwrap_or(chosen)
}

/// Draws the icon of a stop around a point, in a colour. It may be 22 wide and 16 high.
pub type Icon<'a> = &'a dyn Fn(&Painter, usize, Pos2, Color32);

/// A list of rows, one for each stop, each with an icon, the chosen one lit in `accent`. Returns the chosen
/// stop.
pub fn list(
    face: &mut Face<'_>,
    rect: Rect,
    words: &[&str],
    (icon, accent): (Icon<'_>, Color32),
    control: &dyn Control,
) -> usize {
    let touch = gesture::sense(face, rect, control, Sense::click());
    let pitch = (rect.height() + 3.0) / words.len().max(1) as f32;
    let chosen = stop_of(touch.position, control);
    let mut clicked = keyed(face, &touch, control);
    for (i, word) in words.iter().enumerate() {
        let corner = rect.min + vec2(0.0, pitch * i as f32);
        let row = Rect::from_min_size(corner, vec2(rect.width(), pitch - 3.0));
        let under = touch.response.hover_pos().is_some_and(|at| row.contains(at));
        let (fill, color, weight) = match (i == chosen, under) {
            (true, _) => (theme::SELECT, theme::TEXT, Weight::SemiBold),
            (false, true) => (theme::HOVER, theme::TEXT, Weight::Regular),
            (false, false) => (theme::RAISE, theme::MUTED, Weight::Regular),
        };
        face.painter().rect_filled(row, 4.0, fill);
        let [middle, at] = [20.0, 42.0].map(|x| row.left_center() + vec2(x, 0.0));
        icon(face.painter(), i, middle, if i == chosen { accent } else { color });
        face.text(at, Align2::LEFT_CENTER, word, (11.0, weight), color);
        let pressed = touch.response.clicked() && touch.response.interact_pointer_pos().is_some();
        if under && pressed {
            clicked = Some(i);
        }
    }
    if let Some(stop) = clicked {
        face.hand.put(control, position_of(stop, control));
    }
    if touch.focused {
        focus_box(face.painter(), rect);
    }
    clicked.unwrap_or(chosen)
}

/// A field with a chevron that opens a menu of all stops. Returns the chosen stop.
pub fn menu(face: &mut Face<'_>, rect: Rect, control: &dyn Control) -> usize {
    let touch = gesture::sense(face, rect, control, Sense::click());
    let fill = if touch.lit() { theme::HOVER } else { theme::RAISE };
    face.painter().rect_filled(rect, 4.0, fill);
    let text = control.text_at(touch.position);
    // The menu itself has the whole words.
    let text = text.trim_end_matches("/oct");
    let text = if rect.width() < 64.0 { text.trim_end_matches(" dB") } else { text };
    let at = rect.left_center() + vec2(8.0, 0.0);
    let room = (theme::TEXT, rect.width() - 26.0);
    face.text_within(at, Align2::LEFT_CENTER, text, (11.0, Weight::Medium), room);
    paint::chevron(face.painter(), rect.right_center() - vec2(10.0, 0.0), theme::MUTED);
    if touch.focused {
        focus_box(face.painter(), rect);
    }
    let chosen = stop_of(touch.position, control);
    let mut wanted = None;
    Popup::menu(&touch.response).width(rect.width()).show(|ui| {
        for stop in 0..=control.stops().unwrap_or(0) {
            let word = control.text_at(position_of(stop, control));
            if ui.selectable_label(stop == chosen, word).clicked() {
                wanted = Some(stop);
            }
        }
    });
    if let Some(stop) = wanted {
        face.hand.put(control, position_of(stop, control));
    }
    wanted.unwrap_or(chosen)
}

/// A small value in a box: label left, value right. It turns and types like a knob.
pub fn field(face: &mut Face<'_>, rect: Rect, label: &str, control: &dyn Control) -> Touch {
    let touch = gesture::turn(face, rect, control);
    let fill = if touch.lit() { theme::HOVER } else { theme::RAISE };
    face.painter().rect_filled(rect, 4.0, fill);
    if gesture::typing_field(face, rect, control) {
        return touch;
    }
    let at = rect.left_center() + vec2(8.0, 0.0);
    face.text(at, Align2::LEFT_CENTER, label, (11.0, Weight::Regular), theme::MUTED);
    let value = brief(&control.text_at(touch.position));
    let at = rect.right_center() - vec2(8.0, 0.0);
    face.text(at, Align2::RIGHT_CENTER, value, (11.0, Weight::Medium), theme::TEXT);
    if touch.response.clicked() && touch.response.interact_pointer_pos().is_some() {
        gesture::type_value(face, control);
    }
    if touch.focused {
        focus_box(face.painter(), rect);
    }
    touch
}
