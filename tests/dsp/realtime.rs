//! That RealtimeSanitizer watches what the contract's tests do in real time: what must not happen there
//! ends a process. Only under it (`cargo xtask sanitize realtime`).

use proscenium_tests::contract::{self, Audio, in_real_time};
use proscenium_tests::process;
use shared_dsp::effect::{Effect, Io};
use std::hint::black_box;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// Does something in real time, in a process of its own, which has to end there.
fn is_caught(test: &str, what: &str, work: impl FnOnce()) {
    ends(test, what, || in_real_time(work));
}

/// Does something in a process of its own, which has to end there.
fn ends(test: &str, what: &str, work: impl FnOnce()) {
    let outcome = process::outcome_of(test, || {
        in_real_time(|| black_box(1.0_f32).sqrt());
        eprintln!("harmless");
        work();
        eprintln!("survived");
    });
    if let Some((status, log)) = outcome {
        assert!(log.contains("harmless"), "arithmetic is caught: {log}");
        assert!(!status.success() && !log.contains("survived"), "not caught: {status} {log}");
        assert!(log.contains(what), "another thing is caught: {log}");
    }
}

#[test]
fn an_allocation_in_real_time_is_caught() {
    let test = "realtime::an_allocation_in_real_time_is_caught";
    is_caught(test, "malloc", || drop(black_box(vec![0_u8; 64])));
}

#[test]
fn a_lock_that_waits_in_real_time_is_caught() {
    let test = "realtime::a_lock_that_waits_in_real_time_is_caught";
    let (lock, signal) = (Mutex::new(()), Condvar::new());
    is_caught(test, "syscall", || {
        // One that nobody gives.
        let guard = lock.lock().unwrap();
        let _ = signal.wait_timeout(guard, Duration::from_millis(10)).unwrap();
    });
}

#[test]
fn a_system_call_in_real_time_is_caught() {
    let test = "realtime::a_system_call_in_real_time_is_caught";
    is_caught(test, "unsafe", || drop(black_box(std::fs::read("/proc/self/statm"))));
}

/// An effect that does in process what none may do.
#[derive(Default)]
struct Careless;

impl Effect for Careless {
    type Settings = ();

    fn prepare(&mut self, _: f64, (): &()) {}

    fn reset(&mut self) {}

    fn set(&mut self, (): &()) {}

    fn process(&mut self, io: Io<'_>) {
        drop(black_box(io.main[0].to_vec()));
    }
}

#[test]
fn an_effect_that_allocates_in_process_is_caught_by_the_contract() {
    let test = "realtime::an_effect_that_allocates_in_process_is_caught_by_the_contract";
    ends(test, "malloc", || {
        contract::run(&mut Careless, &Audio::silence(0.01, 48_000.0), &[], || 64);
    });
}
