"""The recording proxy: it stands before a system and writes down what passes."""
