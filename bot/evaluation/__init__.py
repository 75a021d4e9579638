"""Measuring the intent model: cross-validation, thresholds, noise, and the report. Needs the `train` extra."""
