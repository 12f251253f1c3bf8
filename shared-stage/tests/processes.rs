//! The stage as processes see it: threads, files, crashes and vandals. Every test runs in a process of
//! its own with a table of its own, and starts others beside it.

use proscenium_tests::process::{Process, alone, only_when_started, stage_file};
use shared_stage::{
    Actor, Dials, Kind, Look, Member, Neighbour, Part, Place, Record, RoomSettings, Token,
};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// An instance without a plugin: five linear dials, a group and a place.
struct Puppet {
    dials: Mutex<Dials>,
    group: Mutex<Option<u8>>,
    place: Mutex<Place>,
    gestures: AtomicUsize,
}

impl Puppet {
    fn new(group: Option<u8>) -> Arc<Self> {
        let place = Place {
            distance_m: 1.0,
            azimuth_deg: 0.0,
            recorded_at_m: 1.0,
            source_width_m: 1.0,
            direct_to_reverberant_db: 0.0,
        };
        Arc::new(Self {
            dials: Mutex::new([0.5; 5]),
            group: Mutex::new(group),
            place: Mutex::new(place),
            gestures: AtomicUsize::new(0),
        })
    }

    fn enter(self: &Arc<Self>, name: &str) -> Member {
        let member = Member::new(self.clone());
        member.set_track(name, None);
        member.activate(false);
        member
    }

    fn turn(&self, position: f32) {
        self.dials.lock().unwrap()[0] = position;
    }

    fn volume_m3(&self) -> f32 {
        self.room(&self.dials.lock().unwrap()).volume_m3
    }
}

impl Actor for Puppet {
    fn kind(&self) -> Kind {
        Kind::Distance
    }

    fn look(&self) -> Option<Look> {
        let part = Part {
            group: *self.group.lock().unwrap(),
            place: Some(*self.place.lock().unwrap()),
            ..Part::default()
        };
        Some(Look { part, dials: *self.dials.lock().unwrap(), loads: 0 })
    }

    fn room(&self, dials: &Dials) -> RoomSettings {
        RoomSettings { volume_m3: 100.0 + 900.0 * dials[0], ..RoomSettings::default() }
    }

    fn dials_for(&self, room: &RoomSettings, now: &Dials) -> Dials {
        let mut dials = *now;
        dials[0] = ((room.volume_m3 - 100.0) / 900.0).clamp(0.0, 1.0);
        dials
    }

    fn set_dial(&self, dial: usize, position: f32) {
        self.dials.lock().unwrap()[dial] = position;
    }

    fn begin_move(&self) {
        self.gestures.fetch_add(1, Relaxed);
    }

    fn move_to(&self, distance_m: f32, azimuth_deg: f32) {
        let mut place = self.place.lock().unwrap();
        (place.distance_m, place.azimuth_deg) = (distance_m, azimuth_deg);
    }

    fn end_move(&self) {
        self.gestures.fetch_add(1, Relaxed);
    }

    fn remind_host(&self) {}

    fn log(&self, line: &str) {
        println!("log: {line}");
    }
}

/// Waits until something is so, and says how long that took. Panics after `limit_s`.
fn wait(what: &str, limit_s: f32, mut so: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed().as_secs_f32() < limit_s, "{what}: not within {limit_s} s");
        sleep(Duration::from_millis(1));
    }
    start.elapsed()
}

fn find(member: &Member, name: &str) -> Option<(Token, Arc<Record>)> {
    let everybody = member.look().everybody;
    let found: Option<&Neighbour> = everybody.iter().find(|other| other.record.name == name);
    found.map(|other| (other.token, other.record.clone()))
}

/// The volume that a neighbour's parameters say.
fn volume_m3(member: &Member, name: &str) -> f32 {
    find(member, name).map_or(0.0, |(_, record)| record.room.volume_m3)
}

fn is(volume_m3: f32, position: f32) -> bool {
    (volume_m3 - (100.0 + 900.0 * position)).abs() < 0.5
}

/// Sits in group A for as long as it lives.
#[test]
fn sitter() {
    only_when_started("sitter", || {
        let puppet = Puppet::new(Some(0));
        let _member = puppet.enter(&format!("sitter {}", std::process::id()));
        sleep(Duration::from_secs(60));
    });
}

/// Writes its record as often as it can, and half of the times turns the room.
#[test]
fn scribbler() {
    only_when_started("scribbler", || {
        let puppet = Puppet::new(Some(1));
        let _member = puppet.enter("scribbler");
        for step in 0.. {
            puppet.turn((step % 100) as f32 / 100.0);
            puppet.place.lock().unwrap().distance_m = 1.0 + (step % 60) as f32;
            sleep(Duration::from_micros(500));
        }
    });
}

/// Writes nonsense all over the table for a second.
#[test]
fn vandal() {
    only_when_started("vandal", || {
        use std::os::unix::fs::FileExt;
        let file = std::fs::OpenOptions::new().write(true).open(stage_file()).unwrap();
        let length = file.metadata().unwrap().len();
        let mut random = fastrand::Rng::with_seed(5);
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(1) {
            let mut page = [0; 4096];
            match random.u8(0..3) {
                0 => random.fill(&mut page),
                1 => page.fill(0xff),
                _ => {}
            }
            file.write_all_at(&page, random.u64(0..length / 4096) * 4096).unwrap();
        }
    });
}

#[test]
fn a_room_is_followed_across_processes_and_outlives_a_killed_one() {
    alone("a_room_is_followed_across_processes_and_outlives_a_killed_one", || {
        let mut sitters = [0, 1].map(|_| Process::start("sitter"));
        let names = sitters.each_ref().map(|sitter| format!("sitter {}", sitter.id()));
        let puppet = Puppet::new(Some(0));
        let member = puppet.enter("me");
        for name in &names {
            wait("sitters come", 5.0, || find(&member, name).is_some());
        }
        sleep(Duration::from_millis(500));
        let mut times = Vec::new();
        for position in [0.1, 0.9, 0.3, 0.7, 0.2, 0.8, 0.4, 0.6] {
            puppet.turn(position);
            let follow = || names.iter().all(|name| is(volume_m3(&member, name), position));
            times.push(wait("sitters follow", 2.0, follow).as_secs_f32() * 1e3);
        }
        times.sort_by(f32::total_cmp);
        println!("followed and seen back within {times:.0?} ms");
        assert!(times[4] < 100.0, "there and back in {times:.0?} ms");

        // A member that leaves by hand keeps its room; the killed one leaves nothing.
        sitters[0].kill();
        let gone = wait("the killed vanishes", 8.0, || find(&member, &names[0]).is_none());
        assert!(gone.as_secs_f32() > 2.0, "it was patient with a slow process: {gone:?}");
        *puppet.group.lock().unwrap() = None;
        sleep(Duration::from_millis(100));
        puppet.turn(0.0);
        sleep(Duration::from_millis(100));
        assert!(is(volume_m3(&member, &names[1]), 0.6));
        *puppet.group.lock().unwrap() = Some(0);
        wait("who joins takes the room over", 1.0, || is(puppet.volume_m3(), 0.6));
    });
}

#[test]
fn a_process_killed_while_it_writes_leaves_no_trace() {
    alone("a_process_killed_while_it_writes_leaves_no_trace", || {
        let puppet = Puppet::new(Some(1));
        let member = puppet.enter("me");
        for round in 0..10u64 {
            let mut scribbler = Process::start("scribbler");
            wait("the scribbler comes", 8.0, || find(&member, "scribbler").is_some());
            sleep(Duration::from_micros(7_300 * round));
            scribbler.kill();
        }
        wait("the last one vanishes", 8.0, || find(&member, "scribbler").is_none());
        sleep(Duration::from_secs(7));
        let room = puppet.volume_m3();
        let bytes = std::fs::read(stage_file()).unwrap();
        let owners = bytes.chunks(256).filter(|slot| slot[..8] != [0; 8]).count();
        assert_eq!(owners, 1, "slots in use");
        assert!((100.0..=1000.0).contains(&room));
    });
}

#[test]
fn an_instance_in_another_process_is_moved_by_hand() {
    alone("an_instance_in_another_process_is_moved_by_hand", || {
        let sitter = Process::start("sitter");
        let name = format!("sitter {}", sitter.id());
        let member = Puppet::new(None).enter("me");
        wait("the sitter comes", 5.0, || find(&member, &name).is_some());
        sleep(Duration::from_millis(500));
        let (token, _) = find(&member, &name).unwrap();
        let place = || find(&member, &name).unwrap().1.place.unwrap();
        let mut times = Vec::new();
        for step in 1..=20 {
            let (distance_m, azimuth_deg) = (step as f32, -3.0 * step as f32);
            member.hold(token, distance_m, azimuth_deg);
            let there = || (place().distance_m, place().azimuth_deg) == (distance_m, azimuth_deg);
            times.push(wait("the held one follows", 2.0, there).as_secs_f32() * 1e3);
        }
        member.let_go();
        times.sort_by(f32::total_cmp);
        println!("a hold is followed and seen back within {times:.0?} ms");
        assert!(times[10] < 60.0, "{times:.0?} ms");
        // Key presses, faster than anybody polls.
        for step in 1..=50 {
            member.hold(token, 1.0 + 0.1 * step as f32, 0.0);
            member.let_go();
        }
        wait("the last key press arrives", 2.0, || place().distance_m == 6.0);
        // However often the thread is woken, the others are not taken for dead.
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(500) {
            member.let_go();
            assert!(find(&member, &name).is_some(), "after {:?}", start.elapsed());
        }
    });
}

#[test]
fn vandals_are_survived() {
    alone("vandals_are_survived", || {
        let (first, second) = (Puppet::new(Some(0)), Puppet::new(Some(0)));
        let (one, _two) = (first.enter("one"), second.enter("two"));
        wait("both come", 5.0, || find(&one, "two").is_some());
        sleep(Duration::from_millis(500));
        let mut vandal = Process::start("vandal");
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(1500) {
            let everybody = one.look().everybody;
            assert!(everybody.len() <= 2, "{} of nowhere", everybody.len());
            sleep(Duration::from_millis(1));
        }
        assert!(vandal.succeeds());
        wait("both are back", 10.0, || find(&one, "two").is_some() && find(&one, "one").is_some());
        first.turn(0.25);
        wait("and follow", 1.0, || is(second.volume_m3(), 0.25));
    });
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;

    fn count(folder: &str) -> usize {
        std::fs::read_dir(folder).unwrap().count()
    }

    /// Whether the kernel is taking a thread down already, which goes on for a moment after it was joined: its flags,
    /// the ninth value of `stat` (the second is the name, in brackets), say so.
    fn is_exiting(task: &std::path::Path) -> bool {
        const PF_EXITING: u32 = 4;
        let Ok(stat) = std::fs::read_to_string(task.join("stat")) else { return true };
        let after_name = stat.rsplit_once(')').unwrap().1;
        let flags: u32 = after_name.split_whitespace().nth(6).unwrap().parse().unwrap();
        flags & PF_EXITING != 0
    }

    fn threads_and_files() -> (usize, usize) {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
        (tasks.filter(|task| !is_exiting(task)).count(), count("/proc/self/fd"))
    }

    /// Time on the processor of the stage's thread in s.
    fn thread_s() -> f64 {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
        let mut stages = tasks.filter(|task| {
            std::fs::read_to_string(task.join("comm"))
                .is_ok_and(|name| name.starts_with("proscenium-stag"))
        });
        let stage = stages.next().expect("the stage's thread");
        assert!(stages.next().is_none(), "one thread for all");
        let times = std::fs::read_to_string(stage.join("schedstat")).unwrap();
        times.split(' ').next().unwrap().parse::<f64>().unwrap() * 1e-9
    }

    /// Part of a processor that the thread takes.
    fn load() -> f64 {
        let (start, before) = (Instant::now(), thread_s());
        sleep(Duration::from_secs(3));
        (thread_s() - before) / start.elapsed().as_secs_f64()
    }

    #[test]
    fn no_thread_and_no_file_stay_behind_and_none_is_there_before_activation() {
        alone(
            "linux::no_thread_and_no_file_stay_behind_and_none_is_there_before_activation",
            || {
                let before = threads_and_files();
                let waiting = Member::new(Puppet::new(None));
                waiting.activate(true);
                assert_eq!(threads_and_files(), before, "scanned, or rendering offline");
                assert!(!stage_file().exists());
                for _ in 0..200 {
                    let members = [0, 1, 2].map(|_| Puppet::new(Some(0)).enter("short"));
                    assert_eq!(threads_and_files().0, before.0 + 1);
                    drop(members);
                    assert_eq!(threads_and_files(), before);
                }
            },
        );
    }

    #[test]
    fn a_thousand_instances_cost_little() {
        alone("linux::a_thousand_instances_cost_little", || {
            let puppets: Vec<_> = (0..1000).map(|_| Puppet::new(None)).collect();
            let members: Vec<_> =
                puppets.iter().map(|puppet| puppet.enter("one of many")).collect();
            sleep(Duration::from_secs(1));
            let rest = load();
            puppets.iter().for_each(|puppet| *puppet.group.lock().unwrap() = Some(0));
            sleep(Duration::from_secs(1));
            let shared = load();
            puppets[500].turn(0.1);
            let all = || puppets.iter().all(|puppet| is(puppet.volume_m3(), 0.1));
            let followed = wait("a thousand follow", 5.0, all);
            println!(
                "1000 instances: {:.2} % of a core at rest, {:.2} % in one group; a change is \
                 followed by all in {:.0} ms",
                rest * 100.0,
                shared * 100.0,
                followed.as_secs_f64() * 1e3
            );
            wait("all are seen", 5.0, || members[0].look().everybody.len() == 1000);
            // A debug build on a busy machine; in a release build it is a fraction of this.
            assert!(rest < 0.1 && shared < 0.3, "{rest} {shared}");
        });
    }

    #[test]
    fn more_instances_than_slots_do_no_harm() {
        alone("linux::more_instances_than_slots_do_no_harm", || {
            let puppets: Vec<_> = (0..2100).map(|_| Puppet::new(Some(0))).collect();
            let mut members: Vec<_> =
                puppets.iter().map(|puppet| puppet.enter("one of many")).collect();
            wait("the table is full", 20.0, || members[0].look().everybody.len() == 2048);
            puppets[0].turn(0.75);
            let all = || puppets.iter().all(|puppet| is(puppet.volume_m3(), 0.75));
            wait("even those without a slot follow", 10.0, all);
            drop(members.split_off(100));
            wait("those who leave make room", 5.0, || members[0].look().everybody.len() == 100);
        });
    }
}
