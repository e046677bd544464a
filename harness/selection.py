"""The one small language of ``--only``, ``--defects`` and the like.

Words match tags, requirement ids (``PRV-BOOK-10``, ``PRV-BOOK-*``), SCAL ids, feature
or defect names, in any case and as a part of the name; ``and``, ``or``, ``not`` and
parentheses combine them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from .errors import SettingsError

_REQUIREMENT = re.compile(r"^[A-Z]{2,4}(-[A-Z]{2,5})?-\d{2}$")
_TOKEN = re.compile(r'\(|\)|"[^"]*"|[^\s()]+')


def is_requirement_id(tag: str) -> bool:
    """Whether a tag is shaped like the id of a requirement (``PRV-BOOK-10``, ``WKF-09``)."""
    return bool(_REQUIREMENT.match(tag))


def selects(expression: str, words: Iterable[str]) -> bool:
    """Whether something with these names is selected.

    Raises:
        SettingsError: the expression cannot be read.
    """
    return _Parser(expression, [word.lower() for word in words]).value()


class _Parser:
    def __init__(self, expression: str, words: list[str]) -> None:
        self._expression = expression
        self._tokens = _TOKEN.findall(expression)
        self._words = words

    def value(self) -> bool:
        found = self._or()
        if self._tokens:
            raise self._wrong(f"{self._tokens[0]!r} is one too many")
        return found

    def _or(self) -> bool:
        found = self._and()
        while self._take("or"):
            found = self._and() or found
        return found

    def _and(self) -> bool:
        found = self._not()
        while self._take("and"):
            found = self._not() and found
        return found

    def _not(self) -> bool:
        if self._take("not"):
            return not self._not()
        if self._take("("):
            found = self._or()
            if not self._take(")"):
                raise self._wrong("a closing parenthesis is missing")
            return found
        if not self._tokens or self._tokens[0].lower() in ("and", "or", ")"):
            raise self._wrong("a word is missing")
        return self._matches(self._tokens.pop(0).strip('"').lower())

    def _matches(self, word: str) -> bool:
        if "*" in word or "?" in word:
            return any(fnmatchcase(name, word) for name in self._words)
        if is_requirement_id(word.upper()):
            return word in self._words
        return any(word in name for name in self._words)

    def _take(self, token: str) -> bool:
        if self._tokens and self._tokens[0].lower() == token:
            self._tokens.pop(0)
            return True
        return False

    def _wrong(self, what: str) -> SettingsError:
        return SettingsError(
            f"The expression {self._expression!r} cannot be read: {what}. Write words, combined with "
            "and, or, not and parentheses, for instance: PRV-BOOK-* and not concurrency."
        )
