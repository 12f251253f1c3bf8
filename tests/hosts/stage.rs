//! The built plugins on the stage: instances in a room group follow each other as gestures of their
//! hosts. Distance and Space are two binaries here, which share no statics: to each other they are
//! as foreign as two processes.

#[path = "support.rs"]
#[allow(dead_code)]
mod support;

use clap_host::{Answer, Block, HostOptions, Instance, ParamEvent, Processor, Track, param_id};
use proscenium_tests::process::{alone, stage_file};
use shared_stage::{Actor, Dials, Kind, Look, Member, Record, RoomSettings};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};
use support::{DISTANCE, Plugin, SPACE};

const BLOCK: usize = 256;

/// A plugin on a track of a host that plays silence.
struct OnTrack {
    instance: Instance,
    processor: Option<Processor>,
    answers: Vec<Answer>,
}

impl OnTrack {
    fn new(plugin: Plugin, name: &str, settings: &[(&str, &str)]) -> Self {
        Self::rendering(plugin, name, settings, false)
    }

    fn rendering(plugin: Plugin, name: &str, settings: &[(&str, &str)], offline: bool) -> Self {
        let track = Some(Track { name: name.into(), colour_rgb: [200, 100, 50] });
        let options = HostOptions { offline, track, ..HostOptions::default() };
        let mut instance = plugin.with(&options);
        support::set(&mut instance, settings);
        let processor = Some(instance.activate().unwrap());
        Self { instance, processor, answers: Vec::new() }
    }

    fn play(&mut self, events: &[ParamEvent]) {
        let processor = self.processor.as_mut().unwrap();
        let mut output = [[0.0; BLOCK]; 2];
        let [left, right] = &mut output;
        let block = Block {
            input: &[&[0.0; BLOCK], &[0.0; BLOCK]],
            output: &mut [&mut left[..], &mut right[..]],
            events,
            ..Block::default()
        };
        processor.process(block).unwrap();
        self.answers.extend(processor.answers());
        self.instance.answer_requests();
    }

    /// What a user or a controller does in the host.
    fn set(&mut self, id: &str, text: &str) {
        let event = self.instance.event(0, id, text).unwrap();
        self.play(&[event]);
    }

    fn text(&mut self, id: &str) -> String {
        let value = self.instance.value(id).unwrap();
        self.instance.value_to_text(id, value).unwrap()
    }

    fn texts(&mut self, ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| self.text(id)).collect()
    }
}

impl Drop for OnTrack {
    fn drop(&mut self) {
        if let Some(processor) = self.processor.take() {
            self.instance.deactivate(processor);
        }
    }
}

/// Plays on all tracks until something is so, and says how long that took.
fn play_until(
    what: &str,
    tracks: &mut [OnTrack],
    mut so: impl FnMut(&mut [OnTrack]) -> bool,
) -> Duration {
    let start = Instant::now();
    loop {
        if so(tracks) {
            return start.elapsed();
        }
        if start.elapsed() > Duration::from_secs(5) {
            let rooms: Vec<_> =
                tracks.iter_mut().map(|t| t.texts(&["room", "room_group"])).collect();
            panic!("{what}: not within 5 s, {rooms:?}");
        }
        tracks.iter_mut().for_each(|track| track.play(&[]));
        sleep(Duration::from_millis(5));
    }
}

fn play_on(tracks: &mut [OnTrack], milliseconds: u64) {
    let end = Instant::now() + Duration::from_millis(milliseconds);
    play_until("time passes", tracks, |_| Instant::now() > end);
}

/// Volume, reverberation time and multipliers as Distance shows them for a custom room.
const DISTANCES: [&str; 5] = ["room", "room_volume", "room_rt60", "room_low", "room_high"];
const SPACES: [&str; 5] = ["room", "room_volume", "decay", "decay_low", "decay_high"];

/// Two Distances and a Space that have just joined group A one after the other.
fn group() -> Vec<OnTrack> {
    let custom = [("room", "custom"), ("room_volume", "500"), ("room_rt60", "3 s")];
    let mut tracks = vec![
        OnTrack::new(DISTANCE, "Vocal", &custom),
        OnTrack::new(DISTANCE, "Drums", &[]),
        OnTrack::new(SPACE, "Room", &[]),
    ];
    play_on(&mut tracks, 500);
    for track in 0..3 {
        tracks[track].set("room_group", "A");
        play_on(&mut tracks, 200);
    }
    tracks
}

#[test]
fn who_joins_takes_the_room_over_and_who_was_there_hears_nothing_of_it() {
    alone("who_joins_takes_the_room_over_and_who_was_there_hears_nothing_of_it", || {
        let mut tracks = group();
        let room = ["Custom", "500 m³", "3 s", "1 x", "0.6 x"];
        assert_eq!(tracks[0].texts(&DISTANCES), room);
        assert_eq!(tracks[1].texts(&DISTANCES), room);
        assert_eq!(tracks[2].texts(&SPACES), room);
        assert_eq!(tracks[0].answers, []);
    });
}

#[test]
fn a_change_is_followed_at_once_as_gestures_and_is_saved() {
    alone("a_change_is_followed_at_once_as_gestures_and_is_saved", || {
        let mut tracks = group();
        tracks.iter_mut().for_each(|track| track.answers.clear());
        tracks[0].set("room", "Studio");
        let time = play_until("a named room", &mut tracks, |tracks| {
            tracks[1].text("room") == "Studio" && tracks[2].text("decay_high") == "0.8 x"
        });
        println!("Distance and Space followed within {:.0} ms", time.as_secs_f32() * 1e3);
        assert!(time < Duration::from_millis(150), "{time:?}");
        play_on(&mut tracks, 300);
        let studio = tracks[1].instance.value("room").unwrap();
        let room = param_id("room");
        assert_eq!(
            tracks[1].answers,
            [Answer::Begin(room), Answer::Set(room, studio), Answer::End(room)],
            "one gesture on one parameter"
        );
        assert_eq!(tracks[2].text("room"), "Studio");
        assert_eq!(tracks[2].texts(&SPACES[2..]), ["0.4 s", "1.1 x", "0.8 x"]);
        assert_eq!(tracks[2].answers.len(), 4 * 3, "{:?}", tracks[2].answers);
        assert_eq!(tracks[0].answers, []);

        // From Space to Distance: the decay is the room's.
        tracks[2].set("decay", "2 s");
        play_until("a decay", &mut tracks, |tracks| {
            tracks[..2].iter_mut().all(|t| t.text("room_rt60") == "2 s")
        });
        play_on(&mut tracks, 300);
        for distance in &mut tracks[..2] {
            assert_eq!(distance.texts(&DISTANCES), ["Custom", "150 m³", "2 s", "1.1 x", "0.8 x"]);
        }

        let state = tracks[1].instance.save_state().unwrap();
        let mut saved = DISTANCE.set(&[]);
        saved.load_state(&state).unwrap();
        let volume = saved.value("room_volume").unwrap();
        assert_eq!(saved.value_to_text("room_volume", volume).unwrap(), "150 m³");
    });
}

#[test]
fn a_loaded_state_changes_nothing_until_somebody_does() {
    alone("a_loaded_state_changes_nothing_until_somebody_does", || {
        let settings = [("room", "Cathedral"), ("room_group", "A")];
        let mut saved = OnTrack::new(DISTANCE, "Saved", &settings);
        let state = saved.instance.save_state().unwrap();
        drop(saved);
        let mut tracks = group();
        tracks[1].instance.load_state(&state).unwrap();
        tracks.push(OnTrack::new(DISTANCE, "Fresh", &[]));
        tracks[3].instance.load_state(&state).unwrap();
        play_on(&mut tracks, 700);
        let rooms: Vec<_> = tracks.iter_mut().map(|track| track.text("room")).collect();
        assert_eq!(rooms, ["Custom", "Cathedral", "Custom", "Cathedral"]);
        tracks[3].set("room", "Club");
        play_until("all follow the next change", &mut tracks, |tracks| {
            tracks.iter_mut().all(|track| track.text("room") == "Club")
        });
    });
}

#[test]
fn an_offline_render_follows_nothing_and_is_not_seen() {
    alone("an_offline_render_follows_nothing_and_is_not_seen", || {
        let settings = [("room", "Cathedral"), ("room_group", "A")];
        let offline = OnTrack::rendering(DISTANCE, "Offline", &settings, true);
        let mut tracks = vec![offline];
        play_on(&mut tracks, 300);
        assert!(!stage_file().exists());
        tracks.extend(group());
        tracks[1].set("room", "Club");
        play_on(&mut tracks, 500);
        let rooms: Vec<_> = tracks.iter_mut().map(|track| track.text("room")).collect();
        assert_eq!(rooms, ["Cathedral", "Club", "Club", "Club"]);
        let table = std::fs::read(stage_file()).unwrap();
        let owners = table.chunks(256).filter(|slot| slot[..8] != [0; 8]).count();
        assert_eq!(owners, 3);
    });
}

#[test]
fn automation_of_the_room_is_followed_while_it_plays() {
    alone("automation_of_the_room_is_followed_while_it_plays", || {
        let mut tracks = group();
        for step in 0..100 {
            let text = format!("{:.3} s", 0.5 + 0.01 * f64::from(step));
            tracks[0].set("room_rt60", &text);
            tracks[1..].iter_mut().for_each(|track| track.play(&[]));
            sleep(Duration::from_millis(5));
        }
        play_until("its end is reached", &mut tracks, |tracks| {
            tracks[1].text("room_rt60") == "1.49 s" && tracks[2].text("decay") == "1.49 s"
        });
        let steps =
            tracks[1].answers.iter().filter(|answer| matches!(answer, Answer::Set(..))).count();
        println!("100 steps in 0.5 s or more were followed in {steps}");
        assert!((10..=120).contains(&steps), "{steps}");
        play_on(&mut tracks, 300);
        assert_eq!(tracks[0].answers, [], "nobody answers back");
    });
}

/// Time on the processor of all threads of the stage in s: one for each loaded binary.
#[cfg(target_os = "linux")]
fn threads_s() -> (usize, f64) {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let times = tasks.filter_map(|task| {
        let name = std::fs::read_to_string(task.join("comm")).ok()?;
        let times = std::fs::read_to_string(task.join("schedstat")).ok()?;
        let spent = times.split(' ').next()?.parse::<f64>().ok()?;
        name.starts_with("proscenium").then_some(spent * 1e-9)
    });
    times.fold((0, 0.0), |(count, sum), time| (count + 1, sum + time))
}

#[test]
#[cfg(target_os = "linux")]
fn forty_tracks_in_a_group_cost_one_thread_and_little_time() {
    alone("forty_tracks_in_a_group_cost_one_thread_and_little_time", || {
        let load = || {
            let before = threads_s().1;
            sleep(Duration::from_secs(2));
            let (count, after) = threads_s();
            (count, (after - before) / 2.0)
        };
        let mut tracks: Vec<_> = (0..40).map(|_| OnTrack::new(DISTANCE, "Track", &[])).collect();
        let (_, rest) = load();
        for track in &mut tracks {
            track.set("room_group", "B");
        }
        play_on(&mut tracks, 500);
        let (threads, grouped) = load();
        println!(
            "40 Distances: {threads} thread, {:.3} % of a core at rest, {:.3} % in a group",
            rest * 100.0,
            grouped * 100.0
        );
        assert_eq!(threads, 1);
        assert!(rest < 0.01 && grouped < 0.02, "{rest} {grouped}");
        drop(tracks);
        assert_eq!(threads_s().0, 0, "threads are joined with the last instance");
    });
}

/// An editor somewhere else.
struct Elsewhere;

impl Actor for Elsewhere {
    fn kind(&self) -> Kind {
        Kind::Space
    }
    fn look(&self) -> Option<Look> {
        Some(Look::default())
    }
    fn room(&self, _: &Dials) -> RoomSettings {
        RoomSettings::default()
    }
    fn dials_for(&self, _: &RoomSettings, now: &Dials) -> Dials {
        *now
    }
    fn set_dial(&self, _: usize, _: f32) {}
    fn begin_move(&self) {}
    fn move_to(&self, _: f32, _: f32) {}
    fn end_move(&self) {}
    fn remind_host(&self) {}
    fn log(&self, _: &str) {}
}

#[test]
fn a_track_is_seen_and_moved_from_elsewhere_and_its_host_sees_the_gesture() {
    alone("a_track_is_seen_and_moved_from_elsewhere_and_its_host_sees_the_gesture", || {
        let mut tracks = vec![
            OnTrack::new(DISTANCE, "Vocal", &[("distance", "4 m"), ("azimuth", "10L")]),
            OnTrack::new(SPACE, "Room", &[]),
        ];
        let member = Member::new(Arc::new(Elsewhere));
        let find = |name: &str| {
            let everybody = member.look().everybody;
            let found = everybody.iter().find(|other| other.record.name == name);
            found.map(|other| (other.token, Arc::<Record>::clone(&other.record)))
        };
        play_until("both are seen", &mut tracks, |_| {
            find("Vocal").is_some() && find("Room").is_some()
        });
        let (token, vocal) = find("Vocal").unwrap();
        let place = vocal.place.unwrap();
        assert!((place.distance_m - 4.0).abs() < 0.01 && (place.azimuth_deg + 10.0).abs() < 0.01);
        assert_eq!((vocal.kind, vocal.color), (Kind::Distance, Some([200, 100, 50])));
        assert_eq!(find("Room").unwrap().1.place, None);

        for step in 1..=10 {
            member.hold(token, 4.0 + 0.4 * step as f32, -10.0 + 4.0 * step as f32);
            play_on(&mut tracks, 20);
        }
        member.let_go();
        let end = |answer: &Answer| *answer == Answer::End(param_id("azimuth"));
        play_until("the gesture ends", &mut tracks, |tracks| tracks[0].answers.iter().any(end));
        assert_eq!(tracks[0].texts(&["distance", "azimuth"]), ["8 m", "30° R"]);
        for id in ["distance", "azimuth"].map(param_id) {
            let of = |answer: &&Answer| match answer {
                Answer::Begin(other) | Answer::End(other) | Answer::Set(other, _) => *other == id,
            };
            let heard: Vec<_> = tracks[0].answers.iter().filter(of).collect();
            assert!(
                matches!(heard[0], Answer::Begin(_))
                    && matches!(heard[heard.len() - 1], Answer::End(_))
            );
            let inside = &heard[1..heard.len() - 1];
            println!("10 places asked for: the host hears {} values in one gesture", inside.len());
            assert!(inside.len() >= 5 && inside.iter().all(|a| matches!(a, Answer::Set(..))));
        }
        play_until("it is seen there", &mut tracks, |_| {
            find("Vocal")
                .unwrap()
                .1
                .place
                .is_some_and(|place| (place.distance_m - 8.0).abs() < 0.01)
        });
    });
}

#[test]
fn instances_come_and_go_while_others_follow() {
    alone("instances_come_and_go_while_others_follow", || {
        let mut tracks = group();
        let rooms = ["Booth", "Studio", "Chamber", "Club", "Theatre", "Cathedral"];
        for round in 0..60 {
            tracks[0].set("room", rooms[round % rooms.len()]);
            let mut guest = OnTrack::new(
                if round % 2 == 0 { DISTANCE } else { SPACE },
                "Guest",
                &[("room_group", "A")],
            );
            for _ in 0..round % 5 {
                guest.play(&[]);
                tracks[1].play(&[]);
                sleep(Duration::from_millis(7));
            }
            drop(guest);
        }
        play_until("the last room is everybody's", &mut tracks, |tracks| {
            tracks.iter_mut().all(|track| track.text("room") == "Cathedral")
        });
    });
}
