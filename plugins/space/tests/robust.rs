//! What no input and no setting may do to the chain of Space, and what silence is to it.

use proscenium_tests::contract::{Audio, Output, prepared, run};
use proscenium_tests::{measure, signals};
use shared_dsp::effect::{Effect, Tail};
use shared_plugin::testing::set;
use space::chain::{Space, SpaceSettings};
use space::params::SpaceParams;

fn set_to(texts: &[(&str, &str)]) -> SpaceSettings {
    let params = SpaceParams::default();
    texts.iter().for_each(|(id, text)| set(&params, id, text));
    params.settings(120.0)
}

fn peak_db(output: &Output) -> f64 {
    assert!(output.main.iter().flatten().all(|x| x.is_finite()), "no number");
    output.main.iter().map(|lane| measure::peak_db(lane)).fold(-300.0, f64::max)
}

fn is_silent(output: &Output) -> bool {
    output.main.iter().flatten().all(|x| x.to_bits() == 0)
}

/// Noise at +12 dBFS.
fn loud(seconds: f64, rate: f64) -> Audio {
    let mut main = signals::both(signals::white_noise(8.0, seconds, rate, 5));
    main.iter_mut().flatten().for_each(|x| *x = x.clamp(-4.0, 4.0));
    Audio { key: main.clone(), main }
}

#[test]
fn loud_noise_in_the_longest_decay_and_what_is_no_number_are_survived_at_any_rate() {
    let wild = [
        ("mode", "parallel"),
        ("room", "cathedral"),
        ("decay", "30 s"),
        ("decay_low", "3"),
        ("decay_high", "1.5"),
        ("mod_depth", "100"),
        ("mod_rate", "5"),
        ("delay_time", "130 ms"),
        ("feedback", "110"),
        ("cross_feed", "50"),
        ("delay_wow", "100"),
        ("duck", "20"),
    ];
    let tame = [("mode", "parallel"), ("room", "booth"), ("decay", "0.1 s"), ("feedback", "0")];
    for rate in [8000.0, 44_100.0, 384_000.0] {
        let mut space = prepared::<Space>(&set_to(&wild), rate);
        let mut audio = loud(2.0, rate);
        let middle = audio.frames() / 2;
        for (at, bad) in [(0, f32::NAN), (99, f32::INFINITY), (777, f32::NEG_INFINITY), (900, 1e30)]
        {
            audio.main[0][middle + at] = bad;
            audio.main[1][middle + 2 * at] = bad;
            audio.key[0][middle + at] = bad;
        }
        let driven = peak_db(&run(&mut space, &audio, &[], || 480));
        assert!(driven < 40.0, "{rate} Hz: {driven:.1} dBFS");
        // The ducker lets go, and then nothing grows.
        let rest = Audio::silence(1.5, rate);
        let early = peak_db(&run(&mut space, &rest, &[], || 480));
        let late = peak_db(&run(&mut space, &rest, &[], || 480));
        assert!(early < 40.0 && late < early + 1.0, "{rate} Hz: {early:.1}, {late:.1} dBFS");
        space.set(&set_to(&tame));
        run(&mut space, &Audio::silence(3.0, rate), &[], || 480);
        assert!(is_silent(&run(&mut space, &Audio::silence(0.1, rate), &[], || 480)), "{rate} Hz");
        // And it works on.
        let after = peak_db(&run(&mut space, &Audio::programme(0.5, rate), &[], || 480));
        assert!((-30.0..12.0).contains(&after), "{rate} Hz: {after:.1} dBFS afterwards");
    }
}

#[test]
fn a_minute_at_110_percent_feedback_stays_below_6_dbfs_and_ends() {
    for (rate, minute_s) in [(8000.0, 60.0), (48_000.0, 60.0), (384_000.0, 6.0)] {
        for texts in [
            &[("mode", "delay"), ("feedback", "110"), ("delay_time", "50 ms")][..],
            &[
                ("mode", "delay"),
                ("feedback", "110"),
                ("delay_time", "80 ms"),
                ("cross_feed", "100"),
                ("delay_drive", "60"),
                ("delay_wow", "100"),
                ("delay_low_cut", "100 Hz"),
            ],
        ] {
            let mut space = prepared::<Space>(&set_to(texts), rate);
            let mut peak = peak_db(&run(&mut space, &loud(1.0, rate), &[], || 512));
            let second = Audio::silence(1.0, rate);
            let mut last = 0.0;
            for _ in 0..minute_s as usize {
                last = peak_db(&run(&mut space, &second, &[], || 512));
                peak = peak.max(last);
            }
            assert!(peak < 6.0, "{rate} Hz: {peak:.2} dBFS");
            assert!(last > -30.0, "{rate} Hz: it sounds on, {last:.1} dBFS");
            assert_eq!(space.tail(), Tail::Infinite);
            space.set(&set_to(&[("mode", "delay"), ("feedback", "30"), ("delay_time", "50 ms")]));
            run(&mut space, &Audio::silence(3.0, rate), &[], || 512);
            assert!(is_silent(&run(&mut space, &second, &[], || 512)), "{rate} Hz recovers");
        }
    }
}

/// What sounds, with everything that could keep it from resting.
fn busy(mode: &str) -> SpaceSettings {
    set_to(&[
        ("mode", mode),
        ("room", "studio"),
        ("decay", "0.4 s"),
        ("delay_time", "90 ms"),
        ("feedback", "30"),
        ("delay_wow", "40"),
        ("delay_drive", "40"),
        ("delay_low_cut", "100"),
        ("low_cut", "100"),
        ("high_cut", "8k"),
        ("duck", "12"),
        ("width", "150"),
        ("mix", "60"),
        ("output", "3"),
    ])
}

#[test]
fn after_the_tail_there_is_digital_silence_in_every_mode() {
    let rate = 48_000.0;
    for mode in ["reverb", "delay", "delay into reverb", "parallel"] {
        let mut space = prepared::<Space>(&busy(mode), rate);
        run(&mut space, &Audio::programme(1.0, rate), &[], || 512);
        let Tail::Samples(tail) = space.tail() else { panic!("endless") };
        let rest = run(&mut space, &Audio::silence(tail as f64 / rate + 0.2, rate), &[], || 512);
        assert!(peak_db(&rest) > -40.0, "{mode}: a tail");
        let after = Audio::silence(1.0, rate);
        assert!(is_silent(&run(&mut space, &after, &[], || 512)), "{mode}");
        // Woken, it sounds as it did, and it rests again.
        assert!(peak_db(&run(&mut space, &Audio::programme(0.5, rate), &[], || 512)) > -30.0);
        run(&mut space, &Audio::silence(tail as f64 / rate + 0.2, rate), &[], || 512);
        assert!(is_silent(&run(&mut space, &after, &[], || 512)), "{mode} again");
    }
}

#[test]
fn rests_do_not_depend_on_how_the_audio_is_cut() {
    let rate = 48_000.0;
    // Sounds between silences that are long enough to rest in; the key sounds in one of them.
    let bursts = Audio::programme(0.2, rate);
    let mut audio = Audio::silence(12.0, rate);
    for at in [100, 150_003, 333_333, 480_017] {
        for (lane, burst) in audio.main.iter_mut().zip(&bursts.main) {
            lane[at..at + burst.len()].copy_from_slice(burst);
        }
    }
    for (lane, burst) in audio.key.iter_mut().zip(&bursts.key) {
        lane[325_000..325_000 + burst.len()].copy_from_slice(burst);
    }
    for mode in ["reverb", "delay", "delay into reverb", "parallel"] {
        let keyed = |duck: &str| {
            let mut settings = busy(mode);
            settings.duck = set_to(&[("duck", duck), ("duck_key", "sidechain")]).duck;
            settings
        };
        // A change in a rest, and one just before a burst.
        let sets = [(140_000, keyed("0")), (300_000, keyed("12")), (480_000, busy(mode))];
        let cut = |block: usize| {
            let mut space = prepared::<Space>(&keyed("12"), rate);
            run(&mut space, &audio, &sets, || block).main
        };
        let whole = cut(usize::MAX / 2);
        for block in [16, 37, 512, 10_000] {
            assert!(cut(block) == whole, "{mode}: blocks of {block}");
        }
    }
}

#[test]
fn freeze_never_rests_and_lets_go() {
    let rate = 48_000.0;
    let small = [("room", "studio"), ("decay", "0.4 s")];
    let mut space = prepared::<Space>(&set_to(&small), rate);
    run(&mut space, &Audio::programme(1.0, rate), &[], || 512);
    space.set(&set_to(&[("room", "studio"), ("decay", "0.4 s"), ("freeze", "on")]));
    let second = Audio::silence(1.0, rate);
    run(&mut space, &second, &[], || 512);
    let held = peak_db(&run(&mut space, &second, &[], || 512));
    run(&mut space, &Audio::silence(20.0, rate), &[], || 512);
    let still = peak_db(&run(&mut space, &second, &[], || 512));
    assert!(held > -60.0 && (still - held).abs() < 1.5, "{held:.1} dBFS, then {still:.1}");
    assert_eq!(space.tail(), Tail::Infinite);
    space.set(&set_to(&small));
    run(&mut space, &Audio::silence(2.0, rate), &[], || 512);
    assert!(is_silent(&run(&mut space, &second, &[], || 512)));
}
