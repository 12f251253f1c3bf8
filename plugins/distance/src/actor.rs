//! Distance on the stage: what its instances tell each other, and how they are set.

use nice_plug::params::Param;
use shared_dsp::placement::PlacementSettings;
use shared_dsp::room::{RoomKind as DspRoomKind, RoomSettings};
use shared_plugin::choices::RoomKind;
use shared_plugin::state::between_loads;
use shared_stage::{Actor, Dials, Kind, Look, Part, Place, is_same_room};
use shared_ui::Control;
use shared_ui::control::Edits;
use shared_ui::queue::EditQueue;
use shared_ui::window::Screen;
use std::sync::{Arc, Mutex, PoisonError};

use crate::params::{DistanceParams, Reverb};

/// An instance's parameters, the way to its host and to its editor.
pub struct DistanceActor {
    params: Arc<DistanceParams>,
    edits: Arc<EditQueue>,
    screen: Screen,
    /// The last direct-to-reverberant ratio in dB and what it was worked out from.
    ratio: Mutex<Option<(PlacementSettings, f32)>>,
}

impl DistanceActor {
    /// The actor of the instance with these parameters.
    pub fn new(params: Arc<DistanceParams>, screen: Screen) -> Self {
        Self { params, edits: screen.edits().clone(), screen, ratio: Mutex::new(None) }
    }

    /// The parameters of the room; the choice of the room last, see [`Actor::look`].
    fn room_controls(&self) -> [&dyn Control; 5] {
        let p = &self.params;
        [&p.room_volume, &p.room_rt60, &p.room_low, &p.room_high, &p.room]
    }

    fn place(&self) -> Place {
        let settings = self.params.settings().placement;
        let mut ratio = self.ratio.lock().unwrap_or_else(PoisonError::into_inner);
        let direct_to_reverberant_db = match *ratio {
            Some((of, db)) if of == settings => db,
            _ => {
                let db = settings.readouts().direct_to_reverberant_db.clamp(-200.0, 200.0);
                *ratio = Some((settings, db));
                db
            }
        };
        Place {
            distance_m: settings.distance_m,
            azimuth_deg: settings.azimuth_deg,
            recorded_at_m: settings.recorded_at_m,
            source_width_m: settings.source_width_m,
            direct_to_reverberant_db,
        }
    }
}

impl Actor for DistanceActor {
    fn kind(&self) -> Kind {
        Kind::Distance
    }

    fn look(&self) -> Option<Look> {
        between_loads(|| Look {
            part: Part {
                group: self.params.room_group.value().index(),
                place: Some(self.place()),
                bypassed: self.params.bypass.value(),
                room_feed: self.params.reverb.value() == Reverb::RoomFeed,
            },
            dials: self.room_controls().map(|control| control.position()),
            loads: self.params.state_version.loads(),
        })
    }

    fn room(&self, [volume, rt60, low, high, room]: &Dials) -> RoomSettings {
        let p = &self.params;
        let kind = p.room.preview_plain(*room);
        DspRoomKind::from(kind).settings().unwrap_or(RoomSettings {
            volume_m3: p.room_volume.preview_plain(*volume),
            rt60_s: p.room_rt60.preview_plain(*rt60),
            low: p.room_low.preview_plain(*low),
            high: p.room_high.preview_plain(*high),
        })
    }

    fn dials_for(&self, wanted: &RoomSettings, now: &Dials) -> Dials {
        let p = &self.params;
        if is_same_room(&self.room(now), wanted) {
            return *now;
        }
        let [volume, rt60, low, high, _] = *now;
        let is_it = |kind: &RoomKind| {
            DspRoomKind::from(*kind).settings().is_some_and(|room| is_same_room(&room, wanted))
        };
        match RoomKind::all().find(is_it) {
            Some(kind) => [volume, rt60, low, high, p.room.preview_normalized(kind)],
            None => [
                p.room_volume.preview_normalized(wanted.volume_m3),
                p.room_rt60.preview_normalized(wanted.rt60_s),
                p.room_low.preview_normalized(wanted.low),
                p.room_high.preview_normalized(wanted.high),
                p.room.preview_normalized(RoomKind::Custom),
            ],
        }
    }

    fn set_dial(&self, dial: usize, position: f32) {
        if let Some(control) = self.room_controls().get(dial) {
            self.edits.put(control.ptr(), position);
        }
    }

    fn begin_move(&self) {
        self.edits.begin(self.params.distance.as_ptr());
        self.edits.begin(self.params.azimuth.as_ptr());
    }

    fn move_to(&self, distance_m: f32, azimuth_deg: f32) {
        let (distance, azimuth) = (&self.params.distance, &self.params.azimuth);
        self.edits.set(distance.as_ptr(), distance.preview_normalized(distance_m));
        self.edits.set(azimuth.as_ptr(), azimuth.preview_normalized(azimuth_deg));
    }

    fn end_move(&self) {
        self.edits.end(self.params.distance.as_ptr());
        self.edits.end(self.params.azimuth.as_ptr());
    }

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
