"""Many users at once: the workflow under load, timed, with its history. Locust sends it, in a process of its own."""
