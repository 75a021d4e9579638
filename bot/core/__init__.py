"""The conversation: pure and synchronous. No I/O, no clock, no randomness, no channel."""
