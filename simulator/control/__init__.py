"""The control interface: the levers that a test has and a consumer has not."""
