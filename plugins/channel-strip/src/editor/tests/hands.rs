//! Hand and keys at the modules, the bands and the filters.

use super::*;
use crate::editor::order::Module;
use crate::params::{BandKind, Order};
use egui::{Event, Modifiers, PointerButton};
use nice_plug::params::internals::ParamPtr;

impl Bench {
    fn order(&mut self) -> Order {
        self.params.order.preview_plain(self.probe.position(&self.params.order))
    }

    fn grip(&self, module: Module) -> Pos2 {
        let response = self.probe.context().read_response(module.grip());
        response.expect("every module has its grip").rect.center()
    }

    fn title(&self, words: &str) -> f32 {
        let at = self.probe.words(words);
        at.iter().find(|at| at.y < 90.0 || words == "Gate").expect("the title").x
    }

    fn node(&self, number: usize) -> Pos2 {
        let response = self.probe.context().read_response(Id::unique(("node", number)));
        response.expect("the node is on the curve").rect.center()
    }

    fn curve(&mut self) {
        self.probe.focus(Id::unique("curve"));
    }
}

fn gesture(ptr: ParamPtr, heard: &[Heard]) -> bool {
    matches!(heard, [Heard::Begin(a), Heard::Set(b, _), Heard::End(c)] if [a, b, c] == [&ptr; 3])
}

#[test]
fn a_grip_drags_its_module_to_another_place_in_one_gesture_and_the_panels_follow() {
    let mut bench = Bench::new();
    let order = bench.params.order.as_ptr();
    assert!(bench.title("EQ") < bench.title("Compressor"));
    let (comp, eq) = (bench.grip(Module::Comp), bench.grip(Module::Eq));
    bench.probe.heard();
    bench.probe.drag(comp, eq - comp, 8);
    assert_eq!(bench.order(), Order::GateCompEq);
    let heard = bench.probe.heard();
    assert!(gesture(order, &heard), "{heard:?}");
    bench.probe.frame(Vec::new());
    assert!(bench.title("Compressor") < bench.title("EQ"), "the panels follow");
    assert_eq!(bench.probe.faults(), Vec::<String>::new());
    let (eq, gate) = (bench.grip(Module::Eq), bench.grip(Module::Gate));
    bench.probe.drag(eq, vec2(gate.x - 100.0 - eq.x, 0.0), 8);
    assert_eq!(bench.order(), Order::EqGateComp);
    bench.probe.frame(Vec::new());
    assert!(
        bench.title("EQ") < bench.title("Gate") && bench.title("Gate") < bench.title("Compressor")
    );
    assert_eq!(bench.probe.faults(), Vec::<String>::new());
    bench.probe.heard();
    let gate = bench.grip(Module::Gate);
    bench.probe.drag(gate, vec2(6.0, 40.0), 4);
    assert_eq!((bench.order(), bench.probe.heard()), (Order::EqGateComp, vec![]), "let go at home");
}

#[test]
fn alt_and_arrows_move_the_module_whose_panel_has_the_keyboard_and_turn_no_knob() {
    let mut bench = Bench::new();
    let ratio = bench.params.comp.ratio.as_ptr();
    let id = gesture::id_of(&bench.params.comp.ratio);
    bench.probe.focus(id);
    bench.probe.heard();
    bench.probe.chord(Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(bench.order(), Order::GateCompEq);
    assert!(
        !bench
            .probe
            .heard()
            .iter()
            .any(|heard| matches!(heard, Heard::Set(ptr, _) if *ptr == ratio))
    );
    bench.probe.focus(Module::Eq.grip());
    for expected in [Order::GateEqComp, Order::EqGateComp, Order::EqGateComp] {
        bench.probe.chord(Modifiers::ALT, Key::ArrowLeft);
        assert_eq!(bench.order(), expected);
    }
}

#[test]
fn keys_at_the_curve_select_move_and_switch_off_a_band() {
    let mut bench = Bench::new();
    let params = bench.params.clone();
    let band = &params.eq3;
    for (id, text) in [("eq3_on", "on"), ("eq3_freq", "400"), ("eq3_gain", "3")] {
        set(&*params, id, text);
    }
    bench.curve();
    bench.probe.key(Key::Num3);
    bench.probe.key(Key::ArrowUp);
    assert!((bench.plain(&band.gain) - 3.5).abs() < 1e-3);
    bench.probe.chord(Modifiers::SHIFT, Key::ArrowDown);
    assert!((bench.plain(&band.gain) - 3.45).abs() < 1e-3);
    bench.probe.key(Key::ArrowRight);
    let semitone = 400.0 * (1.0f32 / 12.0).exp2();
    assert!((bench.plain(&band.freq) / semitone - 1.0).abs() < 1e-3);
    let before = bench.plain(&band.q);
    bench.probe.key(Key::Q);
    let narrower = bench.plain(&band.q);
    bench.probe.chord(Modifiers::SHIFT, Key::Q);
    assert!(narrower > before && (bench.plain(&band.q) - before).abs() < 1e-3);
    bench.probe.frame(vec![key(Key::D, true)]);
    bench.probe.key(Key::ArrowDown);
    bench.probe.frame(vec![key(Key::D, false)]);
    assert!((bench.plain(&band.dynamic) + 0.5).abs() < 1e-3);
    assert!((bench.plain(&band.gain) - 3.45).abs() < 1e-3);
    bench.probe.key(Key::T);
    let kind = band.kind.preview_plain(bench.probe.position(&band.kind));
    assert_eq!(kind, BandKind::LowShelf);
    bench.probe.key(Key::Delete);
    assert_eq!(bench.probe.position(&band.on), 0.0);
}

fn key(key: Key, pressed: bool) -> Event {
    let modifiers = Modifiers::NONE;
    Event::Key { key, physical_key: None, pressed, repeat: false, modifiers }
}

#[test]
fn a_right_click_on_a_node_changes_its_type() {
    let mut bench = Bench::new();
    set(&*bench.params, "eq4_on", "on");
    bench.probe.frame(Vec::new());
    bench.probe.frame(Vec::new());
    let pos = bench.node(4);
    bench.probe.frame(vec![Event::PointerMoved(pos)]);
    for pressed in [true, false] {
        let (button, modifiers) = (PointerButton::Secondary, Modifiers::NONE);
        bench.probe.frame(vec![Event::PointerButton { pos, button, pressed, modifiers }]);
    }
    bench.silence(0.1);
    let at = bench.probe.words("Notch")[0];
    bench.probe.heard();
    bench.probe.click(at);
    let kind = &bench.params.eq4.kind;
    assert_eq!(kind.preview_plain(bench.probe.position(kind)), BandKind::Notch);
    let heard = bench.probe.heard();
    assert!(gesture(kind.as_ptr(), &heard), "{heard:?}");
}

#[test]
fn the_corner_of_a_filter_is_dragged_on_the_curve() {
    let mut bench = Bench::new();
    let params = bench.params.clone();
    let id = gesture::id_of(&params.hpf.freq).with("grip");
    let corner = |bench: &Bench| bench.probe.context().read_response(id);
    assert!(corner(&bench).is_none(), "a filter that is off has no node");
    set(&*params, "hpf_on", "on");
    bench.silence(0.1);
    let at = corner(&bench).expect("the node").rect.center();
    let before = bench.plain(&params.hpf.freq);
    bench.probe.heard();
    bench.probe.drag(at, vec2(60.0, 0.0), 6);
    assert!(bench.plain(&params.hpf.freq) > 1.5 * before);
    let heard = bench.probe.heard();
    let ptr = params.hpf.freq.as_ptr();
    assert_eq!((heard.first(), heard.last()), (Some(&Heard::Begin(ptr)), Some(&Heard::End(ptr))));
    assert_eq!(heard.iter().filter(|one| matches!(one, Heard::Begin(_))).count(), 1);
}

#[test]
fn a_band_has_a_bubble_while_it_sounds_and_is_under_the_hand() {
    let mut bench = Bench::new();
    let bubbles = |bench: &Bench| {
        let texts = bench.probe.texts();
        texts.iter().filter(|text| text.starts_with("Q ")).count()
    };
    assert_eq!(bubbles(&bench), 0);
    set(&*bench.params, "eq1_on", "on");
    bench.silence(0.1);
    assert_eq!(bubbles(&bench), 0, "nobody is at it");
    let node = bench.node(1);
    let point = |bench: &mut Bench, at: Pos2| {
        bench.probe.frame(vec![Event::PointerMoved(at)]);
        bench.probe.frame(Vec::new());
    };
    point(&mut bench, node);
    assert_eq!(bubbles(&bench), 1, "under the pointer");
    point(&mut bench, node + vec2(200.0, 100.0));
    assert_eq!(bubbles(&bench), 0, "the pointer has left");
    point(&mut bench, node);
    set(&*bench.params, "eq1_on", "off");
    bench.silence(0.1);
    assert_eq!(bubbles(&bench), 0, "off");
}

#[test]
fn match_shows_the_gain_that_the_chain_has_measured() {
    let params = Arc::new(StripParams::default());
    for (id, text) in [("match", "on"), ("output", "-9")] {
        set(&*params, id, text);
    }
    let (telemetry, _probes) = Telemetry::new();
    let mut chain = Strip::default();
    chain.prepare(RATE, &params.settings(Shape::Stereo));
    for block in 0..200 {
        let sine = |i: usize| 0.3 * (0.1 * (block * BLOCK + i) as f32).sin();
        let mut left: Vec<f32> = (0..BLOCK).map(sine).collect();
        let mut right = left.clone();
        chain.process(Io::stereo(&mut left, &mut right));
    }
    chain.measure(&telemetry);
    let mut probe = Probe::new(StripView::new(params.clone(), telemetry), &*params);
    let header = |probe: &Probe<StripView>| -> Vec<String> {
        probe.spans(44.0).into_iter().map(|(text, _)| text).collect()
    };
    let shown = header(&probe);
    assert!(shown.contains(&"\u{2212}9.0 dB".to_owned()), "{shown:?}");
    set(&*params, "match", "off");
    probe.frame(Vec::new());
    let shown = header(&probe);
    assert!(!shown.iter().any(|text| text.ends_with("dB")), "{shown:?}");
}

#[test]
fn controls_answer_to_menu_tooltip_keys_automation_and_screen_reader() {
    let make = || {
        let params = Arc::new(StripParams::default());
        let (telemetry, _probes) = Telemetry::new();
        Probe::new(StripView::new(params.clone(), telemetry), &*params)
    };
    shared_ui::probe::ControlBench::all(make, "input");
}
