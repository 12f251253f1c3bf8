//! Opening and closing.

use egui::Rect;

use crate::mirror::Mirror;
use crate::rig::Host;
use crate::support::{ALL, STRIP};

pub const TESTS: &[(&str, fn())] = &[
    ("an_editor_opens_while_automation_plays_and_follows_it", automation),
    ("opening_and_closing_leaks_no_memory_no_file_and_no_thread", || leaks(12)),
];
pub const LONG: &[(&str, fn())] =
    &[("opening_and_closing_a_hundred_times_leaks_nothing", || leaks(100))];

fn automation() {
    let knob = Mirror::new().rect("comp_threshold");
    let mut host = Host::new(STRIP);
    for round in 0..5 {
        let mut rig = host.open(1.0);
        for step in 0..200 {
            rig.automate("comp_threshold", f64::from(step % 100) / 100.0);
        }
        rig.automate("comp_threshold", 0.1);
        rig.rest();
        let low = rig.picture();
        rig.automate("comp_threshold", 0.9);
        rig.until("the knob to follow", |rig| rig.changed(&low, &rig.picture(), knob) > 20);
        assert!((rig.value("comp_threshold") - 0.9).abs() < 1e-6, "round {round}");
        let other = rig.changed(&low, &rig.picture(), Rect::NOTHING);
        assert_eq!(other, 0);
    }
    host.close();
}

/// Resident memory in bytes, open files, threads.
fn counts() -> [usize; 3] {
    let entries = |folder: &str| std::fs::read_dir(folder).map_or(0, Iterator::count);
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    [4096 * pages, entries("/proc/self/fd"), entries("/proc/self/task")]
}

fn leaks(rounds: usize) {
    for plugin in ALL {
        let mut host = Host::new(plugin);
        // What the toolkit and GL keep for the process does not count.
        for _ in 0..3 {
            host.open(1.0);
        }
        let [memory, files, threads] = counts();
        for _ in 0..rounds {
            host.open(1.0);
        }
        let after = counts();
        let each_kb = (after[0] as f64 - memory as f64) / 1e3 / rounds as f64;
        println!("{}: {each_kb:.0} kB a window, {:?} files, threads", plugin.bundle, &after[1..]);
        assert_eq!([files, threads], after[1..], "{}: files, threads", plugin.bundle);
        assert!(each_kb < 300.0, "{}: {each_kb:.0} kB a window", plugin.bundle);
        host.close();
    }
}
