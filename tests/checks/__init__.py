"""Tests of what is expected of systems, with exchanges made by hand."""
