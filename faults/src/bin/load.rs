//! `cargo xtask load`: plays a large session for a long time and says what it cost.

use std::process::ExitCode;

use lexopt::prelude::*;
use proscenium_faults::load::{self, LATE, Plan, Round};
use proscenium_faults::plugins::PLUGINS;

const HELP: &str = "load [--rounds N] [--seconds S] [--instances STRIP,GLUE,DISTANCE,SPACE]
  Each round makes the instances, plays S seconds of audio in blocks of 64 frames,
  saves, and destroys them; once more where a block was late. Usually 100 rounds of
  6 s of 200, 20, 50 and 4 instances.";

/// How far memory may grow after the first tenth: until then the allocator learns what is needed.
const MEMORY_PERCENT: f64 = 2.0;
/// How many blocks may be late by our own cost.
const LATE_BLOCKS: f64 = 1e-4;

fn plan() -> Result<Option<Plan>, lexopt::Error> {
    let mut plan = Plan { instances: [200, 20, 50, 4], rounds: 100, round_s: 6.0 };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("rounds") => plan.rounds = arguments.value()?.parse()?,
            Long("seconds") => plan.round_s = arguments.value()?.parse()?,
            Long("instances") => {
                let text: String = arguments.value()?.parse()?;
                let counts: Result<Vec<usize>, _> = text.split(',').map(str::parse).collect();
                let counts = counts.ok().and_then(|counts| counts.try_into().ok());
                plan.instances = counts.ok_or("four numbers, such as 200,20,50,4")?;
            }
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(plan))
}

fn show(plan: Plan, index: usize, round: &Round) {
    let first = &round.first;
    let [live, after] = first.resident.map(|bytes| bytes as f64 / 1e6);
    let (mean, blocks) = (first.costs.mean_s(), first.costs.0.len());
    println!(
        "round {} (seed {}): {live:.1} MB playing, {after:.1} MB after, {} files; {:.2} of a core; {} of \
         {blocks} blocks over {LATE} times the mean, the dearest {:.1} times",
        index + 1,
        round.seed,
        first.files,
        mean / load::block_s(),
        round.late_once(),
        first.costs.dearest(),
    );
    if let Some(again) = &round.again {
        println!(
            "  again: {} of {blocks} over, the dearest {:.1} times; {} sound; late by our own cost: {:?}",
            again.costs.late().len(),
            again.costs.dearest(),
            if again.sound == first.sound { "the same" } else { "ANOTHER" },
            round.late(),
        );
    }
    for (((name, _), count), (cost, over)) in
        PLUGINS.iter().zip(plan.instances).zip(first.plugins_s.iter().zip(first.over))
    {
        let calls = (count * blocks).max(1);
        println!(
            "  {count} {name}: {:.2} % of a core each, the dearest block {:.0} us; {over} of {calls} \
             over {:.0} us",
            100.0 * cost[0] / calls as f64 / load::block_s(),
            1e6 * cost[1],
            1e6 * load::block_s(),
        );
    }
}

/// What does not hold.
fn complaints(rounds: &[Round]) -> Vec<String> {
    let mut found = Vec::new();
    let settled = rounds.get(rounds.len().div_ceil(10));
    let (Some(settled), Some(last)) = (settled, rounds.last()) else { return found };
    for (what, at) in [("playing", 0), ("after", 1)] {
        let ratio = last.first.resident[at] as f64 / settled.first.resident[at].max(1) as f64;
        let percent = 100.0 * (ratio - 1.0);
        println!("memory {what}: {percent:+.2} % since the first tenth");
        if percent > MEMORY_PERCENT {
            found.push(format!("memory {what} grows by {percent:.2} %"));
        }
    }
    let files = [settled, last].map(|round| round.first.files);
    if files[1] > files[0] {
        found.push(format!("{} files stay open", files[1] - files[0]));
    }
    let once: usize = rounds.iter().map(Round::late_once).sum();
    let late: usize = rounds.iter().map(|round| round.late().len()).sum();
    let blocks: usize = rounds.iter().map(|round| round.first.costs.0.len()).sum();
    println!("late blocks: {once} of {blocks} once, {late} of them again: by our own cost");
    if late as f64 > LATE_BLOCKS * blocks as f64 {
        found.push(format!("{late} of {blocks} blocks are late by our own cost"));
    }
    found
}

fn main() -> ExitCode {
    let plan = match plan() {
        Ok(Some(plan)) => plan,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{error}\n{HELP}");
            return ExitCode::FAILURE;
        }
    };
    match load::run(plan, |index, round| show(plan, index, round)) {
        Ok(rounds) => {
            let complaints = complaints(&rounds);
            complaints.iter().for_each(|what| println!("FAIL: {what}"));
            if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
