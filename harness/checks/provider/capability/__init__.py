"""Expectations of the CapabilityStatement, and of what it lists."""
