//! Proscenium Space, the shared reverb and delay.

use nice_plug::prelude::*;
use shared_plugin::ports::WITH_SIDECHAIN;
use shared_plugin::rack::{Rack, Shape, Task};
use shared_plugin::telemetry::Telemetry;
use shared_plugin::{VENDOR, state};
use shared_stage::Member;
use shared_ui::window::Screen;
use std::sync::Arc;

pub mod actor;
pub mod chain;
pub mod editor;
pub mod params;
pub mod presets;

use actor::SpaceActor;
use chain::{Space, SpaceSettings};
use editor::SpaceView;
use params::SpaceParams;

/// The plugin: parameters, chain, and what they share with an editor.
pub struct SpacePlugin {
    params: Arc<SpaceParams>,
    telemetry: Arc<Telemetry>,
    rack: Rack<Space>,
    screen: Screen,
    member: Member,
    /// The last tempo that the host told.
    tempo_bpm: Option<f64>,
}

/// The tempo until the host tells one.
const TEMPO_BPM: f64 = 120.0;

impl SpacePlugin {
    /// This tempo, or the last one that was told.
    fn tempo_bpm(&mut self, tempo_bpm: Option<f64>) -> f64 {
        // Hosts leave the tempo out of some calls: the echoes keep theirs.
        let told = tempo_bpm.filter(|tempo| tempo.is_finite() && *tempo > 0.0);
        self.tempo_bpm = told.or(self.tempo_bpm);
        self.telemetry.tempo_bpm.set(self.tempo_bpm.unwrap_or(0.0) as f32);
        self.tempo_bpm.unwrap_or(TEMPO_BPM)
    }
}

/// The settings at a tempo on a track of this shape.
fn settings(params: &SpaceParams, tempo_bpm: f64, shape: Shape) -> SpaceSettings {
    let mut settings = params.settings(tempo_bpm);
    settings.fit(shape);
    settings
}

impl Default for SpacePlugin {
    fn default() -> Self {
        let (telemetry, probes) = Telemetry::new();
        let params = Arc::new(SpaceParams::default());
        let screen = Screen::new::<SpaceView>();
        let actor = SpaceActor::new(params.clone(), screen.clone());
        Self {
            params,
            telemetry,
            rack: Rack::new(Self::NAME, Space::default(), probes),
            screen,
            member: Member::new(Arc::new(actor)),
            tempo_bpm: None,
        }
    }
}

impl Plugin for SpacePlugin {
    const NAME: &'static str = "Proscenium Space";
    const VENDOR: &'static str = VENDOR;
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = WITH_SIDECHAIN;
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;
    /// As many points as a host may send in a block: none makes the audio thread allocate.
    const INPUT_EVENT_CAPACITY: usize = 4096;

    type Editor = editor::SpaceEditor;
    type SysExMessage = ();
    type BackgroundTask = Task;

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        let edits = self.screen.edits().clone();
        Box::new(move |task| match task {
            Task::ApplyEdits => edits.apply(),
            other => other.run(),
        })
    }

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        self.screen.connect(executor, Task::ApplyEdits);
        let member = self.member.clone();
        editor::create(self.params.clone(), self.telemetry.clone(), member, &self.screen)
    }

    fn filter_state(state: &mut PluginState) {
        state::filter(state, &SpaceParams::default());
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.rack.connect(layout);
        self.member.activate(config.process_mode == ProcessMode::Offline);
        let tempo_bpm = self.tempo_bpm(None);
        let settings = settings(&self.params, tempo_bpm, self.rack.shape());
        self.rack.activate(&settings, config, context);
        true
    }

    fn reset(&mut self) {
        let (tempo_bpm, shape) = (self.tempo_bpm(None), self.rack.shape());
        self.rack.reset(|| settings(&self.params, tempo_bpm, shape));
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let tempo_bpm = self.tempo_bpm(context.transport().tempo);
        let (shape, params) = (self.rack.shape(), &self.params);
        let wanted = || settings(params, tempo_bpm, shape);
        let status = self.rack.process(wanted, buffer, aux, context);
        self.screen.follow(buffer);
        status
    }
}

impl ClapPlugin for SpacePlugin {
    const CLAP_ID: &'static str = "audio.proscenium.space";
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Shared reverb and delay for an effects bus");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Reverb,
        ClapFeature::Delay,
        ClapFeature::Mixing,
        ClapFeature::Stereo,
        ClapFeature::Mono,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        let p = &self.params;
        context.add_section("Space", |section| {
            section.add_page("Space", |page| {
                page.add_param(&p.mode);
                page.add_param(&p.decay);
                page.add_param(&p.predelay);
                page.add_param(&p.delay_time);
                page.add_param(&p.feedback);
                page.add_param(&p.duck);
                page.add_param(&p.mix);
                page.add_param(&p.output);
            });
        });
        context.add_section("Reverb", |section| {
            section.add_page("Reverb", |page| {
                page.add_param(&p.room);
                page.add_param(&p.decay);
                page.add_param(&p.decay_low);
                page.add_param(&p.decay_high);
                page.add_param(&p.early);
                page.add_param(&p.late);
                page.add_param(&p.low_cut);
                page.add_param(&p.high_cut);
            });
            section.add_page("Reverb Detail", |page| {
                page.add_param(&p.diffusion);
                page.add_param(&p.mod_depth);
                page.add_param(&p.mod_rate);
                page.add_param(&p.xover_low);
                page.add_param(&p.xover_high);
                page.add_param(&p.predelay);
                page.add_param(&p.predelay_sync);
                page.add_param(&p.freeze);
            });
            section.add_page("Room", |page| {
                page.add_param(&p.room);
                page.add_param(&p.room_volume);
                page.add_param(&p.room_group);
            });
        });
        context.add_section("Delay", |section| {
            section.add_page("Delay", |page| {
                page.add_param(&p.delay_time);
                page.add_param(&p.delay_sync);
                page.add_param(&p.delay_offset);
                page.add_param(&p.feedback);
                page.add_param(&p.cross_feed);
                page.add_param(&p.delay_low_cut);
                page.add_param(&p.delay_high_cut);
                page.add_param(&p.delay_drive);
            });
        });
        context.add_section("Output", |section| {
            section.add_page("Duck and Output", |page| {
                page.add_param(&p.duck);
                page.add_param(&p.duck_release);
                page.add_param(&p.duck_key);
                page.add_param(&p.width);
                page.add_param(&p.delay_wow);
                page.add_param(&p.mix);
                page.add_param(&p.mix_lock);
                page.add_param(&p.bypass);
            });
        });
    }
}

impl Vst3Plugin for SpacePlugin {
    const VST3_CLASS_ID: [u8; 16] = *b"ProsceniumSpace1";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Reverb, Vst3SubCategory::Delay];
}

nice_export_clap!(SpacePlugin);
nice_export_vst3!(SpacePlugin);
