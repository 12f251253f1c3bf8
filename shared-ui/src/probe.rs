//! An editor drawn without a window, for tests: which controls are on the screen, where they are,
//! and what a hand does to them.

use crate::control::{Control, Edits};
use crate::presets::Presets;
use crate::window::{App, View};
use egui::epaint::{ClippedShape, ColorMode};
use egui::{Color32, Event, Id, Modifiers, PointerButton, Pos2, RawInput, Rect, Shape};
use nice_plug::params::Params;
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::TrackInfo;
use nice_plug_egui::NiceEguiApp;
use shared_plugin::preset::Shelf;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

mod controls;
mod presets;

pub use controls::Bench as ControlBench;
pub use presets::Bench as PresetBench;

/// What the host would have heard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Heard {
    /// A gesture began.
    Begin(ParamPtr),
    /// A parameter moved to a normalised position.
    Set(ParamPtr, f32),
    /// A gesture ended.
    End(ParamPtr),
}

/// A host that notes edits and never applies them, like a CLAP host that does not process.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<Heard>>>);

impl Notes {
    fn push(&self, heard: Heard) {
        self.0.lock().expect("no test panics while it holds the notes").push(heard);
    }
}

impl Edits for Notes {
    fn begin(&self, param: ParamPtr) {
        self.push(Heard::Begin(param));
    }

    fn set(&self, param: ParamPtr, position: f32) {
        self.push(Heard::Set(param, position));
    }

    fn end(&self, param: ParamPtr) {
        self.push(Heard::End(param));
    }
}

/// An editor without a window.
pub struct Probe<V: View> {
    app: App<V>,
    ctx: egui::Context,
    notes: Notes,
    names: HashMap<ParamPtr, String>,
    time_s: f64,
    size: [f32; 2],
    shapes: Vec<ClippedShape>,
    tree: Option<egui::accesskit::TreeUpdate>,
    asked_sizes: Vec<[f32; 2]>,
}

impl<V: View> Probe<V> {
    /// Lays out the editor of `params`.
    pub fn new(view: V, params: &dyn Params) -> Self {
        let ctx = egui::Context::default();
        crate::theme::install(&ctx);
        let notes = Notes::default();
        let mut app = App::new(view);
        app.connect(Box::new(notes.clone()));
        // No test depends on what somebody has saved.
        app.presets().keep_on(Shelf::default());
        let names = params.param_map().into_iter().map(|(id, ptr, _)| (ptr, id)).collect();
        let mut probe = Self {
            app,
            ctx,
            notes,
            names,
            time_s: 0.0,
            size: V::SIZE,
            shapes: Vec::new(),
            tree: None,
            asked_sizes: Vec::new(),
        };
        probe.frame(Vec::new());
        probe.frame(Vec::new());
        probe
    }

    /// Stretches the window.
    pub fn resize(&mut self, size: [f32; 2]) {
        self.size = size;
        self.frame(Vec::new());
    }

    /// The host tells of the track.
    pub fn tell_track(&mut self, track: TrackInfo) {
        self.app.track_info_changed(track);
        // Responses are those of the frame before.
        self.frame(Vec::new());
        self.frame(Vec::new());
    }

    /// Draws one frame with these events.
    pub fn frame(&mut self, events: Vec<Event>) {
        self.time_s += 1.0 / 60.0;
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, self.size.into()));
        let input =
            RawInput { screen_rect, time: Some(self.time_s), events, ..RawInput::default() };
        let app = &mut self.app;
        let mut output = self.ctx.run_ui(input, |ui| app.frame(ui));
        self.shapes = std::mem::take(&mut output.shapes);
        for viewport in output.viewport_output.values() {
            for command in &viewport.commands {
                if let egui::ViewportCommand::InnerSize(size) = command {
                    self.asked_sizes.push((*size).into());
                }
            }
        }
        self.tree = output.platform_output.accesskit_update.take();
        output.drop_without_applying_deltas();
    }

    /// The sizes that the editor has asked its window for.
    pub fn asked_sizes(&self) -> Vec<[f32; 2]> {
        self.asked_sizes.clone()
    }

    /// What a screen reader would be told of the last frame.
    pub fn read_out(&self) -> Option<&egui::accesskit::TreeUpdate> {
        self.tree.as_ref()
    }

    /// The egui context, for what a view keeps in it.
    pub fn context(&self) -> &egui::Context {
        &self.ctx
    }

    /// The view.
    pub fn view(&mut self) -> &mut V {
        self.app.view()
    }

    /// Ids of the controls of the last frame and where they are.
    pub fn shown(&mut self) -> Vec<(String, Rect)> {
        let names = &self.names;
        let shown = self.app.hand().shown().iter();
        shown.filter_map(|(ptr, rect)| Some((names.get(ptr)?.clone(), *rect))).collect()
    }

    /// The lines of more than two points that the last frame has drawn in a colour.
    pub fn lines(&self, color: Color32) -> Vec<Vec<Pos2>> {
        let mut shapes: Vec<&Shape> = self.shapes.iter().map(|clipped| &clipped.shape).collect();
        let mut lines = Vec::new();
        while let Some(shape) = shapes.pop() {
            match shape {
                Shape::Vec(parts) => shapes.extend(parts),
                Shape::Path(path) if path.stroke.color == ColorMode::Solid(color) => {
                    lines.push(path.points.clone());
                }
                _ => {}
            }
        }
        lines
    }

    /// The boxes that the last frame has filled with a colour.
    pub fn boxes(&self, color: Color32) -> Vec<Rect> {
        let filled = |clipped: &ClippedShape| match &clipped.shape {
            Shape::Rect(shape) if shape.fill == color => Some(shape.rect),
            _ => None,
        };
        self.shapes.iter().filter_map(filled).collect()
    }

    /// The boxes that the last frame has outlined with a colour.
    pub fn boxes_outlined(&self, color: Color32) -> Vec<Rect> {
        let outlined = |clipped: &ClippedShape| match &clipped.shape {
            Shape::Rect(shape) if shape.stroke.color == color => Some(shape.rect),
            _ => None,
        };
        self.shapes.iter().filter_map(outlined).collect()
    }

    /// The middles of the circles that the last frame has filled with a colour.
    pub fn circles(&self, color: Color32) -> Vec<Pos2> {
        let filled = |clipped: &ClippedShape| match &clipped.shape {
            Shape::Circle(shape) if shape.fill == color => Some(shape.center),
            _ => None,
        };
        self.shapes.iter().filter_map(filled).collect()
    }

    /// The presets.
    pub fn presets(&mut self) -> &mut Presets {
        self.app.presets()
    }

    /// The middles of the texts of the last frame that are these words.
    pub fn words(&self, words: &str) -> Vec<Pos2> {
        let same = self.written().filter(|(text, _)| text == words);
        same.map(|(_, middle)| middle).collect()
    }

    /// The texts of the last frame.
    pub fn texts(&self) -> Vec<String> {
        self.written().map(|(text, _)| text).collect()
    }

    /// The texts above a height and where they are, from left to right.
    pub fn spans(&self, below: f32) -> Vec<(String, Rect)> {
        let mut spans: Vec<(String, Rect)> = self
            .shapes
            .iter()
            .filter_map(|clipped| {
                let Shape::Text(text) = &clipped.shape else { return None };
                let rect = text.galley.rect.translate(text.pos.to_vec2());
                let shown: String = text.galley.rows.iter().map(|row| row.row.text()).collect();
                (rect.bottom() <= below).then_some((shown, rect))
            })
            .collect();
        spans.sort_by(|a, b| a.1.left().total_cmp(&b.1.left()));
        spans
    }

    /// The texts that can be seen, and their middles.
    fn written(&self) -> impl Iterator<Item = (String, Pos2)> {
        self.shapes.iter().filter_map(|clipped| {
            let Shape::Text(text) = &clipped.shape else { return None };
            let middle = text.pos + text.galley.rect.center().to_vec2();
            let seen = clipped.clip_rect.contains(middle);
            seen.then(|| (text.galley.text().to_owned(), middle))
        })
    }

    /// What the footer says.
    pub fn hint(&mut self) -> String {
        self.app.hand().hint().to_owned()
    }

    /// What the host has heard since the last call.
    pub fn heard(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.notes.0.lock().expect("no test panics while it holds the notes"))
    }

    /// Presses, drags by an amount in a number of frames, and lets go.
    pub fn drag(&mut self, from: Pos2, by: egui::Vec2, frames: usize) {
        self.frame(vec![Event::PointerMoved(from)]);
        self.frame(vec![button(from, true)]);
        for i in 1..=frames {
            self.frame(vec![Event::PointerMoved(from + by * (i as f32 / frames as f32))]);
        }
        self.frame(vec![button(from + by, false)]);
        self.frame(Vec::new());
    }

    /// Clicks.
    pub fn click(&mut self, at: Pos2) {
        self.frame(vec![Event::PointerMoved(at)]);
        self.frame(vec![button(at, true)]);
        self.frame(vec![button(at, false)]);
        self.frame(Vec::new());
    }

    /// Moves the keyboard to a widget.
    pub fn focus(&mut self, id: Id) {
        self.ctx.memory_mut(|memory| memory.request_focus(id));
        self.frame(Vec::new());
    }

    /// Presses and releases a key.
    pub fn key(&mut self, key: egui::Key) {
        self.chord(Modifiers::NONE, key);
    }

    /// The same while modifiers are held.
    pub fn chord(&mut self, modifiers: Modifiers, key: egui::Key) {
        self.frame(vec![Event::ModifiersChanged(modifiers)]);
        for pressed in [true, false] {
            self.frame(vec![Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers,
            }]);
        }
        self.frame(vec![Event::ModifiersChanged(Modifiers::NONE)]);
    }

    /// Types text.
    pub fn type_text(&mut self, text: &str) {
        self.frame(vec![Event::Text(text.to_owned())]);
        self.frame(Vec::new());
    }

    /// Where a control is drawn, normalised.
    pub fn position(&mut self, control: &dyn Control) -> f32 {
        self.app.hand().position(control)
    }

    /// What is wrong with the layout of the last frame: controls outside the window, controls that
    /// overlap, controls that are shown twice.
    pub fn faults(&mut self) -> Vec<String> {
        let window = Rect::from_min_size(Pos2::ZERO, self.size.into());
        let shown = self.shown();
        let mut faults = Vec::new();
        for (i, (id, rect)) in shown.iter().enumerate() {
            if !window.contains_rect(*rect) {
                faults.push(format!("{id} leaves the window: {rect:?}"));
            }
            for (other, place) in &shown[i + 1..] {
                if other == id {
                    faults.push(format!("{id} is shown twice"));
                } else if rect.intersect(*place).is_positive() {
                    let common = rect.intersect(*place);
                    faults.push(format!("{id} and {other} overlap by {:?}", common.size()));
                }
            }
        }
        faults
    }

    /// Ids of parameters that none of `shown` is.
    pub fn missing(&self, shown: &[(String, Rect)]) -> Vec<String> {
        let missing = |id: &&String| !shown.iter().any(|(other, _)| other == *id);
        let mut ids: Vec<String> = self.names.values().filter(missing).cloned().collect();
        ids.sort();
        ids
    }
}

fn button(pos: Pos2, pressed: bool) -> Event {
    let modifiers = Modifiers::NONE;
    Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers }
}
