"""The reference model: what a system may answer to a sequence of requests, and what is so afterwards."""
