"""A failure of a stored run as a script of the fewest requests that shows it: made from the stored run alone.

``requests`` says what is sent and which of it comes from earlier answers, ``bodies`` what goes with it, ``course`` what
was sent at the same moment and after which waits, ``looks`` how a script sees what a provider told a registry,
``conditions`` how the fault is told in plain shell; ``script`` writes it all down. ``reading`` is read here and by each
script, which has a copy of it. Trying a script, and leaving out what it does without, is the harness's.
"""
