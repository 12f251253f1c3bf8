//! The matrix: Hadamard's, whose first butterflies also turn pairs of lines into each other, and the input
//! on top.

use super::lines::Tile;
use super::turn::Ramps;
use super::{LINES, signs};
use crate::room::block::{BLOCK, Block, SILENT};
use multiversion::multiversion;

/// Signs with which left and right go in: any two rows are orthogonal, and none is a row of the matrix.
pub(super) const IN: [[f32; LINES]; 2] = [
    signs(0b0110_1001_1100_0011),
    signs(0b0011_1100_1100_1001 ^ 0b0101_0101_0101_0101 ^ 0b0110_1001_1100_0011),
];

/// Which of left plus right, left minus right, and both turned over, each line is fed.
const FED: [usize; LINES] = {
    let mut out = [0; LINES];
    let mut line = 0;
    while line < LINES {
        out[line] = if IN[0][line] < 0.0 { 2 } else { 0 } + if IN[1][line] < 0.0 { 1 } else { 0 };
        line += 1;
    }
    out
};

/// Half of the lines.
const HALF: usize = LINES / 2;

/// Turns pairs of lines, mixes all lines, and adds the input. Wider vectors give the same bits.
#[multiversion(targets("x86_64+avx"))]
pub(super) fn circulate(tile: &mut Tile, turned: &Ramps, input: &[Block; 2]) {
    const { assert!(LINES == 16) };
    let (upper, lower) = tile.split_at_mut(HALF);
    if let (Ok(upper), Ok(lower)) = ((&mut *upper).try_into(), (&mut *lower).try_into()) {
        eight::<0>(upper, turned);
        eight::<{ HALF / 2 }>(lower, turned);
    }
    let mut fed = [SILENT; 4];
    for t in 0..BLOCK {
        let (sum, difference) = pair(input[0][t], input[1][t]);
        fed[0][t] = sum;
        fed[1][t] = difference;
        fed[2][t] = -difference;
        fed[3][t] = -sum;
    }
    let fed_to = FED.iter().zip(&FED[HALF..]);
    for ((a, b), (&to_a, &to_b)) in upper.iter_mut().zip(lower).zip(fed_to) {
        let (fed_a, fed_b) = (&fed[to_a], &fed[to_b]);
        for t in 0..BLOCK {
            let (sum, difference) = pair(a[t], b[t]);
            // 1/4 makes the matrix and the input orthogonal.
            a[t] = 0.25 * (sum + fed_a[t]);
            b[t] = 0.25 * (difference + fed_b[t]);
        }
    }
}

/// Three rounds of butterflies, of four pairs from `FIRST` on.
#[inline(always)]
fn eight<const FIRST: usize>([a, b, c, d, e, f, g, h]: &mut [Block; HALF], turned: &Ramps) {
    for t in 0..BLOCK {
        let (a0, b0) = turned.pair(FIRST, t, a[t], b[t]);
        let (c0, d0) = turned.pair(FIRST + 1, t, c[t], d[t]);
        let (e0, f0) = turned.pair(FIRST + 2, t, e[t], f[t]);
        let (g0, h0) = turned.pair(FIRST + 3, t, g[t], h[t]);
        let ((a1, c1), (b1, d1)) = (pair(a0, c0), pair(b0, d0));
        let ((e1, g1), (f1, h1)) = (pair(e0, g0), pair(f0, h0));
        (a[t], e[t]) = pair(a1, e1);
        (b[t], f[t]) = pair(b1, f1);
        (c[t], g[t]) = pair(c1, g1);
        (d[t], h[t]) = pair(d1, h1);
    }
}

#[inline(always)]
fn pair(a: f32, b: f32) -> (f32, f32) {
    (a + b, a - b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn still() -> Ramps {
        let angles = [[1.0; HALF], [0.0; HALF]];
        Ramps::between(&angles, &angles)
    }

    #[test]
    fn the_matrix_keeps_energy_also_while_it_turns() {
        let energy = |tile: &Tile| tile.as_flattened().iter().map(|x| x * x).sum::<f32>();
        let angles =
            [f32::cos, f32::sin].map(|wave| std::array::from_fn(|pair| wave(0.3 * pair as f32)));
        for ramps in [still(), Ramps::between(&angles, &angles)] {
            let mut tile: Tile =
                std::array::from_fn(|l| std::array::from_fn(|t| ((l * 7 + t * 3) % 11) as f32));
            let before = energy(&tile);
            circulate(&mut tile, &ramps, &[SILENT; 2]);
            assert!((energy(&tile) / before - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn left_and_right_go_in_with_their_signs() {
        for side in 0..2 {
            let mut input = [SILENT; 2];
            input[side] = [1.0; BLOCK];
            let mut tile = [SILENT; LINES];
            circulate(&mut tile, &still(), &input);
            for (line, block) in tile.iter().enumerate() {
                assert_eq!(block, &[0.25 * IN[side][line]; BLOCK], "line {line}");
            }
        }
    }
}
