//! What distance and direction do to a source, as numbers: pure functions of the settings that the
//! audio, the editor and the tests share.

use super::PlacementSettings;
use crate::air::{REACH_M, room_air_db_per_m};
use crate::reverb::late_level;
use crate::room::loudness::{BANDS, early_colour};
use crate::room::{Onset, SPEED_OF_SOUND, Shoebox, Source, barron};
use crate::stereo::PanLaw;

/// Corner above which `room.high` holds, in Hz, and below which `room.low` does.
pub(super) const XOVER_HZ: [f32; 2] = [250.0, 4000.0];
/// Nearer than this, in m, a microphone's bass rises.
const NEAR_M: f64 = 1.0;
/// A source is wide when it subtends more than this share of a quarter turn: farther than half of its
/// own width it does not.
const WIDE: f64 = 0.6;
/// Most of the treble that a wide source's far side gives to the near one.
const SHADE: f64 = 0.6;
/// Bounds of the distance in m.
pub(super) const DISTANCE_M: [f64; 2] = [0.1, 100.0];

/// What an editor shows of a placement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlacementReadouts {
    /// Level of the direct sound in dB, relative to `recorded_at_m`.
    pub direct_db: f32,
    /// What the air takes at 8 kHz, in dB (negative when it is made good for).
    pub air_loss_8k_db: f32,
    /// Direct-to-reverberant ratio in dB, as heard: with the level law and the levels set.
    pub direct_to_reverberant_db: f32,
    /// How much later than the direct sound the first reflection arrives, in ms.
    pub initial_time_gap_ms: f32,
    /// Width, length and height of the room in m.
    pub dimensions_m: [f32; 3],
    /// Reverberation times below 250 Hz, at mid frequencies and above 4 kHz, in s.
    pub rt60s: [f32; 3],
    /// Distance at which the source stands in the room, in m: less than asked for if the room is too small.
    pub distance_in_room_m: f32,
    /// Whether it is asked nearer than it was recorded. Level, air and the room added here follow, but
    /// the room that is in the recording cannot be taken out.
    pub closer_than_recorded: bool,
    /// Direct-to-reverberant ratio in dB that a recording made in this room at `recorded_at_m` has:
    /// the driest that it can sound.
    pub recorded_ratio_db: f32,
    /// Room Feed without its own output: level in dB, relative to the main output, of a send from
    /// there to a Space that stands for the late field (see [`crate::reverb::late_level`]).
    pub send_db: f32,
}

impl PlacementSettings {
    /// What an editor shows.
    pub fn readouts(&self) -> PlacementReadouts {
        let scene = Scene::new(self);
        let place = scene.place(f64::from(self.distance_m), f64::from(self.azimuth_deg));
        let there = scene.place(scene.recorded_at_m, 0.0);
        let [direct, early, late] = scene.loudness(&place);
        PlacementReadouts {
            direct_db: (20.0 * place.direct.log10()) as f32,
            air_loss_8k_db: (place.air_m * room_air_db_per_m(8000.0)) as f32,
            direct_to_reverberant_db: scene.ratio_db(&place),
            initial_time_gap_ms: (1000.0 * scene.shoebox.initial_time_gap_s(&place.source)) as f32,
            dimensions_m: scene.shoebox.size_m.map(|m| m as f32),
            rt60s: self.room.rt60s(),
            distance_in_room_m: place.source.distance_m as f32,
            closer_than_recorded: place.distance_m < scene.recorded_at_m,
            recorded_ratio_db: scene.ratio_db(&there),
            send_db: in_db(late * scene.feed / (direct + early).max(1e-12)),
        }
    }
}

fn in_db(power: f64) -> f32 {
    (10.0 * power.max(1e-12).log10()) as f32
}

/// Power of a level whose lower end (-60 dB) is off.
fn power(db: f32) -> f64 {
    if db > -60.0 { 10f64.powf(f64::from(db.min(24.0)) / 10.0) } else { 0.0 }
}

/// What does not depend on where the source is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    pub shoebox: Shoebox,
    volume_m3: f64,
    rt60_s: f64,
    late_share: f64,
    pub recorded_at_m: f64,
    level_law: f64,
    air: f64,
    proximity: f64,
    width_m: f64,
    /// Angle that the source subtends where it was recorded.
    angle_there: f64,
    law: PanLaw,
    /// The levels set, as energies.
    pub early_power: f64,
    pub late_power: f64,
    colour: [f64; BANDS.len()],
    /// Power of the feed with which a Space gives the late field the energy 1.
    pub feed: f64,
    /// The air's loss in the lower, middle and upper part of every band.
    air_db_per_m: [[f64; 3]; BANDS.len()],
    /// Reverberation times at low, middle and high frequencies, in s.
    pub rt60s: [f64; 3],
    /// Balance where the recording was made.
    pub reference: Balance,
}

/// Weighted energies in a band.
struct Heard {
    direct: f64,
    early: f64,
    late: f64,
}

/// What the loudness at a place has of each band's energy: of left and right as they come (direct and
/// early), and of what sounds on in the room.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Balance {
    pub straight: [[f64; BANDS.len()]; 2],
    pub late: [f64; BANDS.len()],
}

impl Balance {
    /// All of it as it comes, unweighted.
    pub(super) const PLAIN: Self =
        Self { straight: [[1.0; BANDS.len()]; 2], late: [0.0; BANDS.len()] };
}

/// Where a source is, and what that does to it. Energies are relative to what goes in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub source: Source,
    pub distance_m: f64,
    /// Gain of the direct sound.
    pub direct: f64,
    /// Way through air, in m.
    pub air_m: f64,
    /// Bass rise of the near field, as a gain.
    pub bass: f64,
    /// Energy of the early reflections and of the late field at their physical levels.
    pub early: f64,
    pub late: f64,
    /// Angle that the source subtends, against that of the recording.
    pub spread: f64,
    /// That angle as a share of a quarter turn, at most 1.
    pub wide: f64,
    /// Gains of left and right.
    pub pan: [f64; 2],
    /// The same for the treble.
    pub treble: [f64; 2],
}

impl Scene {
    pub(super) fn new(settings: &PlacementSettings) -> Self {
        let room = settings.room.sane();
        let recorded_at_m = f64::from(settings.recorded_at_m).clamp(DISTANCE_M[0], 10.0);
        let shoebox = Shoebox::new(&room);
        let reference = shoebox.source(recorded_at_m, 0.0);
        let width_m = f64::from(settings.source_width_m.clamp(0.0, 20.0));
        let mut scene = Self {
            shoebox,
            volume_m3: f64::from(room.volume_m3),
            rt60_s: f64::from(room.rt60_s),
            late_share: Onset::new(&shoebox).share,
            recorded_at_m,
            level_law: f64::from(settings.level_law.clamp(0.0, 2.0)),
            air: f64::from(settings.air.clamp(0.0, 8.0)),
            proximity: f64::from(settings.proximity.clamp(0.0, 1.0)),
            width_m,
            angle_there: angle(width_m, recorded_at_m),
            law: settings.pan_law,
            early_power: power(settings.early_db),
            late_power: power(settings.late_db),
            colour: early_colour(&shoebox, &reference, f64::from(XOVER_HZ[1])),
            feed: late_level(&room).powi(-2),
            air_db_per_m: BANDS.map(|(freq_hz, _)| {
                [-1.0, 0.0, 1.0]
                    .map(|third| room_air_db_per_m(freq_hz * f64::powf(2.0, third / 3.0)))
            }),
            rt60s: room.rt60s().map(f64::from),
            reference: Balance::default(),
        };
        scene.reference = scene.balance(&scene.place(recorded_at_m, 0.0));
        scene
    }

    pub(super) fn place(&self, distance_m: f64, azimuth_deg: f64) -> Place {
        let r = distance_m.clamp(DISTANCE_M[0], DISTANCE_M[1]);
        let ratio = self.recorded_at_m / r;
        // Barron's energies, scaled so that the direct sound has that of the input at `recorded_at`.
        let reverberant = barron::reverberant(self.volume_m3, self.rt60_s, r)
            / barron::direct(self.recorded_at_m);
        let near = self.recorded_at_m.min(NEAR_M) / r.min(NEAR_M);
        let wide = ((0.5 * self.width_m / r).atan() / std::f64::consts::FRAC_PI_4).min(1.0);
        let pan = pan_gains(azimuth_deg, self.law);
        Place {
            source: self.shoebox.source(r, azimuth_deg),
            distance_m: r,
            direct: ratio.powf(self.level_law),
            air_m: (self.air * (r - self.recorded_at_m)).clamp(REACH_M[0], REACH_M[1]),
            bass: 1.0 + self.proximity * (near - 1.0),
            early: reverberant * (1.0 - self.late_share),
            late: reverberant * self.late_share,
            spread: angle(self.width_m, r) / self.angle_there,
            wide,
            pan,
            treble: treble_gains(pan, azimuth_deg, wide),
        }
    }

    /// Corner of the near field's bass in Hz: where the wave at the recording's distance turns from
    /// spherical to plane.
    pub(super) fn near_field_hz(&self) -> f64 {
        SPEED_OF_SOUND / (std::f64::consts::TAU * self.recorded_at_m.min(NEAR_M))
    }

    /// Delay of the direct sound in s.
    pub(super) fn flight_s(&self, distance_m: f64) -> f64 {
        (distance_m - self.recorded_at_m).max(0.0) / SPEED_OF_SOUND
    }

    /// Direct-to-reverberant ratio in dB with the levels set.
    fn ratio_db(&self, place: &Place) -> f32 {
        let wet = place.early * self.early_power + place.late * self.late_power;
        in_db(place.direct * place.direct / wet.max(1e-12))
    }

    /// Weighted energies of pink noise at a place: direct, early and late.
    fn loudness(&self, place: &Place) -> [f64; 3] {
        let pan = place.pan.map(|gain| 0.5 * gain * gain).iter().sum::<f64>();
        let mut sum = [0.0; 3];
        for heard in self.heard(place) {
            sum[0] += heard.direct * pan;
            sum[1] += heard.early;
            sum[2] += heard.late;
        }
        sum
    }

    /// The balance at a place.
    pub(super) fn balance(&self, place: &Place) -> Balance {
        let mut balance = Balance::default();
        for (band, heard) in self.heard(place).into_iter().enumerate() {
            for (side, gain) in place.pan.into_iter().enumerate() {
                balance.straight[side][band] = heard.direct * gain * gain + heard.early;
            }
            balance.late[band] = heard.late;
        }
        balance
    }

    /// Energy of the early reflections, as set, where the recording was made.
    pub(super) fn early_there(&self) -> f64 {
        self.place(self.recorded_at_m, 0.0).early * self.early_power
    }

    /// Weighted energies per band of a source in the middle.
    fn heard(&self, place: &Place) -> [Heard; BANDS.len()] {
        let direct = place.direct * place.direct;
        let (early, late) = (place.early * self.early_power, place.late * self.late_power);
        let corner = self.near_field_hz();
        std::array::from_fn(|band| {
            let (freq_hz, weight) = BANDS[band];
            // The loss bends so much inside an octave that its middle does not speak for it.
            let air = self.air_db_per_m[band].map(|db| (-0.230_258_5 * place.air_m * db).exp());
            let weight = weight * air.iter().sum::<f64>() / air.len() as f64;
            let u = (freq_hz / corner).powi(2);
            Heard {
                direct: weight * direct * (place.bass * place.bass + u) / (1.0 + u),
                early: weight * early * self.colour[band],
                late: weight * late,
            }
        })
    }
}

/// Angle that a source subtends in radians; for a point, what is left of it.
fn angle(width_m: f64, distance_m: f64) -> f64 {
    2.0 * (0.5 * width_m.max(0.01) / distance_m).atan()
}

/// Gains of left and right: unity in the middle, and what the law says at the sides.
pub(super) fn pan_gains(azimuth_deg: f64, law: PanLaw) -> [f64; 2] {
    if azimuth_deg == 0.0 {
        return [1.0; 2];
    }
    let place = (azimuth_deg.clamp(-90.0, 90.0) + 90.0) / 180.0;
    let (sin, cos) = (place * std::f64::consts::FRAC_PI_2).sin_cos();
    let power = [cos * std::f64::consts::SQRT_2, sin * std::f64::consts::SQRT_2];
    let sum = [2.0 * (1.0 - place), 2.0 * place];
    match law {
        PanLaw::Db3 => power,
        PanLaw::Db6 => sum,
        PanLaw::Db4_5 => std::array::from_fn(|side| (power[side] * sum[side]).max(0.0).sqrt()),
    }
}

/// Gains of left and right for the treble of a source that subtends a share `wide` of a quarter turn.
///
/// A wide source near by lies round the head: its far side is shaded. As a shelf that takes the treble
/// from one channel and gives it to the other, with the same power, this delays the far channel in the
/// bass by its phase (0.1 to 0.2 ms), has no latency, and sums to mono within 1 dB, where a plain
/// delay would comb.
fn treble_gains(pan: [f64; 2], azimuth_deg: f64, wide: f64) -> [f64; 2] {
    let share = ((wide - WIDE) / (1.0 - WIDE)).clamp(0.0, 1.0);
    if share == 0.0 || azimuth_deg == 0.0 {
        return pan;
    }
    let aside = azimuth_deg.clamp(-90.0, 90.0).to_radians().sin();
    let moved = SHADE * share * aside * pan[0].min(pan[1]);
    let [left, right] = [pan[0] - moved, pan[1] + moved];
    let power = |gains: [f64; 2]| gains[0] * gains[0] + gains[1] * gains[1];
    let scale = (power(pan) / power([left, right])).sqrt();
    [left * scale, right * scale]
}
