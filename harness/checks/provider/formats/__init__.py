"""Expectations of formats: which one is answered, and that each says the same."""
