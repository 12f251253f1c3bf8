//! The editor of Glue.

use egui::{Align2, Rect, pos2, vec2};
use nice_plug::params::Param;
use nice_plug::plugin::TrackInfo;
use nice_plug_egui::EguiEditor;
use shared_dsp::dynamics::curve::{Curve, CurveSpec};
use shared_dsp::dynamics::{BusCompressorSettings, Reading, Topology};
use shared_plugin::state::WindowMemory;
use shared_plugin::telemetry::Telemetry;
use shared_ui::Face;
use shared_ui::choice;
use shared_ui::column;
use shared_ui::footer::Status;
use shared_ui::header::{self, Header};
use shared_ui::knob::Knob;
use shared_ui::meter::Meter;
use shared_ui::panel;
use shared_ui::scale::{figure, relative};
use shared_ui::switch::{self, Mark};
use shared_ui::theme::{self, Weight};
use shared_ui::transfer::{self, History, HistoryWindow, Transfer};
use shared_ui::window::{self, App, Screen, View};
use std::sync::Arc;

use crate::params::GlueParams;

mod key;
mod needle;
mod words;

use key::Key;
use needle::Needle;

/// The editor's type for the framework.
pub type GlueEditor = EguiEditor<App<GlueView>>;

/// Full scale of the needle, in dB.
const FULL_DB: f32 = 20.0;

/// What the editor draws.
pub struct GlueView {
    params: Arc<GlueParams>,
    telemetry: Arc<Telemetry>,
    input: Meter,
    output: Meter,
    needle: Needle,
    reading: Reading,
    history: History,
    key: Key,
    /// Short-term loudness in and out; that of silence while nothing sounds.
    lufs: [f32; 2],
}

/// An editor for these parameters.
pub fn create(
    params: Arc<GlueParams>,
    telemetry: Arc<Telemetry>,
    screen: &Screen,
) -> Option<GlueEditor> {
    window::create("Proscenium Glue", GlueView::new(params, telemetry), screen)
}

impl View for GlueView {
    const SIZE: [f32; 2] = [820.0, 520.0];

    fn header(&self, track: Option<&TrackInfo>, show: &mut dyn FnMut(&Header<'_>)) {
        show(&Header {
            name: "Glue",
            track,
            switches: &[
                header::delta(&self.params.delta),
                header::level_match(&self.params.level_match, self.telemetry.match_db.get()),
            ],
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
        let reading = self.telemetry.compressor.look();
        self.reading = if sounding { reading } else { Reading::default() };
        let Reading { reduction_db, level_db, .. } = self.reading;
        self.needle.advance(reduction_db, seconds);
        self.lufs = [f32::NEG_INFINITY; 2];
        if sounding {
            let rate_hz = self.telemetry.sample_rate_hz.get();
            let levels = [&self.telemetry.input, &self.telemetry.output];
            self.lufs = levels.map(|levels| levels.short_term_lufs(rate_hz));
            self.history.push(time_s, level_db, reduction_db);
            self.telemetry.look();
            self.key.listen(&self.telemetry);
        } else {
            self.key.rest();
        }
        sounding
    }

    fn body(&mut self, face: &mut Face<'_>, body: Rect) {
        let params = self.params.clone();
        let [left, middle, right] = panel::columns(body, [column::WIDTH, 0.0, column::WIDTH]);
        let zero = params.input.preview_normalized(0.0);
        let words = ("Input", "Gain");
        column::show(face, left, words, (&params.input, zero), &mut self.input, (None, None));
        let [top, bottom] = panel::rows(middle, [0.0, 210.0]);
        let [reduction, curve] = panel::columns(top, [0.0, 228.0]);
        self.reduction(face, reduction);
        self.curve(face, curve, &params);
        self.controls(face, bottom, &params);
        let zero = params.output.preview_normalized(0.0);
        let words = ("Output", "Output");
        let foot = (None, Some(self.lufs[1]));
        column::show(face, right, words, (&params.output, zero), &mut self.output, foot);
    }
}

impl GlueView {
    /// A view at rest.
    pub fn new(params: Arc<GlueParams>, telemetry: Arc<Telemetry>) -> Self {
        Self {
            params,
            telemetry,
            input: Meter::default(),
            output: Meter::default(),
            needle: Needle::default(),
            reading: Reading::default(),
            history: History::default(),
            key: Key::default(),
            lufs: [f32::NEG_INFINITY; 2],
        }
    }

    fn reduction(&mut self, face: &mut Face<'_>, rect: Rect) {
        let inside = panel::titled(face, rect, "Gain reduction");
        let range = format!("Range {:.0} dB", self.params.range.value());
        let at = pos2(rect.right() - 12.0, rect.top() + panel::TITLE / 2.0);
        panel::label(face, at, Align2::RIGHT_CENTER, &range);
        let history = inside.with_min_y(inside.bottom() - 48.0);
        let gauge = inside.with_max_y(history.top() - 6.0);
        self.needle.show(face, gauge, FULL_DB);
        let window = HistoryWindow {
            seconds: 8.0,
            full_db: 12.0,
            floor_db: -48.0,
            threshold_db: Some(self.params.threshold.value()),
            closes_db: None,
        };
        self.history.show(face, history, &window);
    }

    fn curve(&mut self, face: &mut Face<'_>, rect: Rect, params: &GlueParams) {
        let inside = panel::titled(face, rect, "Curve and key");
        let settings = params.settings().compressor;
        let upper = inside.with_max_y(inside.bottom() - 54.0);
        let plot = upper.with_max_x(upper.right() - 88.0);
        let output_db = static_curve(&settings);
        let curve = Transfer {
            curve: &output_db,
            floor_db: -48.0,
            threshold_db: settings.threshold_db,
            now: self.working_point(),
        };
        transfer::show(face, plot, &curve, theme::REDUCTION);
        let side = upper.with_min_x(plot.right() + 8.0);
        let mut y = side.top();
        let mut row = |face: &mut Face<'_>, label: &str| {
            panel::label(face, pos2(side.left(), y + 6.0), Align2::LEFT_CENTER, label);
            let bar = Rect::from_min_size(pos2(side.left(), y + 14.0), vec2(side.width(), 20.0));
            y += 38.0;
            bar
        };
        let bar = row(face, "Topology");
        choice::segments(face, bar, &["FF", "FB"], theme::SELECT, &params.topology);
        let bar = row(face, "Detector");
        choice::segments(face, bar, &["Peak", "RMS"], theme::SELECT, &params.detector);
        let bar = row(face, "Channels");
        choice::menu(face, bar, &params.channel);
        self.key.show(face, inside.with_min_y(upper.bottom() + 6.0), params);
    }

    /// Level at the input and reduction in dB, while anything sounds.
    fn working_point(&self) -> Option<(f32, f32)> {
        self.input.is_moving().then_some((self.reading.input_db, self.reading.reduction_db))
    }

    fn controls(&mut self, face: &mut Face<'_>, rect: Rect, params: &GlueParams) {
        panel::plain(face, rect);
        let spare = rect.width() - 628.0;
        let x = |at: f32| rect.left() + at + spare * at / 628.0;
        let y = rect.top() + 8.0;
        let accent = theme::REDUCTION;
        let large = |label| Knob::large(label, accent);
        large("Threshold").figures(&[""; 5]).show(face, pos2(x(52.0), y), &params.threshold);
        let ratios = ["1.5", "2", "4", "10"];
        large("Ratio").figures(&ratios).show(face, pos2(x(150.0), y), &params.ratio);
        let attacks = [".1", ".3", "1", "3", "10", "30"];
        large("Attack").figures(&attacks).show(face, pos2(x(256.0), y), &params.attack);
        let releases = [".1", ".3", ".6", "1.2", "A"];
        large("Release").figures(&releases).show(face, pos2(x(362.0), y), &params.release);
        panel::divider(face, x(420.0), rect.top() + 14.0, rect.top() + 122.0);
        let zero = params.makeup.preview_normalized(0.0);
        let makeup = Knob::medium("Makeup", theme::LEVEL).from(zero);
        makeup.show(face, pos2(x(456.0), y + 20.0), &params.makeup);
        Knob::medium("Mix", theme::LEVEL).show(face, pos2(x(524.0), y + 20.0), &params.mix);
        let colour = Knob::medium("Colour", theme::BRASS);
        colour.show(face, pos2(x(592.0), y + 20.0), &params.colour);

        let low = rect.bottom() - 76.0;
        panel::rule(face, rect.left() + 12.0, rect.right() - 12.0, low);
        let small = |label| Knob::small(label, accent);
        small("Knee").show(face, pos2(x(34.0), low + 2.0), &params.knee);
        small("Range").show(face, pos2(x(94.0), low + 2.0), &params.range);
        small("Link").show(face, pos2(x(154.0), low + 2.0), &params.link);
        let label = |face: &mut Face<'_>, at: f32, text| {
            panel::label(face, pos2(at, low + 12.0), Align2::LEFT_CENTER, text);
        };
        let bar = |left: f32, row: f32, width: f32| {
            Rect::from_min_size(pos2(left, low + 22.0 + 25.0 * row), vec2(width, 20.0))
        };
        label(face, x(202.0), "Key input");
        let key = bar(x(202.0), 0.0, 148.0);
        choice::segments(face, key, &["Internal", "Sidechain"], theme::SELECT, &params.key);
        choice::field(face, bar(x(202.0), 1.0, 118.0), "High-pass", &params.key_hpf);
        let listen = bar(x(202.0) + 122.0, 1.0, 26.0);
        switch::button(face, listen, Mark::Headphones, theme::KEY, &params.key_listen);
        label(face, x(366.0), "Gain");
        let auto = Mark::Word("Auto makeup");
        switch::button(face, bar(x(366.0), 0.0, 100.0), auto, theme::LEVEL, &params.auto_makeup);
        let clip = Mark::Word("Soft clip");
        switch::button(face, bar(x(366.0), 1.0, 100.0), clip, theme::BRASS, &params.clip);
        label(face, x(482.0), "Loudness, in to out");
        self.levels(
            face,
            bar(x(482.0), 0.0, rect.right() - 12.0 - x(482.0)).with_max_y(low + 67.0),
        );
    }

    /// Loudness in and out, and their difference.
    fn levels(&self, face: &mut Face<'_>, rect: Rect) {
        panel::well(face, rect);
        let [input, output] = self.lufs;
        let levels = [("In", input), ("Out", output)];
        for (i, (name, db)) in levels.into_iter().enumerate() {
            let y = rect.top() + 12.0 + 20.0 * i as f32;
            panel::label(face, pos2(rect.left() + 8.0, y), Align2::LEFT_CENTER, name);
            let at = pos2(rect.left() + 68.0, y);
            let font = (11.0, Weight::Medium);
            face.text(at, Align2::RIGHT_CENTER, figure(db), font, theme::TEXT);
        }
        if levels.iter().all(|(_, db)| *db > -100.0) {
            let change = relative(levels[1].1 - levels[0].1, 1);
            let at = pos2(rect.right() - 8.0, rect.center().y - 6.0);
            face.text(at, Align2::RIGHT_CENTER, change, (17.0, Weight::SemiBold), theme::LEVEL);
            panel::label(face, at + vec2(0.0, 16.0), Align2::RIGHT_CENTER, "LU");
        }
    }
}

/// Output level for an input level, both in dB, of the compressor at rest.
fn static_curve(settings: &BusCompressorSettings) -> impl Fn(f32) -> f32 + use<> {
    let curve = Curve::new(CurveSpec {
        threshold_db: settings.threshold_db,
        ratio: settings.ratio,
        knee_db: settings.knee_db,
        range_db: settings.range_db,
    });
    let feedback = settings.topology == Topology::Feedback;
    move |level_db| {
        let reduction_db = if feedback {
            curve.feedback_reduction_db(level_db)
        } else {
            curve.reduction_db(level_db)
        };
        level_db - reduction_db
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Glue;
    use egui::Vec2;
    use nice_plug::params::Params;
    use shared_dsp::effect::{Effect, Io};
    use shared_plugin::rack::Metered;
    use shared_plugin::testing::set;
    use shared_ui::probe::{Heard, Probe};

    #[test]
    fn every_parameter_has_its_place_and_no_two_overlap() {
        let params = Arc::new(GlueParams::default());
        let (telemetry, _probes) = Telemetry::new();
        let mut probe = Probe::new(GlueView::new(params.clone(), telemetry), &*params);
        let shown = probe.shown();
        assert_eq!(probe.missing(&shown), Vec::<String>::new());
        for stretch in [1.0, 1.4] {
            probe.resize(GlueView::SIZE.map(|side| side * stretch));
            assert_eq!(probe.faults(), Vec::<String>::new(), "at {stretch}");
        }
    }

    fn probe(params: &Arc<GlueParams>) -> Probe<GlueView> {
        let (telemetry, _probes) = Telemetry::new();
        Probe::new(GlueView::new(params.clone(), telemetry), &**params)
    }

    fn place(probe: &mut Probe<GlueView>, id: &str) -> egui::Pos2 {
        let found = probe.shown().into_iter().find(|(shown, _)| shown == id);
        found.expect("the parameter is on the screen").1.center()
    }

    #[test]
    fn a_drag_over_half_the_travel_is_one_gesture_and_is_drawn_before_the_host_applies_it() {
        let params = Arc::new(GlueParams::default());
        let mut probe = probe(&params);
        let at = place(&mut probe, "mix");
        let ptr = Param::as_ptr(&params.mix);
        probe.drag(at, vec2(0.0, 100.0), 20);
        let heard = probe.heard();
        assert_eq!(heard.first(), Some(&Heard::Begin(ptr)));
        assert_eq!(heard.last(), Some(&Heard::End(ptr)));
        let ends = heard.iter().filter(|one| matches!(one, Heard::End(_))).count();
        assert_eq!(ends, 1);
        let Some(Heard::Set(_, position)) = heard.get(heard.len() - 2) else { panic!("{heard:?}") };
        // The few pixels that tell a drag from a click are lost.
        assert!((position - 0.5).abs() < 0.06, "{position}");
        assert_eq!(params.mix.value(), 100.0, "this host applies nothing");
        assert_eq!(probe.position(&params.mix), *position);
    }

    #[test]
    fn stops_are_met_exactly_and_switches_switch() {
        let params = Arc::new(GlueParams::default());
        let mut probe = probe(&params);
        let at = place(&mut probe, "ratio");
        probe.drag(at, vec2(0.0, 75.0), 10);
        for heard in probe.heard() {
            if let Heard::Set(_, position) = heard {
                assert_eq!(position * 3.0, (position * 3.0).round());
            }
        }
        let at = place(&mut probe, "clip");
        probe.click(at);
        let ptr = Param::as_ptr(&params.clip);
        let gesture = [Heard::Begin(ptr), Heard::Set(ptr, 1.0), Heard::End(ptr)];
        assert_eq!(probe.heard(), gesture);
    }

    #[test]
    fn a_double_click_resets_and_the_keyboard_steps() {
        let params = Arc::new(GlueParams::default());
        let mut probe = probe(&params);
        let at = place(&mut probe, "threshold") - vec2(0.0, 10.0);
        probe.drag(at, Vec2::new(0.0, -40.0), 8);
        assert!(probe.position(&params.threshold) > 0.75);
        probe.click(at);
        probe.click(at);
        let rest = Param::default_normalized_value(&params.threshold);
        assert_eq!(probe.position(&params.threshold), rest);
        probe.key(egui::Key::ArrowUp);
        assert!((probe.position(&params.threshold) - rest - 0.01).abs() < 1e-5);
        probe.key(egui::Key::End);
        assert_eq!(probe.position(&params.threshold), 1.0);
        probe.key(egui::Key::Delete);
        assert_eq!(probe.position(&params.threshold), rest);
    }

    #[test]
    fn a_typed_value_is_taken_with_enter_and_refused_if_it_cannot_be_read() {
        let params = Arc::new(GlueParams::default());
        let mut probe = probe(&params);
        let at = place(&mut probe, "knee") - vec2(0.0, 10.0);
        probe.click(at);
        probe.type_text("12");
        probe.key(egui::Key::Enter);
        let wanted = params.knee.preview_normalized(12.0);
        assert!((probe.position(&params.knee) - wanted).abs() < 1e-6);
        probe.type_text("5");
        probe.type_text("nonsense");
        probe.key(egui::Key::Enter);
        assert!((probe.position(&params.knee) - wanted).abs() < 1e-6);
        probe.key(egui::Key::Escape);
        probe.key(egui::Key::Home);
        assert_eq!(probe.position(&params.knee), 0.0);
    }

    #[test]
    fn presets_are_picked_searched_saved_compared_and_undone() {
        let make = || {
            let params = Arc::new(GlueParams::default());
            let (telemetry, _probes) = Telemetry::new();
            Probe::new(GlueView::new(params.clone(), telemetry), &*params)
        };
        shared_ui::probe::PresetBench::all(make, "knee");
    }

    #[test]
    fn controls_answer_to_menu_tooltip_keys_automation_and_screen_reader() {
        let make = || probe(&Arc::new(GlueParams::default()));
        shared_ui::probe::ControlBench::all(make, "threshold");
    }

    #[test]
    fn the_size_of_the_window_is_saved_and_a_new_window_asks_for_it() {
        let params = Arc::new(GlueParams::default());
        let mut first = probe(&params);
        first.resize([1000.0, 640.0]);
        first.frame(Vec::new());
        let saved = params.serialize_fields();
        let loaded = Arc::new(GlueParams::default());
        loaded.deserialize_fields(&saved);
        let second = probe(&loaded);
        assert_eq!(second.asked_sizes(), [[1000.0, 640.0]]);
        let odd = r#"{"points":[1.0,1e9],"zoom":0.0}"#.to_owned();
        loaded.deserialize_fields(&[("window".to_owned(), odd)].into());
        assert_eq!(probe(&loaded).asked_sizes(), Vec::<[f32; 2]>::new());
    }

    #[test]
    fn the_keys_spectrum_is_that_of_what_the_detector_follows() {
        let params = Arc::new(GlueParams::default());
        let (telemetry, mut probes) = Telemetry::new();
        probes.prepare(48_000.0);
        let mut probe = Probe::new(GlueView::new(params.clone(), telemetry), &*params);
        let mut chain = Glue::default();
        chain.prepare(48_000.0, &params.settings());
        let mut phase = 0usize;
        // Highest point of the filled line: 200 Hz on the bus, 2 kHz at the sidechain.
        let mut top_hz = |source: &str| {
            set(&*params, "key", source);
            chain.set(&params.settings());
            for _ in 0..150 {
                let sine = |hz: f32| -> Vec<f32> {
                    let turn = std::f32::consts::TAU * hz / 48_000.0;
                    (0..800).map(|i| 0.2 * (turn * (phase + i) as f32).sin()).collect()
                };
                let (bus, key) = (sine(200.0), sine(2000.0));
                phase += 800;
                let [mut left, mut right] = [bus.clone(), bus];
                if probes.is_watched(800) {
                    probes.input([&left, &right]);
                    let io = Io::stereo(&mut left, &mut right).with_key(&key, &key);
                    chain.process_watched(io, probes.taps());
                    probes.output([&left, &right]);
                }
                probe.frame(Vec::new());
            }
            let lines = probe.lines(theme::KEY);
            let line = lines.iter().max_by_key(|line| line.len()).expect("a spectrum");
            let top = line.iter().min_by(|a, b| a.y.total_cmp(&b.y)).expect("points");
            let [left, right] = [line[0].x, line[line.len() - 1].x];
            20.0 * 1000.0f32.powf((top.x - left) / (right - left))
        };
        for (source, hz) in [("internal", 200.0), ("sidechain", 2000.0)] {
            let found = top_hz(source);
            assert!((found / hz - 1.0).abs() < 0.05, "{source}: {found} Hz");
        }
    }
}
