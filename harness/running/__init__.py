"""A run from settings to reports: selection, preflight, the pytest plugin, re-evaluation."""
