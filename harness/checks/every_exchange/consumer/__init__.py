"""What every request of a consumer under test must be like, whatever the scenario is about."""
