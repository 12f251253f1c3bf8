//! How one member keeps to the room of its group: decisions only, no memory, thread or host.
//!
//! Between a decision and the moment in which the parameter has moved lie the host's queues. A dial
//! has therefore at most one edit under way; where it then arrives is not taken for a change by the
//! user, even if the host has rounded it, and what has not arrived is sent again a few times.

use crate::record::{Stamp, Token};
use shared_dsp::room::RoomSettings;

/// Parameters that make a room.
pub const DIALS: usize = 5;

/// Their normalised positions, 0..1.
pub type Dials = [f32; DIALS];

/// A dial nearer than this to where it should be is there.
const CLOSE: f32 = 1e-5;

/// A dial that comes so near to where it was sent has arrived: hosts may round.
const ARRIVED: f32 = 5e-3;

/// How often a dial is sent to the same room, at most.
const ATTEMPTS: u32 = 4;

/// Edits of one dial under way at once, at most: a host that has stopped takes none for hours.
const FLIGHTS: usize = 16;

/// An edit that has not arrived after this time is sent again, in ms.
const PATIENCE_MS: u32 = 2000;

/// How a plugin's dials make a room, and back.
pub trait Mapping {
    /// The room that these dials make.
    fn room(&self, dials: &Dials) -> RoomSettings;
    /// The dials for this room, as far as their ranges allow.
    fn dials_for(&self, room: &RoomSettings, now: &Dials) -> Dials;
}

/// What a member looks at before it decides.
pub struct Now<'a> {
    /// The plugin's dials.
    pub mapping: &'a dyn Mapping,
    /// Where they stand.
    pub dials: Dials,
    /// The group that its parameter says.
    pub group: Option<u8>,
    /// How many states it has loaded.
    pub loads: u64,
    /// Whether its host renders offline.
    pub offline: bool,
    /// The latest room in that group, of anyone who is there, and when it was set.
    pub latest: Option<(Stamp, RoomSettings)>,
    /// Time since the last decision in ms.
    pub passed_ms: u32,
}

/// A dial's edits under way.
#[derive(Clone, Debug, Default)]
struct Flight {
    /// Where it was sent and has not been seen, oldest first.
    targets: Vec<f32>,
    /// For which room it was sent last.
    sent_for: Stamp,
    /// For which room it has arrived, even if it was rounded on the way.
    arrived_for: Option<Stamp>,
    waited_ms: u32,
    attempts: u32,
}

impl Flight {
    /// Takes note of where the dial stands now. False if somebody else has moved it.
    fn explains(&mut self, dial: f32, known: f32, passed_ms: u32) -> bool {
        let moved = dial.to_bits() != known.to_bits();
        let near = if moved { ARRIVED } else { CLOSE };
        if let Some(at) = self.targets.iter().position(|to| (*to - dial).abs() <= near) {
            self.targets.drain(..=at);
            self.waited_ms = 0;
            if self.targets.is_empty() {
                self.arrived_for = Some(self.sent_for);
            }
            return true;
        }
        if !self.targets.is_empty() {
            self.waited_ms = self.waited_ms.saturating_add(passed_ms);
        }
        !moved
    }

    /// Whether the dial is to be sent to `target`, and takes note that it is.
    fn sends(&mut self, dial: f32, target: f32, stamp: Stamp) -> bool {
        if self.sent_for != stamp {
            self.attempts = 0;
        }
        let free = self.targets.is_empty() || self.waited_ms >= PATIENCE_MS;
        let sends = free
            && (target - dial).abs() > CLOSE
            && self.arrived_for != Some(stamp)
            && self.attempts < ATTEMPTS
            && self.targets.len() < FLIGHTS;
        if sends {
            self.targets.push(target);
            self.sent_for = stamp;
            self.waited_ms = 0;
            self.attempts += 1;
        }
        sends
    }
}

/// One member's memory.
#[derive(Clone, Debug)]
pub struct Follower {
    token: Token,
    started: bool,
    was_offline: bool,
    /// States loaded so far.
    loads: u64,
    group: Option<u8>,
    /// The dials as they are explained: by the user long ago, or by an edit that has arrived.
    known: Dials,
    flights: [Flight; DIALS],
    shared: RoomSettings,
    stamp: Stamp,
    /// Nothing that was set before this is followed.
    since: Stamp,
    /// Whether the dials are to be moved to the shared room.
    asserts: bool,
}

impl Follower {
    /// A member that has not looked yet.
    pub fn new(token: Token) -> Self {
        Self {
            token,
            started: false,
            was_offline: false,
            loads: 0,
            group: None,
            known: Dials::default(),
            flights: Default::default(),
            shared: RoomSettings::default(),
            stamp: Stamp::default(),
            since: Stamp::default(),
            asserts: false,
        }
    }

    /// The group that it is in.
    pub fn group(&self) -> Option<u8> {
        self.group
    }

    /// Its copy of the group's room.
    pub fn shared(&self) -> RoomSettings {
        self.shared
    }

    /// When that was set.
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Looks, decides, and says which dials are to be set to what.
    pub fn step(&mut self, now: &Now<'_>) -> Vec<(usize, f32)> {
        if now.offline {
            self.was_offline = true;
            return Vec::new();
        }
        let first = !std::mem::replace(&mut self.started, true);
        let loaded = std::mem::replace(&mut self.loads, now.loads) != now.loads;
        let back = std::mem::take(&mut self.was_offline);
        if first || loaded || back {
            // Only an instance that has loaded no state was put into its group by somebody.
            self.take_as_is(now, now.group.filter(|_| !first || loaded));
        }
        let changed = self.explain(now);
        if now.group != self.group {
            self.join(now);
        } else if self.group.is_some() {
            self.keep_up(now, changed);
        } else if let Some([_, after]) = changed {
            self.shared = after;
        }
        self.send(now)
    }

    /// Nobody has changed anything: this is how things are.
    fn take_as_is(&mut self, now: &Now<'_>, group: Option<u8>) {
        self.group = group;
        self.known = now.dials;
        self.shared = now.mapping.room(&now.dials);
        self.stamp = Stamp::default();
        self.since = now.latest.map_or(self.stamp, |(stamp, _)| stamp);
        self.asserts = false;
    }

    /// The room before and after what the user, or the host, has done to the dials.
    fn explain(&mut self, now: &Now<'_>) -> Option<[RoomSettings; 2]> {
        let at_rest = self.flights.iter().all(|flight| flight.targets.is_empty());
        if at_rest && now.dials.map(f32::to_bits) == self.known.map(f32::to_bits) {
            return None;
        }
        let mut explained = now.dials;
        for ((dial, known), flight) in explained.iter_mut().zip(&self.known).zip(&mut self.flights)
        {
            if !flight.explains(*dial, *known, now.passed_ms) {
                *dial = *known;
            }
        }
        let before = now.mapping.room(&explained);
        self.known = now.dials;
        let after = now.mapping.room(&now.dials);
        (before != after).then_some([before, after])
    }

    /// The user has chosen another group, or none.
    fn join(&mut self, now: &Now<'_>) {
        self.group = now.group;
        let own = (Stamp::default(), now.mapping.room(&now.dials));
        let found = now.latest.filter(|_| self.group.is_some());
        (self.stamp, self.shared) = found.unwrap_or(own);
        self.since = self.stamp;
        self.asserts = found.is_some();
        self.flights.iter_mut().for_each(|flight| flight.arrived_for = None);
    }

    fn keep_up(&mut self, now: &Now<'_>, changed: Option<[RoomSettings; 2]>) {
        let newer = now.latest.filter(|(stamp, _)| *stamp > self.stamp.max(self.since));
        if let Some((stamp, room)) = newer {
            (self.stamp, self.shared) = (stamp, room);
            self.asserts = true;
        }
        if let Some([before, after]) = changed {
            self.shared = merged(self.shared, before, after);
            let clock = self.stamp.max(self.since).clock.saturating_add(1);
            self.stamp = Stamp { clock, by: self.token };
            self.asserts = true;
        }
    }

    /// Moves the dials towards the shared room.
    fn send(&mut self, now: &Now<'_>) -> Vec<(usize, f32)> {
        if self.group.is_none() || !self.asserts {
            return Vec::new();
        }
        let wanted = now.mapping.dials_for(&self.shared, &now.dials);
        let dials = wanted.into_iter().zip(now.dials).zip(&mut self.flights).enumerate();
        let edits: Vec<_> = dials
            .filter_map(|(index, ((wanted, dial), flight))| {
                flight.sends(dial, wanted, self.stamp).then_some((index, wanted))
            })
            .collect();
        // All are there, or as near as their host lets them.
        self.asserts = self.flights.iter().any(|flight| !flight.targets.is_empty());
        edits
    }
}

/// `room` with those of its figures changed that differ between `before` and `after`.
fn merged(room: RoomSettings, before: RoomSettings, after: RoomSettings) -> RoomSettings {
    let pick = |shared: f32, before: f32, after: f32| if before == after { shared } else { after };
    RoomSettings {
        volume_m3: pick(room.volume_m3, before.volume_m3, after.volume_m3),
        rt60_s: pick(room.rt60_s, before.rt60_s, after.rt60_s),
        low: pick(room.low, before.low, after.low),
        high: pick(room.high, before.high, after.high),
    }
}

#[cfg(test)]
mod tests;
