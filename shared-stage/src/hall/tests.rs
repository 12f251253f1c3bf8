use super::*;
use crate::record::{Kind, Place};
use crate::testing::TestFile;
use crate::{Look, Part};

/// A track that stands where it is put.
#[derive(Default)]
struct Track {
    place: Mutex<Place>,
    watched: AtomicBool,
    /// How often there were news to draw.
    drawn: AtomicUsize,
}

impl Track {
    fn at(distance_m: f32) -> Arc<Self> {
        let recorded_at_m = 1.0;
        let place = Place { distance_m, recorded_at_m, ..Place::default() };
        Arc::new(Self { place: Mutex::new(place), ..Self::default() })
    }
}

impl Actor for Track {
    fn kind(&self) -> Kind {
        Kind::Distance
    }

    fn look(&self) -> Option<Look> {
        let part = Part { place: Some(*locked(&self.place)), ..Part::default() };
        Some(Look { part, ..Look::default() })
    }

    fn room(&self, _: &Dials) -> RoomSettings {
        RoomSettings::default()
    }

    fn dials_for(&self, _: &RoomSettings, now: &Dials) -> Dials {
        *now
    }

    fn set_dial(&self, _: usize, _: f32) {}
    fn begin_move(&self) {}

    fn move_to(&self, distance_m: f32, azimuth_deg: f32) {
        let mut place = locked(&self.place);
        (place.distance_m, place.azimuth_deg) = (distance_m, azimuth_deg);
    }

    fn end_move(&self) {}
    fn remind_host(&self) {}

    fn is_watched(&self) -> bool {
        self.watched.load(Relaxed)
    }

    fn draw_news(&self) {
        self.drawn.fetch_add(1, Relaxed);
    }

    fn log(&self, _: &str) {}
}

/// A hall whose thread is the test, with one member.
fn hall(table: Table, distance_m: f32) -> (Attendant, Arc<Seat>) {
    let floor = Floor::new(table);
    let seat = Arc::new(Seat::new(Track::at(distance_m)));
    floor.enter(&seat);
    (Attendant::new(floor), seat)
}

fn distances(attendant: &Attendant) -> Vec<f32> {
    let there = attendant.roster.there();
    let mut distances: Vec<_> = there.filter_map(|(_, r)| Some(r.place?.distance_m)).collect();
    distances.sort_by(f32::total_cmp);
    distances
}

#[test]
fn a_damaged_record_is_written_anew() {
    let (mut attendant, seat) = hall(Table::alone(), 4.0);
    (0..3).for_each(|_| _ = attendant.poll(QUICK_MS));
    assert_eq!(distances(&attendant), [4.0]);
    let floor = attendant.floor.clone();
    let slot = floor.table.slot(seat.slot.load(Relaxed));
    // Its owner and its heart are as they were: everything behind is not.
    slot.words()[2..].iter().for_each(|word| word.store(u64::MAX, Relaxed));
    assert_eq!(slot.read(seat.token), None);
    attendant.poll(QUICK_MS);
    assert!(slot.read(seat.token).is_some());
}

#[test]
fn who_finds_its_slot_taken_registers_anew_and_takes_nothing_back() {
    let (mut attendant, seat) = hall(Table::alone(), 4.0);
    attendant.poll(QUICK_MS);
    let floor = attendant.floor.clone();
    let lost = seat.slot.load(Relaxed);
    assert!(floor.table.slot(lost).claim(seat.token, 77));
    attendant.poll(QUICK_MS);
    let found = seat.slot.load(Relaxed);
    assert!(found != lost && floor.table.slot(lost).owner() == 77);
    assert_eq!(floor.table.slot(found).owner(), seat.token);
    floor.leave(&seat);
    assert_eq!((floor.table.slot(lost).owner(), floor.table.slot(found).owner()), (77, 0));
}

#[test]
fn two_binaries_see_and_move_each_other_within_a_few_polls() {
    let file = TestFile::new("two");
    let (mut one, first) = hall(Table::at(file.path()).unwrap(), 2.0);
    let (mut two, second) = hall(Table::at(file.path()).unwrap(), 8.0);
    for _ in 0..3 {
        one.poll(QUICK_MS);
        two.poll(QUICK_MS);
    }
    assert_eq!((distances(&one), distances(&two)), (vec![2.0, 8.0], vec![2.0, 8.0]));
    (0..30).for_each(|_| _ = (one.poll(QUICK_MS), two.poll(QUICK_MS)));
    locked(&first.desk).hand.hold(second.token, 16.0, 0.0);
    one.poll(QUICK_MS);
    assert_eq!(two.poll(QUICK_MS), QUICK_MS);
    one.poll(QUICK_MS);
    assert_eq!(distances(&one), [2.0, 8.0]);
    // It has moved in that poll, and tells of it in the next.
    two.poll(QUICK_MS);
    one.poll(QUICK_MS);
    assert_eq!(distances(&one), [2.0, 16.0]);
}

#[test]
fn where_nobody_shares_and_nobody_looks_polls_are_few() {
    let (mut attendant, seat) = hall(Table::alone(), 4.0);
    assert_eq!(attendant.poll(SLOW_MS), SLOW_MS);
    locked(&seat.desk).look_ms = 500;
    assert_eq!(attendant.poll(SLOW_MS), QUICK_MS);
    (0..10).for_each(|_| _ = attendant.poll(SLOW_MS));
    assert_eq!(attendant.poll(SLOW_MS), SLOW_MS);
}

#[test]
fn an_open_editor_is_asked_to_draw_when_somebody_has_moved_and_not_else() {
    let floor = Floor::new(Table::alone());
    let (here, there) = (Track::at(2.0), Track::at(4.0));
    for track in [&here, &there] {
        floor.enter(&Arc::new(Seat::new(track.clone())));
    }
    let mut attendant = Attendant::new(floor);
    let mut drawn_after = |polls: usize| {
        (0..polls).for_each(|_| _ = attendant.poll(QUICK_MS));
        here.drawn.swap(0, Relaxed)
    };
    assert_eq!(drawn_after(50), 0, "no editor is open");
    here.watched.store(true, Relaxed);
    assert!(drawn_after(50) > 0, "it has just been opened");
    assert_eq!(drawn_after(50), 0, "all stand still");
    there.move_to(8.0, 10.0);
    assert!((1..=2).contains(&drawn_after(50)), "somebody has moved");
    assert_eq!(drawn_after(50), 0, "all stand still again");
    assert_eq!(there.drawn.load(Relaxed), 0, "whose editor is closed");
}
