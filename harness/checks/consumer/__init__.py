"""Expectations of a consumer under test, by topic: of what it asked of others, and of what its user saw."""
