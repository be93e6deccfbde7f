"""The demonstration: real models migrated to every target, verified and measured. See `python -m demo --help`."""
