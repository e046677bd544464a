"""The settings of a run: their model, and how they are read."""
