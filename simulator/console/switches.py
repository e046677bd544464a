"""What the forms of the console do, by the levers of the control interface."""

from __future__ import annotations

from collections.abc import Mapping

from ..control.levers import ControlError, Levers


class Switches:
    """One method for each form; what cannot be done raises ControlError or UnknownFault and changes nothing."""

    def __init__(self, levers: Levers) -> None:
        self._levers = levers

    def clock(self, form: Mapping[str, str]) -> None:
        """Advance the clock by hours, set it to a moment in UTC, or return it to real time."""
        do = form.get("do", "")
        if do == "advance":
            self._levers.move_clock({"advance_seconds": _hours(form.get("hours", "")) * 3600})
        elif do == "set":
            self._levers.move_clock({"now": f"{form.get('moment', '')}+00:00"})
        elif do == "reset":
            self._levers.move_clock({"reset": True})
        else:
            raise ControlError("The clock can be advanced, set or reset.")

    def fault(self, form: Mapping[str, str]) -> None:
        """Switch one defect or variant on or off, or all of them off."""
        do, name = form.get("do", ""), form.get("name", "").strip()
        on = self._levers.faults()["on"]
        if do == "on":
            self._levers.switch_faults([*(one for one in on if one != name), name])
        elif do == "off":
            self._levers.switch_faults([one for one in on if one != name])
        elif do == "none":
            self._levers.switch_faults([])
        else:
            raise ControlError("A defect or variant can be switched on or off.")

    def registry(self, form: Mapping[str, str]) -> None:
        """Let the registry be away, or back."""
        do = form.get("do", "")
        if do not in ("away", "back"):
            raise ControlError("The registry can be away or back.")
        self._levers.registry_away(do == "away")


def _hours(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ControlError("Hours must be a number, such as 2 or 0.5.") from None
