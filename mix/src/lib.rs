//! Mixes a multitrack session with the built plugins and writes a report.
