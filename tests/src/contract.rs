//! What every [`Effect`] has to keep, whatever it does to sound. [`Contract`] runs all checks over a
//! list of cases; each check can also be called alone. A failed check panics and names the effect,
//! the check, the settings and what it measured.

use crate::measure;
use crate::signals::{self, Stereo, frames};
use shared_dsp::effect::{Effect, Io, Tail};
use std::fmt::Debug;

mod suite;
#[cfg(test)]
mod tests;

pub use suite::Contract;

/// The rate of checks that need only one.
const RATE: f64 = 48_000.0;
/// The rates that have to agree.
const RATES: [f64; 4] = [44_100.0, 48_000.0, 96_000.0, 192_000.0];

/// Main and sidechain of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Audio {
    /// Main input.
    pub main: Stereo,
    /// Sidechain input.
    pub key: Stereo,
}

impl Audio {
    /// A programme with another one at the sidechain, the same at every sample rate.
    pub fn programme(seconds: f64, sample_rate_hz: f64) -> Self {
        let main = signals::programme(seconds, sample_rate_hz);
        let key = signals::both(signals::drums(seconds, sample_rate_hz));
        Self { main, key }
    }

    /// Silence.
    pub fn silence(seconds: f64, sample_rate_hz: f64) -> Self {
        let silent = signals::both(signals::silence(seconds, sample_rate_hz));
        Self { main: silent.clone(), key: silent }
    }

    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.main[0].len()
    }
}

/// What came out of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Main output.
    pub main: Stereo,
    /// Auxiliary output.
    pub feed: Stereo,
}

impl Output {
    fn bits(&self) -> impl Iterator<Item = u32> + '_ {
        self.main.iter().chain(&self.feed).flatten().map(|sample| sample.to_bits())
    }

    fn samples(&self) -> impl Iterator<Item = f32> + '_ {
        self.main.iter().chain(&self.feed).flatten().copied()
    }

    fn is_finite(&self) -> bool {
        self.samples().all(f32::is_finite)
    }

    /// Level in dBFS of all channels together from one frame to another.
    fn level_db(&self, from: usize, to: usize) -> f64 {
        let part = |channel: &Vec<f32>| measure::energy(&channel[from.min(to)..to]);
        let energy: f64 = self.main.iter().chain(&self.feed).map(part).sum();
        10.0 * (energy / (to - from.min(to)).max(1) as f64).max(1e-30).log10()
    }

    /// The same of the difference from another output.
    fn difference_db(&self, other: &Output, from: usize) -> f64 {
        let pairs = [(&self.main, &other.main), (&self.feed, &other.feed)];
        let levels = pairs.iter().flat_map(|(a, b)| {
            (0..2).map(|c| measure::difference_db(&a[c][from..], &b[c][from..]))
        });
        levels.fold(-300.0, f64::max)
    }
}

/// A prepared effect.
pub fn prepared<E: Effect + Default>(settings: &E::Settings, sample_rate_hz: f64) -> E {
    let mut effect = E::default();
    effect.prepare(sample_rate_hz, settings);
    effect
}

/// Processes audio in blocks; `sets` are settings at the frames at which they are set, in order.
/// `block` gives the length of each next block.
pub fn run<E: Effect>(
    effect: &mut E,
    audio: &Audio,
    sets: &[(usize, E::Settings)],
    mut block: impl FnMut() -> usize,
) -> Output {
    let mut main = audio.main.clone();
    let mut feed = signals::both(vec![0.0; audio.frames()]);
    let (mut at, mut sets) = (0, sets.iter().peekable());
    while at < audio.frames() {
        while let Some((_, settings)) = sets.next_if(|(frame, _)| *frame <= at) {
            effect.set(settings);
        }
        let limit = sets.peek().map_or(audio.frames(), |(frame, _)| *frame.min(&audio.frames()));
        let end = limit.min(at + block());
        let [left, right] = &mut main;
        let [feed_left, feed_right] = &mut feed;
        let io = Io::stereo(&mut left[at..end], &mut right[at..end])
            .with_key(&audio.key[0][at..end], &audio.key[1][at..end])
            .with_feed(&mut feed_left[at..end], &mut feed_right[at..end]);
        in_real_time(|| effect.process(io));
        at = end;
    }
    Output { main, feed }
}

/// Does what must neither allocate, lock nor call the system, which RealtimeSanitizer watches
/// (`cargo xtask sanitize realtime`).
pub fn in_real_time<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(realtime_sanitizer)]
    {
        unsafe extern "C" {
            fn __rtsan_realtime_enter();
            fn __rtsan_realtime_exit();
        }
        // SAFETY: the sanitizer's own marks, in pairs on one thread.
        unsafe { __rtsan_realtime_enter() };
        let result = work();
        unsafe { __rtsan_realtime_exit() };
        result
    }
    #[cfg(not(realtime_sanitizer))]
    work()
}

fn whole<E: Effect>(effect: &mut E, audio: &Audio) -> Output {
    run(effect, audio, &[], || usize::MAX / 2)
}

/// After a reset an effect sounds like one prepared afresh, bit for bit.
pub fn reset_equals_fresh<E: Effect + Default>(name: &str, settings: &E::Settings) {
    let audio = Audio::programme(0.4, RATE);
    let fresh = whole(&mut prepared::<E>(settings, RATE), &audio);
    // With settings that have been heard, and with some that have not.
    for heard in [true, false] {
        let mut used: E = prepared(&E::Settings::default(), RATE);
        whole(&mut used, &audio);
        used.set(settings);
        if heard {
            run(&mut used, &audio, &[], || 100);
        }
        used.reset();
        let again = whole(&mut used, &audio);
        let differs = again.bits().zip(fresh.bits()).position(|(a, b)| a != b);
        assert!(
            differs.is_none(),
            "{name}: after reset, sample {differs:?} is not that of a fresh one"
        );
    }
}

/// However the audio is cut into blocks, the same bits come out, also while settings change.
pub fn splits_give_the_same_bits<E: Effect + Default>(
    name: &str,
    settings: &E::Settings,
    other: &E::Settings,
) {
    let audio = Audio::programme(0.7, RATE);
    let sets = [(4801, *other), (9000, *settings), (9001, *other), (20_000, *settings)];
    let reference = run(&mut prepared::<E>(settings, RATE), &audio, &sets, || usize::MAX / 2);
    let mut random = signals::random(signals::SEED);
    for size in [1usize, 7, 16, 64, 480, 8192, 0] {
        let mut effect = prepared::<E>(settings, RATE);
        // 0 stands for random sizes, spread evenly over the octaves, with some empty blocks.
        let cut = run(&mut effect, &audio, &sets, || match size {
            0 if random.u8(..) < 8 => 0,
            0 => 2f64.powf(13.0 * random.f64()) as usize,
            fixed => fixed,
        });
        let differs = cut.bits().zip(reference.bits()).position(|(a, b)| a != b);
        assert!(
            differs.is_none(),
            "{name}: blocks of {size} change the bits of sample {differs:?}"
        );
    }
}

/// The same where it wakes from a rest: a noise, silence beyond the tail, and a click whose call goes on into silence.
pub fn splits_wake_with_the_same_bits<E: Effect + Default>(name: &str, settings: &E::Settings) {
    let rest = match prepared::<E>(settings, RATE).tail() {
        Tail::Samples(tail) => tail.min(frames(12.0, RATE) as u64) as usize,
        Tail::Infinite => return,
    };
    let mut audio = Audio::silence(0.5 + rest as f64 / RATE, RATE);
    for channel in &mut audio.main {
        channel[..101]
            .copy_from_slice(&signals::white_noise(-12.0, 0.01, RATE, signals::SEED)[..101]);
        channel[rest + 12_002] = 0.5;
    }
    let reference = run(&mut prepared::<E>(settings, RATE), &audio, &[], || usize::MAX / 2);
    let mut random = signals::random(signals::SEED);
    for cut in ["in calls of 7", "after a rest in calls of 64", "in random calls"] {
        let mut at = 0;
        let output = run(&mut prepared::<E>(settings, RATE), &audio, &[], || {
            let frames = match cut {
                "in calls of 7" => 7,
                "in random calls" => 2f64.powf(10.0 * random.f64()) as usize,
                // The noise ends in a part of a block, the other part of which brings all others into line.
                _ if at == 0 => 101,
                _ if at == 101 => 11,
                _ if at < rest + 11_900 => 64,
                _ => 5,
            };
            at += frames;
            frames
        });
        let differs = output.bits().zip(reference.bits()).position(|(a, b)| a != b);
        assert!(differs.is_none(), "{name}: waking {cut} changes the bits of sample {differs:?}");
    }
}

/// At every sample rate the level of each 100 ms is the same within a tolerance (what is below
/// -60 dBFS counts as that), that of the whole within half of it, and the latency is the same in
/// seconds, or in samples where that is what a filter takes.
pub fn rates_agree<E: Effect + Default>(name: &str, settings: &E::Settings, tolerance_db: f64) {
    let seconds = 1.5;
    let levels = |rate: f64| -> (Vec<f64>, usize) {
        let mut effect = prepared::<E>(settings, rate);
        let output = whole(&mut effect, &Audio::programme(seconds, rate));
        let edge = |k: usize| frames(0.1 * k as f64, rate);
        let spans = (0..15).map(|k| (k, k + 1)).chain([(0, 15)]);
        let windows = spans.map(|(from, to)| output.level_db(edge(from), edge(to))).collect();
        (windows, effect.latency_samples())
    };
    let (reference, reference_latency) = levels(RATE);
    for rate in RATES {
        let (windows, latency) = levels(rate);
        let late_by_s = latency as f64 / rate - reference_latency as f64 / RATE;
        assert!(
            latency == reference_latency || late_by_s.abs() < 1.1 / RATES[0],
            "{name}: {latency} samples late at {rate} Hz, {reference_latency} at {RATE} Hz"
        );
        for (k, (level, expected)) in windows.iter().zip(&reference).enumerate() {
            let apart = (level.max(-60.0) - expected.max(-60.0)).abs();
            assert!(
                apart <= if k == 15 { 0.5 * tolerance_db } else { tolerance_db },
                "{name}: {level:.2} dB at {rate} Hz, {expected:.2} dB at {RATE} Hz, window {k}"
            );
        }
    }
}

/// NaN, infinities and 1e30 at the main or the sidechain input: the output stays finite. What is not
/// a number leaves no trace after 100 ms and the tail (or `recovery_s`, whichever is longer); 1e30
/// (taken for +60 dBFS) leaves less than -40 dBFS.
pub fn bad_input_recovers<E: Effect + Default>(
    name: &str,
    settings: &E::Settings,
    recovery_s: f64,
) {
    let (wait_s, ends) = match prepared::<E>(settings, RATE).tail() {
        Tail::Samples(tail) => (0.1 + recovery_s.max(tail as f64 / RATE), true),
        Tail::Infinite => (1.0, false),
    };
    let (wait_s, ends) = (wait_s.min(6.0), ends && wait_s <= 6.0);
    let (bad_at, after) = (9600, 9600 + 32 + frames(wait_s, RATE));
    let clean = Audio::programme((after + 9600) as f64 / RATE, RATE);
    let undisturbed = whole(&mut prepared::<E>(settings, RATE), &clean);
    for [bad, other] in [[f32::NAN; 2], [f32::INFINITY, f32::NEG_INFINITY], [1e30, -1e30]] {
        for at_key in [false, true] {
            let mut audio = clean.clone();
            let input = if at_key { &mut audio.key } else { &mut audio.main };
            input[0][bad_at..bad_at + 3].fill(bad);
            input[1][bad_at + 1..bad_at + 16].fill(bad);
            input[1][bad_at + 16..bad_at + 32].fill(other);
            let output = run(&mut prepared::<E>(settings, RATE), &audio, &[], || 64);
            let place = if at_key { "the key" } else { "the input" };
            assert!(output.is_finite(), "{name}: {bad} at {place} gives no number");
            if ends {
                let left = output.difference_db(&undisturbed, after);
                let limit = if bad.is_finite() { -40.0 } else { -90.0 };
                assert!(left < limit, "{name}: {bad} at {place} leaves {left:.1} dBFS");
            }
        }
    }
}

/// At the settings given, loud audio gives finite output, and silence afterwards lets it decay (or,
/// with an infinite tail, keeps it from growing). At the lowest and highest usual rate and beyond.
pub fn stays_finite_and_decays<E: Effect + Default>(name: &str, settings: &E::Settings)
where
    E::Settings: Debug,
{
    for rate in [22_050.0, 48_000.0, 192_000.0] {
        let mut effect = prepared::<E>(settings, rate);
        let mut audio = Audio::programme(0.3, rate);
        let noise = signals::both(signals::white_noise(0.0, 0.3, rate, signals::SEED));
        for (channel, noise) in audio.main.iter_mut().zip(noise) {
            channel.iter_mut().zip(noise).for_each(|(sample, noise)| *sample += noise);
        }
        let driven = whole(&mut effect, &audio);
        let say = |what: &str| format!("{name}: {what} at {rate} Hz with {settings:?}");
        assert!(driven.is_finite(), "{}", say("no number"));
        let tail_s = match effect.tail() {
            Tail::Samples(tail) => tail as f64 / rate,
            Tail::Infinite => f64::INFINITY,
        };
        let rest_s = (tail_s + 0.15).min(2.0);
        let rest = whole(&mut effect, &Audio::silence(rest_s, rate));
        assert!(rest.is_finite(), "{}", say("no number in the tail"));
        let (loud, end) = (driven.level_db(0, audio.frames()), rest.main[0].len());
        let window = frames(0.05, rate);
        let late = rest.level_db(end - window, end);
        if tail_s + 0.15 <= 2.0 {
            let limit = loud.max(0.0) - 90.0;
            assert!(
                late < limit,
                "{}: {late:.1} of {loud:.1} dBFS",
                say("sounds on after its tail")
            );
        } else {
            let early = rest.level_db(0, end / 2).max(loud);
            assert!(late < early + 1.0, "{}: {early:.1} to {late:.1} dBFS", say("grows"));
        }
    }
}

/// After `prepare` nothing allocates: not `process`, `set`, `reset`, `latency_samples` or `tail`.
/// Needs the allocator of this crate, which is in every binary that links it.
pub fn nothing_allocates<E: Effect + Default>(
    name: &str,
    settings: &E::Settings,
    other: &E::Settings,
) {
    let mut audio = Audio::programme(0.2, RATE);
    let mut feed = signals::both(vec![0.0; audio.frames()]);
    let mut effect = prepared::<E>(settings, RATE);
    let before = violations();
    assert_no_alloc::assert_no_alloc(|| {
        for (k, at) in (0..audio.frames() - 128).step_by(128).enumerate() {
            match k % 16 {
                3 => effect.set(other),
                9 => effect.set(settings),
                15 => effect.reset(),
                _ => {}
            }
            let [left, right] = &mut audio.main;
            let [feed_left, feed_right] = &mut feed;
            let part = at..at + 128;
            let io = Io::stereo(&mut left[part.clone()], &mut right[part.clone()])
                .with_key(&audio.key[0][part.clone()], &audio.key[1][part.clone()])
                .with_feed(&mut feed_left[part.clone()], &mut feed_right[part]);
            effect.process(io);
            let _ = (effect.latency_samples(), effect.tail());
        }
    });
    let count = violations() - before;
    assert_eq!(count, 0, "{name}: allocates on the audio thread");
}

#[cfg(debug_assertions)]
fn violations() -> u32 {
    assert_no_alloc::violation_count()
}

// Release builds do not count.
#[cfg(not(debug_assertions))]
fn violations() -> u32 {
    0
}

/// Moving a setting under a low sine makes no click: at once, and there and back ten times a second
/// in small steps as automation comes. `at` gives the settings at 0..1. The limit is the level of
/// [`measure::click_db`], or 6 dB above what the effect adds at rest.
pub fn a_sweep_has_no_click<E: Effect + Default>(
    name: &str,
    limit_db: f64,
    at: impl Fn(f32) -> E::Settings,
) {
    let sine = signals::both(signals::sine(150.0, -12.0, 1.0, RATE));
    let audio = Audio { key: sine.clone(), main: sine };
    let clicks = |start: f32, sets: &[(usize, E::Settings)]| -> f64 {
        let output = run(&mut prepared::<E>(&at(start), RATE), &audio, sets, || 64);
        let channels = output.main.iter().chain(&output.feed);
        let heard = channels.filter(|channel| measure::peak_db(channel) > -80.0);
        heard.map(|channel| measure::click_db(channel, RATE)).fold(-300.0, f64::max)
    };
    let resting = [0.0, 0.5, 1.0].map(|x| clicks(x, &[])).into_iter().fold(-300.0, f64::max);
    let jumps: Vec<_> = (1..10).map(|k| (k * 4817, at((k % 2) as f32))).collect();
    let swept: Vec<_> = (40..720)
        .map(|k| {
            let phase = (k * 64) as f32 / 4800.0;
            (k * 64, at(1.0 - (2.0 * phase.fract() - 1.0).abs()))
        })
        .collect();
    for (sets, how) in [(jumps, "a jump"), (swept, "a sweep")] {
        let level = clicks(0.0, &sets);
        assert!(
            level < limit_db.max(resting + 6.0),
            "{name}: {how} clicks at {level:.1} dB (at rest {resting:.1} dB)"
        );
    }
}

/// The latency that is reported is the delay that is measured, at settings that keep the signal
/// recognisable.
pub fn latency_is_the_measured_delay<E: Effect + Default>(name: &str, settings: &E::Settings) {
    for rate in [44_100.0, 96_000.0] {
        let mut effect = prepared::<E>(settings, rate);
        let noise = signals::both(signals::white_noise(-40.0, 0.2, rate, signals::SEED));
        let output = whole(&mut effect, &Audio { main: noise.clone(), key: noise.clone() });
        let measured = measure::delay_samples(&noise[0][..4096], &output.main[0], 3000);
        assert_eq!(measured, effect.latency_samples(), "{name}: measured, reported at {rate} Hz");
    }
}
