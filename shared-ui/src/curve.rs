//! The curve of an equaliser with a node for each band, to be dragged.

use crate::choice::{position_of, stop_of};
use crate::control::{Control, brief};
use crate::face::Face;
use crate::gesture;
use crate::paint;
use crate::plot::FreqPlot;
use crate::scale::relative;
use crate::switch::focus_box;
use crate::theme::{self, Weight};
use egui::{
    Align2, Color32, EventFilter, Id, Key, Pos2, Rect, Response, Sense, Stroke, pos2, vec2,
};
use nice_plug::params::{BoolParam, FloatParam, Param};

/// Radius in which a node is hit.
const HIT: f32 = 14.0;

/// A band as the curve sees it.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// Its colour.
    pub color: Color32,
    /// Whether it sounds.
    pub on: &'a BoolParam,
    /// Frequency.
    pub freq: &'a FloatParam,
    /// Gain, for kinds that have one.
    pub gain: Option<&'a FloatParam>,
    /// Quality.
    pub q: &'a FloatParam,
    /// Dynamic range.
    pub dynamic: &'a FloatParam,
    /// Its kind.
    pub kind: &'a dyn Control,
    /// How far the gain has moved by itself, in dB.
    pub moved_db: f32,
}

/// What to draw behind the nodes: curves as [`FreqPlot::curve`] makes them.
pub struct Curves<'a> {
    /// Each band alone at rest.
    pub bands: &'a [Vec<Pos2>],
    /// Each band alone as far as its dynamics may move it, if they may.
    pub limits: &'a [Option<Vec<Pos2>>],
    /// Everything, at rest.
    pub set: &'a [Pos2],
    /// Everything, now; only if that differs.
    pub now: Option<Vec<Pos2>>,
}

/// Draws the grid with figures of gain, and the curves.
pub fn show(face: &mut Face<'_>, plot: &FreqPlot, nodes: &[Node<'_>], curves: Curves<'_>) {
    let painter = plot.painter(face);
    let zero = plot.y(0.0);
    let selected = selected_of(face);
    for (i, (node, (points, limit))) in
        nodes.iter().zip(curves.bands.iter().zip(curves.limits)).enumerate()
    {
        if is_on(face, node) {
            let strength = if i == selected { 0.16 } else { 0.07 };
            let fill = theme::fade(node.color, strength);
            paint::area(&painter, points, zero, fill, fill);
            if i == selected {
                painter.line(points.clone(), Stroke::new(1.3, node.color));
            }
            if let Some(limit) = limit {
                paint::between(&painter, points, limit, theme::fade(node.color, 0.10));
                paint::dashed(&painter, limit, Stroke::new(1.2, node.color), 3.0, 4.0);
            }
        }
    }
    if let Some(now) = curves.now {
        painter.line(now, Stroke::new(1.4, theme::BRASS));
    }
    painter.line(curves.set.to_vec(), Stroke::new(2.2, Color32::WHITE));
}

/// The band that is selected, from 0.
pub fn selected_of(face: &Face<'_>) -> usize {
    face.ui.data(|data| data.get_temp(selection())).unwrap_or(0)
}

/// Selects the first band that sounds, as long as none has been selected.
pub fn select_first<'a>(face: &mut Face<'_>, switches: impl IntoIterator<Item = &'a BoolParam>) {
    let chosen: Option<usize> = face.ui.data(|data| data.get_temp(selection()));
    if chosen.is_none() {
        let first = switches.into_iter().position(|on| face.position(on) >= 0.5);
        if let Some(band) = first {
            select(face, band);
        }
    }
}

/// Selects a band, from 0.
pub fn select(face: &Face<'_>, band: usize) {
    select_in(face.ui.ctx(), band);
}

/// The same from outside a frame.
pub fn select_in(ctx: &egui::Context, band: usize) {
    ctx.data_mut(|data| data.insert_temp(selection(), band));
}

/// The band that has been selected, from outside a frame.
pub fn selected_in(ctx: &egui::Context) -> Option<usize> {
    ctx.data_mut(|data| data.get_temp(selection()))
}

fn selection() -> Id {
    Id::unique("selected band")
}

/// Frequency and gain at which a node stands.
fn place_of(face: &mut Face<'_>, node: &Node<'_>) -> (f32, f32) {
    let hz = node.freq.preview_plain(face.position(node.freq));
    let db = node.gain.map_or(0.0, |gain| gain.preview_plain(face.position(gain)));
    (hz, db)
}

fn is_on(face: &mut Face<'_>, node: &Node<'_>) -> bool {
    face.position(node.on) >= 0.5
}

/// Lets the hand move the nodes, and draws them. `set` is the whole curve, of which the bubble with
/// the value keeps clear.
pub fn nodes(face: &mut Face<'_>, plot: &FreqPlot, nodes: &[Node<'_>], set: &[Pos2]) {
    ground(face, plot, nodes);
    let selected = selected_of(face);
    let order = (0..nodes.len()).filter(|i| *i != selected).chain([selected]);
    let mut shown = None;
    for i in order {
        let Some(node) = nodes.get(i) else { continue };
        let (hz, db) = place_of(face, node);
        let inside = plot.rect.shrink(6.0);
        let at = inside.clamp(pos2(plot.x(hz), plot.y(db)));
        if is_on(face, node) || i == selected {
            let response = grip(face, plot, node, at);
            if response.clicked() || response.drag_started() {
                select(face, i);
            }
            if response.has_focus() {
                select(face, i);
                keys(face, nodes, response.id);
            }
            draw(face, node, at, i == selected, &response);
            // While nobody is at it, it would only hide the curve.
            let steered = response.has_focus() && face.hand.by_keyboard();
            if is_on(face, node) && (response.hovered() || response.dragged() || steered) {
                shown = Some(node);
            }
        }
    }
    if let Some(node) = shown {
        bubble(face, plot, node, set);
    }
}

/// Whether the keyboard is at the curve itself.
pub fn has_focus(face: &Face<'_>) -> bool {
    face.ui.memory(|memory| memory.has_focus(ground_id()))
}

fn ground_id() -> Id {
    Id::unique("curve")
}

/// Double-click on empty ground: the first band that is off starts there.
fn ground(face: &mut Face<'_>, plot: &FreqPlot, nodes: &[Node<'_>]) {
    let response = face.ui.interact(plot.rect, ground_id(), Sense::click());
    let hint = "Equaliser: double-click starts a band, 1 to 8 select one, arrows move it, Q and \
                Shift-Q its width, D with arrows its dynamic range, T its type, Delete switches it off";
    if gesture::attend(face, &response, hint) {
        focus_box(face.painter(), plot.rect);
    }
    if response.clicked() {
        response.request_focus();
    }
    if response.has_focus() {
        keys(face, nodes, response.id);
    }
    let (Some(at), true) = (response.interact_pointer_pos(), response.double_clicked()) else {
        return;
    };
    let free = (0..nodes.len()).find(|i| !is_on(face, &nodes[*i]));
    if let Some(band) = free {
        let node = &nodes[band];
        face.hand.put(node.freq, node.freq.preview_normalized(plot.hz_at(at.x)));
        if let Some(gain) = node.gain {
            face.hand.put(gain, gain.preview_normalized(plot.value_at(at.y)));
        }
        face.hand.put(node.on, 1.0);
        select(face, band);
    }
}

/// The keys at the curve or at a node of it: a digit selects a band, arrows move it (with D held its dynamic range), Q
/// and Shift-Q make it narrower and wider, T is the next kind, Delete switches it off.
fn keys(face: &mut Face<'_>, nodes: &[Node<'_>], id: Id) {
    const DIGITS: [Key; 8] =
        [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];
    let filter =
        EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
    face.ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let (modifiers, with_d) = face.ui.input(|input| (input.modifiers, input.key_down(Key::D)));
    if modifiers.alt || modifiers.command {
        return;
    }
    let pressed = |face: &Face<'_>, key: Key| face.ui.input(|input| input.key_pressed(key));
    for (band, key) in DIGITS.into_iter().enumerate().take(nodes.len()) {
        if pressed(face, key) {
            select(face, band);
        }
    }
    let Some(node) = nodes.get(selected_of(face)) else { return };
    let fine = if modifiers.shift { 0.1 } else { 1.0 };
    let by = |face: &Face<'_>, more: Key, less: Key| {
        f32::from(u8::from(pressed(face, more))) - f32::from(u8::from(pressed(face, less)))
    };
    let semitones = by(face, Key::ArrowRight, Key::ArrowLeft) * fine;
    if semitones != 0.0 {
        let hz = node.freq.preview_plain(face.position(node.freq)) * (semitones / 12.0).exp2();
        face.hand.nudge(node.freq, node.freq.preview_normalized(hz));
    }
    let half_db = 0.5 * fine * by(face, Key::ArrowUp, Key::ArrowDown);
    let moved = if with_d { Some(node.dynamic) } else { node.gain };
    if let (Some(param), true) = (moved, half_db != 0.0) {
        let db = param.preview_plain(face.position(param)) + half_db;
        face.hand.nudge(param, param.preview_normalized(db));
    }
    if pressed(face, Key::Q) {
        let step = if modifiers.shift { -0.02 } else { 0.02 };
        let to = face.position(node.q) + step;
        face.hand.nudge(node.q, to);
    }
    if pressed(face, Key::T) {
        let count = node.kind.stops().unwrap_or(0) + 1;
        let next = (stop_of(face.position(node.kind), node.kind) + 1) % count;
        face.hand.put(node.kind, position_of(next, node.kind));
    }
    if pressed(face, Key::Delete) {
        face.hand.put(node.on, 0.0);
    }
}

/// Drag moves frequency and gain (with Alt the dynamic range), the wheel turns Q, a double-click
/// puts the gain back.
fn grip(face: &mut Face<'_>, plot: &FreqPlot, node: &Node<'_>, at: Pos2) -> Response {
    let hit = Rect::from_center_size(at, vec2(2.0 * HIT, 2.0 * HIT));
    let id = Id::unique(("node", node.number));
    let response = face.ui.interact(hit, id, Sense::click_and_drag());
    let (alt, shift) = face.ui.input(|input| (input.modifiers.alt, input.modifiers.shift));
    let fine = if shift { 0.1 } else { 1.0 };
    let delta = response.drag_delta() * fine;
    if response.dragged() && delta != egui::Vec2::ZERO {
        let decibels = plot.value_at(0.0) - plot.value_at(1.0);
        if alt {
            let from = node.dynamic.preview_plain(face.position(node.dynamic));
            face.hand.hold(node.dynamic);
            let to = node.dynamic.preview_normalized(from - delta.y * decibels);
            face.hand.set(node.dynamic, to);
        } else {
            let (hz, db) = place_of(face, node);
            face.hand.hold(node.freq);
            let hz = plot.hz_at(plot.x(hz) + delta.x);
            face.hand.set(node.freq, node.freq.preview_normalized(hz));
            if let Some(gain) = node.gain {
                face.hand.hold(gain);
                face.hand.set(gain, gain.preview_normalized(db - delta.y * decibels));
            }
        }
    }
    if let (true, Some(gain)) = (response.double_clicked(), node.gain) {
        face.hand.put(gain, gain.default_normalized_value());
    }
    if response.hovered() {
        let notches = gesture::notches(face);
        if notches != 0.0 {
            let to = face.position(node.q) + notches * 0.02 * fine;
            face.hand.nudge(node.q, to);
        }
    }
    let text = |control: &dyn Control, position: f32| brief(&control.text_at(position));
    let freq = text(node.freq, face.position(node.freq));
    let gain =
        node.gain.map_or(String::new(), |gain| format!(", {}", text(gain, face.position(gain))));
    let hint = format!(
        "Band {}, {freq}{gain}: drag it, wheel for Q, Alt-drag for dynamic range, double-click \
         resets the gain, right-click for the type",
        node.number
    );
    gesture::attend(face, &response, hint);
    kind_menu(face, &response, node);
    response
}

/// The menu of a node: its kind, and on or off.
fn kind_menu(face: &mut Face<'_>, response: &Response, node: &Node<'_>) {
    let chosen = stop_of(face.position(node.kind), node.kind);
    let on = is_on(face, node);
    let (mut wanted, mut switched) = (None, false);
    response.context_menu(|ui| {
        ui.set_width(132.0);
        for stop in 0..=node.kind.stops().unwrap_or(0) {
            let word = node.kind.text_at(position_of(stop, node.kind));
            if ui.selectable_label(stop == chosen, word).clicked() {
                wanted = Some(stop);
            }
        }
        ui.separator();
        switched = ui.button(if on { "Switch off" } else { "Switch on" }).clicked();
    });
    if let Some(stop) = wanted {
        face.hand.put(node.kind, position_of(stop, node.kind));
    }
    if switched {
        face.hand.put(node.on, if on { 0.0 } else { 1.0 });
    }
}

fn draw(face: &mut Face<'_>, node: &Node<'_>, at: Pos2, selected: bool, response: &Response) {
    let on = is_on(face, node);
    let painter = face.painter();
    let radius = if selected { 11.0 } else { 9.0 };
    if selected || response.hovered() {
        painter.circle_filled(at, 15.0, theme::fade(node.color, 0.22));
    }
    if selected {
        painter.circle_stroke(at, 14.0, Stroke::new(1.5, theme::TEXT));
    }
    let ink = if on {
        painter.circle_filled(at, radius, node.color);
        theme::INK
    } else {
        painter.circle(at, radius, theme::WELL, Stroke::new(1.5, node.color));
        node.color
    };
    let number = node.number.to_string();
    face.text(at, Align2::CENTER_CENTER, number, (11.0, Weight::SemiBold), ink);
}

/// The value of a band, above its node, or below it near the top.
fn bubble(face: &mut Face<'_>, plot: &FreqPlot, node: &Node<'_>, line: &[Pos2]) {
    let (hz, db) = place_of(face, node);
    let inside = plot.rect.shrink(6.0);
    let at = inside.clamp(pos2(plot.x(hz), plot.y(db)));
    let freq = node.freq.normalized_value_to_string(face.position(node.freq), true);
    let gain = node.gain.map_or(String::new(), |_| format!("   {} dB", relative(db, 1)));
    let first = format!("{freq}{gain}");
    let q = node.q.normalized_value_to_string(face.position(node.q), true);
    let mut second = format!("Q {}", brief(&q));
    if face.position(node.dynamic) != node.dynamic.preview_normalized(0.0) {
        second = format!("now {} dB   {second}", relative(db + node.moved_db, 1));
    }
    plot.bubble(face, (at, line), 136.0, [&first, &second]);
}

/// A kind of band as a small drawing, 18 x 12 around `center`. `shape` gives a height -1..1 for a
/// place -1..1.
pub fn kind_icon(face: &Face<'_>, center: Pos2, shape: &dyn Fn(f32) -> f32, color: Color32) {
    let points = (0..=18)
        .map(|i| {
            let x = i as f32 / 9.0 - 1.0;
            center + vec2(9.0 * x, -6.0 * shape(x).clamp(-1.0, 1.0))
        })
        .collect();
    face.painter().line(points, Stroke::new(1.5, color));
}
