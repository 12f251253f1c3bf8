//! How tracks on the stage are moved: by drag, wheel and keys.

use egui::{EventFilter, Key, Pos2, Rect, Response, Role, Sense, WidgetInfo, vec2};
use shared_ui::Face;

use super::cast::{Actor, Place};
use super::map::Map;

/// What the hand wants of a track in a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wish {
    /// Where it is to go.
    pub to: Option<Place>,
    /// Whether it is still held.
    pub held: bool,
    /// Back to where a new instance stands (this instance's own only).
    pub back: bool,
    /// Highlight it, or no longer.
    pub highlight: bool,
}

/// What a track's dot has felt.
pub struct Felt {
    /// Under the pointer or dragged.
    pub lit: bool,
    /// Reached by the keyboard.
    pub focused: bool,
    /// What the hand wants.
    pub wish: Wish,
}

/// Lets the hand move the dot of a track that stands at `place`: drag for both, wheel for the distance, a
/// double-click puts both back; Enter or a click on another's highlights it.
pub fn feel(face: &mut Face<'_>, map: &Map, actor: &Actor, radius: f32, hint: &str) -> Felt {
    let place = actor.place;
    let at = map.place(place.distance_m, place.azimuth_deg);
    let hit = Rect::from_center_size(at, vec2(2.0 * radius, 2.0 * radius));
    let response = face.ui.interact(hit, super::track(actor.id), Sense::click_and_drag());
    face.hand.stop_at(response.id);
    response.widget_info(|| {
        let Place { distance_m, azimuth_deg } = place;
        WidgetInfo {
            current_text_value: Some(format!("{distance_m:.2} m, {azimuth_deg:.0} degrees")),
            ..WidgetInfo::labeled(Role::Button, true, &actor.name)
        }
    });
    let mut wish = Wish { back: response.double_clicked(), ..Wish::default() };
    let fine = if face.ui.input(|input| input.modifiers.shift) { 0.1 } else { 1.0 };
    if response.dragged() {
        let delta = response.drag_delta() * fine;
        wish.held = true;
        wish.to = (delta != egui::Vec2::ZERO).then(|| dragged(map, at + delta));
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
        wish.highlight = response.clicked() && !response.double_clicked();
    }
    let lit = response.hovered() || response.dragged();
    if lit {
        let turned = face.ui.input(|input| input.smooth_scroll_delta().y) / 50.0;
        if turned != 0.0 && response.hovered() {
            let distance_m = place.distance_m * (0.1 * turned * fine).exp2();
            wish.to = Some(Place { distance_m, ..place });
        }
        face.hand.say(hint);
    }
    if response.has_focus() {
        face.hand.keep_keys();
        keys(face, &response, place, fine, &mut wish);
        if face.hand.by_keyboard() {
            face.hand.say(hint);
        }
    }
    Felt { lit, focused: response.has_focus() && face.hand.by_keyboard(), wish }
}

fn dragged(map: &Map, to: Pos2) -> Place {
    let from = to - map.listener;
    Place {
        distance_m: map.distance(from.length().min(map.outer_px)),
        azimuth_deg: from.x.atan2(-from.y).to_degrees().clamp(-90.0, 90.0),
    }
}

/// Up and Down move by a tenth of an octave, Left and Right by a degree; Shift by a tenth of that.
fn keys(face: &mut Face<'_>, response: &Response, place: Place, fine: f32, wish: &mut Wish) {
    let filter =
        EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
    face.ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    face.ui.input(|input| {
        let down = |key| input.key_pressed(key) as i32 as f32;
        let away = down(Key::ArrowUp) - down(Key::ArrowDown);
        let aside = down(Key::ArrowRight) - down(Key::ArrowLeft);
        if away != 0.0 || aside != 0.0 {
            wish.to = Some(Place {
                distance_m: place.distance_m * (0.1 * fine * away).exp2(),
                azimuth_deg: (place.azimuth_deg + fine * aside).clamp(-90.0, 90.0),
            });
        }
        wish.highlight |= input.key_pressed(Key::Enter);
        wish.back |= input.key_pressed(Key::Delete);
    });
}
