//! What is promised of Space as a plugin, measured on its parameters and on its chain.

use proscenium_tests::contract::{Audio, Contract, prepared, run};
use proscenium_tests::{measure, signals};
use shared_dsp::effect::{Effect, Io, Tail};
use shared_plugin::rack::{Fold, Metered, Shape};
use shared_plugin::telemetry::Telemetry;
use shared_plugin::testing::{
    assert_all_are_heard, assert_listed, assert_room_for_automation, assert_text_round_trips, list,
    set,
};
use space::chain::{Mode, Space, SpaceSettings};
use space::params::SpaceParams;

const RATE: f64 = 48_000.0;

fn settings(params: &SpaceParams) -> SpaceSettings {
    params.settings(120.0)
}

fn render(params: &SpaceParams) -> Vec<f32> {
    let mut space = prepared::<Space>(&settings(params), RATE);
    run(&mut space, &Audio::programme(0.6, RATE), &[], || 512).main.concat()
}

fn set_to(texts: &[(&str, &str)]) -> SpaceSettings {
    let params = SpaceParams::default();
    texts.iter().for_each(|(id, text)| set(&params, id, text));
    settings(&params)
}

#[test]
fn saved_projects_find_every_parameter_where_it_was() {
    assert_listed(&SpaceParams::default(), include_str!("parameters.txt"));
}

#[test]
fn a_host_can_automate_every_parameter_at_once_without_an_allocation() {
    assert_room_for_automation::<space::SpacePlugin>();
}

#[test]
fn every_text_reads_back_as_the_value_it_was_written_for() {
    assert_text_round_trips(&SpaceParams::default());
}

#[test]
fn every_parameter_is_heard() {
    let echoes: &[(&str, &str)] = &[("mode", "delay"), ("delay_time", "70 ms"), ("feedback", "60")];
    assert_all_are_heard(
        &[
            ("room_volume", &[("room", "custom")]),
            ("delay_*", echoes),
            ("feedback", echoes),
            ("cross_feed", echoes),
            ("xover_low", &[("decay_low", "2")]),
            ("duck_release", &[("duck", "20"), ("duck_key", "sidechain")]),
            ("duck*", &[("duck", "20")]),
            ("mod_*", &[("mod_depth", "60")]),
        ],
        // The lock is a preset's business; a group needs a second instance.
        &["mix_lock", "room_group"],
        render,
    );
}

#[test]
fn no_mix_is_the_input_bit_for_bit() {
    let audio = Audio::programme(0.3, RATE);
    let mut space = prepared::<Space>(&set_to(&[("mix", "0")]), RATE);
    assert!(run(&mut space, &audio, &[], || 512).main == audio.main);
}

#[test]
fn an_open_editor_changes_no_bit_and_is_told_the_change_of_loudness() {
    let audio = Audio::programme(2.0, RATE);
    for (texts, expected_lu) in [
        (vec![("mix", "0"), ("output", "-6")], Some(-6.0)),
        (vec![("mode", "delay"), ("feedback", "0"), ("delay_time", "1 ms")], Some(0.0)),
        (vec![("mode", "parallel"), ("duck", "12"), ("cross_feed", "70")], None),
    ] {
        let settings = set_to(&texts);
        let closed = run(&mut prepared::<Space>(&settings, RATE), &audio, &[], || 512);
        let mut space = prepared::<Space>(&settings, RATE);
        let (telemetry, mut probes) = Telemetry::new();
        let mut open = audio.main.clone();
        let [left, right] = &mut open;
        // Blocks that are no multiple of what the chain works on at once.
        for (left, right) in left.chunks_mut(700).zip(right.chunks_mut(700)) {
            space.process_watched(Io::stereo(left, right), probes.taps());
        }
        assert!(open == closed.main, "{texts:?}");
        space.measure(&telemetry);
        if let Some(expected_lu) = expected_lu {
            let read_lu = telemetry.loudness_change_lu.get();
            println!("{texts:?}: {read_lu:.2} LU");
            assert!((read_lu - expected_lu).abs() < 0.1, "{texts:?}: {read_lu} LU");
        }
    }
}

/// Level in dB of a stretch of an impulse's answer.
fn level_db(answer: &[Vec<f32>; 2], from_ms: f64, to_ms: f64) -> f64 {
    let at = |ms: f64| (ms * 0.001 * RATE) as usize;
    let energy: f64 = answer
        .iter()
        .flat_map(|lane| &lane[at(from_ms)..at(to_ms)])
        .map(|sample| f64::from(*sample).powi(2))
        .sum();
    10.0 * energy.max(1e-20).log10()
}

#[test]
fn the_mode_says_what_feeds_what() {
    let impulse = signals::both(signals::impulse(48_000));
    let audio = Audio { main: impulse.clone(), key: impulse };
    let answer = |mode: &str| {
        let settings = set_to(&[
            ("mode", mode),
            ("room", "studio"),
            ("decay", "0.3 s"),
            ("predelay", "0"),
            ("delay_time", "400 ms"),
            ("feedback", "0"),
        ]);
        let mut space = prepared::<Space>(&settings, RATE);
        run(&mut space, &audio, &[], || 512).main
    };
    // From 5 to 100 ms: the room's answer to the impulse. At 400 ms: the echo. After: its room.
    let rows = [
        ("Reverb", [true, false, false]),
        ("Delay", [false, true, false]),
        ("Delay into Reverb", [false, false, true]),
        ("Parallel", [true, true, false]),
    ];
    for (mode, expected) in rows {
        let answer = answer(mode);
        let room = level_db(&answer, 5.0, 100.0);
        let echo = level_db(&answer, 399.5, 400.5);
        let echoed_room = level_db(&answer, 410.0, 500.0);
        // The echo alone has all its energy in a millisecond.
        let heard = [room > -40.0, echo > -6.0, echoed_room > -40.0];
        assert_eq!(heard, expected, "{mode}: {room:.1}, {echo:.1}, {echoed_room:.1} dB");
    }
}

#[test]
fn the_tail_covers_echoes_that_the_mode_no_longer_feeds() {
    let texts =
        |mode| [("mode", mode), ("delay_time", "3 s"), ("feedback", "60"), ("decay", "0.2 s")];
    let mut space = prepared::<Space>(&set_to(&texts("delay")), RATE);
    let audio = |level: f32| Audio {
        main: signals::both(vec![level; 48_000]),
        key: signals::both(vec![0.0; 48_000]),
    };
    run(&mut space, &audio(0.5), &[], || 512);
    space.set(&set_to(&texts("reverb")));
    let Tail::Samples(tail) = space.tail() else { panic!("endless") };
    let mut last = 0;
    for second in 1..60 {
        let heard = run(&mut space, &audio(0.0), &[], || 512).main.concat();
        if heard.iter().any(|sample| sample.abs() > 0.5e-6) {
            last = second * 48_000;
        }
    }
    assert!(last > 10 * 48_000, "echoes rang for {last} samples only");
    assert!(tail as usize + 48_000 >= last, "a tail of {tail} samples, heard until {last}");
}

#[test]
fn every_note_is_as_long_as_it_says_down_to_60_bpm() {
    let params = SpaceParams::default();
    set(&params, "mode", "parallel");
    set(&params, "delay_sync", "2/1D");
    set(&params, "predelay_sync", "1/2");
    set(&params, "delay_offset", "50");
    set(&params, "feedback", "0");
    let mut space = prepared::<Space>(&params.settings(60.0), RATE);
    let impulse = signals::both(signals::impulse(19 * 48_000));
    let [left, right] =
        run(&mut space, &Audio { main: impulse.clone(), key: impulse }, &[], || 512).main;
    let first = left.iter().position(|sample| sample.abs() > 1e-5).unwrap_or(0);
    assert!((96_000..100_000).contains(&first), "the room answers after {first} samples");
    for (lane, s) in [(&left, 12), (&right, 18)] {
        let echo = lane[s * 48_000];
        assert!(echo > 0.5, "{echo} after {s} s");
    }
}

/// What a mono track hears of Space, as its rack hands it out.
fn on_a_mono_track(texts: &[(&str, &str)], track: Vec<f32>) -> Vec<f32> {
    assert!(matches!(Space::FOLD, Fold::Left));
    let mut settings = set_to(texts);
    settings.fit(Shape::Mono);
    let mut space = prepared::<Space>(&settings, RATE);
    let audio = Audio { main: signals::both(track.clone()), key: signals::both(track) };
    let [left, right] = run(&mut space, &audio, &[], || 512).main;
    assert!(left == right, "both lanes are the same");
    left
}

#[test]
fn a_mono_track_is_as_loud_in_space_as_it_comes() {
    let noise = signals::pink_noise(-20.0, 8.0, RATE, 7);
    let lufs = |track: &[f32]| measure::lufs(&signals::both(track.to_vec()), RATE);
    for room in ["booth", "studio", "chamber", "club", "theatre", "concert hall", "cathedral"] {
        for (mode, mix) in [("reverb", "100"), ("reverb", "50"), ("delay", "100")] {
            let texts =
                [("mode", mode), ("mix", mix), ("room", room), ("decay", "1 s"), ("feedback", "0")];
            let heard = on_a_mono_track(&texts, noise.clone());
            let gain = lufs(&heard[48_000..]) - lufs(&noise[48_000..]);
            println!("{room}, {mode} at {mix} %: {gain:+.2} LU");
            assert!(gain.abs() < 1.0, "{room}, {mode} at {mix} %: {gain:+.2} LU");
        }
    }
}

#[test]
fn a_mono_track_hears_both_sides_of_the_room() {
    let impulse = signals::impulse(72_000);
    for level in [("early", "-60"), ("late", "-60")] {
        let texts = [("room", "concert hall"), level];
        let mono = on_a_mono_track(&texts, impulse.clone());
        let audio =
            Audio { main: signals::both(impulse.clone()), key: signals::both(impulse.clone()) };
        let sides = run(&mut prepared::<Space>(&set_to(&texts), RATE), &audio, &[], || 512).main;
        let likeness = sides.map(|side| {
            let dot = |a: &[f32], b: &[f32]| -> f64 {
                a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum()
            };
            dot(&mono, &side) / (dot(&mono, &mono) * dot(&side, &side)).sqrt()
        });
        println!("{level:?}: {likeness:.2?}");
        assert!(likeness.iter().all(|like| *like > 0.55), "{level:?}: {likeness:?}");
    }
}

#[test]
fn a_locked_mix_and_the_room_of_a_group_survive_a_preset() {
    let params = std::sync::Arc::new(SpaceParams::default());
    let bank = space::presets::bank(&params);
    let text = "plugin = \"audio.proscenium.space\"\nname = \"Dry\"\n[parameters]\n\
                mix = 60\npredelay = 0\nroom = \"booth\"\ndecay = 0.3";
    let preset = bank.sheet.read(text).expect("it can be read");
    // Which of mix, room, decay and predelay stay where they are.
    let stay = |settings: [(&str, &str); 2]| {
        settings.iter().for_each(|(id, text)| set(&*params, id, text));
        let now = bank.sheet.positions();
        let target = bank.sheet.target(&preset.values, &now);
        ["mix", "room", "decay", "predelay"].map(|wanted| {
            let index = (0..bank.sheet.len()).find(|index| bank.sheet.id(*index) == wanted);
            let index = index.expect("it is a parameter");
            now[index] == target[index]
        })
    };
    assert_eq!(stay([("mix_lock", "off"), ("room_group", "own")]), [false; 4]);
    assert_eq!(stay([("mix_lock", "on"), ("room_group", "own")]), [true, false, false, false]);
    assert_eq!(stay([("mix_lock", "off"), ("room_group", "B")]), [false, true, true, false]);
}

#[test]
fn space_keeps_the_contract() {
    let small = [("room", "studio"), ("decay", "0.4 s")];
    let echoes = [("mode", "delay"), ("delay_time", "90 ms"), ("feedback", "30"), ("mix", "50")];
    let both = [("mode", "parallel"), ("room", "studio"), ("decay", "0.4 s"), ("feedback", "20")];
    let wild = [("mode", "delay into reverb"), ("feedback", "110"), ("delay_drive", "100")];
    let bypassed = |bypassed| SpaceSettings { bypassed, ..set_to(&small) };
    Contract::<Space>::new("Space")
        .case("studio", set_to(&small))
        .case("echoes", set_to(&echoes))
        .corners([set_to(&both), set_to(&wild)])
        .rate_tolerance_db(1.5)
        .recovery_s(3.0)
        .latency_at(bypassed(true))
        .sweep("bypass", |x| bypassed(x > 0.5))
        .sweep("mix", |x| SpaceSettings { mix: x, ..set_to(&small) })
        .sweep("mode", |x| SpaceSettings {
            mode: if x > 0.5 { Mode::Parallel } else { Mode::Reverb },
            ..set_to(&small)
        })
        .check();
}

/// Writes the list that is checked in.
#[test]
#[ignore = "run by hand after adding a parameter"]
fn print_the_list() {
    print!("{}", list(&SpaceParams::default()));
}
