"""The lifecycle of an appointment as a system really has it, learned from outside, beside that of the standard."""
