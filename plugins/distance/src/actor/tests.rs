use super::*;
use crate::editor::DistanceView;
use shared_plugin::testing::set;

fn actor(settings: &[(&str, &str)]) -> DistanceActor {
    let params = Arc::new(DistanceParams::default());
    settings.iter().for_each(|(id, text)| set(&*params, id, text));
    DistanceActor::new(params, Screen::new::<DistanceView>())
}

fn dials(actor: &DistanceActor) -> Dials {
    actor.look().unwrap().dials
}

#[test]
fn the_dials_make_the_room_that_is_heard() {
    for settings in [
        &[("room", "studio")][..],
        &[("room", "custom"), ("room_volume", "500"), ("room_rt60", "3 s"), ("room_low", "2")],
    ] {
        let actor = actor(settings);
        assert!(is_same_room(&actor.room(&dials(&actor)), &actor.params.room_settings()));
    }
}

#[test]
fn a_room_with_a_name_is_chosen_by_name_and_any_other_by_its_figures() {
    let actor = actor(&[("room", "cathedral"), ("room_volume", "70")]);
    let from = dials(&actor);
    for kind in RoomKind::all().filter(|kind| *kind != RoomKind::Custom) {
        let room = DspRoomKind::from(kind).settings().unwrap();
        let to = actor.dials_for(&room, &from);
        assert_eq!(to[..4], from[..4], "{kind:?}: the custom room is kept");
        assert_eq!(actor.room(&to), room);
    }
    let room = RoomSettings { volume_m3: 333.0, rt60_s: 0.7, low: 0.5, high: 1.4 };
    let to = actor.dials_for(&room, &from);
    assert!(is_same_room(&actor.room(&to), &room));
    assert_eq!(actor.dials_for(&room, &to), to, "nothing to do");
}

#[test]
fn a_custom_room_with_the_figures_of_a_name_stays_custom() {
    let figures = [("room_volume", "150"), ("room_rt60", "0.4 s"), ("room_low", "1.1")];
    let actor = actor(&[&[("room", "custom"), ("room_high", "0.8")], &figures[..]].concat());
    let from = dials(&actor);
    let studio = DspRoomKind::Studio.settings().unwrap();
    assert!(is_same_room(&actor.room(&from), &studio));
    assert_eq!(actor.dials_for(&studio, &from), from);
}

#[test]
fn what_is_out_of_range_is_followed_as_far_as_it_goes() {
    let actor = actor(&[]);
    let room = RoomSettings { volume_m3: 333.0, rt60_s: 25.0, low: 3.0, high: 1.4 };
    let to = actor.dials_for(&room, &dials(&actor));
    let reached = actor.room(&to);
    assert_eq!((reached.rt60_s, reached.low), (10.0, 2.5));
    assert_eq!(actor.dials_for(&room, &to), to, "nothing more to do");
}

#[test]
fn it_tells_where_it_stands_and_how_the_room_answers() {
    let actor = actor(&[("distance", "8 m"), ("azimuth", "30L"), ("room_group", "c")]);
    let part = actor.look().unwrap().part;
    let place = part.place.unwrap();
    assert!((place.distance_m - 8.0).abs() < 1e-3 && (place.azimuth_deg + 30.0).abs() < 1e-3);
    assert_eq!(part.group, Some(2));
    set(&*actor.params, "distance", "4 m");
    let nearer = actor.look().unwrap().part.place.unwrap();
    let step_db = nearer.direct_to_reverberant_db - place.direct_to_reverberant_db;
    assert!((3.0..7.0).contains(&step_db), "{step_db:.1} dB for half the distance");
}
