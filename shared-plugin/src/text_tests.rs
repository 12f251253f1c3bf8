use super::*;

type Reader = fn(&str) -> Option<f32>;

#[test]
fn readers_take_what_a_person_would_type() {
    let cases: &[(Reader, &str, f32)] = &[
        (parse_decibels, "-6", -6.0),
        (parse_decibels, "-6 dB", -6.0),
        (parse_decibels, "+3.5db", 3.5),
        (parse_decibels, "-inf", f32::MIN),
        (parse_decibels, "-inf dBFS", f32::MIN),
        (parse_decibels, "- 6", -6.0),
        (parse_decibels, "-6 dBFS", -6.0),
        (parse_decibels, "-1,5 dB", -1.5),
        (parse_seconds, "1,5", 1.5),
        (parse_pan, "L30", -30.0),
        (parse_pan, "R 30", 30.0),
        (parse_azimuth, "L30", -30.0),
        (parse_azimuth, "r30°", 30.0),
        (parse_decibels, "\u{2212}6 dB", -6.0),
        (parse_hertz, "80", 80.0),
        (parse_hertz, "1k", 1000.0),
        (parse_hertz, "1.2 kHz", 1200.0),
        (parse_hertz, "4k7", 4700.0),
        (parse_hertz, "C4", 261.62557),
        (parse_hertz, "a4", 440.0),
        (parse_hertz, "Bb3", 233.08188),
        (parse_hertz, "F#3", 184.99721),
        (parse_milliseconds, "350 ms", 350.0),
        (parse_milliseconds, "0.35 s", 350.0),
        (parse_milliseconds, "350", 350.0),
        (parse_seconds, "1.8", 1.8),
        (parse_seconds, "350 ms", 0.35),
        (parse_ratio, "4:1", 4.0),
        (parse_ratio, "4", 4.0),
        (parse_ratio, "2.5 : 1", 2.5),
        (parse_ratio, "inf", 100.0),
        (parse_ratio, "INF:1", 100.0),
        (parse_pan, "30L", -30.0),
        (parse_pan, "30 r", 30.0),
        (parse_pan, "C", 0.0),
        (parse_pan, "-12.5", -12.5),
        (parse_pan, "left", -100.0),
        (parse_azimuth, "30° L", -30.0),
        (parse_azimuth, "-45 deg", -45.0),
        (parse_azimuth, "20R", 20.0),
    ];
    for (reader, text, expected) in cases {
        let value = reader(text).unwrap_or_else(|| panic!("'{text}' was not understood"));
        assert!(
            (value - expected).abs() <= 1e-4 * expected.abs().max(1.0),
            "'{text}' gave {value}"
        );
    }
}

#[test]
fn readers_refuse_nonsense() {
    let cases: &[(Reader, &str)] = &[
        (parse_decibels, ""),
        (parse_decibels, "loud"),
        (parse_decibels, "6 Hz"),
        (parse_hertz, "H4"),
        (parse_hertz, "1 m"),
        (parse_hertz, "C"),
        (parse_hertz, "NaN"),
        (parse_milliseconds, "1 kHz"),
        (parse_seconds, "soon"),
        (parse_ratio, "4:2"),
        (parse_ratio, "nan"),
        (parse_pan, "30X"),
        (parse_pan, "-30L"),
        (parse_pan, "L-30"),
        (parse_decibels, "--6"),
        (parse_hertz, "1,000.5"),
        (parse_azimuth, "north"),
    ];
    for (reader, text) in cases {
        assert_eq!(reader(text), None, "'{text}'");
    }
    assert_eq!(parse_switch("maybe"), None);
}

#[test]
fn writers_round_to_what_is_worth_reading() {
    let cases = [
        (hertz(80.0), "80 Hz"),
        (hertz(999.97), "1 kHz"),
        (hertz(1250.0), "1.25 kHz"),
        (hertz(18_000.0), "18 kHz"),
        (milliseconds(0.5), "0.5 ms"),
        (milliseconds(999.99), "1 s"),
        (milliseconds(1500.0), "1.5 s"),
        (seconds(1.8), "1.8 s"),
        (ratio(4.0), "4:1"),
        (ratio(99.96), "inf"),
        (ratio(100.0), "inf"),
        (pan(-30.0), "30L"),
        (pan(-0.01), "C"),
        (pan(100.0), "100R"),
        (azimuth(-30.5), "30.5° L"),
        (decimals(-0.001, 2), "0"),
        (decimals(-6.25, 2), "-6.25"),
    ];
    for (text, expected) in cases {
        assert_eq!(text, expected);
    }
}
