//! A short run of `cargo xtask load`, in a process of its own: what a leak of one instance's memory or
//! files in each round would show.

use proscenium_faults::load::{self, Plan};

#[test]
fn instances_that_come_and_go_leave_neither_memory_nor_files_behind() {
    let plan = Plan { instances: [20, 4, 6, 2], rounds: 22, round_s: 0.1 };
    let rounds = load::run(plan, |_, _| {}).unwrap();
    // The allocator keeps what it has seen come and go a few times.
    let (settled, last) = (&rounds[9], &rounds[rounds.len() - 1]);
    println!("{:?} and {:?} bytes", settled.resident, last.resident);
    assert_eq!(last.files, settled.files, "open files");
    for (before, after) in settled.resident.into_iter().zip(last.resident) {
        let grown = after as f64 / before.max(1) as f64 - 1.0;
        // The allocator may take another arena; a leaked instance in each round would be more.
        assert!(grown < 0.10, "memory grows from {before} to {after} bytes in twelve rounds");
    }
}
