//! The curves over the whole grid of kinds, frequencies, qualities and gains.

use proscenium_tests::eq_grid::{self, RATES_HZ};
use proscenium_tests::signals::{SEED, random};
use shared_dsp::eq::*;

#[test]
fn every_band_is_within_a_twentieth_of_a_db_of_its_analogue_prototype() {
    for rate in RATES_HZ {
        for kind in BandKind::ALL {
            let (mut count, mut worst) = (0, (0.0, None, eq_grid::Deviations::default()));
            for spec in eq_grid::cases(kind) {
                assert!(design(&spec, rate).is_stable(), "{spec:?} at {rate} Hz");
                let deviations = eq_grid::deviations(&spec, rate);
                count += 1;
                if deviations.of_bound() > worst.0 {
                    worst = (deviations.of_bound(), Some(spec), deviations);
                }
            }
            println!("{kind:?} at {rate} Hz: {count} cases, worst {worst:?}");
            assert!(worst.0 < 1.0, "{kind:?} at {rate} Hz: {worst:?}");
        }
    }
}

#[test]
fn bands_off_the_grid_are_as_accurate() {
    println!("seed {SEED:#x}");
    let mut random = random(SEED);
    let mut part = || random.f64();
    for rate in RATES_HZ {
        for _ in 0..2000 {
            let spec = BandSpec {
                kind: BandKind::ALL[(part() * 7.999) as usize],
                freq_hz: 20.0 * 1000f64.powf(part().sqrt()),
                gain_db: 36.0 * part() - 18.0,
                q: 0.3 * (100.0 / 3.0f64).powf(part()),
            };
            let deviations = eq_grid::deviations(&spec, rate);
            assert!(deviations.of_bound() < 1.0, "{spec:?} at {rate} Hz: {deviations:?}");
        }
    }
}

#[test]
fn every_cut_is_within_a_twentieth_of_a_db_of_butterworth() {
    for rate in RATES_HZ {
        for high_pass in [true, false] {
            for spec in eq_grid::cut_cases(high_pass) {
                let deviations = spec.deviations(rate);
                assert!(deviations.of_bound() < 1.0, "{spec:?} at {rate} Hz: {deviations:?}");
            }
        }
    }
}

/// A step of a thousandth in frequency, gain or quality changes a curve by what the prototype changes and by
/// what is left of the error, at most.
#[test]
fn the_design_has_no_jumps() {
    for rate in RATES_HZ {
        for kind in BandKind::ALL {
            for (freq_hz, q, gain_db) in
                [(300.0, 0.7, 6.0), (990.0, 2.0, -9.0), (5000.0, 4.0, 12.0), (15_000.0, 1.6, 15.0)]
            {
                let at = |x: f64| BandSpec {
                    kind,
                    freq_hz: freq_hz * x,
                    gain_db: gain_db * x,
                    q: q * x,
                };
                for step in 0..400 {
                    let x = 0.8 + 0.001 * f64::from(step);
                    let [one, two] = [at(x), at(x + 0.001)];
                    let [first, second] = [design(&one, rate), design(&two, rate)];
                    for f in [100.0, 950.0, 4500.0, 13_000.0, 19_000.0] {
                        let wanted = two.prototype_db(f) - one.prototype_db(f);
                        let got = second.response_db(f) - first.response_db(f);
                        let near_null = one.prototype_db(f) < eq_grid::DEEP_DB;
                        let bound = if near_null { 1.0 } else { 2.0 * eq_grid::BOUND_DB };
                        assert!((got - wanted).abs() < bound, "{one:?} at {f} Hz: {got}, {wanted}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_design_is_stable_and_finite_at_the_corners() {
    for rate in [22_050.0, 44_100.0, 48_000.0, 96_000.0, 384_000.0, 768_000.0] {
        for kind in BandKind::ALL {
            for freq_hz in [20.0, 1000.0, 10_000.0, 20_000.0] {
                for q in [0.1, 0.5, 2.0, 20.0] {
                    for gain_db in [-48.0, -24.0, -0.01, 0.01, 24.0, 48.0] {
                        let spec = BandSpec { kind, freq_hz, gain_db, q };
                        let filter = design(&spec, rate);
                        assert!(filter.is_stable(), "{spec:?} at {rate} Hz");
                        for part in 1..100 {
                            let db = filter.response_db(0.005 * f64::from(part) * rate);
                            assert!(db.is_finite() && db < 130.0, "{spec:?} at {rate} Hz: {db} dB");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_band_above_nyquist_keeps_the_shape_of_what_is_below() {
    for rate in [22_050.0, 32_000.0] {
        for kind in BandKind::ALL {
            for (freq_hz, q) in [(0.55 * rate, 0.7), (20_000.0, 1.0), (20_000.0, 3.0)] {
                let spec = BandSpec { kind, freq_hz, gain_db: 9.0, q };
                let filter = design(&spec, rate);
                for part in 1..=22 {
                    let f = 0.02 * f64::from(part) * rate;
                    let (got, wanted) = (filter.response_db(f), spec.prototype_db(f));
                    let bound = if wanted < -40.0 { 1.0 } else { 0.2 };
                    assert!((got - wanted).abs() < bound, "{spec:?} at {f} Hz: {got}, {wanted}");
                }
            }
        }
    }
}
