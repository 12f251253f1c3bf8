//! How metres become pixels.

use egui::Pos2;
use shared_dsp::room::Shoebox;
use shared_ui::paint;

/// Distance of the innermost ring in m, and its radius. Inside, the scale is linear.
pub const INNER: (f32, f32) = (0.5, 36.0);
/// Distances in m that the outermost ring can have.
const OUTER_M: [f32; 2] = [2.0, 64.0];

/// The floor on the screen: the listener at its lower edge, equal steps for each doubling of distance.
#[derive(Clone, Copy)]
pub struct Map {
    /// Where the listener stands.
    pub listener: Pos2,
    /// Distance of the outermost ring in m, and its radius.
    pub outer_m: f32,
    /// Its radius in pixels.
    pub outer_px: f32,
}

impl Map {
    /// Radius at which a distance is drawn.
    pub fn radius(&self, distance_m: f32) -> f32 {
        if distance_m <= INNER.0 {
            return INNER.1 * distance_m / INNER.0;
        }
        let octaves = (self.outer_m / INNER.0).log2();
        INNER.1 + (self.outer_px - INNER.1) * (distance_m / INNER.0).log2() / octaves
    }

    /// The distance that a radius stands for.
    pub fn distance(&self, radius: f32) -> f32 {
        if radius <= INNER.1 {
            return INNER.0 * radius / INNER.1;
        }
        let octaves = (self.outer_m / INNER.0).log2();
        INNER.0 * (octaves * (radius - INNER.1) / (self.outer_px - INNER.1)).exp2()
    }

    /// Where a source at a distance and an azimuth (negative is left) stands.
    pub fn place(&self, distance_m: f32, azimuth_deg: f32) -> Pos2 {
        paint::on_circle(self.listener, self.radius(distance_m), azimuth_deg - 90.0)
    }

    /// Where a point beside and ahead of the listener, in m, stands.
    pub fn point(&self, aside_m: f32, ahead_m: f32) -> Pos2 {
        self.place(aside_m.hypot(ahead_m), aside_m.atan2(ahead_m).to_degrees())
    }

    /// Distances of the rings in m.
    pub fn rings(&self) -> impl Iterator<Item = f32> {
        let outer_m = self.outer_m;
        (0..).map(|i| INNER.0 * (i as f32).exp2()).take_while(move |ring_m| *ring_m <= outer_m)
    }
}

/// Distance of the outermost ring in m: the power of two at or beyond the farthest corner of the room and
/// the farthest track, `nearer` octaves less.
pub fn outer_m(shoebox: &Shoebox, farthest_m: f32, nearer: i32) -> f32 {
    let whole = |m: f32| m.log2().ceil().exp2();
    let all = whole(farthest_corner_m(shoebox).max(farthest_m)).clamp(8.0, OUTER_M[1]);
    (all * (-nearer as f32).exp2()).clamp(OUTER_M[0], OUTER_M[1])
}

fn farthest_corner_m(shoebox: &Shoebox) -> f32 {
    let [x, y, _] = shoebox.listener_m;
    let aside = x.max(shoebox.size_m[0] - x);
    aside.hypot(y) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;
    use shared_dsp::room::RoomSettings;

    #[test]
    fn rings_are_equal_steps_for_each_doubling_and_the_map_goes_back() {
        let map = Map { listener: pos2(480.0, 450.0), outer_m: 32.0, outer_px: 376.0 };
        assert_eq!((map.radius(0.5), map.radius(32.0)), (36.0, 376.0));
        let radii: Vec<f32> = map.rings().map(|m| map.radius(m)).collect();
        let steps: Vec<f32> = radii.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(steps.len(), 6);
        assert!(steps.iter().all(|step| (step - steps[0]).abs() < 0.01), "{steps:?}");
        for m in [0.25, 0.7, 7.0, 30.0] {
            assert!((map.distance(map.radius(m)) / m - 1.0).abs() < 1e-4, "{m} m");
        }
        assert!(map.place(4.0, -30.0).x < 480.0);
    }

    #[test]
    fn the_outermost_ring_holds_the_room_and_every_track_until_one_zooms_in() {
        let hall = Shoebox::new(&RoomSettings::default());
        let whole = outer_m(&hall, 1.0, 0);
        assert!(whole >= farthest_corner_m(&hall), "{whole}");
        assert_eq!(outer_m(&hall, 40.0, 0), 64.0);
        assert_eq!(outer_m(&hall, 1.0, 1), whole / 2.0);
        assert_eq!(outer_m(&hall, 1.0, 99), 2.0);
    }
}
