"""A sealed round: faults of an outside author, put before a good system, and the share that the suite detects."""
