//! What is promised of Distance as a plugin, measured on its parameters and on its chain.

use distance::chain::{Distance, DistanceSettings};
use distance::params::DistanceParams;
use proscenium_tests::contract::{Audio, Contract, prepared, run};
use proscenium_tests::{measure, signals};
use shared_plugin::rack::{Fold, Metered};
use shared_plugin::testing::{
    assert_all_are_heard, assert_listed, assert_room_for_automation, assert_text_round_trips, list,
    set,
};

const RATE: f64 = 48_000.0;

fn settings(params: &DistanceParams) -> DistanceSettings {
    params.settings()
}

fn render(params: &DistanceParams) -> Vec<f32> {
    let mut distance = prepared::<Distance>(&settings(params), RATE);
    let output = run(&mut distance, &Audio::programme(0.5, RATE), &[], || 512);
    [output.main.concat(), output.feed.concat()].concat()
}

#[test]
fn saved_projects_find_every_parameter_where_it_was() {
    assert_listed(&DistanceParams::default(), include_str!("parameters.txt"));
}

#[test]
fn a_host_can_automate_every_parameter_at_once_without_an_allocation() {
    assert_room_for_automation::<distance::DistancePlugin>();
}

#[test]
fn every_text_reads_back_as_the_value_it_was_written_for() {
    assert_text_round_trips(&DistanceParams::default());
}

#[test]
fn every_parameter_is_heard() {
    assert_all_are_heard(
        &[
            ("room_*", &[("room", "custom"), ("distance", "4")]),
            ("pan_law", &[("azimuth", "45R")]),
            ("proximity", &[("distance", "0.3")]),
            ("*", &[("distance", "8")]),
        ],
        // Needs a second instance: see the room groups' tests in a host.
        &["room_group"],
        render,
    );
}

#[test]
fn a_bypassed_track_sends_nothing_into_the_room() {
    let params = DistanceParams::default();
    set(&params, "reverb", "Room Feed");
    let audio = Audio::programme(0.3, RATE);
    let level = |params: &DistanceParams| {
        let mut distance = prepared::<Distance>(&settings(params), RATE);
        let output = run(&mut distance, &audio, &[], || 512);
        (measure::peak_db(&output.feed[0]), output.main == audio.main)
    };
    let (feed_db, _) = level(&params);
    assert!(feed_db > -60.0, "feed at {feed_db:.1} dBFS");
    set(&params, "bypass", "on");
    let (feed_db, same) = level(&params);
    assert!(feed_db < -200.0 && same, "feed at {feed_db:.1} dBFS");
}

#[test]
fn a_mono_track_is_as_loud_in_the_room_as_a_stereo_one() {
    let noise = signals::pink_noise(-20.0, 8.0, RATE, 7);
    let audio = Audio { main: signals::both(noise.clone()), key: signals::both(noise) };
    for distance in ["1 m", "8 m", "40 m"] {
        let params = DistanceParams::default();
        set(&params, "distance", distance);
        let mut placed = prepared::<Distance>(&settings(&params), RATE);
        let stereo = run(&mut placed, &audio, &[], || 512).main;
        let [left, right] = &stereo;
        let folded = match Distance::FOLD {
            Fold::Left => left.clone(),
            Fold::Mean => left.iter().zip(right).map(|(l, r)| 0.5 * (l + r)).collect(),
        };
        let gain = measure::lufs(&signals::both(folded), RATE) - measure::lufs(&stereo, RATE);
        assert!(gain.abs() < 1.0, "at {distance}: {gain:+.2} LU");
    }
}

#[test]
fn distance_keeps_the_contract() {
    let placed = |texts: &[(&str, &str)]| {
        let params = DistanceParams::default();
        texts.iter().for_each(|(id, text)| set(&params, id, text));
        settings(&params)
    };
    let studio = placed(&[("room", "studio"), ("distance", "4"), ("azimuth", "30L")]);
    let near =
        placed(&[("distance", "0.25"), ("proximity", "100"), ("output", "24"), ("air", "800")]);
    let far = placed(&[("distance", "64"), ("room", "cathedral"), ("time_of_flight", "on")]);
    let bypassed = |bypassed| DistanceSettings { bypassed, ..studio };
    Contract::<Distance>::new("Distance")
        .case("studio", studio)
        .corners([near, far])
        .rate_tolerance_db(1.5)
        .recovery_s(3.0)
        .latency_at(bypassed(true))
        .sweep("bypass", |x| bypassed(x > 0.5))
        .check();
}

/// Writes the list that is checked in.
#[test]
#[ignore = "run by hand after adding a parameter"]
fn print_the_list() {
    print!("{}", list(&DistanceParams::default()));
}
