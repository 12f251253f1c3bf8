//! Switches: with a word, as a power symbol, as headphones.

use crate::control::Control;
use crate::face::Face;
use crate::gesture::{self, Touch};
use crate::paint;
use crate::scale::relative;
use crate::theme::{self, Weight};
use egui::{
    Align2, Color32, Id, Key, Modifiers, Painter, Pos2, Rect, Sense, Stroke, StrokeKind, vec2,
};

/// What stands on a switch.
#[derive(Clone, Copy)]
pub enum Mark<'a> {
    /// A word.
    Word(&'a str),
    /// Headphones: hear the key.
    Headphones,
    /// The symbol of polarity.
    Polarity,
    /// A power symbol and a word.
    Power(&'a str),
    /// Two bars of one length, a word, and when on a gain in dB. Only outlined when on: it changes
    /// nothing that is heard until the bypass.
    Level(&'a str, f32),
}

/// A click switches; so do Enter and Space.
fn toggle(face: &mut Face<'_>, rect: Rect, control: &dyn Control) -> Touch {
    let touch = gesture::sense(face, rect, control, Sense::click());
    let keyed = touch.focused
        && face.ui.input_mut(|input| {
            input.consume_key(Modifiers::NONE, Key::Enter)
                || input.consume_key(Modifiers::NONE, Key::Space)
        });
    if keyed || touch.response.clicked() {
        let to = if touch.position < 0.5 { 1.0 } else { 0.0 };
        face.hand.put(control, to);
    }
    let position = face.hand.position(control);
    Touch { position, ..touch }
}

/// The white ring around what the keyboard has reached.
pub fn focus_box(painter: &Painter, rect: Rect) {
    let stroke = Stroke::new(1.5, Color32::WHITE);
    painter.rect_stroke(rect.expand(2.0), 5.0, stroke, StrokeKind::Outside);
}

/// A switch in a box. Lit in `accent` when on. Returns whether it is on.
pub fn button(
    face: &mut Face<'_>,
    rect: Rect,
    mark: Mark<'_>,
    accent: Color32,
    control: &dyn Control,
) -> bool {
    let touch = toggle(face, rect, control);
    let on = touch.position >= 0.5;
    let outlined = matches!(mark, Mark::Level(..));
    let fill = match (on && !outlined, touch.lit()) {
        (true, _) => accent,
        (false, true) => theme::HOVER,
        (false, false) => theme::RAISE,
    };
    let color = match (on, touch.lit()) {
        (true, _) if outlined => theme::TEXT,
        (true, _) => theme::INK,
        (false, true) => theme::TEXT,
        (false, false) => theme::MUTED,
    };
    face.painter().rect_filled(rect, 4.0, fill);
    let weight = if on { Weight::SemiBold } else { Weight::Medium };
    let center = rect.center();
    match mark {
        Mark::Word(word) => {
            face.text(center, Align2::CENTER_CENTER, word, (11.0, weight), color);
        }
        Mark::Headphones => paint::headphones(face.painter(), center, color),
        Mark::Polarity => paint::polarity(face.painter(), center, color),
        Mark::Power(word) => {
            let at = center + vec2(9.0, 0.0);
            let text = face.text(at, Align2::CENTER_CENTER, word, (12.0, weight), color);
            paint::power(face.painter(), Pos2::new(text.left() - 12.0, center.y), color);
        }
        Mark::Level(word, offset_db) => {
            if on {
                let fill = theme::fade(accent, 0.16);
                let outline = Stroke::new(1.0, accent);
                face.painter().rect(rect, 4.0, fill, outline, StrokeKind::Inside);
            }
            let at = rect.left_center() + vec2(26.0, 0.0);
            face.text(at, Align2::LEFT_CENTER, word, (12.0, weight), color);
            let (offset, lit) = match on {
                true => (format!("{} dB", relative(offset_db, 1)), accent),
                false => ("off".to_owned(), theme::DIM),
            };
            let at = rect.right_center() - vec2(8.0, 0.0);
            face.text(at, Align2::RIGHT_CENTER, offset, (11.0, Weight::Medium), lit);
            let color = if on { accent } else { color };
            paint::level(face.painter(), rect.left_center() + vec2(14.0, 0.0), color);
        }
    }
    if touch.focused {
        focus_box(face.painter(), rect);
    }
    on
}

/// An entry of a plot's legend that shows and hides what it names; no parameter. Lit by a square in
/// its colour. Returns whether it was clicked.
pub fn legend(face: &mut Face<'_>, rect: Rect, word: &str, color: Color32, on: bool) -> bool {
    let response = face.ui.interact(rect, Id::unique(("legend", word)), Sense::click());
    let does = if on { "hides" } else { "shows" };
    let focused =
        gesture::attend(face, &response, format!("{word}: a click {does} it in the plot"));
    let fill = if response.hovered() { theme::HOVER } else { theme::RAISE };
    face.painter().rect_filled(rect, 4.0, fill);
    let square = Rect::from_center_size(rect.left_center() + vec2(11.0, 0.0), vec2(8.0, 8.0));
    let text = if on {
        face.painter().rect_filled(square, 1.5, color);
        theme::TEXT
    } else {
        let ring = Stroke::new(1.0, theme::DIM);
        face.painter().rect_stroke(square, 1.5, ring, StrokeKind::Inside);
        theme::DIM
    };
    let at = rect.left_center() + vec2(20.0, 0.0);
    face.text(at, Align2::LEFT_CENTER, word, (11.0, Weight::Medium), text);
    if focused {
        focus_box(face.painter(), rect);
    }
    response.clicked()
}

/// A power symbol around `center`. Returns whether it is on.
pub fn power(face: &mut Face<'_>, center: Pos2, accent: Color32, control: &dyn Control) -> bool {
    let rect = Rect::from_center_size(center, vec2(20.0, 20.0));
    let touch = toggle(face, rect, control);
    let on = touch.position >= 0.5;
    symbol(face, center, accent, on, [touch.lit(), touch.focused]);
    on
}

/// The same for what no parameter of its own switches. `does` says in the footer what a click does. Returns
/// whether it was clicked.
pub fn power_of(
    face: &mut Face<'_>,
    center: Pos2,
    (name, accent, on): (&str, Color32, bool),
    does: &str,
) -> bool {
    let rect = Rect::from_center_size(center, vec2(20.0, 20.0));
    let response = face.ui.interact(rect, Id::unique(("power", name)), Sense::click());
    let focused = gesture::attend(face, &response, format!("{name}: {does}"));
    symbol(face, center, accent, on, [response.hovered(), focused]);
    response.clicked()
}

fn symbol(face: &Face<'_>, at: Pos2, accent: Color32, on: bool, [lit, focused]: [bool; 2]) {
    let color = match (on, lit) {
        (true, _) => accent,
        (false, true) => theme::TEXT,
        (false, false) => theme::DIM,
    };
    paint::power(face.painter(), at, color);
    if focused {
        focus_box(face.painter(), Rect::from_center_size(at, vec2(16.0, 16.0)));
    }
}
