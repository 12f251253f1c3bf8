//! The display of these tests. A user's own is left alone: these tests move the mouse.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// An X server, ended when this is dropped.
pub struct Server(Child);

impl Server {
    /// Starts Xvfb and makes it the display of this process, with software GL and a log of frames.
    pub fn start() -> Result<Self, String> {
        let mut child = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "2560x1600x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| "there is no Xvfb: sudo apt install xvfb libegl1 libgl1-mesa-dri")?;
        // It writes its number when it is ready.
        let mut number = String::new();
        let stdout = child.stdout.take().ok_or("Xvfb has no output")?;
        BufReader::new(stdout).read_line(&mut number).map_err(|error| error.to_string())?;
        if number.trim().is_empty() {
            return Err("Xvfb did not start".to_owned());
        }
        let frames = format!("proscenium-frames-{}", std::process::id());
        let home = format!("proscenium-home-{}", std::process::id());
        // SAFETY: no other thread of this process runs yet.
        unsafe {
            std::env::set_var("DISPLAY", format!(":{}", number.trim()));
            std::env::set_var("LIBGL_ALWAYS_SOFTWARE", "1");
            std::env::set_var("PROSCENIUM_FRAMES", std::env::temp_dir().join(frames));
            // No test depends on presets that somebody has saved.
            std::env::set_var("XDG_CONFIG_HOME", std::env::temp_dir().join(&home));
            std::env::set_var("XDG_DATA_HOME", std::env::temp_dir().join(&home));
        }
        Ok(Self(child))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
        if let Some(frames) = std::env::var_os("PROSCENIUM_FRAMES") {
            let _ = std::fs::remove_file(frames);
        }
    }
}
