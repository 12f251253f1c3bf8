//! Samples of channels to frames and back, four by four.

use crate::simd::level;
use fearless_simd::{Simd, dispatch, f32x4, prelude::*};

/// Turns four rows into four columns.
#[inline(always)]
pub(super) fn transpose<S: Simd>([a, b, c, d]: [f32x4<S>; 4]) -> [f32x4<S>; 4] {
    let (ac, bd) = ([a.zip_low(c), a.zip_high(c)], [b.zip_low(d), b.zip_high(d)]);
    [ac[0].zip_low(bd[0]), ac[0].zip_high(bd[0]), ac[1].zip_low(bd[1]), ac[1].zip_high(bd[1])]
}

/// Turns sixteen rows into sixteen columns.
#[inline(always)]
pub(super) fn transpose_16(rows: &[[f32; 16]; 16], columns: &mut [[f32; 16]; 16]) {
    dispatch!(level(), simd => turn(simd, rows, columns));
}

#[inline(always)]
fn turn<S: Simd>(simd: S, rows: &[[f32; 16]; 16], columns: &mut [[f32; 16]; 16]) {
    for i in (0..16).step_by(4) {
        for j in (0..16).step_by(4) {
            let mut four = [f32x4::splat(simd, 0.0); 4];
            for (four, row) in four.iter_mut().zip(&rows[i..i + 4]) {
                *four = f32x4::from_slice(simd, &row[j..j + 4]);
            }
            for (four, column) in transpose(four).iter().zip(&mut columns[j..j + 4]) {
                four.store_slice(&mut column[i..i + 4]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        let rows: [[f32; 16]; 16] =
            std::array::from_fn(|i| std::array::from_fn(|j| (16 * i + j) as f32));
        let mut columns = [[0.0; 16]; 16];
        transpose_16(&rows, &mut columns);
        for i in 0..16 {
            for j in 0..16 {
                assert_eq!(columns[j][i], rows[i][j]);
            }
        }
    }
}
