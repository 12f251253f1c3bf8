//! Anything may be set at any moment: the sound stays within bounds, ends, and does not depend on the blocks.

use proscenium_tests::contract::{Audio, prepared, run};
use proscenium_tests::eq_grid::SLOPES;
use proscenium_tests::measure::{energy, peak_db};
use proscenium_tests::signals::{SEED, both, frames, random, sine, white_noise};
use shared_dsp::dynamics::KeySource;
use shared_dsp::effect::{Effect, Tail};
use shared_dsp::eq::*;

const RATES_HZ: [f64; 5] = [22_050.0, 44_100.0, 48_000.0, 96_000.0, 384_000.0];

/// Noise, a tone and silence, in turns, and then silence.
fn material(seconds: f64, ends_at: usize, rate: f64) -> Audio {
    let mut main = [1, 2].map(|seed| white_noise(-12.0, seconds, rate, seed));
    let tone = sine(997.0, -3.0, seconds, rate);
    for channel in &mut main {
        for (n, x) in channel.iter_mut().enumerate() {
            *x = match 5 * n / ends_at {
                0 | 3 => *x,
                1 => tone[n],
                2 => 0.0,
                _ if n < ends_at => 0.5 * (*x + tone[n]),
                _ => 0.0,
            };
        }
    }
    Audio { main, key: both(sine(60.0, 0.0, seconds, rate)) }
}

/// Plays twice through other blocks while settings come, of which the last is `calm`.
fn holds_out<E: Effect + Default>(
    mut any: impl FnMut(&mut fastrand::Rng) -> E::Settings,
    calm: impl Fn(E::Settings) -> E::Settings,
    most_db: impl Fn(&E::Settings) -> f64,
) {
    let mut random = random(SEED);
    for rate in RATES_HZ.repeat(3) {
        let ends_at = 24_000;
        let (mut at, mut sets) = (0, Vec::new());
        while at < ends_at {
            sets.push((at, any(&mut random)));
            at += [1, 5, 16, 64, 100, 700, 2500][random.usize(..7)];
        }
        if let Some((_, last)) = sets.last_mut() {
            *last = calm(*last);
        }
        let (start, last) = (sets[0].1, sets[sets.len() - 1].1);
        let Tail::Samples(tail) = prepared::<E>(&last, rate).tail() else {
            panic!("a filter ends")
        };
        let length = ends_at + tail as usize + frames(0.1, rate);
        let audio = material((length + 4800) as f64 / rate, ends_at, rate);
        let mut effect = prepared::<E>(&start, rate);
        let one = run(&mut effect, &audio, &sets, || 1 << 20);
        effect.set(&start);
        effect.reset();
        let others = [
            ("a reset", run(&mut effect, &audio, &sets, || 1 << 20)),
            ("the blocks", {
                let mut effect = prepared::<E>(&start, rate);
                run(&mut effect, &audio, &sets, || random.usize(0..300))
            }),
        ];
        let most_db = sets.iter().map(|(_, settings)| most_db(settings)).fold(0.0, f64::max);
        for (lane, channel) in one.main.iter().enumerate() {
            assert!(channel.iter().all(|x| x.is_finite()), "no number at {rate} Hz");
            let peak = peak_db(channel);
            assert!(peak < most_db + 12.0, "{peak} dB, at most {most_db} dB at {rate} Hz");
            for (what, other) in &others {
                let mut pairs = channel.iter().zip(&other.main[lane]);
                let differs = pairs.position(|(a, b)| a.to_bits() != b.to_bits());
                assert!(differs.is_none(), "{what} changes sample {differs:?} at {rate} Hz");
            }
            let rest = &channel[length..];
            let left_db = 10.0 * (energy(rest) / rest.len() as f64).max(1e-30).log10();
            assert!(left_db < peak.max(0.0) - 90.0, "{left_db} dB after the tail at {rate} Hz");
        }
    }
}

fn any_band(random: &mut fastrand::Rng) -> BandSettings {
    use BandChannel::*;
    let mut within = |low: f32, high: f32| low + (high - low) * random.f32();
    let (freq_hz, q) = (20.0 * 1000f32.powf(within(0.0, 1.0)), 0.1 * 200f32.powf(within(0.0, 1.0)));
    let (gain_db, range_db) = (within(-24.0, 24.0), within(-24.0, 24.0));
    let (threshold_db, attack_ms, release_ms) =
        (within(-60.0, 0.0), within(0.1, 200.0), within(10.0, 2000.0));
    BandSettings {
        on: random.u8(..4) > 0,
        kind: BandKind::ALL[random.usize(..BandKind::ALL.len())],
        freq_hz,
        q,
        gain_db: if random.u8(..4) > 0 { gain_db } else { 0.0 },
        dynamic_range_db: if random.u8(..3) > 0 { 0.0 } else { range_db },
        threshold_db,
        attack_ms,
        release_ms,
        key: if random.bool() { KeySource::Sidechain } else { KeySource::Internal },
        channel: [Stereo, Stereo, Stereo, Stereo, Left, Right, Mid, Side][random.usize(..8)],
    }
}

#[test]
fn an_equaliser_set_to_anything_at_any_moment_is_bounded_ends_and_knows_no_blocks() {
    let mut now = EqSettings::default();
    holds_out::<Equaliser>(
        |random| {
            match random.u8(..8) {
                0 => now.bands = std::array::from_fn(|_| any_band(random)),
                // All static and on both channels: what rests runs as a bank.
                1 | 2 => {
                    for band in &mut now.bands {
                        (band.dynamic_range_db, band.channel) = (0.0, BandChannel::Stereo);
                    }
                }
                3 | 4 => {
                    let band = &mut now.bands[random.usize(..BANDS)];
                    band.on = !band.on;
                }
                5 => now.bands[random.usize(..BANDS)].gain_db = 0.0,
                _ => now.bands[random.usize(..BANDS)] = any_band(random),
            }
            now.on = random.u8(..16) > 0;
            now
        },
        |mut last| {
            for band in &mut last.bands {
                (band.freq_hz, band.q) = (band.freq_hz.max(200.0), band.q.min(2.0));
                band.release_ms = 10.0;
            }
            last
        },
        |settings| {
            let most = settings.bands.iter().map(|band| {
                let gain_db = band.gain_db.abs().max((band.gain_db + band.dynamic_range_db).abs());
                f64::from(gain_db.max(0.0) + (20.0 * band.q.log10()).max(0.0))
            });
            most.sum()
        },
    );
}

#[test]
fn cuts_set_to_anything_at_any_moment_are_bounded_end_and_know_no_blocks() {
    let mut now = FilterSettings::default();
    let any = |random: &mut fastrand::Rng, low: f32, high: f32| CutSettings {
        on: random.u8(..3) > 0,
        freq_hz: low * (high / low).powf(random.f32()),
        slope: SLOPES[random.usize(..SLOPES.len())].0,
    };
    holds_out::<Filters>(
        |random| {
            match random.u8(..4) {
                0 => now.high_pass = any(random, 16.0, 1000.0),
                1 => now.low_pass = any(random, 1000.0, 22_000.0),
                2 => now.high_pass.on = !now.high_pass.on,
                _ => now.low_pass.on = !now.low_pass.on,
            }
            now
        },
        |mut last| {
            last.high_pass.freq_hz = last.high_pass.freq_hz.max(100.0);
            last
        },
        |_| 20.0,
    );
}
