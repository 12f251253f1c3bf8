//! How the dynamics tests play audio through an effect.

pub use proscenium_tests::contract::prepared;
pub use proscenium_tests::dynamics::gains_db;
pub use proscenium_tests::measure::{self, db, rms_db};
pub use proscenium_tests::signals::{self, Stereo};
use shared_dsp::effect::{Effect, Io};

pub const RATE: f64 = 48_000.0;
pub const RATES: [f64; 4] = [44_100.0, 48_000.0, 96_000.0, 192_000.0];

/// A sine with a level in dBFS (of its peak) for every moment in seconds.
pub fn tone(freq_hz: f64, rate: f64, seconds: f64, level_db: impl Fn(f64) -> f64) -> Vec<f32> {
    signals::swelling_sine(freq_hz, seconds, rate, level_db)
}

/// Noise up to full scale at 48 kHz.
pub fn noise(seed: u64, length: usize) -> Vec<f32> {
    println!("seed {seed}");
    signals::white_noise(-4.7713, length as f64 / RATE, RATE, seed)
}

/// Runs mono audio in odd blocks through an effect, on both channels, with a mono key.
pub fn run_keyed<E: Effect>(effect: &mut E, input: &[f32], key: Option<&[f32]>) -> Vec<f32> {
    let [left, _] = run_stereo(effect, [input, input], key);
    left
}

/// The same without a key.
pub fn run<E: Effect>(effect: &mut E, input: &[f32]) -> Vec<f32> {
    run_keyed(effect, input, None)
}

/// The same in stereo.
pub fn run_stereo<E: Effect>(effect: &mut E, input: [&[f32]; 2], key: Option<&[f32]>) -> Stereo {
    let mut out = input.map(<[f32]>::to_vec);
    let [left, right] = &mut out;
    for (n, (l, r)) in left.chunks_mut(441).zip(right.chunks_mut(441)).enumerate() {
        let frames = l.len();
        let mut io = Io::stereo(l, r);
        if let Some(key) = key {
            let key = &key[n * 441..n * 441 + frames];
            io = io.with_key(key, key);
        }
        effect.process(io);
    }
    out
}

/// The end of some audio: as many seconds as hold whole periods of a frequency.
pub fn end_of(audio: &[f32], freq_hz: f64, rate: f64, seconds: f64) -> &[f32] {
    let periods = (seconds * freq_hz + 1e-6).floor().max(1.0);
    &audio[audio.len() - (periods * rate / freq_hz).round() as usize..]
}

/// Amplitude of a frequency at the end of some audio.
pub fn amplitude(audio: &[f32], freq_hz: f64, rate: f64, seconds: f64) -> f64 {
    measure::tone(end_of(audio, freq_hz, rate, seconds), freq_hz, rate).amplitude
}

/// Time in ms from `from_s` until the gain of a constant has covered `share` of its way in dB.
pub fn time_ms(gains_db: &[f64], rate: f64, from_s: f64, until_s: f64, share: f64) -> f64 {
    let (from, until) = ((from_s * rate) as usize, (until_s * rate) as usize);
    let took = measure::time_to(&gains_db[..until], from - 1, share, rate);
    took.map_or(f64::NAN, |seconds| seconds * 1000.0)
}
