"""Gherkin features: what the standard asks, in words an assessor can read aloud."""
