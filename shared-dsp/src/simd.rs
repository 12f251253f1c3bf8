//! Vectors of the processor at hand, for inner loops that the compiler would take apart. A block of the room is one
//! vector ([`fearless_simd::f32x16`]): as many registers as it takes.
//!
//! Additions and products give the same bits on every processor; [`fearless_simd::SimdFloat::mul_add`] rounds once
//! where the processor can. Whatever works on vectors is inlined into the loop that was dispatched, so closures that
//! do (`map`, `then`, `for_each`), which the compiler may leave outside of it, are written out.

use fearless_simd::Level;

/// Looks the processor up, so that the audio thread need not.
pub(crate) fn prepare() {
    level();
}

/// What [`fearless_simd::dispatch`] is to choose. Vectors of 512 bits are left out: they gain little, since most loads
/// would straddle two lines of the cache.
#[inline]
pub(crate) fn level() -> Level {
    let level = Level::new();
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = level.as_avx2() {
        return Level::Avx2(avx2);
    }
    level
}

/// Every kind of vectors that this processor has, the narrowest first.
#[cfg(test)]
pub(crate) fn levels() -> Vec<Level> {
    let best = Level::new();
    #[cfg(target_arch = "x86_64")]
    return [
        best.as_sse2().map(Level::Sse2),
        best.as_sse4_2().map(Level::Sse4_2),
        best.as_avx2().map(Level::Avx2),
    ]
    .into_iter()
    .flatten()
    .collect();
    #[cfg(not(target_arch = "x86_64"))]
    vec![best]
}
