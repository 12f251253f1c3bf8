use super::*;
use std::collections::VecDeque;

/// A plugin whose dials are linear over these ranges; the last one says whether the room is a named
/// one, which has all its figures from its name.
#[derive(Clone, Copy)]
struct Plain {
    max: [f32; 4],
}

const LIKE_DISTANCE: Plain = Plain { max: [1000.0, 10.0, 2.5, 1.5] };
const LIKE_SPACE: Plain = Plain { max: [1000.0, 30.0, 3.0, 1.5] };
const NAMED: RoomSettings = RoomSettings { volume_m3: 150.0, rt60_s: 0.4, low: 1.1, high: 0.8 };

impl Mapping for Plain {
    fn room(&self, dials: &Dials) -> RoomSettings {
        if dials[4] > 0.5 {
            return NAMED;
        }
        let at = |index: usize| 0.1 + dials[index] * (self.max[index] - 0.1);
        RoomSettings { volume_m3: at(0), rt60_s: at(1), low: at(2), high: at(3) }
    }

    fn dials_for(&self, room: &RoomSettings, now: &Dials) -> Dials {
        if *room == NAMED {
            return [now[0], now[1], now[2], now[3], 1.0];
        }
        let figures = [room.volume_m3, room.rt60_s, room.low, room.high];
        let mut dials = [0.0; DIALS];
        for index in 0..4 {
            dials[index] = ((figures[index] - 0.1) / (self.max[index] - 0.1)).clamp(0.0, 1.0);
        }
        dials
    }
}

/// A member with a host that takes its time, and may round.
struct Instance {
    plain: Plain,
    follower: Follower,
    dials: Dials,
    group: Option<u8>,
    loads: u64,
    offline: bool,
    edits: VecDeque<(usize, f32)>,
    /// Polls until the host takes the edits.
    delay: u32,
    steps: f32,
    sent: usize,
}

impl Instance {
    fn new(token: Token, plain: Plain, group: Option<u8>) -> Self {
        Self {
            plain,
            follower: Follower::new(token),
            dials: [0.2, 0.05, 0.4, 0.5, 0.0],
            group,
            loads: 1,
            offline: false,
            edits: VecDeque::new(),
            delay: 0,
            steps: 0.0,
            sent: 0,
        }
    }

    fn step(&mut self, latest: Option<(Stamp, RoomSettings)>) {
        let now = Now {
            mapping: &self.plain,
            dials: self.dials,
            group: self.group,
            loads: self.loads,
            offline: self.offline,
            latest,
            passed_ms: 20,
        };
        let edits = self.follower.step(&now);
        self.sent += edits.len();
        self.edits.extend(edits);
    }

    fn host(&mut self) {
        for (dial, mut position) in self.edits.drain(..) {
            if self.steps > 0.0 {
                position = (position * self.steps).round() / self.steps;
            }
            self.dials[dial] = position;
        }
    }

    fn room(&self) -> RoomSettings {
        self.plain.room(&self.dials)
    }
}

/// One poll of everybody, in order; the hosts take edits at random where they are slow.
fn poll(instances: &mut [Instance], random: &mut fastrand::Rng) {
    for index in 0..instances.len() {
        let group = instances[index].group;
        let others = instances.iter().map(|other| &other.follower);
        let latest = others
            .filter(|other| other.started && other.group == group && group.is_some())
            .map(|other| (other.stamp, other.token, other.shared))
            .max_by_key(|(stamp, token, _)| (*stamp, *token))
            .map(|(stamp, _, room)| (stamp, room));
        instances[index].step(latest);
    }
    for instance in instances {
        if instance.delay == 0 || random.u32(0..instance.delay) == 0 {
            instance.host();
        }
    }
}

fn settle(instances: &mut [Instance]) {
    let mut random = fastrand::Rng::with_seed(1);
    (0..2000).for_each(|_| poll(instances, &mut random));
}

fn near(a: RoomSettings, b: RoomSettings) -> bool {
    let close = |a: f32, b: f32| (a / b - 1.0).abs() < 1e-3;
    close(a.volume_m3, b.volume_m3)
        && close(a.rt60_s, b.rt60_s)
        && close(a.low, b.low)
        && close(a.high, b.high)
}

#[test]
fn a_change_is_followed_by_all_and_counts_once() {
    let mut all: Vec<_> = (1..=3).map(|t| Instance::new(t, LIKE_DISTANCE, Some(0))).collect();
    settle(&mut all);
    assert_eq!(all.iter().map(|i| i.sent).sum::<usize>(), 0, "nobody has changed anything");
    all[1].dials[0] = 0.7;
    settle(&mut all);
    assert!(all.iter().all(|i| i.dials == all[1].dials && i.dials[0] == 0.7));
    assert!(all.iter().all(|i| i.follower.stamp() == Stamp { clock: 1, by: 2 }));
    assert_eq!(all.iter().map(|i| i.sent).collect::<Vec<_>>(), [1, 0, 1]);
}

#[test]
fn a_named_room_and_back_to_figures() {
    let mut all: Vec<_> = (1..=2).map(|t| Instance::new(t, LIKE_DISTANCE, Some(0))).collect();
    settle(&mut all);
    all[0].dials[4] = 1.0;
    settle(&mut all);
    assert_eq!(all[1].dials, [0.2, 0.05, 0.4, 0.5, 1.0], "only the name moves");
    all[0].dials[4] = 0.0;
    settle(&mut all);
    assert!(near(all[1].room(), all[0].room()) && all[1].room() != NAMED);
}

#[test]
fn who_joins_by_hand_takes_the_room_over_and_who_loads_a_state_changes_nothing() {
    let mut all = vec![Instance::new(1, LIKE_DISTANCE, Some(0))];
    settle(&mut all);
    all[0].dials[1] = 0.9;
    settle(&mut all);
    let room = all[0].room();
    all.push(Instance { loads: 0, ..Instance::new(2, LIKE_DISTANCE, None) });
    settle(&mut all);
    assert_ne!(all[1].room(), room);
    all[1].group = Some(0);
    settle(&mut all);
    assert_eq!(all[0].room(), room);
    assert!(near(all[1].room(), room));
    let room = all[1].room();

    let unsaved = Instance { loads: 0, ..Instance::new(3, LIKE_DISTANCE, Some(0)) };
    all.push(unsaved);
    settle(&mut all);
    assert!(near(all[2].room(), room), "put there before it was first seen");
    all.pop();

    let mut loaded = Instance::new(9, LIKE_DISTANCE, Some(0));
    loaded.dials[1] = 0.3;
    all.push(loaded);
    settle(&mut all);
    assert_eq!((all[1].room(), all[2].dials[1]), (room, 0.3));
    all[0].dials[0] = 0.1;
    settle(&mut all);
    assert!(all.iter().all(|i| near(i.room(), all[0].room())), "the next change unites them");

    // A state loaded into a member, too.
    (all[1].dials[0], all[1].loads) = (0.5, 2);
    settle(&mut all);
    assert_eq!((all[0].dials[0], all[1].dials[0], all[2].dials[0]), (0.1, 0.5, 0.1));
}

#[test]
fn who_leaves_keeps_its_room_and_an_empty_group_takes_the_joiners() {
    let mut all: Vec<_> = (1..=2).map(|t| Instance::new(t, LIKE_DISTANCE, Some(0))).collect();
    settle(&mut all);
    all[0].group = Some(3);
    settle(&mut all);
    all[0].dials[2] = 0.9;
    all[1].dials[3] = 0.1;
    settle(&mut all);
    assert_eq!((all[0].dials[2], all[0].dials[3]), (0.9, 0.5));
    assert_eq!((all[1].dials[2], all[1].dials[3]), (0.4, 0.1));
}

#[test]
fn who_can_follow_only_in_part_does_not_pull_the_others_back() {
    let mut all =
        vec![Instance::new(1, LIKE_SPACE, Some(0)), Instance::new(2, LIKE_DISTANCE, Some(0))];
    settle(&mut all);
    all[0].dials[1] = 0.8;
    settle(&mut all);
    assert_eq!((all[0].dials[1], all[1].dials[1]), (0.8, 1.0), "24 s and 10 s");
    all[1].dials[0] = 0.9;
    settle(&mut all);
    assert!((all[0].dials[0], all[0].dials[1]) == (0.9, 0.8), "the 24 s stay: {:?}", all[0].dials);
    all[1].dials[1] = 0.5;
    settle(&mut all);
    assert!((all[0].room().rt60_s / all[1].room().rt60_s - 1.0).abs() < 1e-3);
}

#[test]
fn whatever_the_order_of_edits_and_delays_all_end_equal_and_traffic_stops() {
    for seed in 0..200 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut all: Vec<_> = (1..=5u64)
            .map(|token| {
                let plain = if token % 2 == 0 { LIKE_SPACE } else { LIKE_DISTANCE };
                let mut instance = Instance::new(token * 77, plain, Some(0));
                instance.delay = [0, 3, 20, 1, 0][token as usize - 1];
                // Some hosts round: to 10 bits, and to a thousandth.
                instance.steps = [0.0, 0.0, 1023.0, 0.0, 1000.0][token as usize - 1];
                instance
            })
            .collect();
        poll(&mut all, &mut random);
        for _ in 0..random.usize(1..60) {
            let who = random.usize(0..all.len());
            let dial = random.usize(0..DIALS);
            // A named room has no figures of its own to change.
            let position = if dial == 4 { f32::from(random.bool()) } else { random.f32() };
            all[who].dials[dial] = position;
            (0..random.usize(0..6)).for_each(|_| poll(&mut all, &mut random));
        }
        settle(&mut all);
        let shared = all[0].follower.shared();
        for instance in &all {
            assert_eq!(instance.follower.shared(), shared, "seed {seed}");
            let dials = instance.plain.dials_for(&shared, &instance.dials);
            for (dial, wanted) in instance.dials.iter().zip(dials) {
                let rounding = if instance.steps > 0.0 { 0.5 / instance.steps } else { 0.0 };
                let off = (dial - wanted).abs();
                assert!(off <= rounding + CLOSE, "seed {seed}: off by {off}, {shared:?}");
            }
        }
        let sent: usize = all.iter().map(|instance| instance.sent).sum();
        settle(&mut all);
        let later: usize = all.iter().map(|instance| instance.sent).sum();
        assert_eq!(sent, later, "seed {seed}: traffic goes on");
    }
}

#[test]
fn a_host_that_rounds_does_not_answer_back() {
    let mut all: Vec<_> = (1..=3).map(|t| Instance::new(t, LIKE_DISTANCE, Some(0))).collect();
    (all[1].steps, all[2].steps) = (127.0, 1000.0);
    settle(&mut all);
    for position in [0.712_34, 0.333_33, 0.05, 0.999] {
        all[0].dials[0] = position;
        settle(&mut all);
        assert!(all.iter().all(|instance| instance.follower.stamp().by == 1));
        assert_eq!(all[0].dials[0], position);
        assert!((all[1].dials[0] - position).abs() <= 0.5 / 127.0);
    }
    // One edit for each: what has arrived rounded is not sent again.
    assert_eq!(all.iter().map(|instance| instance.sent).collect::<Vec<_>>(), [0, 4, 4]);
}

#[test]
fn a_host_that_takes_edits_only_later_follows_then_and_spoils_nothing() {
    let mut all: Vec<_> = (1..=2).map(|t| Instance::new(t, LIKE_DISTANCE, Some(0))).collect();
    settle(&mut all);
    all[1].delay = u32::MAX;
    for position in [0.3, 0.5, 0.7, 0.9] {
        all[0].dials[0] = position;
        settle(&mut all);
    }
    assert!(all[1].sent < 30, "{} edits wait", all[1].sent);
    all[1].delay = 0;
    settle(&mut all);
    assert_eq!((all[0].dials[0], all[1].dials[0]), (0.9, 0.9));
}

#[test]
fn an_offline_render_neither_follows_nor_tells() {
    let mut all: Vec<_> = (1..=2).map(|t| Instance::new(t, LIKE_DISTANCE, Some(0))).collect();
    settle(&mut all);
    all[0].offline = true;
    all[1].dials[0] = 0.9;
    settle(&mut all);
    all[0].dials[1] = 0.9;
    settle(&mut all);
    all[0].offline = false;
    settle(&mut all);
    assert_eq!((all[0].dials[0], all[1].dials[1]), (0.2, 0.05));
    all[1].dials[0] = 0.6;
    settle(&mut all);
    assert_eq!(all[0].dials[0], 0.6);
}
