//! Space on the stage: it has a room but no place in it.
//!
//! Its room by name is a volume; the decay is a parameter of its own, whatever the room. So the room
//! that it shares is that volume with its decay and multipliers, and a room that it takes over moves
//! those and chooses the name of the volume, or a custom one.

use nice_plug::params::Param;
use shared_dsp::room::{RoomKind as DspRoomKind, RoomSettings};
use shared_plugin::choices::RoomKind;
use shared_plugin::state::between_loads;
use shared_stage::{Actor, Dials, Kind, Look, Part, is_same};
use shared_ui::Control;
use shared_ui::control::Edits;
use shared_ui::queue::EditQueue;
use shared_ui::window::Screen;
use std::sync::Arc;

use crate::params::SpaceParams;

/// An instance's parameters, the way to its host and to its editor.
pub struct SpaceActor {
    params: Arc<SpaceParams>,
    edits: Arc<EditQueue>,
    screen: Screen,
}

impl SpaceActor {
    /// The actor of the instance with these parameters.
    pub fn new(params: Arc<SpaceParams>, screen: Screen) -> Self {
        Self { params, edits: screen.edits().clone(), screen }
    }

    /// The parameters of the room; the choice of the room last, see [`Actor::look`].
    fn room_controls(&self) -> [&dyn Control; 5] {
        let p = &self.params;
        [&p.room_volume, &p.decay, &p.decay_low, &p.decay_high, &p.room]
    }
}

impl Actor for SpaceActor {
    fn kind(&self) -> Kind {
        Kind::Space
    }

    fn look(&self) -> Option<Look> {
        between_loads(|| Look {
            part: Part {
                group: self.params.room_group.value().index(),
                bypassed: self.params.bypass.value(),
                ..Part::default()
            },
            dials: self.room_controls().map(|control| control.position()),
            loads: self.params.state_version.loads(),
        })
    }

    fn room(&self, [volume, decay, low, high, room]: &Dials) -> RoomSettings {
        let p = &self.params;
        let kind = p.room.preview_plain(*room);
        let volume_m3 = match DspRoomKind::from(kind).settings() {
            Some(room) => room.volume_m3,
            None => p.room_volume.preview_plain(*volume),
        };
        RoomSettings {
            volume_m3,
            rt60_s: p.decay.preview_plain(*decay),
            low: p.decay_low.preview_plain(*low),
            high: p.decay_high.preview_plain(*high),
        }
    }

    fn dials_for(&self, wanted: &RoomSettings, now: &Dials) -> Dials {
        let p = &self.params;
        let own = self.room(now);
        let [mut volume, mut decay, mut low, mut high, mut room] = *now;
        if !is_same(own.volume_m3, wanted.volume_m3) {
            let is_it = |kind: &RoomKind| {
                let named = DspRoomKind::from(*kind).settings();
                named.is_some_and(|room| is_same(room.volume_m3, wanted.volume_m3))
            };
            let kind = RoomKind::all().find(is_it).unwrap_or(RoomKind::Custom);
            room = p.room.preview_normalized(kind);
            if kind == RoomKind::Custom {
                volume = p.room_volume.preview_normalized(wanted.volume_m3);
            }
        }
        if !is_same(own.rt60_s, wanted.rt60_s) {
            decay = p.decay.preview_normalized(wanted.rt60_s);
        }
        if !is_same(own.low, wanted.low) {
            low = p.decay_low.preview_normalized(wanted.low);
        }
        if !is_same(own.high, wanted.high) {
            high = p.decay_high.preview_normalized(wanted.high);
        }
        [volume, decay, low, high, room]
    }

    fn set_dial(&self, dial: usize, position: f32) {
        if let Some(control) = self.room_controls().get(dial) {
            self.edits.put(control.ptr(), position);
        }
    }

    // It has no place: nobody can move it.
    fn begin_move(&self) {}
    fn move_to(&self, _distance_m: f32, _azimuth_deg: f32) {}
    fn end_move(&self) {}

    fn remind_host(&self) {
        self.edits.remind();
    }

    fn is_watched(&self) -> bool {
        self.screen.is_open()
    }

    fn draw_news(&self) {
        self.screen.draw();
    }

    fn log(&self, line: &str) {
        nice_plug::nice_warn!("{line}");
    }
}

#[cfg(test)]
mod tests;
