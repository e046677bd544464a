"""Tests of `uec-booking explore`."""
