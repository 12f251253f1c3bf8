//! Audio ports and the choice of a layout.

use clack_extensions::audio_ports::{AudioPortFlags, AudioPortInfoBuffer, PluginAudioPorts};
use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_host::prelude::*;

use crate::instance::Layout;

/// An audio port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The name the plugin gives it.
    pub name: String,
    /// Channels.
    pub channels: usize,
    /// Whether it is the main port; the others are sidechains and auxiliary outputs.
    pub is_main: bool,
}

/// All audio ports, the main ones first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// Main input, then sidechains.
    pub inputs: Vec<Port>,
    /// Main output, then auxiliary outputs.
    pub outputs: Vec<Port>,
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned()
}

/// Reads the ports of the present layout.
pub(crate) fn read(plugin: &PluginMainThreadHandle) -> Ports {
    let Some(extension) = plugin.get_extension::<PluginAudioPorts>() else {
        return Ports::default();
    };
    let side = |is_input| {
        let mut buffer = AudioPortInfoBuffer::new();
        let count = extension.count(plugin, is_input);
        (0..count)
            .filter_map(|index| {
                let info = extension.get(plugin, index, is_input, &mut buffer)?;
                Some(Port {
                    name: text(info.name),
                    channels: info.channel_count as usize,
                    is_main: info.flags.contains(AudioPortFlags::IS_MAIN),
                })
            })
            .collect()
    };
    Ports { inputs: side(true), outputs: side(false) }
}

/// Selects the layout with these main ports. `Err` lists the names of those there are.
pub(crate) fn select(plugin: &PluginMainThreadHandle, layout: Layout) -> Result<(), Vec<String>> {
    let main = |ports: &[Port]| ports.first().filter(|port| port.is_main).map(|port| port.channels);
    let fits = |ports: &Ports| {
        main(&ports.inputs) == Some(layout.inputs) && main(&ports.outputs) == Some(layout.outputs)
    };
    if fits(&read(plugin)) {
        return Ok(());
    }
    let mut names = Vec::new();
    if let Some(extension) = plugin.get_extension::<PluginAudioPortsConfig>() {
        let mut buffer = AudioPortsConfigBuffer::new();
        for index in 0..extension.count(plugin) {
            let Some(config) = extension.get(plugin, index, &mut buffer) else { continue };
            names.push(text(config.name));
            if extension.select(plugin, config.id).is_ok() && fits(&read(plugin)) {
                return Ok(());
            }
        }
    }
    Err(names)
}
