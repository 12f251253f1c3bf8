//! What blocks cost, and which of them are late by their own cost.
//!
//! The CPU time of a thread counts what interrupts take of it and what a machine below takes away. That
//! falls on any block; a cost of our own falls on the same block whenever the same is played.

/// How many times its mean a block may cost before it counts as late.
pub const LATE: f64 = 2.0;

/// The CPU time of each block of a play, in seconds.
#[derive(Clone, Debug, Default)]
pub struct Costs(pub Vec<f32>);

impl Costs {
    /// The mean, in seconds.
    pub fn mean_s(&self) -> f64 {
        let sum: f64 = self.0.iter().map(|cost| f64::from(*cost)).sum();
        sum / self.0.len().max(1) as f64
    }

    /// How many times the mean the dearest block costs.
    pub fn dearest(&self) -> f64 {
        f64::from(self.0.iter().fold(0.0f32, |most, cost| most.max(*cost))) / self.mean_s()
    }

    /// The blocks that cost more than [`LATE`] times the mean.
    pub fn late(&self) -> Vec<usize> {
        let limit = LATE * self.mean_s();
        let is_late = |block: &usize| f64::from(self.0[*block]) > limit;
        (0..self.0.len()).filter(is_late).collect()
    }

    /// The blocks that are late here and when the same is played `again`, by the mean of each play: a
    /// machine may be slower as a whole.
    pub fn late_again(&self, again: &Self) -> Vec<usize> {
        let others = again.late();
        self.late().into_iter().filter(|block| others.contains(block)).collect()
    }
}
