//! Proscenium Glue, the bus compressor.

use nice_plug::prelude::*;
use shared_plugin::ports::WITH_SIDECHAIN;
use shared_plugin::rack::{Rack, Task};
use shared_plugin::telemetry::Telemetry;
use shared_plugin::{VENDOR, state};
use shared_ui::window::Screen;
use std::sync::Arc;

pub mod chain;
pub mod editor;
pub mod params;
pub mod presets;

use chain::Glue;
use editor::GlueView;
use params::GlueParams;

/// The plugin: parameters, chain, and what they share with an editor.
pub struct GluePlugin {
    params: Arc<GlueParams>,
    telemetry: Arc<Telemetry>,
    rack: Rack<Glue>,
    screen: Screen,
}

impl Default for GluePlugin {
    fn default() -> Self {
        let (telemetry, probes) = Telemetry::new();
        Self {
            params: Arc::new(GlueParams::default()),
            telemetry,
            rack: Rack::new(Self::NAME, Glue::default(), probes),
            screen: Screen::new::<GlueView>(),
        }
    }
}

impl Plugin for GluePlugin {
    const NAME: &'static str = "Proscenium Glue";
    const VENDOR: &'static str = VENDOR;
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = WITH_SIDECHAIN;
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;
    /// As many points as a host may send in a block: none makes the audio thread allocate.
    const INPUT_EVENT_CAPACITY: usize = 2048;

    type Editor = editor::GlueEditor;
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
        editor::create(self.params.clone(), self.telemetry.clone(), &self.screen)
    }

    fn filter_state(state: &mut PluginState) {
        state::filter(state, &GlueParams::default());
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.rack.connect(layout);
        self.rack.activate(&self.params.settings(), config, context);
        true
    }

    fn reset(&mut self) {
        self.rack.reset(|| self.params.settings());
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let status = self.rack.process(|| self.params.settings(), buffer, aux, context);
        self.screen.follow(buffer);
        status
    }
}

impl ClapPlugin for GluePlugin {
    const CLAP_ID: &'static str = "audio.proscenium.glue";
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Bus compressor with external key, parallel mix and colour");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Compressor,
        ClapFeature::Mixing,
        ClapFeature::Mastering,
        ClapFeature::Stereo,
        ClapFeature::Mono,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        let p = &self.params;
        context.add_section("Glue", |section| {
            section.add_page("Compressor", |page| {
                page.add_param(&p.threshold);
                page.add_param(&p.ratio);
                page.add_param(&p.attack);
                page.add_param(&p.release);
                page.add_param(&p.makeup);
                page.add_param(&p.mix);
                page.add_param(&p.key_hpf);
                page.add_param(&p.output);
            });
            section.add_page("Character", |page| {
                page.add_param(&p.input);
                page.add_param(&p.knee);
                page.add_param(&p.topology);
                page.add_param(&p.detector);
                page.add_param(&p.range);
                page.add_param(&p.colour);
                page.add_param(&p.clip);
                page.add_param(&p.auto_makeup);
            });
            section.add_page("Key and Channels", |page| {
                page.add_param(&p.key);
                page.add_param(&p.key_listen);
                page.add_param(&p.link);
                page.add_param(&p.channel);
                page.add_param(&p.delta);
                page.add_param(&p.level_match);
                page.add_param(&p.bypass);
            });
        });
    }
}

impl Vst3Plugin for GluePlugin {
    const VST3_CLASS_ID: [u8; 16] = *b"ProsceniumGlue01";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Dynamics];
}

nice_export_clap!(GluePlugin);
nice_export_vst3!(GluePlugin);
