//! Panels of curves and coloured cells, put together to pictures.

use crate::axis::Axis;
use crate::colour::{GRID, MUTED, STAGE, TEXT, WELL};
use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Units of the drawing in a pixel: its coordinates are whole numbers.
const FINE: u32 = 4;
const LETTER_PX: f64 = 6.4;
const TITLE_PX: u32 = 34;
const LEGEND_PX: u32 = 18;

/// A curve.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its points.
    pub points: Vec<(f64, f64)>,
    /// Colour and opacity.
    pub colour: RGBAColor,
    /// Width in px.
    pub width: f64,
    /// What the legend says; nothing leaves it out.
    pub label: String,
}

impl Line {
    /// A curve of usual width.
    pub fn new(label: impl Into<String>, colour: RGBColor, points: Vec<(f64, f64)>) -> Self {
        Self { points, colour: colour.to_rgba(), width: 1.5, label: label.into() }
    }

    /// What another curve is held against: broad and pale, to be drawn beneath it.
    pub fn reference(label: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Self { colour: MUTED.mix(0.4), width: 4.5, ..Self::new(label, MUTED, points) }
    }

    /// A straight mark between two points.
    pub fn mark(label: impl Into<String>, colour: RGBColor, ends: [(f64, f64); 2]) -> Self {
        Self { width: 1.0, ..Self::new(label, colour, ends.to_vec()) }
    }
}

/// A coloured rectangle.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// Its sides on the x axis.
    pub x: [f64; 2],
    /// Its sides on the y axis.
    pub y: [f64; 2],
    /// Its colour.
    pub colour: RGBColor,
}

/// Two axes and what is drawn on them.
#[derive(Clone, Debug)]
pub struct Panel {
    /// What it shows.
    pub title: String,
    /// From left to right.
    pub x: Axis,
    /// From below.
    pub y: Axis,
    /// Beneath the curves.
    pub cells: Vec<Cell>,
    /// In the order of drawing and of the legend.
    pub lines: Vec<Line>,
    /// Single points on top, each with its colour.
    pub dots: Vec<((f64, f64), RGBColor)>,
    /// Share of its row's width.
    pub share: f64,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

impl Panel {
    /// An empty one.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis) -> Self {
        Self {
            title: title.into(),
            x,
            y,
            cells: Vec::new(),
            lines: Vec::new(),
            dots: Vec::new(),
            share: 1.0,
        }
    }

    /// A narrow one that says what the colours of cells mean.
    pub fn scale(y: Axis, colour: impl Fn(f64) -> RGBColor) -> Self {
        let mut panel = Self::new("", Axis::linear("", 0.0, 1.0).bare(), y);
        let values: Vec<f64> = (0..=60).map(|i| panel.y.value_at(f64::from(i) / 60.0)).collect();
        let middles = (0..60).map(|i| panel.y.value_at((f64::from(i) + 0.5) / 60.0));
        let cells = values.windows(2).zip(middles).map(|(sides, middle)| Cell {
            x: [0.0, 1.0],
            y: [sides[0], sides[1]],
            colour: colour(middle),
        });
        panel.cells = cells.collect();
        panel.share = 0.2;
        panel
    }

    /// With this curve on top.
    pub fn line(mut self, line: Line) -> Self {
        self.lines.push(line);
        self
    }

    /// With these curves on top.
    pub fn lines(mut self, lines: impl IntoIterator<Item = Line>) -> Self {
        self.lines.extend(lines);
        self
    }

    /// The places of the legend's entries: how far right and in which row, and the number of rows.
    fn legend(&self, width_px: f64) -> (Vec<(f64, u32, &Line)>, u32) {
        let (mut right, mut row, mut places) = (0.0, 0, Vec::new());
        for line in self.lines.iter().filter(|line| !line.label.is_empty()) {
            let needs = 34.0 + LETTER_PX * line.label.chars().count() as f64;
            if right > 0.0 && right + needs > width_px {
                (right, row) = (0.0, row + 1);
            }
            places.push((right, row, line));
            right += needs;
        }
        let rows = if places.is_empty() { 0 } else { row + 1 };
        (places, rows)
    }

    fn draw(&self, area: &Area<'_>) -> Result<()> {
        let (width, _) = area.dim_in_pixel();
        let left_px = 72;
        let width_px = f64::from(width / FINE) - f64::from(left_px) - 18.0;
        let (legend, rows) = self.legend(width_px);
        let left = (left_px * FINE) as i32;
        area.draw(&Text::new(
            self.title.clone(),
            (left, (12 * FINE) as i32),
            font(14, TEXT, "bold"),
        ))
        .map_err(drawing)?;
        for (right, row, line) in legend {
            let x = left + (right * f64::from(FINE)) as i32;
            let y = ((TITLE_PX + row * LEGEND_PX + LEGEND_PX / 2) * FINE) as i32;
            let dash = vec![(x, y), (x + (18 * FINE) as i32, y)];
            area.draw(&PathElement::new(dash, stroke(line.colour, line.width))).map_err(drawing)?;
            let text = font(11, MUTED, "normal").pos(Pos::new(HPos::Left, VPos::Center));
            area.draw(&Text::new(line.label.clone(), (x + (23 * FINE) as i32, y), text))
                .map_err(drawing)?;
        }
        let (_, below) = area.split_vertically((TITLE_PX + rows * LEGEND_PX + 4) * FINE);
        self.draw_axes(&below, left_px)
    }

    fn draw_axes(&self, area: &Area<'_>, left_px: u32) -> Result<()> {
        let mut chart = ChartBuilder::on(area)
            .margin_left(10 * FINE)
            .margin_right(18 * FINE)
            .margin_bottom(10 * FINE)
            .x_label_area_size(40 * FINE)
            .y_label_area_size((left_px - 10) * FINE)
            .build_cartesian_2d(self.x.paper(), self.y.paper())
            .map_err(drawing)?;
        chart.plotting_area().fill(&WELL).map_err(drawing)?;
        chart
            .configure_mesh()
            .x_desc(self.x.title.as_str())
            .y_desc(self.y.title.as_str())
            .x_label_formatter(&|place| self.x.tick_text(*place))
            .y_label_formatter(&|place| self.y.tick_text(*place))
            .label_style(font(11, MUTED, "normal"))
            .axis_desc_style(font(12, MUTED, "normal"))
            .axis_style(stroke(GRID.to_rgba(), 1.0))
            .bold_line_style(stroke(GRID.to_rgba(), 1.0))
            .light_line_style(TRANSPARENT)
            .set_all_tick_mark_size(4 * FINE)
            .draw()
            .map_err(drawing)?;
        for cell in &self.cells {
            let corner = |end: usize| (self.x.inside(cell.x[end]), self.y.inside(cell.y[end]));
            let filled = Rectangle::new([corner(0), corner(1)], cell.colour.filled());
            chart.draw_series([filled]).map_err(drawing)?;
        }
        for line in &self.lines {
            for piece in self.visible(&line.points) {
                let path = PathElement::new(piece, stroke(line.colour, line.width));
                chart.draw_series([path]).map_err(drawing)?;
            }
        }
        for &((x, y), colour) in &self.dots {
            let dot = Circle::new((self.x.inside(x), self.y.inside(y)), 4 * FINE, colour.filled());
            chart.draw_series([dot]).map_err(drawing)?;
        }
        Ok(())
    }

    /// The pieces of a curve that lie inside the axes, on the paper, cut at the edge.
    fn visible(&self, points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
        let [xs, ys] = [&self.x, &self.y].map(|axis| axis.range.map(|v| axis.place(v)));
        let on_paper = points.iter().map(|&(x, y)| (self.x.place(x), self.y.place(y)));
        let on_paper: Vec<_> = on_paper.filter(|p| p.0.is_finite() && p.1.is_finite()).collect();
        let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
        for pair in on_paper.windows(2) {
            let Some([from, to]) = cut([pair[0], pair[1]], xs, ys) else { continue };
            match pieces.last_mut() {
                Some(piece) if piece.last() == Some(&from) => piece.push(to),
                _ => pieces.push(vec![from, to]),
            }
        }
        pieces
    }
}

/// The part of a straight line inside a rectangle (Liang and Barsky 1984).
fn cut([from, to]: [(f64, f64); 2], xs: [f64; 2], ys: [f64; 2]) -> Option<[(f64, f64); 2]> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enters, mut leaves) = (0.0f64, 1.0f64);
    let sides =
        [(-dx, from.0 - xs[0]), (dx, xs[1] - from.0), (-dy, from.1 - ys[0]), (dy, ys[1] - from.1)];
    for (towards, inside) in sides {
        if towards == 0.0 {
            if inside < 0.0 {
                return None;
            }
        } else if towards < 0.0 {
            enters = enters.max(inside / towards);
        } else {
            leaves = leaves.min(inside / towards);
        }
    }
    let at = |t: f64| if t == 1.0 { to } else { (from.0 + t * dx, from.1 + t * dy) };
    (enters <= leaves).then(|| [if enters == 0.0 { from } else { at(enters) }, at(leaves)])
}

/// A row of panels side by side, and its height in px.
pub struct Row {
    /// Height in px.
    pub height: u32,
    /// From the left.
    pub panels: Vec<Panel>,
}

/// Rows of panels as one SVG of this width in px.
pub fn svg(width: u32, rows: &[Row]) -> Result<String> {
    let height: u32 = rows.iter().map(|row| row.height).sum();
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, (width * FINE, height * FINE));
        let root = root.into_drawing_area();
        root.fill(&STAGE).map_err(drawing)?;
        let mut rest = root.clone();
        for row in rows {
            let (mut line, below) = rest.split_vertically(row.height * FINE);
            let shares: f64 = row.panels.iter().map(|panel| panel.share).sum();
            for panel in &row.panels {
                let part = f64::from(width * FINE) * panel.share / shares;
                let (area, right) = line.split_horizontally(part as u32);
                panel.draw(&area)?;
                line = right;
            }
            rest = below;
        }
        root.present().map_err(drawing)?;
    }
    let fine = format!("width=\"{}\" height=\"{}\"", width * FINE, height * FINE);
    let size = format!("width=\"{width}\" height=\"{height}\"");
    let text = text.replacen(&fine, &size, 1);
    // Cells side by side without a seam.
    Ok(text.replacen(">\n", ">\n<style>rect{shape-rendering:crispEdges}</style>\n", 1))
}

fn font(px: u32, colour: RGBColor, weight: &str) -> TextStyle<'static> {
    let style = if weight == "bold" { FontStyle::Bold } else { FontStyle::Normal };
    // The drawing library takes a font's size for that of its box.
    let size = f64::from(px * FINE) * 1.24;
    TextStyle {
        font: ("sans-serif", size, style).into_font(),
        color: colour.to_backend_color(),
        pos: Pos::default(),
    }
}

fn stroke(colour: RGBAColor, width_px: f64) -> ShapeStyle {
    ShapeStyle { color: colour, filled: false, stroke_width: (width_px * f64::from(FINE)) as u32 }
}

fn drawing(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("drawing: {error}")
}
