"""The world: providers and an appointment registry, each a small real system."""
