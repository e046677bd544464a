"""Tests of what is expected of a consumer under test."""
