//! Proscenium Glue, the bus compressor.
