//! A small headless CLAP host: load by path, play, automate, save, render.
