//! Proscenium Space, the shared reverb and delay.
