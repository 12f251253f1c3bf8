//! Build script of all four plugins.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A thread of the host that has run our code runs our thread-local destructors when it ends,
    // perhaps after the host has unloaded the library. So it stays loaded. (macOS does that by
    // itself; Windows has no such destructors.)
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if ["linux", "freebsd"].contains(&system.as_str()) {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
