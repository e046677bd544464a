"""A provider's decisions. Pure: no HTTP, no SQL, no clock of its own. Every rejection is a `Rejected`."""

from __future__ import annotations

from .booking_rules import BookingRules
from .cancelling_rules import CancellingRules
from .notification_rules import NotificationRules
from .search_rules import SearchRules


class ProviderRules(SearchRules, BookingRules, CancellingRules, NotificationRules):
    """The rules of one provider in one edition of the standard."""
