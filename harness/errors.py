"""The few exceptions that carry meaning through the harness."""

from __future__ import annotations


class SettingsError(Exception):
    """Something that the user can put right: one paragraph saying what was wrong, where, and what to do.

    ``uec-booking`` prints it as it is and ends with exit status 3.
    """


class CannotGoOn(Exception):
    """A scenario cannot go on: what it still had to see is not observed, for this reason.

    ``because`` names the requirement that was not met and stands in the way, where there is one.
    """

    def __init__(self, reason: str, because: str = "") -> None:
        super().__init__(reason)
        self.because = because


class SystemAway(Exception):
    """A system that the run needs has stopped answering altogether: the run ends here."""


class NotApplicable(Exception):
    """The scenario asks for something that the system under test does not claim."""


class ToAttest(Exception):
    """This run has no means to bring the situation about: what would decide it is a person's statement."""


class ClientError(Exception):
    """A request got no answer. ``kind``: refused, dns, tls, timeout, too-large, encoding, closed, broken."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
