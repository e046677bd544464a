"""The engine: plays every part but the one under test, records, judges."""
