"""The Gherkin sentences: each finds words for one call into the harness."""
