"""Parsers and routes fed with bytes that nobody meant: the targets, what they begin from, and a bounded slice of it.

An hour of it, led by coverage, is `python -m tests.fuzzing.guided` (docs/hostile-peers.md).
"""
