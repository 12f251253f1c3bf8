//! What mouse and keys do to parameters: the host hears what the editor without a window would say.

use egui::{Modifiers, Pos2, Rect, pos2, vec2};

use crate::hand::{LEFT, RIGHT, WHEEL_UP, key};
use crate::mirror::{Mirror, Told};
use crate::rig::{Rig, with_strip};

pub const TESTS: &[(&str, fn())] = &[
    ("a_knob_that_is_dragged_moves_its_parameter_and_its_picture", drag),
    ("a_knob_is_dragged_at_twice_the_scale", drag_at_twice),
    ("a_value_that_is_typed_is_taken", type_value),
    ("a_double_click_in_the_curve_adds_a_band_and_the_wheel_turns_its_q", band),
    ("the_right_button_opens_a_menu_that_resets", menu),
    ("tab_and_an_arrow_move_a_control", keyboard),
    ("a_preset_is_picked_and_undone", preset),
    ("a_resized_window_is_moved_where_it_is_drawn", resized),
];

/// A control that is shown from the start, in a module that is on.
const KNOB: &str = "input";

/// Every gesture begins, moves its parameter, and ends, and nothing moves outside of one.
fn assert_whole(told: &[Told]) {
    let mut held: Vec<(&str, usize)> = Vec::new();
    for one in told {
        match one {
            Told::Begin(id) => {
                assert!(held.iter().all(|(other, _)| other != id), "{id} begins twice: {told:?}");
                held.push((id, 0));
            }
            Told::Set(id, _) => {
                let holder = held.iter_mut().find(|(other, _)| other == id);
                holder.unwrap_or_else(|| panic!("{id} moves in no gesture: {told:?}")).1 += 1;
            }
            Told::End(id) => {
                let index = held.iter().position(|(other, _)| other == id);
                let index = index.unwrap_or_else(|| panic!("{id} ends unbegun: {told:?}"));
                assert!(held.swap_remove(index).1 > 0, "{id} did not move: {told:?}");
            }
        }
    }
    assert!(held.is_empty(), "{held:?} never end: {told:?}");
}

/// Where each parameter ended, in the order of their names.
fn ends(told: &[Told]) -> Vec<(String, f32)> {
    let mut ends = std::collections::BTreeMap::new();
    for one in told {
        if let Told::Set(id, to) = one {
            ends.insert(id.clone(), *to);
        }
    }
    ends.into_iter().collect()
}

/// Waits until the host has been told as much as the mirror says, and compares where it ended.
fn assert_as_in(mirror: &mut Mirror, rig: &mut Rig<'_>, tolerance: f32) {
    let expected = ends(&mirror.told());
    assert!(!expected.is_empty(), "the mirror did not move");
    let told = std::cell::RefCell::new(Vec::new());
    rig.until("the host to hear", |rig| {
        told.borrow_mut().extend(rig.told());
        let begun = told.borrow().iter().filter(|one| matches!(one, Told::Begin(_))).count();
        let ended = told.borrow().iter().filter(|one| matches!(one, Told::End(_))).count();
        begun == ended && ends(&told.borrow()).len() >= expected.len()
    });
    let told = told.into_inner();
    assert_whole(&told);
    let heard = ends(&told);
    assert_eq!(
        heard.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        expected.iter().map(|(id, _)| id).collect::<Vec<_>>()
    );
    for ((id, to), (_, wanted)) in heard.iter().zip(&expected) {
        let param = rig.editor.instance().param(id).expect("a parameter").clone();
        let wanted = f64::from(*wanted) * (param.max - param.min) + param.min;
        let near = f64::from(tolerance) * (param.max - param.min) + 1e-6;
        assert!((f64::from(*to) - wanted).abs() <= near, "{id}: {to}, not {wanted}");
        let value = rig.value(id);
        assert!((value - f64::from(*to)).abs() < 1e-6, "{id} reads {value}, was told {to}");
    }
}

fn drag_at(scale: f64) {
    let mut mirror = Mirror::new();
    let (knob, elsewhere) = (mirror.rect(KNOB), mirror.rect("gate_attack"));
    with_strip(scale, |rig| {
        let before = rig.picture();
        rig.drag(knob.center(), vec2(0.0, -50.0));
        mirror.probe().drag(knob.center(), vec2(0.0, -50.0), 5);
        assert_as_in(&mut mirror, rig, 0.011);
        rig.until("the knob's picture", |rig| {
            rig.changed(&before, &rig.picture(), knob.expand(4.0)) > 50
        });
        rig.place(pos2(400.0, 300.0));
        let after = rig.picture();
        assert_eq!(rig.changed(&before, &after, elsewhere), 0, "another knob has changed");
    });
}

fn drag() {
    drag_at(1.0);
}

fn drag_at_twice() {
    drag_at(2.0);
}

fn type_value() {
    let knob = Mirror::new().rect(KNOB).center();
    with_strip(1.0, |rig| {
        rig.click(knob, LEFT);
        rig.enter("-7.5");
        rig.until("the typed value", |rig| rig.text(KNOB).starts_with("-7.5"));
        assert_whole(&rig.told());
    });
}

fn band() {
    let mut mirror = Mirror::new();
    let place = pos2(480.0, 200.0);
    with_strip(1.0, |rig| {
        let before = rig.picture();
        let freq_hz = rig.text("eq1_freq");
        rig.double_click(place);
        for _ in 0..2 {
            mirror.probe().click(place);
        }
        assert_as_in(&mut mirror, rig, 0.005);
        assert_eq!(rig.text("eq1_on"), "On");
        assert_ne!(rig.text("eq1_freq"), freq_hz);
        let node = Rect::from_center_size(place, vec2(30.0, 30.0));
        rig.until("the band's node", |rig| rig.changed(&before, &rig.picture(), node) > 200);

        let q = rig.value("eq1_q");
        rig.place(place + vec2(1.0, 0.0));
        rig.wheel(WHEEL_UP);
        rig.until("the wheel's turn", |rig| rig.value("eq1_q") > q + 0.003);
        rig.rest();
        assert_whole(&rig.told());
    });
}

fn menu() {
    let mut mirror = Mirror::new();
    let knob = mirror.rect(KNOB).center();
    with_strip(1.0, |rig| {
        let rest = rig.value(KNOB);
        rig.drag(knob, vec2(0.0, -60.0));
        mirror.probe().drag(knob, vec2(0.0, -60.0), 5);
        rig.until("the drag", |rig| rig.value(KNOB) > rest + 0.2);
        rig.click(knob, RIGHT);
        mirror.right_click(knob);
        let texts = mirror.probe().texts();
        let reset = texts.iter().find(|text| text.starts_with("Reset to default"));
        let reset = mirror.words(reset.expect("the menu offers the default"));
        rig.click(reset, LEFT);
        rig.until("the default", |rig| (rig.value(KNOB) - rest).abs() < 1e-6);
        assert_whole(&rig.told());
    });
}

fn keyboard() {
    let mut mirror = Mirror::new();
    let (first, start) = (mirror.rect(KNOB).center(), Pos2::new(2.0, 600.0));
    with_strip(1.0, |rig| {
        // A click gives the window the keyboard.
        rig.click(start, LEFT);
        rig.click(first, LEFT);
        let before = rig.picture();
        rig.chord(&[], key::TAB);
        rig.chord(&[], key::UP);
        mirror.probe().click(start);
        mirror.probe().click(first);
        mirror.probe().key(egui::Key::Tab);
        mirror.probe().key(egui::Key::ArrowUp);
        let moved = mirror.told();
        let Some(Told::Set(id, _)) = moved.iter().find(|one| matches!(one, Told::Set(..))) else {
            // The next control may be a switch, which an arrow turns to where it is.
            return assert!(rig.changed(&before, &rig.picture(), Rect::EVERYTHING) > 20);
        };
        let told = std::cell::RefCell::new(Vec::new());
        rig.until("the arrow", |rig| {
            told.borrow_mut().extend(rig.told());
            told.borrow().iter().any(|one| matches!(one, Told::End(ended) if ended == id))
        });
        assert_whole(&told.into_inner());
    });
}

fn preset() {
    let mut mirror = Mirror::new();
    let browse = mirror.button("browse");
    mirror.probe().click(browse.center());
    let row = mirror.words("Vocal, forward");
    mirror.probe().click(row);
    with_strip(1.0, |rig| {
        let before = rig.picture();
        rig.click(browse.center(), LEFT);
        rig.click(row, LEFT);
        assert_as_in(&mut mirror, rig, 1e-6);
        rig.until("the preset's name", |rig| rig.changed(&before, &rig.picture(), browse) > 30);
        rig.chord(&[], key::ESCAPE);
        mirror.probe().key(egui::Key::Escape);
        rig.chord(&[key::CONTROL], u32::from('z'));
        mirror.probe().chord(Modifiers::COMMAND, egui::Key::Z);
        assert_as_in(&mut mirror, rig, 1e-6);
    });
}

fn resized() {
    let mut mirror = Mirror::new();
    mirror.probe().resize([1480.0, 820.0]);
    let knob = mirror.rect("comp_mix").center();
    with_strip(1.0, |rig| {
        rig.editor.resize(1480, 820).expect("it can be resized");
        rig.until("the new size", |rig| {
            let picture = rig.picture();
            (picture.width, picture.height) == (1480, 820) && picture.is_painted()
        });
        rig.rest();
        rig.drag(knob, vec2(0.0, 40.0));
        mirror.probe().drag(knob, vec2(0.0, 40.0), 5);
        assert_as_in(&mut mirror, rig, 0.011);
    });
}
