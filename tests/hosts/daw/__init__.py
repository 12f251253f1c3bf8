"""What the scripts for real hosts share: where the plugins are, outcomes, signals, levels, processes, windows."""
