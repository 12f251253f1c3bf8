//! How the reverb decays: in time, straight, and with Barron's energies.

use proscenium_tests::acoustics::*;
use proscenium_tests::reverberation::*;
use shared_dsp::reverb::Reverb;
use shared_dsp::room::{RoomSettings, barron};

/// Holds the decay of these octaves against the time set.
fn check_decay(rate: f64, volume_m3: f32, rt60_s: f32, octaves_hz: &[f64]) {
    let rt60 = f64::from(rt60_s);
    let mut line = format!("{rate} Hz {volume_m3} m3 {rt60_s} s:");
    let mut held = true;
    for octave in octave_decays(&flat(volume_m3, rt60_s), rate, 1.2 * rt60 + 0.3, octaves_hz) {
        let (t30, bend) = (octave.t30_s / rt60, octave.bend_db);
        line += &format!(" {t30:.3} ({bend:.2} dB)");
        held &= (t30 - 1.0).abs() < octave.t30_bound() && bend < octave.bend_bound_db();
    }
    println!("{line}");
    assert!(held, "{line}");
}

fn check_rooms_and_corners(rate: f64) {
    let rooms = rooms().map(|(_, room)| (room.volume_m3, room.rt60_s.max(0.4)));
    let corners = [(20.0, 8.0), (2000.0, 1.2), (100_000.0, 8.0), (120.0, 4.0)];
    for (volume_m3, rt60_s) in rooms.chain(corners) {
        // Long decays take long to measure: the ends and the middle at the higher rate.
        let some = [OCTAVES_HZ[0], OCTAVES_HZ[3], OCTAVES_HZ[6]];
        let octaves_hz = if rate > 50_000.0 && rt60_s > 2.0 { &some[..] } else { &OCTAVES_HZ };
        check_decay(rate, volume_m3, rt60_s, octaves_hz);
    }
}

#[test]
fn every_octave_decays_in_the_time_set_and_straight() {
    check_rooms_and_corners(48_000.0);
}

#[test]
fn every_octave_decays_in_the_time_set_and_straight_at_96_khz() {
    check_rooms_and_corners(96_000.0);
}

#[test]
fn any_volume_decays_in_any_time() {
    for volume_m3 in [20.0, 600.0, 4000.0, 15_000.0, 40_000.0, 100_000.0] {
        for rt60_s in [0.4, 0.6, 0.8, 1.2, 2.4] {
            check_decay(48_000.0, volume_m3, rt60_s, &OCTAVES_HZ);
        }
    }
    // Large and dry, where reflections come late against the decay.
    for rate in [44_100.0, 96_000.0] {
        for (volume_m3, rt60_s) in [(4000.0, 0.6), (40_000.0, 0.8), (100_000.0, 0.4)] {
            check_decay(rate, volume_m3, rt60_s, &OCTAVES_HZ);
        }
    }
}

#[test]
fn low_and_high_octaves_decay_by_their_multipliers() {
    let rate = 48_000.0;
    for (low, high) in [(2.0, 0.5), (0.5, 0.3), (1.3, 0.8)] {
        let room = RoomSettings { volume_m3: 4000.0, rt60_s: 2.0, low, high };
        let wanted = [(63.0, low), (1000.0, 1.0), (10_000.0, high)];
        let mut line = format!("low {low} high {high}:");
        let decays = octave_decays(&at_once(room), rate, 5.0, &wanted.map(|(band, _)| band));
        for (octave, (band, wanted)) in decays.iter().zip(wanted) {
            let error = octave.t30_s / 2.0 / f64::from(wanted) - 1.0;
            line += &format!(" {band} Hz {:+.1} %", 100.0 * error);
            assert!(error.abs() < 0.05, "{line}");
        }
        println!("{line}");
    }
}

#[test]
fn what_comes_after_80_ms_has_barrons_share() {
    for rate in [48_000.0, 96_000.0] {
        for (kind, room) in rooms() {
            let rt60_s = f64::from(room.rt60_s);
            let settings = flat(room.volume_m3, room.rt60_s);
            let response =
                impulse_response::<Reverb>(&settings, rate, 2.0 * rt60_s + 0.5, [1.0; 2]);
            let whole = energy(&response, rate, 0.0, 1e3);
            let late = energy(&response, rate, 0.08, 1e3) / whole;
            let error_db = 10.0 * (late / barron::share_after(0.08, rt60_s)).log10();
            println!("{rate} Hz {kind:?}: {error_db:+.2} dB");
            assert!(error_db.abs() < 0.5, "{kind:?}: {error_db:+.2} dB");
        }
    }
}
