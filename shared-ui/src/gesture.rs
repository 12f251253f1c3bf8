//! How every control is moved: by drag, wheel, double-click, typing, keys and menu.

use crate::control::Control;
use crate::face::{Face, Typed};
use crate::menu;
use crate::theme::{self, Weight};
use egui::{
    Event, EventFilter, Id, Key, Modifiers, MouseWheelUnit, Rect, Response, Role, Sense,
    WidgetInfo, vec2,
};

/// Pixels of a drag over the full travel.
pub const TRAVEL: f32 = 200.0;
/// What Shift makes of a move.
const FINE: f32 = 0.1;
/// One step of wheel or arrow key.
const STEP: f32 = 0.01;

/// Maps the normalised position of a control onto another scale of travel and back.
#[derive(Clone, Copy)]
pub struct Travel<'a> {
    /// Pixels of a drag over the full travel.
    pub pixels: f32,
    /// From normalised position to travel 0..1.
    pub to: &'a dyn Fn(f32) -> f32,
    /// Back.
    pub from: &'a dyn Fn(f32) -> f32,
}

/// What a control's rectangle has felt in this frame.
pub struct Touch {
    /// Where it is drawn, normalised.
    pub position: f32,
    /// Under the pointer.
    pub hovered: bool,
    /// Being dragged.
    pub dragged: bool,
    /// Reached by the keyboard.
    pub focused: bool,
    /// Its value is being typed.
    pub typing: bool,
    /// The response of the rectangle.
    pub response: Response,
}

impl Touch {
    /// Whether it is drawn lit.
    pub fn lit(&self) -> bool {
        self.hovered || self.dragged
    }
}

/// The id of a control's widget: one for each parameter.
pub fn id_of(control: &dyn Control) -> Id {
    Id::unique(("control", control.ptr()))
}

/// Lets the hand move a control by a rectangle that drags like a knob.
pub fn turn(face: &mut Face<'_>, rect: Rect, control: &dyn Control) -> Touch {
    travel(face, rect, control, Travel { pixels: TRAVEL, to: &|x| x, from: &|x| x })
}

/// The same with a scale of travel of its own (a fader).
pub fn travel(face: &mut Face<'_>, rect: Rect, control: &dyn Control, scale: Travel<'_>) -> Touch {
    let touch = sense(face, rect, control, Sense::click_and_drag());
    let (shift, command) = face.ui.input(|i| (i.modifiers.shift, i.modifiers.command));
    let fine = if shift { FINE } else { 1.0 };
    let response = &touch.response;
    if response.drag_started_by(egui::PointerButton::Primary) && !command {
        face.hand.exact = (scale.to)(face.hand.position(control));
        face.hand.horizontal = None;
        face.hand.hold(control);
    }
    if face.hand.is_held(control.ptr()) && response.dragged() {
        let delta = response.drag_delta();
        if delta != egui::Vec2::ZERO {
            let sideways = *face.hand.horizontal.get_or_insert(delta.x.abs() > delta.y.abs());
            let pixels = if sideways { delta.x } else { -delta.y };
            face.hand.exact = (face.hand.exact + pixels / scale.pixels * fine).clamp(0.0, 1.0);
            face.hand.set(control, (scale.from)(face.hand.exact));
        }
    }
    if response.double_clicked() || (response.clicked() && command) {
        face.hand.put(control, control.rest());
    }
    if touch.hovered {
        wheel(face, control, fine);
    }
    let position = face.hand.position(control);
    Touch { position, dragged: face.hand.is_held(control.ptr()), ..touch }
}

/// Focus, keys, typing and menu of a control, which all kinds of controls share.
pub fn sense(face: &mut Face<'_>, rect: Rect, control: &dyn Control, sense: Sense) -> Touch {
    face.hand.note(control, rect);
    let id = id_of(control);
    face.hand.stop_at(id);
    // What drags has a value that can be typed as well.
    let typable = sense.senses_drag();
    let response = face.ui.interact(rect, id, sense);
    announce(face, &response, control);
    let typing = face.hand.typed.as_ref().is_some_and(|typed| typed.id == id);
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if response.has_focus() && !typing {
        face.hand.keep_keys();
        keys(face, id, control, typable);
    }
    menu::show(face, &response, control, typable);
    let hovered = response.hovered() && !face.hand.is_busy();
    let focused = response.has_focus() && face.hand.by_keyboard && !typing;
    if hovered || focused || response.dragged() {
        let sentence = sentence(face, control, response.dragged());
        face.hand.say(sentence);
    }
    if hovered {
        menu::tip(face, &response, control);
    }
    let position = face.hand.position(control);
    Touch { position, hovered, dragged: response.dragged(), focused, typing, response }
}

/// What a handle in a plot has felt: a second place at which a control that has a knob is moved.
pub struct Grip {
    /// Under the pointer, or being dragged.
    pub lit: bool,
    /// The keyboard is on the control.
    pub focused: bool,
    /// By how much it is dragged in this frame, in pixels; the gesture has begun.
    pub delta: egui::Vec2,
}

/// Lets the hand move a control by a handle of its own. Keys, typing and focus stay with the knob, which a
/// click on the handle gives the focus; `does` says in the footer how the handle is dragged.
pub fn grip(face: &mut Face<'_>, rect: Rect, control: &dyn Control, does: &str) -> Grip {
    let id = id_of(control);
    let response = face.ui.interact(rect, id.with("grip"), Sense::CLICK | Sense::DRAG);
    let (shift, command) = face.ui.input(|i| (i.modifiers.shift, i.modifiers.command));
    let fine = if shift { FINE } else { 1.0 };
    if response.clicked() || response.drag_stopped() {
        // Not yet: to the knob this was a click elsewhere, with which it gives the focus up.
        face.hand.focus_next = Some(id);
        face.ui.ctx().request_repaint();
    }
    let mut delta = egui::Vec2::ZERO;
    if response.dragged_by(egui::PointerButton::Primary) {
        // A drag begins some pixels after the press: the handle is not left behind by them.
        let origin = face.ui.input(|input| input.pointer.press_origin());
        let from_press = response.interact_pointer_pos().zip(origin).map(|(at, from)| at - from);
        delta = match from_press.filter(|_| response.drag_started()) {
            Some(whole) => whole * fine,
            None => response.drag_delta() * fine,
        };
        face.hand.hold(control);
    }
    if response.double_clicked() || (response.clicked() && command) {
        face.hand.put(control, control.rest());
    }
    menu::show(face, &response, control, true);
    let hovered = response.hovered() && !face.hand.is_busy();
    if hovered {
        wheel(face, control, fine);
    }
    let lit = hovered || response.dragged();
    if lit {
        let value = control.text_at(face.hand.position(control));
        let name = control.title();
        face.hand.say(if response.dragged() {
            format!("{name}: {value}. Shift for fine steps")
        } else {
            format!("{name}: {value}. {does}, Shift for fine, wheel, double-click resets")
        });
    }
    let focused = face.hand.by_keyboard && face.ui.memory(|memory| memory.has_focus(id));
    Grip { lit, focused, delta }
}

/// Focus and footer of something that can be clicked and is no parameter. Returns whether it was
/// reached by the keyboard.
pub fn attend(face: &mut Face<'_>, response: &Response, hint: impl Into<String>) -> bool {
    let hint = hint.into();
    if response.sense.is_focusable() {
        face.hand.stop_at(response.id);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &hint));
    }
    let focused = response.has_focus();
    if focused {
        face.hand.keep_keys();
    }
    let focused = focused && face.hand.by_keyboard;
    if (response.hovered() || focused) && !face.hand.is_busy() {
        face.hand.say(hint);
    }
    focused
}

/// Name, role and value of a control, for those who cannot see it.
fn announce(face: &mut Face<'_>, response: &Response, control: &dyn Control) {
    let position = face.hand.position(control);
    response.widget_info(|| {
        let title = control.title();
        let value = control.text_at(position);
        match control.stops() {
            Some(1) => WidgetInfo::selected(Role::Switch, true, position >= 0.5, title),
            Some(_) => WidgetInfo {
                current_text_value: Some(value),
                ..WidgetInfo::labeled(Role::ComboBox, true, title)
            },
            None => WidgetInfo {
                current_text_value: Some(value),
                ..WidgetInfo::slider(true, f64::from(position), title)
            },
        }
    });
}

fn sentence(face: &mut Face<'_>, control: &dyn Control, dragged: bool) -> String {
    let value = control.text_at(face.hand.position(control));
    let name = control.title();
    match (dragged, control.stops()) {
        (true, None) => format!("{name}: {value}. Shift for fine steps"),
        (true, Some(_)) => format!("{name}: {value}"),
        (false, Some(1)) => format!("{name}: {value}. Click to switch"),
        (false, _) => {
            format!(
                "{name}: {value}. Drag, Shift for fine, wheel, double-click resets, Enter types"
            )
        }
    }
}

/// The next position `steps` stops or hundredths away.
fn stepped(face: &mut Face<'_>, control: &dyn Control, steps: f32) -> f32 {
    let step = control.stops().map_or(STEP, |stops| 1.0 / stops.max(1) as f32);
    face.hand.position(control) + steps * step
}

/// Notches of the wheel in this frame, away from the hand positive.
pub fn notches(face: &Face<'_>) -> f32 {
    let mut notches = 0.0;
    face.ui.input(|input| {
        for event in &input.events {
            if let Event::MouseWheel { unit, delta, .. } = event {
                // Some systems turn Shift and the wheel into a horizontal move.
                let amount = if delta.y != 0.0 { delta.y } else { delta.x };
                notches += match unit {
                    MouseWheelUnit::Point => amount / 50.0,
                    MouseWheelUnit::Line => amount,
                    MouseWheelUnit::Page => 10.0 * amount,
                };
            }
        }
    });
    notches
}

fn wheel(face: &mut Face<'_>, control: &dyn Control, fine: f32) {
    let notches = notches(face);
    if notches == 0.0 {
        return;
    }
    let steps = if control.stops().is_some() {
        face.hand.wheel_rest += notches;
        let whole = face.hand.wheel_rest.trunc();
        face.hand.wheel_rest -= whole;
        whole
    } else {
        notches * fine
    };
    if steps != 0.0 {
        let to = stepped(face, control, steps);
        face.hand.nudge(control, to);
    }
}

fn keys(face: &mut Face<'_>, id: Id, control: &dyn Control, typable: bool) {
    let filter =
        EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
    face.ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let pressed = |face: &Face<'_>, key| {
        face.ui.input_mut(|input| {
            input.consume_key(Modifiers::NONE, key) || input.consume_key(Modifiers::SHIFT, key)
        })
    };
    let modifiers = face.ui.input(|input| input.modifiers);
    // Those belong to the panel and to the presets.
    if modifiers.alt || modifiers.command {
        return;
    }
    let fine = if modifiers.shift && control.stops().is_none() { FINE } else { 1.0 };
    let moves = [
        (Key::ArrowUp, fine),
        (Key::ArrowRight, fine),
        (Key::ArrowDown, -fine),
        (Key::ArrowLeft, -fine),
        (Key::PageUp, 10.0),
        (Key::PageDown, -10.0),
    ];
    for (key, steps) in moves {
        if pressed(face, key) {
            let to = stepped(face, control, steps);
            face.hand.nudge(control, to);
        }
    }
    for (key, to) in [(Key::Home, 0.0), (Key::End, 1.0), (Key::Delete, control.rest())] {
        if pressed(face, key) {
            face.hand.put(control, to);
        }
    }
    let typed = face.ui.input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Text(text) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                Some(text.clone())
            }
            _ => None,
        })
    });
    // What does not turn has no value to type: Enter and Space switch it or open it.
    if typable {
        if let Some(text) = typed {
            start_typing(face, id, text);
        } else if pressed(face, Key::Enter) {
            start_typing(face, id, String::new());
        }
    }
}

/// Opens the field over a control's value.
pub fn type_value(face: &mut Face<'_>, control: &dyn Control) {
    start_typing(face, id_of(control), String::new());
}

fn start_typing(face: &mut Face<'_>, id: Id, text: String) {
    face.hand.typed = Some(Typed { id, text, unreadable: false, fresh: true });
}

/// Draws the field in which a value is typed, where one is open for this control. Returns whether
/// it is.
pub fn typing_field(face: &mut Face<'_>, rect: Rect, control: &dyn Control) -> bool {
    let id = id_of(control);
    let Some(mut typed) = face.hand.typed.take_if(|typed| typed.id == id) else { return false };
    let prefilled = typed.fresh && typed.text.is_empty();
    if prefilled {
        let position = face.hand.position(control);
        typed.text = control.text_at(position).replace('\u{2212}', "-");
    }
    let rect = Rect::from_center_size(rect.center(), vec2(rect.width().max(56.0), 20.0));
    let outline = if typed.unreadable { theme::CLIP } else { theme::TEXT };
    face.painter().rect(
        rect,
        4.0,
        theme::WELL,
        egui::Stroke::new(1.0, outline),
        egui::StrokeKind::Inside,
    );
    let field = id.with("typed");
    let edit = egui::TextEdit::singleline(&mut typed.text)
        .id(field)
        .font(theme::font(12.0, Weight::Medium))
        .frame(egui::Frame::NONE)
        .align(egui::Align2::CENTER_CENTER)
        .margin(egui::Margin::symmetric(2, 0));
    let response = face.ui.put(rect.shrink2(vec2(2.0, 1.0)), edit);
    if typed.fresh {
        response.request_focus();
        // The value is typed over; a figure that has opened the field is gone on from.
        let length = typed.text.chars().count();
        mark(face, field, if prefilled { 0 } else { length }, length);
        typed.fresh = false;
    }
    face.hand.say(if typed.unreadable {
        format!("{}: cannot read \"{}\"", control.title(), typed.text)
    } else {
        format!("{}: Enter takes the value, Esc leaves it", control.title())
    });
    let (enter, escape) =
        face.ui.input(|i| (i.key_pressed(Key::Enter), i.key_pressed(Key::Escape)));
    if escape || (response.lost_focus() && !enter) {
        face.ui.memory_mut(|memory| memory.request_focus(id));
        return true;
    }
    if enter {
        if let Some(position) = control.read(&typed.text) {
            face.hand.put(control, position);
            face.ui.memory_mut(|memory| memory.request_focus(id));
            return true;
        }
        typed.unreadable = true;
        response.request_focus();
    }
    face.hand.typed = Some(typed);
    true
}

/// Marks the whole text of a field, to be typed over.
pub(crate) fn select_all(face: &Face<'_>, field: Id, length: usize) {
    mark(face, field, 0, length);
}

/// Marks the text of a field between two places.
fn mark(face: &Face<'_>, field: Id, from: usize, to: usize) {
    use egui::text::{CCursor, CCursorRange};
    let mut state = egui::text_edit::TextEditState::load(face.ui.ctx(), field).unwrap_or_default();
    let whole = CCursorRange::two(CCursor::new(from), CCursor::new(to));
    state.cursor.set_char_range(Some(whole));
    state.store(face.ui.ctx(), field);
}
