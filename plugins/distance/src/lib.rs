//! Proscenium Distance, the depth pot.
