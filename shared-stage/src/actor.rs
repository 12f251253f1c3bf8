//! What a plugin does for its member of the stage.

use crate::follow::Dials;
use crate::record::{Kind, Place};
use shared_dsp::room::RoomSettings;

/// What an instance's parameters say that is worth telling.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Part {
    /// The room group, 0..4, or none.
    pub group: Option<u8>,
    /// Where it stands, if it is a Distance.
    pub place: Option<Place>,
    /// Whether it is bypassed.
    pub bypassed: bool,
    /// Whether another instance makes its reverb.
    pub room_feed: bool,
}

/// An instance's parameters at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// What they say that is worth telling.
    pub part: Part,
    /// Where those of its room stand, without modulation.
    pub dials: Dials,
    /// How many states have been loaded so far: what they set is nobody's change.
    pub loads: u64,
}

/// An instance as the stage sees it: its parameters, and how to set them through its host. Called on
/// the stage's own thread, never on the audio thread, some 60 times a second: looking must be cheap.
pub trait Actor: Send + Sync {
    /// Which plugin it is.
    fn kind(&self) -> Kind;

    /// What its parameters say now; nothing while a state is being loaded. Of the dials, the one
    /// that must be set last stands last: the choice of the room, without which the others say nothing.
    fn look(&self) -> Option<Look>;

    /// The room that these dials make. Depends on nothing else.
    fn room(&self, dials: &Dials) -> RoomSettings;

    /// Where to put the dials for this room, as near as their ranges allow, moving no more of them
    /// than needed. Depends on nothing else.
    fn dials_for(&self, room: &RoomSettings, now: &Dials) -> Dials;

    /// Sets one dial through the host, as a whole gesture.
    fn set_dial(&self, dial: usize, position: f32);

    /// Somebody takes hold of this instance.
    fn begin_move(&self);

    /// It is moved to so many m and degrees.
    fn move_to(&self, distance_m: f32, azimuth_deg: f32);

    /// It is let go.
    fn end_move(&self);

    /// Asks the host again for edits that still wait.
    fn remind_host(&self);

    /// Whether an editor shows everybody: then news come quickly.
    fn is_watched(&self) -> bool {
        false
    }

    /// There are news for [`crate::Member::look`]: the editor has to draw them.
    fn draw_news(&self) {}

    /// Something for the log, once at most.
    fn log(&self, line: &str);
}
