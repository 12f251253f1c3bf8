//! What every control of every editor must do under the hand. Failures panic and say what was seen.

use super::{Heard, Probe};
use crate::theme;
use crate::window::View;
use egui::{Color32, Event, Id, Key, Modifiers, PointerButton, Pos2, accesskit, vec2};
use nice_plug::params::internals::ParamPtr;
use std::collections::HashSet;

/// Frames of the bench in a second.
const FRAMES_PER_S: f32 = 60.0;

/// An editor under test, and the id of one of its knobs.
pub struct Bench<V: View> {
    probe: Probe<V>,
    knob: &'static str,
}

// SAFETY of all `unsafe` below: the pointers come from the sheet of the editor, which keeps its
// parameters alive.
impl<V: View> Bench<V> {
    /// A bench.
    pub fn new(probe: Probe<V>, knob: &'static str) -> Self {
        Self { probe, knob }
    }

    fn knob(&mut self) -> (ParamPtr, Pos2) {
        let sheet = self.probe.presets().sheet();
        let index = (0..sheet.len()).find(|index| sheet.id(*index) == self.knob);
        let pointer = sheet.pointers().nth(index.expect("it is a parameter"));
        let shown = self.probe.shown();
        let place = shown.iter().find(|(id, _)| id == self.knob).expect("it is on the screen").1;
        (pointer.expect("it is a parameter"), place.center() - vec2(0.0, 6.0))
    }

    fn secondary_click(&mut self, at: Pos2) {
        self.probe.frame(vec![Event::PointerMoved(at)]);
        for pressed in [true, false] {
            let modifiers = Modifiers::NONE;
            let button = PointerButton::Secondary;
            self.probe.frame(vec![Event::PointerButton { pos: at, button, pressed, modifiers }]);
        }
        self.probe.frame(Vec::new());
        self.probe.frame(Vec::new());
    }

    fn choose(&mut self, words: &str) {
        let at = self.probe.words(words);
        let at = *at.last().unwrap_or_else(|| panic!("no '{words}' in the menu"));
        self.probe.click(at);
        self.probe.frame(Vec::new());
    }

    fn press(&mut self, word: &str) {
        let response = self.probe.ctx.read_response(Id::unique(("presets", word)));
        let at = response.expect("the header has it").rect.center();
        self.probe.click(at);
    }

    fn position(&mut self) -> f32 {
        let (ptr, _) = self.knob();
        let sheet = self.probe.presets().sheet();
        let index = sheet.index_of(ptr).expect("it is a parameter");
        self.probe.app.hand().positions(&sheet)[index]
    }

    /// The right button opens a menu that resets, copies this value alone to the other of A and B,
    /// undoes, and types.
    pub fn the_menu_resets_copies_and_undoes(&mut self) {
        let rest = self.position();
        self.press("B");
        self.press("A");
        let (ptr, at) = self.knob();
        let up = if rest > 0.5 { -40.0 } else { 40.0 };
        self.probe.drag(at, vec2(0.0, -up), 4);
        let moved = self.position();
        assert_ne!(moved, rest);
        self.secondary_click(at);
        self.choose("Copy A to B");
        self.press("B");
        assert_eq!(self.position(), moved, "the value has gone to B");
        self.press("A");
        self.probe.heard();
        self.secondary_click(at);
        self.choose("Reset to default");
        assert_eq!(self.position(), rest);
        let gesture = [Heard::Begin(ptr), Heard::Set(ptr, rest), Heard::End(ptr)];
        assert_eq!(self.probe.heard(), gesture);
        self.secondary_click(at);
        self.choose("Undo");
        assert_eq!(self.position(), moved, "undone");
        self.secondary_click(at);
        self.choose("Type a value");
        assert!(self.probe.app.hand().is_typing());
        self.probe.key(Key::Escape);
    }

    /// After 0.6 s on a control, and not before, a tooltip says what it does. Every parameter that is
    /// on the screen has such words.
    pub fn a_tooltip_explains(&mut self) {
        let sheet = self.probe.presets().sheet();
        let silent: Vec<String> = (0..sheet.len())
            .filter(|index| V::about(sheet.id(*index)).len() < 12)
            .map(|index| sheet.id(index).to_owned())
            .collect();
        assert_eq!(silent, Vec::<String>::new(), "nothing is said about these");
        let words = V::about(self.knob);
        let (_, at) = self.knob();
        self.probe.frame(vec![Event::PointerMoved(at)]);
        let first = words.split(' ').next().expect("words").to_owned();
        let seen = |bench: &Self| {
            bench.probe.texts().iter().any(|text| text.starts_with(&first) && text.len() > 30)
        };
        for frame in 0..90 {
            self.probe.frame(Vec::new());
            let waited_s = frame as f32 / FRAMES_PER_S;
            assert!(waited_s > 0.5 || !seen(self), "after {waited_s} s");
        }
        assert!(seen(self), "after 1.5 s");
    }

    /// Every control that the keyboard can reach has a name and a role, every parameter a value too.
    pub fn every_control_has_a_name_a_role_and_a_value(&mut self) {
        self.probe.ctx.enable_accesskit();
        self.probe.frame(Vec::new());
        let update = self.probe.read_out().expect("a tree").clone();
        let nameless: Vec<_> = update
            .nodes
            .iter()
            .filter(|(_, node)| node.supports_action(accesskit::Action::Focus))
            .filter(|(_, node)| {
                node.label().is_none_or(str::is_empty) || node.role() == accesskit::Role::Unknown
            })
            .map(|(_, node)| node.bounds())
            .collect();
        assert!(nameless.is_empty(), "without a name: {nameless:?}");
        let sheet = self.probe.presets().sheet();
        let (ptr, _) = self.knob();
        let (title, text) = unsafe {
            let position = ptr.unmodulated_normalized_value();
            (ptr.name().to_owned(), ptr.normalized_value_to_string(position, true))
        };
        let node = update.nodes.iter().find(|(_, node)| node.label() == Some(&title));
        let (_, node) = node.unwrap_or_else(|| panic!("no '{title}' of {}", sheet.len()));
        assert_eq!(node.role(), accesskit::Role::Slider);
        assert_eq!(node.value(), Some(crate::control::typographic(&text).as_str()));
        self.probe.ctx.disable_accesskit();
    }

    /// F6 goes to the next panel and round, Shift-F6 back.
    pub fn f6_goes_from_panel_to_panel(&mut self) {
        let focus = |bench: &Self| bench.probe.ctx.memory(|memory| memory.focused());
        let mut seen = Vec::new();
        for _ in 0..40 {
            self.probe.key(Key::F6);
            let id = focus(self).expect("something has the focus");
            if seen.first() == Some(&id) {
                break;
            }
            seen.push(id);
        }
        let different: HashSet<Id> = seen.iter().copied().collect();
        assert!(different.len() == seen.len() && seen.len() >= 4, "{} panels", seen.len());
        self.probe.chord(Modifiers::SHIFT, Key::F6);
        assert_eq!(focus(self), seen.last().copied(), "and back");
    }

    /// What moves by itself has a brass dot, until it has stood still for a while; what the hand moves
    /// has none.
    pub fn automation_shows(&mut self) {
        let (ptr, at) = self.knob();
        let near = |bench: &Self| {
            let dots = bench.probe.circles(theme::BRASS);
            dots.iter().any(|dot| dot.distance(at) < 60.0)
        };
        assert!(!near(self), "at rest");
        for i in 0..10 {
            unsafe { ptr._internal_set_normalized_value(0.3 + 0.01 * i as f32) };
            self.probe.frame(Vec::new());
        }
        assert!(near(self), "automated");
        for _ in 0..90 {
            self.probe.frame(Vec::new());
        }
        assert!(!near(self), "1.5 s later");
        self.probe.drag(at, vec2(0.0, -20.0), 4);
        let to = self.position();
        unsafe { ptr._internal_set_normalized_value(to) };
        self.probe.frame(Vec::new());
        assert!(!near(self), "moved by hand, and applied by the host");
    }

    /// Modulation is a second, white mark; the value's own stays.
    pub fn modulation_shows(&mut self) {
        let (ptr, at) = self.knob();
        let arcs = |bench: &Self| {
            let lines = bench.probe.lines(Color32::WHITE);
            lines.iter().filter(|line| line.iter().all(|point| point.distance(at) < 60.0)).count()
        };
        let before = (self.position(), arcs(self));
        assert_eq!(before.1, 0);
        let by = if before.0 > 0.5 { -0.2 } else { 0.2 };
        unsafe { ptr._internal_modulate_value(by) };
        self.probe.frame(Vec::new());
        assert_eq!((self.position(), arcs(self)), (before.0, 1));
        unsafe { ptr._internal_modulate_value(0.0) };
        self.probe.frame(Vec::new());
        assert_eq!(arcs(self), 0);
    }

    /// A notch of the wheel is a hundredth, with Shift a thousandth.
    pub fn the_wheel_and_shift_are_fine(&mut self) {
        let (_, at) = self.knob();
        let start = self.position();
        let way = if start > 0.5 { -1.0 } else { 1.0 };
        let mut turn = |modifiers: Modifiers| {
            let before = self.position();
            self.probe.frame(vec![Event::PointerMoved(at), Event::ModifiersChanged(modifiers)]);
            self.probe.frame(vec![Event::MouseWheel {
                unit: egui::MouseWheelUnit::Line,
                delta: vec2(0.0, way),
                phase: egui::TouchPhase::Move,
                source: egui::MouseWheelSource::Unknown,
                modifiers,
            }]);
            self.probe.frame(vec![Event::ModifiersChanged(Modifiers::NONE)]);
            (self.position() - before).abs()
        };
        let (coarse, fine) = (turn(Modifiers::NONE), turn(Modifiers::SHIFT));
        assert!((coarse - 0.01).abs() < 1e-4, "{coarse}");
        assert!((fine - 0.001).abs() < 1e-4, "{fine}");
    }

    /// All of it.
    pub fn all(make: impl Fn() -> Probe<V>, knob: &'static str) {
        let bench = || Self::new(make(), knob);
        bench().the_menu_resets_copies_and_undoes();
        bench().a_tooltip_explains();
        bench().every_control_has_a_name_a_role_and_a_value();
        bench().f6_goes_from_panel_to_panel();
        bench().automation_shows();
        bench().modulation_shows();
        bench().the_wheel_and_shift_are_fine();
    }
}
