use super::*;
use crate::editor::SpaceView;
use shared_plugin::testing::set;
use shared_stage::is_same_room;

fn actor(settings: &[(&str, &str)]) -> SpaceActor {
    let params = Arc::new(SpaceParams::default());
    settings.iter().for_each(|(id, text)| set(&*params, id, text));
    SpaceActor::new(params, Screen::new::<SpaceView>())
}

fn dials(actor: &SpaceActor) -> Dials {
    actor.look().unwrap().dials
}

#[test]
fn the_dials_make_the_room_that_is_heard() {
    for settings in [
        &[("room", "studio"), ("decay", "3 s")][..],
        &[("room", "custom"), ("room_volume", "500"), ("decay_low", "2")],
    ] {
        let actor = actor(settings);
        let heard = actor.params.settings(120.0).reverb.room;
        assert!(is_same_room(&actor.room(&dials(&actor)), &heard));
    }
}

#[test]
fn a_shared_room_moves_the_decay_and_chooses_the_name_of_its_volume() {
    let actor = actor(&[("room", "club")]);
    let from = dials(&actor);
    for kind in RoomKind::all().filter(|kind| *kind != RoomKind::Custom) {
        let room = DspRoomKind::from(kind).settings().unwrap();
        let to = actor.dials_for(&room, &from);
        assert!(is_same_room(&actor.room(&to), &room), "{kind:?}");
        assert_eq!(actor.params.room.preview_plain(to[4]), kind);
        assert_eq!(actor.dials_for(&room, &to), to, "nothing more to do");
    }
    let room = RoomSettings { volume_m3: 333.0, rt60_s: 0.7, low: 0.5, high: 1.4 };
    let to = actor.dials_for(&room, &from);
    assert!(is_same_room(&actor.room(&to), &room));
}

#[test]
fn a_change_of_the_decay_alone_leaves_the_room_alone() {
    let actor = actor(&[("room", "custom"), ("room_volume", "150")]);
    let from = dials(&actor);
    let room = RoomSettings { rt60_s: 7.0, ..actor.room(&from) };
    let to = actor.dials_for(&room, &from);
    assert_eq!((to[0], to[4]), (from[0], from[4]));
}
