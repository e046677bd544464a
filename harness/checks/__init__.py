"""What is expected of each interaction: functions that look at exchanges and record observations."""
