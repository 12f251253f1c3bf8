//! An editor in a window with its host: audio goes through, the host hears edits, a hand moves.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use clap_host::{Answer, Editor, HostOptions, Instance, Music, ParamEvent, Picture, Processor};
use clap_host::{Block, param_id};
use egui::{Pos2, Rect, pos2};

use crate::hand::{Hand, LEFT, key};
use crate::mirror::Told;
use crate::support::{Plugin, STRIP};

/// How long a busy machine may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);
/// Without a frame for so long, the window rests.
const QUIET: Duration = Duration::from_millis(80);

/// An instance that runs, with no window yet.
pub struct Host {
    pub instance: Instance,
    pub processor: Processor,
}

impl Host {
    pub fn new(plugin: Plugin) -> Self {
        let options = HostOptions { offline: false, ..HostOptions::default() };
        let mut instance = plugin.with(&options);
        let processor = instance.activate().expect("it can be activated");
        Self { instance, processor }
    }

    /// Opens the editor and waits until it is drawn.
    pub fn open(&mut self, scale: f64) -> Rig<'_> {
        let names = ids(&self.instance);
        let inputs = self.instance.ports().inputs.len();
        let silence = || (inputs > 1).then(|| [vec![0.0], vec![0.0]]);
        let editor = Editor::open(&mut self.instance, scale).expect("it has an editor");
        let mut rig = Rig {
            editor,
            processor: &mut self.processor,
            music: Music::new(None, silence()),
            sounds: false,
            hand: Hand::new(),
            scale: scale as f32,
            answers: Vec::new(),
            names,
        };
        // Out of the way.
        rig.hand.place(2500.0, 1590.0);
        rig.until("the first picture", |rig| rig.picture().is_painted());
        rig.rest();
        rig
    }

    pub fn close(mut self) {
        self.instance.deactivate(self.processor);
    }
}

/// Names of parameters by their ids: those of Strip.
fn ids(instance: &Instance) -> HashMap<u32, String> {
    let known = |id: &u32| instance.params().iter().any(|param| param.id == *id);
    let strip = crate::mirror::names().into_iter().map(|name| (param_id(&name), name));
    strip.filter(|(id, _)| known(id)).collect()
}

/// A host with an open window.
pub struct Rig<'a> {
    pub editor: Editor<'a>,
    processor: &'a mut Processor,
    music: Music,
    pub sounds: bool,
    hand: Hand,
    scale: f32,
    answers: Vec<Answer>,
    names: HashMap<u32, String>,
}

/// Runs a test with Strip's window at a scale.
pub fn with_strip(scale: f64, test: impl FnOnce(&mut Rig<'_>)) {
    let mut host = Host::new(STRIP);
    test(&mut host.open(scale));
    host.close();
}

/// Frames that this process's editors have begun.
pub fn frames() -> usize {
    let log = std::env::var_os("PROSCENIUM_FRAMES").expect("the log of frames");
    let text = std::fs::read(log).unwrap_or_default();
    text.iter().filter(|byte| **byte == b'\n').count()
}

impl Rig<'_> {
    /// A block of audio, and the host's share of work.
    pub fn pump(&mut self) {
        let played = match self.sounds {
            true => self.music.play(self.processor),
            false => self.music.rest(self.processor),
        };
        played.expect("it plays");
        self.answers.extend(self.processor.answers());
        self.editor.idle().expect("the display");
        std::thread::sleep(Duration::from_millis(2));
    }

    /// A block of silence with automation.
    pub fn automate(&mut self, id: &str, value: f64) {
        let mut out = [[0.0; 64]; 2];
        let [left, right] = &mut out;
        let silence: &[&[f32]] = &[&[0.0; 64], &[0.0; 64]];
        let block = Block {
            input: silence,
            output: &mut [&mut left[..], &mut right[..]],
            events: &[ParamEvent { offset: 0, id: param_id(id), value }],
            ..Block::default()
        };
        self.processor.process(block).expect("it plays");
        self.editor.idle().expect("the display");
    }

    /// Goes on until something holds.
    pub fn until(&mut self, what: &str, holds: impl Fn(&mut Self) -> bool) {
        let began = Instant::now();
        while !holds(self) {
            assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
            self.pump();
        }
    }

    /// Goes on until nothing is drawn any more.
    pub fn rest(&mut self) {
        let began = Instant::now();
        let (mut drawn, mut since) = (frames(), Instant::now());
        while since.elapsed() < QUIET {
            assert!(began.elapsed() < PATIENCE, "the window never rests");
            self.pump();
            if frames() != drawn {
                (drawn, since) = (frames(), Instant::now());
            }
        }
    }

    /// Does something and waits until it has been drawn.
    fn act(&mut self, what: &str, act: impl FnOnce(&Hand)) {
        let before = frames();
        act(&self.hand);
        self.until(what, |_| frames() > before);
        self.rest();
    }

    /// Moves the mouse to a point of the design.
    pub fn place(&mut self, at: Pos2) {
        let scale = self.scale;
        self.act("a move of the mouse", |hand| hand.place(at.x * scale, at.y * scale));
    }

    /// Presses or releases a button.
    pub fn button(&mut self, button: u8, down: bool) {
        self.act("a button", |hand| hand.button(button, down));
    }

    /// Clicks there.
    pub fn click(&mut self, at: Pos2, button: u8) {
        self.place(at);
        self.button(button, true);
        self.button(button, false);
    }

    /// Clicks twice, at once.
    pub fn double_click(&mut self, at: Pos2) {
        self.place(at);
        self.act("a double click", |hand| {
            for down in [true, false, true, false] {
                hand.button(LEFT, down);
            }
        });
    }

    /// Turns the wheel by one notch.
    pub fn wheel(&mut self, button: u8) {
        self.act("the wheel", |hand| {
            [true, false].into_iter().for_each(|d| hand.button(button, d))
        });
    }

    /// Drags in a few steps.
    pub fn drag(&mut self, from: Pos2, by: egui::Vec2) {
        self.place(from);
        self.button(LEFT, true);
        for step in 1..=5 {
            self.place(from + by * (step as f32 / 5.0));
        }
        self.button(LEFT, false);
    }

    /// Presses and releases a key while others are held.
    pub fn chord(&mut self, held: &[u32], symbol: u32) {
        self.act("a key", |hand| {
            held.iter().for_each(|held| hand.key(*held, true));
            hand.key(symbol, true);
            hand.key(symbol, false);
            held.iter().for_each(|held| hand.key(*held, false));
        });
    }

    /// Types figures, letters and signs that need no Shift, and Enter.
    pub fn enter(&mut self, text: &str) {
        text.chars().for_each(|letter| self.chord(&[], u32::from(letter)));
        self.chord(&[], key::RETURN);
    }

    /// The host's value of a parameter.
    pub fn value(&mut self, id: &str) -> f64 {
        self.editor.instance().value(id).expect("a parameter")
    }

    /// Its text.
    pub fn text(&mut self, id: &str) -> String {
        let value = self.value(id);
        self.editor.instance().value_to_text(id, value).expect("a parameter")
    }

    /// What the host has been told since the last call.
    pub fn told(&mut self) -> Vec<Told> {
        let answers = std::mem::take(&mut self.answers);
        let name = |id: &u32| self.names[id].clone();
        let told = answers.iter().map(|answer| match answer {
            Answer::Begin(id) => Told::Begin(name(id)),
            Answer::Set(id, to) => Told::Set(name(id), *to as f32),
            Answer::End(id) => Told::End(name(id)),
        });
        told.collect()
    }

    /// What the window shows.
    pub fn picture(&self) -> Picture {
        self.editor.picture().expect("a picture")
    }

    /// How many pixels of a part of the design differ between two pictures.
    pub fn changed(&self, old: &Picture, new: &Picture, rect: Rect) -> usize {
        assert_eq!((old.width, old.height), (new.width, new.height));
        let of = |x: f32, y: f32| pos2(x, y) * self.scale;
        let (least, most) = (of(rect.left(), rect.top()), of(rect.right(), rect.bottom()));
        let columns = (least.x.max(0.0) as usize)..(most.x as usize).min(new.width as usize);
        let rows = (least.y.max(0.0) as usize)..(most.y as usize).min(new.height as usize);
        let at = |x: usize, y: usize| 3 * (y * new.width as usize + x);
        let differs = |at: usize| old.rgb[at..at + 3] != new.rgb[at..at + 3];
        rows.map(|y| columns.clone().filter(|x| differs(at(*x, y))).count()).sum()
    }
}
