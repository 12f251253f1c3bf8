//! What every editor's presets must do under the hand. Failures panic and say what was seen.

use super::{Heard, Probe};
use crate::header;
use crate::presets::DEFAULT;
use crate::theme;
use crate::window::View;
use egui::{Id, Key, Modifiers, Pos2, Rect, vec2};
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::TrackInfo;
use shared_plugin::preset::{Preset, Shelf, UNDO_STEPS};
use std::fs;
use std::path::PathBuf;

const CTRL: Modifiers = Modifiers::COMMAND;
const SHIFTED: Modifiers = Modifiers { shift: true, ..CTRL };

/// An editor under test, its own folder of presets, and a parameter that drags and is part of
/// presets.
pub struct Bench<V: View> {
    probe: Probe<V>,
    folder: PathBuf,
    dragged: &'static str,
}

impl<V: View> Drop for Bench<V> {
    fn drop(&mut self) {
        // It may never have come to be.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl<V: View> Bench<V> {
    /// A bench; `test` names the folder.
    pub fn new(mut probe: Probe<V>, test: &str, dragged: &'static str) -> Self {
        let name = format!("proscenium-{}-{}-{test}", std::process::id(), V::SIZE[0]);
        let folder = std::env::temp_dir().join(name);
        probe.presets().keep_on(Shelf::at(&folder));
        probe.frame(Vec::new());
        Self { probe, folder, dragged }
    }

    fn positions(&mut self) -> Vec<f32> {
        let sheet = self.probe.presets().sheet();
        self.probe.app.hand().positions(&sheet)
    }

    fn factory(&mut self) -> Vec<Preset> {
        let readable = |preset: &Result<Preset, String>| preset.clone().expect("it can be read");
        let bank = self.probe.presets().bank();
        bank.factory.iter().map(|listed| readable(&listed.preset)).collect()
    }

    fn press(&mut self, word: &str) {
        let at = self.rect(word).center();
        self.probe.click(at);
    }

    fn rect(&self, word: &str) -> Rect {
        let response = self.probe.ctx.read_response(Id::unique(("presets", word)));
        response.unwrap_or_else(|| panic!("there is no '{word}'")).rect
    }

    fn click_words(&mut self, words: &str) {
        let at = self.probe.words(words);
        assert!(!at.is_empty(), "'{words}' is not on the screen");
        self.probe.click(at[at.len() - 1]);
    }

    fn place(&mut self, id: &str) -> Pos2 {
        let found = self.probe.shown().into_iter().find(|(shown, _)| shown == id);
        found.unwrap_or_else(|| panic!("'{id}' is not on the screen")).1.center()
    }

    fn drag(&mut self, up: f32) {
        let at = self.place(self.dragged);
        self.probe.drag(at, vec2(0.0, -up), 3);
    }

    fn ctrl(&mut self, key: Key) {
        self.probe.chord(CTRL, key);
    }

    fn current(&mut self) -> (String, bool) {
        let (name, edited) = self.probe.presets().current();
        (name.to_owned(), edited)
    }

    /// Brass dots in the header.
    fn dots(&self) -> usize {
        let dots = self.probe.circles(theme::BRASS);
        dots.iter().filter(|at| at.y < header::HEIGHT).count()
    }

    /// Whether the parameters stand where a preset puts them.
    fn stands_at(&mut self, preset: &Preset) -> bool {
        let now = self.positions();
        !self.probe.presets().sheet().is_edited(&preset.values, &now)
    }

    /// A preset is picked with the mouse; it reaches the host as a gesture of each parameter that
    /// changes, and it is one step to undo.
    pub fn a_preset_is_picked(&mut self) {
        let before = self.positions();
        assert_eq!(self.current(), (DEFAULT.to_owned(), false));
        self.press("browse");
        let preset = self.factory().swap_remove(1);
        self.probe.heard();
        self.click_words(&preset.name);
        assert!(self.stands_at(&preset), "'{}' is not heard", preset.name);
        assert_eq!(self.current(), (preset.name.clone(), false));
        let after = self.positions();
        let sheet = self.probe.presets().sheet();
        let moved = sheet.pointers().zip(before.iter().zip(&after));
        let moved: Vec<(ParamPtr, f32)> =
            moved.filter(|(_, (was, is))| was != is).map(|(ptr, (_, is))| (ptr, *is)).collect();
        let gesture = |(ptr, to): &(ParamPtr, f32)| {
            [Heard::Begin(*ptr), Heard::Set(*ptr, *to), Heard::End(*ptr)]
        };
        let expected: Vec<Heard> = moved.iter().flat_map(gesture).collect();
        assert!(!expected.is_empty());
        assert_eq!(self.probe.heard(), expected);
        self.probe.key(Key::Escape);
        assert!(!self.probe.presets().is_open());
        self.press("undo");
        assert_eq!((self.positions(), self.current()), (before, (DEFAULT.to_owned(), false)));
        self.press("redo");
        assert_eq!((self.positions(), self.current()), (after, (preset.name, false)));
    }

    /// Next and previous go round, by mouse and by keys.
    pub fn next_and_previous_go_round(&mut self) {
        let factory = self.factory();
        for preset in &factory {
            self.press("Next preset (Ctrl-Right)");
            assert_eq!(self.current(), (preset.name.clone(), false));
            assert!(self.stands_at(preset));
        }
        self.ctrl(Key::ArrowRight);
        assert_eq!(self.current().0, DEFAULT);
        self.ctrl(Key::ArrowLeft);
        assert_eq!(self.current().0, factory[factory.len() - 1].name);
        self.press("Previous preset (Ctrl-Left)");
        assert_eq!(self.current().0, factory[factory.len() - 2].name);
    }

    /// An edit shows the dot, undo takes it back, redo makes it again, fifty steps deep.
    pub fn edits_are_undone_and_redone(&mut self) {
        self.ctrl(Key::ArrowRight);
        let (name, rest) = (self.current().0, self.positions());
        let up = if self.at(&rest) > 0.5 { -30.0 } else { 30.0 };
        self.drag(up);
        let edited = self.positions();
        assert_ne!(edited, rest);
        assert_eq!(self.current(), (name.clone(), true), "the dot");
        assert_eq!(self.dots(), 1);
        self.ctrl(Key::Z);
        assert_eq!((self.positions(), self.current()), (rest.clone(), (name.clone(), false)));
        assert_eq!(self.dots(), 0);
        self.probe.chord(SHIFTED, Key::Z);
        assert_eq!((self.positions(), self.current()), (edited, (name, true)));
        let mut places = vec![self.positions()];
        for step in 0..60 {
            self.drag(if step % 2 == 0 { -12.0 } else { 12.0 });
            places.push(self.positions());
        }
        let mut undone = 0;
        while self.probe.presets().can_undo() {
            self.ctrl(Key::Z);
            undone += 1;
            assert_eq!(self.positions(), places[60 - undone], "{undone} undone");
        }
        assert_eq!(undone, UNDO_STEPS);
    }

    /// Where the dragged parameter stands.
    fn at(&mut self, positions: &[f32]) -> f32 {
        let sheet = self.probe.presets().sheet();
        let index = (0..sheet.len()).find(|index| sheet.id(*index) == self.dragged);
        positions[index.expect("it is a parameter")]
    }

    /// A and B are apart, and one is copied to the other, by mouse and by keys.
    pub fn a_and_b_are_compared(&mut self) {
        let first = self.positions();
        self.press("B");
        assert_eq!(self.positions(), first, "B begins as A");
        self.ctrl(Key::ArrowRight);
        let second = self.positions();
        let name = self.current();
        assert_ne!(second, first);
        self.ctrl(Key::B);
        assert_eq!((self.positions(), self.current().0.as_str()), (first.clone(), DEFAULT));
        self.press("B");
        assert_eq!((self.positions(), self.current()), (second.clone(), name));
        self.press("copy");
        self.press("A");
        assert_eq!(self.positions(), second, "A is a copy of B");
        self.ctrl(Key::Z);
        self.ctrl(Key::Z);
        self.ctrl(Key::B);
        assert_eq!(self.positions(), first, "the copy is undone");
        self.probe.chord(SHIFTED, Key::B);
        self.ctrl(Key::B);
        assert_eq!(self.positions(), first, "B is a copy of A");
    }

    /// What is searched for is found by its name, and Enter takes it.
    pub fn a_preset_is_searched_for(&mut self) {
        let factory = self.factory();
        let wanted = &factory[factory.len() - 1];
        self.ctrl(Key::F);
        assert_eq!(self.probe.words(&format!("{0} of {0}", factory.len() + 1)).len(), 1);
        self.probe.type_text(&wanted.name.to_uppercase());
        let count = format!("1 of {}", factory.len() + 1);
        assert_eq!(self.probe.words(&count).len(), 1, "'{}' is found", wanted.name);
        self.probe.key(Key::Enter);
        assert!(self.stands_at(wanted));
        assert_eq!(self.current(), (wanted.name.clone(), false));
        assert!(!self.probe.presets().is_open(), "Enter closes");
        self.ctrl(Key::F);
        self.probe.key(Key::ArrowUp);
        self.probe.key(Key::Enter);
        assert!(self.stands_at(&factory[factory.len() - 2]), "the arrows choose");
        self.ctrl(Key::F);
        self.probe.type_text("there is no such thing");
        self.probe.key(Key::Enter);
        assert!(self.stands_at(&factory[factory.len() - 2]), "nothing to take");
        self.probe.key(Key::Escape);
        assert!(!self.probe.presets().is_open());
    }

    /// A preset is saved, asked about before it is replaced, found again and deleted.
    pub fn a_preset_is_saved_replaced_and_deleted(&mut self) {
        self.drag(20.0);
        self.drag(-40.0);
        let saved = self.positions();
        self.save("Mine, warm");
        assert!(!self.probe.presets().is_open());
        assert_eq!(self.current(), ("Mine, warm".to_owned(), false));
        let file = self.folder.join("Mine, warm.toml");
        let text = fs::read_to_string(&file).expect("the file is there");
        assert!(text.contains(&format!("\n{} = ", self.dragged)), "{text}");
        self.ctrl(Key::ArrowRight);
        assert_eq!(self.current().0, DEFAULT, "it is the last");
        self.ctrl(Key::ArrowLeft);
        assert_eq!(self.current(), ("Mine, warm".to_owned(), false));
        let sheet = self.probe.presets().sheet();
        let preset = sheet.read(&text).expect("it can be read");
        assert!(!sheet.is_edited(&preset.values, &saved), "what was saved is what was heard");
        self.drag(30.0);
        self.save("Mine, warm");
        assert!(self.probe.presets().is_open(), "it asks first");
        assert!(self.probe.hint().contains("Enter again replaces"), "{}", self.probe.hint());
        assert_eq!(fs::read_to_string(&file).expect("the file is there"), text);
        self.probe.key(Key::Enter);
        assert!(!self.probe.presets().is_open());
        assert_ne!(fs::read_to_string(&file).expect("the file is there"), text);
        self.ctrl(Key::F);
        self.press("Delete");
        assert!(file.exists(), "it asks first");
        self.press("Really?");
        assert!(!file.exists());
        assert!(self.probe.words("Mine, warm").len() <= 1, "only the header still says it");
    }

    fn save(&mut self, name: &str) {
        self.ctrl(Key::S);
        self.probe.frame(Vec::new());
        self.probe.type_text(name);
        self.probe.key(Key::Enter);
    }

    /// A preset that cannot be read is listed with its reason and passed over.
    pub fn what_cannot_be_read_is_listed(&mut self) {
        fs::create_dir_all(&self.folder).expect("a folder");
        fs::write(self.folder.join("old session.toml"), "name = \n").expect("it can be written");
        let head = self.probe.presets().sheet().write("Half", "", &[]);
        let half = format!("{head}{} = 1e9\nno_such = 1\n", self.dragged);
        fs::write(self.folder.join("half.toml"), half).expect("it can be written");
        self.ctrl(Key::F);
        self.probe.type_text("old session");
        let reasons = self.probe.texts().into_iter().filter(|text| text.starts_with("not loaded"));
        let reasons: Vec<String> = reasons.collect();
        assert!(
            reasons.len() == 1 && reasons[0].starts_with("not loaded: line 1: "),
            "{reasons:?}"
        );
        let before = self.positions();
        self.click_words("old session");
        assert_eq!(self.positions(), before);
        self.probe.key(Key::Escape);
        self.ctrl(Key::ArrowLeft);
        assert_eq!(self.current(), ("Half".to_owned(), false), "the unreadable one is passed over");
        self.ctrl(Key::F);
        let said = self.probe.texts();
        assert!(said.iter().any(|text| text.starts_with("without 2 settings: ")), "{said:?}");
    }

    /// A long name of the track shortens before the field does, and nothing in the header overlaps.
    pub fn the_tracks_name_gives_way(&mut self) {
        let wide = self.rect("browse").width();
        for name in ["Lead", "Lead vocal, double, take 17 comped and tuned, from the other room"] {
            self.probe.tell_track(TrackInfo::new(name, None));
            let order = ["Previous preset (Ctrl-Left)", "browse", "Next preset (Ctrl-Right)"];
            let order = order.into_iter().chain(["A", "B", "copy", "undo", "redo"]);
            let rects: Vec<Rect> = order.map(|word| self.rect(word)).collect();
            assert!(rects.windows(2).all(|pair| pair[0].right() <= pair[1].left() + 0.01));
            let texts = self.probe.spans(header::HEIGHT);
            let ends: Vec<&(String, Rect)> =
                texts.iter().filter(|(_, at)| at.left() < rects[0].left()).collect();
            let (shown, at) = ends.last().expect("the plugin's name, and the track's");
            assert!(at.right() < rects[0].left(), "'{shown}' reaches into the field: {at:?}");
            let field = rects[2].right() - rects[0].left();
            match shown.ends_with('\u{2026}') {
                true => assert!(field >= 199.9, "{field} px are left"),
                false => assert!(shown == name && rects[1].width() <= wide, "'{shown}'"),
            }
        }
    }

    /// All of it.
    pub fn all(make: impl Fn() -> Probe<V>, dragged: &'static str) {
        let bench = |test| Self::new(make(), test, dragged);
        bench("pick").a_preset_is_picked();
        bench("next").next_and_previous_go_round();
        bench("undo").edits_are_undone_and_redone();
        bench("compare").a_and_b_are_compared();
        bench("search").a_preset_is_searched_for();
        bench("save").a_preset_is_saved_replaced_and_deleted();
        bench("track").the_tracks_name_gives_way();
        bench("unreadable").what_cannot_be_read_is_listed();
    }
}
