//! What widgets are drawn on, and what is remembered of the hand from frame to frame.

use crate::control::{Control, Edits};
use egui::{Align2, Color32, Id, Painter, Pos2, Rect, Ui};
use nice_plug::params::internals::ParamPtr;
use shared_plugin::preset::{Change, Desk, Sheet};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::theme::{Weight, font};

/// One frame of an editor.
pub struct Face<'a> {
    /// Drawing and input.
    pub ui: &'a mut Ui,
    /// Gestures, typed text and the hint.
    pub hand: &'a mut Hand,
}

impl Face<'_> {
    /// The painter, unclipped.
    pub fn painter(&self) -> &Painter {
        self.ui.painter()
    }

    /// Writes one line of text and returns where it stands.
    pub fn text(
        &self,
        at: Pos2,
        align: Align2,
        text: impl ToString,
        (px, weight): (f32, Weight),
        color: Color32,
    ) -> Rect {
        self.painter().text(at, align, text, font(px, weight), color)
    }

    /// The same, cut with an ellipsis where it is wider than `width`.
    pub fn text_within(
        &self,
        at: Pos2,
        align: Align2,
        text: &str,
        (px, weight): (f32, Weight),
        (color, width): (Color32, f32),
    ) -> Rect {
        let mut job =
            egui::text::LayoutJob::simple_singleline(text.into(), font(px, weight), color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width);
        let galley = self.painter().layout_job(job);
        let rect = align.anchor_size(at, galley.size());
        self.painter().galley(rect.min, galley, color);
        rect
    }

    /// The same surface with everything drawn fainter, for the content of a module that is off.
    pub fn faded<R>(&mut self, faint: bool, draw: impl FnOnce(&mut Face<'_>) -> R) -> R {
        let before = self.ui.opacity();
        if faint {
            self.ui.set_opacity(before * 0.4);
        }
        let result = draw(self);
        self.ui.set_opacity(before);
        result
    }

    /// The normalised position to draw of a control: the pending one while an edit is on its way.
    pub fn position(&mut self, control: &dyn Control) -> f32 {
        self.hand.position(control)
    }
}

/// An edit that the host has not confirmed yet.
#[derive(Clone, Copy)]
struct Pending {
    position: f32,
    /// What the parameter read when the edit was made.
    seen: f32,
}

/// After so long without a move from outside, a parameter is no longer called automated, in s.
const AUTOMATED_S: f64 = 1.0;
/// So long after an edit of our own, what the parameter does is its echo, in s.
const ECHO_S: f64 = 0.5;

/// What has been seen of a parameter.
struct Seen {
    position: f32,
    /// When it last moved by itself, and when we last moved it, in s.
    moved_s: f64,
    edited_s: f64,
}

/// What the menu of a control asks of the presets' desk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wish {
    /// The last step taken back.
    Undo,
    /// This parameter copied to the slot that is not heard.
    CopyOne(ParamPtr),
}

/// Where the menus look things up: the desk with A and B, and the parameters by their ids.
struct Records {
    desk: Arc<Mutex<Desk>>,
    sheet: Arc<Sheet>,
}

/// Text that is being typed over a value.
pub(crate) struct Typed {
    pub(crate) id: Id,
    pub(crate) text: String,
    pub(crate) unreadable: bool,
    pub(crate) fresh: bool,
}

/// What is remembered of the hand.
#[derive(Default)]
pub struct Hand {
    edits: Option<Box<dyn Edits>>,
    pending: HashMap<ParamPtr, Pending>,
    held: Vec<ParamPtr>,
    /// What has moved since no gesture was going on.
    step: Vec<Change>,
    /// The step is one of wheel or key.
    nudged: bool,
    pub(crate) exact: f32,
    pub(crate) horizontal: Option<bool>,
    pub(crate) wheel_rest: f32,
    pub(crate) typed: Option<Typed>,
    pub(crate) by_keyboard: bool,
    pub(crate) focused: bool,
    /// What gets the focus in the next frame.
    pub(crate) focus_next: Option<Id>,
    hint: String,
    shown: Vec<(ParamPtr, Rect)>,
    time_s: f64,
    seen: HashMap<ParamPtr, Seen>,
    records: Option<Records>,
    /// What a parameter does, by its id.
    about: Option<fn(&str) -> &'static str>,
    pub(crate) wish: Option<Wish>,
    /// What the keyboard can reach in this frame, by panel.
    stops: Vec<(usize, Id)>,
    panel: usize,
}

impl Hand {
    /// A hand whose edits go to `edits`.
    pub fn new(edits: Box<dyn Edits>) -> Self {
        Self { edits: Some(edits), ..Self::default() }
    }

    /// Starts a frame: ends gestures whose button was let go, forgets hint and layout.
    pub fn begin_frame(&mut self, ui: &Ui) {
        self.time_s = ui.input(|input| input.time);
        self.stops.clear();
        self.panel = 0;
        let (down, tab, pressed) = ui.input(|input| {
            let tab = input.key_pressed(egui::Key::Tab);
            (input.pointer.any_down(), tab, input.pointer.any_pressed())
        });
        if !down {
            self.release();
        }
        if let Some(id) = self.focus_next.take() {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        if tab {
            self.by_keyboard = true;
        } else if pressed {
            self.by_keyboard = false;
        }
        self.focused = false;
        self.hint.clear();
        self.shown.clear();
    }

    /// The normalised position to draw: the pending one while an edit is on its way, because a CLAP
    /// host applies edits only when it next processes or flushes.
    pub fn position(&mut self, control: &dyn Control) -> f32 {
        self.position_of(control.ptr(), control.position())
    }

    /// The same of a parameter that stands at `now`.
    fn position_of(&mut self, ptr: ParamPtr, now: f32) -> f32 {
        let held = self.is_held(ptr);
        let Some(pending) = self.pending.get_mut(&ptr) else { return now };
        if now == pending.seen || held {
            pending.seen = now;
            return pending.position;
        }
        self.pending.remove(&ptr);
        now
    }

    /// Notes where a parameter stands, and whether it has moved by itself.
    fn watch(&mut self, ptr: ParamPtr, now: f32) {
        let new = Seen { position: now, moved_s: f64::MIN, edited_s: f64::MIN };
        let own = self.pending.contains_key(&ptr);
        let seen = self.seen.entry(ptr).or_insert(new);
        if seen.position != now {
            seen.position = now;
            if !own && self.time_s - seen.edited_s > ECHO_S {
                seen.moved_s = self.time_s;
            }
        }
    }

    /// Whether the host moves the parameter.
    pub fn is_automated(&self, param: ParamPtr) -> bool {
        self.seen.get(&param).is_some_and(|seen| self.time_s - seen.moved_s < AUTOMATED_S)
    }

    /// Whether the host moves any parameter, which is to be looked at again when it no longer does.
    pub(crate) fn is_anything_automated(&self) -> bool {
        self.seen.values().any(|seen| self.time_s - seen.moved_s < AUTOMATED_S)
    }

    /// The host has loaded a state: that is no automation.
    pub(crate) fn forget_moves(&mut self) {
        self.seen.clear();
    }

    /// Takes the desk and the parameters that the menus ask.
    pub(crate) fn meet(&mut self, desk: &Arc<Mutex<Desk>>, sheet: &Arc<Sheet>) {
        if self.records.is_none() {
            self.records = Some(Records { desk: desk.clone(), sheet: sheet.clone() });
        }
    }

    /// The slot that is heard (0 is A, 1 is B), where the other has the parameter, and whether there
    /// is a step to undo.
    pub(crate) fn compared(&self, param: ParamPtr) -> (usize, Option<f32>, bool) {
        let Some(Records { desk, sheet }) = &self.records else { return (0, None, false) };
        let desk = desk.lock().unwrap_or_else(PoisonError::into_inner);
        let other = sheet.index_of(param).and_then(|index| desk.other(index));
        (desk.slot(), other, desk.depth()[0] > 0)
    }

    /// Takes the plain words on each parameter, by its id.
    pub(crate) fn explain_with(&mut self, about: fn(&str) -> &'static str) {
        self.about = Some(about);
    }

    /// What a parameter does, in plain words.
    pub fn words_on(&self, param: ParamPtr) -> &'static str {
        let (Some(about), Some(records)) = (self.about, &self.records) else { return "" };
        records.sheet.index_of(param).map_or("", |index| about(records.sheet.id(index)))
    }

    /// From here on, what the keyboard reaches belongs to the next panel.
    pub fn enter_panel(&mut self) {
        self.panel += 1;
    }

    /// The keyboard can reach this.
    pub fn stop_at(&mut self, id: Id) {
        self.stops.push((self.panel, id));
    }

    /// Whether the focus is in the panel that is being drawn.
    pub fn is_in_panel(&self, ui: &Ui) -> bool {
        let focus = ui.memory(|memory| memory.focused());
        focus.is_some_and(|id| self.stops.contains(&(self.panel, id)))
    }

    /// F6 goes to the first control of the next panel, Shift-F6 of the one before. To be called when
    /// all is drawn.
    pub(crate) fn jump(&mut self, ui: &Ui) {
        let (jump, back) =
            ui.input(|input| (input.key_pressed(egui::Key::F6), input.modifiers.shift));
        if !jump || self.is_typing() {
            return;
        }
        let focus = ui.memory(|memory| memory.focused());
        let here = self.stops.iter().find(|(_, id)| Some(*id) == focus).map(|(panel, _)| *panel);
        let mut panels: Vec<usize> = self.stops.iter().map(|(panel, _)| *panel).collect();
        panels.dedup();
        if panels.is_empty() {
            return;
        }
        let at = here.and_then(|here| panels.iter().position(|panel| *panel == here));
        let next = match (at, back) {
            (Some(at), false) => (at + 1) % panels.len(),
            (Some(at), true) => (at + panels.len() - 1) % panels.len(),
            (None, false) => 0,
            (None, true) => panels.len() - 1,
        };
        let first = self.stops.iter().find(|(panel, _)| *panel == panels[next]);
        if let Some((_, id)) = first {
            ui.memory_mut(|memory| memory.request_focus(*id));
            self.by_keyboard = true;
        }
    }

    /// Whether a gesture on the parameter is going on.
    pub fn is_held(&self, param: ParamPtr) -> bool {
        self.held.contains(&param)
    }

    /// Whether any gesture is going on.
    pub fn is_busy(&self) -> bool {
        !self.held.is_empty()
    }

    /// Begins a gesture, if it has not begun. It ends when the button is let go.
    pub fn hold(&mut self, control: &dyn Control) {
        let ptr = control.ptr();
        if !self.is_held(ptr) {
            self.held.push(ptr);
            if let Some(edits) = &self.edits {
                edits.begin(ptr);
            }
        }
    }

    /// Moves a held control to a normalised position.
    pub fn set(&mut self, control: &dyn Control, position: f32) {
        let position = snapped(control, position);
        let before = self.position(control);
        if position == before {
            return;
        }
        let param = control.ptr();
        match self.step.iter_mut().find(|change| change.param == param) {
            Some(change) => change.after = position,
            None => self.step.push(Change { param, before, after: position }),
        }
        self.send(param, control.position(), position);
    }

    fn send(&mut self, param: ParamPtr, seen: f32, position: f32) {
        self.pending.insert(param, Pending { position, seen });
        if let Some(seen) = self.seen.get_mut(&param) {
            seen.edited_s = self.time_s;
        }
        if let Some(edits) = &self.edits {
            edits.set(param, position);
        }
    }

    /// Ends all gestures.
    pub fn release(&mut self) {
        for ptr in self.held.drain(..) {
            if let Some(edits) = &self.edits {
                edits.end(ptr);
            }
        }
        self.horizontal = None;
    }

    /// One whole gesture: to a position at once.
    pub fn put(&mut self, control: &dyn Control, position: f32) {
        let was_held = self.is_held(control.ptr());
        self.hold(control);
        self.set(control, position);
        if !was_held {
            self.held.retain(|held| *held != control.ptr());
            if let Some(edits) = &self.edits {
                edits.end(control.ptr());
            }
        }
    }

    /// Whether the keyboard steers: the focus came by Tab.
    pub fn by_keyboard(&self) -> bool {
        self.by_keyboard
    }

    /// The same for one step of wheel or key: those that follow each other are one step to undo.
    pub fn nudge(&mut self, control: &dyn Control, position: f32) {
        self.nudged = self.step.is_empty();
        self.put(control, position);
    }

    /// The step that is complete: what moved while any gesture went on, and whether it was one of
    /// wheel or key.
    pub fn take_step(&mut self) -> Option<(Vec<Change>, bool)> {
        if self.is_busy() || self.step.is_empty() {
            return None;
        }
        let mut changes = std::mem::take(&mut self.step);
        changes.retain(|change| change.before != change.after);
        let nudged = std::mem::take(&mut self.nudged);
        (!changes.is_empty()).then_some((changes, nudged))
    }

    /// Where all parameters of a sheet are drawn.
    pub fn positions(&mut self, sheet: &Sheet) -> Vec<f32> {
        let drawn = |param: ParamPtr| {
            let now = sheet.position(param);
            self.watch(param, now);
            self.position_of(param, now)
        };
        sheet.pointers().map(drawn).collect()
    }

    /// Moves parameters of a sheet as a preset or an undone step does: a gesture for the host each,
    /// and no step of the hand.
    pub fn recall(&mut self, sheet: &Sheet, changes: &[Change]) {
        for change in changes {
            if let Some(edits) = &self.edits {
                edits.begin(change.param);
            }
            self.send(change.param, sheet.position(change.param), change.after);
            if let Some(edits) = &self.edits {
                edits.end(change.param);
            }
        }
    }

    /// Keeps keys from the host in this frame: something of the editor has the focus.
    pub fn keep_keys(&mut self) {
        self.focused = true;
    }

    /// Says in the footer what is under the hand. The last word of a frame counts.
    pub fn say(&mut self, hint: impl Into<String>) {
        self.hint = hint.into();
    }

    /// What the footer says.
    pub fn hint(&self) -> &str {
        &self.hint
    }

    /// Notes that a control is on the screen, at `rect`.
    pub fn note(&mut self, control: &dyn Control, rect: Rect) {
        self.shown.push((control.ptr(), rect));
    }

    /// The controls of this frame and where they are.
    pub fn shown(&self) -> &[(ParamPtr, Rect)] {
        &self.shown
    }

    /// Whether text is being typed.
    pub fn is_typing(&self) -> bool {
        self.typed.is_some()
    }
}

/// The nearest stop, where a control has stops.
fn snapped(control: &dyn Control, position: f32) -> f32 {
    let position = position.clamp(0.0, 1.0);
    match control.stops() {
        Some(stops) if stops > 0 => (position * stops as f32).round() / stops as f32,
        _ => position,
    }
}
