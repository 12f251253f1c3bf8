//! The thread that serves all members of one loaded binary: it looks who is there, publishes what
//! the members' parameters say, and has them follow their group and those who hold them.
//!
//! It never waits for a host and holds no lock while it calls one.

use crate::actor::{Actor, Look};
use crate::follow::{DIALS, Dials, Follower, Mapping, Now};
use crate::hold::{Hand, Held, Move};
use crate::member::Neighbour;
use crate::record::{Hold, Record, Stamp, Token, WORDS};
use crate::roster::Roster;
use crate::table::Table;
use shared_dsp::room::RoomSettings;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Time between two polls while anybody could notice, in ms.
pub const QUICK_MS: u32 = 16;

/// Time between two polls while nobody shares anything and nobody looks, in ms.
pub const SLOW_MS: u32 = 100;

/// A new hall decides nothing before it has seen everybody's heart beat.
const WARM_UP_MS: u32 = 300;

/// No slot.
const NOWHERE: usize = usize::MAX;

/// Number of room groups.
const GROUPS: usize = 4;

/// The member's side that an editor and the host reach.
pub struct Desk {
    pub name: String,
    pub color: Option<[u8; 3]>,
    pub hand: Hand,
    pub look_ms: u32,
}

/// A member's place in the hall.
pub struct Seat {
    pub token: Token,
    pub actor: Arc<dyn Actor>,
    pub offline: AtomicBool,
    pub desk: Mutex<Desk>,
    gone: AtomicBool,
    slot: AtomicUsize,
}

impl Seat {
    /// A seat that nobody sees before it is taken in a hall.
    pub fn new(actor: Arc<dyn Actor>) -> Self {
        let desk = Desk { name: String::new(), color: None, hand: Hand::default(), look_ms: 0 };
        Self {
            token: crate::token(),
            actor,
            offline: AtomicBool::new(false),
            desk: Mutex::new(desk),
            gone: AtomicBool::new(false),
            slot: AtomicUsize::new(NOWHERE),
        }
    }
}

/// Everybody who is there, as last seen.
#[derive(Clone, Default)]
pub struct News {
    /// In no particular order that means anything, but always in the same.
    pub everybody: Arc<[Neighbour]>,
    /// Another one whenever the list is.
    pub serial: u64,
}

#[derive(Default)]
struct Alarm {
    stops: bool,
    rings: bool,
}

/// What the thread and the members share.
pub struct Floor {
    table: Table,
    seats: Mutex<Vec<Arc<Seat>>>,
    generation: AtomicU64,
    news: Mutex<News>,
    alarm: Mutex<Alarm>,
    bell: Condvar,
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Floor {
    fn new(table: Table) -> Arc<Self> {
        Arc::new(Self {
            table,
            seats: Mutex::default(),
            generation: AtomicU64::new(0),
            news: Mutex::default(),
            alarm: Mutex::default(),
            bell: Condvar::new(),
        })
    }

    /// The latest news.
    pub fn news(&self) -> News {
        locked(&self.news).clone()
    }

    /// Has the thread look at once.
    pub fn ring(&self) {
        locked(&self.alarm).rings = true;
        self.bell.notify_all();
    }

    /// Takes a seat.
    pub fn enter(&self, seat: &Arc<Seat>) {
        locked(&self.seats).push(seat.clone());
        self.generation.fetch_add(1, Relaxed);
        self.ring();
    }

    /// Leaves it, and frees the slot.
    pub fn leave(&self, seat: &Arc<Seat>) {
        seat.gone.store(true, Relaxed);
        locked(&self.seats).retain(|other| !Arc::ptr_eq(other, seat));
        self.generation.fetch_add(1, Relaxed);
        let slot = seat.slot.swap(NOWHERE, Relaxed);
        if slot != NOWHERE {
            self.table.slot(slot).claim(seat.token, 0);
        }
    }

    /// Waits for the next poll. False if there is none.
    fn pause(&self, pause_ms: u32) -> bool {
        let alarm = locked(&self.alarm);
        let pause = Duration::from_millis(u64::from(pause_ms));
        let quiet = |alarm: &mut Alarm| !alarm.stops && !alarm.rings;
        let (mut alarm, _) = self
            .bell
            .wait_timeout_while(alarm, pause, quiet)
            .unwrap_or_else(PoisonError::into_inner);
        alarm.rings = false;
        !alarm.stops
    }
}

/// The hall of this binary's members. Its thread ends with it.
pub struct Hall {
    floor: Arc<Floor>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

static OF_BINARY: Mutex<Weak<Hall>> = Mutex::new(Weak::new());

impl Hall {
    /// The hall of this binary, which is opened for its first member. `log` takes a line if the
    /// table cannot be shared.
    pub(crate) fn of_binary(log: &dyn Fn(&str)) -> Arc<Self> {
        let mut hall = locked(&OF_BINARY);
        if let Some(open) = hall.upgrade() {
            return open;
        }
        let (table, trouble) = Table::of_user();
        if let Some(trouble) = trouble {
            log(&format!("Instances of other plugins and processes are not seen: {trouble}"));
        }
        let open = Self::open(table);
        *hall = Arc::downgrade(&open);
        open
    }

    /// A hall that nobody else sees, for tests: give it to [`crate::Member::in_hall`].
    pub fn private() -> Arc<Self> {
        Self::open(Table::alone())
    }

    /// A hall with this table and a thread.
    pub(crate) fn open(table: Table) -> Arc<Self> {
        let floor = Floor::new(table);
        let mut attendant = Attendant::new(floor.clone());
        let thread = std::thread::Builder::new().name("proscenium-stage".into()).spawn(move || {
            let (start, mut pause_ms, mut last_ms) = (Instant::now(), QUICK_MS, 0);
            while attendant.floor.pause(pause_ms) {
                let now_ms = start.elapsed().as_millis() as u64;
                // A bell cuts a pause short. What is longer was not spent looking: a process that
                // slept must not take the others for dead.
                let passed_ms = (now_ms - last_ms).min(u64::from(pause_ms)) as u32;
                last_ms = now_ms;
                pause_ms = attendant.poll(passed_ms);
            }
        });
        // Without a thread, members are alone, which is what they can bear.
        Arc::new(Self { floor, thread: Mutex::new(thread.ok()) })
    }

    /// What members talk to.
    pub(crate) fn floor(&self) -> &Arc<Floor> {
        &self.floor
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        locked(&self.floor.alarm).stops = true;
        self.floor.bell.notify_all();
        if let Some(thread) = locked(&self.thread).take()
            && thread.thread().id() != std::thread::current().id()
        {
            // Its panic, if any, has been told already.
            let _ = thread.join();
        }
    }
}

/// A seat as the thread knows it.
struct Served {
    seat: Arc<Seat>,
    record: Record,
    written: [u64; WORDS],
    sequence: u64,
    /// Where the dials stood when the record's room was worked out; before that, like no others. (With an
    /// `Option` the optimiser compares what `None` leaves unset: harmless, but memcheck cannot know.)
    dials: Dials,
    follower: Follower,
    held: Held,
}

impl Mapping for Arc<dyn Actor> {
    fn room(&self, dials: &Dials) -> RoomSettings {
        self.as_ref().room(dials)
    }

    fn dials_for(&self, room: &RoomSettings, now: &Dials) -> Dials {
        self.as_ref().dials_for(room, now)
    }
}

/// What one poll has found out about everybody.
#[derive(Default)]
struct Scene {
    /// The latest room of each group, and whose copy it is.
    latest: [Option<(Stamp, Token, RoomSettings)>; GROUPS],
    members: [usize; GROUPS],
    holds: Vec<(Token, Hold)>,
    watched: bool,
}

/// The thread's own.
pub struct Attendant {
    floor: Arc<Floor>,
    roster: Roster,
    served: Vec<Served>,
    generation: u64,
    age_ms: u32,
    news_are_out: bool,
}

impl Attendant {
    fn new(floor: Arc<Floor>) -> Self {
        Self {
            floor,
            roster: Roster::default(),
            served: Vec::new(),
            generation: 0,
            age_ms: 0,
            news_are_out: false,
        }
    }

    /// Does everything once, `passed_ms` after the last time. Returns after which time to come again.
    pub fn poll(&mut self, passed_ms: u32) -> u32 {
        self.age_ms = self.age_ms.saturating_add(passed_ms);
        self.roster.look(&self.floor.table, passed_ms);
        self.seat_everybody();
        let mut scene = self.survey();
        let mut served = std::mem::take(&mut self.served);
        let (mut looked_at, mut busy) = (false, false);
        for member in &mut served {
            if member.seat.gone.load(Relaxed) {
                continue;
            }
            let (looks, holds) = self.read_desk(member, passed_ms);
            looked_at |= looks;
            busy |= holds;
            self.serve(member, &mut scene, passed_ms);
            busy |= member.held.is_held();
            self.publish(member);
        }
        let shares = served.iter().any(|member| {
            member.follower.group().is_some_and(|group| scene.members[usize::from(group)] > 1)
        });
        self.served = served;
        self.tell(looked_at);
        if looked_at || busy || shares || scene.watched { QUICK_MS } else { SLOW_MS }
    }

    fn seat_everybody(&mut self) {
        let generation = self.floor.generation.load(Relaxed);
        if generation == self.generation {
            return;
        }
        self.generation = generation;
        let seats = locked(&self.floor.seats).clone();
        self.served.retain(|served| seats.iter().any(|seat| Arc::ptr_eq(seat, &served.seat)));
        for seat in seats {
            if !self.served.iter().any(|served| Arc::ptr_eq(&seat, &served.seat)) {
                self.served.push(Served {
                    record: Record::new(seat.actor.kind()),
                    written: [0; WORDS],
                    sequence: 0,
                    dials: [f32::NAN; DIALS],
                    follower: Follower::new(seat.token),
                    held: Held::default(),
                    seat,
                });
            }
        }
    }

    fn survey(&self) -> Scene {
        let mut scene = Scene::default();
        for (token, record) in self.roster.there() {
            scene.watched |= record.watching;
            if record.hold.target != 0 {
                scene.holds.push((token, record.hold));
            }
            if let Some(group) = record.group {
                scene.members[usize::from(group)] += 1;
                scene.consider(group, record.stamp, token, record.shared);
            }
        }
        scene
    }

    /// Takes over what editor and host have said. Returns whether the editor looks, and whether it
    /// holds somebody.
    fn read_desk(&self, member: &mut Served, passed_ms: u32) -> (bool, bool) {
        let mut desk = locked(&member.seat.desk);
        desk.look_ms = desk.look_ms.saturating_sub(passed_ms);
        let record = &mut member.record;
        if record.name != desk.name {
            record.name.clone_from(&desk.name);
        }
        record.color = desk.color;
        record.watching = desk.look_ms > 0 || member.seat.actor.is_watched();
        if desk.hand.is_busy() {
            let me = member.seat.token;
            record.hold = desk.hand.step(passed_ms, |hold| {
                let (_, other) = self.roster.there().find(|(token, _)| *token == hold.target)?;
                Some(other.answer.to == me && other.answer.serial == hold.serial)
            });
        } else {
            record.hold = Hold::default();
        }
        (record.watching, desk.hand.is_busy())
    }

    /// Has a member look at its parameters and follow whom it follows.
    fn serve(&mut self, member: &mut Served, scene: &mut Scene, passed_ms: u32) {
        let actor = member.seat.actor.clone();
        let Some(Look { part, dials, loads }) = actor.look() else { return };
        let offline = member.seat.offline.load(Relaxed);
        let group = part.group.filter(|group| usize::from(*group) < GROUPS);
        let latest = group.and_then(|group| scene.latest[usize::from(group)]);
        let mut edits = Vec::new();
        if self.age_ms >= WARM_UP_MS {
            edits = member.follower.step(&Now {
                mapping: &actor,
                dials,
                group,
                loads,
                offline,
                latest: latest.map(|(stamp, _, room)| (stamp, room)),
                passed_ms,
            });
            if let Some(group) = member.follower.group() {
                let (stamp, room) = (member.follower.stamp(), member.follower.shared());
                scene.consider(group, stamp, member.seat.token, room);
            }
        }
        let record = &mut member.record;
        record.group = member.follower.group();
        (record.stamp, record.shared) = (member.follower.stamp(), member.follower.shared());
        if std::mem::replace(&mut member.dials, dials) != dials {
            record.room = actor.room(&dials);
        }
        (record.place, record.offline) = (part.place, offline);
        (record.bypassed, record.room_feed) = (part.bypassed, part.room_feed);
        let me = member.seat.token;
        let holds: Vec<_> =
            scene.holds.iter().filter(|(_, hold)| hold.target == me).copied().collect();
        let moves = if offline { Vec::new() } else { member.held.step(&holds) };
        record.answer = member.held.answer();
        for (dial, position) in edits {
            actor.set_dial(dial, position);
        }
        for step in moves {
            match step {
                Move::Begin => actor.begin_move(),
                Move::To(distance_m, azimuth_deg) => actor.move_to(distance_m, azimuth_deg),
                Move::End => actor.end_move(),
            }
        }
        actor.remind_host();
    }

    /// Writes the record into the member's slot, if it has changed or somebody else has been there.
    fn publish(&self, member: &mut Served) {
        let (table, seat) = (&self.floor.table, &member.seat);
        let mut index = seat.slot.load(Relaxed);
        if index == NOWHERE || table.slot(index).owner() != seat.token {
            let Some(found) = self.roster.claim(table, seat.token) else { return };
            index = found;
            seat.slot.store(index, Relaxed);
            member.written = [0; WORDS];
            // It may have left in the meantime, without knowing of this slot.
            if seat.gone.load(Relaxed) {
                table.slot(index).claim(seat.token, 0);
                return;
            }
        }
        let slot = table.slot(index);
        let words = member.record.encode(seat.token);
        if words != member.written || slot.sequence() != member.sequence {
            slot.write(&words);
            member.written = words;
            member.sequence = slot.sequence();
        }
        slot.beat();
    }

    /// Puts the news out, for those who look.
    fn tell(&mut self, looked_at: bool) {
        if !looked_at {
            self.news_are_out = false;
            return;
        }
        if self.news_are_out && !self.roster.has_changed() {
            return;
        }
        self.news_are_out = true;
        let everybody =
            self.roster.there().map(|(token, record)| Neighbour { token, record: record.clone() });
        let everybody = everybody.collect();
        {
            let mut news = locked(&self.floor.news);
            news.everybody = everybody;
            news.serial += 1;
        }
        for member in self.served.iter().filter(|member| member.record.watching) {
            member.seat.actor.draw_news();
        }
    }
}

impl Scene {
    fn consider(&mut self, group: u8, stamp: Stamp, token: Token, room: RoomSettings) {
        let Some(latest) = self.latest.get_mut(usize::from(group)) else { return };
        if latest.is_none_or(|(other, by, _)| (stamp, token) > (other, by)) {
            *latest = Some((stamp, token, room));
        }
    }
}

#[cfg(test)]
mod tests;
