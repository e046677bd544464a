"""Defects in the slot search."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from ...consumer.wire.addresses import Addresses
from ...fault_making import breaks


@breaks("CON-SRCH-06", Addresses.query)
def leaves_parameters_unencoded(original: Any, parameters: Any) -> str:
    """Colons, plus signs and commas in parameters are sent as they are."""
    return urlencode(parameters, safe=":+,|/")
