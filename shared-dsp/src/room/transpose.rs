//! Samples of channels to frames and back, four by four.

use crate::simd::level;
#[cfg(target_arch = "x86_64")]
use fearless_simd::x86::Avx2;
use fearless_simd::{Simd, dispatch, f32x4, f32x8, prelude::*};

/// Turns four rows into four columns.
#[inline(always)]
pub(super) fn transpose<S: Simd>([a, b, c, d]: [f32x4<S>; 4]) -> [f32x4<S>; 4] {
    let (ac, bd) = ([a.zip_low(c), a.zip_high(c)], [b.zip_low(d), b.zip_high(d)]);
    [ac[0].zip_low(bd[0]), ac[0].zip_high(bd[0]), ac[1].zip_low(bd[1]), ac[1].zip_high(bd[1])]
}

/// Turns four rows of eight into columns, the first four and the other four side by side.
#[inline(always)]
pub(super) fn transpose_two<S: Simd>(simd: S, rows: [f32x8<S>; 4]) -> [f32x8<S>; 4] {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = simd.level().as_avx2() {
        let mut same = [f32x8::splat(avx2, 0.0); 4];
        for (same, row) in same.iter_mut().zip(rows) {
            *same = f32x8::load_array(avx2, row.to_array());
        }
        let mut columns = rows;
        for (column, same) in columns.iter_mut().zip(transpose_halves(avx2, same)) {
            *column = f32x8::load_array(simd, same.to_array());
        }
        return columns;
    }
    let mut halves = [[f32x4::splat(simd, 0.0); 4]; 2];
    for (at, row) in rows.into_iter().enumerate() {
        (halves[0][at], halves[1][at]) = row.split();
    }
    let [first, later] = [transpose(halves[0]), transpose(halves[1])];
    let mut columns = rows;
    for (at, column) in columns.iter_mut().enumerate() {
        *column = first[at].combine(later[at]);
    }
    columns
}

#[cfg(target_arch = "x86_64")]
fearless_simd::kernel!(
    /// The same with what works inside the halves of a vector, which has no name for all processors.
    #[inline(always)]
    fn transpose_halves(token: Avx2, rows: [f32x8<Avx2>; 4]) -> [f32x8<Avx2>; 4] {
        use std::arch::x86_64::{_mm256_unpackhi_ps, _mm256_unpacklo_ps};
        let [a, b, c, d] = [rows[0].into(), rows[1].into(), rows[2].into(), rows[3].into()];
        let (ac, bd) = (_mm256_unpacklo_ps(a, c), _mm256_unpacklo_ps(b, d));
        let (later_ac, later_bd) = (_mm256_unpackhi_ps(a, c), _mm256_unpackhi_ps(b, d));
        [
            _mm256_unpacklo_ps(ac, bd).simd_into(token),
            _mm256_unpackhi_ps(ac, bd).simd_into(token),
            _mm256_unpacklo_ps(later_ac, later_bd).simd_into(token),
            _mm256_unpackhi_ps(later_ac, later_bd).simd_into(token),
        ]
    }
);

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

    #[test]
    fn rows_of_eight_become_columns_of_both_halves_on_every_processor() {
        let rows: [[f32; 8]; 4] =
            std::array::from_fn(|i| std::array::from_fn(|j| (8 * i + j) as f32));
        for level in crate::simd::levels() {
            let columns = dispatch!(level, simd => turned(simd, rows));
            for (j, column) in columns.iter().enumerate() {
                for i in 0..4 {
                    let both = [column[i], column[4 + i]];
                    assert_eq!(both, [rows[i][j], rows[i][4 + j]], "{level:?}");
                }
            }
        }
    }

    #[inline(always)]
    fn turned<S: Simd>(simd: S, rows: [[f32; 8]; 4]) -> [[f32; 8]; 4] {
        let rows = rows.map(|row| f32x8::load_array(simd, row));
        transpose_two(simd, rows).map(|column| column.to_array())
    }
}
