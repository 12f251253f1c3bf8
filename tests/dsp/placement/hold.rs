//! Loudness that holds at every distance.

use proscenium_tests::acoustics::*;
use shared_dsp::placement::{Placement, PlacementSettings};
use shared_dsp::room::RoomKind;

#[test]
fn loudness_holds_at_every_distance() {
    let rate = 48_000.0;
    let mut worst = 0.0f64;
    let n = 5 * 48_000;
    for mono in [true, false] {
        let input: Response = [pink(1, n, rate), pink(if mono { 1 } else { 2 }, n, rate)];
        for kind in [
            RoomKind::Booth,
            RoomKind::Studio,
            RoomKind::Club,
            RoomKind::ConcertHall,
            RoomKind::Cathedral,
        ] {
            let Some(room) = kind.settings() else { continue };
            let loudness = |distance_m: f32, azimuth_deg: f32| {
                let settings = PlacementSettings {
                    distance_m,
                    azimuth_deg,
                    room,
                    hold_loudness: true,
                    proximity: 0.5,
                    ..Default::default()
                };
                let out = through::<Placement>(&settings, rate, input.clone());
                let from = (2.0 * rate) as usize;
                loudness_lufs(&[out[0][from..].to_vec(), out[1][from..].to_vec()], rate)
            };
            let reference = loudness(1.0, 0.0);
            let mut line = format!("mono {mono} {kind:?}:");
            for (distance_m, azimuth) in
                [(0.25, 0.0), (0.5, 0.0), (2.0, -40.0), (4.0, 0.0), (16.0, 80.0), (64.0, 0.0)]
            {
                let change = loudness(distance_m, azimuth) - reference;
                line += &format!(" {change:+.2}");
                worst = worst.max(change.abs());
            }
            println!("{line}");
        }
    }
    println!("worst {worst:.2} LU");
    assert!(worst < 0.5);
}
