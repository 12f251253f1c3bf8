//! Static curves: how much gain a level gets. Pure functions of a level in dB.
//!
//! Threshold, ratio and quadratic knee after Giannoulis, Massberg and Reiss, "Digital Dynamic Range
//! Compressor Design" (JAES 60, 2012).

use crate::smooth::Smoothed;

/// From this ratio on, the slope is infinite.
pub const INFINITE_RATIO: f32 = 100.0;

/// What a compressor's curve is drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveSpec {
    /// Threshold in dB.
    pub threshold_db: f32,
    /// Ratio, 1 and above; [`INFINITE_RATIO`] and above is a limiter.
    pub ratio: f32,
    /// Width of the knee in dB.
    pub knee_db: f32,
    /// The reduction never exceeds this, in dB.
    pub range_db: f32,
}

/// A curve that rises from nothing through a quadratic knee into a straight line, up to a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    threshold_db: f32,
    half_knee_db: f32,
    knee_scale: f32,
    slope: f32,
    range_db: f32,
}

impl Curve {
    /// The curve of a feed-forward compressor: reduction against the level at its input.
    pub fn new(spec: CurveSpec) -> Self {
        let infinite = spec.ratio >= INFINITE_RATIO;
        let slope = if infinite { 1.0 } else { 1.0 - 1.0 / spec.ratio.max(1.0) };
        Self::with_slope(slope, spec)
    }

    /// The same with a slope of its own, in dB of reduction for each dB above the knee.
    pub fn with_slope(slope: f32, spec: CurveSpec) -> Self {
        let knee_db = spec.knee_db.max(0.0);
        Self {
            threshold_db: spec.threshold_db,
            half_knee_db: 0.5 * knee_db,
            knee_scale: if knee_db > 1e-3 { 0.5 / knee_db } else { 0.0 },
            slope,
            range_db: spec.range_db.max(0.0),
        }
    }

    /// Reduction in dB (0 and above) at a level in dB.
    #[inline(always)]
    pub fn reduction_db(&self, level_db: f32) -> f32 {
        let over = level_db - self.threshold_db;
        let into = over + self.half_knee_db;
        let into = if into > 0.0 { into } else { 0.0 };
        let knee = 2.0 * self.half_knee_db;
        let inside = if into < knee { into } else { knee };
        let above = into - knee;
        let above = if above > 0.0 { above } else { 0.0 };
        // Above the knee: the knee's own share (half its width) and the straight line.
        let reduction = self.slope * (inside * inside * self.knee_scale + above);
        if reduction < self.range_db { reduction } else { self.range_db }
    }

    /// Reduction for each further dB of level, before the range. At least 0.
    #[inline(always)]
    pub fn gradient(&self, level_db: f32) -> f32 {
        let into = level_db - self.threshold_db + self.half_knee_db;
        if into <= 0.0 {
            0.0
        } else if into >= 2.0 * self.half_knee_db {
            self.slope
        } else {
            self.slope * 2.0 * into * self.knee_scale
        }
    }

    /// Output level in dB for an input level in dB: the line an editor draws.
    pub fn output_db(&self, input_db: f32) -> f32 {
        input_db - self.reduction_db(input_db)
    }

    /// Up to this level in dB there is no reduction.
    #[inline]
    pub fn onset_db(&self) -> f32 {
        self.threshold_db - self.half_knee_db
    }

    /// Slope above the knee.
    pub fn slope(&self) -> f32 {
        self.slope
    }

    /// Reduction in dB where this curve is measured at the output it lowers (feedback):
    /// g = reduction_db(level - g), solved in closed form.
    pub fn feedback_reduction_db(&self, level_db: f32) -> f32 {
        let into = level_db - self.threshold_db + self.half_knee_db;
        if into <= 0.0 {
            return 0.0;
        }
        let knee = 2.0 * self.half_knee_db;
        let full_knee = self.slope * knee * knee * self.knee_scale;
        let reduction = if into >= knee + full_knee {
            (full_knee + self.slope * (into - knee)) / (1.0 + self.slope)
        } else {
            // x + q x^2 = into, where x is how far the output is inside the knee.
            let q = self.slope * self.knee_scale;
            let root = (1.0 + 4.0 * q * into).sqrt();
            into - 2.0 * into / (1.0 + root)
        };
        reduction.min(self.range_db)
    }
}

/// A curve whose settings move smoothly from one control period to the next.
#[derive(Clone, Debug)]
pub struct MovingCurve {
    threshold_db: Smoothed,
    slope: Smoothed,
    knee_db: Smoothed,
    range_db: Smoothed,
    from: Curve,
    to: Curve,
}

impl MovingCurve {
    /// At rest on a curve.
    pub fn new(curve: Curve) -> Self {
        Self {
            threshold_db: Smoothed::new(curve.threshold_db),
            slope: Smoothed::new(curve.slope),
            knee_db: Smoothed::new(2.0 * curve.half_knee_db),
            range_db: Smoothed::new(curve.range_db),
            from: curve,
            to: curve,
        }
    }

    fn parts(&mut self) -> [&mut Smoothed; 4] {
        [&mut self.threshold_db, &mut self.slope, &mut self.knee_db, &mut self.range_db]
    }

    /// The time of a whole move.
    pub fn configure(&mut self, time_ms: f32, sample_rate_hz: f64) {
        self.parts().into_iter().for_each(|part| part.configure(time_ms, sample_rate_hz));
    }

    /// Starts towards a curve.
    pub fn set(&mut self, curve: Curve) {
        self.threshold_db.set(curve.threshold_db);
        self.slope.set(curve.slope);
        self.knee_db.set(2.0 * curve.half_knee_db);
        self.range_db.set(curve.range_db);
    }

    /// At rest where it was going.
    pub fn settle(&mut self) {
        self.parts().into_iter().for_each(Smoothed::settle);
        self.to = self.at_end_of(0);
        self.from = self.to;
    }

    fn at_end_of(&mut self, period: usize) -> Curve {
        let [threshold_db, slope, knee_db, range_db] =
            self.parts().map(|part| part.advance(period as u32));
        Curve::with_slope(slope, CurveSpec { threshold_db, ratio: 1.0, knee_db, range_db })
    }

    /// To be called at control rate, with the samples until the next call.
    pub fn control_tick(&mut self, period: usize) {
        self.from = self.to;
        if !self.parts().into_iter().all(|part| part.is_settled()) {
            self.to = self.at_end_of(period);
        }
    }

    /// The curve at the begin and at the end of this control period.
    #[inline]
    pub fn ends(&self) -> [Curve; 2] {
        [self.from, self.to]
    }

    /// Whether both ends are the same.
    #[inline]
    pub fn is_still(&self) -> bool {
        self.from == self.to
    }

    /// Up to this level in dB there is no reduction.
    #[inline]
    pub fn onset_db(&self) -> f32 {
        self.from.onset_db().min(self.to.onset_db())
    }
}

/// The curve of a gate and downward expander.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExpanderCurve {
    /// Threshold in dB.
    pub threshold_db: f32,
    /// Ratio, 1 and above; [`INFINITE_RATIO`] and above is a gate.
    pub ratio: f32,
    /// The reduction never exceeds this, in dB.
    pub range_db: f32,
}

impl ExpanderCurve {
    /// Reduction in dB (0 and above) at a level in dB.
    #[inline(always)]
    pub fn reduction_db(&self, level_db: f32) -> f32 {
        let under = self.threshold_db - level_db;
        let slope = if self.ratio >= INFINITE_RATIO { 1e6 } else { self.ratio - 1.0 };
        let reduction = if under > 0.0 { under * slope } else { 0.0 };
        if reduction < self.range_db { reduction } else { self.range_db }
    }

    /// Output level in dB for an input level in dB: the line an editor draws.
    pub fn output_db(&self, input_db: f32) -> f32 {
        input_db - self.reduction_db(input_db)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(threshold_db: f32, ratio: f32, knee_db: f32, range_db: f32) -> CurveSpec {
        CurveSpec { threshold_db, ratio, knee_db, range_db }
    }

    #[test]
    fn the_curve_follows_threshold_ratio_and_quadratic_knee() {
        // threshold, ratio, knee, range, input, output in dB
        let table = [
            (-20.0, 4.0, 0.0, 60.0, -30.0, -30.0),
            (-20.0, 4.0, 0.0, 60.0, -20.0, -20.0),
            (-20.0, 4.0, 0.0, 60.0, 0.0, -15.0),
            (-20.0, 4.0, 10.0, 60.0, -25.0, -25.0),
            (-20.0, 4.0, 10.0, 60.0, -20.0, -20.937_5),
            (-20.0, 4.0, 10.0, 60.0, -15.0, -18.75),
            (-20.0, 2.0, 6.0, 60.0, -8.0, -14.0),
            (-20.0, 100.0, 0.0, 60.0, -3.0, -20.0),
            (-20.0, 100.0, 0.0, 9.0, -3.0, -12.0),
            (-20.0, 1.0, 6.0, 60.0, -3.0, -3.0),
        ];
        for (threshold, ratio, knee, range, input, output) in table {
            let curve = Curve::new(spec(threshold, ratio, knee, range));
            let got = curve.output_db(input);
            assert!((got - output).abs() < 1e-4, "{input} dB: {got}, expected {output}");
        }
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_curve() {
        for knee in [0.0, 6.0, 18.0] {
            let curve = Curve::new(spec(-20.0, 4.0, knee, 60.0));
            for level in [-40.5, -28.3, -22.9, -20.2, -17.1, -5.5] {
                let step = curve.reduction_db(level + 0.05) - curve.reduction_db(level - 0.05);
                assert!((step / 0.1 - curve.gradient(level)).abs() < 0.01, "{level} dB");
            }
        }
    }

    #[test]
    fn feedback_reduces_as_its_own_output_asks() {
        for (slope, knee) in [(0.75, 0.0), (2.25, 6.0), (6.75, 18.0)] {
            let curve = Curve::with_slope(slope, spec(-20.0, 1.0, knee, 60.0));
            for level in [-50.0, -27.0, -20.0, -15.0, -3.0, 12.0] {
                let reduction = curve.feedback_reduction_db(level);
                let asked = curve.reduction_db(level - reduction);
                assert!((reduction - asked).abs() < 1e-3, "{level} dB: {reduction}, {asked}");
            }
        }
    }

    #[test]
    fn the_expander_falls_by_its_ratio_down_to_its_range() {
        // ratio, range, input, output in dB, threshold -40
        let table = [
            (2.0, 80.0, -30.0, -30.0),
            (2.0, 80.0, -50.0, -60.0),
            (3.0, 12.0, -50.0, -62.0),
            (100.0, 40.0, -40.1, -80.1),
            (1.0, 40.0, -70.0, -70.0),
        ];
        for (ratio, range_db, input, output) in table {
            let curve = ExpanderCurve { threshold_db: -40.0, ratio, range_db };
            assert!((curve.output_db(input) - output).abs() < 1e-3, "{ratio}:1 at {input} dB");
        }
    }
}
