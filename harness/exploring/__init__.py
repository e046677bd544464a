"""Random sequences of requests, each answer held against the reference model; what is found is made short."""
