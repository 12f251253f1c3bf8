//! The geometry and the energies of rooms.

use shared_dsp::placement::PlacementSettings;
use shared_dsp::room::{RoomKind, Shoebox, barron};

#[test]
fn every_room_holds_its_volume_its_listener_and_any_source() {
    for kind in RoomKind::ALL {
        let Some(room) = kind.settings() else {
            assert_eq!(kind, RoomKind::Custom);
            continue;
        };
        let shoebox = Shoebox::new(&room);
        let volume: f64 = shoebox.size_m.iter().product();
        assert!((volume / f64::from(room.volume_m3) - 1.0).abs() < 1e-6);
        assert!(shoebox.absorption > 0.0 && shoebox.absorption < 1.0);
        for distance_m in [0.25, 1.0, 8.0, 64.0] {
            for azimuth_deg in [-90.0, -30.0, 0.0, 45.0, 90.0] {
                let source = shoebox.source(distance_m, azimuth_deg);
                assert!(source.distance_m <= distance_m);
                for axis in 0..3 {
                    let at = source.position_m[axis];
                    assert!(
                        at > 0.0 && at < shoebox.size_m[axis],
                        "{kind:?} {azimuth_deg} {source:?}"
                    );
                }
                assert!(shoebox.initial_time_gap_s(&source) > 0.0);
            }
        }
        println!("{kind:?}: {:.1?} m, absorption {:.2}", shoebox.size_m, shoebox.absorption);
    }
}

#[test]
fn eyrings_absorption_gives_the_reverberation_time_back() {
    for kind in RoomKind::ALL {
        let Some(room) = kind.settings() else { continue };
        let shoebox = Shoebox::new(&room);
        let [x, y, z] = shoebox.size_m;
        let surface = 2.0 * (x * y + x * z + y * z);
        let rt60 = 0.161 * x * y * z / (-surface * (1.0 - shoebox.absorption).ln());
        assert!((rt60 / f64::from(room.rt60_s) - 1.0).abs() < 1e-4, "{kind:?}: {rt60}");
    }
}

#[test]
fn the_readout_shows_barrons_ratio_and_the_levels_set() {
    let room = RoomKind::Theatre.settings().unwrap();
    let settings = PlacementSettings { distance_m: 7.0, room, ..Default::default() };
    let physical = barron::direct_to_reverberant_db(4000.0, f64::from(room.rt60_s), 7.0);
    let shown = settings.readouts().direct_to_reverberant_db;
    assert!((f64::from(shown) - physical).abs() < 0.01);
    let wetter = PlacementSettings { early_db: 5.0, late_db: 5.0, ..settings };
    assert!((wetter.readouts().direct_to_reverberant_db - shown + 5.0).abs() < 0.01);
}
