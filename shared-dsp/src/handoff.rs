//! What the audio thread tells an editor: values without locks, and audio that costs nothing but a
//! copy, and not even that when nobody looks.

use crate::effect::Io;
use atomic_float::AtomicF32;
use std::sync::atomic::{AtomicU32, Ordering};

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

/// The largest value, not negative, since the editor last looked; if none has come since then, the
/// last one: a host whose blocks are longer than a frame does not make it flicker.
#[derive(Debug, Default)]
pub struct MostGauge(AtomicU32);

impl MostGauge {
    /// The sign tells that the editor has seen it.
    const SEEN: u32 = 1 << 31;

    /// Raises the value, or replaces one that was seen. Written by the audio thread only.
    #[inline]
    pub fn push(&self, value: f32) {
        let bits = value.max(0.0).to_bits();
        let before = self.0.load(Ordering::Relaxed);
        // Bits of floats that are not negative have the order of their values. If the editor looks
        // in between, it sees this value again with the next frame.
        if before & Self::SEEN != 0 || bits > before {
            self.0.store(bits, Ordering::Relaxed);
        }
    }

    /// The value; it counts as seen.
    #[inline]
    pub fn look(&self) -> f32 {
        f32::from_bits(self.0.fetch_or(Self::SEEN, Ordering::Relaxed) & !Self::SEEN)
    }
}

/// The audio thread's end of a ring of stereo frames.
pub struct AudioSender {
    ring: rtrb::Producer<[f32; 2]>,
    /// Frames of silence since the last sound, as far as [`Self::push_while_sounding`] counts them.
    silent: usize,
}

/// The editor's end of a ring of stereo frames.
pub struct AudioReceiver(rtrb::Consumer<[f32; 2]>);

/// A ring for `capacity` frames.
pub fn audio_ring(capacity: usize) -> (AudioSender, AudioReceiver) {
    let (ring, consumer) = rtrb::RingBuffer::new(capacity);
    (AudioSender { ring, silent: usize::MAX }, AudioReceiver(consumer))
}

impl AudioSender {
    /// Copies two channels; what does not fit is dropped.
    pub fn push(&mut self, [left, right]: [&[f32]; 2]) {
        let frames = left.len().min(right.len()).min(self.ring.slots());
        if let Ok(chunk) = self.ring.write_chunk_uninit(frames) {
            chunk.fill_from_iter(left.iter().zip(right).map(|(l, r)| [*l, *r]));
        }
    }

    /// The same, until there has been nothing but zeros for more than `linger` frames: what is not
    /// connected sends nothing.
    pub fn push_while_sounding(&mut self, lanes: [&[f32]; 2], linger: usize) {
        let sounds = lanes.iter().any(|lane| lane.iter().any(|x| *x != 0.0));
        self.silent = if sounds { 0 } else { self.silent.saturating_add(lanes[0].len()) };
        if self.silent <= linger {
            self.push(lanes);
        }
    }
}

impl AudioReceiver {
    /// Takes all that has arrived, oldest first. Returns how many frames that was.
    pub fn drain(&mut self, mut each: impl FnMut([f32; 2])) -> usize {
        let frames = self.0.slots();
        match self.0.read_chunk(frames) {
            Ok(chunk) => {
                chunk.into_iter().for_each(&mut each);
                frames
            }
            Err(_) => 0,
        }
    }
}

/// Where an editor listens around an equaliser. Each end is a copy, nothing more.
pub struct Taps {
    /// What goes in.
    pub before: AudioSender,
    /// What comes out.
    pub after: AudioSender,
    /// The sidechain.
    pub key: AudioSender,
    /// Frames of silence after which the sidechain counts as not connected.
    pub linger: usize,
}

impl Taps {
    /// Copies what is about to be equalised, and the sidechain, if it sounds.
    pub fn before(&mut self, io: &Io<'_>) {
        let [left, right] = &io.main;
        self.before.push([left, right]);
        if let Some(key) = io.key {
            self.key.push_while_sounding(key, self.linger);
        }
    }

    /// Copies what has been equalised.
    pub fn after(&mut self, io: &Io<'_>) {
        let [left, right] = &io.main;
        self.after.push([left, right]);
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
    fn the_most_since_the_last_look_stands_until_something_newer_comes() {
        let gauge = MostGauge::default();
        assert_eq!(gauge.look(), 0.0);
        for value in [2.0, 9.0, 4.0] {
            gauge.push(value);
        }
        assert_eq!([gauge.look(), gauge.look()], [9.0, 9.0]);
        gauge.push(1.0);
        gauge.push(0.5);
        assert_eq!(gauge.look(), 1.0);
        gauge.push(-3.0);
        assert_eq!(gauge.look(), 0.0);
    }

    #[test]
    fn a_full_ring_drops_what_does_not_fit_and_keeps_the_order() {
        let (mut sender, mut receiver) = audio_ring(4);
        sender.push([&[1.0, 2.0, 3.0], &[-1.0, -2.0, -3.0]]);
        sender.push([&[4.0, 5.0], &[-4.0, -5.0]]);
        let mut got = Vec::new();
        assert_eq!(receiver.drain(|frame| got.push(frame)), 4);
        assert_eq!(got, [[1.0, -1.0], [2.0, -2.0], [3.0, -3.0], [4.0, -4.0]]);
    }

    #[test]
    fn a_sidechain_that_is_not_connected_sends_nothing_and_one_that_pauses_goes_on_a_while() {
        let (mut sender, mut receiver) = audio_ring(1000);
        let mut sent = |value: f32| {
            let lane = [value; 10];
            sender.push_while_sounding([&lane, &lane], 25);
            receiver.drain(|_| {})
        };
        assert_eq!([0.0, 0.0, 0.1, 0.0, 0.0, 0.0, 0.1].map(&mut sent), [0, 0, 10, 10, 10, 0, 10]);
    }
}
