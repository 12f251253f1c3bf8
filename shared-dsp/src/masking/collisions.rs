//! Where and how often two sounds are loud in the same band at the same time.

use super::excitation::{BANDS, STEP_CAMS, band_hz};
use super::{cams_to_hz, hz_to_cams, partial_loudness};
use crate::units::power_to_db;

/// What is quieter is silence, as power: -90 dBFS.
const SILENCE: f32 = 1e-9;
/// A band is loud down to this much below the sound's loudest, as a ratio of power, 15 dB: a third as
/// loud. Bands are compared with 3 dB per octave added up to 4 kHz, about as the ear does.
const LOUD: f32 = 0.0316;
/// And down to this much below its own neighbours within one Cam, 6 dB: what is less is the skirt of
/// a tone beside the band.
const SKIRT: f32 = 0.25;
/// How fast the loudest that was is forgotten, in dB per second.
const FORGET_DB_PER_S: f32 = 1.5;
/// The key suffers where less than this is left of its loudness in the band.
const SUFFERS: f32 = 2.0 / 3.0;
/// A key this much quieter than the track is past help, as a ratio of power: 20 dB.
const LOST: f32 = 0.01;
/// Time over which the shares are taken, in seconds.
const MEMORY_S: f32 = 4.0;
/// Time over which the key's level is taken, in seconds in which it sounds.
const LEVEL_S: f32 = 0.5;
/// The key must sound in a band for this share of the time before it counts.
const LEAST_PRESENCE: f32 = 0.05;
/// Shares from which on a band is marked, and below which it is not any more.
const MARK: [f32; 2] = [0.4, 0.3];
/// Widest collision, in bands: a cut over more would take too much.
const WIDEST: usize = 5;

/// A stretch of bands in which two sounds collide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Collision {
    /// Its middle, in Hz.
    pub freq_hz: f32,
    /// Its lower edge, in Hz.
    pub low_hz: f32,
    /// Its upper edge, in Hz.
    pub high_hz: f32,
    /// How much of the time in which the key sounds there the track covers it, 0..1.
    pub share: f32,
    /// How loud the key is there while it sounds, in dB of a full-scale sine.
    pub key_db: f32,
    /// How grave it is, to compare collisions: its share of all time, by how loud the key is.
    pub weight: f32,
}

impl Collision {
    /// The quality factor of a bell as wide as the collision.
    pub fn q(&self) -> f32 {
        self.freq_hz / (self.high_hz - self.low_hz).max(1.0)
    }
}

/// Which bands of a sound are loud, compared with the sound itself.
#[derive(Default)]
struct Prominence {
    loudest: f32,
}

impl Prominence {
    fn update(&mut self, pattern: &[f32], seconds: f32) {
        self.loudest *= 10f32.powf(-0.1 * FORGET_DB_PER_S * seconds);
        self.loudest = (0..BANDS).map(|band| leaned(pattern, band)).fold(self.loudest, f32::max);
    }

    fn is_loud(&self, pattern: &[f32], band: usize) -> bool {
        let near = &pattern[band.saturating_sub(2)..(band + 3).min(BANDS)];
        let highest = near.iter().copied().fold(0.0, f32::max);
        pattern[band] > SILENCE
            && pattern[band] >= SKIRT * highest
            && leaned(pattern, band) >= LOUD * self.loudest
    }
}

fn leaned(pattern: &[f32], band: usize) -> f32 {
    pattern[band] * band_hz(band).min(4000.0)
}

/// One band's account.
#[derive(Clone, Copy, Default)]
struct Account {
    /// Share of the time in which the key is loud.
    present: f32,
    /// Share of the time in which the track covers it then.
    covered: f32,
    /// Mean power of the key while it is loud.
    key_power: f32,
    marked: bool,
}

impl Account {
    fn share(&self) -> f32 {
        if self.present < LEAST_PRESENCE { 0.0 } else { self.covered / self.present }
    }

    fn key_db(&self) -> f32 {
        power_to_db(f64::from(self.key_power)) as f32
    }
}

/// Compares a track with a key, the sound that it should leave room for, over the last seconds.
pub struct Collisions {
    track: Prominence,
    key: Prominence,
    accounts: [Account; BANDS],
}

impl Default for Collisions {
    fn default() -> Self {
        Self {
            track: Prominence::default(),
            key: Prominence::default(),
            accounts: [Account::default(); BANDS],
        }
    }
}

impl Collisions {
    /// Takes the excitation patterns of both sounds at one time, `seconds` after the last.
    pub fn update(&mut self, track: &[f32], key: &[f32], seconds: f32) {
        if track.len() != BANDS || key.len() != BANDS {
            return;
        }
        self.track.update(track, seconds);
        self.key.update(key, seconds);
        let slow = 1.0 - (-seconds / MEMORY_S).exp();
        let quick = 1.0 - (-seconds / LEVEL_S).exp();
        for band in 0..BANDS {
            let account = &mut self.accounts[band];
            let present = self.key.is_loud(key, band);
            let covered = present
                && self.track.is_loud(track, band)
                && key[band] >= LOST * track[band]
                && partial_loudness(key[band], track[band]).min(1.0) < SUFFERS;
            if present {
                let first = account.key_power == 0.0;
                account.key_power +=
                    if first { 1.0 } else { quick } * (key[band] - account.key_power);
            }
            account.present += slow * (f32::from(u8::from(present)) - account.present);
            account.covered += slow * (f32::from(u8::from(covered)) - account.covered);
            account.marked = account.share() >= MARK[usize::from(account.marked)];
        }
    }

    /// The collisions of the moment, from the gravest on, at most `most`.
    pub fn list(&self, most: usize) -> Vec<Collision> {
        let mut marked: Vec<bool> = self.accounts.iter().map(|account| account.marked).collect();
        let mut collisions = Vec::new();
        // The gravest band takes its neighbours; what is left of a wide stretch makes collisions of
        // its own.
        while let Some(top) = (0..BANDS)
            .filter(|band| marked[*band])
            .max_by(|a, b| self.weight(*a).total_cmp(&self.weight(*b)))
        {
            let reach = WIDEST / 2;
            let low = (top.saturating_sub(reach)..top).rev().take_while(|band| marked[*band]);
            let low = low.last().unwrap_or(top);
            let high = (top + 1..(top + 1 + reach).min(BANDS)).take_while(|band| marked[*band]);
            let high = high.last().unwrap_or(top);
            marked[low..=high].fill(false);
            collisions.push(self.collision(low, high));
        }
        collisions.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        collisions.truncate(most);
        collisions
    }

    /// How much a band matters: the share of the time, by how loud the key is.
    fn weight(&self, band: usize) -> f32 {
        let account = &self.accounts[band];
        account.covered * account.key_power.powf(0.3)
    }

    fn collision(&self, low: usize, high: usize) -> Collision {
        let (mut weights, mut cams) = (0.0f32, 0.0);
        let (mut share, mut key_db) = (0.0f32, f32::MIN);
        for band in low..=high {
            let weight = self.weight(band).max(1e-12);
            weights += weight;
            cams += weight * hz_to_cams(band_hz(band));
            share = share.max(self.accounts[band].share());
            key_db = key_db.max(self.accounts[band].key_db());
        }
        let edge = |band: usize, by: f32| cams_to_hz(hz_to_cams(band_hz(band)) + by * STEP_CAMS);
        Collision {
            freq_hz: cams_to_hz(cams / weights),
            low_hz: edge(low, -0.5),
            high_hz: edge(high, 0.5),
            share: share.min(1.0),
            key_db,
            weight: weights,
        }
    }
}
