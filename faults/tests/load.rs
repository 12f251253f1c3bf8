//! Short runs of `cargo xtask load`: what a leak of one instance's memory or files in each round would
//! show, and which costs are found.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cpu_time::ThreadTime;
use proscenium_faults::load::{self, Costs, Moment, Plan, Round};

/// One run at a time: they look at the memory and the files of the process.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn instances_that_come_and_go_leave_neither_memory_nor_files_behind() {
    let _alone = alone();
    let plan = Plan { instances: [20, 4, 6, 2], rounds: 22, round_s: 0.1 };
    let rounds = load::run(plan, |_, _| {}).unwrap();
    // The allocator keeps what it has seen come and go a few times.
    let (settled, last) = (&rounds[9].first, &rounds[rounds.len() - 1].first);
    println!("{:?} and {:?} bytes", settled.resident, last.resident);
    assert_eq!(last.files, settled.files, "open files");
    for (before, after) in settled.resident.into_iter().zip(last.resident) {
        let grown = after as f64 / before.max(1) as f64 - 1.0;
        // The allocator may take another arena; a leaked instance in each round would be more.
        assert!(grown < 0.10, "memory grows from {before} to {after} bytes in twelve rounds");
    }
}

/// Costs of a hundred blocks, of which these are dear by so many times the others.
fn costs(usual: f32, dear: &[(usize, f32)]) -> Costs {
    let mut costs = vec![usual; 100];
    dear.iter().for_each(|(block, times)| costs[*block] *= times);
    Costs(costs)
}

#[test]
fn a_block_is_late_by_its_own_cost_if_it_is_late_whenever_it_is_played() {
    let first = costs(0.2e-3, &[(7, 5.0), (40, 2.5), (41, 1.5), (60, 9.0)]);
    // On a machine that has become slower, with other blocks interrupted.
    let again = costs(0.5e-3, &[(7, 5.0), (40, 2.5), (41, 9.0), (61, 9.0)]);
    assert_eq!(first.late(), [7, 40, 60]);
    assert_eq!(first.late_again(&again), [7, 40]);
    assert_eq!(first.late_again(&costs(0.2e-3, &[])), [0; 0]);
}

/// Plays a round, and again, with blocks that cost far more when `is_dear`.
fn round_with(is_dear: impl Fn(Moment) -> bool) -> Round {
    let _alone = alone();
    let plan = Plan { instances: [4, 1, 1, 1], rounds: 1, round_s: 0.2 };
    let beside = |moment| {
        let began = ThreadTime::now();
        // So much that the mean rises far above what interrupts cost the others.
        while is_dear(moment) && began.elapsed() < Duration::from_millis(200) {}
    };
    load::run_beside(plan, beside, |_, _| {}).unwrap().remove(0)
}

#[test]
fn a_block_that_costs_more_whenever_it_is_played_is_found_and_others_are_let_off() {
    let round = round_with(|Moment { again, block, .. }| match block {
        30 => true,
        90 => !again,
        120 => again,
        _ => false,
    });
    assert_eq!(round.first.costs.late(), [30, 90]);
    assert_eq!(round.again.as_ref().unwrap().costs.late(), [30, 120]);
    assert_eq!(round.late(), [30]);
}

#[test]
fn a_round_that_is_played_again_sounds_the_same_to_the_bit() {
    let round = round_with(|moment| moment.block == 30);
    assert_eq!(round.again.unwrap().sound, round.first.sound);
}

#[test]
fn what_sounds_otherwise_when_it_is_played_again_lets_nobody_off() {
    let mut round = round_with(|moment| moment.block == 30 && !moment.again);
    assert_eq!(round.late(), [0; 0]);
    round.again.as_mut().unwrap().sound ^= 1;
    assert_eq!(round.late(), [30]);
}
