//! Alignment, determinism, levels and automation, to the sample.

use proscenium_mix::audio::Stereo;

use crate::support::{Folder, RATE, noise};

fn track(name: &str, stem: &str, rest: &str) -> String {
    format!("[[track]]\nname = \"{name}\"\nstem = \"{stem}\"\n{rest}\n")
}

fn mix(folder: &Folder, text: &str) -> Stereo {
    folder.render(text, 2).unwrap().1.nodes.pop().unwrap()
}

#[test]
fn parallel_paths_with_different_lookahead_null() {
    let folder = Folder::new();
    let polarity = "[[track.plugin]]\nuse = \"strip\"\nset = { latency = 777 }\n";
    let mut inverted = noise(48_000, 7);
    inverted.left.iter_mut().chain(&mut inverted.right).for_each(|x| *x = -*x);
    folder.stem("c.wav", &inverted, 48_000);
    let text = track("A", "b.wav", polarity)
        + &track("B", "c.wav", "output = \"Slow\"")
        + "[[group]]\nname = \"Slow\"\n[[group.plugin]]\nuse = \"glue\"\nset = { latency = 9001 }\n";
    assert_eq!(mix(&folder, &text).peak(), 0.0);
}

#[test]
fn the_mix_starts_at_the_song_whatever_the_latency() {
    let folder = Folder::new();
    let slow = "[[track.plugin]]\nuse = \"strip\"\nset = { latency = 5000 }";
    let out = mix(&folder, &track("A", "a.wav", slow));
    assert_eq!(out.left.iter().position(|x| *x != 0.0), Some(1000));
    assert!(out.frames() >= 48_000);
}

#[test]
fn a_sidechain_is_aligned_with_the_audio_it_keys() {
    let folder = Folder::new();
    // The kick is late by its own lookahead; what listens to it is early, and then late.
    for (kick, before) in [(300, 0), (0, 300), (9000, 4000)] {
        let keyed = format!(
            "[[track.plugin]]\nuse = \"strip\"\nname = \"first\"\nset = {{ latency = {before} }}\n\
             [[track.plugin]]\nuse = \"strip\"\nkey = \"Kick\"\nset = {{ listen = \"On\" }}\n"
        );
        let text = track("Bass", "b.wav", &keyed)
            + &track(
                "Kick",
                "a.wav",
                &format!(
                    "output = \"Nowhere\"\n[[track.plugin]]\nuse = \"strip\"\nset = {{ latency = {kick} }}\n"
                ),
            )
            + "[[group]]\nname = \"Nowhere\"\nfader = \"off\"\n";
        let out = mix(&folder, &text);
        let heard: Vec<usize> =
            out.left.iter().enumerate().filter(|(_, x)| **x != 0.0).map(|(at, _)| at).collect();
        assert_eq!(heard, [1000], "kick {kick}, before {before}");
    }
}

#[test]
fn a_room_feed_is_aligned_and_follows_the_fader() {
    let folder = Folder::new();
    let place = "fader = \"-20 dB\"\n[[track.plugin]]\nuse = \"distance\"\nfeed = \"Room\"\nset = { latency = 100 }\n\
                 [[track.plugin]]\nuse = \"strip\"\nset = { latency = 250 }\n";
    let text = track("A", "a.wav", place) + "[[bus]]\nname = \"Room\"\n";
    let (_, rendered) = folder.render(&text, 2).unwrap();
    let [track, room, mix] = &rendered.nodes[..] else { panic!("three nodes") };
    assert!((track.left[1000] - 0.05).abs() < 1e-6, "{}", track.left[1000]);
    assert!((room.left[1000] - 0.05).abs() < 1e-6, "{}", room.left[1000]);
    assert!((mix.left[1000] - 0.1).abs() < 1e-6, "{}", mix.left[1000]);
    assert_eq!(mix.left.iter().filter(|x| **x != 0.0).count(), 1);
}

#[test]
fn a_send_is_tapped_before_or_after_the_fader() {
    let folder = Folder::new();
    for (tap, expected) in [("pre", 0.25), ("post", 0.025)] {
        let send = format!(
            "fader = \"-20 dB\"\n[[track.send]]\nto = \"FX\"\nlevel = \"-6.0206 dB\"\ntap = \"{tap}\"\n"
        );
        let text = track("A", "a.wav", &send) + "[[bus]]\nname = \"FX\"\n";
        let (_, rendered) = folder.render(&text, 2).unwrap();
        let got = rendered.nodes[1].left[1000];
        assert!((got - expected).abs() < 1e-5, "{tap}: {got}");
    }
}

/// A stem of ones: the mix is the gain.
fn ones(folder: &Folder) {
    let ones = Stereo { left: vec![1.0; 48_000], right: vec![1.0; 48_000] };
    folder.stem("one.wav", &ones, 48_000);
}

fn db(gain: f32) -> f64 {
    20.0 * f64::from(gain).log10()
}

#[test]
fn a_send_opens_and_a_fader_rides_at_the_sample() {
    let folder = Folder::new();
    ones(&folder);
    // At 120 bpm the second beat is at 0.5 s.
    let text = track(
        "A",
        "one.wav",
        "[[track.send]]\nto = \"FX\"\nlevel = \"off\"\n\
         [[track.automation]]\ntarget = \"send.FX\"\npoints = [[\"1:1\", \"off\"], [\"1:2\", \"off\"], [\"1:2\", \"-6 dB\"], [0.75, \"-12 dB\"]]\n\
         [[track.automation]]\ntarget = \"fader\"\npoints = [[0.25, 0], [0.5, \"-10 dB\"]]\n\
         [[track.plugin]]\nuse = \"strip\"\nset = { latency = 333 }\n",
    ) + "[[bus]]\nname = \"FX\"\n";
    let (_, rendered) = folder.render(&text, 2).unwrap();
    let [track, send, _] = &rendered.nodes[..] else { panic!("three nodes") };
    for (frame, expected) in
        [(0, 0.0), (12_000, 0.0), (18_000, -5.0), (24_000, -10.0), (47_999, -10.0)]
    {
        let got = db(track.left[frame]);
        assert!((got - expected).abs() < 1e-3, "fader at {frame}: {got} dB, not {expected}");
    }
    assert_eq!(send.left[23_999], 0.0);
    for (frame, expected) in [(24_000, -16.0), (30_000, -19.0), (36_000, -22.0), (40_000, -22.0)] {
        let got = db(send.left[frame]);
        assert!((got - expected).abs() < 1e-3, "send at {frame}: {got} dB, not {expected}");
    }
}

#[test]
fn a_parameter_moves_at_the_sample_behind_latency() {
    let folder = Folder::new();
    ones(&folder);
    let text = track(
        "A",
        "one.wav",
        "[[track.plugin]]\nuse = \"strip\"\nname = \"late\"\nset = { latency = 1234 }\n\
         [[track.plugin]]\nuse = \"glue\"\n\
         [[track.automation]]\ntarget = \"glue.gain\"\npoints = [[0.3, -6], [0.3, -12], [0.5, -12], [0.7, 0]]\n",
    );
    let out = mix(&folder, &text);
    for (frame, expected) in
        [(0, -6.0), (14_399, -6.0), (14_400, -12.0), (24_000, -12.0), (33_600, 0.0)]
    {
        let got = db(out.left[frame]);
        assert!((got - expected).abs() < 1e-3, "{frame}: {got} dB, not {expected}");
    }
    // A ramp comes in events every 32 samples.
    let worst = (24_000..33_600)
        .map(|frame| {
            (db(out.left[frame]) - (-12.0 + 12.0 * (frame as f64 - 24_000.0) / 9600.0)).abs()
        })
        .fold(0.0, f64::max);
    assert!(worst <= 12.0 * 32.0 / 9600.0 + 1e-3, "{worst} dB off the line");
}

#[test]
fn the_same_bits_come_out_of_one_thread_and_of_many() {
    let folder = Folder::new();
    let mut text = String::new();
    for index in 0..12 {
        folder.stem(&format!("n{index}.wav"), &noise(48_000, 100 + index), 48_000);
        text += &track(
            &format!("T{index}"),
            &format!("n{index}.wav"),
            &format!(
                "output = \"G{}\"\nfader = \"-{index}.3 dB\"\n[[track.send]]\nto = \"FX\"\nlevel = \"-7 dB\"\n\
                 [[track.plugin]]\nuse = \"strip\"\nset = {{ latency = {} }}\n",
                index % 3,
                index * 37
            ),
        );
    }
    for group in 0..3 {
        text += &format!("[[group]]\nname = \"G{group}\"\n[[group.plugin]]\nuse = \"glue\"\n");
    }
    text += "[[bus]]\nname = \"FX\"\n";
    let one = mix(&folder, &text);
    for threads in [1, 2, 7] {
        let (_, mut rendered) = folder.render(&text, threads).unwrap();
        assert!(rendered.nodes.pop().unwrap() == one, "{threads} threads");
    }
    assert!(one.peak() > 0.1);
}

#[test]
fn a_tail_without_end_is_faded_out_everywhere_at_the_limit_of_the_session() {
    let folder = Folder::new();
    let plugin = "[[track.plugin]]\nuse = \"strip\"\nset = { hold = \"On\" }\n";
    let text = format!("tail = \"2 s\"\n{}", track("A", "a.wav", plugin));
    let (_, rendered) = folder.render(&text, 2).unwrap();
    assert!(rendered.tail_was_cut);
    for node in &rendered.nodes {
        // The stem lasts 1 s.
        assert_eq!(node.frames(), 3 * RATE as usize);
        assert!((node.left[node.frames() - RATE as usize] - 0.25).abs() < 1e-6);
        assert!(node.left[node.frames() - 1].abs() < 1e-4);
    }
}
