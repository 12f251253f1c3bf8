//! The other instances in this one's room, as the stage's registry knows them.

use nice_plug::plugin::{TrackColor, TrackInfo};
use shared_stage::{Kind, Member, Neighbour};
use shared_ui::header;
use std::sync::Arc;

use super::stage::cast::{Actor, Ask, Company, Place};
use crate::params::DistanceParams;

/// The members of the room group.
pub struct Group {
    member: Member,
    params: Arc<DistanceParams>,
    spaces: usize,
}

impl Group {
    /// The group of the instance whose parameters these are.
    pub fn new(member: Member, params: Arc<DistanceParams>) -> Self {
        Self { member, params, spaces: 0 }
    }
}

impl Company for Group {
    fn introduce(&mut self, track: &TrackInfo) {
        let color = track.color().map(|color| {
            let (red, green, blue, _) = color.rgba();
            [red, green, blue]
        });
        self.member.set_track(track.name(), color);
    }

    fn tracks(&mut self) -> Vec<Actor> {
        let news = self.member.look();
        let own = self.member.token();
        let group = self.params.room_group.value().index();
        let here = |neighbour: &&Neighbour| {
            neighbour.token != own && group.is_some() && neighbour.record.group == group
        };
        let company = || news.everybody.iter().filter(here);
        self.spaces = company().filter(|other| other.record.kind == Kind::Space).count();
        company().filter_map(actor).collect()
    }

    fn spaces(&self) -> usize {
        self.spaces
    }

    fn ask(&mut self, ask: Ask) {
        self.member.hold(ask.id, ask.to.distance_m, ask.to.azimuth_deg);
        if !ask.held {
            self.member.let_go();
        }
    }
}

fn actor(neighbour: &Neighbour) -> Option<Actor> {
    let record = &neighbour.record;
    let place = record.place?;
    let color = record.color.map(|[red, green, blue]| TrackColor::new(red, green, blue, 255));
    Some(Actor {
        id: neighbour.token,
        name: if record.name.is_empty() { "Track".to_owned() } else { record.name.clone() },
        color: header::track_color(&TrackInfo::new(&record.name, color)),
        place: Place { distance_m: place.distance_m, azimuth_deg: place.azimuth_deg },
        source_width_m: place.source_width_m,
        direct_to_reverberant_db: place.direct_to_reverberant_db,
    })
}
