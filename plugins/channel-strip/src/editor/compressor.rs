//! The compressor.

use egui::{Align2, Rect, pos2, vec2};
use nice_plug::params::Param;
use shared_dsp::dynamics::curve::{Curve, CurveSpec};
use shared_ui::Face;
use shared_ui::knob::Knob;
use shared_ui::scale::signed;
use shared_ui::switch::{self, Mark};
use shared_ui::theme::{self, Weight};
use shared_ui::transfer::{self, HistoryWindow, Transfer};
use shared_ui::{choice, meter, panel};

use super::StripView;
use crate::params::StripParams;

impl StripView {
    pub(super) fn compressor(&mut self, face: &mut Face<'_>, rect: Rect, params: &StripParams) {
        let comp = &params.comp;
        let accent = theme::REDUCTION;
        let (inside, on) = panel::switched(face, rect, "Compressor", accent, &comp.on);
        let low = inside.bottom();
        let knobs_top = low - 302.0;
        let history = Rect::from_min_max(
            pos2(inside.left(), knobs_top - 74.0),
            pos2(inside.right(), knobs_top - 8.0),
        );
        let plot = Rect::from_min_max(inside.min, pos2(inside.right() - 28.0, history.top() - 6.0));
        face.faded(!on, |face| self.comp_plots(face, inside, plot, history, params));

        let zero = comp.makeup.preview_normalized(0.0);
        let knobs: [(Knob<'_>, &dyn shared_ui::Control); 9] = [
            (Knob::small("Threshold", accent), &comp.threshold),
            (Knob::small("Ratio", accent), &comp.ratio),
            (Knob::small("Knee", accent), &comp.knee),
            (Knob::small("Attack", accent), &comp.attack),
            (Knob::small("Release", accent), &comp.release),
            (Knob::small("Makeup", theme::LEVEL).from(zero), &comp.makeup),
            (Knob::small("Range", accent), &comp.range),
            (Knob::small("Mix", theme::LEVEL), &comp.mix),
            (Knob::small("Link", accent), &comp.link),
        ];
        for (i, (knob, control)) in knobs.into_iter().enumerate() {
            let (column, row) = ((i % 3) as f32, (i / 3) as f32);
            let pitch = inside.width() / 3.0;
            let at = pos2(inside.left() + pitch * (column + 0.5), knobs_top + 74.0 * row);
            Knob { faint: !on, ..knob }.show(face, at, control);
        }
        let bar = |left: f32, row: f32, width: f32| {
            Rect::from_min_size(
                pos2(inside.left() + left, low - 70.0 + 25.0 * row),
                vec2(width, 20.0),
            )
        };
        let half = (inside.width() - 4.0) / 2.0;
        let right = half + 4.0;
        let word = Mark::Word("Auto release");
        switch::button(face, bar(0.0, 0.0, half), word, accent, &comp.auto_release);
        let word = Mark::Word("Auto makeup");
        switch::button(face, bar(right, 0.0, half), word, theme::LEVEL, &comp.auto_makeup);
        let words = ["Peak", "RMS"];
        choice::segments(face, bar(0.0, 1.0, half), &words, theme::SELECT, &comp.detector);
        choice::field(face, bar(right, 1.0, half), "Ahead", &comp.lookahead);
        choice::segments(face, bar(0.0, 2.0, 60.0), &["Int", "SC"], theme::SELECT, &comp.key);
        let field = bar(64.0, 2.0, inside.width() - 64.0 - 30.0);
        choice::field(face, field, "Key HP", &comp.key_hpf);
        let listen = bar(inside.width() - 26.0, 2.0, 26.0);
        switch::button(face, listen, Mark::Headphones, theme::KEY, &comp.listen);
    }

    fn comp_plots(
        &self,
        face: &mut Face<'_>,
        inside: Rect,
        plot: Rect,
        history: Rect,
        params: &StripParams,
    ) {
        let settings = params.comp.settings();
        let curve = Curve::new(CurveSpec {
            threshold_db: settings.threshold_db,
            ratio: settings.ratio,
            knee_db: settings.knee_db,
            range_db: settings.range_db,
        });
        let shown = Transfer {
            curve: &|level_db| curve.output_db(level_db),
            floor_db: -60.0,
            threshold_db: settings.threshold_db,
            now: (self.sounding && settings.on)
                .then_some((self.comp.input_db, self.comp.reduction_db)),
        };
        transfer::show(face, plot, &shown, theme::REDUCTION);
        let bar = Rect::from_min_max(
            pos2(plot.right() + 6.0, inside.top()),
            pos2(inside.right(), plot.bottom()),
        );
        meter::reduction(face, bar, self.comp.reduction_db, 24.0);
        let window = HistoryWindow {
            seconds: 6.0,
            full_db: 18.0,
            floor_db: -60.0,
            threshold_db: Some(settings.threshold_db),
            closes_db: None,
        };
        self.comp_history.show(face, history, &window);
        let tag = Rect::from_min_size(history.left_bottom() + vec2(6.0, -20.0), vec2(64.0, 16.0));
        face.painter().rect_filled(tag, 3.0, theme::fade(theme::WELL, 0.85));
        let font = (12.0, Weight::SemiBold);
        let text = format!("{} dB", signed(-self.comp.reduction_db, 1));
        face.text(tag.center(), Align2::CENTER_CENTER, text, font, theme::REDUCTION);
    }
}
