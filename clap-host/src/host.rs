//! What the plugin may ask of its host.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use clack_extensions::audio_ports::{AudioPortRescanFlags, HostAudioPorts, HostAudioPortsImpl};
use clack_extensions::audio_ports_config::{HostAudioPortsConfig, HostAudioPortsConfigImpl};
use clack_extensions::gui::{GuiSize, HostGui, HostGuiImpl};
use clack_extensions::latency::{HostLatency, HostLatencyImpl};
use clack_extensions::log::{HostLog, HostLogImpl, LogSeverity};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamRescanFlags,
};
use clack_extensions::state::{HostState, HostStateImpl};
use clack_extensions::track_info::{HostTrackInfo, HostTrackInfoImpl, TrackInfo, TrackInfoWriter};
use clack_host::prelude::*;
use clack_host::utils::Color;

use crate::instance::Track;

/// A line that the plugin logged through the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogMessage {
    /// From `DEBUG` to `PLUGIN_MISBEHAVING`.
    pub severity: String,
    /// The text.
    pub text: String,
}

/// The requests that may come from any thread: noted here, answered by the instance.
#[derive(Default)]
pub(crate) struct Shared {
    pub restart: AtomicBool,
    pub callback: AtomicBool,
    pub flush: AtomicBool,
    pub log: Mutex<Vec<LogMessage>>,
    /// Whether the plugin is being activated: only then may its latency change.
    pub activating: AtomicBool,
    /// Whether this host has windows.
    pub has_gui: bool,
    /// The size that the open editor wants.
    pub resize: Mutex<Option<GuiSize>>,
}

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {
        self.restart.store(true, Ordering::Release);
    }
    /// Nothing to do: this host never puts a plugin to sleep.
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Ordering::Release);
    }
}

impl HostLogImpl for Shared {
    fn log(&self, severity: LogSeverity, message: &str) {
        let message = LogMessage { severity: severity.to_string(), text: message.to_owned() };
        self.log.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(message);
    }
}

/// Without an open editor none of this is called. The window belongs to whoever opened it, so only
/// its size is the plugin's to ask for.
impl HostGuiImpl for Shared {
    fn resize_hints_changed(&self) {}
    fn request_resize(&self, size: GuiSize) -> Result<(), HostError> {
        *self.resize.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(size);
        Ok(())
    }
    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn closed(&self, _: bool) {}
}

impl HostParamsImplShared for Shared {
    fn request_flush(&self) {
        self.flush.store(true, Ordering::Release);
    }
}

/// The main thread's side: knows the track. Values, latency and ports are asked for when they are
/// needed, so the notices that they changed need no answer.
pub(crate) struct Main<'a> {
    pub track: Option<Track>,
    pub shared: &'a Shared,
}

impl<'a> MainThreadHandler<'a> for Main<'a> {}

impl HostParamsImplMainThread for Main<'_> {
    fn rescan(&self, _: ParamRescanFlags) {}
    fn clear(&self, _: ClapId, _: ParamClearFlags) {}
}

impl HostLatencyImpl for Main<'_> {
    fn changed(&self) {
        if !self.shared.activating.load(Ordering::Acquire) {
            self.shared.log(LogSeverity::PluginMisbehaving, "latency.changed() outside activate()");
        }
    }
}

impl HostStateImpl for Main<'_> {
    fn mark_dirty(&self) {}
}

impl HostAudioPortsImpl for Main<'_> {
    fn is_rescan_flag_supported(&self, _: AudioPortRescanFlags) -> bool {
        true
    }
    fn rescan(&self, _: AudioPortRescanFlags) {}
}

impl HostAudioPortsConfigImpl for Main<'_> {
    fn rescan(&self) {}
}

impl HostTrackInfoImpl for Main<'_> {
    fn get<'a>(&'a self, writer: &mut TrackInfoWriter<'_, 'a>) {
        let Some(Track { name, colour_rgb: [red, green, blue] }) = &self.track else { return };
        let colour = Color { alpha: 255, red: *red, green: *green, blue: *blue };
        let info = TrackInfo::new().with_name(Some(name.as_bytes())).with_color(Some(colour));
        writer.set(&info);
    }
}

/// This host.
pub(crate) struct Host;

impl HostHandlers for Host {
    type Shared<'a> = Shared;
    type MainThread<'a> = Main<'a>;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, shared: &Self::Shared<'_>) {
        if shared.has_gui {
            builder.register::<HostGui>();
        }
        builder
            .register::<HostLog>()
            .register::<HostParams>()
            .register::<HostLatency>()
            .register::<HostState>()
            .register::<HostAudioPorts>()
            .register::<HostAudioPortsConfig>()
            .register::<HostTrackInfo>();
    }
}
