//! A delay line for one channel.

use crate::smooth::CONTROL_PERIOD;

/// A ring of samples with a length that is a power of two.
#[derive(Clone, Debug, Default)]
pub struct DelayLine {
    ring: Vec<f32>,
    write: usize,
}

impl DelayLine {
    /// Allocates for delays of up to `longest` samples.
    pub fn prepare(&mut self, longest: usize) {
        self.ring = vec![0.0; (longest + 4).next_power_of_two()];
        self.write = 0;
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.ring.fill(0.0);
        self.write = 0;
    }

    /// Takes the next sample.
    #[inline]
    pub fn push(&mut self, sample: f32) {
        self.write = (self.write + 1) & (self.ring.len() - 1);
        self.ring[self.write] = sample;
    }

    /// The sample pushed `delay` pushes before the last one.
    #[inline]
    pub fn read(&self, delay: usize) -> f32 {
        let mask = self.ring.len() - 1;
        self.ring[self.write.wrapping_sub(delay) & mask]
    }

    /// The signal `delay` samples before the last push, by a cubic through four samples (third-order
    /// Lagrange). `delay` is at least 1.
    #[inline]
    pub fn read_cubic(&self, delay: f32) -> f32 {
        let whole = delay as usize;
        self.read_cubic_at(whole, delay - whole as f32)
    }

    /// The same with the whole samples (at least 1) and the fraction apart: exact however long the
    /// delay.
    #[inline]
    pub fn read_cubic_at(&self, whole: usize, x: f32) -> f32 {
        cubic([whole - 1, whole, whole + 1, whole + 2].map(|delay| self.read(delay)), x)
    }

    /// The same of a line whose samples of `heard` pushes ago and before count as silence.
    #[inline]
    pub fn read_cubic_within(&self, heard: usize, whole: usize, x: f32) -> f32 {
        if whole + 2 < heard {
            return self.read_cubic_at(whole, x);
        }
        let read = |delay: usize| if delay < heard { self.read(delay) } else { 0.0 };
        cubic([whole - 1, whole, whole + 1, whole + 2].map(read), x)
    }

    /// Takes the next samples.
    #[inline]
    pub fn push_block(&mut self, samples: &[f32]) {
        let mask = self.ring.len() - 1;
        let start = (self.write + 1) & mask;
        self.write = (self.write + samples.len()) & mask;
        if let (Some(ring), Ok(block)) = (
            self.ring.get_mut(start..start + CONTROL_PERIOD),
            <&[f32; CONTROL_PERIOD]>::try_from(samples),
        ) {
            // The most frequent length, known to the compiler.
            ring.copy_from_slice(block);
            return;
        }
        let (first, rest) = samples.split_at(samples.len().min(mask + 1 - start));
        self.ring[start..start + first.len()].copy_from_slice(first);
        self.ring[..rest.len()].copy_from_slice(rest);
    }

    /// The samples from the one pushed `delay` pushes before the last on, at most `delay + 1`.
    #[inline]
    pub fn read_block(&self, delay: usize, samples: &mut [f32]) {
        let mask = self.ring.len() - 1;
        let start = self.write.wrapping_sub(delay) & mask;
        let (first, rest) = samples.split_at_mut(samples.len().min(mask + 1 - start));
        first.copy_from_slice(&self.ring[start..start + first.len()]);
        rest.copy_from_slice(&self.ring[..rest.len()]);
    }

    /// Pushes `sample` and gives back the one of `delay` samples ago (0 gives it back at once).
    #[inline]
    pub fn tick(&mut self, sample: f32, delay: usize) -> f32 {
        self.push(sample);
        self.read(delay)
    }
}

/// A cubic through four samples in a row, `x` after the second.
#[inline]
fn cubic([a, b, c, d]: [f32; 4], x: f32) -> f32 {
    let (below, above, far) = (x + 1.0, x - 1.0, x - 2.0);
    a * (-x * above * far / 6.0) + b * (below * above * far / 2.0) - c * (below * x * far / 2.0)
        + d * (below * x * above / 6.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impulse_comes_back_after_exactly_the_delay() {
        let mut line = DelayLine::default();
        line.prepare(100);
        let at = (0..200).position(|i| line.tick(if i == 0 { 1.0 } else { 0.0 }, 100) == 1.0);
        assert_eq!(at, Some(100));
    }

    #[test]
    fn blocks_are_what_single_samples_are() {
        let (mut one, mut many) = (DelayLine::default(), DelayLine::default());
        one.prepare(20);
        many.prepare(20);
        for block in 0..20u8 {
            let samples: Vec<f32> = (0..block % 9).map(|i| f32::from(10 * block + i)).collect();
            samples.iter().for_each(|sample| one.push(*sample));
            many.push_block(&samples);
            let mut read = [0.0; 7];
            many.read_block(14, &mut read);
            assert!(read.iter().enumerate().all(|(i, x)| *x == one.read(14 - i)), "{read:?}");
        }
    }

    #[test]
    fn what_was_forgotten_is_silent() {
        let mut line = DelayLine::default();
        line.prepare(64);
        line.push_block(&[1.0; 60]);
        assert_eq!(line.read_cubic_within(60, 10, 0.25), line.read_cubic_at(10, 0.25));
        assert_eq!(line.read_cubic_within(10, 12, 0.25), 0.0);
        assert_eq!(line.read_cubic_within(10, 9, 0.0), 1.0);
    }

    #[test]
    fn the_cubic_meets_whole_delays_and_is_exact_on_a_parabola() {
        let mut line = DelayLine::default();
        line.prepare(64);
        let curve = |t: f32| 0.01 * t * t - 0.3 * t + 2.0;
        for i in 0..40 {
            line.push(curve(i as f32));
        }
        assert_eq!(line.read_cubic(5.0), line.read(5));
        for delay in [1.25, 3.5, 17.9] {
            assert!((line.read_cubic(delay) - curve(39.0 - delay)).abs() < 1e-4, "{delay}");
        }
    }
}
