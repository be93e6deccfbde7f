"""Hand-written Keras ports: the yardstick for the run time of migrated networks."""
