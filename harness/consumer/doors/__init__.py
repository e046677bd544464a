"""The doors of a consumer under test: how it is given a task, and how it tells what its user saw."""
