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
    BLOCK, Block, Early, Exchange, Late, LateSettings, RUN, Ramp, SILENT, SPEED_OF_SOUND,
    TapRequest, load, store,
};
use crate::simd::level;
use cues::{DISTANCE_M, Place, Scene, XOVER_HZ};
use direct::Direct;
use fearless_simd::{Simd, dispatch, prelude::*};
use hold::{Heard, Hold};

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
    /// Whether all of those have arrived.
    still: bool,
    exchange: Exchange,
    wet: Wet,
    place: Option<Place>,
    /// The last blocks, as they came in and as they went out: heard where a loudness is held.
    raw: [[Block; 2]; RUN],
    played: [[Block; 2]; RUN],
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
            if self.applied.is_some_and(|applied| !applied.hold_loudness) {
                self.hold.resume();
            }
            let moved = self.applied != Some(self.settings);
            self.hold.gain(&scene, &place, moved)
        } else {
            1.0
        };
        self.direct.aim(&scene, &place, self.settings.time_of_flight, hold);
        self.early_feed.set((hold * place.early.sqrt()) as f32);
        self.early_gain.set(scene.early_power.sqrt() as f32);
        let late = hold * (place.late * scene.late_power).sqrt();
        let [inside, outside] = if self.settings.room_feed { [0.0, 1.0] } else { [1.0, 0.0] };
        self.late_gain.set((inside * late) as f32);
        self.feed_gain.set((outside * late * scene.feed.sqrt()) as f32);
        self.still = false;
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
    }

    /// Blocks from a tick on in which nothing is due but what is moving already.
    fn undisturbed(&self) -> usize {
        let fade = if self.due { self.early.blocks_to_ready().max(1) } else { RUN };
        let hop = if self.settings.hold_loudness { self.hold.blocks_left() } else { RUN };
        fade.min(hop)
    }

    fn ramps(&mut self) -> [&mut Ramp; 4] {
        [&mut self.early_feed, &mut self.early_gain, &mut self.late_gain, &mut self.feed_gain]
    }

    /// The start of a block that comes in parts.
    fn next_block(&mut self) {
        // What is not listened to in it counts as silence.
        (self.raw[0], self.played[0]) = ([SILENT; 2], [SILENT; 2]);
        self.direct.next_block();
        self.next_ramps();
    }

    #[inline(always)]
    fn next_ramps(&mut self) {
        if !self.still {
            self.ramps().into_iter().for_each(Ramp::next_block);
            self.still = self.ramps().iter().all(|ramp| ramp.is_settled());
        }
    }

    /// A part of a block.
    fn stretch(&mut self, io: Io<'_>) {
        let position = self.exchange.phase();
        let Io { main: mut audio, feed, .. } = io;
        if self.settings.hold_loudness {
            copy(&mut self.raw[0], &audio, position);
        }
        self.direct.travel(&mut audio, position);
        self.exchange.take(&audio, position);
        if let Some([left, right]) = feed {
            self.send(audio.each_ref().map(|lane| &**lane), [left, right], position);
        }
        self.direct.place(&mut audio, position);
        self.exchange.add_to(&mut audio, position);
        if self.settings.hold_loudness {
            copy(&mut self.played[0], &audio, position);
        }
    }

    /// The end of a block that came in parts.
    #[inline(always)]
    fn finish_block<S: Simd>(&mut self, simd: S) {
        let travelled = self.exchange.input;
        self.direct.observe(simd, travelled.each_ref());
        self.take(simd, travelled.each_ref(), 0);
        self.give_back(simd, 1);
        self.exchange.output = self.wet.output[1];
        self.hear(1);
    }

    /// Whole blocks in a row, each step for all of them.
    #[inline(always)]
    fn run<S: Simd>(
        &mut self,
        simd: S,
        [left, right]: [&mut [Block]; 2],
        mut feed: Option<[&mut [Block]; 2]>,
    ) {
        let blocks = left.len();
        debug_assert!(blocks <= RUN, "no more than are undisturbed");
        if self.settings.hold_loudness {
            keep(&mut self.raw, [left, right]);
        }
        self.direct.travel_run(simd, [left, right]);
        for (at, travelled) in left.iter().zip(&*right).enumerate() {
            let travelled = [travelled.0, travelled.1];
            self.next_ramps();
            if let Some([left, right]) = &mut feed {
                let rests = self.feed_gain.rests_on(0.0);
                [left[at], right[at]] = if rests {
                    [SILENT; 2]
                } else {
                    store(self.feed_gain.applied(simd, travelled))
                };
            }
            self.take(simd, travelled, at);
        }
        self.direct.place_run(simd, [left, right]);
        self.give_back(simd, blocks);
        // What a block gives back comes with the next one.
        self.wet.output[0] = self.exchange.output;
        self.exchange.output = self.wet.output[blocks];
        for ((left, right), wet) in left.iter_mut().zip(&mut *right).zip(&self.wet.output) {
            (load(simd, left) + load(simd, &wet[0])).store_array(left);
            (load(simd, right) + load(simd, &wet[1])).store_array(right);
        }
        if self.settings.hold_loudness {
            keep(&mut self.played, [left, right]);
        }
        self.hear(blocks);
    }

    /// The feed of an auxiliary output.
    #[inline(always)]
    fn send(&self, travelled: [&[f32]; 2], feed: [&mut [f32]; 2], position: usize) {
        for (feed, travelled) in feed.into_iter().zip(travelled) {
            if self.feed_gain.rests_on(0.0) {
                feed.fill(0.0);
                continue;
            }
            for (i, (feed, x)) in feed.iter_mut().zip(travelled).enumerate() {
                *feed = x * self.feed_gain.at(position + i);
            }
        }
    }

    /// Gives a block to the room.
    #[inline(always)]
    fn take<S: Simd>(&mut self, simd: S, travelled: [&Block; 2], at: usize) {
        self.early.push(self.early_feed.applied(simd, travelled));
        self.wet.early_gain[at] = self.early_gain;
        let sounds = !(self.late_gain.rests_on(0.0) && self.late.is_idle());
        self.wet.late[at] = if sounds {
            Some(self.late.process(&store(self.late_gain.applied(simd, travelled))))
        } else {
            None
        };
    }

    /// What the room gives back after those blocks.
    #[inline(always)]
    fn give_back<S: Simd>(&mut self, simd: S, blocks: usize) {
        let Wet { output, early_gain, late } = &mut self.wet;
        let output = &mut output[1..=blocks];
        self.early.process(simd, output);
        for ((output, gain), late) in output.iter_mut().zip(early_gain).zip(late) {
            *output = store(gain.applied(simd, output.each_ref()));
            for (output, late) in output.iter_mut().zip(late.iter().flatten()) {
                (load(simd, output) + load(simd, late)).store_array(output);
            }
        }
    }

    /// Lets the held loudness hear those blocks.
    #[inline(always)]
    fn hear(&mut self, blocks: usize) {
        if self.settings.hold_loudness
            && let (Some(scene), Some(place)) = (&self.scene, &self.place)
        {
            let Self { raw, played, wet, .. } = self;
            let heard = Heard {
                raw: &raw[..blocks],
                played: &played[..blocks],
                late: &wet.late[..blocks],
                feed: self.settings.room_feed,
                flight_s: if self.settings.time_of_flight {
                    scene.flight_s(place.distance_m)
                } else {
                    0.0
                },
            };
            self.hold.hear(&heard, scene, place);
        }
    }
}

/// What the room gives back for the blocks of a run.
#[derive(Clone, Debug, Default)]
#[repr(C, align(64))]
struct Wet {
    /// From the block on that is played now.
    output: [[Block; 2]; RUN + 1],
    early_gain: [Ramp; RUN],
    /// Where it sounds.
    late: [Option<[Block; 2]>; RUN],
}

/// Keeps blocks in a row.
#[inline(always)]
fn keep(kept: &mut [[Block; 2]; RUN], [left, right]: [&[Block]; 2]) {
    for (kept, (left, right)) in kept.iter_mut().zip(left.iter().zip(right)) {
        *kept = [*left, *right];
    }
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
            let mut whole = 0;
            if self.exchange.phase() == 0 {
                self.tick();
                whole = ((frames - done) / BLOCK).min(self.undisturbed());
            }
            if whole > 0 {
                let Io { main: [left, right], feed, .. } = &mut io.part(done, done + whole * BLOCK);
                let feed =
                    feed.as_mut().map(|feed| feed.each_mut().map(|lane| lane.as_chunks_mut().0));
                let audio = [left.as_chunks_mut().0, right.as_chunks_mut().0];
                dispatch!(level(), simd => self.run(simd, audio, feed));
                done += whole * BLOCK;
                continue;
            }
            if self.exchange.phase() == 0 {
                self.next_block();
            }
            let count = self.exchange.left().min(frames - done);
            self.stretch(io.part(done, done + count));
            done += count;
            if self.exchange.advance(count) {
                dispatch!(level(), simd => self.finish_block(simd));
            }
        }
    }

    fn tail(&self) -> Tail {
        let longest = self.settings.room.rt60s().into_iter().fold(0.0f32, f32::max);
        let decay = (2.2 * f64::from(longest) * self.rate) as u64 + self.direct.memory_samples();
        Tail::Samples(decay + (self.early.memory_samples() + self.late.memory_samples()) as u64)
    }
}
