//! The stage seen from above, with every track of the room group on it.

use egui::{Id, Key, Pos2, Rect, pos2};
use nice_plug::params::Param;
use shared_dsp::placement::PlacementSettings;
use shared_dsp::room::Shoebox;
use shared_ui::Face;
use shared_ui::scale::signed;
use std::collections::HashMap;

use crate::params::DistanceParams;

pub mod cast;
mod floor;
mod hand;
mod labels;
mod map;
mod tracks;

use cast::{Actor, Ask, OWN, Place, shared_places};
use floor::Baseline;
use hand::{Felt, Wish};
use labels::{Dot, Side, arrange};
use map::{Map, outer_m};
use tracks::Lit;

/// Height of the listener above the lower edge.
const BELOW: f32 = 34.0;
/// How long another instance is given to follow, in s, before its track is drawn where it says it is.
const PATIENCE_S: f64 = 1.0;

/// What is asked of another instance, until it has done so.
struct Asked {
    to: Place,
    held: bool,
    since_s: f64,
}

/// The stage, with what it remembers from frame to frame.
#[derive(Default)]
pub struct Stage {
    baseline: Baseline,
    /// Octaves that one has zoomed in.
    nearer: f32,
    /// Distance of the outermost ring in m: it stands still under a hand that drags.
    outer_m: f32,
    /// Whether the pointer was on a track in the last frame.
    on_track: bool,
    highlighted: Option<u64>,
    asked: HashMap<u64, Asked>,
    sides: HashMap<u64, Side>,
}

/// What there is to show.
pub struct Scene<'a> {
    /// This instance's parameters.
    pub params: &'a DistanceParams,
    /// What they are, with edits on their way.
    pub settings: &'a PlacementSettings,
    /// This instance's track.
    pub own: &'a Actor,
    /// The tracks of the others in the group.
    pub others: &'a [Actor],
}

impl Stage {
    /// Draws the stage and lets the hand move the tracks. Returns what is asked of other instances.
    pub fn show(&mut self, face: &mut Face<'_>, rect: Rect, scene: &Scene<'_>) -> Vec<Ask> {
        let shoebox = Shoebox::new(&scene.settings.room);
        let mut cast = self.cast(face, scene);
        let map = self.map(face, rect, &shoebox, (&cast, scene.settings.recorded_at_m));
        floor::show(face, rect, &map, &shoebox);
        floor::too_near(face, &map, scene.settings.recorded_at_m);
        self.baseline.show(face, rect, &map, scene.settings);
        // Zoomed in, some stand outside the picture.
        cast.retain(|actor| rect.contains(stands(&map, actor)));
        let asks = self.tracks(face, rect, &map, scene, &mut cast);
        floor::listener(face, &map);
        asks
    }

    /// Everyone on the stage, this instance last, so that it is drawn on top; others where they have been
    /// asked to go.
    fn cast(&mut self, face: &Face<'_>, scene: &Scene<'_>) -> Vec<Actor> {
        let now_s = face.ui.input(|input| input.time);
        let mut cast = scene.others.to_vec();
        self.asked.retain(|id, asked| {
            let Some(actor) = cast.iter_mut().find(|actor| actor.id == *id) else { return false };
            let arrived = (actor.place.distance_m / asked.to.distance_m - 1.0).abs() < 0.01
                && (actor.place.azimuth_deg - asked.to.azimuth_deg).abs() < 0.1;
            let waits = asked.held || (!arrived && now_s - asked.since_s < PATIENCE_S);
            if waits {
                actor.place = asked.to;
            }
            waits
        });
        self.sides.retain(|id, _| *id == OWN || cast.iter().any(|actor| actor.id == *id));
        cast.push(scene.own.clone());
        cast
    }

    /// The scale of the floor. The wheel on it zooms.
    fn map(
        &mut self,
        face: &mut Face<'_>,
        rect: Rect,
        shoebox: &Shoebox,
        (cast, recorded_at_m): (&[Actor], f32),
    ) -> Map {
        let listener = pos2(rect.center().x, rect.bottom() - BELOW);
        let outer_px = (rect.height() - BELOW - 22.0).min(rect.width() / 2.0 - 88.0);
        let (pointer, down, turned) = face.ui.input(|input| {
            let turned = input.smooth_scroll_delta().y / 50.0;
            (input.pointer.hover_pos(), input.pointer.any_down(), turned)
        });
        let on_floor = pointer.is_some_and(|at| {
            rect.contains(at) && at.y < listener.y && at.distance(listener) < outer_px
        });
        let zooms = on_floor && !self.on_track;
        if zooms {
            self.nearer = (self.nearer + turned).clamp(0.0, 4.99);
        }
        if !down || self.outer_m == 0.0 {
            let farthest_m = cast.iter().map(|actor| actor.place.distance_m).fold(0.0, f32::max);
            self.outer_m = outer_m(shoebox, farthest_m, self.nearer as i32);
        }
        let map = Map { listener, outer_m: self.outer_m, outer_px };
        if let Some(at) = pointer.filter(|_| zooms) {
            let m = map.distance(at.distance(listener));
            face.hand.say(if m < recorded_at_m {
                let recorded_m = signed(recorded_at_m, 2);
                format!("Nearer than the microphone, {recorded_m} m: the room in the recording stays as it is")
            } else {
                let m = signed(m, if m < 9.995 { 2 } else { 1 });
                format!("{m} m. Wheel: zoom. Tab: from track to track, arrows move it, Enter highlights it")
            });
        }
        map
    }

    fn tracks(
        &mut self,
        face: &mut Face<'_>,
        rect: Rect,
        map: &Map,
        scene: &Scene<'_>,
        cast: &mut [Actor],
    ) -> Vec<Ask> {
        if face.ui.input(|input| input.key_pressed(Key::Escape)) {
            self.highlighted = None;
        }
        let felt: Vec<Felt> = cast.iter().map(|actor| feel(face, map, actor)).collect();
        self.on_track = felt.iter().any(|felt| felt.lit);
        let mut asks = Vec::new();
        for (actor, felt) in cast.iter_mut().zip(&felt) {
            if actor.id == OWN {
                move_own(face, scene.params, actor.place, felt.wish);
            } else {
                asks.extend(self.ask(face, actor, felt.wish));
            }
            if felt.wish.highlight && (actor.id != OWN || self.highlighted.is_some()) {
                let on = self.highlighted != Some(actor.id);
                self.highlighted = on.then_some(actor.id);
            }
        }
        let shared = shared_places(cast);
        for group in &shared {
            let dots: Vec<_> =
                group.iter().filter_map(|i| cast.get(*i)).map(|a| stands(map, a)).collect();
            tracks::shared_place(face, rect, &dots);
        }
        let sides = self.sides(face, rect, map, (cast, &shared.concat()));
        for ((actor, felt), (side, dot)) in cast.iter().zip(&felt).zip(sides) {
            let lit = Lit {
                own: actor.id == OWN,
                hovered: felt.lit || self.highlighted == Some(actor.id),
                focused: felt.focused,
                faint: self.highlighted.is_some_and(|id| id != actor.id),
            };
            tracks::show(face, rect, map, actor, lit, side.label(&dot));
        }
        asks
    }

    /// Where the names stand: this instance's first.
    fn sides(
        &mut self,
        face: &Face<'_>,
        rect: Rect,
        map: &Map,
        (cast, shared): (&[Actor], &[usize]),
    ) -> Vec<(Side, Dot)> {
        let dot = |(i, actor): (usize, &Actor)| {
            let before = self.sides.get(&actor.id).copied();
            let dot = tracks::dot(face, map, actor, actor.id == OWN, before);
            // The line round those that share a place is farther out.
            Dot {
                radius: if shared.contains(&i) { dot.radius.max(14.0) } else { dot.radius },
                ..dot
            }
        };
        let mut dots: Vec<Dot> = cast.iter().enumerate().map(dot).collect();
        dots.reverse();
        let mut placed: Vec<(Side, Dot)> = arrange(&dots, rect).into_iter().zip(dots).collect();
        placed.reverse();
        self.sides =
            cast.iter().map(|actor| actor.id).zip(placed.iter().map(|(side, _)| *side)).collect();
        placed
    }

    /// Asks another instance to move its track, and draws it there at once.
    fn ask(&mut self, face: &Face<'_>, actor: &mut Actor, wish: Wish) -> Option<Ask> {
        let now_s = face.ui.input(|input| input.time);
        let was_held = self.asked.get(&actor.id).is_some_and(|asked| asked.held);
        let let_go = was_held && !wish.held;
        if wish.to.is_none() && !let_go {
            return None;
        }
        let to = wish.to.unwrap_or(actor.place);
        actor.place = to;
        self.asked.insert(actor.id, Asked { to, held: wish.held, since_s: now_s });
        Some(Ask { id: actor.id, to, held: wish.held })
    }
}

fn stands(map: &Map, actor: &Actor) -> Pos2 {
    map.place(actor.place.distance_m, actor.place.azimuth_deg)
}

fn feel(face: &mut Face<'_>, map: &Map, actor: &Actor) -> Felt {
    let own = actor.id == OWN;
    let radius = if own { 20.0 } else { 13.0 };
    let hint = if own {
        "Drag to move in depth and direction, Shift for fine, wheel for distance, arrows by a tenth of an octave and a degree".to_owned()
    } else {
        format!("{}: drag moves it in its own instance, a click or Enter highlights it", actor.name)
    };
    hand::feel(face, map, actor, radius, &hint)
}

/// The widget of a track.
pub fn track(id: u64) -> Id {
    Id::unique(("track", id))
}

fn move_own(face: &mut Face<'_>, params: &DistanceParams, from: Place, wish: Wish) {
    if wish.held {
        face.hand.hold(&params.distance);
        face.hand.hold(&params.azimuth);
    }
    if let Some(to) = wish.to {
        if to.distance_m != from.distance_m {
            face.hand.put(&params.distance, params.distance.preview_normalized(to.distance_m));
        }
        if to.azimuth_deg != from.azimuth_deg {
            face.hand.put(&params.azimuth, params.azimuth.preview_normalized(to.azimuth_deg));
        }
    }
    if wish.back {
        face.hand.put(&params.distance, params.distance.default_normalized_value());
        face.hand.put(&params.azimuth, params.azimuth.default_normalized_value());
    }
}
