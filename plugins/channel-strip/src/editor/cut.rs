//! The keyed cut that a collision offers: a band that steps back while the sidechain plays.

use nice_plug::params::{FloatParam, Param};
use shared_dsp::masking::Collision;
use shared_ui::{Control, Face, curve};

use crate::params::{BandChannel, BandKey, BandKind, BandParams};

/// How far the band steps back, in dB.
const RANGE_DB: f32 = -6.0;
/// How far below the sidechain's level the cut begins, in dB: far enough that it is whole.
const BELOW_DB: f32 = 6.0;
/// Narrowest and widest bell.
const Q: [f32; 2] = [0.7, 8.0];

/// What a click on a collision does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// This band, from 0, makes room there already.
    Made(usize),
    /// This band is free.
    Free(usize),
    /// All bands are in use.
    Full,
}

/// What can be done against a collision.
pub fn offer(face: &mut Face<'_>, bands: &[&BandParams], collision: &Collision) -> Offer {
    let mut free: Option<(usize, f32)> = None;
    for (i, band) in bands.iter().enumerate() {
        let freq_hz = shown(face, &band.freq);
        if face.position(&band.on) < 0.5 {
            let away = (freq_hz / collision.freq_hz).log2().abs();
            if free.is_none_or(|(_, least)| away < least) {
                free = Some((i, away));
            }
            continue;
        }
        let keyed = band.key.preview_plain(face.position(&band.key)) == BandKey::Sidechain;
        let steps_back = shown(face, &band.dynamic) < 0.0;
        if keyed && steps_back && (collision.low_hz..=collision.high_hz).contains(&freq_hz) {
            return Offer::Made(i);
        }
    }
    free.map_or(Offer::Full, |(i, _)| Offer::Free(i))
}

/// Takes up the offer: makes the cut in a free band, or selects the band that has it. Every
/// parameter moves in a gesture of its own, the switch last.
pub fn accept(face: &mut Face<'_>, bands: &[&BandParams], collision: &Collision) {
    match offer(face, bands, collision) {
        Offer::Full => {}
        Offer::Made(i) => curve::select(face, i),
        Offer::Free(i) => {
            make(face, bands[i], collision);
            curve::select(face, i);
        }
    }
}

fn make(face: &mut Face<'_>, band: &BandParams, collision: &Collision) {
    let moves: [(&dyn Control, f32); 11] = [
        (&band.kind, band.kind.preview_normalized(BandKind::Bell)),
        (&band.channel, band.channel.preview_normalized(BandChannel::Stereo)),
        (&band.freq, band.freq.preview_normalized(figures(collision.freq_hz, 3))),
        (&band.q, band.q.preview_normalized(figures(collision.q().clamp(Q[0], Q[1]), 2))),
        (&band.gain, band.gain.preview_normalized(0.0)),
        (&band.dynamic, band.dynamic.preview_normalized(RANGE_DB)),
        (&band.threshold, band.threshold.preview_normalized((collision.key_db - BELOW_DB).round())),
        (&band.key, band.key.preview_normalized(BandKey::Sidechain)),
        (&band.attack, band.attack.default_normalized_value()),
        (&band.release, band.release.default_normalized_value()),
        (&band.on, 1.0),
    ];
    for (control, position) in moves {
        face.hand.put(control, position);
    }
}

/// A positive value in so many figures, as a person would set it.
fn figures(value: f32, count: i32) -> f32 {
    let step = 10f32.powi(value.log10().floor() as i32 + 1 - count);
    (value / step).round() * step
}

fn shown(face: &mut Face<'_>, param: &FloatParam) -> f32 {
    param.preview_plain(face.position(param))
}
