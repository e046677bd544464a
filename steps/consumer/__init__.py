"""The sentences about a consumer under test."""
