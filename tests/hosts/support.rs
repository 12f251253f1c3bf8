//! The built bundles, and instances of them.

use std::path::PathBuf;

use clap_host::{Bundle, HostOptions, Instance, RenderOptions, Rendered, render};
use proscenium_tests::signals;

/// Sample rate of these tests.
pub const RATE_HZ: f64 = 48_000.0;

/// A plugin of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// File name of the bundle without its extension.
    pub bundle: &'static str,
    /// CLAP id.
    pub id: &'static str,
}

pub const STRIP: Plugin = Plugin { bundle: "proscenium-strip", id: "audio.proscenium.strip" };
pub const GLUE: Plugin = Plugin { bundle: "proscenium-glue", id: "audio.proscenium.glue" };
pub const DISTANCE: Plugin =
    Plugin { bundle: "proscenium-distance", id: "audio.proscenium.distance" };
pub const SPACE: Plugin = Plugin { bundle: "proscenium-space", id: "audio.proscenium.space" };
pub const ALL: [Plugin; 4] = [STRIP, GLUE, DISTANCE, SPACE];

impl Plugin {
    /// The built bundle.
    pub fn load(self) -> Bundle {
        self.load_from("bundled", "cargo xtask bundle")
    }

    /// The debug build that ends the process when it allocates in process, and fails on purpose where
    /// the audio asks for it.
    #[allow(dead_code)]
    pub fn load_guarded(self) -> Bundle {
        self.load_from("guarded", "cargo xtask guarded")
    }

    fn load_from(self, folder: &str, command: &str) -> Bundle {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
            || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target")),
            PathBuf::from,
        );
        let path = target.join(folder).join(format!("{}.clap", self.bundle));
        assert!(path.exists(), "{} is not there: run `{command}` first", path.display());
        Bundle::load(&path).unwrap_or_else(|error| panic!("{error}"))
    }

    /// An instance, as `options` say.
    pub fn with(self, options: &HostOptions) -> Instance {
        self.load().instance(self.id, options).unwrap_or_else(|error| panic!("{error}"))
    }

    /// A stereo instance with these parameters.
    pub fn set(self, settings: &[(&str, &str)]) -> Instance {
        let mut instance = self.with(&HostOptions::default());
        set(&mut instance, settings);
        instance
    }
}

/// Sets parameters by their text.
pub fn set(instance: &mut Instance, settings: &[(&str, &str)]) {
    for (id, text) in settings {
        instance.set(id, text).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Renders or panics with the reason.
pub fn play(instance: &mut Instance, input: &[Vec<f32>], options: &RenderOptions) -> Rendered {
    render(instance, input, options).unwrap_or_else(|error| panic!("{error}"))
}

/// Stereo noise with different channels.
pub fn noise(rms_db: f64, seconds: f64, seed: u64) -> Vec<Vec<f32>> {
    (0..2).map(|side| signals::white_noise(rms_db, seconds, RATE_HZ, seed + side)).collect()
}

/// The first frame at which two renders differ in any channel.
pub fn first_difference(a: &[Vec<f32>], b: &[Vec<f32>]) -> Option<usize> {
    assert_eq!(a.len(), b.len(), "channels");
    let differ = |(a, b): (&Vec<f32>, &Vec<f32>)| {
        assert_eq!(a.len(), b.len(), "lengths");
        a.iter().zip(b).position(|(a, b)| a.to_bits() != b.to_bits())
    };
    a.iter().zip(b).filter_map(differ).min()
}

/// The level of all channels from `start` to `end` (frames) in dB.
pub fn level_db(audio: &[Vec<f32>], start: usize, end: usize) -> f64 {
    let square = |channel: &Vec<f32>| {
        channel[start..end].iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>()
    };
    let sum: f64 = audio.iter().map(square).sum();
    10.0 * (sum / (audio.len() * (end - start)) as f64).max(1e-30).log10()
}

/// Frames in this many seconds.
pub fn frames(seconds: f64) -> usize {
    (seconds * RATE_HZ).round() as usize
}
