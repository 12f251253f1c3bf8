//! What the audio thread tells an editor: values without locks, and audio that costs nothing but a
//! copy, and not even that when nobody looks.

use atomic_float::AtomicF32;
use std::sync::atomic::Ordering;

/// The latest value of something.
#[derive(Debug, Default)]
pub struct Gauge(AtomicF32);

impl Gauge {
    /// Written by the audio thread.
    #[inline]
    pub fn set(&self, value: f32) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// Read by anyone.
    #[inline]
    pub fn get(&self) -> f32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The largest value since the editor last looked: no peak falls between two frames.
#[derive(Debug, Default)]
pub struct PeakGauge(AtomicF32);

impl PeakGauge {
    /// Raises the peak. Written by the audio thread only.
    #[inline]
    pub fn push(&self, value: f32) {
        // A value pushed between the editor's read and its reset is shown a block later: one writer
        // needs no read-modify-write.
        if value > self.0.load(Ordering::Relaxed) {
            self.0.store(value, Ordering::Relaxed);
        }
    }

    /// The peak since the last call.
    #[inline]
    pub fn take(&self) -> f32 {
        self.0.swap(0.0, Ordering::Relaxed)
    }
}

/// The audio thread's end of a ring of samples.
pub struct AudioSender(rtrb::Producer<f32>);

/// The editor's end of a ring of samples.
pub struct AudioReceiver(rtrb::Consumer<f32>);

/// A ring for `capacity` samples.
pub fn audio_ring(capacity: usize) -> (AudioSender, AudioReceiver) {
    let (producer, consumer) = rtrb::RingBuffer::new(capacity);
    (AudioSender(producer), AudioReceiver(consumer))
}

impl AudioSender {
    /// Copies the mean of two channels; what does not fit is dropped.
    pub fn push_mid(&mut self, left: &[f32], right: &[f32]) {
        let frames = left.len().min(right.len()).min(self.0.slots());
        if let Ok(chunk) = self.0.write_chunk_uninit(frames) {
            chunk.fill_from_iter(left.iter().zip(right).map(|(l, r)| 0.5 * (l + r)));
        }
    }
}

impl AudioReceiver {
    /// Takes all that has arrived, oldest first.
    pub fn drain(&mut self, mut each: impl FnMut(f32)) {
        if let Ok(chunk) = self.0.read_chunk(self.0.slots()) {
            chunk.into_iter().for_each(&mut each);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_read_once() {
        let gauge = PeakGauge::default();
        for value in [0.2, 0.9, 0.4] {
            gauge.push(value);
        }
        assert_eq!((gauge.take(), gauge.take()), (0.9, 0.0));
    }

    #[test]
    fn a_full_ring_drops_what_does_not_fit_and_keeps_the_order() {
        let (mut sender, mut receiver) = audio_ring(4);
        sender.push_mid(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]);
        sender.push_mid(&[4.0, 5.0], &[4.0, 5.0]);
        let mut got = Vec::new();
        receiver.drain(|sample| got.push(sample));
        assert_eq!(got, [1.0, 2.0, 3.0, 4.0]);
    }
}
