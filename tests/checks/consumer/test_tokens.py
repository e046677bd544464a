"""The token of a consumer: one slip is one failure, and what two documents see otherwise is a warning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from uec_booking.harness.actors.tokens import claims, unsecured
from uec_booking.harness.checks.every_exchange.consumer.tokens import Tokens
from uec_booking.harness.judging.observations import NOT_MET, TOLERATED
from uec_booking.harness.settings.model import Organisation
from uec_booking.standard import editions, names

from .requests import FIRST, NOW, OTHER_ROOT, ROOT, UNDER_TEST, booking, found, search

Change = Callable[[dict[str, Any]], object]
_US = Organisation("first", "First 111 service", FIRST.ods, FIRST.asid)


def _token(change: Change = lambda made: None, scope: str = names.SCOPE_SLOT_READ, audience: str = ROOT) -> str:
    made = claims(_US, audience, scope)
    issued = int(NOW.timestamp()) - 2
    made.update(iat=issued, exp=issued + names.TOKEN_LIFETIME_SECONDS)
    change(made)
    return f"Bearer {unsecured(made)}"


def _tokens() -> Tokens:
    return Tokens(UNDER_TEST, editions.DEFAULT, (ROOT, OTHER_ROOT))


def test_a_good_token_is_right() -> None:
    assert found(_tokens().check(search(_token()))) == {}


@pytest.mark.parametrize(
    ("requirement", "change"),
    [
        ("SEC-04", lambda made: made.pop("sub")),
        ("SEC-06", lambda made: made.update(sub="somebody else")),
        ("SEC-16", lambda made: made["requesting_practitioner"].pop("id")),
        ("SEC-08", lambda made: made.update(iat=made["iat"] + 3600, exp=made["exp"] + 3600)),
        ("SEC-09", lambda made: made.update(iat=made["iat"] - 3600, exp=made["exp"] - 3600)),
        ("SEC-07", lambda made: made.update(aud=f"{ROOT}/")),
        ("SEC-09", lambda made: made.update(aud=OTHER_ROOT)),
        ("SEC-14", lambda made: made["requesting_organization"]["identifier"][0].update(value="X9H01")),
    ],
)
def test_one_slip_is_one_failure(requirement: str, change: Change) -> None:
    assert found(_tokens().check(search(_token(change)))) == {requirement: NOT_MET}


def test_the_scheme_in_small_letters_is_a_warning() -> None:
    assert found(_tokens().check(search(_token().replace("Bearer", "bearer")))) == {"SEC-01": TOLERATED}


def test_two_headers_are_one_too_many() -> None:
    call = search(_token())
    two = booking(f"{_token()}, {_token()}")
    assert found(_tokens().check(call)) == {}
    assert found(_tokens().check(two)) == {"SEC-01": NOT_MET}


def test_a_token_that_is_kept_for_another_scope_is_used_again() -> None:
    """Told of its use, and not of its scope, which was right when it was made."""
    tokens, token = _tokens(), _token()
    assert found(tokens.check(search(token))) == {}
    assert found(tokens.check(booking(token, after=3.0))) == {"SEC-09": NOT_MET}


def test_tokens_made_within_a_second_are_alike() -> None:
    """A token made anew, of the wrong scope, is told of its scope."""
    tokens, token = _tokens(), _token()
    assert found(tokens.check(search(token))) == {}
    assert found(tokens.check(booking(token, after=0.4))) == {"SEC-11": NOT_MET}


def test_a_token_may_be_used_again_for_the_same() -> None:
    tokens, token = _tokens(), _token()
    assert found(tokens.check(search(token))) == {}
    assert found(tokens.check(search(token, after=120.0))) == {}
