use super::taps::Taps;
use super::*;
use crate::room::RoomKind;
use fearless_simd::dispatch;

fn ring() -> TwinRing {
    let mut ring = TwinRing::default();
    ring.prepare(7200 + 2 * BLOCK);
    ring
}

/// Taps of a source in front of the listener, in every room, at distances from 0.5 to 32 m.
fn every_place() -> impl Iterator<Item = (RoomKind, f64, Taps)> {
    let named = RoomKind::ALL.into_iter().filter_map(|kind| Some((kind, kind.settings()?)));
    named.flat_map(|(kind, room)| {
        let shoebox = Shoebox::new(&room);
        [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0].map(|distance_m| {
            let source = shoebox.source(distance_m, 0.0);
            let request =
                TapRequest { shoebox, source, energy: 1.0, predelay: 0.0, colour_hz: 4000.0 };
            let mut taps = Taps::default();
            taps.design(&request, 48_000.0, &ring());
            (kind, distance_m, taps)
        })
    })
}

/// The taps of all orders, by the input that they hear, and their energies.
fn energies(taps: &Taps) -> impl Iterator<Item = (usize, f32)> {
    let right = ring().way(1, 0);
    taps.by_order().into_iter().flatten().map(move |tap| {
        let energy = tap.gain[0] * tap.gain[0] + tap.gain[1] * tap.gain[1];
        (usize::from(tap.way >= right), energy)
    })
}

fn share_of_strongest(taps: &Taps) -> f32 {
    let (most, sum) =
        energies(taps).fold((0.0f32, 0.0), |(most, sum), (_, x)| (most.max(x), sum + x));
    most / sum
}

#[test]
fn left_and_right_are_reflected_alike_unless_one_reflection_outweighs_all_others() {
    let mut seen = 0;
    let even = |taps: &Taps| share_of_strongest(taps) < 0.5;
    for (kind, distance_m, taps) in every_place().filter(|(.., taps)| even(taps)) {
        let heard = [0, 1].map(|input| -> f32 {
            energies(&taps).filter(|tap| tap.0 == input).map(|(_, energy)| energy).sum()
        });
        let apart_db = 10.0 * (heard[0] / heard[1]).log10().abs();
        assert!(apart_db < 0.25, "{kind:?}, {distance_m} m: {apart_db} dB");
        seen += 1;
    }
    assert!(seen > 25, "{seen} places");
}

#[test]
fn from_8_m_on_no_reflection_stands_for_all() {
    for (kind, distance_m, taps) in every_place().filter(|(_, m, _)| *m >= 8.0) {
        let share = share_of_strongest(&taps);
        assert!(share < 0.6, "{kind:?}, {distance_m} m: {share}");
    }
}

#[test]
fn every_kind_of_vectors_gives_the_same_reflections() {
    let shoebox = Shoebox::new(&RoomKind::Studio.settings().unwrap_or_default());
    let source = shoebox.source(3.0, 20.0);
    let request = TapRequest { shoebox, source, energy: 1.0, predelay: 0.0, colour_hz: 4000.0 };
    let played = simd::levels().into_iter().map(|level| {
        let mut early = Early::default();
        early.prepare(48_000.0, 0.0, &request);
        let mut output = Vec::new();
        for at in 0..500 {
            let mut run = [[SILENT; 2]; 3];
            dispatch!(level, simd => {
                for _ in &run {
                    let x = if at == 0 { 1.0 } else { 0.0 };
                    early.push([f32x16::splat(simd, x), f32x16::splat(simd, -0.5 * x)]);
                }
                early.process(simd, &mut run);
            });
            output.extend_from_slice(run.as_flattened().as_flattened());
        }
        output
    });
    let played: Vec<Vec<f32>> = played.collect();
    println!("{} kinds of vectors", played.len());
    let energy: f32 = played[0].iter().map(|x| x * x).sum();
    assert!(energy > 1.0, "{energy}");
    for other in &played {
        let apart: f32 = other.iter().zip(&played[0]).map(|(a, b)| (a - b) * (a - b)).sum();
        let apart_db = 10.0 * (apart / energy).max(1e-30).log10();
        assert!(apart_db < -120.0, "{apart_db} dB");
    }
}
