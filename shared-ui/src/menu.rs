//! What a control says of itself: its menu at the right button, its tooltip.

use crate::control::{Control, brief};
use crate::face::{Face, Wish};
use crate::gesture;
use crate::theme::{self, Weight};
use egui::{Button, Response, RichText, Ui};

/// Width of both, in px.
const WIDTH: f32 = 196.0;

/// The menu: value, default, the other slot, undo, and the value as text.
pub(crate) fn show(face: &mut Face<'_>, response: &Response, control: &dyn Control, typable: bool) {
    let position = face.hand.position(control);
    let hand = &*face.hand;
    let mut wanted = None;
    response.context_menu(|ui| {
        let value_of = |position: f32| brief(&control.text_at(position));
        let (slot, other, can_undo) = hand.compared(control.ptr());
        ui.set_width(WIDTH);
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.spacing_mut().button_padding = egui::vec2(8.0, 4.0);
        head(ui, control.title(), &value_of(position));
        ui.separator();
        let mut row = |enabled: bool, word: &str, right: &str, wish: Wanted| {
            let row = Button::new(word).shortcut_text(right).min_size(egui::vec2(WIDTH, 24.0));
            if ui.add_enabled(enabled, row).clicked() {
                wanted = Some(wish);
            }
        };
        let rest = control.rest();
        row(rest != position, "Reset to default", &value_of(rest), Wanted::Rest);
        let [here, there] = if slot == 0 { ["A", "B"] } else { ["B", "A"] };
        // What was never set is as what is heard.
        let differs = other.is_some_and(|other| (other - position).abs() > 1e-6);
        let has = format!("{there} {}", value_of(other.unwrap_or(position)));
        row(differs, &format!("Copy {here} to {there}"), &has, Wanted::CopyOne);
        row(can_undo, "Undo", "Ctrl Z", Wanted::Undo);
        row(true, "Copy value", "", Wanted::Text);
        if typable {
            row(true, "Type a value", "Enter", Wanted::Typing);
        }
    });
    match wanted {
        Some(Wanted::Rest) => face.hand.put(control, control.rest()),
        Some(Wanted::CopyOne) => face.hand.wish = Some(Wish::CopyOne(control.ptr())),
        Some(Wanted::Undo) => face.hand.wish = Some(Wish::Undo),
        Some(Wanted::Text) => {
            face.ui.ctx().copy_text(control.text_at(position).replace('\u{2212}', "-"));
        }
        Some(Wanted::Typing) => gesture::type_value(face, control),
        None => {}
    }
}

enum Wanted {
    Rest,
    CopyOne,
    Undo,
    Text,
    Typing,
}

/// The name at the left, the value at the right.
fn head(ui: &mut Ui, name: &str, value: &str) {
    let font = |weight| theme::font(12.0, weight);
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        ui.label(RichText::new(name).font(font(Weight::SemiBold)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(8.0);
            ui.label(RichText::new(value).font(font(Weight::Medium)));
        });
    });
}

/// The tooltip: name, value, what it does and how it moves.
pub(crate) fn tip(face: &mut Face<'_>, response: &Response, control: &dyn Control) {
    let words = face.hand.words_on(control.ptr());
    if words.is_empty() {
        return;
    }
    let value = brief(&control.text_at(face.hand.position(control)));
    let font = theme::font(11.0, Weight::Regular);
    response.clone().on_hover_ui(|ui| {
        ui.set_max_width(WIDTH);
        ui.set_min_width(WIDTH);
        ui.spacing_mut().item_spacing.y = 3.0;
        head(ui, control.title(), &value);
        ui.horizontal_wrapped(|ui| {
            ui.add_space(8.0);
            ui.vertical(|ui| {
                ui.set_max_width(WIDTH - 16.0);
                ui.label(RichText::new(words).font(font).color(theme::MUTED));
            });
        });
    });
}
