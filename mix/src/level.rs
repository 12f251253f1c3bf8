//! Gains that move: a level's automation as one gain for every sample.

use crate::session::Level;

/// A level made ready for a sample rate.
#[derive(Clone, Debug)]
pub struct Gain {
    constant: f64,
    /// Frames and gains.
    points: Vec<(f64, f64)>,
}

/// 0 dB is 1; minus infinity is 0.
pub fn gain(db: f64) -> f64 {
    10.0_f64.powf(db / 20.0)
}

impl Gain {
    /// The gain of a level whose lane counts seconds.
    pub fn new(level: &Level, sample_rate_hz: f64) -> Self {
        let points = level.lane.iter().map(|(time_s, db)| (time_s * sample_rate_hz, gain(*db)));
        Self { constant: gain(level.db), points: points.collect() }
    }

    /// A gain that stays.
    pub fn fixed(db: f64) -> Self {
        Self { constant: gain(db), points: Vec::new() }
    }

    /// The gain if it never moves.
    pub fn steady(&self) -> Option<f32> {
        self.points.is_empty().then_some(self.constant as f32)
    }

    /// The gain at a frame.
    pub fn at(&self, frame: f64) -> f64 {
        let next = self.points.partition_point(|point| point.0 <= frame);
        match (next.checked_sub(1).map(|last| self.points[last]), self.points.get(next)) {
            (None, None) => self.constant,
            (None, Some(first)) => first.1,
            (Some(last), None) => last.1,
            (Some(from), Some(to)) => {
                if from.1 == to.1 {
                    return from.1;
                }
                let along = (frame - from.0) / (to.0 - from.0);
                if from.1 <= 0.0 || to.1 <= 0.0 {
                    from.1 + (to.1 - from.1) * along
                } else {
                    from.1 * (to.1 / from.1).powf(along)
                }
            }
        }
    }

    /// Multiplies audio that begins at a frame (perhaps before the start).
    pub fn apply(&self, start: i64, channels: [&mut [f32]; 2]) {
        let [left, right] = channels;
        match self.steady() {
            // Unity keeps the bits anyway; this spares the work.
            Some(1.0) => {}
            Some(gain) => left.iter_mut().chain(right).for_each(|sample| *sample *= gain),
            None => {
                for (index, (left, right)) in left.iter_mut().zip(right).enumerate() {
                    let gain = self.at((start + index as i64) as f64) as f32;
                    *left *= gain;
                    *right *= gain;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_is_straight_in_db_and_held_outside() {
        let level = Level { db: 0.0, lane: vec![(1.0, -20.0), (2.0, 0.0), (2.0, -6.0)] };
        let gain = Gain::new(&level, 100.0);
        for (frame, db) in [
            (0.0, -20.0),
            (100.0, -20.0),
            (150.0, -10.0),
            (175.0, -5.0),
            (200.0, -6.0),
            (1e6, -6.0),
        ] {
            let got = 20.0 * gain.at(frame).log10();
            assert!((got - db).abs() < 1e-9, "frame {frame}: {got} dB, expected {db} dB");
        }
    }

    #[test]
    fn a_lane_from_off_is_straight_in_gain() {
        let level = Level { db: 0.0, lane: vec![(0.0, f64::NEG_INFINITY), (1.0, 0.0)] };
        let gain = Gain::new(&level, 100.0);
        assert_eq!([0.0, 25.0, 100.0].map(|frame| gain.at(frame)), [0.0, 0.25, 1.0]);
    }
}
