//! Proscenium Distance, the depth pot.

use nice_plug::prelude::*;
use shared_plugin::ports::WITH_ROOM_FEED;
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

use actor::DistanceActor;
use chain::{Distance, DistanceSettings};
use editor::{DistanceView, Group};
use params::DistanceParams;

/// The plugin: parameters, chain, and what they share with an editor.
pub struct DistancePlugin {
    params: Arc<DistanceParams>,
    telemetry: Arc<Telemetry>,
    rack: Rack<Distance>,
    screen: Screen,
    member: Member,
}

impl Default for DistancePlugin {
    fn default() -> Self {
        let (telemetry, probes) = Telemetry::new();
        let params = Arc::new(DistanceParams::default());
        let screen = Screen::new::<DistanceView>();
        let actor = DistanceActor::new(params.clone(), screen.clone());
        Self {
            params,
            telemetry,
            rack: Rack::new(Self::NAME, Distance::default(), probes),
            screen,
            member: Member::new(Arc::new(actor)),
        }
    }
}

/// The settings on a track of this shape.
fn settings(params: &DistanceParams, shape: Shape) -> DistanceSettings {
    let mut settings = params.settings();
    if shape == Shape::Mono {
        // A mono track has no sides: its source stands in the middle.
        settings.placement.azimuth_deg = 0.0;
    }
    settings
}

impl Plugin for DistancePlugin {
    const NAME: &'static str = "Proscenium Distance";
    const VENDOR: &'static str = VENDOR;
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = WITH_ROOM_FEED;
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;
    /// As many points as a host may send in a block: none makes the audio thread allocate.
    const INPUT_EVENT_CAPACITY: usize = 2048;

    type Editor = editor::DistanceEditor;
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
        let company = Box::new(Group::new(self.member.clone(), self.params.clone()));
        editor::create(self.params.clone(), self.telemetry.clone(), &self.screen, company)
    }

    fn filter_state(state: &mut PluginState) {
        state::filter(state, &DistanceParams::default());
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.rack.connect(layout);
        self.member.activate(config.process_mode == ProcessMode::Offline);
        let settings = settings(&self.params, self.rack.shape());
        self.rack.activate(&settings, config, context);
        true
    }

    fn reset(&mut self) {
        let shape = self.rack.shape();
        self.rack.reset(|| settings(&self.params, shape));
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let (shape, params) = (self.rack.shape(), &self.params);
        let status = self.rack.process(|| settings(params, shape), buffer, aux, context);
        self.screen.follow(buffer);
        status
    }
}

impl ClapPlugin for DistancePlugin {
    const CLAP_ID: &'static str = "audio.proscenium.distance";
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Places a track in a room: distance and direction in metres and degrees");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Reverb,
        ClapFeature::Mixing,
        ClapFeature::Utility,
        ClapFeature::Stereo,
        ClapFeature::Mono,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        let p = &self.params;
        context.add_section("Distance", |section| {
            section.add_page("Place", |page| {
                page.add_param(&p.distance);
                page.add_param(&p.azimuth);
                page.add_param(&p.early);
                page.add_param(&p.late);
                page.add_param(&p.air);
                page.add_param(&p.level_law);
                page.add_param(&p.source_width);
                page.add_param(&p.output);
            });
            section.add_page("Room", |page| {
                page.add_param(&p.room);
                page.add_param(&p.room_volume);
                page.add_param(&p.room_rt60);
                page.add_param(&p.room_low);
                page.add_param(&p.room_high);
                page.add_param(&p.room_group);
                page.add_param(&p.reverb);
            });
            section.add_page("Source", |page| {
                page.add_param(&p.recorded_at);
                page.add_param(&p.proximity);
                page.add_param(&p.hold_loudness);
                page.add_param(&p.time_of_flight);
                page.add_param(&p.pan_law);
                page.add_param(&p.bypass);
            });
        });
    }
}

impl Vst3Plugin for DistancePlugin {
    const VST3_CLASS_ID: [u8; 16] = *b"ProsceniumDistan";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Spatial, Vst3SubCategory::Reverb];
}

nice_export_clap!(DistancePlugin);
nice_export_vst3!(DistancePlugin);
