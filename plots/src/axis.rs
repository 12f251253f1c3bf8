//! Axes: what they span, where their ticks stand and how these read.

use crate::text::short;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use std::ops::Range;

/// One axis of a panel.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What it measures, with its unit.
    pub title: String,
    /// First and last value.
    pub range: [f64; 2],
    /// Values with a tick.
    pub ticks: Vec<f64>,
    /// What stands at the ticks; without it, their values.
    pub names: Vec<String>,
    is_log: bool,
}

impl Axis {
    /// Even steps. The ticks are on round values.
    pub fn linear(title: &str, low: f64, high: f64) -> Self {
        let step = round_step((high - low) / 7.0);
        let first = (low / step - 1e-9).ceil() as i64;
        let last = (high / step + 1e-9).floor() as i64;
        let ticks = (first..=last).map(|k| k as f64 * step).collect();
        Self {
            title: title.to_owned(),
            range: [low, high],
            ticks,
            names: Vec::new(),
            is_log: false,
        }
    }

    /// Even ratios, with these ticks.
    pub fn log(title: &str, low: f64, high: f64, ticks: &[f64]) -> Self {
        let ticks = ticks.iter().copied().filter(|tick| (low..=high).contains(tick)).collect();
        Self { title: title.to_owned(), range: [low, high], ticks, names: Vec::new(), is_log: true }
    }

    /// Frequencies that are heard.
    pub fn hertz() -> Self {
        const TICKS: [f64; 10] = [20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 10e3, 20e3];
        Self::log("frequency in Hz", 20.0, 20e3, &TICKS)
    }

    /// One row or column for each name, around 0, 1, 2 and so on.
    pub fn named(title: &str, names: Vec<String>) -> Self {
        let range = [-0.5, names.len() as f64 - 0.5];
        let ticks = (0..names.len()).map(|k| k as f64).collect();
        Self { title: title.to_owned(), range, ticks, names, is_log: false }
    }

    /// The same without ticks and title, for a panel that stands on another.
    pub fn bare(mut self) -> Self {
        self.title.clear();
        self.ticks.clear();
        self
    }

    /// Where a value is on the paper: linear there.
    pub fn place(&self, value: f64) -> f64 {
        let [low, high] = self.range;
        // Far outside stays outside without losing the paper's numbers.
        let reach = high - low;
        if self.is_log {
            value.clamp(low * 1e-3, high * 1e3).log10()
        } else {
            value.clamp(low - 100.0 * reach, high + 100.0 * reach)
        }
    }

    /// The same for the nearest value that the axis has.
    pub fn inside(&self, value: f64) -> f64 {
        self.place(value.clamp(self.range[0], self.range[1]))
    }

    /// The value at a share of the way from the first to the last.
    pub fn value_at(&self, share: f64) -> f64 {
        let [low, high] = self.range.map(|value| self.place(value));
        let place = low + share * (high - low);
        if self.is_log { 10f64.powf(place) } else { place }
    }

    /// What the drawing library maps to coordinates: places, with the ticks that are wanted.
    pub fn paper(&self) -> Paper {
        let ticks = self.ticks.iter().map(|tick| self.place(*tick)).collect();
        Paper { ends: self.range.map(|value| self.place(value)), ticks }
    }

    /// What stands at a tick.
    pub fn tick_text(&self, place: f64) -> String {
        let near = |tick: &f64| (self.place(*tick) - place).abs() < 1e-9;
        let Some(index) = self.ticks.iter().position(near) else { return String::new() };
        match (self.names.get(index), self.ticks.get(index)) {
            (Some(name), _) => name.clone(),
            (None, Some(tick)) => short(*tick),
            _ => String::new(),
        }
    }
}

/// Evenly divided paper along an axis.
pub struct Paper {
    ends: [f64; 2],
    ticks: Vec<f64>,
}

impl Ranged for Paper {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, place: &f64, limit: (i32, i32)) -> i32 {
        let part = (place - self.ends[0]) / (self.ends[1] - self.ends[0]);
        limit.0 + (part * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.ends[0]..self.ends[1]
    }
}

/// The next larger of 1, 2 and 5 times a power of ten.
pub fn round_step(at_least: f64) -> f64 {
    let decade = 10f64.powf(at_least.max(1e-9).log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    let fitting = factors.iter().map(|factor| factor * decade).find(|step| *step >= at_least);
    fitting.unwrap_or(10.0 * decade)
}
