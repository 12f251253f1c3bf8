//! How the instances of Distance and Space find each other: in one process or several, as CLAP or
//! VST3. Members of a *room group* share one room, and everybody knows where everybody stands.
//!
//! **The sound never depends on it.** The audio thread knows nothing of this crate. An instance
//! sounds as its own parameters say; to share means that somebody else's change is made in one's own
//! parameters, as a gesture that the host sees, records and saves. An offline render follows nothing.
//!
//! # For an editor that draws the stage
//!
//! The plugin hands its [`Member`] to its editor (it is a cheap handle to clone).
//!
//! - With every frame: [`Member::look`] gives everybody who is there ([`Neighbour`]), this instance
//!   included (its [`Neighbour::token`] is [`Member::token`]; absent until seen, and where no slot was
//!   free). While [`Actor::is_watched`], and for half a second after a look, news come quickly, each with
//!   a call of [`Actor::draw_news`], so that no frame need be drawn which shows nothing new.
//!   Draw yourself from your own parameters, which are newer; a neighbour without a
//!   [`Record::place`] is a Space. Show those of the same [`Record::group`], or all.
//! - The host tells of the track: [`Member::set_track`].
//! - Somebody else is dragged: [`Member::hold`] with every movement, [`Member::let_go`] at the end. A
//!   key press is both at once. The held instance begins a gesture on its own parameters, follows and
//!   ends it; what it has done comes back in its record within some 50 ms, until then draw where the
//!   hand is. If its process dies, it vanishes from the list.
//! - This instance itself is moved by its own parameters, as ever.
//!
//! A test makes its members with [`Member::in_hall`] in a [`Hall::private`], so that it meets nobody.
//!
//! # For a plugin
//!
//! Implement [`Actor`], keep a [`Member`], and call [`Member::activate`] from `activate`. Thread and
//! memory exist only between the first activation or look and the death of the last member.
//!
//! # How a group keeps one room
//!
//! Every member has a copy of the group's room ([`Record::shared`]) and knows when it was set
//! ([`Stamp`]). A member whose own room is changed by anyone but this crate stamps the new room later
//! than all it has seen; all others find the latest stamp and set their own parameters to it, as far
//! as their ranges go. Only what was changed changes: a member that can follow only in part does not
//! spoil the rest. So the latest change wins, nothing is lost with a member, and where nobody changes
//! anything nothing happens. To join by choosing a group takes the group's room over; to join by
//! loading a state changes nothing anywhere until somebody changes the room.
//!
//! A room is a volume, a reverberation time and its two multipliers. A named room is sent as its
//! four figures, and a member that has a name for these figures chooses the name.
//!
//! # How it is kept
//!
//! A table (`table.rs`) of slots (`slot.rs`) in a file of the user's that all processes map; every
//! slot has one writer, and nothing in it is believed (`record.rs`). The roster (`roster.rs`) watches
//! who gives signs of life; `follow.rs` and `hold.rs` decide what to do; a hall (`hall.rs`) is the
//! thread that does it for all members of one loaded binary.

mod actor;
mod follow;
mod hall;
mod hold;
mod member;
mod record;
mod roster;
mod slot;
mod table;
#[cfg(test)]
mod testing;

pub use actor::{Actor, Look, Part};
pub use follow::{DIALS, Dials};
pub use hall::{Hall, News};
pub use member::{Member, Neighbour};
pub use record::{Answer, Hold, Kind, NAME_BYTES, Place, Record, Stamp, Token};
pub use shared_dsp::room::RoomSettings;

use std::hash::{BuildHasher, Hasher, RandomState};

/// Whether two rooms differ by less than anyone could tell or a host's rounding of a value makes.
pub fn is_same_room(a: &RoomSettings, b: &RoomSettings) -> bool {
    [(a.volume_m3, b.volume_m3), (a.rt60_s, b.rt60_s), (a.low, b.low), (a.high, b.high)]
        .into_iter()
        .all(|(a, b)| is_same(a, b))
}

/// The same for one figure of a room, which is above 0.
pub fn is_same(a: f32, b: f32) -> bool {
    (a - b).abs() <= 1e-4 * b
}

/// A random number that is not 0.
pub fn token() -> Token {
    loop {
        // The standard library's hashers are seeded from the system's random source.
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        match hasher.finish() {
            0 => {}
            token => return token,
        }
    }
}
