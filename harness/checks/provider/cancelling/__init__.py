"""Expectations of cancellations."""
