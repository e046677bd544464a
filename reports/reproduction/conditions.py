"""How a script tells that a fault shows: tests of one answer, or of two, in plain shell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .texts import FromAnswer, comment, in_shell, quoted, variable

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_VARYING = re.compile(f"(?P<uuid>{_UUID.pattern})|(?P<instant>{_INSTANT.pattern})|(?P<date>{_DATE.pattern})|[0-9]+")
#: What of any moment stands in the place of one.
_ANY = {
    "uuid": "[0-9a-fA-F-]{36}",
    "instant": "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}",
    "date": "[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}",
}
_SHORT_NUMBER = 3
#: Characters of a value beyond which no form is made of it.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds where the fault shows. ``of`` is the exchange whose answer is looked at.

    ``kind``: status (``values`` are those that would be right), lacks-header, header-form, lacks, has, value-form,
    differs-from-sent, as-sent, contains, lacks-value, same-header, differs-header, echoes, does-not-echo, unreadable,
    accepted (``values``: how many of ``at_once`` would rightly be carried out).
    ``where`` is a header or a path, ``values`` a form, and ``other`` the second exchange, or where a value came from.
    """

    kind: str
    of: str
    where: str = ""
    values: tuple[str, ...] = ()
    other: FromAnswer | str = ""
    at_once: tuple[str, ...] = ()

    def exchanges(self) -> set[str]:
        """The exchanges that it needs."""
        other = self.other.exchange if isinstance(self.other, FromAnswer) else self.other
        return {self.of, *filter(None, [other])}

    def in_shell(self, numbers: Mapping[str, int]) -> str:
        """A command that succeeds where it holds."""
        number, where = numbers[self.of], quoted(self.where)
        form = quoted(self.values[0]) if self.values else ""
        other = numbers.get(self.other, 0) if isinstance(self.other, str) else self.other
        value = f'"$(value {number} {where})"'
        commands = {
            "status": lambda: f'! among "$(status {number})" {" ".join(map(quoted, self.values))}',
            "lacks-header": lambda: f'[ -z "$(header {number} {where})" ]',
            "has-header": lambda: f'[ -n "$(header {number} {where})" ]',
            "header-form": lambda: f"header {number} {where} | grep -Eqx -e {form}",
            "lacks": lambda: f"value {number} {where} | grep -qx missing",
            "none": lambda: f"! value {number} {where} | grep -qvx missing",
            "has": lambda: f"value {number} {where} | grep -qvx missing",
            "value-form": lambda: f"value {number} {where} | grep -Eqx -e {form}",
            "unreadable": lambda: f'[ "$(value {number} resourceType)" = unreadable ]',
            "differs-from-sent": lambda: f'[ {value} != "$(value {number}.sent {where})" ]',
            "contains": lambda: f'grep -Fq -e {self._other(numbers)} "$work/{number}.body"',
            "lacks-value": lambda: f'! grep -Fq -e {self._other(numbers)} "$work/{number}.body"',
            "same-header": lambda: f'[ "$(header {number} {where})" = "$(header {other} {where})" ]',
            "differs-header": lambda: f'[ "$(header {number} {where})" != "$(header {other} {where})" ]',
            "same": lambda: f'[ {value} = "$(value {other} {where})" ]',
            "differs": lambda: f'[ {value} != "$(value {other} {where})" ]',
            "echoes": lambda: f'[ "$(header {number} {where})" = "$(sent_id {number})" ]',
            "does-not-echo": lambda: f'[ "$(header {number} {where})" != "$(sent_id {number})" ]',
            "accepted": lambda: f'[ "$(accepted {" ".join(self._at_once(numbers))})" != {form} ]',
            "count": lambda: f'[ "$(value {number} {where} | grep -cvx missing)" = {form} ]',
        }
        return commands[self.kind]()

    def in_words(self, numbers: Mapping[str, int]) -> str:
        """What the script looks at, for its reader."""
        answer, where = f"the answer to request {numbers[self.of]}", comment(self.where)
        form = comment(self.values[0]) if self.values else ""
        other = numbers.get(self.other, 0) if isinstance(self.other, str) else variable(self.other, numbers)
        words = {
            "status": f"{answer} has another status than {', '.join(self.values)}",
            "lacks-header": f"{answer} has no header {where}",
            "has-header": f"{answer} has a header {where}",
            "header-form": f"the header {where} of {answer} is of the form {form}",
            "lacks": f"{where} is missing in {answer}",
            "none": f"{answer} has no {where}",
            "has": f"{where[:-2]} in {answer} is a list" if where.endswith("[]") else f"{answer} has {where}",
            "value-form": f"{where} in {answer} is of the form {form}",
            "unreadable": f"{answer} is neither JSON nor XML",
            "differs-from-sent": f"{where} in {answer} is not what was sent",
            "contains": f"{answer} contains {other}",
            "lacks-value": f"{answer} does not contain {other}",
            "same-header": f"the header {where} of {answer} is the one of request {other}",
            "differs-header": f"the header {where} of {answer} is not the one of request {other}",
            "same": f"{where} in {answer} is the one of request {other}",
            "differs": f"{where} in {answer} is not the one of request {other}",
            "echoes": f"the header {where} of {answer} is the X-Request-ID of the request",
            "does-not-echo": f"the header {where} of {answer} is not the X-Request-ID of the request",
            "accepted": f"not {form} of the requests {' '.join(self._at_once(numbers))} was accepted, but more or less",
            "count": f"{answer} has {form} of {where}",
        }
        return words[self.kind]

    def _at_once(self, numbers: Mapping[str, int]) -> list[str]:
        return [str(numbers[one]) for one in self.at_once if one in numbers]

    def _other(self, numbers: Mapping[str, int]) -> str:
        assert isinstance(self.other, FromAnswer)
        return in_shell((self.other,), numbers)


def form_of(value: str) -> str:
    """A pattern (ERE) of what is like ``value`` but for ids, times and long numbers; empty where it is too long."""
    if len(value) > _LONGEST or not value.isprintable():
        return ""
    made, end = "", 0
    for found in _VARYING.finditer(value):
        made += literal(value[end : found.start()])
        if found.lastgroup in _ANY:
            made += _ANY[found.lastgroup]
        else:
            made += found[0] if len(found[0]) < _SHORT_NUMBER else "[0-9]+"
        end = found.end()
    return made + literal(value[end:])


def literal(text: str) -> str:
    """A pattern (ERE) of this text alone."""
    return re.sub(r"[.\[\]\\()*+?{}|^$]", r"\\\g<0>", text)
