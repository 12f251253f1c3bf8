//! The stage from above: azimuth by distance, the listener at the bottom.

use super::svg::{Anchor, Svg, number, text_width};

const WIDTH: f64 = 920.0;
const HEIGHT: f64 = 500.0;
/// The listener.
const CENTRE: (f64, f64) = (WIDTH / 2.0, HEIGHT - 46.0);
/// Radius of the ring at half a metre, and of the outermost.
const RADII: (f64, f64) = (36.0, 426.0);
const LABEL_PX: f64 = 12.0;

/// A track on the stage.
pub struct Source<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its colour.
    pub colour: &'a str,
    /// Distance in m.
    pub distance_m: f64,
    /// Direction in degrees, negative is left.
    pub azimuth_deg: f64,
    /// Integrated loudness.
    pub lufs: f64,
}

/// Draws the stage.
pub fn draw(sources: &[Source]) -> String {
    let farthest = sources.iter().map(|source| source.distance_m).fold(8.0, f64::max);
    let outer_m = (2.0_f64).powf(farthest.log2().ceil()).min(64.0);
    let mut svg = Svg::new(WIDTH, HEIGHT, "The stage: every track by direction and distance");
    floor(&mut svg, outer_m);
    let places: Vec<(f64, f64)> =
        sources.iter().map(|source| at(source.distance_m, source.azimuth_deg, outer_m)).collect();
    for (source, place) in sources.iter().zip(&places) {
        let halo = 12.0 + 1.5 * (source.lufs + 40.0).clamp(0.0, 30.0);
        let colour = source.colour;
        svg.circle(*place, halo, &format!(r#"fill="{colour}" fill-opacity=".13""#));
    }
    let labels = labels(sources, &places);
    for ((source, place), label) in sources.iter().zip(&places).zip(&labels) {
        if label.far {
            // To the nearest point of the label's box.
            let near = (
                place.0.clamp(label.x, label.x + label.width),
                place.1.clamp(label.y - 12.0, label.y + 16.0),
            );
            let style = format!(r#"stroke="{}" stroke-opacity=".6""#, source.colour);
            svg.line(*place, near, &style);
        }
        svg.circle(*place, 9.0, r##"fill="#0C0E12""##);
        svg.circle(*place, 7.0, &format!(r#"fill="{}""#, source.colour));
    }
    for (source, label) in sources.iter().zip(&labels) {
        let style = format!("name\" fill=\"{}", source.colour);
        svg.text((label.x, label.y), Anchor::Start, &style, source.name);
        svg.text((label.x, label.y + 13.0), Anchor::Start, "figure", &figure(source));
    }
    listener(&mut svg);
    svg.finish()
}

fn figure(source: &Source) -> String {
    let decimals = usize::from(source.distance_m < 10.0);
    let side = if source.azimuth_deg < -0.5 {
        " L"
    } else if source.azimuth_deg > 0.5 {
        " R"
    } else {
        ""
    };
    let angle = number(source.azimuth_deg.abs(), 0);
    format!("{} m  {angle}\u{b0}{side}", number(source.distance_m, decimals))
}

/// Radius of a distance: equal steps per doubling, linear inside half a metre.
fn radius(distance_m: f64, outer_m: f64) -> f64 {
    if distance_m <= 0.5 {
        return RADII.0 * distance_m / 0.5;
    }
    RADII.0 + (RADII.1 - RADII.0) * (distance_m / 0.5).log2() / (outer_m / 0.5).log2()
}

fn at(distance_m: f64, azimuth_deg: f64, outer_m: f64) -> (f64, f64) {
    let (sin, cos) = azimuth_deg.to_radians().sin_cos();
    let radius = radius(distance_m, outer_m);
    (CENTRE.0 + radius * sin, CENTRE.1 - radius * cos)
}

fn half_ring(svg: &mut Svg, radius: f64, style: &str) {
    let (x, y) = CENTRE;
    svg.raw(&format!(
        r#"<path d="M{:.1} {y:.1}A{radius:.1} {radius:.1} 0 0 1 {:.1} {y:.1}" {style}/>"#,
        x - radius,
        x + radius
    ));
}

fn floor(svg: &mut Svg, outer_m: f64) {
    svg.raw(
        r##"<defs><radialGradient id="floor" gradientUnits="userSpaceOnUse" cx="460" cy="454" r="426"><stop stop-color="#232C38"/><stop offset="1" stop-color="#131922"/></radialGradient></defs>"##,
    );
    half_ring(svg, RADII.1, r#"fill="url(#floor)""#);
    for step in -5_i32..=5 {
        let (from, to) = (
            at(0.5, f64::from(step) * 15.0, outer_m),
            at(outer_m, f64::from(step) * 15.0, outer_m),
        );
        svg.line(from, to, r##"stroke="#252D38""##);
        if step % 2 == 0 {
            let (sin, cos) = (f64::from(step) * 15.0_f64).to_radians().sin_cos();
            let place =
                (CENTRE.0 + (RADII.1 + 14.0) * sin, CENTRE.1 - (RADII.1 + 10.0) * cos + 4.0);
            let text = format!("{}\u{b0}", (step * 15).abs());
            svg.text(place, Anchor::Middle, "scale", &text);
        }
    }
    let mut metres = 0.5;
    while metres <= outer_m {
        let ring = radius(metres, outer_m);
        half_ring(svg, ring, r##"fill="none" stroke="#303A48""##);
        let text = if metres < 1.0 { "0.5".to_owned() } else { format!("{metres:.0}") };
        let unit = if metres == outer_m { " m" } else { "" };
        for side in [-1.0, 1.0] {
            let place = (CENTRE.0 + side * ring, CENTRE.1 + 16.0);
            svg.text(place, Anchor::Middle, "scale", &format!("{text}{unit}"));
        }
        metres *= 2.0;
    }
    let (left, right) = ((CENTRE.0 - RADII.1, CENTRE.1), (CENTRE.0 + RADII.1, CENTRE.1));
    svg.line(left, right, r##"stroke="#303A48""##);
}

fn listener(svg: &mut Svg) {
    let (x, y) = CENTRE;
    svg.circle(CENTRE, 8.0, r##"fill="#F1CC85""##);
    svg.raw(&format!(r##"<path d="M{} {}l4 -7l4 7z" fill="#F1CC85"/>"##, x - 4.0, y - 7.0));
    svg.text((x, y + 34.0), Anchor::Middle, "scale", "listener");
}

/// Left end and baseline of a label's first line.
struct Label {
    x: f64,
    y: f64,
    width: f64,
    far: bool,
}

/// A box: left, top, right, bottom.
type Area = [f64; 4];

fn overlap(a: &Area, b: &Area) -> f64 {
    let width = a[2].min(b[2]) - a[0].max(b[0]);
    let height = a[3].min(b[3]) - a[1].max(b[1]);
    width.max(0.0) * height.max(0.0)
}

/// Places labels one after the other where they cover least: right, left, over, under, then
/// further and further away.
fn labels(sources: &[Source], places: &[(f64, f64)]) -> Vec<Label> {
    let dots = places.iter().map(|(x, y)| [x - 10.0, y - 10.0, x + 10.0, y + 10.0]);
    let mut taken: Vec<Area> = dots.collect();
    taken.push([CENTRE.0 - 12.0, CENTRE.1 - 14.0, CENTRE.0 + 12.0, CENTRE.1 + 10.0]);
    let mut labels = Vec::new();
    for (source, place) in sources.iter().zip(places) {
        let width = text_width(source.name, LABEL_PX).max(text_width(&figure(source), 11.0)) + 2.0;
        let mut best: Option<(f64, Label, Area)> = None;
        for (rank, (dx, dy, far)) in offsets(width).into_iter().enumerate() {
            let (x, y) = (place.0 + dx, place.1 + dy);
            let area = [x - 2.0, y - 11.0, x + width, y + 16.0];
            let outside = (4.0 - area[0]).max(area[2] - WIDTH + 4.0).max(0.0)
                + (4.0 - area[1]).max(area[3] - CENTRE.1).max(0.0);
            let covered: f64 = taken.iter().map(|other| overlap(&area, other)).sum();
            let cost = covered + 100.0 * outside + 2.0 * rank as f64;
            if best.as_ref().is_none_or(|best| cost < best.0) {
                best = Some((cost, Label { x, y, width, far }, area));
            }
        }
        if let Some((_, label, area)) = best {
            taken.push(area);
            labels.push(label);
        }
    }
    labels
}

fn offsets(width: f64) -> Vec<(f64, f64, bool)> {
    let mut offsets = vec![
        (14.0, -2.0, false),
        (-14.0 - width, -2.0, false),
        (-width / 2.0, -29.0, false),
        (-width / 2.0, 25.0, false),
    ];
    for ring in 1..=4 {
        let reach = 26.0 * f64::from(ring);
        for (dx, dy) in
            [(1.0, -1.0), (-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (0.0, -1.4), (0.0, 1.4)]
        {
            let x: f64 = if dx > 0.0 {
                14.0 + reach * 0.5
            } else if dx < 0.0 {
                -14.0 - width - reach * 0.5
            } else {
                -width / 2.0
            };
            offsets.push((x, dy * reach, true));
        }
    }
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_equal_steps_per_doubling() {
        let radii: Vec<f64> = [0.5, 1.0, 2.0, 4.0, 8.0].map(|m| radius(m, 8.0)).into();
        for pair in radii.windows(2) {
            assert!((pair[1] - pair[0] - (RADII.1 - RADII.0) / 4.0).abs() < 1e-9, "{radii:?}");
        }
    }

    #[test]
    fn twelve_labels_in_a_crowd_do_not_overlap() {
        let source = |index: usize| Source {
            name: "Backing vocal",
            colour: "#FFFFFF",
            distance_m: 3.0 + 0.3 * (index % 4) as f64,
            azimuth_deg: -12.0 + 8.0 * (index / 4) as f64,
            lufs: -20.0,
        };
        let sources: Vec<Source> = (0..12).map(source).collect();
        let places: Vec<_> = sources.iter().map(|s| at(s.distance_m, s.azimuth_deg, 8.0)).collect();
        let width = text_width("Backing vocal", LABEL_PX);
        let areas: Vec<Area> = labels(&sources, &places)
            .iter()
            .map(|label| [label.x, label.y - 10.0, label.x + width, label.y + 14.0])
            .collect();
        for (index, area) in areas.iter().enumerate() {
            let covered: f64 = areas[..index].iter().map(|other| overlap(area, other)).sum();
            assert_eq!(covered, 0.0, "label {index}");
        }
    }
}
