//! What an equaliser is most of the time: sections that stand still, on both channels alike. Kept in
//! transposed direct form with a leading 1 (four multiplications each, the gains gathered in one) and run
//! frame by frame through all of them, so that the processor can overlap the sections' recursions.
//!
//! Direct form is left for the state-variable form as soon as anything moves; its states are those of the
//! other form in other coordinates, so that nothing is heard of the change.

use super::cascade::{load, store};
use super::svf::{StillSvf, SvfState};

/// Sections that run in one pass: as many as fit the registers.
const PASS: usize = 4;

/// Frames that are filtered in one go.
const CHUNK: usize = 128;

/// Frames between two looks for what has decayed.
const FLUSH_PERIOD: usize = 1024;

/// Below this share of what they could be, the rows of a change of coordinates count as one.
const SINGULAR: f64 = 1e-9;

/// y = x + t0, t0' = c0 x - c1 t0 + t1, t1' = c2 x - c3 t0.
#[derive(Clone, Copy, Debug, Default)]
struct Direct {
    c: [f64; 4],
    t: [[f64; 2]; 2],
}

/// A section's direct form: coefficients, its gain, and the coordinates of its states.
struct Form {
    c: [f64; 4],
    gain: f64,
    rows: [[f64; 2]; 2],
    determinant: f64,
}

impl Form {
    /// `None` where a pole hides behind a zero: its state could not be found again.
    fn new(still: &StillSvf) -> Option<Self> {
        let ([m00, m01, n0], [m10, m11, n1]) = (still.first, still.second);
        let [o0, o1, gain] = still.out;
        let (a1, a2) = (-m00 - m11, m00 * m11 - m01 * m10);
        let next = [o0 * m00 + o1 * m10, o0 * m01 + o1 * m11];
        let rows = [[o0, o1], [next[0] + a1 * o0, next[1] + a1 * o1]];
        let determinant = rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0];
        let size = |row: [f64; 2]| row[0].hypot(row[1]);
        let (first, second) = (o0 * n0 + o1 * n1, next[0] * n0 + next[1] * n1);
        let c = [first / gain, a1, (second + a1 * first) / gain, a2];
        let sound =
            determinant.abs() > SINGULAR * size(rows[0]) * size(rows[1]) && gain.abs() > 1e-9;
        sound.then_some(Self { c, gain, rows, determinant })
    }
}

/// Up to `N` sections.
#[derive(Clone, Debug)]
pub struct Bank<const N: usize> {
    sections: [Direct; N],
    used: usize,
    gain: f64,
    since_flush: usize,
}

impl<const N: usize> Bank<N> {
    /// Without sections: unity.
    pub fn new() -> Self {
        Self { sections: [Direct::default(); N], used: 0, gain: 1.0, since_flush: 0 }
    }

    /// Takes over sections in their order. False, and the bank is empty, where one of them cannot be.
    pub fn enter<'a>(&mut self, from: impl Iterator<Item = (StillSvf, &'a mut SvfState)>) -> bool {
        (self.used, self.gain, self.since_flush) = (0, 1.0, 0);
        for (still, state) in from {
            let (Some(section), Some(form)) = (self.sections.get_mut(self.used), Form::new(&still))
            else {
                (self.used, self.gain) = (0, 1.0);
                return false;
            };
            self.gain *= form.gain;
            let s = state.get();
            section.c = form.c;
            section.t = form.rows.map(|row| {
                [0, 1].map(|lane| (row[0] * s[0][lane] + row[1] * s[1][lane]) / self.gain)
            });
            self.used += 1;
        }
        true
    }

    /// Gives the states back to the sections that [`Self::enter`] took, in the same order.
    pub fn leave<'a>(&mut self, to: impl Iterator<Item = (StillSvf, &'a mut SvfState)>) {
        let mut gain = 1.0;
        for (section, (still, state)) in self.sections.iter().zip(to) {
            let Some(form) = Form::new(&still) else { continue };
            gain *= form.gain;
            let ([[a, b], [c, d]], scale) = (form.rows, gain / form.determinant);
            let t = section.t;
            let lanes =
                |p: f64, q: f64| [0, 1].map(|lane| (p * t[0][lane] + q * t[1][lane]) * scale);
            state.put([lanes(d, -b), lanes(-c, a)]);
        }
        self.used = 0;
    }

    /// Filters audio of any length. Without sections, audio passes bit for bit.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        if self.used == 0 {
            return;
        }
        let (mut left, mut right) = (left, right);
        while !left.is_empty() && !right.is_empty() {
            // Cut where the states are flushed, at samples that do not depend on the host's blocks.
            let length =
                (FLUSH_PERIOD - self.since_flush).min(left.len()).min(right.len()).min(CHUNK);
            let (l, r);
            (l, left) = left.split_at_mut(length);
            (r, right) = right.split_at_mut(length);
            let mut frames = [[0.0; 2]; CHUNK];
            let frames = frames.get_mut(..length).unwrap_or_default();
            load(frames, l, r);
            self.filter(frames);
            store(frames, self.gain, l, r);
            self.since_flush += length;
            if self.since_flush == FLUSH_PERIOD {
                self.flush();
            }
        }
    }

    /// Ends what has decayed beyond hearing, before it turns into slow denormal numbers.
    fn flush(&mut self) {
        self.since_flush = 0;
        for state in self.sections.iter_mut().flat_map(|section| section.t.as_flattened_mut()) {
            if state.abs() < 1e-24 {
                *state = 0.0;
            }
        }
    }

    fn filter(&mut self, frames: &mut [[f64; 2]]) {
        let used = self.sections.get_mut(..self.used).unwrap_or_default();
        let mut passes = used.chunks_exact_mut(PASS);
        for pass in &mut passes {
            if let Ok(pass) = <&mut [Direct; PASS]>::try_from(pass) {
                run(pass, frames);
            }
        }
        match passes.into_remainder() {
            [a, b, c] => run_each([a, b, c], frames),
            [a, b] => run_each([a, b], frames),
            [a] => run_each([a], frames),
            _ => {}
        }
    }
}

fn run_each<const P: usize>(sections: [&mut Direct; P], frames: &mut [[f64; 2]]) {
    let mut pass = [Direct::default(); P];
    for (to, from) in pass.iter_mut().zip(&sections) {
        *to = **from;
    }
    run(&mut pass, frames);
    for (to, from) in sections.into_iter().zip(pass) {
        *to = from;
    }
}

#[inline(always)]
fn run<const P: usize>(sections: &mut [Direct; P], frames: &mut [[f64; 2]]) {
    let mut pass = *sections;
    for frame in frames {
        let mut x = *frame;
        for Direct { c, t } in &mut pass {
            for lane in 0..2 {
                let (input, first) = (x[lane], t[0][lane]);
                x[lane] = input + first;
                t[0][lane] = (c[0] * input + t[1][lane]) - c[1] * first;
                t[1][lane] = c[2] * input - c[3] * first;
            }
        }
        *frame = x;
    }
    *sections = pass;
}
