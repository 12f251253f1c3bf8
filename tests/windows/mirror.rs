//! Strip's editor without a window, which goes through the same moves: where things are, and what the
//! host should hear.

use std::collections::HashMap;
use std::sync::Arc;

use channel_strip::editor::StripView;
use channel_strip::params::StripParams;
use egui::{Event, Modifiers, PointerButton, Pos2, Rect};
use nice_plug::params::Params;
use nice_plug::params::internals::ParamPtr;
use shared_plugin::telemetry::Telemetry;
use shared_ui::probe::{Heard, Probe};

/// What a host hears of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    Begin(String),
    Set(String, f32),
    End(String),
}

pub struct Mirror {
    probe: Probe<StripView>,
    names: HashMap<ParamPtr, String>,
}

impl Mirror {
    pub fn new() -> Self {
        let params = Arc::new(StripParams::default());
        let (telemetry, _) = Telemetry::new();
        let probe = Probe::new(StripView::new(params.clone(), telemetry), &*params);
        let names = params.param_map().into_iter().map(|(id, ptr, _)| (ptr, id)).collect();
        Self { probe, names }
    }

    /// The editor.
    pub fn probe(&mut self) -> &mut Probe<StripView> {
        &mut self.probe
    }

    /// The rectangle of a control.
    pub fn rect(&mut self, id: &str) -> Rect {
        let found = self.probe.shown().into_iter().find(|(shown, _)| shown == id);
        found.unwrap_or_else(|| panic!("'{id}' is not on the screen")).1
    }

    /// The rectangle of a button of the presets.
    pub fn button(&self, word: &str) -> Rect {
        let response = self.probe.context().read_response(egui::Id::unique(("presets", word)));
        response.unwrap_or_else(|| panic!("there is no '{word}'")).rect
    }

    /// Where words stand.
    pub fn words(&self, words: &str) -> Pos2 {
        let found = self.probe.words(words);
        *found.last().unwrap_or_else(|| panic!("'{words}' is not on the screen"))
    }

    /// A click of the right button.
    pub fn right_click(&mut self, at: Pos2) {
        self.probe.frame(vec![Event::PointerMoved(at)]);
        for pressed in [true, false] {
            let (button, modifiers) = (PointerButton::Secondary, Modifiers::NONE);
            self.probe.frame(vec![Event::PointerButton { pos: at, button, pressed, modifiers }]);
        }
        self.probe.frame(Vec::new());
        self.probe.frame(Vec::new());
    }

    /// What the host would have been told since the last call.
    pub fn told(&mut self) -> Vec<Told> {
        let heard = self.probe.heard();
        let name = |ptr: &ParamPtr| self.names[ptr].clone();
        let told = heard.iter().map(|heard| match heard {
            Heard::Begin(ptr) => Told::Begin(name(ptr)),
            Heard::Set(ptr, to) => Told::Set(name(ptr), *to),
            Heard::End(ptr) => Told::End(name(ptr)),
        });
        told.collect()
    }
}

/// The ids of Strip's parameters.
pub fn names() -> Vec<String> {
    StripParams::default().param_map().into_iter().map(|(id, _, _)| id).collect()
}
