use super::*;
use crate::choices::RoomKind;
use crate::kinds::{bypass, cut, decibels, metres, percent, switch, time_ms};
use crate::state::StateVersion;
use nice_plug::params::internals::ParamPtr;
use nice_plug::params::{BoolParam, EnumParam, FloatParam};
use std::fs;

#[derive(Params)]
struct Few {
    #[persist = "state_version"]
    state_version: StateVersion,
    #[persist = "preset"]
    preset: Current,
    #[id = "level"]
    level: FloatParam,
    #[id = "attack"]
    attack: FloatParam,
    #[id = "distance"]
    distance: FloatParam,
    #[id = "low_cut"]
    low_cut: FloatParam,
    #[id = "room"]
    room: EnumParam<RoomKind>,
    #[id = "mix"]
    mix: FloatParam,
    #[id = "mix_lock"]
    mix_lock: BoolParam,
    #[id = "bypass"]
    bypass: BoolParam,
}

impl Default for Few {
    fn default() -> Self {
        Self {
            state_version: StateVersion::default(),
            preset: Current::default(),
            level: decibels("Level", -60.0, 12.0, 0.0),
            attack: time_ms("Attack", 0.1, 250.0, 10.0),
            distance: metres("Distance", 0.25, 64.0, 1.0),
            low_cut: cut("Low Cut", 20.0, 1000.0, 20.0),
            room: EnumParam::new("Room", RoomKind::Studio),
            mix: percent("Mix", 0.0, 100.0, 100.0),
            mix_lock: switch("Mix Lock", false),
            bypass: bypass(),
        }
    }
}

const FACTS: Facts = Facts {
    plugin: "audio.proscenium.few",
    folder: "Few",
    left_out: &["mix_lock", "bypass"],
    locks: &[("mix_lock", "mix")],
    factory: &[
        ("near", "plugin = 'audio.proscenium.few'\nname = 'Near'\n[parameters]\nlevel = '-6 dB'\n"),
        ("odd", "plugin = 'audio.proscenium.few'\nname = 'Odd'\n\n[parameters]\nlevel = = 3\n"),
    ],
};

fn sheet(params: &Arc<Few>) -> Arc<Sheet> {
    Bank::new(params.clone(), params.preset.clone(), FACTS).sheet
}

fn file(parameters: &str) -> String {
    format!("plugin = \"{}\"\nname = \"Test\"\n\n[parameters]\n{parameters}\n", FACTS.plugin)
}

/// The plain value of the parameter with this index.
fn plain(sheet: &Sheet, values: &[Option<f32>], index: usize) -> f32 {
    let pointer = sheet.pointers().nth(index).expect("an index of a parameter");
    // SAFETY: the sheet keeps its parameters alive.
    unsafe { pointer.preview_plain(values[index].expect("presets hold it")) }
}

#[test]
fn a_preset_is_read_as_a_person_writes_it() {
    let sheet = sheet(&Arc::default());
    let text = "level = '\u{2212}6 dB'\nattack = '0.12 s'\ndistance = '7 m'\nlow_cut = 'off'\n\
                room = 'concert-hall'\nmix = 25";
    let preset = sheet.read(&file(text)).expect("it can be read");
    assert_eq!(preset.complaints, Vec::<String>::new());
    for (index, expected) in [(0, -6.0), (1, 120.0), (2, 7.0), (3, 20.0), (4, 5.0), (5, 25.0)] {
        let value = plain(&sheet, &preset.values, index);
        assert!((value - expected).abs() < 1e-4 * expected.abs(), "{index}: {value}");
    }
    let by_name = sheet.read(&file("room = 'Concert Hall'")).expect("it can be read");
    assert_eq!(by_name.values[4], preset.values[4]);
    assert_eq!(&by_name.values[..4], &sheet.defaults()[..4], "what is missing is at its default");
    assert_eq!(preset.values[6..], [None, None], "lock and bypass are not held");
}

#[test]
fn every_value_is_written_as_the_number_that_reads_back_as_it() {
    let sheet = sheet(&Arc::default());
    for step in 0..=1000 {
        let positions = vec![step as f32 / 1000.0; sheet.len()];
        let preset = sheet.read(&sheet.write("All", "", &positions)).expect("it can be read");
        assert_eq!(preset.complaints, Vec::<String>::new(), "at {step}");
        let held = |values: &[f32], preset: &Values| {
            // Stops lie where they lie.
            let float = [0, 1, 2, 3, 5];
            float.iter().all(|i| (values[*i] - preset[*i].unwrap_or(-1.0)).abs() < 2e-6)
        };
        assert!(held(&positions, &preset.values), "at {step}: {:?}", preset.values);
    }
    let rest = sheet.write("A \"quoted\" name", "", &sheet.positions());
    assert!(rest.contains("\nattack = 10.0\n") && rest.contains("\nroom = \"studio\"\n"), "{rest}");
    assert!(!rest.contains("bypass") && !rest.contains("mix_lock"), "{rest}");
    assert_eq!(sheet.read(&rest).expect("it can be read").name, "A \"quoted\" name");
}

#[test]
fn what_does_not_fit_is_left_out_with_its_reason_and_the_rest_is_taken() {
    let sheet = sheet(&Arc::default());
    let text = "level = -3.0\ndrive = 3\nmix = 250\nattack = 'fast'\nbypass = true\nroom = 2\n\
                low_cut = nan";
    let preset = sheet.read(&file(text)).expect("it can be read");
    assert!((plain(&sheet, &preset.values, 0) + 3.0).abs() < 1e-5);
    assert_eq!(preset.values[1..], sheet.defaults()[1..]);
    let reasons = [
        "there is no parameter drive",
        "mix = 250: it reaches from 0 to 100",
        "attack = \"fast\": it cannot be read",
        "presets leave bypass as it is",
        "room = 2: it is of another kind",
        "low_cut = nan: it reaches from 20 to 1000",
    ];
    for reason in reasons {
        assert!(preset.complaints.iter().any(|said| said == reason), "{:?}", preset.complaints);
    }
    assert_eq!(preset.complaints.len(), reasons.len());
}

#[test]
fn what_cannot_be_read_says_why_and_where() {
    let sheet = sheet(&Arc::default());
    let refused = |text: &str| sheet.read(text).expect_err("it cannot be read");
    assert!(
        refused(&file("level = = 3")).starts_with("line 5: "),
        "{}",
        refused(&file("level = = 3"))
    );
    assert_eq!(refused("plugin = 'audio.proscenium.glue'"), "it is for audio.proscenium.glue");
    assert_eq!(refused("name = 'x'\n[parameters]"), "it does not say which plugin it is for");
    let head = "plugin = 'audio.proscenium.few'\n";
    assert_eq!(refused(head), "it has no name");
    assert_eq!(refused(&format!("{head}name = 'x'")), "it has no [parameters]");
    let params = Arc::new(Few::default());
    let bank = Bank::new(params.clone(), params.preset.clone(), FACTS);
    assert_eq!(bank.factory[0].name, "Near");
    assert_eq!(bank.factory[1].name, "odd", "a file that cannot be read is called as it is");
    assert!(bank.factory[1].preset.is_err());
}

#[test]
fn a_locked_parameter_stays_and_does_not_count_as_edited() {
    let sheet = sheet(&Arc::default());
    let preset = sheet.read(&file("mix = 30")).expect("it can be read");
    let mut now = sheet.target(&preset.values, &sheet.positions());
    assert!((now[5] - 0.3).abs() < 1e-6 && !sheet.is_edited(&preset.values, &now));
    now[5] = 0.8;
    assert!(sheet.is_edited(&preset.values, &now));
    now[6] = 1.0;
    assert_eq!(sheet.target(&preset.values, &now)[5], 0.8);
    assert!(!sheet.is_edited(&preset.values, &now));
    now[7] = 1.0;
    assert!(!sheet.is_edited(&preset.values, &now), "bypass is no edit");
}

#[test]
fn the_users_presets_are_written_whole_listed_by_name_and_replaced_only_when_asked() {
    let place = tempfile::tempdir().expect("a folder");
    let sheet = sheet(&Arc::default());
    let mut shelf = Shelf::at(place.path().join("Few"));
    assert!(!shelf.look(&sheet), "no folder is no fault");
    let text = |name: &str| sheet.write(name, "", &sheet.positions());
    for name in ["Warm", "a/b: c?", "CON"] {
        shelf.save(name, &text(name), false).expect("it can be saved");
        assert!(shelf.look(&sheet));
    }
    assert!(!shelf.look(&sheet), "nothing has changed since");
    let names: Vec<&str> = shelf.listed().iter().map(|listed| listed.name.as_str()).collect();
    assert_eq!(names, ["a/b: c?", "CON", "Warm"]);
    let files = fs::read_dir(place.path().join("Few")).expect("the folder is there");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").file_name()).collect();
    files.sort();
    assert_eq!(files, ["Warm.toml", "_CON.toml", "a-b- c-.toml"]);
    for again in ["Warm", "warm ", "a/b: c?"] {
        let refused = shelf.save(again, &text(again), false);
        assert!(matches!(refused, Err(ShelfError::Exists)), "{again}: {refused:?}");
    }
    let mut positions = sheet.positions();
    positions[0] = 0.0;
    let path = shelf.save("Warm", &sheet.write("Warm", "", &positions), true).expect("replaced");
    assert!(shelf.look(&sheet));
    let warm = &shelf.listed()[2];
    assert_eq!(warm.preset.as_ref().expect("readable").values[0], Some(0.0));
    assert!(matches!(shelf.save(" ../. ", "", false), Err(ShelfError::NoName)));
    assert!(shelf.delete(&place.path().join("elsewhere.toml")).is_err());
    shelf.delete(&path).expect("it can be deleted");
    assert!(shelf.look(&sheet) && shelf.listed().len() == 2);
}

#[test]
fn a_file_that_cannot_be_read_is_listed_with_the_reason() {
    let place = tempfile::tempdir().expect("a folder");
    let sheet = sheet(&Arc::default());
    let mut shelf = Shelf::at(place.path());
    let put =
        |name: &str, bytes: &[u8]| fs::write(place.path().join(name), bytes).expect("written");
    put("good.toml", file("level = 1").as_bytes());
    put("bad.toml", b"level = ");
    put("binary.toml", &[0xff, 0xfe, 0]);
    put("huge.toml", &vec![b'#'; 300 * 1024]);
    put("readme.txt", b"not a preset");
    put(".draft.toml", b"hidden");
    shelf.look(&sheet);
    let reasons: Vec<(&str, Option<&str>)> = shelf
        .listed()
        .iter()
        .map(|listed| (listed.name.as_str(), listed.preset.as_ref().err().map(String::as_str)))
        .collect();
    assert_eq!(reasons.len(), 4, "{reasons:?}");
    assert!(reasons[0].0 == "bad" && reasons[0].1.is_some_and(|why| why.starts_with("line 1")));
    assert!(reasons[1].0 == "binary" && reasons[1].1.is_some());
    assert_eq!(reasons[2], ("huge", Some("it is longer than 256 kB")));
    assert_eq!(reasons[3], ("Test", None));
}

/// A desk, and parameters that follow it as a host's would.
struct Hands {
    sheet: Arc<Sheet>,
    desk: Desk,
    now: Snapshot,
}

impl Hands {
    fn new() -> Self {
        let sheet = sheet(&Arc::default());
        let now = Snapshot { positions: sheet.positions(), chosen: None };
        Self { sheet, desk: Desk::default(), now }
    }

    fn param(&self, index: usize) -> ParamPtr {
        self.sheet.pointers().nth(index).expect("an index of a parameter")
    }

    fn go(&mut self, moves: Option<(Vec<Change>, Option<Chosen>)>) -> bool {
        let Some((changes, chosen)) = moves else { return false };
        for change in changes {
            let index = self.sheet.index_of(change.param).expect("it is on the sheet");
            self.now.positions[index] = change.after;
        }
        self.now.chosen = chosen;
        true
    }

    fn turn(&mut self, index: usize, to: f32, nudged_s: Option<f64>) {
        let before = self.now.positions[index];
        let change = Change { param: self.param(index), before, after: to };
        self.now.positions[index] = to;
        self.desk.record(vec![change], &self.now, nudged_s);
    }

    fn undo(&mut self) -> bool {
        let moves = self.desk.undo(&self.now);
        self.go(moves)
    }

    fn redo(&mut self) -> bool {
        let moves = self.desk.redo(&self.now);
        self.go(moves)
    }

    fn switch(&mut self) {
        let moves = self.desk.switch(&self.sheet, &self.now);
        self.go(Some(moves));
    }
}

#[test]
fn fifty_steps_are_taken_back_and_no_more() {
    let mut hands = Hands::new();
    let mut places = vec![hands.now.positions[0]];
    for step in 0..60 {
        hands.turn(0, step as f32 / 60.0, None);
        places.push(hands.now.positions[0]);
    }
    let mut taken = 0;
    while hands.undo() {
        taken += 1;
        assert_eq!(hands.now.positions[0], places[60 - taken]);
    }
    assert_eq!(taken, UNDO_STEPS);
    for again in 11..=60 {
        assert!(hands.redo());
        assert_eq!(hands.now.positions[0], places[again]);
    }
    assert!(!hands.redo());
}

#[test]
fn a_new_step_forgets_what_was_undone_and_one_turn_of_the_wheel_is_one_step() {
    let mut hands = Hands::new();
    hands.turn(0, 0.1, None);
    for notch in 0..20 {
        hands.turn(1, 0.5 + 0.01 * notch as f32, Some(0.1 * f64::from(notch)));
    }
    assert_eq!(hands.desk.depth(), [2, 0]);
    hands.turn(2, 0.9, Some(2.0));
    hands.turn(2, 0.8, Some(2.6));
    assert_eq!(hands.desk.depth(), [4, 0], "another parameter, and a pause");
    let before = hands.now.clone();
    assert!(hands.undo() && hands.undo());
    hands.turn(0, 0.2, None);
    assert_eq!(hands.desk.depth(), [3, 0]);
    assert!(hands.undo() && hands.undo());
    assert_eq!(hands.now.positions[1], Hands::new().now.positions[1], "the whole turn");
    assert_ne!(hands.now, before);
    hands.desk.follow(1);
    assert_eq!(hands.desk.depth(), [0, 0], "a state of the host's begins anew");
}

#[test]
fn a_and_b_are_kept_apart_copied_and_taken_back_and_neither_bypasses() {
    let mut hands = Hands::new();
    let named = |name: &str| Some(Chosen { name: name.to_owned(), own: false });
    let to = Snapshot { positions: hands.now.positions.clone(), chosen: named("Near") };
    let moves = hands.desk.load(&hands.sheet, &hands.now, to);
    assert!(moves.is_empty(), "only the name");
    hands.now.chosen = named("Near");
    hands.turn(0, 0.25, None);
    let a = hands.now.clone();
    hands.switch();
    assert_eq!((hands.desk.slot(), &hands.now), (1, &a), "B begins as a copy of A");
    hands.turn(0, 0.75, None);
    hands.turn(7, 1.0, None);
    let b = hands.now.clone();
    hands.switch();
    assert_eq!((hands.now.positions[0], hands.now.positions[7]), (0.25, 1.0));
    hands.switch();
    assert_eq!((hands.desk.slot(), &hands.now), (1, &b));
    hands.desk.copy(&hands.now);
    hands.switch();
    assert_eq!(hands.now, b, "A is a copy of B");
    assert!(hands.undo() && hands.undo());
    hands.switch();
    assert_eq!(hands.now.positions[0], 0.25, "the copy is taken back");
    while hands.undo() {}
    let first = Hands::new().now;
    assert_eq!((hands.desk.slot(), &hands.now), (0, &first), "back to the beginning");
    while hands.redo() {}
    assert_eq!((hands.desk.slot(), hands.now.positions[0]), (0, 0.25));
}

#[test]
fn the_chosen_preset_is_saved_with_the_state_and_an_old_state_has_none() {
    use nice_plug::plugin::PluginState;
    let params = Few::default();
    params.preset.choose(Some(Chosen { name: "Near, \"mine\"".into(), own: true }));
    let fields = params.serialize_fields();
    let loaded = Few::default();
    loaded.deserialize_fields(&fields);
    assert_eq!(loaded.preset.get(), params.preset.get());
    assert_eq!(loaded.preset.loads(), 1);
    let mut old = PluginState {
        version: String::new(),
        params: Default::default(),
        fields: Default::default(),
    };
    crate::state::filter(&mut old, &Few::default());
    loaded.deserialize_fields(&old.fields);
    assert_eq!((loaded.preset.get(), loaded.preset.loads()), (None, 2));
}

#[test]
fn one_parameter_is_copied_to_the_other_slot_and_the_copy_is_undone() {
    let params: Arc<Few> = Arc::default();
    let sheet = sheet(&params);
    let now = |level: f32| {
        let mut positions = sheet.positions();
        positions[0] = level;
        positions[1] = level;
        Snapshot { positions, chosen: None }
    };
    let mut desk = Desk::default();
    desk.copy_one(0, &now(0.5));
    assert_eq!((desk.other(0), desk.depth()), (None, [0, 0]), "B was never set: it is as A");
    desk.copy(&now(0.5));
    desk.copy_one(0, &now(0.9));
    assert_eq!((desk.other(0), desk.other(1)), (Some(0.9), Some(0.5)));
    desk.copy_one(0, &now(0.9));
    assert_eq!(desk.depth(), [2, 0], "where they agree nothing is a step");
    desk.undo(&now(0.9));
    assert_eq!(desk.other(0), Some(0.5));
    desk.redo(&now(0.9));
    assert_eq!(desk.other(0), Some(0.9));
}
