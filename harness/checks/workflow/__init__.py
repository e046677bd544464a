"""Expectations of the stories: several patients, several services, one registry."""
