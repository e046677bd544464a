"""Programs of ours that fail at a write: killed, on a full disk, or with their database gone."""
