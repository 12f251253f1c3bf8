//! `proscenium-mix`: renders a session.

fn main() {}
