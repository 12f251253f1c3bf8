//! The editor without a window, driven by a hand and fed with sound.

use super::*;
use crate::chain::Strip;
use crate::params::{BandKey, Decay, SpectrumLook, Tilt};
use egui::{Id, Key, Pos2};
use nice_plug::params::Params;
use shared_dsp::effect::{Effect, Io};
use shared_plugin::rack::{Metered, Shape};
use shared_plugin::telemetry::Probes;
use shared_plugin::testing::set;
use shared_ui::Control;
use shared_ui::probe::{Heard, Probe};

mod hands;

const RATE: f64 = 48_000.0;
/// Frames between two frames of the editor.
const BLOCK: usize = 800;

struct Bench {
    params: Arc<StripParams>,
    probes: Probes,
    probe: Probe<StripView>,
    played: usize,
}

impl Bench {
    fn new() -> Self {
        let params = Arc::new(StripParams::default());
        let (telemetry, mut probes) = Telemetry::new();
        probes.prepare(RATE);
        let probe = Probe::new(StripView::new(params.clone(), telemetry), &*params);
        Self { params, probes, probe, played: 0 }
    }

    /// Plays sines of these frequencies and levels in dB as track and as sidechain.
    fn play(&mut self, seconds: f64, track: (f64, f32), key: (f64, f32)) {
        for _ in 0..(seconds * RATE) as usize / BLOCK {
            let frames = self.played..self.played + BLOCK;
            self.played = frames.end;
            let [mut track, key] = [track, key].map(|(hz, db)| -> Vec<f32> {
                let amplitude = if db < -120.0 { 0.0 } else { 10f32.powf(db / 20.0) };
                let turn = |i: usize| (std::f64::consts::TAU * hz * i as f64 / RATE).sin() as f32;
                frames.clone().map(|i| amplitude * turn(i)).collect()
            });
            if self.probes.is_watched(BLOCK) {
                self.probes.input([&track, &track]);
                let mut right = track.clone();
                let io = Io::stereo(&mut track, &mut right).with_key(&key, &key);
                self.probes.taps().before(&io);
                self.probes.taps().after(&io);
            }
            self.probe.frame(Vec::new());
        }
    }

    fn silence(&mut self, seconds: f64) {
        self.play(seconds, (100.0, -200.0), (100.0, -200.0));
    }

    /// The bars of the collisions on the axis.
    fn bars(&self) -> Vec<Rect> {
        let bars = self.probe.boxes(theme::WARN);
        bars.into_iter().filter(|bar| (bar.height() - 4.0).abs() < 0.1).collect()
    }

    fn plain(&mut self, param: &nice_plug::params::FloatParam) -> f32 {
        param.preview_plain(self.probe.position(param))
    }
}

/// Where the curve is drawn, and how high a line stands out of its bottom.
fn height(line: &[Pos2]) -> f32 {
    let ys = line.iter().map(|point| point.y);
    ys.clone().fold(f32::MIN, f32::max) - ys.fold(f32::MAX, f32::min)
}

#[test]
fn every_parameter_has_its_place_and_no_two_overlap() {
    let mut bench = Bench::new();
    let mut shown = Vec::new();
    for stretch in [1.0, 1.4] {
        bench.probe.resize(StripView::SIZE.map(|side| side * stretch));
        for band in 0..8 {
            shared_ui::curve::select_in(bench.probe.context(), band);
            bench.probe.frame(Vec::new());
            assert_eq!(bench.probe.faults(), Vec::<String>::new(), "band {band} at {stretch}");
            shown.extend(bench.probe.shown());
        }
    }
    assert_eq!(bench.probe.missing(&shown), Vec::<String>::new());
}

#[test]
fn nothing_is_drawn_of_silence() {
    let mut bench = Bench::new();
    let colors = [theme::fade(theme::LEVEL, 0.8), theme::KEY, theme::fade(theme::DIM, 0.9)];
    bench.params.set_look(SpectrumLook { before: true, ..SpectrumLook::default() });
    let tall = |bench: &Bench| {
        colors.map(|color| bench.probe.lines(color).iter().any(|line| height(line) > 40.0))
    };
    bench.silence(0.5);
    assert_eq!((tall(&bench), bench.bars().len()), ([false; 3], 0), "before any sound");
    bench.play(2.0, (100.0, -12.0), (100.0, -12.0));
    assert_eq!((tall(&bench), bench.bars().len()), ([true; 3], 1), "with sound");
    bench.silence(6.0);
    assert_eq!((tall(&bench), bench.bars().len()), ([false; 3], 0), "after it");
}

#[test]
fn a_sidechain_that_is_not_connected_has_no_spectrum() {
    let mut bench = Bench::new();
    bench.play(1.0, (100.0, -12.0), (100.0, -200.0));
    assert!(bench.probe.lines(theme::KEY).iter().all(|line| line.len() < 100));
    assert!(bench.bars().is_empty());
}

#[test]
fn a_frozen_picture_stays_when_the_sound_ends() {
    let mut bench = Bench::new();
    let color = theme::fade(theme::LEVEL, 0.8);
    bench.play(1.0, (1000.0, -12.0), (100.0, -200.0));
    let before = bench.probe.lines(color);
    bench.probe.view().analyser.frozen = true;
    bench.play(1.0, (5000.0, -6.0), (100.0, -200.0));
    bench.silence(6.0);
    assert!(before == bench.probe.lines(color) && before.iter().any(|line| height(line) > 40.0));
}

#[test]
fn nothing_reaches_the_editor_that_does_not_look() {
    let params = StripParams::default();
    let mut chain = Strip::default();
    let (telemetry, mut probes) = Telemetry::new();
    probes.prepare(RATE);
    chain.prepare(RATE, &params.settings(Shape::Stereo));
    let mut copied = |seconds: f64| {
        let mut frames = 0;
        for _ in 0..(seconds * RATE) as usize / BLOCK {
            let (mut left, mut right) = (vec![0.1; BLOCK], vec![0.1; BLOCK]);
            let key = vec![0.2; BLOCK];
            let io = Io::stereo(&mut left, &mut right).with_key(&key, &key);
            match probes.is_watched(BLOCK) {
                true => chain.process_watched(io, probes.taps()),
                false => chain.process(io),
            }
            for ring in [&telemetry.eq_before, &telemetry.eq_after, &telemetry.key] {
                frames += Telemetry::drain(ring, |_| {});
            }
        }
        frames
    };
    assert_eq!(copied(1.0), 0, "closed");
    telemetry.look();
    let open = copied(0.4);
    assert_eq!(open, 3 * (0.4 * RATE) as usize, "open");
    copied(0.2);
    assert_eq!(copied(1.0), 0, "closed again");
}

#[test]
fn an_open_editor_does_not_change_the_sound() {
    let params = StripParams::default();
    for (id, text) in [
        ("eq2_on", "on"),
        ("eq2_gain", "6"),
        ("eq3_on", "on"),
        ("eq3_dyn", "-9"),
        ("eq3_key", "sidechain"),
        ("comp_on", "on"),
    ] {
        set(&params, id, text);
    }
    for order in ["Gate EQ Comp", "Gate Comp EQ", "EQ Gate Comp"] {
        set(&params, "order", order);
        let settings = params.settings(Shape::Stereo);
        let [mut closed, mut open] = [Strip::default(), Strip::default()];
        closed.prepare(RATE, &settings);
        open.prepare(RATE, &settings);
        let (_, mut probes) = Telemetry::new();
        for block in 0..40 {
            let turn = |i: usize| (0.02 * (block * BLOCK + i) as f32).sin();
            let sound: Vec<f32> = (0..BLOCK).map(|i| 0.5 * turn(i)).collect();
            let key: Vec<f32> = (0..BLOCK).map(|i| 0.4 * turn(2 * i)).collect();
            let mut lanes = [sound.clone(), sound.clone(), sound.clone(), sound];
            let [left, right, other_left, other_right] = &mut lanes;
            closed.process(Io::stereo(left, right).with_key(&key, &key));
            let io = Io::stereo(other_left, other_right).with_key(&key, &key);
            open.process_watched(io, probes.taps());
            assert!(lanes[..2] == lanes[2..], "{order}, block {block}");
        }
    }
}

#[test]
fn a_click_on_a_collision_makes_a_keyed_cut() {
    for way in ["click", "K", "Enter"] {
        let mut bench = Bench::new();
        let params = bench.params.clone();
        let (freq_hz, key_db) = (300.0, -18.0);
        bench.play(3.0, (freq_hz, -12.0), (freq_hz, key_db));
        let bars = bench.bars();
        let [bar] = bars.as_slice() else { panic!("{} bars", bars.len()) };
        bench.probe.heard();
        match way {
            "click" => bench.probe.click(bar.center()),
            "K" => {
                bench.probe.click(bar.center() - vec2(0.0, 200.0));
                bench.probe.key(Key::K);
            }
            _ => {
                bench.probe.focus(Id::unique(("collision", 0usize)));
                bench.probe.key(Key::Enter);
            }
        }
        // The free band nearest to 300 Hz by its default.
        let band = &params.eq3;
        let heard = bench.probe.heard();
        let controls: [(&dyn Control, bool); 8] = [
            (&band.kind, false),
            (&band.freq, true),
            (&band.q, true),
            (&band.gain, false),
            (&band.dynamic, true),
            (&band.threshold, true),
            (&band.key, true),
            (&band.on, true),
        ];
        for (control, moves) in controls {
            let of = |heard: &&Heard| match heard {
                Heard::Begin(ptr) | Heard::Set(ptr, _) | Heard::End(ptr) => *ptr == control.ptr(),
            };
            let gesture: Vec<&Heard> = heard.iter().filter(of).collect();
            let whole = match gesture.as_slice() {
                [Heard::Begin(_), Heard::Set(..), Heard::End(_)] => moves,
                [Heard::Begin(_), Heard::End(_)] => !moves,
                _ => false,
            };
            assert!(whole, "{}: {gesture:?}", control.title());
        }
        let last = heard.iter().rev().find(|heard| matches!(heard, Heard::Set(..)));
        assert!(matches!(last, Some(Heard::Set(ptr, x)) if *ptr == band.on.ptr() && *x == 1.0));
        assert_eq!(band.key.preview_plain(bench.probe.position(&band.key)), BandKey::Sidechain);
        let freq = bench.plain(&band.freq);
        assert!((freq as f64 / freq_hz - 1.0).abs() < 0.12, "{freq} Hz");
        let q = bench.plain(&band.q);
        assert!((1.0..5.0).contains(&q), "Q {q}");
        assert_eq!((bench.plain(&band.gain), bench.plain(&band.dynamic)), (0.0, -6.0));
        let below = key_db - bench.plain(&band.threshold);
        assert!((4.0..10.0).contains(&below), "{below} dB below the sidechain");
        assert_eq!(shared_ui::curve::selected_in(bench.probe.context()), Some(2));
    }
}

#[test]
fn a_collision_that_has_its_cut_takes_no_second_band_and_none_is_taken_when_all_are_in_use() {
    let mut bench = Bench::new();
    for (id, text) in
        [("eq5_on", "on"), ("eq5_freq", "310"), ("eq5_dyn", "-6"), ("eq5_key", "sidechain")]
    {
        set(&*bench.params, id, text);
    }
    bench.play(3.0, (300.0, -12.0), (300.0, -12.0));
    let bar = bench.bars()[0];
    bench.probe.heard();
    bench.probe.click(bar.center());
    assert_eq!(bench.probe.heard(), [], "made already");
    assert_eq!(shared_ui::curve::selected_in(bench.probe.context()), Some(4));
    for band in 1..=8 {
        set(&*bench.params, &format!("eq{band}_on"), "on");
        set(&*bench.params, &format!("eq{band}_key"), "self");
    }
    bench.probe.click(bar.center());
    assert_eq!(bench.probe.heard(), [], "full");
    assert!(bench.probe.hint().contains("no band is free"), "{}", bench.probe.hint());
}

#[test]
fn the_look_of_the_spectrum_is_saved_and_what_a_later_version_calls_otherwise_is_left_out() {
    let look = SpectrumLook {
        before: true,
        collisions: false,
        tilt: Tilt::Db3,
        decay: Decay::Slow,
        ..SpectrumLook::default()
    };
    let saved = StripParams::default();
    saved.set_look(look);
    let fields = saved.serialize_fields();
    let loaded = StripParams::default();
    loaded.deserialize_fields(&fields);
    assert_eq!(loaded.look(), look);
    let later = r#"{"before":true,"tilt":"6","decay":"none","beauty":9}"#;
    loaded.deserialize_fields(&[("spectrum".to_owned(), later.to_owned())].into());
    assert_eq!(loaded.look(), SpectrumLook { before: true, ..SpectrumLook::default() });
}

#[test]
fn the_legend_shows_and_hides_and_the_tilt_leans() {
    let mut bench = Bench::new();
    let color = theme::fade(theme::LEVEL, 0.8);
    bench.play(1.0, (100.0, -12.0), (100.0, -200.0));
    let top = |bench: &Bench| {
        let lines = bench.probe.lines(color);
        let line = lines.iter().find(|line| line.len() > 200).expect("the spectrum");
        line.iter().map(|point| point.y).fold(f32::MAX, f32::min)
    };
    let leaning = top(&bench);
    bench.params.set_look(SpectrumLook { tilt: Tilt::None, ..bench.params.look() });
    bench.play(0.1, (100.0, -12.0), (100.0, -200.0));
    assert!(top(&bench) < leaning - 20.0, "flat lifts the bass");
    let at = bench.probe.words("After")[0];
    bench.probe.click(at);
    assert!(!bench.params.look().after, "a click on the legend");
    assert!(bench.probe.lines(color).iter().all(|line| line.len() < 200));
}

#[test]
fn presets_are_picked_searched_saved_compared_and_undone() {
    let make = || {
        let params = Arc::new(StripParams::default());
        let (telemetry, _probes) = Telemetry::new();
        Probe::new(StripView::new(params.clone(), telemetry), &*params)
    };
    shared_ui::probe::PresetBench::all(make, "comp_knee");
}
