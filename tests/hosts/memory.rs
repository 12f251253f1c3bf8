//! The memory of an instance, in a process of its own.

#[path = "support.rs"]
#[allow(dead_code)]
mod support;

use clap_host::Block;

/// The process's resident memory in bytes, where the system tells (Linux).
fn resident() -> Option<f64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split_whitespace().nth(1)?.parse::<f64>().ok()? * 4096.0)
}

#[test]
fn an_instance_takes_less_than_30_mb() {
    const INSTANCES: usize = 20;
    for plugin in support::ALL {
        // The library itself and its first instance do not count.
        let bundle = plugin.load();
        let options = clap_host::HostOptions { max_block: 1024, ..Default::default() };
        let mut warm = bundle.instance(plugin.id, &options).unwrap();
        let _processor = warm.activate().unwrap();
        let Some(before) = resident() else { return };
        let mut kept = Vec::new();
        for _ in 0..INSTANCES {
            let mut instance = bundle.instance(plugin.id, &options).unwrap();
            let mut processor = instance.activate().unwrap();
            // What is used only while playing counts too.
            let mut out = [[0.0f32; 1024]; 2];
            for _ in 0..50 {
                let [left, right] = &mut out;
                let block = Block {
                    input: &[&[0.1; 1024], &[0.1; 1024]],
                    output: &mut [&mut left[..], &mut right[..]],
                    ..Block::default()
                };
                processor.process(block).unwrap();
            }
            kept.push((instance, processor));
        }
        let each_mb = (resident().unwrap_or(before) - before) / INSTANCES as f64 / 1e6;
        println!("{}: {each_mb:.1} MB an instance", plugin.bundle);
        assert!(each_mb < 30.0, "{}: {each_mb:.1} MB an instance", plugin.bundle);
        for (mut instance, processor) in kept {
            instance.deactivate(processor);
        }
    }
}
