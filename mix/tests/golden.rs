//! The mix of the repository's session, compared with figures of loudness and spectrum.
//!
//! The figures stand in `tests/golden/session.toml`. When the sound is changed on purpose,
//! `PROSCENIUM_GOLDEN=write cargo test -p proscenium-mix --test golden` writes them anew; the
//! difference belongs into the change's description.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proscenium_mix::Session;
use proscenium_mix::analysis::Analysis;
use proscenium_mix::audio::{self, StemAudio};
use proscenium_mix::engine::{RenderOptions, Rendered, render};
use proscenium_mix::rack::Bundles;
use proscenium_mix::session::Kind;
use proscenium_tests::measure;
use serde::{Deserialize, Serialize};

/// How far loudness may be off, in LU: below what anyone hears as louder.
const LOUDNESS_LU: f64 = 0.5;
/// The same of a single track, group or bus.
const TRACK_LU: f64 = 0.8;
/// How far the highest peak may be off, in dB: it hangs on a few samples.
const PEAK_DB: f64 = 1.0;
/// How far a third of an octave of the mix may be off, in dB.
const BAND_DB: f64 = 1.0;
/// How far the correlation may be off.
const CORRELATION: f64 = 0.05;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Figures {
    integrated_lufs: f64,
    true_peak_dbtp: f64,
    range_lu: f64,
    correlation: f64,
    /// Loudness of every track, group and bus.
    lufs: BTreeMap<String, f64>,
    /// Level of the mix's mono sum by the centre in Hz.
    third_octaves_db: BTreeMap<String, f64>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rendered(threads: usize) -> (Session, Rendered) {
    let session = Session::load(&root().join("tests/session/session.toml"), None)
        .unwrap_or_else(|error| panic!("{error}"));
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let rack = Bundles::load(&target.join("bundled"), &Kind::ALL)
        .unwrap_or_else(|error| panic!("{error}"));
    let rate = session.sample_rate_hz;
    let stems: Vec<Option<StemAudio>> = session
        .nodes
        .iter()
        .map(|node| node.stem.as_ref().map(|stem| audio::read(&stem.path, rate).unwrap()))
        .collect();
    let options = RenderOptions { threads, record: false };
    let rendered = render(&session, stems, &rack, options, &mut |_| {})
        .unwrap_or_else(|error| panic!("{error}"));
    (session, rendered)
}

/// Rendered once for all tests.
fn once() -> &'static (Session, Rendered) {
    static ONCE: OnceLock<(Session, Rendered)> = OnceLock::new();
    ONCE.get_or_init(|| rendered(2))
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn figures() -> Figures {
    let (session, rendered) = once();
    let rate = session.sample_rate_hz;
    let mix = &rendered.nodes[session.master()];
    let analysis = Analysis::new(mix, rate).unwrap();
    let nodes = session.nodes.iter().zip(&rendered.nodes).take(session.master());
    let lufs = nodes.map(|(node, audio)| {
        let stereo = [audio.left.clone(), audio.right.clone()];
        (node.name.clone(), round(measure::lufs(&stereo, f64::from(rate)).max(-100.0)))
    });
    let mono: Vec<f32> = mix.left.iter().zip(&mix.right).map(|(l, r)| 0.5 * (l + r)).collect();
    let bands = (16..=42).map(|band| {
        let centre = 10.0_f64.powf(f64::from(band) / 10.0);
        let (low, high) = (centre * 10.0_f64.powf(-0.05), centre * 10.0_f64.powf(0.05));
        let level = measure::band_level_db(&mono, low, high, f64::from(rate));
        (format!("{centre:05.0}"), round(level))
    });
    Figures {
        integrated_lufs: round(analysis.loudness.integrated_lufs),
        true_peak_dbtp: round(analysis.loudness.true_peak_dbtp),
        range_lu: round(analysis.loudness.range_lu),
        correlation: round(analysis.correlation.unwrap_or(0.0)),
        lufs: lufs.collect(),
        third_octaves_db: bands.collect(),
    }
}

/// Adds what is too far off.
fn check(wrong: &mut Vec<String>, what: &str, now: f64, golden: f64, tolerance: f64) {
    if (now - golden).abs() > tolerance {
        wrong.push(format!("{what}: {now} now, {golden} golden, tolerance {tolerance}"));
    }
}

#[test]
fn loudness_and_spectrum_of_the_session_are_what_they_were() {
    let path = root().join("tests/golden/session.toml");
    let now = figures();
    if std::env::var_os("PROSCENIUM_GOLDEN").is_some_and(|value| value == "write") {
        let head = "# Figures of the mix of tests/session/session.toml. Written and compared by\n\
                    # mix/tests/golden.rs, where the tolerances are.\n";
        std::fs::write(&path, head.to_owned() + &toml::to_string(&now).unwrap()).unwrap();
        return;
    }
    let golden: Figures = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let pairs = [
        ("loudness in LUFS", now.integrated_lufs, golden.integrated_lufs, LOUDNESS_LU),
        ("true peak in dBTP", now.true_peak_dbtp, golden.true_peak_dbtp, PEAK_DB),
        ("loudness range in LU", now.range_lu, golden.range_lu, 2.0 * LOUDNESS_LU),
        ("correlation", now.correlation, golden.correlation, CORRELATION),
    ];
    for (what, now, golden, tolerance) in pairs {
        check(&mut wrong, what, now, golden, tolerance);
    }
    for (map, golden, unit, tolerance) in [
        (&now.lufs, &golden.lufs, "in LUFS", TRACK_LU),
        (&now.third_octaves_db, &golden.third_octaves_db, "Hz in dB", BAND_DB),
    ] {
        assert_eq!(map.keys().collect::<Vec<_>>(), golden.keys().collect::<Vec<_>>());
        for (name, value) in map {
            check(&mut wrong, &format!("{name} {unit}"), *value, golden[name], tolerance);
        }
    }
    assert!(wrong.is_empty(), "the mix sounds different:\n{}", wrong.join("\n"));
}

#[test]
fn the_mix_does_not_clip_and_is_placed_in_depth() {
    let (session, rendered) = once();
    let mix = Analysis::new(&rendered.nodes[session.master()], session.sample_rate_hz).unwrap();
    assert!(mix.loudness.true_peak_dbtp <= -0.5, "{} dBTP", mix.loudness.true_peak_dbtp);
    assert!((-18.0..=-12.0).contains(&mix.loudness.integrated_lufs), "{:?}", mix.loudness);
    assert!(rendered.placements.len() >= 8, "{} tracks are placed", rendered.placements.len());
}

#[test]
fn the_real_plugins_give_the_same_bits_on_one_thread_and_on_three() {
    let (session, first) = once();
    for threads in [1, 3] {
        let (_, again) = rendered(threads);
        for (node, (a, b)) in session.nodes.iter().zip(first.nodes.iter().zip(&again.nodes)) {
            assert!(a == b, "\"{}\" differs on {threads} threads", node.name);
        }
    }
}
