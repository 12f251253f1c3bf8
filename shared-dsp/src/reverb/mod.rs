//! The reverb of Space: the room model played from a send.
//!
//! What goes in comes out as early reflections and late field, in the proportion that Barron gives
//! a listener in the middle of the room, and together as loud as it went in (pink noise,
//! BS.1770), whatever the room and the decay.

mod cuts;
mod settings;

pub use settings::ReverbSettings;

use crate::effect::{Effect, Io, Tail};
use crate::room::loudness::{BANDS, early_colour, total_weight};
use crate::room::{
    BLOCK, Block, Early, Exchange, Late, LateSettings, Onset, RUN, Ramp, RoomSettings, SILENT,
    Shoebox, Source, TapRequest, load, store,
};
use crate::simd::level;
use crate::units::{bits, db_to_gain, is_silent, ms_to_samples};
use cuts::Cuts;
use fearless_simd::{Simd, dispatch};

/// Longest predelay in s: 1/2 at 60 bpm.
const PREDELAY_S: f64 = 2.0;
/// The send stands this share of the room's length in front of the listener, and a little aside.
const PLACE: f64 = 0.35;
const AZIMUTH_DEG: f64 = 9.0;
/// Time in which levels follow.
const GLIDE_MS: f32 = 30.0;

/// Early reflections and late field of a room, 100 % wet.
#[derive(Clone, Debug, Default)]
pub struct Reverb {
    rate: f64,
    settings: ReverbSettings,
    applied: ReverbSettings,
    cuts: Cuts,
    early: Early,
    late: Late,
    early_gain: Ramp,
    /// The level of the late field goes in with its input, so that a field which sounds already is not
    /// lifted by a longer decay; the fader follows.
    late_feed: Ramp,
    late_gain: Ramp,
    /// What goes into the late field: the predelay, and the one before while it fades.
    predelay: [usize; 2],
    fade: Ramp,
    exchange: Exchange,
    /// Nothing sounds and nothing moves: until that changes, nothing is worked out.
    resting: bool,
}

/// The room, and where the send stands in it.
pub fn send_in(room: &RoomSettings) -> (Shoebox, Source) {
    let shoebox = Shoebox::new(room);
    (shoebox, shoebox.source(PLACE * shoebox.size_m[1], AZIMUTH_DEG))
}

/// Gain of the late field alone in that room, early reflections off: the room feeds of Distance are
/// measured by it.
pub fn late_level(room: &RoomSettings) -> f64 {
    let settings = ReverbSettings { room: *room, ..Default::default() };
    Plan::new(&settings, 48_000.0).late_feed.into()
}

/// What follows from the settings.
struct Plan {
    taps: TapRequest,
    late: LateSettings,
    early_gain: f32,
    late_feed: f32,
    late_gain: f32,
    predelay: usize,
}

impl Plan {
    fn new(settings: &ReverbSettings, rate: f64) -> Self {
        let room = settings.room.sane();
        let (shoebox, source) = send_in(&room);
        let late = Onset::new(&shoebox).share;
        let early = 1.0 - late;
        let colour_hz = f64::from(settings.xover_high_hz.clamp(500.0, 20_000.0));
        let weighted: f64 = early_colour(&shoebox, &source, colour_hz)
            .iter()
            .zip(BANDS)
            .map(|(colour, (_, weight))| weight * (early * colour + late))
            .sum();
        let level = (total_weight() / weighted).sqrt() as f32;
        let predelay =
            ms_to_samples(settings.predelay_ms.clamp(0.0, (1000.0 * PREDELAY_S) as f32), rate);
        Self {
            taps: TapRequest { shoebox, source, energy: early, predelay, colour_hz },
            late: LateSettings {
                room,
                xover_low_hz: settings.xover_low_hz,
                xover_high_hz: settings.xover_high_hz,
                diffusion: settings.diffusion,
                mod_depth: settings.mod_depth,
                mod_rate_hz: settings.mod_rate_hz,
                freeze: settings.freeze,
            },
            early_gain: level * fader(settings.early_db),
            late_feed: level * late.sqrt() as f32,
            late_gain: fader(settings.late_db),
            predelay: predelay.round() as usize,
        }
    }
}

/// Gain of a level whose lower end (-60 dB) is off.
fn fader(db: f32) -> f32 {
    if db > -60.0 { db_to_gain(db.min(24.0)) } else { 0.0 }
}

/// Both sides become the sum of both, times `gain`.
fn fold([left, right]: &mut [Block; 2], gain: f32) {
    for (l, r) in left.iter_mut().zip(right) {
        let both = (*l + *r) * gain;
        (*l, *r) = (both, both);
    }
}

impl Reverb {
    fn ramps(&mut self) -> [&mut Ramp; 4] {
        [&mut self.early_gain, &mut self.late_feed, &mut self.late_gain, &mut self.fade]
    }

    fn aim(&mut self, plan: &Plan) {
        self.late.set(&plan.late);
        self.early_gain.set(plan.early_gain);
        self.late_feed.set(plan.late_feed);
        self.late_gain.set(plan.late_gain);
        self.cuts.set(&self.settings);
        self.applied = self.settings;
    }

    /// Follows the settings: at once where nothing sounds, or as soon as the last crossfades are over.
    fn follow(&mut self) {
        if self.settings == self.applied {
            return;
        }
        if self.is_idle() {
            let plan = Plan::new(&self.settings, self.rate);
            self.early.jump(&plan.taps);
            self.settle(&plan);
        } else if self.early.is_ready() && self.fade.rests_on(1.0) {
            let plan = Plan::new(&self.settings, self.rate);
            if self.early.designed() != Some(&plan.taps) {
                self.early.change(&plan.taps);
            }
            if plan.predelay != self.predelay[0] {
                self.predelay = [plan.predelay, self.predelay[0]];
                self.fade.set(0.0);
                self.fade.settle();
                self.fade.set(1.0);
            }
            self.aim(&plan);
        }
    }

    /// Takes all settings but those of the early reflections at once. The late field does so when it
    /// wakes.
    fn settle(&mut self, plan: &Plan) {
        self.aim(plan);
        self.cuts.reset();
        self.predelay = [plan.predelay; 2];
        self.fade.set(1.0);
        self.ramps().into_iter().for_each(Ramp::settle);
    }

    /// Whole blocks in a row, of which each comes out while the next one goes in; how many of them.
    #[inline(always)]
    fn run<S: Simd>(&mut self, simd: S, [left, right]: [&mut [Block]; 2]) -> usize {
        self.follow();
        // Settings that wait for a crossfade are looked at before every block.
        let longest = if self.settings == self.applied { RUN } else { 1 };
        let mut run = [[SILENT; 2]; RUN + 1];
        let blocks = left.len().min(longest);
        run[0] = self.exchange.output;
        for (block, (left, right)) in run[1..].iter_mut().zip(left.iter().zip(&*right)).take(blocks)
        {
            *block = [*left, *right];
        }
        self.work(simd, &mut run[1..=blocks]);
        for (block, (left, right)) in run.iter().zip(left.iter_mut().zip(right)).take(blocks) {
            [*left, *right] = *block;
        }
        self.exchange.output = run[blocks];
        blocks
    }

    /// Blocks become what the room makes of them, each step for all of them.
    #[inline(always)]
    fn work<S: Simd>(&mut self, simd: S, blocks: &mut [[Block; 2]]) {
        let mut faders = [[Ramp::default(); 2]; RUN];
        let mut late = [[SILENT; 2]; RUN];
        for ((block, faders), late) in blocks.iter_mut().zip(&mut faders).zip(&mut late) {
            let silent = bits(block.as_flattened()) << 1 == 0;
            self.cuts.process(block);
            self.early.push([load(simd, &block[0]), load(simd, &block[1])]);
            self.ramps().into_iter().for_each(Ramp::next_block);
            *faders = [self.early_gain, self.late_gain];
            let idle = self.is_idle();
            if !idle {
                *late =
                    self.late.process(&store(self.late_feed.applied(simd, self.fed().each_ref())));
            }
            self.resting = idle
                && silent
                && self.cuts.is_still()
                && self.ramps().iter().all(|ramp| ramp.is_settled());
        }
        self.early.process(simd, blocks);
        for ((block, [early_gain, late_gain]), late) in
            blocks.iter_mut().zip(&faders).zip(&mut late)
        {
            if self.settings.mono {
                fold(block, self.early.mono_gain());
                fold(late, std::f32::consts::FRAC_1_SQRT_2);
            }
            let (early, late) = (
                early_gain.applied(simd, block.each_ref()),
                late_gain.applied(simd, late.each_ref()),
            );
            *block = store([early[0] + late[0], early[1] + late[1]]);
        }
    }

    /// The input of the late field.
    fn fed(&self) -> [Block; 2] {
        let [now, before] = self.predelay.map(|delay| self.early.delayed(delay));
        if self.fade.rests_on(1.0) {
            return now.map(|block| *block);
        }
        std::array::from_fn(|side| {
            std::array::from_fn(|t| {
                let share = self.fade.at(t);
                before[side][t] + (now[side][t] - before[side][t]) * share
            })
        })
    }

    /// Whether nothing sounds any more: such a reverb costs next to nothing.
    pub fn is_idle(&self) -> bool {
        self.early.is_idle() && self.late.is_idle()
    }

    /// Whether nothing sounds and nothing moves, so that silence can be passed over.
    pub fn is_resting(&self) -> bool {
        self.resting
    }

    /// Passes over frames of silence in a rest.
    pub fn skip(&mut self, frames: usize) {
        self.exchange.skip(frames);
    }
}

impl Effect for Reverb {
    type Settings = ReverbSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &ReverbSettings) {
        self.rate = sample_rate_hz;
        self.settings = *settings;
        let plan = Plan::new(settings, sample_rate_hz);
        self.early.prepare(sample_rate_hz, PREDELAY_S, &plan.taps);
        self.late.prepare(sample_rate_hz, &plan.late);
        self.cuts.prepare(sample_rate_hz, settings);
        for ramp in self.ramps() {
            ramp.configure(GLIDE_MS, sample_rate_hz);
        }
        self.reset();
    }

    fn reset(&mut self) {
        if self.rate == 0.0 {
            return;
        }
        let plan = Plan::new(&self.settings, self.rate);
        self.early.reset(&plan.taps);
        self.settle(&plan);
        self.late.reset();
        self.exchange = Exchange::default();
        self.resting = false;
    }

    fn set(&mut self, settings: &ReverbSettings) {
        self.resting &= *settings == self.settings;
        self.settings = *settings;
    }

    fn process(&mut self, mut io: Io<'_>) {
        if self.resting {
            if io.main.iter().all(|lane| is_silent(lane)) {
                io.main.iter_mut().for_each(|lane| lane.fill(0.0));
                self.skip(io.frames());
                return;
            }
            self.resting = false;
        }
        io.sanitize();
        let frames = io.frames();
        let mut done = 0;
        while done < frames && self.rate > 0.0 {
            if self.exchange.phase() == 0 && frames - done >= BLOCK {
                let [left, right] = &mut io.part(done, frames).main;
                let audio = [left.as_chunks_mut().0, right.as_chunks_mut().0];
                done += BLOCK * dispatch!(level(), simd => self.run(simd, audio));
                continue;
            }
            let count = self.exchange.left().min(frames - done);
            let part = &mut io.part(done, done + count).main;
            // A block whose beginning is heard has to be played to its end.
            self.resting &= part.iter().all(|lane| is_silent(lane));
            self.exchange.trade(part);
            done += count;
            if self.exchange.advance(count) {
                self.follow();
                // Nothing is left of it for a block whose beginning is passed over.
                let mut block = std::mem::take(&mut self.exchange.input);
                let one = std::slice::from_mut(&mut block);
                dispatch!(level(), simd => self.work(simd, one));
                self.exchange.output = block;
            }
        }
    }

    fn tail(&self) -> Tail {
        if self.settings.freeze {
            return Tail::Infinite;
        }
        // 120 dB of the slowest band, and everything that delays.
        let longest = self.settings.room.rt60s().into_iter().fold(0.0f32, f32::max);
        let decay = (2.2 * f64::from(longest) * self.rate) as u64;
        Tail::Samples(decay + (self.early.memory_samples() + self.late.memory_samples()) as u64)
    }
}
