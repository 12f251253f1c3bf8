//! Recorded material: the stems of the repository's own session, and those of a demo multitrack
//! where somebody has one.

use crate::measure;
use crate::signals::{Stereo, both};
use std::path::{Path, PathBuf};

/// The environment variable that names the folder with the demo multitrack's FLAC stems.
pub const DEMO_STEMS: &str = "PROSCENIUM_DEMO_STEMS";
/// Where they are looked for without it, from the repository on. Tests that want them say so and pass
/// where there are none.
const BESIDE: &str = "../shared/audio/demo";

/// A stem of the session in `tests/session`, by its name without extension. 48 kHz; mono is in both
/// channels.
pub fn session_stem(name: &str) -> Stereo {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("session/stems").join(name))
}

/// Eight seconds of a stem of the session as a track comes to a mixer: -18 dBFS RMS where it plays,
/// lower where its peaks would exceed -3 dBFS.
pub fn track(name: &str) -> Stereo {
    const FRAMES: usize = 8 * 48_000;
    let stem = session_stem(name);
    // From the loudest stretch of that length: stems begin with rests.
    let power = |from: usize| stem[0].iter().skip(from).take(FRAMES).map(|x| x * x).sum::<f32>();
    let starts = (0..=stem[0].len().saturating_sub(FRAMES)).step_by(24_000);
    let from = starts.max_by(|a, b| power(*a).total_cmp(&power(*b))).unwrap_or(0);
    let cut: Stereo = stem.map(|lane| lane.into_iter().skip(from).take(FRAMES).collect());
    let mut levels = measure::window_levels_db(&cut[0], 0.4, 48_000.0);
    let loudest = levels.iter().copied().fold(f64::MIN, f64::max);
    levels.retain(|level| *level > loudest - 10.0);
    let peak = cut.iter().map(|lane| measure::peak_db(lane)).fold(f64::MIN, f64::max);
    let playing = levels.iter().sum::<f64>() / levels.len() as f64;
    let by = gain((-18.0 - playing).min(-3.0 - peak));
    cut.map(|lane| lane.into_iter().map(|x| x * by).collect())
}

/// A stem of the demo multitrack, or nothing, with a line on standard output, where it is absent.
pub fn demo_stem(name: &str) -> Option<Stereo> {
    if let Some(folder) = std::env::var_os(DEMO_STEMS) {
        return Some(read(&PathBuf::from(folder).join(name)));
    }
    let stem = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(BESIDE).join(name);
    if stem.with_extension("flac").is_file() {
        Some(read(&stem))
    } else {
        println!("skipped: no {name}.flac in {BESIDE}, and {DEMO_STEMS} names no folder");
        None
    }
}

/// Sum of stems at gains in dB, as long as the shortest.
pub fn bus(stems: &[(Stereo, f64)]) -> Stereo {
    let length = stems.iter().map(|(stem, _)| stem[0].len()).min().unwrap_or(0);
    let side = |side: usize| {
        let sample = |n| stems.iter().map(|(stem, db)| stem[side][n] * gain(*db)).sum::<f32>();
        (0..length).map(sample).collect()
    };
    [side(0), side(1)]
}

fn gain(db: f64) -> f32 {
    crate::signals::amplitude(db) as f32
}

fn read(stem: &Path) -> Stereo {
    let path = stem.with_extension("flac");
    let name = path.display();
    let mut reader = claxon::FlacReader::open(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
    let info = reader.streaminfo();
    assert_eq!(info.sample_rate, 48_000, "{name}");
    let scale = 1.0 / (1u64 << (info.bits_per_sample - 1)) as f32;
    let samples: Vec<f32> =
        reader.samples().map(|x| x.expect("a whole file") as f32 * scale).collect();
    match info.channels {
        1 => both(samples),
        2 => [0, 1].map(|side| samples.iter().skip(side).step_by(2).copied().collect()),
        channels => panic!("{name}: {channels} channels"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_has_its_length_and_level_and_a_bus_is_its_sum() {
        let kick = session_stem("kick");
        assert_eq!(kick[0].len(), 1_198_957);
        assert!((measure::peak_db(&kick[0]) + 7.0).abs() < 0.1);
        assert_eq!(kick[0], kick[1]);
        let sum = bus(&[(kick.clone(), 0.0), (kick.clone(), -6.0206)]);
        assert!((measure::peak_db(&sum[0]) - measure::peak_db(&kick[0]) - 3.52).abs() < 0.01);
        let overheads = session_stem("overheads");
        assert_ne!(overheads[0], overheads[1]);
    }
}
