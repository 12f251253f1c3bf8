//! Placement of a track in a room: the cues of distance and direction.
//!
//! The direct sound follows the law of levels relative to where the recording was made. Early
//! reflections and late field have the energies that Barron's theory gives the room at that distance;
//! they hear the sound after its flight through the air, so their ratio to the direct sound stays right
//! at every frequency.

mod cues;
mod direct;
mod flight;
mod hold;
mod settings;

pub use cues::PlacementReadouts;
pub use settings::PlacementSettings;

use crate::effect::{Effect, Io, Tail};
use crate::room::{
    BLOCK, Block, Early, Exchange, Late, LateSettings, Ramp, SPEED_OF_SOUND, TapRequest,
};
use cues::{DISTANCE_M, Place, Scene, XOVER_HZ, power};
use direct::Direct;
use hold::{Heard, Hold};
use multiversion::multiversion;

/// Time in which distance, direction and levels follow.
const GLIDE_MS: f32 = 50.0;

/// A track in a room.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    rate: f64,
    settings: PlacementSettings,
    applied: Option<PlacementSettings>,
    /// There are settings to follow, and reflections to take over once the last fade is over.
    changed: bool,
    due: bool,
    scene: Option<Scene>,
    taps: Option<TapRequest>,
    direct: Direct,
    early: Early,
    late: Late,
    /// What goes into the early reflections, and their fader. Levels that follow from the place belong
    /// to the input: what sounds already keeps its own.
    early_feed: Ramp,
    early_gain: Ramp,
    /// What goes into the late field: here, or that of a Space.
    late_gain: Ramp,
    feed_gain: Ramp,
    exchange: Exchange,
    place: Option<Place>,
    /// The block that fills, as it came in and as it goes out: heard where a loudness is held.
    raw: [Block; 2],
    played: [Block; 2],
    hold: Hold,
}

impl Placement {
    /// Works out where everything has to go.
    fn aim(&mut self) {
        let scene = match (self.scene, self.applied) {
            (Some(scene), Some(applied)) if same_scene(&applied, &self.settings) => scene,
            _ => Scene::new(&self.settings),
        };
        let place =
            scene.place(f64::from(self.settings.distance_m), f64::from(self.settings.azimuth_deg));
        let hold = if self.settings.hold_loudness {
            let moved = self.applied != Some(self.settings);
            self.hold.gain(&scene, &place, moved)
        } else {
            1.0
        };
        self.direct.aim(&scene, &place, self.settings.time_of_flight, hold);
        self.early_feed.set((hold * place.early.sqrt()) as f32);
        self.early_gain.set(power(self.settings.early_db).sqrt() as f32);
        let late = hold * (place.late * power(self.settings.late_db)).sqrt();
        let [inside, outside] = if self.settings.room_feed { [0.0, 1.0] } else { [1.0, 0.0] };
        self.late_gain.set((inside * late) as f32);
        self.feed_gain.set((outside * late * scene.feed.sqrt()) as f32);
        self.late.set(&late_settings(&self.settings));
        self.taps = Some(TapRequest {
            shoebox: scene.shoebox,
            source: place.source,
            energy: 1.0,
            predelay: 0.0,
            colour_hz: f64::from(XOVER_HZ[1]),
        });
        self.due = true;
        self.scene = Some(scene);
        self.place = Some(place);
        self.applied = Some(self.settings);
    }

    /// The start of a block.
    fn tick(&mut self) {
        let news = self.settings.hold_loudness && self.hold.has_news();
        if std::mem::take(&mut self.changed) || news {
            self.aim();
        }
        if self.due
            && self.early.is_ready()
            && let Some(taps) = &self.taps
        {
            if self.early.designed() != Some(taps) {
                self.early.change(taps);
            }
            self.due = false;
        }
        self.direct.next_block();
        self.ramps().into_iter().for_each(Ramp::next_block);
    }

    fn ramps(&mut self) -> [&mut Ramp; 4] {
        [&mut self.early_feed, &mut self.early_gain, &mut self.late_gain, &mut self.feed_gain]
    }

    /// One stretch inside a block.
    fn stretch(&mut self, io: &mut Io<'_>, start: usize, count: usize) {
        let position = self.exchange.phase();
        let [left, right] = &mut io.main;
        let (Some(left), Some(right)) =
            (left.get_mut(start..start + count), right.get_mut(start..start + count))
        else {
            return;
        };
        let mut feed = io.feed.as_mut().and_then(|[left, right]| {
            Some([left.get_mut(start..start + count)?, right.get_mut(start..start + count)?])
        });
        // Whole blocks have a length that the compiler knows.
        if let (Ok(left), Ok(right)) =
            (<&mut Block>::try_from(&mut *left), <&mut Block>::try_from(&mut *right))
        {
            pass_block(self, [left, right], feed);
        } else {
            self.pass(&mut [left, right], feed.as_mut(), position);
        }
    }

    /// The same, of audio that begins at a position in the block.
    #[inline(always)]
    fn pass(
        &mut self,
        audio: &mut [&mut [f32]; 2],
        feed: Option<&mut [&mut [f32]; 2]>,
        position: usize,
    ) {
        if self.settings.hold_loudness {
            copy(&mut self.raw, audio, position);
        }
        self.direct.travel(audio, position);
        self.exchange.take(audio, position);
        if let Some(feed) = feed {
            for (feed, audio) in feed.iter_mut().zip(audio.iter()) {
                if self.feed_gain.rests_on(0.0) {
                    feed.fill(0.0);
                    continue;
                }
                for (i, (feed, x)) in feed.iter_mut().zip(audio.iter()).enumerate() {
                    *feed = x * self.feed_gain.at(position + i);
                }
            }
        }
        self.direct.place(audio, position);
        self.exchange.add_to(audio, position);
        if self.settings.hold_loudness {
            copy(&mut self.played, audio, position);
        }
    }

    /// Works out the reflections of the block that is full.
    #[inline(always)]
    fn work(&mut self) {
        let mut output = [[0.0; BLOCK]; 2];
        let mut fed = self.exchange.input;
        self.direct.observe(&fed);
        fed.iter_mut().for_each(|block| self.early_feed.apply(block));
        self.early.push(&fed);
        if !self.early.is_idle() {
            output = self.early.process();
            output.iter_mut().for_each(|block| self.early_gain.apply(block));
        }
        let mut late = [[0.0; BLOCK]; 2];
        if !(self.late_gain.rests_on(0.0) && self.late.is_idle()) {
            fed = self.exchange.input;
            fed.iter_mut().for_each(|block| self.late_gain.apply(block));
            late = self.late.process(&fed);
            for (output, late) in output.as_flattened_mut().iter_mut().zip(late.as_flattened()) {
                *output += late;
            }
        }
        self.exchange.output = output;
        if self.settings.hold_loudness
            && let (Some(scene), Some(place)) = (&self.scene, &self.place)
        {
            let Self { raw, played, .. } = self;
            let heard = Heard { raw, played, late: &late, feed: self.settings.room_feed };
            self.hold.hear(&heard, scene, place);
        }
    }
}

/// [`Placement::pass`] of a whole block. Wider vectors give the same bits.
#[multiversion(targets("x86_64+avx"))]
fn pass_block(placement: &mut Placement, audio: [&mut Block; 2], feed: Option<[&mut [f32]; 2]>) {
    // Worked on apart, where the compiler knows that nothing overlaps.
    let [mut left, mut right] = audio.each_ref().map(|block| **block);
    let [mut sent_left, mut sent_right] = [[0.0; BLOCK]; 2];
    let mut sent: [&mut [f32]; 2] = [&mut sent_left, &mut sent_right];
    placement.pass(&mut [&mut left, &mut right], feed.is_some().then_some(&mut sent), 0);
    audio.into_iter().zip([left, right]).for_each(|(audio, block)| *audio = block);
    for (feed, sent) in feed.into_iter().flatten().zip([sent_left, sent_right]) {
        if let Ok(feed) = <&mut Block>::try_from(feed) {
            *feed = sent;
        }
    }
}

/// [`Placement::work`]. Wider vectors give the same bits.
#[multiversion(targets("x86_64+avx"))]
fn finish_block(placement: &mut Placement) {
    placement.work();
}

/// Keeps a stretch of audio that begins at a position in the block.
fn copy(block: &mut [Block; 2], audio: &[&mut [f32]; 2], position: usize) {
    for (block, audio) in block.iter_mut().zip(audio) {
        block.iter_mut().skip(position).zip(audio.iter()).for_each(|(kept, x)| *kept = *x);
    }
}

fn late_settings(settings: &PlacementSettings) -> LateSettings {
    LateSettings {
        room: settings.room,
        xover_low_hz: XOVER_HZ[0],
        xover_high_hz: XOVER_HZ[1],
        diffusion: 0.8,
        mod_depth: 0.15,
        mod_rate_hz: 0.5,
        freeze: false,
    }
}

/// Whether nothing but the place is different.
fn same_scene(a: &PlacementSettings, b: &PlacementSettings) -> bool {
    PlacementSettings { distance_m: b.distance_m, azimuth_deg: b.azimuth_deg, ..*a } == *b
}

impl Effect for Placement {
    type Settings = PlacementSettings;

    fn prepare(&mut self, sample_rate_hz: f64, settings: &PlacementSettings) {
        self.rate = sample_rate_hz;
        self.settings = settings.sane();
        self.direct.prepare(sample_rate_hz, DISTANCE_M[1] / SPEED_OF_SOUND);
        self.ramps().into_iter().for_each(|ramp| ramp.configure(GLIDE_MS, sample_rate_hz));
        self.aim();
        if let Some(scene) = &self.scene {
            self.hold.prepare(sample_rate_hz, scene);
        }
        if let Some(taps) = &self.taps {
            self.early.prepare(sample_rate_hz, 0.0, taps);
        }
        self.late.prepare(sample_rate_hz, &late_settings(&self.settings));
        self.reset();
    }

    fn reset(&mut self) {
        if self.rate == 0.0 {
            return;
        }
        self.aim();
        if let Some(scene) = &self.scene {
            self.hold.reset(scene);
        }
        // Afresh, now that nothing is known of the programme.
        self.aim();
        if let Some(taps) = &self.taps {
            self.early.reset(taps);
        }
        self.direct.reset();
        self.late.reset();
        self.ramps().into_iter().for_each(Ramp::settle);
        self.exchange = Exchange::default();
    }

    fn set(&mut self, settings: &PlacementSettings) {
        let settings = settings.sane();
        self.changed |= settings != self.settings;
        self.settings = settings;
    }

    fn process(&mut self, mut io: Io<'_>) {
        io.sanitize();
        let frames = io.frames();
        let mut done = 0;
        while done < frames && self.rate > 0.0 {
            if self.exchange.phase() == 0 {
                self.tick();
            }
            let count = self.exchange.left().min(frames - done);
            self.stretch(&mut io, done, count);
            done += count;
            if self.exchange.advance(count) {
                finish_block(self);
            }
        }
    }

    fn tail(&self) -> Tail {
        let longest = self.settings.room.rt60s().into_iter().fold(0.0f32, f32::max);
        let decay = (2.2 * f64::from(longest) * self.rate) as u64 + self.direct.memory_samples();
        Tail::Samples(decay + (self.early.memory_samples() + self.late.memory_samples()) as u64)
    }
}
