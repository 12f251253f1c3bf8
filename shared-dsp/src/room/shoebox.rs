//! The geometry of a room: a shoebox with a listener in it.

use super::RoomSettings;

/// In m/s, at 20 C.
pub const SPEED_OF_SOUND: f64 = 343.2;

/// No wall is nearer to the listener or the source than this, in m.
const MARGIN_M: f64 = 0.3;

/// A rectangular room. x runs across it, y from the stage (0) to the back, z up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shoebox {
    /// Width, length and height in m.
    pub size_m: [f64; 3],
    /// Where the listener's ears are.
    pub listener_m: [f64; 3],
    /// Reverberation time at mid frequencies, in s.
    pub rt60_s: f64,
    /// Mean absorption at mid frequencies, by Eyring (1930).
    pub absorption: f64,
    /// Mean absorption at high frequencies.
    pub absorption_high: f64,
}

/// A source as the room has it: near enough to be inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source {
    /// Where it is.
    pub position_m: [f64; 3],
    /// How far from the listener.
    pub distance_m: f64,
}

impl Shoebox {
    /// The room of those settings. Small rooms get the proportions 1 : 1.14 : 1.39 (Sepmeyer 1965),
    /// which spread their modes best; halls are 1 : 1.5 : 2.2; in between a mixture.
    pub fn new(settings: &RoomSettings) -> Self {
        let room = settings.sane();
        let volume = f64::from(room.volume_m3);
        let large = ((volume / 50.0).ln() / 400f64.ln()).clamp(0.0, 1.0);
        let (wide, long) = (1.14 + 0.36 * large, 1.39 + 0.81 * large);
        let height = (volume / (wide * long)).cbrt();
        let size_m = [wide * height, long * height, height];
        let surface = surface(size_m);
        let eyring = |rt60: f32| 1.0 - (-0.161 * volume / (surface * f64::from(rt60))).exp();
        let [_, mid, high] = room.rt60s();
        Self {
            size_m,
            listener_m: [0.46 * size_m[0], 0.78 * size_m[1], (0.45 * height).min(1.5)],
            rt60_s: f64::from(mid),
            absorption: eyring(mid),
            absorption_high: eyring(high),
        }
    }

    /// Mean distance between two reflections in m: 4 V / S.
    pub fn mean_free_path_m(&self) -> f64 {
        4.0 * self.size_m.iter().product::<f64>() / surface(self.size_m)
    }

    /// The source at a distance in m and an azimuth in degrees (negative is left), at the height of
    /// the listener. Farther than the room allows, it stands at the wall.
    pub fn source(&self, distance_m: f64, azimuth_deg: f64) -> Source {
        let (sin, cos) = azimuth_deg.clamp(-90.0, 90.0).to_radians().sin_cos();
        let [x, y, z] = self.listener_m;
        let ahead = (y - MARGIN_M) / cos.max(1e-6);
        let aside =
            (if sin < 0.0 { x } else { self.size_m[0] - x } - MARGIN_M) / sin.abs().max(1e-6);
        let distance_m = distance_m.min(ahead).min(aside).max(0.1);
        Source { position_m: [x + sin * distance_m, y - cos * distance_m, z], distance_m }
    }

    /// The image of `source` behind as many walls as the cell (i, j, k) of the mirrored rooms is away
    /// (Allen and Berkley 1979): its place relative to the listener in m.
    pub fn image(&self, source: &Source, cell: [i32; 3]) -> [f64; 3] {
        std::array::from_fn(|axis| {
            let (size, at, n) = (self.size_m[axis], source.position_m[axis], cell[axis]);
            let inside = if n % 2 == 0 { at } else { size - at };
            f64::from(n) * size + inside - self.listener_m[axis]
        })
    }

    /// How much later than the direct sound the first reflection arrives, in s.
    pub fn initial_time_gap_s(&self, source: &Source) -> f64 {
        const WALLS: [[i32; 3]; 6] =
            [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]];
        let nearest = WALLS.map(|cell| length(self.image(source, cell)));
        let nearest = nearest.into_iter().fold(f64::INFINITY, f64::min);
        (nearest - source.distance_m) / SPEED_OF_SOUND
    }
}

/// Length of a vector.
pub(super) fn length(v: [f64; 3]) -> f64 {
    (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt()
}

fn surface([x, y, z]: [f64; 3]) -> f64 {
    2.0 * (x * y + x * z + y * z)
}
