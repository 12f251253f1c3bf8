//! Hold loudness: the gain that makes a programme as loud at its place as where it was recorded.
//!
//! A gain that holds pink noise misses a voice or a drum by several LU: it has another spectrum, which
//! air and room colour, and pauses, which a room fills and which the gates of BS.1770 leave out. So
//! every 100 ms a record is kept, for three seconds, of the last 400 ms in octave bands, and of what a
//! room of this decay would still sound of everything before. From these records follows what a meter
//! would read at any place, also at one that was never heard yet: a moving source is right at once.
//!
//! At rest that estimate is corrected by measurement, since it knows nothing of how reflections
//! interfere: the loudness of what is played, and of what would be played where it was recorded (its
//! own early reflections are worked out for that; the late field is the same but for its level). What a
//! gain of the programme so far still misses, an account makes good: a part of it at once, and what is
//! missed all the time. The gain changes every 100 ms. What the last 400 ms missed moves it by 2 dB at most
//! up or down, all else averages over seconds: nothing pumps.

mod account;
mod programme;

use super::XOVER_HZ;
use super::cues::{Balance, Place, Scene};
use crate::k_weighting::KWeighting;
use crate::room::{BLOCK, Block, Early, RUN, SILENT, TapRequest, load};
use crate::simd::level;
use account::{Account, Hop};
use fearless_simd::{Simd, dispatch};
use multiversion::multiversion;
use programme::{Programme, Record, gated};

/// Time between two records in s.
const HOP_S: f64 = 0.1;
/// After so many records what was assumed before them counts no more.
const SURE: f64 = 8.0;
/// Records and hops after a move that still hold what was before.
const STALE: usize = 5;
/// A late field that is fainter here than there by more than this, as a power, after the gain of this
/// place, does not stand for the one there: what sounds of an earlier place would be lifted too much.
const FAINT: f64 = 16.0;
/// Nor does one that has lost this much more in all bands together than in the lowest, which no air takes.
const DULL: f64 = 4.0;
/// Fastest move of a correction, in nepers of power per record: 4 dB/s.
const CORRECTION: f64 = 0.092;

/// What was measured against what the records tell.
#[derive(Clone, Copy, Debug, Default)]
struct Correction {
    /// Records since the last move.
    since: usize,
    /// In nepers of power.
    now: f64,
}

impl Correction {
    fn moved(&mut self) {
        self.since = 0;
    }

    fn follow(&mut self, programme: &Programme, balance: &Balance, side: usize) {
        self.since += 1;
        let count = self.since.saturating_sub(STALE).min(programme.heard());
        let records = programme.last(count);
        let measured = gated(records.clone(), |record| record.measured[side]).measured[side];
        let told = gated(records, |record| record.power(balance)).power(balance);
        let wanted = apart(measured, told) * trust(count);
        self.now += (wanted - self.now).clamp(-CORRECTION, CORRECTION);
    }
}

/// How far one power is above another, in nepers; 0 where there is silence.
fn apart(power: f64, other: f64) -> f64 {
    if power > 1e-12 && other > 1e-12 { (power / other).ln() } else { 0.0 }
}

/// How much a number of records counts against what is assumed without them.
fn trust(records: usize) -> f64 {
    (records as f64 / SURE).min(1.0)
}

/// Everything that is listened to, of blocks in a row (at most [`RUN`]).
pub(super) struct Heard<'a> {
    /// The input.
    pub raw: &'a [[Block; 2]],
    /// The output.
    pub played: &'a [[Block; 2]],
    /// The late field in it, where it sounds.
    pub late: &'a [Option<[Block; 2]>],
    /// Whether the late field is elsewhere.
    pub feed: bool,
    /// How much later than the input the output is, in s.
    pub flight_s: f64,
}

/// The gain of one placement.
#[derive(Clone, Debug, Default)]
pub(super) struct Hold {
    blocks: u32,
    blocks_per_hop: u32,
    hop_s: f64,
    programme: Programme,
    early: Early,
    /// Gains where it was recorded: of the early reflections, and of the late field against here.
    early_gain: f32,
    late_gain: f32,
    /// Whether the late field here is too faint, or too dull, to tell of the one there.
    far: bool,
    /// What the room would give back there in the next block.
    room: [Block; 2],
    // Lanes: left and right where it was recorded, left and right here.
    weighting: KWeighting<4>,
    sums: [f64; 2],
    corrections: [Correction; 2],
    /// Mean loudness (as a power) where it was recorded, and the mean programme that passes the gates here.
    reference: f64,
    here: Record,
    there: Balance,
    account: Account,
    /// What of it is in the gain.
    paid: [f64; 2],
    gain: f64,
    /// There is a new record since the gain was worked out.
    news: bool,
}

impl Hold {
    pub(super) fn prepare(&mut self, sample_rate_hz: f64, scene: &Scene) {
        self.blocks_per_hop = (HOP_S * sample_rate_hz / BLOCK as f64).round().max(1.0) as u32;
        self.hop_s = f64::from(self.blocks_per_hop) * BLOCK as f64 / sample_rate_hz;
        self.weighting = KWeighting::new(sample_rate_hz);
        self.programme.prepare(sample_rate_hz);
        self.account.prepare();
        self.early.prepare(sample_rate_hz, 0.0, &taps(scene));
        self.reset(scene);
    }

    /// Forgets all audio.
    pub(super) fn reset(&mut self, scene: &Scene) {
        self.programme.reset();
        self.resume();
        self.early.reset(&taps(scene));
        self.news = false;
        self.weighting.reset();
        self.room = Default::default();
        self.corrections = Default::default();
        self.gain = 1.0;
    }

    /// Begins to listen again, after a time in which it was off.
    pub(super) fn resume(&mut self) {
        self.account.reset();
        (self.blocks, self.sums) = (0, [0.0; 2]);
    }

    /// Whether the gain may have changed by itself.
    pub(super) fn has_news(&self) -> bool {
        self.news || self.paid != self.account.due()
    }

    /// The gain of a place.
    pub(super) fn gain(&mut self, scene: &Scene, place: &Place, moved: bool) -> f64 {
        let here = scene.balance(place);
        if self.there != scene.reference {
            self.there = scene.reference;
            self.early.jump(&taps(scene));
            self.corrections[0].moved();
        }
        if moved {
            self.corrections[1].moved();
            self.account.moved();
        }
        if std::mem::take(&mut self.news) {
            self.weigh(&here);
        }
        self.early_gain = scene.early_there().sqrt() as f32;
        let log = |reference: f64, here: f64| (reference.max(1e-12) / here.max(1e-12)).ln();
        let assumed = log(Record::PINK.power(&self.there), Record::PINK.power(&here));
        let known = trust(self.programme.heard());
        let [reference, correction] = self.corrections.map(|correction| correction.now);
        let told = log(self.reference, self.here.power(&here)) + reference - correction;
        let apart = if known > 0.0 { assumed + (told - assumed) * known } else { assumed };
        self.paid = self.account.due();
        self.gain = (0.5 * (apart + self.paid.iter().sum::<f64>())).exp().min(1000.0);
        let heard = if known > 0.0 { &self.here } else { &Record::PINK };
        let late = heard.late_power(&self.there) / heard.late_power(&here).max(1e-12);
        let low = self.there.late[0] / here.late[0].max(1e-12);
        self.far = late > f64::min(DULL * low, FAINT * (self.gain * self.gain).max(1.0));
        self.late_gain = if self.far { 0.0 } else { (late.sqrt() / self.gain) as f32 };
        self.gain
    }

    fn weigh(&mut self, here: &Balance) {
        let [reference, correction] = &mut self.corrections;
        reference.follow(&self.programme, &self.there, 0);
        correction.follow(&self.programme, here, 1);
        let records = self.programme.last(usize::MAX);
        let there = gated(records.clone(), |record| record.power(&self.there));
        self.reference = there.power(&self.there);
        self.here = gated(records, |record| record.power(here));
    }

    /// Blocks until there may be news.
    pub(super) fn blocks_left(&self) -> usize {
        (self.blocks_per_hop - self.blocks) as usize
    }

    /// Hears blocks, no more than are left.
    pub(super) fn hear(&mut self, heard: &Heard<'_>, scene: &Scene, place: &Place) {
        dispatch!(level(), simd => self.listen(simd, heard));
        self.blocks += heard.raw.len() as u32;
        if self.blocks >= self.blocks_per_hop {
            self.finish_hop(heard, scene, place);
        }
    }

    #[inline(always)]
    fn listen<S: Simd>(&mut self, simd: S, heard: &Heard<'_>) {
        for raw in heard.raw {
            self.programme.hear(raw);
            let [left, right] = raw;
            let gain = self.early_gain;
            self.early.push([load(simd, left) * gain, load(simd, right) * gain]);
        }
        let mut rooms = [[SILENT; 2]; RUN];
        self.early.process(simd, &mut rooms[..heard.raw.len()]);
        let blocks = heard.raw.iter().zip(heard.played).zip(heard.late);
        for (((raw, played), late), room) in blocks.zip(rooms) {
            let mut there = *raw;
            for (there, room) in there.as_flattened_mut().iter_mut().zip(self.room.as_flattened()) {
                *there += room;
            }
            let [[a, b], [c, d]] = [&there, played];
            let [there, here] = weigh(&mut self.weighting, [a, b, c, d]);
            self.sums[0] += there;
            self.sums[1] += here;
            // What a room gives back comes a block later.
            self.room = room;
            if let Some(late) = late {
                let late = late.as_flattened();
                for (room, late) in self.room.as_flattened_mut().iter_mut().zip(late) {
                    *room += self.late_gain * late;
                }
            }
        }
    }

    fn finish_hop(&mut self, heard: &Heard<'_>, scene: &Scene, place: &Place) {
        let Heard { feed, flight_s, .. } = *heard;
        let frames = f64::from(self.blocks_per_hop) * BLOCK as f64;
        let mut hop = self.programme.take_hop(frames, self.hop_s, scene);
        let scale = 1.0 / (frames * programme::HOPS as f64);
        hop.measured = [scale * self.sums[0], scale * self.sums[1] / (self.gain * self.gain)];
        // A late field that is not heard here is told from the programme.
        if feed || self.far {
            hop.measured[0] += hop.late_power(&self.there);
        }
        if feed {
            hop.measured[1] += hop.late_power(&scene.balance(place));
        }
        let [there, played] = [hop.measured[0], hop.measured[1] * self.gain * self.gain];
        self.weighting.flush();
        (self.blocks, self.sums) = (0, [0.0; 2]);
        let sounds = self.programme.keep(hop);
        self.news |= sounds;
        let late_by = (flight_s / self.hop_s).round() as usize;
        self.account.enter(&Hop { there, played, late_by, sounds });
    }
}

/// Energies of a block after the weighting: there, and here. Wider vectors give the same bits.
#[multiversion(targets("x86_64+avx"))]
fn weigh(weighting: &mut KWeighting<4>, audio: [&Block; 4]) -> [f64; 2] {
    let mut weighed = *weighting;
    let mut sums = [0.0; 4];
    for t in 0..BLOCK {
        let frame = [audio[0][t], audio[1][t], audio[2][t], audio[3][t]].map(f64::from);
        let y = weighed.tick(frame);
        for lane in 0..4 {
            sums[lane] += y[lane] * y[lane];
        }
    }
    *weighting = weighed;
    [sums[0] + sums[1], sums[2] + sums[3]]
}

/// The reflections where it was recorded.
fn taps(scene: &Scene) -> TapRequest {
    TapRequest {
        shoebox: scene.shoebox,
        source: scene.place(scene.recorded_at_m, 0.0).source,
        energy: 1.0,
        predelay: 0.0,
        colour_hz: f64::from(XOVER_HZ[1]),
    }
}
