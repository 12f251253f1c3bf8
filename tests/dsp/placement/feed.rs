//! The room feed, and what editors are told of it.

use proscenium_tests::acoustics::*;
use proscenium_tests::distance::*;
use shared_dsp::effect::{Effect, Io};
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::reverb::{Reverb, ReverbSettings};
use shared_dsp::room::RoomKind;

use super::db;

#[test]
fn a_space_fed_by_it_gives_the_late_field_that_it_would_have_inside() {
    let rate = 48_000.0;
    for kind in RoomKind::ALL {
        let Some(room) = kind.settings() else { continue };
        let seconds = 1.2 * f64::from(room.rt60_s) + 0.2;
        let mut line = format!("{kind:?}:");
        for (distance_m, late_db) in [(0.5, 0.0), (2.0, -6.0), (8.0, 4.0), (32.0, 0.0)] {
            let settings = PlacementSettings {
                distance_m,
                late_db,
                room,
                air: 0.0,
                source_width_m: 0.0,
                early_db: -60.0,
                room_feed: true,
                ..Default::default()
            };
            let mut impulse = vec![0.0; (seconds * rate) as usize];
            impulse[0] = 1.0;
            let mut main: Response = [impulse.clone(), impulse];
            let mut feed: Response = [main[0].clone(), main[1].clone()];
            let ([left, right], [feed_left, feed_right]) = (&mut main, &mut feed);
            let mut placement = Placement::default();
            placement.prepare(rate, &settings);
            placement.process(Io::stereo(left, right).with_feed(feed_left, feed_right));
            let space = ReverbSettings { room, early_db: -60.0, ..Default::default() };
            let fed = energy(&through::<Reverb>(&space, rate, feed), rate, 0.0, 100.0);
            let inside = PlacementSettings { room_feed: false, ..settings };
            let late = energy(&response(&inside, rate, seconds), rate, 0.002, 100.0);
            let error = db(fed / late);
            line += &format!(" {error:+.2}");
            assert!(error.abs() < 0.5, "{kind:?} {distance_m} m: {error:+.2} dB");
            assert!(energy(&main, rate, 0.002, 100.0) < 1e-12 * late);
        }
        println!("{line}");
    }
}

#[test]
fn the_readouts_tell_the_send_to_dial_and_what_the_recording_allows() {
    let room = RoomKind::Theatre.settings().unwrap();
    let at = |distance_m: f32, recorded_at_m: f32| {
        PlacementSettings { distance_m, recorded_at_m, room, air: 0.0, ..Default::default() }
            .readouts()
    };
    // The driest that it can sound is the ratio where it was recorded.
    assert_eq!(at(0.5, 2.0).recorded_ratio_db, at(2.0, 2.0).direct_to_reverberant_db);
    assert!(at(0.5, 2.0).closer_than_recorded && !at(2.0, 2.0).closer_than_recorded);
    assert!(!at(8.0, 2.0).closer_than_recorded);
    // What leaves by the feed, against the main output: of pink noise, as loud as meters have it.
    let rate = 48_000.0;
    for distance_m in [0.5, 4.0, 16.0] {
        let settings =
            PlacementSettings { distance_m, room, room_feed: true, ..Default::default() };
        let mut main: Response = [pink(1, 96_000, rate), pink(2, 96_000, rate)];
        let mut feed: Response = [vec![0.0; 96_000], vec![0.0; 96_000]];
        let ([left, right], [feed_left, feed_right]) = (&mut main, &mut feed);
        let mut placement = Placement::default();
        placement.prepare(rate, &settings);
        placement.process(Io::stereo(left, right).with_feed(feed_left, feed_right));
        let found = loudness_lufs(&feed, rate) - loudness_lufs(&main, rate);
        let told = f64::from(settings.readouts().send_db);
        println!("{distance_m} m: send {found:+.2} dB, told {told:+.2} dB");
        assert!((found - told).abs() < 0.5, "{distance_m} m: {found:+.2} dB, told {told:+.2} dB");
    }
}
