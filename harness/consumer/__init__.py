"""What it takes to test a consumer: its tasks and doors, what it meets, and how its requests are read."""
