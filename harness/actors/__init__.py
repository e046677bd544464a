"""The parts that the harness plays, and what they say: consumers, their calls, bodies and tokens."""
