//! Proscenium Strip, the channel strip.
