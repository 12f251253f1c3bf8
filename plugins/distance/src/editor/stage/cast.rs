//! Who stands on the stage, and who stands in whose way.

use egui::Color32;
use nice_plug::plugin::TrackInfo;

/// Steps of the direct-to-reverberant ratio that one just hears, in dB (Larsen et al. 2008).
pub const STEP_DB: f32 = 2.5;
/// Difference of direction below which two tracks share a place, in degrees.
const SAME_DEG: f32 = 5.0;

/// The id of this instance's own track.
pub const OWN: u64 = 0;

/// Where a track stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Distance in m.
    pub distance_m: f32,
    /// Direction in degrees, negative is left.
    pub azimuth_deg: f32,
}

/// A track on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor {
    /// Which instance it is; [`OWN`] for this one.
    pub id: u64,
    /// The track's name.
    pub name: String,
    /// The track's colour.
    pub color: Color32,
    /// Where it stands.
    pub place: Place,
    /// Width of the source in m.
    pub source_width_m: f32,
    /// Direct-to-reverberant ratio in dB.
    pub direct_to_reverberant_db: f32,
}

/// A wish that another instance move its track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ask {
    /// Which instance.
    pub id: u64,
    /// Where its track is to stand.
    pub to: Place,
    /// Whether the hand still holds it.
    pub held: bool,
}

/// The other instances in this one's room.
pub trait Company: Send {
    /// The host tells of this instance's track: the others are to know.
    fn introduce(&mut self, track: &TrackInfo);
    /// Their tracks, as they are now.
    fn tracks(&mut self) -> Vec<Actor>;
    /// How many Spaces share the room.
    fn spaces(&self) -> usize;
    /// Asks one of them to move.
    fn ask(&mut self, ask: Ask);
}

/// Groups of two or more tracks that the ear can tell apart neither by depth nor by direction, as indices.
pub fn shared_places(cast: &[Actor]) -> Vec<Vec<usize>> {
    let close = |a: &Actor, b: &Actor| {
        (a.direct_to_reverberant_db - b.direct_to_reverberant_db).abs() < STEP_DB
            && (a.place.azimuth_deg - b.place.azimuth_deg).abs() < SAME_DEG
    };
    let mut group_of: Vec<usize> = (0..cast.len()).collect();
    for (i, a) in cast.iter().enumerate() {
        for (j, b) in cast.iter().enumerate().skip(i + 1) {
            if close(a, b) {
                let (from, to) = (group_of[j], group_of[i]);
                group_of.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
            }
        }
    }
    let members = |group| (0..cast.len()).filter(|i| group_of[*i] == group).collect::<Vec<_>>();
    (0..cast.len()).map(members).filter(|group| group.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(direct_to_reverberant_db: f32, azimuth_deg: f32) -> Actor {
        Actor {
            id: 0,
            name: String::new(),
            color: Color32::WHITE,
            place: Place { distance_m: 4.0, azimuth_deg },
            source_width_m: 1.0,
            direct_to_reverberant_db,
        }
    }

    #[test]
    fn tracks_share_a_place_where_neither_depth_nor_direction_tells_them_apart() {
        let far_aside = [actor(0.0, -30.0), actor(0.0, -25.0)];
        assert!(shared_places(&far_aside).is_empty());
        let deeper = [actor(0.0, 10.0), actor(2.5, 10.0)];
        assert!(shared_places(&deeper).is_empty());
        let both = [actor(0.0, 10.0), actor(9.0, 50.0), actor(2.4, 14.9)];
        assert_eq!(shared_places(&both), [[0, 2]]);
    }

    #[test]
    fn who_stands_between_two_others_joins_their_places() {
        let row = [actor(0.0, 0.0), actor(4.0, 0.0), actor(2.0, 0.0), actor(20.0, 0.0)];
        assert_eq!(shared_places(&row), [[0, 1, 2]]);
    }
}
