"""Faults on demand: one system of the world is slow, away or overtaken by events, for some calls or some time."""
