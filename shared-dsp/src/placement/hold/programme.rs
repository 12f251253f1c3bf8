//! What a programme is made of: energies in octave bands, and what would sound on of them in a room.

use crate::placement::cues::{Balance, Scene};
use crate::room::loudness::BANDS;
use crate::room::{BLOCK, Block};
use crate::units::add_product;
use multiversion::{multiversion, target::target_cfg_f};

/// Lanes of the filters: the bands of left and those of right, each filled up so that both together make whole
/// vectors.
const SIDE: usize = 12;
const LANES: usize = 2 * SIDE;
/// Quality of each of the two band-passes in a row that make an octave.
const Q: f64 = 0.91;
/// Hops in a record: 400 ms, as a momentary loudness has.
pub(super) const HOPS: usize = 4;
/// Records that are kept: 3 s.
const RECORDS: usize = 30;
/// The gates of BS.1770: -70 LUFS (as power), and 10 dB below the mean of what passes that.
pub(super) const SILENCE: f64 = 1.17e-7;
const GATE: f64 = 0.1;

/// Energies per band: what comes straight (left and right), and what sounds in the room, when all of
/// what goes in comes out as that.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Record {
    straight: [[f64; BANDS.len()]; 2],
    late: [f64; BANDS.len()],
    /// Loudness as powers that was measured: where it was recorded, and here.
    pub(super) measured: [f64; 2],
}

impl Record {
    /// Pink noise of energy 1 in every band.
    pub(super) const PINK: Self =
        Self { straight: [[0.5; BANDS.len()]; 2], late: [1.0; BANDS.len()], measured: [0.0; 2] };

    fn add(&mut self, other: &Self, share: f64) {
        let [left, right] = &mut self.straight;
        for band in 0..BANDS.len() {
            left[band] += share * other.straight[0][band];
            right[band] += share * other.straight[1][band];
            self.late[band] += share * other.late[band];
        }
        self.measured[0] += share * other.measured[0];
        self.measured[1] += share * other.measured[1];
    }

    /// The part of the loudness that the late field has.
    pub(super) fn late_power(&self, balance: &Balance) -> f64 {
        balance.late.iter().zip(self.late).map(|(share, late)| share * late).sum()
    }

    /// Loudness as a power, at a place with this balance.
    pub(super) fn power(&self, balance: &Balance) -> f64 {
        let [left, right] = &self.straight;
        (0..BANDS.len()).fold(0.0, |sum, band| {
            sum + balance.straight[0][band] * left[band]
                + balance.straight[1][band] * right[band]
                + balance.late[band] * self.late[band]
        })
    }
}

/// Band-passes by trapezoidal integration (Simper 2013), as their two states: what the first keeps, what
/// each takes from the other, and what the second takes from the input.
type Filters = [[f32; LANES]; 3];

/// What was heard of the programme.
#[derive(Clone, Debug, Default)]
pub(super) struct Programme {
    filters: Filters,
    states: [[f32; LANES]; 4],
    energies: [f32; LANES],
    /// What the room has still to sound, per band.
    rest: [f64; BANDS.len()],
    hops: [Record; HOPS],
    next_hop: usize,
    records: Vec<Record>,
    next: usize,
}

impl Programme {
    pub(super) fn prepare(&mut self, sample_rate_hz: f64) {
        self.filters = Default::default();
        let audible = BANDS.iter().enumerate().filter(|band| band.1.0 < 0.45 * sample_rate_hz);
        for (lane, (freq_hz, _)) in audible {
            let g = (std::f64::consts::PI * freq_hz / sample_rate_hz).tan();
            let a = 1.0 / (1.0 + g * (g + 1.0 / Q));
            let turn = [2.0 * a - 1.0, 2.0 * g * a, 2.0 * g * g * a];
            for (x, filter) in turn.into_iter().zip(&mut self.filters) {
                (filter[lane], filter[SIDE + lane]) = (x as f32, x as f32);
            }
        }
        self.records = vec![Record::default(); RECORDS];
        self.reset();
    }

    /// Forgets the programme.
    pub(super) fn reset(&mut self) {
        self.states = Default::default();
        self.energies = Default::default();
        (self.next_hop, self.next) = (0, 0);
        self.rest = Default::default();
        self.hops = Default::default();
    }

    /// Hears a block.
    pub(super) fn hear(&mut self, audio: &[Block; 2]) {
        listen(&self.filters, audio, &mut self.states, &mut self.energies);
    }

    /// Energies of the hop that ends, and what of them the room would sound meanwhile.
    pub(super) fn take_hop(&mut self, frames: f64, hop_s: f64, scene: &Scene) -> Record {
        let mut hop = Record::default();
        let scale = (0.5 / Q).powi(4) / (HOPS as f64 * frames);
        for (band, rt60_s) in band_rt60s(scene).into_iter().enumerate() {
            let [left, right] =
                [band, SIDE + band].map(|lane| scale * f64::from(self.energies[lane]));
            (hop.straight[0][band], hop.straight[1][band]) = (left, right);
            // Energy that comes evenly over the hop and leaves exponentially.
            let decay = 6.0 * std::f64::consts::LN_10 * hop_s / rt60_s;
            let (kept, stays) = ((-decay).exp(), (1.0 - (-decay).exp()) / decay);
            let came = left + right;
            hop.late[band] = came * (1.0 - stays) + self.rest[band] * (1.0 - kept);
            self.rest[band] = came * stays + self.rest[band] * kept;
        }
        self.energies = Default::default();
        for state in self.states.as_flattened_mut() {
            *state = if state.abs() < 1e-15 { 0.0 } else { *state };
        }
        hop
    }

    /// Makes a record of the last hops. True unless it is silent, and says nothing.
    pub(super) fn keep(&mut self, hop: Record) -> bool {
        self.hops[self.next_hop % HOPS] = hop;
        self.next_hop += 1;
        let mut record = Record::default();
        self.hops.iter().for_each(|hop| record.add(hop, 1.0));
        if record.power(&Balance::PLAIN) < SILENCE {
            return false;
        }
        // The ring fills from its first place on.
        if let Some(slot) = self.records.get_mut(self.next % RECORDS) {
            *slot = record;
            self.next += 1;
        }
        true
    }

    /// How many records there are.
    pub(super) fn heard(&self) -> usize {
        self.next.min(RECORDS)
    }

    /// The last records.
    pub(super) fn last(&self, count: usize) -> impl Iterator<Item = &Record> + Clone {
        let count = count.min(self.heard());
        (self.next - count..self.next).filter_map(|at| self.records.get(at % RECORDS))
    }
}

/// The power that a window has to exceed to pass the relative gate of BS.1770, by those of all. The one of
/// silence stays out: powers may be those before a gain, far below it.
pub(super) fn gate(powers: impl Iterator<Item = f64>) -> f64 {
    GATE * mean(powers.filter(|power| *power > SILENCE))
}

/// Zero of nothing.
pub(super) fn mean(powers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = powers.fold((0.0, 0.0), |(sum, count), power| (sum + power, count + 1.0));
    sum / f64::max(count, 1.0)
}

/// Mean of what the gates of BS.1770 let pass, by the loudness (as a power) that each record has.
pub(super) fn gated<'a>(
    records: impl Iterator<Item = &'a Record> + Clone,
    power: impl Fn(&Record) -> f64,
) -> Record {
    let gate = gate(records.clone().map(&power));
    let (mut sum, mut count) = (Record::default(), 0.0);
    for record in records.filter(|record| power(record) > gate) {
        sum.add(record, 1.0);
        count += 1.0;
    }
    let mut mean = Record::default();
    mean.add(&sum, 1.0 / f64::max(count, 1.0));
    mean
}

/// Adds up what a block has in every band, times (2 Q)^4. The last bits are the processor's, as in
/// [`crate::room::Early`].
#[multiversion(targets("x86_64+avx+fma", "x86_64+avx"))]
fn listen(
    filters: &Filters,
    audio: &[Block; 2],
    states: &mut [[f32; LANES]; 4],
    energies: &mut [f32; LANES],
) {
    if target_cfg_f!(target_feature = "fma") {
        listen_to::<true>(filters, audio, states, energies);
    } else {
        listen_to::<false>(filters, audio, states, energies);
    }
}

#[inline(always)]
fn listen_to<const FUSED: bool>(
    filters: &Filters,
    [left, right]: &[Block; 2],
    states: &mut [[f32; LANES]; 4],
    energies: &mut [f32; LANES],
) {
    let mut frames = [[0.0; LANES]; BLOCK];
    let [first, second, third, fourth] = states;
    // One filter after the other: the states of both would not fit into the registers.
    let (mut kept, mut other) = (*first, *second);
    for (frame, (left, right)) in frames.iter_mut().zip(left.iter().zip(right)) {
        frame[..SIDE].fill(*left);
        frame[SIDE..].fill(*right);
        band_pass::<FUSED>(filters, &mut kept, &mut other, frame);
    }
    (*first, *second) = (kept, other);
    let (mut kept, mut other, mut sums) = (*third, *fourth, *energies);
    for frame in &mut frames {
        band_pass::<FUSED>(filters, &mut kept, &mut other, frame);
        for lane in 0..LANES {
            sums[lane] = add_product::<FUSED>(sums[lane], frame[lane], frame[lane]);
        }
    }
    (*third, *fourth, *energies) = (kept, other, sums);
}

#[inline(always)]
fn band_pass<const FUSED: bool>(
    [own, other, input]: &Filters,
    first: &mut [f32; LANES],
    second: &mut [f32; LANES],
    frame: &mut [f32; LANES],
) {
    for lane in 0..LANES {
        let v = frame[lane] - second[lane];
        let next = add_product::<FUSED>(own[lane] * first[lane], other[lane], v);
        let kept = add_product::<FUSED>(second[lane], other[lane], first[lane]);
        second[lane] = add_product::<FUSED>(kept, input[lane], v);
        // Twice the band: the state before and after it.
        frame[lane] = first[lane] + next;
        first[lane] = next;
    }
}

/// Reverberation times of the bands.
fn band_rt60s(scene: &Scene) -> [f64; BANDS.len()] {
    let [low, mid, high] = scene.rt60s;
    BANDS.map(|(freq_hz, _)| {
        if freq_hz < 200.0 {
            low
        } else if freq_hz > 5000.0 {
            high
        } else {
            mid
        }
    })
}
