"""What a requirement may need that a run has not got, or not always, in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from uec_booking.standard.requirements import Requirement

#: What a run has not got, by the word of the catalogue (``needs``): what is needed, and why it is not there.
NEEDS: Mapping[str, str] = {
    "fault": "needs a failure inside the system, which a run cannot cause",
    "ground-truth": "needs to be compared with the system's own data, which a run cannot look into",
    "tap": "needs the messages between providers and registry, which only a recording proxy (registry.tap) shows",
    "https": "needs HTTPS, which a run has only where the address of the system begins with https",
    "staff-cancel": "needs the provider's own staff to cancel, which a run can have done by a control interface only",
    "second-organisation": "needs another organisation under another system, which a run has only where one is named",
}


def lacking(requirement: Requirement) -> str:
    """Why a run cannot decide a requirement without what it needs, in words."""
    return "; ".join(NEEDS[need] for need in requirement.needs)
