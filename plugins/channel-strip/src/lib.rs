//! Proscenium Strip, the channel strip.

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
mod remote;

use chain::Strip;
use editor::StripView;
use params::StripParams;

/// The plugin: parameters, chain, and what they share with an editor.
pub struct StripPlugin {
    params: Arc<StripParams>,
    telemetry: Arc<Telemetry>,
    rack: Rack<Strip>,
    screen: Screen,
}

impl Default for StripPlugin {
    fn default() -> Self {
        let (telemetry, probes) = Telemetry::new();
        Self {
            params: Arc::new(StripParams::default()),
            telemetry,
            rack: Rack::new(Self::NAME, Strip::default(), probes),
            screen: Screen::new::<StripView>(),
        }
    }
}

impl Plugin for StripPlugin {
    const NAME: &'static str = "Proscenium Strip";
    const VENDOR: &'static str = VENDOR;
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = WITH_SIDECHAIN;
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;
    /// As many points as a host may send in a block: none makes the audio thread allocate.
    const INPUT_EVENT_CAPACITY: usize = 16384;

    type Editor = editor::StripEditor;
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
        state::filter(state, &StripParams::default());
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.rack.connect(layout);
        let settings = self.params.settings(self.rack.shape());
        self.rack.activate(&settings, config, context);
        true
    }

    fn reset(&mut self) {
        let shape = self.rack.shape();
        self.rack.reset(|| self.params.settings(shape));
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let shape = self.rack.shape();
        let status = self.rack.process(|| self.params.settings(shape), buffer, aux, context);
        self.screen.follow(buffer);
        status
    }
}

impl ClapPlugin for StripPlugin {
    const CLAP_ID: &'static str = "audio.proscenium.strip";
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Channel strip: filters, gate, dynamic equaliser, compressor, pan and fader");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Mixing,
        ClapFeature::Equalizer,
        ClapFeature::Compressor,
        ClapFeature::Gate,
        ClapFeature::Expander,
        ClapFeature::MultiEffects,
        ClapFeature::Stereo,
        ClapFeature::Mono,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        remote::pages(&self.params, context);
    }
}

impl Vst3Plugin for StripPlugin {
    const VST3_CLASS_ID: [u8; 16] = *b"ProsceniumStrip1";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Dynamics, Vst3SubCategory::Eq];
}

nice_export_clap!(StripPlugin);
nice_export_vst3!(StripPlugin);
