//! An instance: made, activated, restarted, asked.

use std::ffi::CStr;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use clack_extensions::gui::{GuiApiType, GuiConfiguration, PluginGui};
use clack_extensions::latency::PluginLatency;
use clack_extensions::remote_controls::{PluginRemoteControls, RemoteControlsPageBuffer};
use clack_extensions::render::{PluginRender, RenderMode};
use clack_host::prelude::*;

use crate::bundle::Bundle;
use crate::error::{Error, Result};
use crate::host::{Host, LogMessage, Main, Shared};
use crate::params::{self, Param};
use crate::ports::{self, Ports};
use crate::process::Processor;

/// The channels of the main ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Channels of the main input.
    pub inputs: usize,
    /// Channels of the main output.
    pub outputs: usize,
}

impl Layout {
    /// One channel in, one out.
    pub const MONO: Self = Self { inputs: 1, outputs: 1 };
    /// Two channels in, two out.
    pub const STEREO: Self = Self { inputs: 2, outputs: 2 };
    /// One channel in, two out.
    pub const MONO_TO_STEREO: Self = Self { inputs: 1, outputs: 2 };
}

/// What the host tells of the track that the plugin is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// The track's name.
    pub name: String,
    /// The track's colour.
    pub colour_rgb: [u8; 3],
}

/// How the host runs the plugin.
#[derive(Clone, Debug)]
pub struct HostOptions {
    /// Sample rate in Hz.
    pub sample_rate_hz: f64,
    /// The longest block in frames.
    pub max_block: usize,
    /// Rendering, not playing: the plugin may take its time.
    pub offline: bool,
    /// Channels of the main ports.
    pub layout: Layout,
    /// The track, if the plugin is told.
    pub track: Option<Track>,
    /// Leave out the sidechain and the auxiliary output when the caller gives none, as some hosts
    /// do, in place of passing silence and a scratch buffer.
    pub omit_unused_ports: bool,
    /// Channels that are handed over at the main ports, whatever the layout says, as some hosts do.
    pub handed_over: Option<Layout>,
    /// Offer the plugin what it needs for an editor's window. Hosts without windows do not.
    pub has_gui: bool,
}

impl Default for HostOptions {
    /// Stereo at 48 kHz, rendering in blocks of up to 512 frames, no track told.
    fn default() -> Self {
        Self {
            sample_rate_hz: 48_000.0,
            max_block: 512,
            offline: true,
            layout: Layout::STEREO,
            track: None,
            omit_unused_ports: false,
            handed_over: None,
            has_gui: true,
        }
    }
}

/// A page of a hardware controller's knobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemotePage {
    /// The page's name.
    pub name: String,
    /// The CLAP ids of its parameters.
    pub params: Vec<u32>,
}

/// An instance of a plugin. It stays on the thread that made it.
pub struct Instance {
    pub(crate) plugin: PluginInstance<Host>,
    pub(crate) path: PathBuf,
    pub(crate) options: HostOptions,
    pub(crate) params: Vec<Param>,
    ports: Ports,
}

impl Instance {
    pub(crate) fn new(bundle: &Bundle, id: &CStr, options: &HostOptions) -> Result<Self> {
        let path = bundle.path().to_owned();
        let failed = |cause: String| Error::Plugin {
            path: path.clone(),
            what: "could not make an instance",
            cause,
        };
        let info = HostInfo::new("Proscenium host", "Proscenium", "", env!("CARGO_PKG_VERSION"))
            .map_err(|error| failed(error.to_string()))?;
        let track = options.track.clone();
        let mut plugin = PluginInstance::<Host>::new(
            |()| Shared { has_gui: options.has_gui, ..Shared::default() },
            |shared| Main { track, shared },
            &bundle.entry,
            id,
            &info,
        )
        .map_err(|error| failed(error.to_string()))?;

        let handle = plugin.plugin_handle();
        ports::select(&handle, options.layout).map_err(|found| Error::Layout {
            path: path.clone(),
            wanted: format!("{} in, {} out", options.layout.inputs, options.layout.outputs),
            found,
        })?;
        if let Some(render) = handle.get_extension::<PluginRender>() {
            let mode = if options.offline { RenderMode::Offline } else { RenderMode::Realtime };
            render.set(&handle, mode).map_err(|error| failed(error.to_string()))?;
        }
        let (ports, params) = (ports::read(&handle), params::read(&handle));
        Ok(Self { plugin, path, options: options.clone(), params, ports })
    }

    /// How the host runs this instance.
    pub fn options(&self) -> &HostOptions {
        &self.options
    }

    /// Another sample rate and longest block, from the next activation on.
    ///
    /// # Panics
    /// When it is active.
    pub fn configure(&mut self, sample_rate_hz: f64, max_block: usize) {
        assert!(!self.plugin.is_active(), "an active plugin keeps its sample rate");
        self.options.sample_rate_hz = sample_rate_hz;
        self.options.max_block = max_block;
    }

    /// The audio ports of the chosen layout.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// Prepares for audio. The processor may be sent to another thread; give it back to
    /// [`Self::deactivate`] or [`Self::restart`].
    ///
    /// # Errors
    /// When the plugin refuses, or is active already.
    pub fn activate(&mut self) -> Result<Processor> {
        let failed = |cause: PluginInstanceError| Error::Plugin {
            path: self.path.clone(),
            what: "could not activate",
            cause: cause.to_string(),
        };
        let configuration = PluginAudioConfiguration {
            sample_rate: self.options.sample_rate_hz,
            min_frames_count: 1,
            max_frames_count: self.options.max_block as u32,
        };
        self.plugin.access_shared_handler(|shared| shared.restart.store(false, Ordering::Release));
        self.note_activating(true);
        let stopped = self.plugin.activate(|_, _| (), configuration);
        self.note_activating(false);
        let stopped = stopped.map_err(failed)?;
        let started = stopped.start_processing().map_err(|error| Error::Plugin {
            path: self.path.clone(),
            what: "could not start processing",
            cause: error.to_string(),
        })?;
        self.answer_requests();
        Ok(Processor::new(started, self.path.clone(), &self.options, &self.ports))
    }

    fn note_activating(&self, on: bool) {
        self.plugin.access_shared_handler(|shared| shared.activating.store(on, Ordering::Release));
    }

    /// Ends what [`Self::activate`] began.
    ///
    /// # Panics
    /// When the processor is another instance's.
    pub fn deactivate(&mut self, processor: Processor) {
        self.plugin.deactivate(processor.into_stopped());
        self.answer_requests();
    }

    /// Whether the plugin wants to be restarted, because its latency is to change.
    pub fn wants_restart(&self) -> bool {
        self.plugin.access_shared_handler(|shared| shared.restart.load(Ordering::Acquire))
    }

    /// Deactivates and activates again. The latency may be another one afterwards.
    ///
    /// # Errors
    /// When the plugin refuses.
    pub fn restart(&mut self, processor: Processor) -> Result<Processor> {
        self.deactivate(processor);
        self.activate()
    }

    /// Gives the plugin what it asked of the main thread. Call this now and then while a processor
    /// runs elsewhere; the instance's own calls do it too.
    pub fn answer_requests(&mut self) {
        let asked = self.plugin.access_shared_handler(|shared| {
            (
                shared.callback.swap(false, Ordering::AcqRel),
                shared.flush.swap(false, Ordering::AcqRel),
            )
        });
        if asked.0 {
            self.plugin.call_on_main_thread_callback();
        }
        // An active plugin flushes as it processes.
        if asked.1 && !self.plugin.is_active() {
            self.flush(&EventBuffer::new());
        }
    }

    /// The latency in samples, as of the last activation.
    pub fn latency(&mut self) -> usize {
        let plugin = self.plugin.plugin_handle();
        let extension = plugin.get_extension::<PluginLatency>();
        extension.map_or(0, |latency| latency.get(&plugin) as usize)
    }

    /// The pages for hardware controllers.
    pub fn remote_pages(&mut self) -> Vec<RemotePage> {
        let plugin = self.plugin.plugin_handle();
        let Some(extension) = plugin.get_extension::<PluginRemoteControls>() else {
            return Vec::new();
        };
        let mut buffer = RemoteControlsPageBuffer::new();
        (0..extension.count(&plugin))
            .filter_map(|index| {
                let page = extension.get(&plugin, index, &mut buffer)?;
                let params = page.param_ids.iter().filter_map(|id| Some((*id)?.get())).collect();
                Some(RemotePage { name: ports::text(page.page_name), params })
            })
            .collect()
    }

    /// Creates the editor without showing it, and destroys it. Whether there was one: not without a
    /// display.
    pub fn creates_editor(&mut self) -> bool {
        let plugin = self.plugin.plugin_handle();
        let Some(gui) = plugin.get_extension::<PluginGui>() else { return false };
        let Some(api_type) = GuiApiType::default_for_current_platform() else { return false };
        let created = gui.create(&plugin, GuiConfiguration { api_type, is_floating: false });
        if created.is_ok() {
            gui.destroy(&plugin);
        }
        created.is_ok()
    }

    /// What the plugin logged through the host since the last call.
    pub fn take_log(&self) -> Vec<LogMessage> {
        self.plugin.access_shared_handler(|shared| {
            std::mem::take(&mut *shared.log.lock().unwrap_or_else(|error| error.into_inner()))
        })
    }
}
