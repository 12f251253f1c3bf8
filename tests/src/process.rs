//! Tests that need a process of their own, with a stage on which they meet nobody else.

use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

/// Names the stage's file for the plugins and for shared-stage.
const STAGE: &str = "PROSCENIUM_STAGE";
const TEST: &str = "PROSCENIUM_TEST";

/// A process that ends with its handle.
pub struct Process(Child);

impl Process {
    /// Runs a test of this binary, by its whole name, in another process on the same stage.
    pub fn start(test: &str) -> Self {
        Self::start_at(test, stage_file())
    }

    fn start_at(test: &str, stage: PathBuf) -> Self {
        Self(command(test).env(STAGE, stage).spawn().expect("a test can be started"))
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Waits for its end and says whether it succeeded.
    pub fn succeeds(&mut self) -> bool {
        self.0.wait().expect("a child can be waited for").success()
    }

    /// The hardest end that there is.
    pub fn kill(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn command(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a test has a path"));
    command.args([test, "--exact", "--nocapture"]).env(TEST, test);
    command
}

/// The stage's file in a process that [`alone`] or [`Process::start`] has made.
pub fn stage_file() -> PathBuf {
    std::env::var_os(STAGE).expect("only in a process of its own").into()
}

/// How a process of its own that runs the body of the test of this (whole) name ended, and what it
/// logged, the plugins in it too. `None` in that process, where the body has run.
pub fn outcome_of(test: &str, body: impl FnOnce()) -> Option<(ExitStatus, String)> {
    if std::env::var(TEST).is_ok_and(|name| name == test) {
        body();
        return None;
    }
    let mut command = command(test);
    let output = command.stdout(Stdio::null()).output().expect("a test can be started");
    Some((output.status, String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// What a process of its own logs that runs the body of the test of this (whole) name. `None` in that
/// process.
///
/// # Panics
/// When it fails there.
pub fn log_of(test: &str, body: impl FnOnce()) -> Option<String> {
    let (status, log) = outcome_of(test, body)?;
    assert!(status.success(), "{test} failed in its process:\n{log}");
    Some(log)
}

/// Runs the body of the test of this name only in a process that was started for it.
pub fn only_when_started(test: &str, body: impl FnOnce()) {
    if std::env::var(TEST).is_ok_and(|name| name == test) {
        body();
    }
}

/// Runs the body of the test of this (whole) name in a process of its own on a fresh stage.
///
/// # Panics
/// When it fails there, or does not run.
pub fn alone(test: &str, body: impl FnOnce()) {
    let ran = |stage: &PathBuf| stage.with_file_name("ran");
    if std::env::var(TEST).is_ok_and(|name| name == test) {
        body();
        return std::fs::write(ran(&stage_file()), "").expect("its folder is there");
    }
    let name = format!("{}-{:016x}", test.replace(':', "-"), fastrand::u64(..));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir(&folder).expect("a temporary folder");
    let stage = folder.join("stage");
    let passed = Process::start_at(test, stage.clone()).succeeds() && ran(&stage).exists();
    // A temporary folder that stays behind does no harm.
    let _ = std::fs::remove_dir_all(&folder);
    assert!(passed, "{test} failed in its process");
}
