"""The commands of ``uec-booking``, a module each with ``main(arguments) -> exit status``."""

from __future__ import annotations

#: Command: the module that carries it out (``main(arguments) -> exit status``), and what it does.
COMMANDS: dict[str, tuple[str, str]] = {
    "assure": ("assure", "test a system, or the bundled simulator, and say whether it conforms"),
    "simulate": ("simulate", "run the bundled simulator: two providers and an appointment registry"),
    "desk": ("desk", "run the bundled 111 desk: a consumer that finds, books and cancels"),
    "consumer": ("consumer", "what it takes to test a consumer: the directory of services, examples of drivers"),
    "record": ("record", "record what passes between a consumer and its providers, to judge it from that"),
    "init": ("init", "write a commented settings file for your own system"),
    "doctor": ("doctor", "check the settings, and whether the systems can be reached"),
    "lifecycle": ("lifecycle", "learn what a provider does with an appointment, beside what the standard has"),
    "judge": ("rejudge", "judge a stored run again, under another edition or reading"),
    "report": ("rereport", "write the reports of a stored run again"),
    "compare": ("compare", "what changes from one stored run to another: better, worse, new, gone"),
    "attest": ("attest", "state what a run cannot decide, one by one, into an evidence file"),
    "token": ("token", "print a bearer token for a call by hand, or all that curl needs for it"),
    "reproduce": ("reproduce", "write a script of the fewest requests that shows a failure of a stored run"),
    "dispute": ("dispute", "pack all that there is on a verdict that you think is wrong into one file"),
    "bundle": ("bundle", "pack a stored run into one file that can be signed and sent to an assessor"),
    "verify": ("verify", "check such a bundle, and judge its recording again"),
    "explore": ("explore", "look for faults by random sequences of requests, and show each by its shortest one"),
    "prove": ("prove", "measure detected faults and false alarms"),
    "requirements": ("catalogue", "list the requirements, and what decides each"),
    "explain": ("explain", "explain a requirement, a SCAL item or a conflict"),
    "completion": ("completion", "print a script by which your shell completes commands and options"),
}
