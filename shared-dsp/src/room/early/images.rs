//! The images of a source that are heard, and how loud.
//!
//! They fade faster than the walls say where the late field would else pile up on them. The faintest are left out.

use super::mirrored::{IMAGES, Image, images_as_they_lie};
use crate::room::late::Onset;
use crate::room::shoebox::{Shoebox, Source};

/// Share of the room's energy, early and late, that the faintest images have, which are not worth their cost; and the most
/// that it may be of the early energy, since the late field can be turned down.
const FAINT: f64 = 0.005;
const FAINTEST: f64 = 0.02;
/// As many are kept however faint they are, so that both inputs are reflected where one image outweighs all others.
const FEWEST: usize = 8;

/// Every image that is kept, the strongest first, and how many there are.
pub(super) fn images(shoebox: &Shoebox, source: &Source) -> ([Image; IMAGES], usize) {
    let (mut images, count) = images_as_they_lie(shoebox, source);
    let onset = Onset::new(shoebox);
    let found = images.get_mut(..count).unwrap_or(&mut []);
    fit_decay(found, &onset);
    let mut strongest = [Image::default(); IMAGES];
    // Of what is not negative, the bits have the order of the numbers.
    let places = arranged(found, |image| !image.energy.to_bits());
    for (image, place) in strongest.iter_mut().zip(places) {
        *image = found[place];
    }
    let count = loud(&strongest[..found.len()], &onset);
    (strongest, count)
}

/// Share of the early energy that counts as faint.
fn faint(onset: &Onset) -> f64 {
    (FAINT / (1.0 - onset.share)).min(FAINTEST)
}

/// How many of those images, the strongest first, are not faint.
fn loud(images: &[Image], onset: &Onset) -> usize {
    let faint = faint(onset);
    let sum: f64 = images.iter().map(|image| image.energy).sum();
    let louder = images.iter().scan(0.0, |louder, image| {
        *louder += image.energy;
        Some(*louder - image.energy)
    });
    let loud = louder.take_while(|louder| *louder < (1.0 - faint) * sum).count();
    loud.max(FEWEST).min(images.len())
}

/// Where images (at most [`IMAGES`]) are in the order of a key, without its last bits: rounding errors must not change the
/// places of those that are as far or as strong as others, of which there are many, when the source moves.
fn arranged<K: Fn(&Image) -> u64>(
    images: &[Image],
    key: K,
) -> impl ExactSizeIterator<Item = usize> + Clone + use<K> {
    const BLURRED: u64 = (1 << 20) - 1;
    let mut keys = [0; IMAGES];
    for (at, (slot, image)) in keys.iter_mut().zip(images).enumerate() {
        *slot = key(image) & !BLURRED | at as u64;
    }
    if let Some(keys) = keys.get_mut(..images.len()) {
        keys.sort_unstable();
    }
    keys.into_iter().take(images.len()).map(|key| (key & BLURRED) as usize)
}

/// Steps by which images may fade faster, so many for each time that the room decays, and how many there are at most.
const STEPS_PER_DECAY: i32 = 10;
const MOST_STEPS: usize = 60;
/// Two to this power are more than those.
const STEPS_LOG: usize = 6;
const _: () = assert!(1 << STEPS_LOG > MOST_STEPS && IMAGES.is_multiple_of(4));
/// How far images may lift the decay above its line once the late field is there, as an energy.
const BUMP: f64 = 0.12;

/// Lets images fade faster, until nowhere they and the late field together are above the room's decay by more than a bump.
/// Else the decay would be bent where reflections come late against it: in large dry rooms it ended after two thirds of its
/// time.
///
/// With every step the shares of all that come later become less, so the first step that is enough is found by
/// halving.
fn fit_decay(images: &mut [Image], onset: &Onset) {
    // In the order in which they come.
    let places = arranged(images, |image| image.gap_s.max(0.0).to_bits());
    let (mut energies, mut bounds) = ([0.0; IMAGES], [0.0; IMAGES]);
    // Of each image what one step leaves, two, four...
    let mut faded = [[0.0; IMAGES]; STEPS_LOG];
    let per_step_s = onset.per_s / f64::from(STEPS_PER_DECAY);
    let early = 1.0 - onset.share;
    for (at, place) in places.clone().enumerate() {
        let image = &images[place];
        energies[at] = image.energy;
        faded[0][at] = (-per_step_s * image.gap_s).exp();
        let decayed = faded[0][at].powi(STEPS_PER_DECAY);
        let missing = onset.missing_after(image.gap_s, decayed);
        bounds[at] = (missing + BUMP * decayed) / early;
    }
    let (fours, _) = bounds.as_chunks();
    let bounds = &fours[..places.len().div_ceil(4)];
    if !is_above(&energies, bounds) {
        return;
    }
    for power in 1..STEPS_LOG {
        faded[power] = faded[power - 1].map(|x| x * x);
    }
    let mut steps = 0;
    for (power, faded) in faded.iter().enumerate().rev() {
        let fainter = std::array::from_fn(|at| energies[at] * faded[at]);
        if steps + (1 << power) < MOST_STEPS && is_above(&fainter, bounds) {
            energies = fainter;
            steps += 1 << power;
        }
    }
    for (at, place) in places.enumerate() {
        images[place].energy = energies[at] * faded[0][at];
    }
}

/// Whether somewhere more than the bound is still to come, as a share of all. Four at a time, since sums wait for those of
/// what comes later.
fn is_above(energies: &[f64; IMAGES], bounds: &[[f64; 4]]) -> bool {
    let mut coming = [[0.0; 4]; IMAGES / 4];
    let mut later = 0.0;
    let (fours, _) = energies.as_chunks();
    for (coming, [a, b, c, d]) in coming.iter_mut().zip(fours).take(bounds.len()).rev() {
        let (ab, cd) = (a + b, c + d);
        *coming = [ab + cd + later, b + cd + later, cd + later, d + later];
        later += ab + cd;
    }
    let all = later;
    let sums = coming.as_flattened().iter().zip(bounds.as_flattened());
    sums.fold(false, |above, (coming, bound)| above | (*coming > bound * all))
}

#[cfg(test)]
mod tests {
    use super::super::ORDERS;
    use super::super::mirrored::LATEST_S;
    use super::*;
    use crate::room::RoomKind;
    use crate::room::shoebox::{SPEED_OF_SOUND, length};

    /// Sources in every room.
    fn everywhere() -> impl Iterator<Item = (Shoebox, Source)> {
        RoomKind::ALL.into_iter().flat_map(|kind| {
            let shoebox = Shoebox::new(&kind.settings().unwrap_or_default());
            let places = [0.3, 1.0, 2.0, 5.0, 8.0, 12.0, 20.0, 40.0];
            places.into_iter().flat_map(move |distance_m| {
                [0.0, 20.0].map(|azimuth_deg| (shoebox, shoebox.source(distance_m, azimuth_deg)))
            })
        })
    }

    fn energy(images: &[Image]) -> f64 {
        images.iter().map(|image| image.energy).sum()
    }

    #[test]
    fn no_more_is_left_out_than_is_faint() {
        let mut most = 0.0f64;
        for (shoebox, source) in everywhere() {
            let (mut all, count) = images_as_they_lie(&shoebox, &source);
            let all = &mut all[..count];
            let onset = Onset::new(&shoebox);
            fit_decay(all, &onset);
            let early = 1.0 - onset.share;
            let faint = faint(&onset);
            assert!(faint <= 0.02 && faint * early < 0.005 + 1e-9, "{shoebox:?}: {faint}");
            let (images, count) = images(&shoebox, &source);
            let missing = 1.0 - energy(&images[..count]) / energy(all);
            assert!((-1e-9..=faint).contains(&missing), "{shoebox:?}, {source:?}: {missing}");
            let faintest = images[count - 1].energy;
            let with_one_more = missing + faintest / energy(all);
            assert!(
                with_one_more > faint || count == 8,
                "{shoebox:?}, {source:?}: {with_one_more}"
            );
            // All that is left out, and the faintest that is kept.
            let fainter: Vec<Image> =
                all.iter().filter(|image| image.energy < faintest * 1.000_001).copied().collect();
            let fainter = energy(&fainter) / energy(all);
            assert!(with_one_more < fainter + 1e-9, "{shoebox:?}, {source:?}: {fainter}");
            most = most.max(missing);
        }
        assert!(most > 0.004, "nothing is left out: {most}");
    }

    #[test]
    fn images_above_and_below_that_arrive_together_are_one_with_the_energy_of_both() {
        let mut merged = 0;
        for (shoebox, source) in everywhere() {
            let (together, one) = images_as_they_lie(&shoebox, &source);
            let [x, y, z] = source.position_m;
            let higher = Source { position_m: [x, y, z + 1e-7], ..source };
            let (apart, two) = images_as_they_lie(&shoebox, &higher);
            merged += each_by_itself(&shoebox, &source).len() - one;
            let ratio = energy(&together[..one]) / energy(&apart[..two]);
            assert!((ratio - 1.0).abs() < 1e-5, "{shoebox:?}, {source:?}: {ratio}");
            let together = &together[..one];
            for (at, image) in together.iter().enumerate() {
                let as_far = |other: &Image| (other.gap_s - image.gap_s).abs() < 1e-12;
                let beside = |other: &Image| (other.side - image.side).abs() < 1e-9;
                let twin = together[..at].iter().find(|other| as_far(other) && beside(other));
                assert!(twin.is_none(), "{shoebox:?}, {source:?}: {image:?}, {twin:?}");
            }
        }
        assert!(merged > 500, "{merged}");
    }

    /// Order, delay, lateral share and energy of every image, each by itself.
    fn each_by_itself(shoebox: &Shoebox, source: &Source) -> Vec<Image> {
        let cells = || -4i32..=4;
        let cells =
            cells().flat_map(|i| cells().flat_map(move |j| cells().map(move |k| [i, j, k])));
        let images = cells.filter_map(|cell| {
            let order = cell.map(i32::abs).iter().sum::<i32>();
            let place = shoebox.image(source, cell);
            let distance = length(place);
            let energy = (1.0 - shoebox.absorption).powi(order) / (distance * distance);
            let gap_s = (distance - source.distance_m) / SPEED_OF_SOUND;
            let (order, side) = (order as usize, place[0] / distance);
            let is_heard = (1..=4).contains(&order) && gap_s <= LATEST_S;
            is_heard.then_some(Image { order, side, gap_s, energy, sign: 1.0 })
        });
        images.collect()
    }

    #[test]
    fn images_that_are_one_have_the_energy_and_mean_delay_and_side_of_all() {
        let mean = |images: &[Image], of: fn(&Image) -> f64| {
            images.iter().map(|image| image.energy * of(image)).sum::<f64>() / energy(images)
        };
        let mut seen = [0; ORDERS];
        for (shoebox, source) in everywhere() {
            let mut merged = [0; ORDERS];
            let all = each_by_itself(&shoebox, &source);
            let (images, count) = images_as_they_lie(&shoebox, &source);
            for order in 1..=ORDERS {
                let [all, heard] = [&all, &images[..count]].map(|images| {
                    images.iter().filter(|image| image.order == order).copied().collect::<Vec<_>>()
                });
                if all.is_empty() {
                    continue;
                }
                let at = (shoebox, source, order);
                let ratio = energy(&heard) / energy(&all);
                assert!((ratio - 1.0).abs() < 1e-9, "{at:?}: {ratio}");
                for of in [|image: &Image| image.gap_s, |image: &Image| image.side] {
                    let [all, heard] = [&all, &heard].map(|images| mean(images, of));
                    assert!((heard - all).abs() < 1e-9, "{at:?}: {all}, {heard}");
                }
                // None is far from those that it stands for.
                for image in &heard {
                    let near = all.iter().map(|one| (one.gap_s - image.gap_s).abs());
                    assert!(near.fold(f64::MAX, f64::min) < 0.006, "{at:?}: {image:?}");
                }
                merged[order - 1] = all.len() - heard.len();
            }
            // At most as many as are in front or behind, above or below; in low rooms all that are above or below.
            let most = [0, 1, 22, 41];
            assert!(merged.iter().zip(most).all(|(merged, most)| *merged <= most), "{merged:?}");
            if shoebox.size_m[2] < 5.0 {
                let least = [0, 1, 4 + 9, 9 + 16];
                assert!(merged.iter().zip(least).all(|(merged, least)| *merged >= least));
            }
            for (seen, merged) in seen.iter_mut().zip(merged) {
                *seen += merged;
            }
        }
        assert_eq!(seen[0], 0);
        assert!(seen[2] > 1000 && seen[3] > 2000, "{seen:?}");
    }

    #[test]
    fn images_that_are_as_strong_as_others_keep_their_places_when_the_source_moves() {
        for (shoebox, source) in everywhere() {
            let (before, count) = images(&shoebox, &source);
            for nanometres in 1..20 {
                let distance_m = source.distance_m - 1e-9 * f64::from(nanometres);
                let [x, y, z] = source.position_m;
                let position_m = [x, y + source.distance_m - distance_m, z];
                let (after, _) = images(&shoebox, &Source { position_m, distance_m });
                let pairs = before.iter().zip(&after).take(count);
                for (at, (before, after)) in pairs.enumerate() {
                    let same = (before.side - after.side).abs() < 1e-6 && before.sign == after.sign;
                    assert!(same, "{shoebox:?}, {source:?}: {at} of {count}");
                }
            }
        }
    }

    #[test]
    fn images_keep_their_signs_when_others_come_or_go() {
        let mut matched = 0;
        for kind in [RoomKind::Theatre, RoomKind::ConcertHall, RoomKind::Cathedral] {
            let shoebox = Shoebox::new(&kind.settings().unwrap_or_default());
            let at = |centimetres: i32| {
                let source = shoebox.source(0.01 * f64::from(centimetres), 15.0);
                let (images, count) = images_as_they_lie(&shoebox, &source);
                images[..count].to_vec()
            };
            for centimetres in (200..1000).step_by(2) {
                let (before, after) = (at(centimetres), at(centimetres + 2));
                for image in &before {
                    let alike = |other: &&Image| {
                        (other.gap_s - image.gap_s).abs() < 2e-4
                            && (other.side - image.side).abs() < 0.01
                            && other.order == image.order
                    };
                    let [one] = before.iter().filter(alike).collect::<Vec<_>>()[..] else {
                        continue;
                    };
                    let [other] = after.iter().filter(alike).collect::<Vec<_>>()[..] else {
                        continue;
                    };
                    assert_eq!(one.sign, other.sign, "{kind:?}, {centimetres} cm: {image:?}");
                    matched += 1;
                }
            }
        }
        assert!(matched > 20_000, "{matched}");
    }

    #[test]
    fn few_images_become_one_or_part_at_once_when_the_source_creeps() {
        let mut most = 0.0f64;
        for kind in RoomKind::ALL {
            let shoebox = Shoebox::new(&kind.settings().unwrap_or_default());
            let at = |centimetres: i32| {
                let source = shoebox.source(0.01 * f64::from(centimetres), 20.0);
                let (images, count) = images_as_they_lie(&shoebox, &source);
                images[..count].to_vec()
            };
            for centimetres in (30..3000).step_by(2) {
                let (before, after) = (at(centimetres), at(centimetres + 2));
                let stays = |image: &&Image| {
                    after.iter().any(|other| {
                        other.order == image.order
                            && (other.gap_s - image.gap_s).abs() < 2e-4
                            && (other.side - image.side).abs() < 0.05
                            && other.sign == image.sign
                    })
                };
                let stay: f64 = before.iter().filter(stays).map(|image| image.energy).sum();
                let change = 1.0 - stay / energy(&before);
                assert!(change < 0.06, "{kind:?}, {centimetres} cm: {change}");
                most = most.max(change);
            }
        }
        println!("at most {:.1} % of the early energy", 100.0 * most);
        assert!(most > 0.001, "nothing is seen to become one: {most}");
    }

    #[test]
    fn where_one_image_outweighs_all_others_some_are_kept() {
        for (volume_m3, rt60_s) in [(5000.0, 0.4), (15_000.0, 0.8), (40_000.0, 0.8)] {
            let room = crate::room::RoomSettings { volume_m3, rt60_s, ..Default::default() };
            let shoebox = Shoebox::new(&room);
            let (kept, count) = images(&shoebox, &shoebox.source(1.0, 0.0));
            let outweighs = kept[0].energy > 0.99 * energy(&kept[..count]);
            assert!(outweighs && count >= 8, "{volume_m3} m3, {rt60_s} s: {count}");
        }
    }

    #[test]
    fn images_fade_by_the_first_step_that_is_enough() {
        let mut seen = [0; MOST_STEPS + 1];
        for (shoebox, source) in everywhere() {
            let onset = Onset::new(&shoebox);
            let (mut images, count) = images_as_they_lie(&shoebox, &source);
            let images = &mut images[..count];
            let places = arranged(images, |image| image.gap_s.to_bits());
            let mut slow: Vec<Image> = places.clone().map(|place| images[place]).collect();
            assert!(slow.windows(2).all(|pair| pair[0].gap_s < pair[1].gap_s + 1e-9));
            let is_above = |images: &[Image]| {
                (0..count).any(|at| {
                    let gap_s = images[at].gap_s;
                    let line = (-onset.per_s * gap_s).exp();
                    let bound = onset.missing_after(gap_s, line) + BUMP * line;
                    energy(&images[at..]) * (1.0 - onset.share) > bound * energy(images)
                })
            };
            let mut steps = 0;
            while steps < MOST_STEPS && is_above(&slow) {
                for image in &mut slow {
                    image.energy *= (-0.1 * onset.per_s * image.gap_s).exp();
                }
                steps += 1;
            }
            seen[steps] += 1;
            fit_decay(images, &onset);
            for (place, slow) in places.zip(&slow) {
                let same = (images[place].energy / slow.energy - 1.0).abs() < 1e-9;
                assert!(same, "{shoebox:?}, {source:?}: not after {steps} steps");
            }
        }
        assert!(seen.iter().filter(|places| **places > 0).count() > 10, "{seen:?}");
    }
}
