"""Measurements: migration speed, run time of migrated networks, checkpoint conversion. Run `python -m benchmarks`."""
