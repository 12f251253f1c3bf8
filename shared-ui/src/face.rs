//! What widgets are drawn on, and what is remembered of the hand from frame to frame.

use crate::control::{Control, Edits};
use egui::{Align2, Color32, Id, Painter, Pos2, Rect, Ui};
use nice_plug::params::internals::ParamPtr;
use shared_plugin::preset::{Change, Sheet};
use std::collections::HashMap;

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
}

impl Hand {
    /// A hand whose edits go to `edits`.
    pub fn new(edits: Box<dyn Edits>) -> Self {
        Self { edits: Some(edits), ..Self::default() }
    }

    /// Starts a frame: ends gestures whose button was let go, forgets hint and layout.
    pub fn begin_frame(&mut self, ui: &Ui) {
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
        sheet.pointers().map(|param| self.position_of(param, sheet.position(param))).collect()
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
