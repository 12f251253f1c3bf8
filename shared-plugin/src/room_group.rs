//! Rooms shared by the instances of one plugin.
//!
//! Every instance in a group hears the room that was last set in any of them. Bounds of what this
//! does: a group reaches as far as one loaded binary in one process (a host that runs plugins in
//! separate processes, or mixes CLAP and VST3, has a group in each), an instance that joins takes
//! over the room it finds, and the parameters of the other instances keep their own values, which
//! they hear again when they leave. The group is empty again when its last member has left.

use std::sync::atomic::{AtomicU32, Ordering};

/// Values that describe a room, in an order that the plugin decides.
pub type Room = [f32; 4];

/// One shared room: a sequence lock, so that a reader never waits and never sees half a room.
struct Group {
    members: AtomicU32,
    /// Even: at rest. Odd: being written. Zero: no room yet.
    sequence: AtomicU32,
    values: [AtomicU32; 4],
}

impl Group {
    const fn new() -> Self {
        Self {
            members: AtomicU32::new(0),
            sequence: AtomicU32::new(0),
            values: [const { AtomicU32::new(0) }; 4],
        }
    }

    /// The room, unless there is none or it is being written right now.
    fn read(&self) -> Option<Room> {
        let before = self.sequence.load(Ordering::Acquire);
        if before == 0 || !before.is_multiple_of(2) {
            return None;
        }
        let mut room = Room::default();
        for (value, shared) in room.iter_mut().zip(&self.values) {
            *value = f32::from_bits(shared.load(Ordering::Acquire));
        }
        (self.sequence.load(Ordering::Acquire) == before).then_some(room)
    }

    /// Writes the room; false if another instance is writing at this moment.
    fn write(&self, room: &Room) -> bool {
        let before = self.sequence.load(Ordering::Acquire);
        let free = before.is_multiple_of(2)
            && self
                .sequence
                .compare_exchange(
                    before,
                    before.wrapping_add(1),
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                )
                .is_ok();
        if free {
            for (shared, value) in self.values.iter().zip(room) {
                shared.store(value.to_bits(), Ordering::Release);
            }
            // Never zero, which means that there is no room.
            let after = before.wrapping_add(2).max(2);
            self.sequence.store(after, Ordering::Release);
        }
        free
    }
}

/// Shared by all instances of this binary in this process.
static GROUPS: [Group; 4] = [const { Group::new() }; 4];

/// One instance's membership in the groups. Lock-free; for the audio thread.
#[derive(Debug, Default)]
pub struct Member {
    joined: Option<usize>,
    /// The room of the own parameters as the group last heard it.
    told: Option<Room>,
    /// The room that the group had when it was last readable.
    heard: Option<Room>,
}

impl Member {
    /// The room to use by an instance whose parameters say `own` and which belongs to `group`
    /// (0..4, or to none).
    pub fn resolve(&mut self, group: Option<usize>, own: Room) -> Room {
        let group = group.filter(|index| *index < GROUPS.len());
        if group != self.joined {
            self.leave();
            self.join(group, own);
        }
        let Some(shared) = self.joined.and_then(|index| GROUPS.get(index)) else { return own };
        if self.told != Some(own) && shared.write(&own) {
            self.told = Some(own);
        }
        if let Some(room) = shared.read() {
            self.heard = Some(room);
        }
        self.heard.unwrap_or(own)
    }

    fn join(&mut self, group: Option<usize>, own: Room) {
        self.joined = group;
        let Some(shared) = group.and_then(|index| GROUPS.get(index)) else { return };
        let first = shared.members.fetch_add(1, Ordering::AcqRel) == 0;
        // The first member brings its room, the others take over what they find.
        self.told = if first { None } else { Some(own) };
    }

    fn leave(&mut self) {
        if let Some(shared) = self.joined.take().and_then(|index| GROUPS.get(index)) {
            shared.members.fetch_sub(1, Ordering::AcqRel);
        }
        self.told = None;
        self.heard = None;
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STUDIO: Room = [120.0, 0.4, 1.0, 0.8];
    const HALL: Room = [12_000.0, 2.2, 1.1, 0.6];

    #[test]
    fn members_hear_the_room_that_was_set_last_and_their_own_again_when_they_leave() {
        let (mut first, mut second) = (Member::default(), Member::default());
        assert_eq!(first.resolve(Some(0), STUDIO), STUDIO);
        assert_eq!(second.resolve(Some(0), HALL), STUDIO, "who joins takes over the room");
        let larger = [20_000.0, 2.2, 1.1, 0.6];
        assert_eq!(second.resolve(Some(0), larger), larger);
        assert_eq!(first.resolve(Some(0), STUDIO), larger);
        assert_eq!(second.resolve(None, larger), larger);
        assert_eq!(first.resolve(None, STUDIO), STUDIO);
    }

    #[test]
    fn an_empty_group_forgets_its_room() {
        let mut first = Member::default();
        first.resolve(Some(1), STUDIO);
        drop(first);
        let mut second = Member::default();
        assert_eq!(second.resolve(Some(1), HALL), HALL);
    }

    #[test]
    fn groups_do_not_hear_each_other() {
        let (mut first, mut second) = (Member::default(), Member::default());
        first.resolve(Some(2), STUDIO);
        assert_eq!(second.resolve(Some(3), HALL), HALL);
    }
}
