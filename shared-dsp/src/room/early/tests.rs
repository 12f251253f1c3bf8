use super::*;
use crate::room::RoomKind;

const RATE: f64 = 48_000.0;

/// What is asked of a source in every room, at distances from 0.5 to 32 m, in the middle and aside.
fn every_place() -> impl Iterator<Item = (String, f64, TapRequest)> {
    let named = RoomKind::ALL.into_iter().filter_map(|kind| Some((kind, kind.settings()?)));
    named.flat_map(|(kind, room)| {
        let shoebox = Shoebox::new(&room);
        [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0].into_iter().flat_map(move |distance_m| {
            [0.0, 35.0, -80.0].map(|azimuth_deg| {
                let source = shoebox.source(distance_m, azimuth_deg);
                let (energy, predelay, colour_hz) = (1.0, 0.0, 4000.0);
                let request = TapRequest { shoebox, source, energy, predelay, colour_hz };
                (format!("{kind:?}, {distance_m} m, {azimuth_deg} degrees"), distance_m, request)
            })
        })
    })
}

/// Energies at left and right of the answer to an impulse with these amplitudes at left and right.
fn answer(request: &TapRequest, input: [f32; 2]) -> [f64; 2] {
    let mut early = Early::default();
    early.prepare(RATE, 0.0, request);
    let mut energies = [0.0; 2];
    for block in 0..(0.3 * RATE) as usize / BLOCK {
        let mut sound = [SILENT; 2];
        if block == 0 {
            [sound[0][0], sound[1][0]] = input;
        }
        early.push(&sound);
        for (energy, lane) in energies.iter_mut().zip(early.process()) {
            *energy += lane.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>();
        }
    }
    energies
}

#[test]
fn an_input_at_one_side_is_reflected_as_strongly_as_one_in_the_middle() {
    let both = std::f32::consts::FRAC_1_SQRT_2;
    let db = |energies: [f64; 2]| 10.0 * (energies[0] + energies[1]).log10();
    let mut worst = (0.0f64, String::new());
    for (place, _, request) in every_place() {
        let middle_db = db(answer(&request, [both, both]));
        for input in [[1.0, 0.0], [0.0, 1.0], [both, -both]] {
            let apart_db = (db(answer(&request, input)) - middle_db).abs();
            assert!(apart_db < 1.5, "{place}, {input:?}: {apart_db:.2} dB");
            if apart_db > worst.0 {
                worst = (apart_db, format!("{place}, {input:?}"));
            }
        }
    }
    println!("worst: {:.2} dB at {}", worst.0, worst.1);
}

#[test]
fn strong_reflections_of_a_mono_input_are_where_their_image_is_and_give_no_comb() {
    for (place, _, request) in every_place() {
        let mut taps = Taps::default();
        taps.design(&request, RATE);
        let (images, count) = images(&request.shoebox, &request.source);
        let all: f64 = images.iter().take(count).map(|image| image.energy).sum();
        for image in images.iter().take(count).filter(|image| image.energy > STRONG * all) {
            let delay = (image.gap_s * RATE).round().max(BLOCK as f64) as usize;
            let group = |input| taps.group(2 * (image.order - 1) + input);
            let heard = [0, 1].map(|input| {
                group(input)
                    .iter()
                    .filter(|tap| tap.delay == delay)
                    .fold([0.0f64; 2], |sum, tap| {
                        [sum[0] + f64::from(tap.gain[0]), sum[1] + f64::from(tap.gain[1])]
                    })
            });
            let sum = [heard[0][0] + heard[1][0], heard[0][1] + heard[1][1]];
            let [left, right] = image.panned().map(f64::from);
            let cross = sum[0] * right - sum[1] * left;
            // Another image may come in the same sample.
            let size = (sum[0].hypot(sum[1]) * left.hypot(right)).max(1e-12);
            assert!(cross.abs() / size < 0.2, "{place}: {sum:?} for {left} {right}");
        }
    }
}

#[test]
fn from_8_m_on_no_reflection_stands_for_all() {
    for (place, _, request) in every_place().filter(|(_, m, _)| *m >= 8.0) {
        let (images, count) = images(&request.shoebox, &request.source);
        let energies = images.iter().take(count).map(|image| image.energy);
        let (most, sum) = energies.fold((0.0f64, 0.0), |(most, sum), x| (most.max(x), sum + x));
        assert!(most / sum < 0.6, "{place}: {}", most / sum);
    }
}
