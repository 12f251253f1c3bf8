//! What is drawn, and when.

use std::time::{Duration, Instant};

use egui::{Rect, vec2};

use crate::hand::LEFT;
use crate::mirror::Mirror;
use crate::rig::{Host, frames, with_strip};
use crate::support::{ALL, STRIP};

pub const TESTS: &[(&str, fn())] = &[
    ("nothing_is_drawn_when_nothing_changes", nothing),
    ("meters_move_while_it_sounds_and_rest_a_second_after", meters),
    ("what_was_drawn_in_parts_is_what_is_drawn_as_a_whole", parts),
    ("an_editor_opens_at_each_scale_as_large_as_it_says", scales),
];

/// Frames that are begun in a time.
fn frames_in(rig: &mut crate::rig::Rig<'_>, time: Duration) -> usize {
    let (before, began) = (frames(), Instant::now());
    while began.elapsed() < time {
        rig.pump();
    }
    frames() - before
}

fn nothing() {
    for plugin in ALL {
        let mut host = Host::new(plugin);
        let mut rig = host.open(1.0);
        // A new window is looked at once more after a second.
        frames_in(&mut rig, Duration::from_millis(1500));
        rig.rest();
        let drawn = frames_in(&mut rig, Duration::from_secs(1));
        assert_eq!(drawn, 0, "{}", plugin.bundle);
        drop(rig);
        host.close();
    }
}

fn meters() {
    with_strip(1.0, |rig| {
        let before = rig.picture();
        rig.sounds = true;
        rig.until("the meters", |rig| {
            rig.changed(&before, &rig.picture(), Rect::EVERYTHING) > 1000
        });
        assert!(frames_in(rig, Duration::from_secs(1)) > 1);
        rig.sounds = false;
        frames_in(rig, Duration::from_millis(1500));
        assert_eq!(frames_in(rig, Duration::from_millis(500)), 0);
    });
}

fn parts() {
    let mut mirror = Mirror::new();
    let knobs = ["input", "hpf_freq", "comp_threshold", "gate_attack", "pan", "output"];
    let places: Vec<_> = knobs.iter().map(|id| mirror.rect(id).center()).collect();
    let mut host = Host::new(STRIP);
    let mut rig = host.open(1.0);
    for place in places {
        rig.drag(place, vec2(0.0, -31.0));
    }
    rig.double_click(egui::pos2(480.0, 200.0));
    rig.sounds = true;
    frames_in(&mut rig, Duration::from_millis(700));
    rig.sounds = false;
    rig.click(egui::pos2(2.0, 600.0), LEFT);
    rig.place(egui::pos2(2.0, 601.0));
    frames_in(&mut rig, Duration::from_millis(1500));
    rig.rest();
    let in_parts = rig.picture();
    // Another size and back: all is drawn anew.
    let (width, height) = rig.editor.size();
    for (width, height) in [(width + 40, height + 30), (width, height)] {
        rig.editor.resize(width, height).expect("it can be resized");
        rig.until("the size", |rig| rig.picture().width == width && rig.picture().is_painted());
        rig.rest();
    }
    let whole = rig.picture();
    let differing = rig.changed(&in_parts, &whole, Rect::EVERYTHING);
    assert_eq!(differing, 0, "pixels differ");
    drop(rig);
    host.close();
}

fn scales() {
    for plugin in ALL {
        let mut sizes = Vec::new();
        for scale in [1.0, 1.5, 2.0] {
            let mut host = Host::new(plugin);
            let rig = host.open(scale);
            let picture = rig.picture();
            sizes.push([picture.width, picture.height].map(|side| f64::from(side) / scale));
            drop(rig);
            host.close();
        }
        for size in &sizes {
            let near = |side: usize| (size[side] - sizes[0][side]).abs() < 1.0;
            assert!(near(0) && near(1), "{}: {sizes:?}", plugin.bundle);
        }
    }
}
