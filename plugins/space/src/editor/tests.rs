use super::*;
use crate::actor::SpaceActor;
use egui::{Key, Pos2, Vec2};
use nice_plug::params::internals::ParamPtr;
use shared_stage::Hall;
use shared_ui::gesture;
use shared_ui::probe::{Heard, Probe};

struct Editor {
    params: Arc<SpaceParams>,
    telemetry: Arc<Telemetry>,
    probe: Probe<SpaceView>,
}

impl Editor {
    fn new() -> Self {
        let params = Arc::new(SpaceParams::default());
        let (telemetry, _probes) = Telemetry::new();
        let actor = Arc::new(SpaceActor::new(params.clone(), Screen::new::<SpaceView>()));
        let member = Member::in_hall(actor, &Hall::private());
        let view = SpaceView::new(params.clone(), telemetry.clone(), member);
        Self { probe: Probe::new(view, &*params), params, telemetry }
    }

    /// Puts a parameter where a text says, as the host does.
    fn set(&mut self, control: &dyn Control, text: &str) {
        let position = control.read(text).expect("the text is a value");
        // SAFETY: the parameters live as long as the editor.
        unsafe { control.ptr()._internal_set_normalized_value(position) };
        // Responses are those of the frame before.
        self.probe.frame(Vec::new());
        self.probe.frame(Vec::new());
    }

    /// What a control says, with edits that are still on their way.
    fn value(&mut self, control: &dyn Control) -> String {
        let position = self.probe.position(control);
        control.text_at(position)
    }

    fn grip(&self, control: &dyn Control) -> Pos2 {
        let id = gesture::id_of(control).with("grip");
        self.probe.context().read_response(id).expect("it is in the plot").rect.center()
    }

    /// Drags a grip. Returns by how much it has moved itself.
    fn drag(&mut self, control: &dyn Control, by: Vec2) -> Vec2 {
        let from = self.grip(control);
        self.probe.heard();
        self.probe.drag(from, by, 5);
        assert_eq!(gestures(&self.probe.heard(), control.ptr()), [1, 1], "one gesture");
        self.grip(control) - from
    }
}

/// How many gestures on a parameter began and ended.
fn gestures(heard: &[Heard], param: ParamPtr) -> [usize; 2] {
    [Heard::Begin(param), Heard::End(param)]
        .map(|wanted| heard.iter().filter(|heard| **heard == wanted).count())
}

#[test]
fn every_parameter_has_its_place_and_no_two_overlap() {
    let mut editor = Editor::new();
    let shown = editor.probe.shown();
    assert_eq!(editor.probe.missing(&shown), Vec::<String>::new());
    for stretch in [[1.0, 1.0], [1.4, 1.4], [1.0, 1.5], [1.6, 1.0]] {
        let size = std::array::from_fn(|axis| SpaceView::SIZE[axis] * stretch[axis]);
        editor.probe.resize(size);
        assert_eq!(editor.probe.faults(), Vec::<String>::new(), "at {stretch:?}");
    }
}

#[test]
fn handles_of_the_decay_follow_the_hand_and_move_their_own_part() {
    let mut editor = Editor::new();
    let params = editor.params.clone();
    let moved = editor.drag(&params.decay, vec2(0.0, -25.0));
    assert!((moved.y + 25.0).abs() < 3.0, "{moved:?}");
    let longer_s = params.decay.preview_plain(editor.probe.position(&params.decay));
    assert!((2.5..4.5).contains(&longer_s), "{longer_s} s");
    let moved = editor.drag(&params.decay_low, vec2(0.0, 20.0));
    assert!((moved.y - 20.0).abs() < 4.0, "{moved:?}");
    assert_eq!(editor.value(&params.decay_high), "0.6 x", "nobody touched it");
    let moved = editor.drag(&params.xover_low, vec2(-40.0, 0.0));
    assert!((moved.x + 40.0).abs() < 2.0, "{moved:?}");
}

#[test]
fn the_end_of_the_predelay_is_dragged_unless_the_tempo_sets_it() {
    let mut editor = Editor::new();
    let params = editor.params.clone();
    let moved = editor.drag(&params.predelay, vec2(100.0, 0.0));
    assert!((moved.x - 100.0).abs() < 2.0, "{moved:?}");
    editor.set(&params.predelay_sync, "1/16");
    let id = gesture::id_of(&params.predelay).with("grip");
    editor.probe.frame(Vec::new());
    assert!(editor.probe.context().read_response(id).is_none());
}

#[test]
fn the_first_echo_drags_the_time_and_the_second_the_feedback() {
    let mut editor = Editor::new();
    let params = editor.params.clone();
    editor.set(&params.mode, "Parallel");
    let from = editor.grip(&params.delay_time);
    editor.probe.drag(from, vec2(30.0, 0.0), 5);
    let ms = params.delay_time.preview_plain(editor.probe.position(&params.delay_time));
    // 396 px for 3 s.
    assert!((ms - 375.0 - 30.0 / 396.0 * 3000.0).abs() < 8.0, "{ms} ms");
    let from = editor.grip(&params.feedback);
    editor.probe.drag(from, vec2(0.0, -10.0), 5);
    let percent = params.feedback.preview_plain(editor.probe.position(&params.feedback));
    assert!((50.0..90.0).contains(&percent), "{percent} %");
}

#[test]
fn a_click_on_a_handle_gives_its_knob_the_keys() {
    let mut editor = Editor::new();
    let params = editor.params.clone();
    let at = editor.grip(&params.decay);
    editor.probe.click(at);
    let before = editor.probe.position(&params.decay);
    editor.probe.key(Key::ArrowUp);
    let moved = editor.probe.position(&params.decay) - before;
    assert!((moved - 0.01).abs() < 1e-4, "{moved}");
    assert!(editor.probe.hint().starts_with("Decay: "), "{}", editor.probe.hint());
}

#[test]
fn the_power_of_the_delay_takes_it_out_of_the_mode_and_back_as_it_was() {
    let mut editor = Editor::new();
    let params = editor.params.clone();
    let title = editor.probe.words("Delay").into_iter().max_by(|a, b| a.x.total_cmp(&b.x));
    let power = title.expect("the panel has a title") - vec2(30.0, 0.0);
    for (before, after) in [
        ("Reverb", "Parallel"),
        ("Delay into Reverb", "Reverb"),
        ("Reverb", "Delay into Reverb"),
        ("Delay", "Reverb"),
    ] {
        editor.set(&params.mode, before);
        editor.probe.click(power);
        assert_eq!(editor.value(&params.mode), after, "from {before}");
        // Not a double-click.
        (0..40).for_each(|_| editor.probe.frame(Vec::new()));
    }
}

#[test]
fn to_turn_the_volume_of_a_room_by_name_makes_a_custom_room_of_it() {
    let mut editor = Editor::new();
    let params = editor.params.clone();
    editor.set(&params.room, "Theatre");
    assert!(editor.probe.texts().contains(&"4000 m\u{b3}".to_owned()), "the theatre's own");
    let own = params.room_volume.preview_normalized(4000.0);
    editor.probe.focus(gesture::id_of(&params.room_volume));
    editor.probe.key(Key::ArrowUp);
    assert_eq!(editor.value(&params.room), "Custom");
    let volume = editor.probe.position(&params.room_volume);
    assert!((volume - own - 0.01).abs() < 1e-4, "{volume} from {own}");
    editor.probe.chord(egui::Modifiers::COMMAND, Key::Z);
    assert_eq!(editor.value(&params.room), "Theatre", "one step to undo");
}

#[test]
fn the_footer_tells_how_long_it_sounds_on() {
    let mut editor = Editor::new();
    editor.telemetry.sample_rate_hz.set(48_000.0);
    for (samples, words) in [(115_200.0, "Tail 2.4 s"), (f32::INFINITY, "Tail \u{221e}")] {
        editor.telemetry.tail_samples.set(samples);
        editor.probe.frame(Vec::new());
        assert!(editor.probe.texts().iter().any(|text| text == words), "{words}");
    }
}

#[test]
fn presets_are_picked_searched_saved_compared_and_undone() {
    shared_ui::probe::PresetBench::all(|| Editor::new().probe, "decay");
}

#[test]
fn every_control_does_what_the_others_do() {
    shared_ui::probe::ControlBench::all(|| Editor::new().probe, "diffusion");
}
