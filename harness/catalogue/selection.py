"""The one small language of ``--only``, ``--defects`` and the like.

Words match tags, requirement ids (``PRV-BOOK-10``, ``PRV-BOOK-*``), SCAL ids, feature
or defect names, in any case and as a part of the name; ``and``, ``or``, ``not`` and
parentheses combine them; a name of several words stands in double quotation marks, or is the whole expression.
``sample:N`` takes N of what the rest selects, at random but alike each time.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import TypeVar

from ..errors import SettingsError
from ..text import one_line

_REQUIREMENT = re.compile(r"[A-Z]{2,4}(-[A-Z]{2,5})?-[0-9]{2}")
#: Items of the assurance scripts: P3 is not P31.
_SCAL = re.compile(r"[pc][0-9]{1,2}")
_SAMPLE = re.compile(r"sample:([0-9]+)")
_TOKEN = re.compile(r'\(|\)|"[^"]*"|[^\s()]+')
#: Levels of parentheses and of "not": more than a person writes, and few enough for Python's own stack.
_DEEPEST = 50

_Item = TypeVar("_Item")


def is_requirement_id(tag: str) -> bool:
    """Whether a tag is shaped like the id of a requirement (``PRV-BOOK-10``, ``WKF-09``)."""
    return bool(_REQUIREMENT.fullmatch(tag))


def names(expression: str, words: Iterable[str]) -> bool:
    """Whether the expression, of several words, is one of these names as it stands: the title of a scenario, say."""
    name = " ".join(expression.lower().split())
    return " " in name and name in (word.lower() for word in words)


def selects(expression: str, words: Iterable[str]) -> bool:
    """Whether something with these names is selected.

    Raises:
        SettingsError: the expression cannot be read.
    """
    return _Parser(expression, [word.lower() for word in words]).value()


def chosen(
    expression: str, items: Sequence[_Item], words: Callable[[_Item], Iterable[str]], seed: int = 0
) -> list[_Item]:
    """The items that are selected, in their order; ``sample:N`` draws by ``seed``.

    An expression that is one of the names as it stands, the title of a scenario say, selects what is called so.

    Raises:
        SettingsError: the expression cannot be read.
    """
    if named := [item for item in items if names(expression, words(item))]:
        return named
    found = [item for item in items if selects(expression, words(item))]
    sizes = [int(match[1]) for token in _TOKEN.findall(expression) if (match := _SAMPLE.fullmatch(token))]
    if not sizes or min(sizes) >= len(found):
        return found
    places = sorted(random.Random(seed).sample(range(len(found)), min(sizes)))
    return [found[place] for place in places]


class _Parser:
    def __init__(self, expression: str, words: list[str]) -> None:
        self._expression = expression
        self._tokens = _TOKEN.findall(expression)
        self._words = words
        self._depth = 0

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
            with self._deeper():
                return not self._not()
        if self._take("("):
            with self._deeper():
                found = self._or()
            if not self._take(")"):
                raise self._wrong("a closing parenthesis is missing")
            return found
        if not self._tokens or self._tokens[0].lower() in ("and", "or", ")"):
            raise self._wrong("a word is missing")
        token = self._tokens.pop(0)
        word = token.strip('"').lower()
        if not word.strip():
            # It would be a part of every name.
            raise self._wrong(f"there is nothing between the quotation marks of {token!r}")
        return self._matches(word)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong("nested too deeply")
        yield
        self._depth -= 1

    def _matches(self, word: str) -> bool:
        if _SAMPLE.fullmatch(word):
            return True
        if "*" in word or "?" in word:
            return any(fnmatchcase(name, word) for name in self._words)
        if is_requirement_id(word.upper()) or _SCAL.fullmatch(word):
            return word in self._words
        return any(word in name for name in self._words)

    def _take(self, token: str) -> bool:
        if self._tokens and self._tokens[0].lower() == token:
            self._tokens.pop(0)
            return True
        return False

    def _wrong(self, what: str) -> SettingsError:
        return SettingsError(
            f"The expression {one_line(self._expression, 120)!r} cannot be read: {what}. Write words, combined with "
            "and, or, not and parentheses, for instance: PRV-BOOK-* and not concurrency. A name of several words "
            "stands in double quotation marks."
        )
