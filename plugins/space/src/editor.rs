//! The editor of Space.

use egui::{Align2, Rect, pos2, vec2};
use nice_plug::params::Param;
use nice_plug::plugin::TrackInfo;
use nice_plug_egui::EguiEditor;

use shared_plugin::state::WindowMemory;
use shared_plugin::telemetry::Telemetry;
use shared_stage::Member;
use shared_ui::footer::Status;
use shared_ui::header::{self, Header};
use shared_ui::knob::Knob;
use shared_ui::meter::{self, Meter};
use shared_ui::scale::relative;
use shared_ui::switch::{self, Mark};
use shared_ui::theme::{self, Weight};
use shared_ui::window::{self, App, Screen, View};
use shared_ui::{Control, Face, choice, panel};
use std::sync::Arc;

use crate::chain::SpaceSettings;
use crate::params::{Mode, SpaceParams};

mod decay;
mod early;
mod room;
mod taps;
mod words;

/// Height of two rows of knobs beside a plot.
const KNOBS: f32 = 143.0;

/// The editor's type for the framework.
pub type SpaceEditor = EguiEditor<App<SpaceView>>;

/// What the editor draws.
pub struct SpaceView {
    params: Arc<SpaceParams>,
    telemetry: Arc<Telemetry>,
    member: Member,
    input: Meter,
    output: Meter,
    duck_db: f32,
    early: early::Reflections,
    decay: decay::Window,
    taps: taps::Window,
    /// What the delay's power switches on.
    with_delay: Mode,
}

/// An editor for these parameters.
pub fn create(
    params: Arc<SpaceParams>,
    telemetry: Arc<Telemetry>,
    member: Member,
    screen: &Screen,
) -> Option<SpaceEditor> {
    window::create("Proscenium Space", SpaceView::new(params, telemetry, member), screen)
}

impl View for SpaceView {
    const SIZE: [f32; 2] = [960.0, 600.0];

    fn header(&self, track: Option<&TrackInfo>, show: &mut dyn FnMut(&Header<'_>)) {
        show(&Header { name: "Space", track, switches: &[], bypass: &self.params.bypass });
    }

    fn track(&mut self, track: &TrackInfo) {
        let [red, green, blue, _] = header::track_color(track).to_array();
        self.member.set_track(track.name(), Some([red, green, blue]));
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
            tail: (rate > 0.0).then(|| tail(self.telemetry.tail_samples.get() / rate)),
        }
    }

    fn about(id: &str) -> &'static str {
        words::about(id)
    }

    fn advance(&mut self, _time_s: f64, seconds: f32) -> bool {
        let (peak, rms) = self.telemetry.input.look();
        self.input.advance(peak, rms, seconds);
        let (peak, rms) = self.telemetry.output.look();
        self.output.advance(peak, rms, seconds);
        let sounding = self.input.is_moving() || self.output.is_moving();
        self.duck_db = if sounding { self.telemetry.duck_reduction_db.get() } else { 0.0 };
        sounding
    }

    fn body(&mut self, face: &mut Face<'_>, body: Rect) {
        let params = self.params.clone();
        let settings = self.settings(&params);
        let mode = params.mode.value();
        let [left, middle, right] = panel::columns(body, [168.0, 0.0, 168.0]);
        self.room(face, left, &params, &settings.reverb.room);
        let part = (middle.height() - 2.0 * panel::GAP) / 496.0;
        let heights = [146.0 * part, 176.0 * part, 0.0];
        let [early, decay, delay] = panel::rows(middle, heights);
        let (reverb_on, delay_on) = (mode != Mode::Delay, mode != Mode::Reverb);
        self.early(face, early, &params, &settings.reverb, reverb_on);
        self.decay.show(face, decay, &params, reverb_on);
        self.taps(face, delay, &params, &settings.delay, delay_on);
        let [duck, tone, output] = panel::rows(right, [150.0, 112.0, 0.0]);
        self.duck(face, duck, &params);
        tone_panel(face, tone, &params, delay_on);
        self.output(face, output, &params);
    }
}

impl SpaceView {
    /// A view at rest.
    pub fn new(params: Arc<SpaceParams>, telemetry: Arc<Telemetry>, member: Member) -> Self {
        Self {
            params,
            telemetry,
            member,
            input: Meter::default(),
            output: Meter::default(),
            duck_db: 0.0,
            early: early::Reflections::default(),
            decay: decay::Window::default(),
            taps: taps::Window::default(),
            with_delay: Mode::Parallel,
        }
    }

    /// The tempo, if the host tells one.
    fn tempo_bpm(&self) -> Option<f32> {
        Some(self.telemetry.tempo_bpm.get()).filter(|bpm| *bpm > 0.0)
    }

    /// What is heard.
    fn settings(&self, params: &SpaceParams) -> SpaceSettings {
        params.settings(f64::from(self.tempo_bpm().unwrap_or(120.0)))
    }

    fn duck(&mut self, face: &mut Face<'_>, rect: Rect, params: &SpaceParams) {
        let inside = panel::titled(face, rect, "Duck");
        let accent = theme::REDUCTION;
        let (x, y) = (inside.left(), inside.top() - 2.0);
        Knob::medium("Amount", accent).show(face, pos2(x + 32.0, y), &params.duck);
        Knob::medium("Release", accent).show(face, pos2(x + 99.0, y), &params.duck_release);
        let bar = Rect::from_min_max(
            pos2(inside.right() - 16.0, y + 6.0),
            pos2(inside.right(), inside.bottom() - 30.0),
        );
        meter::reduction_bar(face, bar, self.duck_db, 40.0);
        let key = Rect::from_min_max(pos2(x, inside.bottom() - 20.0), inside.max);
        choice::segments(face, key, &["Input", "Sidechain"], theme::SELECT, &params.duck_key);
    }

    fn output(&mut self, face: &mut Face<'_>, rect: Rect, params: &SpaceParams) {
        let inside = panel::titled(face, rect, "Output");
        let (x, y) = (inside.left(), inside.top());
        let width = Knob::small("Width", theme::ROOM).bipolar();
        width.show(face, pos2(x + 26.0, y), &params.width);
        let zero = params.output.preview_normalized(0.0);
        let output = Knob::small("Output", theme::LEVEL).from(zero);
        output.show(face, pos2(x + 80.0, y), &params.output);
        Knob::small("Mix", theme::LEVEL).show(face, pos2(x + 26.0, y + 74.0), &params.mix);
        let lock = Rect::from_min_size(pos2(x + 56.0, y + 102.0), vec2(48.0, 20.0));
        switch::button(face, lock, Mark::Word("Lock"), theme::LEVEL, &params.mix_lock);
        let meter = Rect::from_min_max(pos2(inside.right() - 42.0, y), inside.max);
        self.output.show(face, meter);
        let low = inside.bottom();
        panel::rule(face, x, meter.left() - 8.0, low - 43.0);
        for (i, word) in ["Loudness", "in to out"].into_iter().enumerate() {
            let at = pos2(x, low - 30.0 + 14.0 * i as f32);
            panel::label(face, at, Align2::LEFT_CENTER, word);
        }
        let sounds = self.input.is_moving() && self.output.is_moving();
        if sounds {
            let at = pos2(meter.left() - 10.0, low - 28.0);
            let font = (17.0, Weight::SemiBold);
            let text = relative(self.telemetry.loudness_change_lu.get(), 1);
            face.text(at, Align2::RIGHT_CENTER, text, font, theme::LEVEL);
            panel::label(face, at + vec2(0.0, 16.0), Align2::RIGHT_CENTER, "LU");
        }
    }
}

/// How long it sounds on, as text.
fn tail(seconds: f32) -> String {
    match seconds {
        s if !s.is_finite() => "\u{221e}".to_owned(),
        s if s < 9.95 => format!("{s:.1} s"),
        s => format!("{s:.0} s"),
    }
}

fn tone_panel(face: &mut Face<'_>, rect: Rect, params: &SpaceParams, on: bool) {
    let inside = panel::titled(face, rect, "Delay tone");
    let x = |column: f32| inside.left() + inside.width() * (0.25 + 0.5 * column);
    let cuts: [(&str, &dyn Control); 2] =
        [("Low cut", &params.delay_low_cut), ("High cut", &params.delay_high_cut)];
    for (i, (label, control)) in cuts.into_iter().enumerate() {
        let knob = Knob { faint: !on, ..Knob::small(label, theme::LEVEL) };
        knob.show(face, pos2(x(i as f32), inside.top() - 4.0), control);
    }
}

#[cfg(test)]
mod tests;
