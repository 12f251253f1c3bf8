//! The built editors in real windows: an X server, mouse and keys of their own, one window at a time.

#[cfg(target_os = "linux")]
mod gestures;
#[cfg(target_os = "linux")]
mod hand;
#[cfg(target_os = "linux")]
mod life;
#[cfg(target_os = "linux")]
mod mirror;
#[cfg(target_os = "linux")]
mod pictures;
#[cfg(target_os = "linux")]
mod rig;
#[cfg(target_os = "linux")]
mod server;
#[cfg(target_os = "linux")]
#[path = "../hosts/support.rs"]
#[allow(dead_code)]
mod support;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: real windows are tested under X11, on Linux");
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use libtest_mimic::{Arguments, Trial};
    let mut arguments = Arguments::from_args();
    // A plugin's window belongs to the main thread, and there is one mouse.
    arguments.test_threads = Some(1);
    let server = match server::Server::start() {
        Ok(server) => server,
        Err(reason) if std::env::var_os("CI").is_none() => {
            println!("skipped: real windows are not tested: {reason}");
            return std::process::ExitCode::SUCCESS;
        }
        Err(reason) => {
            println!("{reason}");
            return std::process::ExitCode::FAILURE;
        }
    };
    let trial = |(name, test): (&str, fn())| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    let tests = [gestures::TESTS, pictures::TESTS, life::TESTS].concat();
    let mut trials: Vec<Trial> = tests.into_iter().map(trial).collect();
    trials.extend(life::LONG.iter().copied().map(trial).map(|trial| trial.with_ignored_flag(true)));
    let conclusion = libtest_mimic::run(&arguments, trials);
    drop(server);
    conclusion.exit_code()
}
