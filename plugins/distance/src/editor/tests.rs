use super::stage::cast::{Ask, OWN};
use super::*;
use egui::{Key, vec2};
use shared_plugin::choices::RoomKind;
use shared_ui::gesture;
use shared_ui::probe::{Heard, Probe};
use std::sync::Mutex;

/// Others whose tracks stand still, and who note what they are asked.
#[derive(Default)]
struct Crowd {
    tracks: Vec<Actor>,
    asks: Arc<Mutex<Vec<Ask>>>,
}

impl Company for Crowd {
    fn introduce(&mut self, _track: &TrackInfo) {}

    fn tracks(&mut self) -> Vec<Actor> {
        self.tracks.clone()
    }

    fn spaces(&self) -> usize {
        1
    }

    fn ask(&mut self, ask: Ask) {
        self.asks.lock().expect("no test panics while it holds the notes").push(ask);
    }
}

fn actor(id: u64, name: &str, distance_m: f32, azimuth_deg: f32) -> Actor {
    Actor {
        id,
        name: name.to_owned(),
        color: theme::BANDS[id as usize % 8],
        place: Place { distance_m, azimuth_deg },
        source_width_m: 1.0,
        direct_to_reverberant_db: 10.0 - 6.0 * distance_m.log2(),
    }
}

struct Editor {
    params: Arc<DistanceParams>,
    probe: Probe<DistanceView>,
    asks: Arc<Mutex<Vec<Ask>>>,
}

impl Editor {
    fn with(tracks: Vec<Actor>) -> Self {
        let params = Arc::new(DistanceParams::default());
        let (telemetry, _probes) = Telemetry::new();
        let asks = Arc::default();
        let crowd = Crowd { tracks, asks: Arc::clone(&asks) };
        let view = DistanceView::new(params.clone(), telemetry, Box::new(crowd));
        Self { probe: Probe::new(view, &*params), params, asks }
    }

    fn at(&self, id: u64) -> egui::Pos2 {
        let response = self.probe.context().read_response(stage::track(id));
        response.expect("the track is on the stage").rect.center()
    }

    fn asked(&self) -> Vec<Ask> {
        std::mem::take(&mut self.asks.lock().expect("no test panics while it holds the notes"))
    }
}

#[test]
fn every_parameter_has_its_place_and_no_two_overlap() {
    let mut editor = Editor::with(Vec::new());
    let shown = editor.probe.shown();
    assert_eq!(editor.probe.missing(&shown), Vec::<String>::new());
    for stretch in [[1.0, 1.0], [1.4, 1.4], [1.0, 1.5], [1.6, 1.0]] {
        let size = std::array::from_fn(|axis| DistanceView::SIZE[axis] * stretch[axis]);
        editor.probe.resize(size);
        assert_eq!(editor.probe.faults(), Vec::<String>::new(), "at {stretch:?}");
    }
}

#[test]
fn to_turn_a_value_of_a_room_by_name_makes_a_custom_room_that_differs_in_nothing_else() {
    let mut editor = Editor::with(Vec::new());
    let params = editor.params.clone();
    let theatre = params.room.preview_normalized(RoomKind::Theatre);
    // SAFETY: the parameters live as long as the editor.
    unsafe { params.room.as_ptr()._internal_set_normalized_value(theatre) };
    editor.probe.frame(Vec::new());
    let plain =
        |editor: &mut Editor, param: &FloatParam| param.preview_plain(editor.probe.position(param));
    editor.probe.focus(gesture::id_of(&params.room_low));
    editor.probe.key(Key::ArrowUp);
    let room = DspRoomKind::Theatre.settings().expect("it has a name");
    for (param, expected) in [
        (&params.room_volume, room.volume_m3),
        (&params.room_rt60, room.rt60_s),
        (&params.room_high, room.high),
    ] {
        let value = plain(&mut editor, param);
        assert!((value / expected - 1.0).abs() < 1e-3, "{}: {value}", param.name());
    }
    let step = params.room_low.preview_normalized(room.low) + 0.01;
    assert!((editor.probe.position(&params.room_low) - step).abs() < 1e-4);
    let custom = params.room.preview_normalized(RoomKind::Custom);
    assert_eq!(editor.probe.position(&params.room), custom);
    editor.probe.chord(egui::Modifiers::COMMAND, Key::Z);
    assert_eq!(editor.probe.position(&params.room), theatre, "one step to undo");
}

#[test]
fn the_footer_says_why_the_floor_is_hatched() {
    let mut editor = Editor::with(Vec::new());
    let listener = editor.at(OWN) + vec2(0.0, 60.0);
    editor.probe.frame(vec![egui::Event::PointerMoved(listener)]);
    editor.probe.frame(Vec::new());
    assert!(editor.probe.hint().contains("microphone"), "{}", editor.probe.hint());
    let far = editor.at(OWN) - vec2(30.0, 150.0);
    editor.probe.frame(vec![egui::Event::PointerMoved(far)]);
    editor.probe.frame(Vec::new());
    assert!(editor.probe.hint().contains(" m. Wheel: zoom"), "{}", editor.probe.hint());
}

#[test]
fn dragging_the_own_track_moves_distance_and_azimuth_in_one_gesture() {
    let mut editor = Editor::with(vec![actor(1, "Bass", 4.0, 40.0)]);
    let from = editor.at(OWN);
    editor.probe.drag(from, vec2(60.0, -80.0), 5);
    let heard = editor.probe.heard();
    let [distance, azimuth] = [editor.params.distance.as_ptr(), editor.params.azimuth.as_ptr()];
    for param in [distance, azimuth] {
        let begins = heard.iter().filter(|h| **h == Heard::Begin(param)).count();
        let ends = heard.iter().filter(|h| **h == Heard::End(param)).count();
        assert_eq!((begins, ends), (1, 1));
        assert!(heard.iter().any(|h| matches!(h, Heard::Set(p, _) if *p == param)));
    }
    let moved = editor.at(OWN) - from;
    assert!((moved - vec2(60.0, -80.0)).length() < 2.0, "{moved:?}");
    assert!(editor.asked().is_empty());
}

#[test]
fn dragging_the_track_of_another_asks_it_to_move_and_moves_nothing_here() {
    let mut editor = Editor::with(vec![actor(7, "Bass", 4.0, 40.0)]);
    let from = editor.at(7);
    editor.probe.drag(from, vec2(-50.0, 40.0), 5);
    assert!(editor.probe.heard().is_empty());
    let asked = editor.asked();
    let (last, before) = asked.split_last().expect("it was asked");
    assert!(before.iter().all(|ask| ask.held) && !last.held, "{asked:?}");
    assert!(asked.iter().all(|ask| ask.id == 7));
    assert!(last.to.distance_m < 4.0 && last.to.azimuth_deg < 40.0, "{last:?}");
    let moved = editor.at(7) - from;
    assert!(
        (moved - vec2(-50.0, 40.0)).length() < 2.0,
        "drawn where it was asked to go: {moved:?}"
    );
    for _ in 0..70 {
        editor.probe.frame(Vec::new());
    }
    assert!((editor.at(7) - from).length() < 0.5, "it never went: drawn where it is");
}

#[test]
fn arrows_move_the_focused_track_by_a_tenth_of_an_octave_and_a_degree() {
    let mut editor = Editor::with(vec![actor(7, "Bass", 4.0, 40.0)]);
    editor.probe.focus(stage::track(7));
    editor.probe.key(Key::ArrowUp);
    let farther = editor.asked();
    assert!((farther[0].to.distance_m - 4.0 * 0.1f32.exp2()).abs() < 1e-3, "{farther:?}");
    editor.probe.key(Key::ArrowLeft);
    let aside = editor.asked();
    assert!((aside[0].to.azimuth_deg - 39.0).abs() < 1e-3, "{aside:?}");
    editor.probe.focus(stage::track(OWN));
    editor.probe.key(Key::ArrowUp);
    let own = editor.params.distance.preview_plain(editor.probe.position(&editor.params.distance));
    assert!((own - 0.1f32.exp2()).abs() < 1e-3, "{own} m");
}

#[test]
fn a_click_highlights_a_track_and_another_click_lets_it_go() {
    let mut editor = Editor::with(vec![actor(1, "Kick", 3.0, 0.0), actor(2, "Bass", 5.0, 40.0)]);
    let faint = theme::fade(theme::BANDS[1], 1.0);
    let circles = |editor: &Editor| editor.probe.circles(faint).len();
    assert_eq!(circles(&editor), 1);
    let at = editor.at(2);
    editor.probe.click(at);
    assert_eq!(circles(&editor), 0, "Kick is drawn fainter");
    // Later, or it were a double-click.
    (0..40).for_each(|_| editor.probe.frame(Vec::new()));
    editor.probe.click(at);
    assert_eq!(circles(&editor), 1);
    editor.probe.focus(stage::track(2));
    editor.probe.key(Key::Enter);
    assert_eq!(circles(&editor), 0);
    editor.probe.key(Key::Escape);
    assert_eq!(circles(&editor), 1);
    assert!(editor.asked().is_empty());
}

#[test]
fn tracks_that_share_a_place_are_marked_by_a_line_round_both() {
    let marked = |tracks| !Editor::with(tracks).probe.boxes_outlined(theme::WARN).is_empty();
    assert!(marked(vec![actor(1, "High", 5.0, -40.0), actor(2, "Low", 5.5, -43.0)]));
    assert!(!marked(vec![actor(1, "High", 5.0, -40.0), actor(2, "Low", 5.5, -46.0)]));
    assert!(!marked(vec![actor(1, "High", 5.0, -40.0), actor(2, "Low", 8.0, -40.0)]));
}

#[test]
fn presets_are_picked_searched_saved_compared_and_undone() {
    shared_ui::probe::PresetBench::all(|| Editor::with(Vec::new()).probe, "early");
}

#[test]
fn every_control_does_what_the_others_do() {
    let make = || Editor::with(vec![actor(7, "Bass", 4.0, 40.0)]).probe;
    shared_ui::probe::ControlBench::all(make, "air");
}
