//! What the four plugins share between framework and sound: parameter kinds and their text, ports, bypass, guard.
