//! Recorded material: the stems of the repository's own session, and those of a demo multitrack
//! where somebody has one.

use crate::signals::{Stereo, both};
use std::path::{Path, PathBuf};

/// The environment variable that names the folder with the demo multitrack's FLAC stems. Tests that
/// want it say so and pass where it is not set.
pub const DEMO_STEMS: &str = "PROSCENIUM_DEMO_STEMS";

/// A stem of the session in `tests/session`, by its name without extension. 48 kHz; mono is in both
/// channels.
pub fn session_stem(name: &str) -> Stereo {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("session/stems").join(name))
}

/// A stem of the demo multitrack, or nothing, with a line on standard output, where it is absent.
pub fn demo_stem(name: &str) -> Option<Stereo> {
    let Some(folder) = std::env::var_os(DEMO_STEMS) else {
        println!("skipped: {DEMO_STEMS} names no folder with {name}.flac");
        return None;
    };
    Some(read(&PathBuf::from(folder).join(name)))
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
    use crate::measure;

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
