//! Premultiplied colours over others, eight bits a channel, rounded.

/// A pixel as X11 has it: blue, green, red, and alpha, which nobody reads of what is drawn on.
pub type Pixel = [u8; 4];

/// The product of two parts of 255.
#[inline]
pub fn part(a: u8, b: u8) -> u8 {
    let product = u16::from(a) * u16::from(b) + 128;
    ((product + (product >> 8)) >> 8) as u8
}

/// A colour over another one.
#[inline]
pub fn over(source: Pixel, under: Pixel) -> Pixel {
    let through = 255 - source[3];
    std::array::from_fn(|k| source[k].saturating_add(part(under[k], through)))
}

/// A colour over each pixel of a row.
pub fn over_row(source: Pixel, row: &mut [Pixel]) {
    if source[3] == 255 {
        row.fill(source);
        return;
    }
    let (fours, rest) = row.as_chunks_mut::<4>();
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 has these instructions.
    unsafe {
        lanes::over_fours(source, fours);
    }
    #[cfg(not(target_arch = "x86_64"))]
    fours.as_flattened_mut().iter_mut().for_each(|under| *under = over(source, *under));
    rest.iter_mut().for_each(|under| *under = over(source, *under));
}

/// Colours that begin with `color` and change by `step` from pixel to pixel, over these pixels. The
/// channels have 0.5 added to them, and lie between 0 and 256.
#[inline]
pub fn shade<'a>(
    pixels: impl Iterator<Item = &'a mut Pixel>,
    #[cfg_attr(target_arch = "x86_64", expect(unused_mut))] mut color: [f32; 4],
    step: [f32; 4],
) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 has these instructions.
    unsafe {
        lanes::shade(pixels, color, step);
    }
    #[cfg(not(target_arch = "x86_64"))]
    for under in pixels {
        *under = over(color.map(|channel| channel as u8), *under);
        color.iter_mut().zip(step).for_each(|(channel, step)| *channel += step);
    }
}

/// The same with instructions that every x86-64 has.
#[cfg(target_arch = "x86_64")]
mod lanes {
    use super::Pixel;
    use std::arch::x86_64::{
        __m128i, _mm_add_epi16, _mm_add_ps, _mm_adds_epu8, _mm_cvtsi32_si128, _mm_cvtsi128_si32,
        _mm_cvttps_epi32, _mm_mullo_epi16, _mm_packs_epi32, _mm_packus_epi16, _mm_set1_epi16,
        _mm_set1_epi32, _mm_setr_ps, _mm_setzero_si128, _mm_shufflelo_epi16, _mm_srli_epi16,
        _mm_sub_epi16, _mm_unpackhi_epi8, _mm_unpacklo_epi8,
    };

    /// Products of eight channels with eight parts of 255.
    #[inline]
    #[target_feature(enable = "sse2")]
    fn parts(channels: __m128i, of: __m128i) -> __m128i {
        let product = _mm_add_epi16(_mm_mullo_epi16(channels, of), _mm_set1_epi16(128));
        _mm_srli_epi16::<8>(_mm_add_epi16(product, _mm_srli_epi16::<8>(product)))
    }

    #[target_feature(enable = "sse2")]
    pub fn over_fours(source: Pixel, fours: &mut [[Pixel; 4]]) {
        let zero = _mm_setzero_si128();
        let through = _mm_set1_epi16(i16::from(255 - source[3]));
        let source = _mm_set1_epi32(i32::from_le_bytes(source));
        for four in fours {
            let under: __m128i = bytemuck::cast(*four);
            let low = parts(_mm_unpacklo_epi8(under, zero), through);
            let high = parts(_mm_unpackhi_epi8(under, zero), through);
            *four = bytemuck::cast(_mm_adds_epu8(source, _mm_packus_epi16(low, high)));
        }
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    pub fn shade<'a>(pixels: impl Iterator<Item = &'a mut Pixel>, color: [f32; 4], step: [f32; 4]) {
        let [zero, full] = [_mm_setzero_si128(), _mm_set1_epi16(255)];
        let vector = |[a, b, c, d]: [f32; 4]| _mm_setr_ps(a, b, c, d);
        let (mut color, step) = (vector(color), vector(step));
        for under in pixels {
            let words = _mm_packs_epi32(_mm_cvttps_epi32(color), zero);
            color = _mm_add_ps(color, step);
            let source = _mm_packus_epi16(words, zero);
            let alpha = _mm_shufflelo_epi16::<0xff>(_mm_unpacklo_epi8(source, zero));
            let below = _mm_unpacklo_epi8(_mm_cvtsi32_si128(i32::from_le_bytes(*under)), zero);
            let left = _mm_packus_epi16(parts(below, _mm_sub_epi16(full, alpha)), zero);
            *under = _mm_cvtsi128_si32(_mm_adds_epu8(source, left)).to_le_bytes();
        }
    }
}
