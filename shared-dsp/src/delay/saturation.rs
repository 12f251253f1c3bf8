//! What bends in the loop of the delay: drive, and the limit that keeps any feedback bounded.

/// The loop is linear up to this level and saturates above it, to one half more. Leaves room for
/// what the interpolation may overshoot below +6 dBFS.
pub(super) const LIMIT: f32 = 1.0;
const ABOVE_LIMIT: f32 = 0.5;

/// Gain into the saturation at full drive; 1 / this out of it, so quiet echoes keep their level.
const FULL_DRIVE: f32 = 5.0;

/// Linear up to [`LIMIT`], smooth into a ceiling above it.
#[inline]
pub(super) fn limited(x: f32) -> f32 {
    let over = x.abs() - LIMIT;
    if over <= 0.0 { x } else { x.signum() * (LIMIT + ABOVE_LIMIT * (over / ABOVE_LIMIT).tanh()) }
}

/// Saturation of unit gain for quiet signals.
#[inline]
pub(super) fn driven(x: f32, drive: f32) -> f32 {
    if drive <= 0.0 {
        return x;
    }
    let gain = drive * FULL_DRIVE;
    (gain * x).tanh() / gain
}
