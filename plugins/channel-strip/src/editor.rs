//! The editor of Strip.

use egui::{Align2, Rect, pos2, vec2};
use nice_plug::params::Param;
use nice_plug::plugin::TrackInfo;
use nice_plug_egui::EguiEditor;
use shared_dsp::dynamics::Reading;
use shared_plugin::state::WindowMemory;
use shared_plugin::telemetry::Telemetry;
use shared_ui::Face;
use shared_ui::column;
use shared_ui::footer::Status;
use shared_ui::header::{self, Header};
use shared_ui::knob::Knob;
use shared_ui::meter::Meter;
use shared_ui::transfer::History;
use shared_ui::window::{self, App, Screen, View};
use shared_ui::{choice, fader, gesture, panel, theme};
use std::sync::Arc;

use crate::params::StripParams;
use analyser::Analyser;
use order::Module;
use responses::Responses;

mod analyser;
mod compressor;
mod corners;
mod cut;
mod eq;
mod gate;
mod order;
mod responses;
mod spectrum;
mod words;

/// The editor's type for the framework.
pub type StripEditor = EguiEditor<App<StripView>>;

/// What the editor draws.
pub struct StripView {
    params: Arc<StripParams>,
    telemetry: Arc<Telemetry>,
    input: Meter,
    output: Meter,
    gate: Reading,
    gate_history: History,
    comp: Reading,
    comp_history: History,
    moves_db: [f32; 8],
    sounding: bool,
    /// Short-term loudness of the output.
    lufs: f32,
    analyser: Analyser,
    /// The equaliser's curves.
    responses: Option<Responses>,
}

/// An editor for these parameters.
pub fn create(
    params: Arc<StripParams>,
    telemetry: Arc<Telemetry>,
    screen: &Screen,
) -> Option<StripEditor> {
    window::create("Proscenium Strip", StripView::new(params, telemetry), screen)
}

impl View for StripView {
    const SIZE: [f32; 2] = [1180.0, 640.0];

    fn header(&self, track: Option<&TrackInfo>, show: &mut dyn FnMut(&Header<'_>)) {
        show(&Header {
            name: "Strip",
            track,
            switches: &[header::level_match(
                &self.params.level_match,
                self.telemetry.match_db.get(),
            )],
            bypass: &self.params.bypass,
        });
    }

    fn window(&self) -> WindowMemory {
        self.params.window.clone()
    }

    fn presets(&self) -> shared_plugin::preset::Bank {
        crate::presets::bank(&self.params)
    }

    fn status(&self) -> Status {
        let rate = self.telemetry.sample_rate_hz.get();
        Status {
            latency_samples: self.telemetry.latency_samples.get() as u32,
            sample_rate_hz: (rate > 0.0).then_some(rate),
            tail: None,
        }
    }

    fn about(id: &str) -> &'static str {
        words::about(id)
    }

    fn advance(&mut self, time_s: f64, seconds: f32) -> bool {
        let (peak, rms) = self.telemetry.input.look();
        self.input.advance(peak, rms, seconds);
        let (peak, rms) = self.telemetry.output.look();
        self.output.advance(peak, rms, seconds);
        let sounding = self.input.is_moving() || self.output.is_moving();
        let heard = |reading: Reading| if sounding { reading } else { Reading::default() };
        self.gate = heard(self.telemetry.gate.look());
        self.comp = heard(self.telemetry.compressor.look());
        for (shown, gauge) in self.moves_db.iter_mut().zip(&self.telemetry.band_moves_db) {
            *shown = if sounding { gauge.get() } else { 0.0 };
        }
        let rate_hz = self.telemetry.sample_rate_hz.get();
        self.lufs = f32::NEG_INFINITY;
        if sounding {
            self.lufs = self.telemetry.output.short_term_lufs(rate_hz);
            self.analyser.listen(&self.telemetry, &self.params.look());
            // What is off hears nothing: then the input helps to find the threshold.
            let input_db = self.input.peak_db();
            let level_db =
                |on: bool, reading: &Reading| if on { reading.level_db } else { input_db };
            let gate_db = level_db(self.params.gate.on.value(), &self.gate);
            self.gate_history.push(time_s, gate_db, self.gate.reduction_db);
            let comp_db = level_db(self.params.comp.on.value(), &self.comp);
            self.comp_history.push(time_s, comp_db, self.comp.reduction_db);
        } else {
            self.analyser.rest();
        }
        self.sounding = sounding;
        sounding
    }

    fn body(&mut self, face: &mut Face<'_>, body: Rect) {
        let params = self.params.clone();
        let chain = order::chain(order::shown(face, &params));
        let [first, second, third] = chain.map(|module| match module {
            Module::Gate => 168.0,
            Module::Eq => 0.0,
            Module::Comp => 204.0,
        });
        let widths = [column::WIDTH, first, second, third, 108.0];
        let [input, first, second, third, output] = panel::columns(body, widths);
        let zero = params.input.preview_normalized(0.0);
        let polarity = Some(&params.polarity as &dyn shared_ui::Control);
        let words = ("Input", "Trim");
        let level = (polarity, None);
        column::show(face, input, words, (&params.input, zero), &mut self.input, level);
        let columns = [first, second, third];
        for (module, column) in chain.into_iter().zip(columns) {
            self.module(face, (column, columns), module, &params);
        }
        self.output(face, output, &params);
    }
}

impl StripView {
    /// A view at rest.
    pub fn new(params: Arc<StripParams>, telemetry: Arc<Telemetry>) -> Self {
        Self {
            params,
            telemetry,
            input: Meter::default(),
            output: Meter::default(),
            gate: Reading::default(),
            gate_history: History::default(),
            comp: Reading::default(),
            comp_history: History::default(),
            moves_db: [0.0; 8],
            sounding: false,
            lufs: f32::NEG_INFINITY,
            analyser: Analyser::default(),
            responses: None,
        }
    }

    /// A module in its column; the filters, which come first, stand above the gate.
    fn module(
        &mut self,
        face: &mut Face<'_>,
        (column, columns): (Rect, [Rect; 3]),
        module: Module,
        params: &StripParams,
    ) {
        let mut panel = column;
        match module {
            Module::Gate => {
                let [filters, gate] = panel::rows(column, [148.0, 0.0]);
                gate::filters(face, filters, params);
                self.gate(face, gate, params);
                panel = gate;
            }
            Module::Eq => self.eq(face, column, params),
            Module::Comp => self.compressor(face, column, params),
        }
        order::grip(face, (panel, columns), module, params);
        order::keys(face, module, params);
    }

    fn output(&mut self, face: &mut Face<'_>, rect: Rect, params: &StripParams) {
        let inside = panel::titled(face, rect, "Output");
        let (x, top) = (inside.left(), inside.top());
        let pan = Knob::small("Pan", theme::ROOM).bipolar();
        pan.show(face, pos2(x + 22.0, top), &params.pan);
        let width = Knob::small("Width", theme::ROOM).bipolar();
        width.show(face, pos2(inside.right() - 22.0, top), &params.width);
        panel::label(face, pos2(x, top + 84.0), Align2::LEFT_CENTER, "Pan law, dB");
        let law = Rect::from_min_size(pos2(x, top + 94.0), vec2(inside.width(), 20.0));
        let laws = ["\u{2212}3", "\u{2212}4.5", "\u{2212}6"];
        choice::segments(face, law, &laws, theme::SELECT, &params.pan_law);
        panel::rule(face, inside.left(), inside.right(), top + 124.0);
        column::figures(face, inside.with_min_y(top + 130.0), &self.output, self.lufs);

        let value = Rect::from_min_max(
            pos2(inside.left(), inside.bottom() - 26.0),
            pos2(inside.right(), inside.bottom()),
        );
        let low = value.top() - 8.0;
        let slot = Rect::from_min_max(pos2(x - 4.0, top + 166.0), pos2(x + 46.0, low));
        let touch = fader::show(face, slot, &params.output);
        let bars = Rect::from_min_max(
            pos2(x + 50.0, top + 178.0),
            pos2(inside.right(), slot.bottom() - 17.0),
        );
        self.output.show(face, bars);
        fader_value(face, value, params, touch.position);
    }
}

/// The fader's level in a box; a click types it.
fn fader_value(face: &mut Face<'_>, rect: Rect, params: &StripParams, position: f32) {
    face.painter().rect_filled(rect, 4.0, theme::RAISE);
    let id = egui::Id::unique("fader value");
    let response = face.ui.interact(rect, id, egui::Sense::click());
    if gesture::attend(face, &response, "Level of the fader: a click types it") {
        shared_ui::switch::focus_box(face.painter(), rect);
    }
    if response.clicked() {
        gesture::type_value(face, &params.output);
    }
    if !gesture::typing_field(face, rect, &params.output) {
        let text = params.output.normalized_value_to_string(position, true);
        let text = shared_ui::control::brief(&shared_ui::control::typographic(&text));
        let font = (13.0, theme::Weight::SemiBold);
        face.text(rect.center(), Align2::CENTER_CENTER, text, font, theme::TEXT);
    }
}

#[cfg(test)]
mod tests;
