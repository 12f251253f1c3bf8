//! All checks over a list of cases.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A sweep between settings: what moves, and the settings at 0..1.
type Sweep<'a, S> = (String, Box<dyn Fn(f32) -> S + 'a>);

/// All checks of one effect.
pub struct Contract<'a, E: Effect> {
    name: &'a str,
    cases: Vec<(String, E::Settings)>,
    corners: Vec<E::Settings>,
    sweeps: Vec<Sweep<'a, E::Settings>>,
    clear: Vec<E::Settings>,
    rate_tolerance_db: f64,
    recovery_s: f64,
    click_limit_db: f64,
}

impl<'a, E: Effect + Default> Contract<'a, E>
where
    E::Settings: Debug,
{
    /// Starts with the default settings as the only case.
    pub fn new(name: &'a str) -> Self {
        Self {
            name,
            cases: vec![("default".into(), E::Settings::default())],
            corners: Vec::new(),
            sweeps: Vec::new(),
            clear: Vec::new(),
            rate_tolerance_db: 0.5,
            recovery_s: 0.1,
            click_limit_db: -50.0,
        }
    }

    /// Settings of ordinary use, that go through every check but those of sweeps and latency.
    pub fn case(mut self, name: &str, settings: E::Settings) -> Self {
        self.cases.push((name.into(), settings));
        self
    }

    /// Settings at the ends of their ranges, that have to stay finite and decay.
    pub fn corners(mut self, settings: impl IntoIterator<Item = E::Settings>) -> Self {
        self.corners.extend(settings);
        self
    }

    /// Something that moves while a sine plays: the settings at 0..1.
    pub fn sweep(mut self, name: &str, at: impl Fn(f32) -> E::Settings + 'a) -> Self {
        self.sweeps.push((name.into(), Box::new(at)));
        self
    }

    /// Settings at which the output is the input, later and perhaps scaled: for the latency.
    pub fn latency_at(mut self, settings: E::Settings) -> Self {
        self.clear.push(settings);
        self
    }

    /// How far levels may differ between sample rates (0.5 dB).
    pub fn rate_tolerance_db(mut self, tolerance_db: f64) -> Self {
        self.rate_tolerance_db = tolerance_db;
        self
    }

    /// How long, beside its tail, it remembers a disturbance (0.1 s): a compressor's release.
    pub fn recovery_s(mut self, recovery_s: f64) -> Self {
        self.recovery_s = recovery_s;
        self
    }

    /// How loud a click may be (-50 dB).
    pub fn click_limit_db(mut self, limit_db: f64) -> Self {
        self.click_limit_db = limit_db;
        self
    }

    /// Runs all checks and panics with everything that failed.
    pub fn check(self) {
        let mut failed = Vec::new();
        let mut check = |check: &dyn Fn()| {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(check)) {
                let text = panic.downcast_ref::<String>().cloned();
                failed.push(text.unwrap_or_else(|| format!("{}: panics", self.name)));
            }
        };
        for (k, (case, settings)) in self.cases.iter().enumerate() {
            let name = &format!("{}, {case}", self.name);
            let other = &self.cases[(k + 1) % self.cases.len()].1;
            check(&|| reset_equals_fresh::<E>(name, settings));
            check(&|| splits_give_the_same_bits::<E>(name, settings, other));
            check(&|| splits_wake_with_the_same_bits::<E>(name, settings));
            check(&|| rates_agree::<E>(name, settings, self.rate_tolerance_db));
            check(&|| bad_input_recovers::<E>(name, settings, self.recovery_s));
            check(&|| stays_finite_and_decays::<E>(name, settings));
            check(&|| nothing_allocates::<E>(name, settings, other));
        }
        for settings in &self.corners {
            check(&|| stays_finite_and_decays::<E>(self.name, settings));
        }
        for settings in &self.clear {
            check(&|| latency_is_the_measured_delay::<E>(self.name, settings));
        }
        for (what, at) in &self.sweeps {
            let name = &format!("{}, {what}", self.name);
            check(&|| a_sweep_has_no_click::<E>(name, self.click_limit_db, at));
        }
        assert!(failed.is_empty(), "{}", failed.join("\n"));
    }
}
