//! Automation takes effect at its sample, and without a click.

use clap_host::{Automation, RenderOptions};
use proscenium_tests::signals;

use crate::support::{ALL, RATE_HZ, STRIP, first_difference, frames, level_db, noise, play};

#[test]
fn a_level_moves_from_its_frame_on_and_not_before() {
    let input = noise(-30.0, 1.0, 21);
    // Not a multiple of any block or control period.
    let at = 24_007;
    for plugin in ALL {
        let render = |automation| {
            let options = RenderOptions { automation, ..RenderOptions::default() };
            play(&mut plugin.set(&[]), &input, &options).main
        };
        let still = render(vec![]);
        let moved = render(vec![Automation::new(at, "output", "-12 dB")]);
        let first = first_difference(&still, &moved).expect("the level moves");
        assert!((at..at + 2).contains(&first), "{}: {first}, not {at}", plugin.bundle);
        let end = (frames(0.7), frames(1.0));
        let step = level_db(&moved, end.0, end.1) - level_db(&still, end.0, end.1);
        assert!((step + 12.0).abs() < 0.05, "{}: {step} dB", plugin.bundle);
    }
}

#[test]
fn a_jump_of_the_level_does_not_click() {
    let tone = signals::both(signals::sine(100.0, -6.0, 0.5, RATE_HZ));
    let input: Vec<_> = tone.into_iter().collect();
    let automation = vec![Automation::new(10_007, "output", "-60 dB")];
    let options = RenderOptions { automation, ..RenderOptions::default() };
    let out = play(&mut STRIP.set(&[]), &input, &options).main;
    // The tone itself moves by 0.0066 a sample; a jump would move by up to 0.5.
    let steepest = out[0].windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.02, "{steepest}");
}
