//! What gate and bus compressor do to recorded drums.

use super::support::*;
use proscenium_tests::material::{bus, demo_stem, session_stem};
use proscenium_tests::onsets::{body, onsets};
use shared_dsp::dynamics::*;
use shared_dsp::effect::Effect;

/// A gate as a mix engineer sets it on a snare: the key hears the drum's body alone, neither the
/// hi-hat nor the kick, and the lookahead covers the body's rise.
fn snare_gate(threshold_db: f32) -> GateSettings {
    GateSettings {
        on: true,
        threshold_db,
        range_db: 20.0,
        attack_ms: 0.5,
        hold_ms: 80.0,
        release_ms: 100.0,
        hysteresis_db: 6.0,
        key_high_pass_hz: 160.0,
        key_low_pass_hz: 1000.0,
        lookahead_ms: 5.0,
        ..Default::default()
    }
}

/// Level changes in dB from `input` to `output` over `length` samples from each of these on.
fn changes_db(input: &[f32], output: &[f32], at: &[usize], length: usize) -> Vec<f64> {
    let change = |&n: &usize| rms_db(&output[n..n + length]) - rms_db(&input[n..n + length]);
    at.iter().map(change).collect()
}

/// Where 50 ms of bleed begin, long enough after a hit for the gate to have closed and before the
/// next for it not to open yet.
fn bleed(input: &[f32], hits: &[usize]) -> Vec<usize> {
    let far = |&n: &usize| {
        hits.iter().all(|&hit| if hit <= n { n - hit > 38_400 } else { hit - n > 2400 + 960 })
    };
    let heard = |&n: &usize| rms_db(&input[n..n + 2400]) > -70.0;
    (0..input.len() - 2400).step_by(2400).filter(far).filter(heard).collect()
}

fn passes_every_hit_and_lowers_the_bleed(track: &[f32], hits: &[usize], settings: &GateSettings) {
    let mut gate = prepared::<Gate>(settings, RATE);
    let late = gate.latency_samples();
    let output = run(&mut gate, &[track, &vec![0.0; late]].concat()).split_off(late);
    let first = changes_db(track, &output, hits, 240);
    let worst = first.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    let closed = changes_db(track, &output, &bleed(track, hits), 2400);
    let range = -f64::from(settings.range_db);
    let off = closed.iter().fold(0.0f64, |a, b| a.max((b - range).abs()));
    println!("{} hits, first 5 ms within {worst:.3} dB", hits.len());
    println!("{} windows of bleed, {range} dB within {off:.3} dB", closed.len());
    assert!(worst < 0.5, "{first:.2?}");
    assert!(closed.len() >= 50 && off < 0.5, "{closed:.2?}");
}

#[test]
fn gate_passes_every_hit_of_a_snare_track_whole_and_lowers_its_bleed_by_the_range() {
    // A clean snare, so that its hits are known, and the bleed that a microphone would catch.
    let [snare, _] = session_stem("snare");
    let hits = onsets(&body(&snare, RATE), 10.0, -45.0, RATE);
    assert_eq!(hits.len(), 24, "from ghost notes at -34 dBFS to accents at -8");
    let parts = [("snare", 0.0), ("hats", -14.0), ("kick", -30.0)];
    let [track, _] = bus(&parts.map(|(name, gain_db)| (session_stem(name), gain_db)));
    passes_every_hit_and_lowers_the_bleed(&track, &hits, &snare_gate(-40.0));
}

#[test]
fn gate_passes_every_hit_of_the_demo_snare_whole_and_lowers_its_bleed_by_the_range() {
    let Some([track, _]) = demo_stem("02_snare") else { return };
    let hits = onsets(&body(&track, RATE), 6.0, -32.0, RATE);
    assert_eq!(hits.len(), 19, "{hits:?}: twelve accents and seven ghost notes");
    passes_every_hit_and_lowers_the_bleed(&track, &hits, &snare_gate(-34.0));
}

/// A drum bus that peaks at a level, and where its hits begin.
fn drum_bus(mut stems: Stereo, peak_dbfs: f64) -> (Stereo, Vec<usize>) {
    let peak = |stems: &Stereo| measure::peak_db(&stems[0]).max(measure::peak_db(&stems[1]));
    let gain = signals::amplitude(peak_dbfs - peak(&stems)) as f32;
    stems.iter_mut().flatten().for_each(|x| *x *= gain);
    let mid: Vec<f32> = stems[0].iter().zip(&stems[1]).map(|(l, r)| 0.5 * (l + r)).collect();
    let hits = onsets(&mid, 6.0, measure::peak_db(&mid) - 12.0, RATE);
    (stems, hits)
}

/// Peak to RMS of a whole bus in dB.
fn crest_db(audio: &Stereo) -> f64 {
    let power = (rms_power(&audio[0]) + rms_power(&audio[1])) / 2.0;
    measure::peak_db(&audio[0]).max(measure::peak_db(&audio[1])) - 10.0 * power.log10()
}

fn rms_power(audio: &[f32]) -> f64 {
    measure::energy(audio) / audio.len() as f64
}

fn glued(settings: &BusCompressorSettings, input: &Stereo) -> Stereo {
    let mut compressor = prepared::<BusCompressor>(settings, RATE);
    let late = compressor.latency_samples();
    let pad = vec![0.0; late];
    let [left, right] = [0, 1].map(|side| [&input[side][..], &pad].concat());
    run_stereo(&mut compressor, [&left, &right], None).map(|mut side| side.split_off(late))
}

/// A hit's deepest millisecond of reduction in dB: the median over the hits.
fn reduction_db(input: &Stereo, output: &Stereo, hits: &[usize]) -> f64 {
    let deepest = |&hit: &usize| {
        let windows: Vec<usize> =
            (hit..(hit + 9600).min(input[0].len() - 48)).step_by(48).collect();
        let changes = changes_db(&input[0], &output[0], &windows, 48);
        -changes.into_iter().fold(0.0f64, f64::min)
    };
    let mut all: Vec<f64> = hits.iter().map(deepest).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// The compressor alone takes from what comes after a hit's peak: at 10 ms of attack it cannot take
/// 1 dB from the peak itself while its first 2 ms stay, so the crest factor rises. What lowers it is
/// the soft clip, on a bus that is driven into it.
fn glue_keeps_the_transients_and_lowers_the_crest_factor(stems: Stereo, threshold_db: f32) {
    let (input, hits) = drum_bus(stems, 2.0);
    assert!(hits.len() > 30, "{} hits", hits.len());
    let alone = BusCompressorSettings { threshold_db, attack_ms: 10.0, ..Default::default() };
    let clipped = BusCompressorSettings { clip: true, makeup_db: 0.8, ..alone };
    let compressed = glued(&alone, &input);
    let reduction = reduction_db(&input, &compressed, &hits);
    assert!((2.0..4.0).contains(&reduction), "{reduction} dB of reduction");
    for (name, output) in [("alone", &compressed), ("with soft clip", &glued(&clipped, &input))] {
        let crest = crest_db(output) - crest_db(&input);
        let first = changes_db(&input[0], &output[0], &hits, 96);
        let worst = first.iter().fold(0.0f64, |a, b| a.max(b.abs()));
        println!(
            "{name}: {reduction:.1} dB at {} hits, crest {crest:+.2} dB, first 2 ms {worst:.2} dB",
            hits.len()
        );
        assert!(worst < 1.0, "{name}: {first:.2?}");
        match name {
            "alone" => assert!((0.0..1.5).contains(&crest), "{crest} dB"),
            _ => assert!(crest <= -1.0, "{crest} dB"),
        }
    }
}

#[test]
fn glue_on_a_drum_bus_keeps_the_transients_and_with_soft_clip_lowers_the_crest_factor() {
    let stems = ["kick", "snare", "hats", "toms", "overheads"];
    let stems = bus(&stems.map(|name| (session_stem(name), 0.0)));
    glue_keeps_the_transients_and_lowers_the_crest_factor(stems, -7.0);
}

#[test]
fn glue_on_the_demo_drums_keeps_the_transients_and_with_soft_clip_lowers_the_crest_factor() {
    let names = ["01_kick", "02_snare", "03_hihat", "04_toms", "05_overheads"];
    let Some(stems) = names.map(demo_stem).into_iter().collect::<Option<Vec<Stereo>>>() else {
        return;
    };
    let stems: Vec<_> = stems.into_iter().map(|stem| (stem, 0.0)).collect();
    glue_keeps_the_transients_and_lowers_the_crest_factor(bus(&stems), -8.5);
}
