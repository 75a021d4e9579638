"""Where conversations are kept for some minutes: memory by default, Redis where asked for."""
