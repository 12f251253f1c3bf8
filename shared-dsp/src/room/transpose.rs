//! Samples of channels to frames and back, four by four: by vectors where the processor's are known, since
//! the compiler would move each sample by itself.

/// Turns four rows into four columns.
#[inline(always)]
fn transpose([a, b, c, d]: [&[f32; 4]; 4]) -> [[f32; 4]; 4] {
    #[cfg(target_arch = "x86_64")]
    {
        // SAFETY: every x86-64 processor has SSE.
        unsafe { by_vectors(a, b, c, d) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        std::array::from_fn(|column| [a[column], b[column], c[column], d[column]])
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse")]
fn by_vectors(a: &[f32; 4], b: &[f32; 4], c: &[f32; 4], d: &[f32; 4]) -> [[f32; 4]; 4] {
    use std::arch::x86_64::*;
    let (a, b, c, d) = (load(a), load(b), load(c), load(d));
    let (ab_low, cd_low) = (_mm_unpacklo_ps(a, b), _mm_unpacklo_ps(c, d));
    let (ab_high, cd_high) = (_mm_unpackhi_ps(a, b), _mm_unpackhi_ps(c, d));
    [
        store(_mm_movelh_ps(ab_low, cd_low)),
        store(_mm_movehl_ps(cd_low, ab_low)),
        store(_mm_movelh_ps(ab_high, cd_high)),
        store(_mm_movehl_ps(cd_high, ab_high)),
    ]
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse")]
fn load(samples: &[f32; 4]) -> std::arch::x86_64::__m128 {
    // SAFETY: four samples are read from where four are.
    unsafe { std::arch::x86_64::_mm_loadu_ps(samples.as_ptr()) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse")]
fn store(vector: std::arch::x86_64::__m128) -> [f32; 4] {
    let mut samples = [0.0; 4];
    // SAFETY: four samples are written to where there is room for four.
    unsafe { std::arch::x86_64::_mm_storeu_ps(samples.as_mut_ptr(), vector) };
    samples
}

/// Four samples of a row from a place on.
#[inline(always)]
fn four(row: &[f32; 16], from: usize) -> &[f32; 4] {
    row.get(from..from + 4).and_then(|samples| samples.try_into().ok()).unwrap_or(&[0.0; 4])
}

/// Turns sixteen rows into sixteen columns.
#[inline(always)]
pub(crate) fn transpose_16(rows: &[[f32; 16]; 16], columns: &mut [[f32; 16]; 16]) {
    for i in (0..16).step_by(4) {
        for j in (0..16).step_by(4) {
            let [a, b, c, d] = transpose([
                four(&rows[i], j),
                four(&rows[i + 1], j),
                four(&rows[i + 2], j),
                four(&rows[i + 3], j),
            ]);
            columns[j][i..i + 4].copy_from_slice(&a);
            columns[j + 1][i..i + 4].copy_from_slice(&b);
            columns[j + 2][i..i + 4].copy_from_slice(&c);
            columns[j + 3][i..i + 4].copy_from_slice(&d);
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
