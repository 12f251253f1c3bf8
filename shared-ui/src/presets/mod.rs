//! Presets, A and B, undo and redo in a window: what the header's controls and their keys do.

use crate::face::{Face, Hand, Wish};
use egui::{Key, Modifiers, Rect};
use nice_plug::params::internals::ParamPtr;
use shared_plugin::preset::{Bank, Change, Chosen, Desk, Listed, Preset, Sheet, Shelf, Snapshot};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

mod bar;
mod browser;

pub use bar::{WIDTH as BAR_WIDTH, bar, field};
use browser::Browser;

/// How the preset without any setting is called.
pub const DEFAULT: &str = "Default";

/// How often the user's folder is looked at while the browser is open, in s.
const LOOK_S: f64 = 1.0;

/// The presets of an editor.
pub struct Presets {
    bank: Bank,
    default: Listed,
    shelf: Shelf,
    desk: Arc<Mutex<Desk>>,
    browser: Option<Browser>,
    time_s: f64,
    looked_s: Option<f64>,
    shown: Shown,
    /// Where the name is, below which the browser hangs.
    field: Rect,
}

/// What the header shows in this frame.
#[derive(Clone, Default)]
struct Shown {
    name: String,
    edited: bool,
    note: String,
    slot: usize,
    can: [bool; 2],
}

/// What a control or a key asks for.
#[derive(Clone, Debug, PartialEq)]
enum Act {
    /// This preset.
    Load(Chosen),
    /// The next preset, or the one before (-1).
    Step(isize),
    Undo,
    Redo,
    /// The other of A and B.
    Switch,
    /// What is heard becomes the other as well.
    Copy,
    /// One parameter of it does.
    CopyOne(ParamPtr),
    /// Opens or closes the browser.
    Browse,
    /// Opens the browser to save.
    SaveAs,
    /// Saves under a name, replacing one of the same name or not.
    Save(String, bool),
    /// Deletes one of the user's own.
    Delete(PathBuf),
}

impl Presets {
    /// The presets of a bank on the desk of its instance.
    pub fn new(bank: Bank, desk: Arc<Mutex<Desk>>) -> Self {
        let plain = Preset {
            name: DEFAULT.to_owned(),
            note: "Everything as in a new instance".to_owned(),
            values: bank.sheet.defaults(),
            complaints: Vec::new(),
        };
        let default = Listed { name: DEFAULT.to_owned(), path: None, preset: Ok(plain) };
        Self {
            shelf: bank.shelf(),
            bank,
            default,
            desk,
            browser: None,
            time_s: 0.0,
            looked_s: None,
            shown: Shown::default(),
            field: Rect::NOTHING,
        }
    }

    /// Keeps the user's presets on another shelf.
    pub fn keep_on(&mut self, shelf: Shelf) {
        self.shelf = shelf;
        self.looked_s = None;
    }

    /// Whether the browser is open, which wants all keys.
    pub fn is_open(&self) -> bool {
        self.browser.is_some()
    }

    /// What the header calls the current preset, and whether anything differs from it.
    pub fn current(&self) -> (&str, bool) {
        (&self.shown.name, self.shown.edited)
    }

    /// Whether there is a step to undo.
    pub fn can_undo(&self) -> bool {
        self.shown.can[0]
    }

    /// The bank.
    pub fn bank(&self) -> &Bank {
        &self.bank
    }

    /// The parameters as presets see them.
    pub fn sheet(&self) -> Arc<Sheet> {
        self.bank.sheet.clone()
    }

    /// Starts a frame: takes the step of the hand that has ended, and obeys the keys.
    pub fn begin_frame(&mut self, face: &mut Face<'_>, time_s: f64) {
        self.time_s = time_s;
        face.hand.meet(&self.desk, &self.bank.sheet);
        if self.desk().follow(self.bank.current.loads()) {
            face.hand.forget_moves();
        }
        if let Some((changes, nudged)) = face.hand.take_step() {
            let now = self.now(face.hand);
            self.desk().record(changes, &now, nudged.then_some(time_s));
        }
        let own = self.bank.current.get().is_some_and(|chosen| chosen.own);
        let due = match (self.looked_s, self.is_open()) {
            (None, open) => open || own,
            (Some(looked_s), open) => open && !(0.0..LOOK_S).contains(&(time_s - looked_s)),
        };
        if due {
            self.look();
        }
        if self.is_open() {
            face.ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(LOOK_S));
        }
        let wished = face.hand.wish.take().map(|wish| match wish {
            Wish::Undo => Act::Undo,
            Wish::CopyOne(param) => Act::CopyOne(param),
        });
        if let Some(act) = wished.or_else(|| self.keyed(face)) {
            self.act(face.hand, act);
        }
        let now = self.now(face.hand);
        self.shown = self.standing(&now);
    }

    /// Draws the browser in `window`, if it is open. Last, so that the footer says what it says.
    pub fn browse(&mut self, face: &mut Face<'_>, window: Rect) {
        browser::show(face, self.field, window, self);
    }

    /// What the keys ask for. While text is typed they are for the text.
    fn keyed(&self, face: &mut Face<'_>) -> Option<Act> {
        if face.hand.is_typing() || face.hand.is_busy() {
            return None;
        }
        let pressed = |face: &mut Face<'_>, modifiers: Modifiers, key: Key| {
            face.ui.input_mut(|input| input.consume_key(modifiers, key))
        };
        let command = Modifiers::COMMAND;
        if pressed(face, command, Key::S) {
            return Some(Act::SaveAs);
        }
        if self.is_open() {
            return None;
        }
        let shifted = command | Modifiers::SHIFT;
        // With Shift first: a key without it is also pressed with it.
        let keys = [
            (shifted, Key::Z, Act::Redo),
            (shifted, Key::B, Act::Copy),
            (command, Key::Z, Act::Undo),
            (command, Key::B, Act::Switch),
            (command, Key::F, Act::Browse),
            (command, Key::ArrowLeft, Act::Step(-1)),
            (command, Key::ArrowRight, Act::Step(1)),
        ];
        keys.into_iter().find(|(modifiers, key, _)| pressed(face, *modifiers, *key)).map(|k| k.2)
    }

    fn act(&mut self, hand: &mut Hand, act: Act) {
        let now = self.now(hand);
        match act {
            Act::Load(chosen) => self.load(hand, &now, chosen),
            Act::Step(by) => {
                self.look();
                if let Some(chosen) = self.neighbour(by) {
                    self.load(hand, &now, chosen);
                }
            }
            Act::Undo => {
                let moves = self.desk().undo(&now);
                self.go(hand, moves);
            }
            Act::Redo => {
                let moves = self.desk().redo(&now);
                self.go(hand, moves);
            }
            Act::Switch => {
                let moves = self.desk().switch(&self.bank.sheet, &now);
                self.go(hand, Some(moves));
            }
            Act::Copy => self.desk().copy(&now),
            Act::CopyOne(param) => {
                if let Some(index) = self.bank.sheet.index_of(param) {
                    self.desk().copy_one(index, &now);
                }
            }
            Act::Browse if self.is_open() => self.browser = None,
            Act::Browse => {
                self.look();
                self.browser = Some(Browser::new(self.row_of_current()));
            }
            Act::SaveAs => {
                self.look();
                let row = self.row_of_current();
                let browser = self.browser.get_or_insert_with(|| Browser::new(row));
                browser.name(&self.shown.name);
            }
            Act::Save(name, replace) => self.save(&now, &name, replace),
            Act::Delete(path) => {
                let done = self.shelf.delete(&path);
                self.tell(done.err().map(|error| format!("Not deleted: {error}")));
                self.look();
            }
        }
        let now = self.now(hand);
        self.shown = self.standing(&now);
    }

    fn go(&mut self, hand: &mut Hand, moves: Option<(Vec<Change>, Option<Chosen>)>) {
        if let Some((changes, chosen)) = moves {
            hand.recall(&self.bank.sheet, &changes);
            self.bank.current.choose(chosen);
        }
    }

    fn load(&mut self, hand: &mut Hand, now: &Snapshot, chosen: Chosen) {
        let found = self.entries().find(|listed| listed.chosen() == chosen);
        let Some(Ok(preset)) = found.map(|listed| &listed.preset) else { return };
        let positions = self.bank.sheet.target(&preset.values, &now.positions);
        let to = Snapshot { positions, chosen: Some(chosen) };
        let moves = (self.desk().load(&self.bank.sheet, now, to.clone()), to.chosen);
        self.go(hand, Some(moves));
    }

    fn save(&mut self, now: &Snapshot, name: &str, replace: bool) {
        let name = name.trim();
        let before = self.find(&Chosen { name: name.to_owned(), own: true });
        let note = before.and_then(|listed| listed.preset.as_ref().ok());
        let note = note.map_or(String::new(), |preset| preset.note.clone());
        let text = self.bank.sheet.write(name, &note, &now.positions);
        match self.shelf.save(name, &text, replace) {
            Ok(_) => {
                self.look();
                self.bank.current.choose(Some(Chosen { name: name.to_owned(), own: true }));
                self.browser = None;
            }
            Err(error) => {
                if let Some(browser) = &mut self.browser {
                    browser.refused(&error);
                }
            }
        }
    }

    fn tell(&mut self, problem: Option<String>) {
        if let Some(browser) = &mut self.browser {
            browser.tell(problem);
        }
    }

    fn look(&mut self) {
        self.looked_s = Some(self.time_s);
        self.shelf.look(&self.bank.sheet);
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is heard, with edits that are on their way.
    fn now(&self, hand: &mut Hand) -> Snapshot {
        Snapshot { positions: hand.positions(&self.bank.sheet), chosen: self.bank.current.get() }
    }

    fn standing(&self, now: &Snapshot) -> Shown {
        let chosen = now.chosen.clone().unwrap_or_else(|| self.default.chosen());
        let preset = self.find(&chosen).and_then(|listed| listed.preset.as_ref().ok());
        let edited = |preset: &Preset| self.bank.sheet.is_edited(&preset.values, &now.positions);
        let desk = self.desk();
        Shown {
            name: chosen.name,
            // What is not there any more, nothing is known to equal.
            edited: preset.is_none_or(edited),
            note: preset.map_or(String::new(), |preset| preset.note.clone()),
            slot: desk.slot(),
            can: desk.depth().map(|depth| depth > 0),
        }
    }

    /// Everything there is: the default, the factory's, the user's.
    fn entries(&self) -> impl Iterator<Item = &Listed> {
        std::iter::once(&self.default).chain(self.bank.factory.iter()).chain(self.shelf.listed())
    }

    fn find(&self, chosen: &Chosen) -> Option<&Listed> {
        self.entries().find(|listed| listed.chosen() == *chosen)
    }

    fn chosen(&self) -> Chosen {
        self.bank.current.get().unwrap_or_else(|| self.default.chosen())
    }

    fn row_of_current(&self) -> Option<Chosen> {
        self.find(&self.chosen()).map(Listed::chosen)
    }

    /// The readable preset some places after the current one, round and round.
    fn neighbour(&self, by: isize) -> Option<Chosen> {
        let readable: Vec<Chosen> =
            self.entries().filter(|listed| listed.preset.is_ok()).map(Listed::chosen).collect();
        let here = readable.iter().position(|chosen| *chosen == self.chosen()).unwrap_or(0);
        let there = (here as isize + by).rem_euclid(readable.len().max(1) as isize);
        readable.get(there as usize).cloned()
    }

    /// The folder of the user's presets.
    fn folder(&self) -> Option<&Path> {
        self.shelf.folder()
    }
}
