//! The editor of Space.

use egui::{Align2, Rect, pos2, vec2};
use nice_plug::params::Param;
use nice_plug::plugin::TrackInfo;
use nice_plug_egui::EguiEditor;
use shared_plugin::choices::RoomKind;
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
mod taps;

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
        self.room(face, left, &params, settings.reverb.room.volume_m3);
        let part = (middle.height() - 2.0 * panel::GAP) / 496.0;
        let heights = [146.0 * part, 176.0 * part, 0.0];
        let [early, decay, delay] = panel::rows(middle, heights);
        let (reverb_on, delay_on) = (mode != Mode::Delay, mode != Mode::Reverb);
        self.early(face, early, &params, &settings.reverb, reverb_on);
        decay::show(face, decay, &params, reverb_on);
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

    fn room(&mut self, face: &mut Face<'_>, rect: Rect, params: &SpaceParams, volume_m3: f32) {
        let inside = panel::titled(face, rect, "Room");
        let at = pos2(rect.right() - 12.0, rect.top() + panel::TITLE / 2.0);
        let volume = format!("{volume_m3:.0} m\u{b3}");
        panel::label(face, at, Align2::RIGHT_CENTER, &volume);
        let (left, right, top) = (inside.left(), inside.right(), inside.top());
        let modes = Rect::from_min_size(inside.min, vec2(inside.width(), 105.0));
        let words = ["Reverb", "Delay", "Delay into Reverb", "Parallel"];
        choice::list(face, modes, &words, &params.mode);
        panel::rule(face, left, right, top + 112.0);
        let row = |y: f32, from: f32| {
            Rect::from_min_max(pos2(left + from, top + y), pos2(right, top + y + 22.0))
        };
        panel::label(face, row(119.0, 0.0).left_center(), Align2::LEFT_CENTER, "Type");
        choice::menu(face, row(119.0, 42.0), &params.room);
        panel::label(face, row(146.0, 0.0).left_center(), Align2::LEFT_CENTER, "Group");
        let groups = ["Own", "A", "B", "C", "D"];
        choice::segments(face, row(146.0, 38.0), &groups, theme::ROOM, &params.room_group);
        let on = params.mode.value() != Mode::Delay;
        let custom = params.room.value() == RoomKind::Custom;
        let x = |column: f32| left + inside.width() * (0.25 + 0.5 * column);
        let spare = (inside.height() - 468.0).max(0.0) / 3.0;
        let y = |row: f32| top + 174.0 + row * (86.0 + spare);
        let volume = Knob::medium("Custom volume", theme::ROOM);
        let volume = Knob { faint: !custom, ..volume };
        volume.show(face, pos2(x(0.0), y(0.0)), &params.room_volume);
        let knobs: [(f32, f32, Knob<'_>, &dyn Control); 5] = [
            (1.0, 0.0, Knob::medium("Diffusion", theme::ROOM), &params.diffusion),
            (0.0, 1.0, Knob::medium("Low cut", theme::LEVEL), &params.low_cut),
            (1.0, 1.0, Knob::medium("High cut", theme::LEVEL), &params.high_cut),
            (0.0, 2.0, Knob::medium("Mod depth", theme::ROOM), &params.mod_depth),
            (1.0, 2.0, Knob::medium("Mod rate", theme::ROOM), &params.mod_rate),
        ];
        for (column, row, knob, control) in knobs {
            Knob { faint: !on, ..knob }.show(face, pos2(x(column), y(row)), control);
        }
        let freeze = Rect::from_min_max(pos2(left, inside.bottom() - 22.0), inside.max);
        switch::button(face, freeze, Mark::Word("Freeze"), theme::ROOM, &params.freeze);
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
        for (i, word) in ["Level", "in to out"].into_iter().enumerate() {
            let at = pos2(x, low - 30.0 + 14.0 * i as f32);
            panel::label(face, at, Align2::LEFT_CENTER, word);
        }
        let (before, after) = (self.input.rms_db(), self.output.rms_db());
        if before > -100.0 && after > -100.0 {
            let at = pos2(meter.left() - 10.0, low - 28.0);
            let font = (17.0, Weight::SemiBold);
            let text = relative(after - before, 1);
            face.text(at, Align2::RIGHT_CENTER, text, font, theme::LEVEL);
            panel::label(face, at + vec2(0.0, 16.0), Align2::RIGHT_CENTER, "dB");
        }
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
mod tests {
    use super::*;
    use crate::actor::SpaceActor;
    use shared_stage::Hall;
    use shared_ui::probe::Probe;

    fn probe() -> Probe<SpaceView> {
        let params = Arc::new(SpaceParams::default());
        let (telemetry, _probes) = Telemetry::new();
        let actor = Arc::new(SpaceActor::new(params.clone(), Arc::default()));
        let member = Member::in_hall(actor, &Hall::private());
        Probe::new(SpaceView::new(params.clone(), telemetry, member), &*params)
    }

    #[test]
    fn every_parameter_has_its_place_and_no_two_overlap() {
        let mut probe = probe();
        let shown = probe.shown();
        assert_eq!(probe.missing(&shown), Vec::<String>::new());
        for stretch in [1.0, 1.4] {
            probe.resize(SpaceView::SIZE.map(|side| side * stretch));
            assert_eq!(probe.faults(), Vec::<String>::new(), "at {stretch}");
        }
    }

    #[test]
    fn presets_are_picked_searched_saved_compared_and_undone() {
        shared_ui::probe::PresetBench::all(probe, "decay");
    }
}
