"""A failure of a stored run as a script of the fewest requests that shows it: made from the stored run alone.

``requests`` says what is sent and which of it comes from earlier answers, ``conditions`` how the fault is told in
plain shell, ``script`` writes both down. Trying a script, and leaving out what it does without, is the harness's.
"""
