"""Expectations of the registry's entries: how they are taken, shown and changed."""
