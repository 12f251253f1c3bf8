//! Denormal numbers, which cost some processors a hundred times the usual: whether any are met while
//! sound dies away, by the processor's own account. Nobody flushes them to zero here.

use clap_host::{Block, Transport};

use crate::support::{ALL, DISTANCE, GLUE, Plugin, RATE_HZ, STRIP, noise};

const BLOCK: usize = 64;

/// Whether an operand was a denormal number while this was done (the sticky flag DE of MXCSR).
fn meets_denormals(work: impl FnOnce()) -> bool {
    const DENORMAL_OPERAND: u32 = 1 << 1;
    let mut csr = 0_u32;
    // SAFETY: reads and writes the flags of this thread alone.
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut csr) };
    let clear = csr & !DENORMAL_OPERAND;
    // SAFETY: as above.
    unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const clear) };
    work();
    // SAFETY: as above.
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut csr) };
    csr & DENORMAL_OPERAND != 0
}

/// Settings with every filter, follower and line at work.
fn settings(plugin: Plugin) -> Vec<&'static [(&'static str, &'static str)]> {
    match plugin {
        STRIP => vec![
            &[],
            &[
                ("hpf_on", "On"),
                ("lpf_on", "On"),
                ("gate_on", "On"),
                ("eq2_on", "On"),
                ("eq2_gain", "9 dB"),
                ("eq2_q", "10"),
                ("eq6_on", "On"),
                ("eq6_dyn", "-12 dB"),
                ("comp_on", "On"),
                ("comp_threshold", "-40 dB"),
                ("comp_detector", "RMS"),
                ("comp_lookahead", "3 ms"),
            ],
            &[("bypass", "On"), ("match", "On"), ("output", "-6 dB")],
        ],
        GLUE => vec![
            &[],
            &[("threshold", "-30 dB"), ("colour", "60 %"), ("clip", "On"), ("auto_makeup", "On")],
            &[("detector", "RMS"), ("topology", "Feed-forward"), ("channel", "Mid-Side")],
        ],
        DISTANCE => vec![
            &[("distance", "8 m"), ("room", "Booth")],
            &[
                ("distance", "8 m"),
                ("room", "Cathedral"),
                ("hold_loudness", "On"),
                ("air", "800 %"),
            ],
            &[("distance", "0.5 m"), ("reverb", "Room Feed"), ("proximity", "100 %")],
        ],
        _ => vec![
            &[("decay", "0.3 s")],
            &[("mode", "Parallel"), ("decay", "0.5 s"), ("delay_wow", "50 %"), ("duck", "12 dB")],
            &[("mode", "Delay"), ("delay_low_cut", "200 Hz"), ("delay_drive", "50 %")],
        ],
    }
}

/// The blocks after the sound's end, and those of them in which denormal numbers were met.
fn blocks_with_denormals(plugin: Plugin, settings: &[(&str, &str)]) -> (usize, Vec<usize>) {
    let mut instance = plugin.set(settings);
    let mut processor = instance.activate().unwrap();
    let sound = noise(-12.0, 0.5, 5);
    let blocks = |seconds: f64| (seconds * RATE_HZ) as usize / BLOCK;
    let (loud, all) = (blocks(0.5), blocks(12.0));
    let mut met = Vec::new();
    for block in 0..all {
        let mut output = [[0.0_f32; BLOCK]; 2];
        let silence = [0.0; BLOCK];
        let input = [0, 1].map(|side: usize| match block < loud {
            true => &sound[side][block * BLOCK..(block + 1) * BLOCK],
            false => &silence,
        });
        let [left, right] = &mut output;
        let output: &mut [&mut [f32]] = &mut [left, right];
        // With a tempo: in place of one that is not told, anything may lie in memory and be looked at.
        let transport = Some(Transport { tempo_bpm: 120.0, playing: true, position_s: 0.0 });
        let block_of_audio = Block { input: &input, output, transport, ..Block::default() };
        let does = meets_denormals(|| processor.process(block_of_audio).unwrap());
        if does && block >= loud {
            met.push(block - loud);
        }
    }
    instance.deactivate(processor);
    (all - loud, met)
}

#[test]
fn sound_that_dies_away_does_not_sink_into_denormal_numbers() {
    let tiny = std::hint::black_box(1e-40_f32);
    let halve = || {
        std::hint::black_box(tiny * 0.5);
    };
    assert!(meets_denormals(halve), "the flag is not read");
    for plugin in ALL {
        for settings in settings(plugin) {
            let (of, met) = blocks_with_denormals(plugin, settings);
            let (count, ends) = (met.len(), [met.first(), met.last()]);
            let what = format!("{} {settings:?}: {count} of {of} blocks {ends:?}", plugin.bundle);
            println!("{what}");
            // A filter may pass through them on its way to rest.
            assert!(count * 50 <= of, "{what}");
        }
    }
}
