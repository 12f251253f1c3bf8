//! The pages of Strip on a hardware controller: eight knobs each, the most used first.

use nice_plug::prelude::{RemoteControlsContext, RemoteControlsPage, RemoteControlsSection};

use crate::params::{BandParams, StripParams};

/// Adds every page.
pub fn pages(p: &StripParams, context: &mut impl RemoteControlsContext) {
    context.add_section("Channel", |section| {
        section.add_page("Channel", |page| {
            page.add_param(&p.input);
            page.add_param(&p.hpf.freq);
            page.add_param(&p.gate.threshold);
            page.add_param(&p.comp.threshold);
            page.add_param(&p.comp.makeup);
            page.add_param(&p.pan);
            page.add_param(&p.width);
            page.add_param(&p.output);
        });
        section.add_page("Filters", |page| {
            page.add_param(&p.hpf.on);
            page.add_param(&p.hpf.freq);
            page.add_param(&p.hpf.slope);
            page.add_param(&p.polarity);
            page.add_param(&p.lpf.on);
            page.add_param(&p.lpf.freq);
            page.add_param(&p.lpf.slope);
            page.add_param(&p.order);
        });
        section.add_page("Switches", |page| {
            page.add_param(&p.gate.on);
            page.add_param(&p.eq_on);
            page.add_param(&p.comp.on);
            page.add_param(&p.pan_law);
            page.add_param(&p.level_match);
            page.add_param(&p.bypass);
        });
    });
    dynamics(p, context);
    context.add_section("EQ", |section| {
        for (index, band) in p.bands().into_iter().enumerate() {
            section.add_page(format!("Band {}", index + 1), |page| curve(band, page));
            section.add_page(format!("Band {} Dynamic", index + 1), |page| motion(band, page));
        }
    });
}

fn curve(band: &BandParams, page: &mut impl RemoteControlsPage) {
    page.add_param(&band.freq);
    page.add_param(&band.gain);
    page.add_param(&band.q);
    page.add_param(&band.kind);
    page.add_param(&band.dynamic);
    page.add_param(&band.threshold);
    page.add_param(&band.channel);
    page.add_param(&band.on);
}

fn motion(band: &BandParams, page: &mut impl RemoteControlsPage) {
    page.add_param(&band.dynamic);
    page.add_param(&band.threshold);
    page.add_param(&band.attack);
    page.add_param(&band.release);
    page.add_param(&band.key);
}

fn dynamics(p: &StripParams, context: &mut impl RemoteControlsContext) {
    let (comp, gate) = (&p.comp, &p.gate);
    context.add_section("Comp", |section| {
        section.add_page("Comp", |page| {
            page.add_param(&comp.threshold);
            page.add_param(&comp.ratio);
            page.add_param(&comp.attack);
            page.add_param(&comp.release);
            page.add_param(&comp.knee);
            page.add_param(&comp.makeup);
            page.add_param(&comp.mix);
            page.add_param(&comp.on);
        });
        section.add_page("Comp Detail", |page| {
            page.add_param(&comp.detector);
            page.add_param(&comp.auto_release);
            page.add_param(&comp.auto_makeup);
            page.add_param(&comp.range);
            page.add_param(&comp.link);
            page.add_param(&comp.lookahead);
            page.add_param(&comp.key_hpf);
            page.add_param(&comp.key);
        });
        section.add_page("Comp Listen", |page| page.add_param(&comp.listen));
    });
    context.add_section("Gate", |section| {
        section.add_page("Gate", |page| {
            page.add_param(&gate.threshold);
            page.add_param(&gate.range);
            page.add_param(&gate.attack);
            page.add_param(&gate.hold);
            page.add_param(&gate.release);
            page.add_param(&gate.hysteresis);
            page.add_param(&gate.ratio);
            page.add_param(&gate.on);
        });
        section.add_page("Gate Key", |page| {
            page.add_param(&gate.key);
            page.add_param(&gate.key_hpf);
            page.add_param(&gate.key_lpf);
            page.add_param(&gate.lookahead);
            page.add_param(&gate.listen);
        });
    });
}
