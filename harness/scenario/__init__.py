"""What scenarios work with and bring about: slots, preconditions, baselines, variations. No judgement."""
