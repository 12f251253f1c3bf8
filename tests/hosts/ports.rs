//! Ports, layouts, and hosts that do not connect everything.

use clap_host::{HostOptions, Layout, RenderOptions};
use proscenium_tests::process;

use crate::support::{
    ALL, DISTANCE, GLUE, Plugin, SPACE, STRIP, first_difference, frames, level_db, noise, play, set,
};

/// The names of the stereo inputs and outputs beside the main ones.
fn extra_ports(plugin: Plugin) -> [&'static [&'static str]; 2] {
    if plugin == DISTANCE { [&[], &["Room Feed"]] } else { [&["Sidechain"], &[]] }
}

#[test]
fn ports_are_those_of_the_design() {
    for plugin in ALL {
        for layout in [Layout::STEREO, Layout::MONO, Layout::MONO_TO_STEREO] {
            let instance = plugin.with(&HostOptions { layout, ..HostOptions::default() });
            let ports = instance.ports();
            assert!(ports.inputs[0].is_main && ports.outputs[0].is_main);
            assert_eq!(ports.inputs[0].channels, layout.inputs);
            assert_eq!(ports.outputs[0].channels, layout.outputs);
            assert_ne!(ports.inputs[0].name, ports.outputs[0].name, "{}", plugin.bundle);
            for (ports, names) in
                [&ports.inputs, &ports.outputs].into_iter().zip(extra_ports(plugin))
            {
                let extra = &ports[1..];
                assert!(extra.iter().map(|port| &port.name).eq(names), "{}", plugin.bundle);
                assert!(extra.iter().all(|port| port.channels == 2), "{}", plugin.bundle);
            }
        }
    }
}

#[test]
fn a_wrong_id_is_refused_with_the_ids_there_are() {
    let error = STRIP.load().instance(GLUE.id, &HostOptions::default()).err().unwrap().to_string();
    assert!(error.contains(GLUE.id) && error.contains(STRIP.id), "{error}");
}

#[test]
fn mono_layouts_sound_at_the_level_of_stereo() {
    let mono = &noise(-20.0, 0.5, 11)[..1];
    let both = [mono[0].clone(), mono[0].clone()];
    for plugin in [STRIP, GLUE] {
        let rendered = |layout, input: &[Vec<f32>]| {
            let mut instance = plugin.with(&HostOptions { layout, ..HostOptions::default() });
            play(&mut instance, input, &RenderOptions::default()).main
        };
        let stereo = level_db(&rendered(Layout::STEREO, &both), 0, frames(0.5));
        let in_mono = level_db(&rendered(Layout::MONO, mono), 0, frames(0.5));
        assert!((in_mono - stereo).abs() < 0.01, "{}: {in_mono} {stereo}", plugin.bundle);
    }
    for plugin in ALL {
        for layout in [Layout::MONO, Layout::MONO_TO_STEREO] {
            let mut instance = plugin.with(&HostOptions { layout, ..HostOptions::default() });
            let rendered = play(&mut instance, mono, &RenderOptions::default());
            let level = level_db(&rendered.main, frames(0.3), frames(0.5));
            assert!(level > -40.0 && level < 0.0, "{} {layout:?}: {level} dB", plugin.bundle);
        }
    }
}

#[test]
fn a_default_strip_passes_audio_bit_for_bit() {
    let input = noise(-20.0, 0.3, 12);
    let rendered = play(&mut STRIP.set(&[]), &input, &RenderOptions::default());
    assert_eq!(first_difference(&rendered.main, &input), None);
}

#[test]
fn ports_that_the_host_leaves_out_change_nothing() {
    let input = noise(-20.0, 0.3, 13);
    for plugin in ALL {
        let settings: &[(&str, &str)] =
            if plugin == DISTANCE { &[("distance", "8 m")] } else { &[("output", "-6 dB")] };
        let rendered = |omit_unused_ports| {
            let options = HostOptions { omit_unused_ports, ..HostOptions::default() };
            let mut instance = plugin.with(&options);
            set(&mut instance, settings);
            let mut processor = instance.activate().unwrap();
            let mut out = vec![vec![0.0; input[0].len()]; 2];
            for start in (0..input[0].len()).step_by(480) {
                let range = start..start + 480;
                let ins = [&input[0][range.clone()], &input[1][range.clone()]];
                let [left, right] = &mut out[..] else { unreachable!() };
                let block = clap_host::Block {
                    input: &ins,
                    output: &mut [&mut left[range.clone()], &mut right[range]],
                    ..Default::default()
                };
                processor.process(block).unwrap();
            }
            instance.deactivate(processor);
            out
        };
        let (with, without) = (rendered(false), rendered(true));
        assert_eq!(first_difference(&with, &without), None, "{}", plugin.bundle);
        assert!(first_difference(&without, &input).is_some(), "{}: passed dry", plugin.bundle);
    }
}

#[test]
fn a_host_that_hands_over_other_channels_than_it_agreed_on_is_survived() {
    let test = "ports::a_host_that_hands_over_other_channels_than_it_agreed_on_is_survived";
    process::log_of(test, || {
        for plugin in ALL {
            for (inputs, outputs) in [(2, 4), (4, 4), (4, 2), (2, 1), (1, 2), (1, 1), (3, 1)] {
                let handed_over = Some(Layout { inputs, outputs });
                let mut instance =
                    plugin.with(&HostOptions { handed_over, ..HostOptions::default() });
                let mut processor = instance.activate().unwrap();
                let input = vec![vec![0.25; 256]; inputs];
                let mut output = vec![vec![0.0; 256]; outputs];
                let block = clap_host::Block {
                    input: &input.iter().map(Vec::as_slice).collect::<Vec<_>>(),
                    output: &mut output.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>(),
                    ..Default::default()
                };
                processor.process(block).unwrap();
                instance.deactivate(processor);
                assert!(output.iter().flatten().all(|sample| sample.is_finite()));
            }
        }
    });
}

#[test]
fn a_host_without_windows_may_ask_for_an_editor() {
    process::log_of("ports::a_host_without_windows_may_ask_for_an_editor", || {
        for plugin in ALL {
            let options = HostOptions { has_gui: false, ..HostOptions::default() };
            // Whether one opens hangs on the display that there is.
            plugin.with(&options).creates_editor();
        }
    });
}

#[test]
fn the_room_feed_carries_what_the_internal_reverb_does_not() {
    let input = noise(-20.0, 0.5, 14);
    let feed = |reverb| {
        let mut distance = DISTANCE.set(&[("distance", "8 m"), ("reverb", reverb)]);
        level_db(&play(&mut distance, &input, &RenderOptions::default()).aux, 0, frames(0.5))
    };
    let (internal, fed) = (feed("Internal"), feed("Room Feed"));
    assert!(internal < -120.0 && fed > -60.0, "internal {internal} dB, room feed {fed} dB");
}

#[test]
fn rendering_and_playing_sound_the_same() {
    let input = noise(-20.0, 0.3, 15);
    for plugin in ALL {
        let rendered = |offline| {
            let mut instance = plugin.with(&HostOptions { offline, ..HostOptions::default() });
            play(&mut instance, &input, &RenderOptions::default()).main
        };
        assert_eq!(first_difference(&rendered(true), &rendered(false)), None, "{}", plugin.bundle);
    }
}

#[test]
fn sound_does_not_depend_on_the_hosts_blocks() {
    let input = noise(-20.0, 0.4, 16);
    for plugin in ALL {
        let rendered = |block| {
            let mut instance = plugin.set(&[]);
            let automation = vec![
                clap_host::Automation::new(5003, "output", "-6 dB"),
                clap_host::Automation::new(9001, "output", "3 dB"),
            ];
            let options = RenderOptions { block, automation, ..RenderOptions::default() };
            play(&mut instance, &input, &options).main
        };
        let whole = rendered(512);
        for block in [1, 37, 256] {
            assert_eq!(
                first_difference(&rendered(block), &whole),
                None,
                "{} {block}",
                plugin.bundle
            );
        }
    }
}

#[test]
fn space_rings_on_and_says_for_how_long() {
    let mut space = SPACE.set(&[("decay", "2 s")]);
    let processor = &mut space.activate().unwrap();
    let mut out = [[0.0f32; 256]; 2];
    let [left, right] = &mut out;
    let block = clap_host::Block {
        input: &[&[0.1; 256], &[0.1; 256]],
        output: &mut [&mut left[..], &mut right[..]],
        ..Default::default()
    };
    processor.process(block).unwrap();
    let tail = processor.tail().expect("a finite tail");
    assert!(tail > frames(1.5) && tail < frames(10.0), "{tail} samples");
}
