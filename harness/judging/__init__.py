"""From observations to verdicts. Nothing here sends or receives anything."""
