//! Signals, measurements and the contract test that the workspace's tests share.

pub mod acoustics;
