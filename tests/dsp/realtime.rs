//! That RealtimeSanitizer watches what the contract's tests do in real time: what must not happen there
//! ends a process. Only under it (`cargo xtask sanitize realtime`).

use proscenium_tests::contract::in_real_time;
use proscenium_tests::process;
use std::hint::black_box;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// Does something in real time, in a process of its own, which has to end there.
fn is_caught(test: &str, what: &str, work: impl FnOnce()) {
    let outcome = process::outcome_of(test, || {
        in_real_time(|| black_box(1.0_f32).sqrt());
        eprintln!("harmless");
        in_real_time(work);
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
