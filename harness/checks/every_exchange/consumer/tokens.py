"""The bearer token of every request to a provider (SEC-01 to SEC-17)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from uec_booking.standard import editions, names

from ....consumer.requests import Interaction, ProviderCall
from ....http.urls import split
from ....judging.observations import Observation
from ....settings.consumer import ConsumerUnderTest
from ....text import in_words
from .observer import Observer

#: The clauses that this module decides, for the catalogue.
DECIDES: frozenset[str] = frozenset(
    {"SEC-01", "SEC-02", "SEC-03", "SEC-04", "SEC-05", "SEC-06", "SEC-07", "SEC-08", "SEC-09", "SEC-10", "SEC-11"}
    | {"SEC-12", "SEC-13", "SEC-14", "SEC-15", "SEC-16", "SEC-17"}
)

_CLAIMS = (
    *("iss", "sub", "aud", "exp", "iat", "reason_for_request", "requested_scope"),
    *("requesting_device", "requesting_organization"),
)
#: Seconds by which the clocks of consumer and harness may differ.
_DRIFT = 60
#: Seconds within which two tokens may be the same though each was made anew: their times are whole seconds. What is
#: wrong with the second one is then told of its claims.
_MADE_ALIKE = 1.5


def _scopes(asked: Interaction, edition: str) -> tuple[str, ...]:
    """The scopes that a request may have. Of an appointment search no document says one (CF-52)."""
    if asked in (Interaction.METADATA, Interaction.SLOTS):
        return (names.SCOPE_SLOT_READ,)
    if asked is Interaction.READ and editions.in_range(edition, "0.2.0+"):
        return (names.SCOPE_APPOINTMENT_READ,)
    if asked is Interaction.SEARCH:
        return ()
    return (names.SCOPE_APPOINTMENT_WRITE,)


class Tokens:
    """Looks at the tokens of one scenario, in the order of its requests."""

    def __init__(self, consumer: ConsumerUnderTest, edition: str, roots: Collection[str] = ()) -> None:
        """``roots`` are the service roots of all providers."""
        self._consumer = consumer
        self._edition = edition
        self._roots = roots
        #: Where each token was first used, for what, and when.
        self._uses: dict[str, tuple[str, tuple[str, ...], float]] = {}

    def check(self, call: ProviderCall) -> Iterator[Observation]:
        """What the Authorization header of one request shows. Of a token that cannot be read nothing more is told."""
        see, token = Observer(call), call.exchange.extra.get("authorization") or {}
        one = token.get("count") == 1 and bool(token.get("bearer"))
        actual = "none" if not token.get("count") else f"{token['count']}, in another form"
        expected = 'one Authorization header, "Bearer" and a token'
        if one and token.get("scheme", "Bearer") != "Bearer":
            # The test tool wants these letters; to RFC 7235 their case is the same (CF-68).
            yield see.warned("SEC-01", expected, f"the scheme {token['scheme']}", "Authorization")
        else:
            yield see.met("SEC-01", one, expected, actual, "Authorization")
        if not one:
            return
        formed = token["segments"] == 3 and token["base64url"] and not token["signed"]
        shown = (
            f"{token['segments']} parts" if token["segments"] != 3 else "a signature" if token["signed"] else "padding"
        )
        yield see.met("SEC-02", formed, "header, claims and an empty signature, unpadded base64url", shown, "token")
        head, claims = token.get("header"), token.get("claims")
        if not formed and claims is None:
            return
        right = isinstance(head, Mapping) and head.get("alg") == "none" and head.get("typ") == "JWT"
        yield see.met("SEC-03", right, '{"alg": "none", "typ": "JWT"}', in_words(head), "token header")
        if not isinstance(claims, Mapping):
            yield see.met("SEC-04", False, f"claims {', '.join(_CLAIMS)}", "claims that are no JSON object", "token")
            return
        yield from self._claims(see, call, claims, str(token["fingerprint"]))

    def _claims(
        self, see: Observer, call: ProviderCall, claims: Mapping[str, Any], fingerprint: str
    ) -> Iterator[Observation]:
        lacking = [name for name in _CLAIMS if claims.get(name) in (None, "", {}, [])]
        actual = f"without {', '.join(lacking)}"
        yield see.met("SEC-04", not lacking, f"claims {', '.join(_CLAIMS)}", actual, "token claims")
        if "iss" not in lacking:
            pieces = split(str(claims["iss"]))
            absolute = pieces.scheme in ("http", "https") and bool(pieces.netloc)
            yield see.met("SEC-05", absolute, "an absolute URL", in_words(claims["iss"]), "iss")
        if "reason_for_request" not in lacking:
            reason = claims["reason_for_request"]
            yield see.met("SEC-10", reason == names.REASON_FOR_REQUEST, "directcare", in_words(reason), "claim")
        yield from self._times(see, call, claims)
        yield from self._use(see, call, claims, fingerprint)
        yield from _device(see, claims.get("requesting_device"))
        yield from self._organisation(see, call, claims.get("requesting_organization"))
        yield from self._practitioner(see, claims)

    def _times(self, see: Observer, call: ProviderCall, claims: Mapping[str, Any]) -> Iterator[Observation]:
        issued, expires = claims.get("iat"), claims.get("exp")
        if issued is None or expires is None:
            return
        whole = type(issued) is int and type(expires) is int
        right = whole and expires - issued == names.TOKEN_LIFETIME_SECONDS
        shown = f"iat {in_words(issued)}, exp {in_words(expires)}"
        yield see.met("SEC-08", right, "whole seconds, exp 300 after iat", shown, "iat, exp")
        if not whole:
            return
        arrived = _arrived(call)
        early = int(issued - arrived)
        if right and early > _DRIFT:
            # Read as seconds since the epoch in UTC, which they are then not.
            yield see.met("SEC-08", False, "seconds in UTC", f"iat lies {early} s in the future", "iat")
            return
        late = int(arrived - expires)
        yield see.met("SEC-09", late <= _DRIFT, "a token that has not expired", f"expired {late} s before", "exp")

    def _use(
        self, see: Observer, call: ProviderCall, claims: Mapping[str, Any], fingerprint: str
    ) -> Iterator[Observation]:
        asked = call.interaction
        if asked is None or not call.root:
            return
        scopes = _scopes(asked, self._edition)
        arrived = _arrived(call)
        root, allowed, first = self._uses.setdefault(fingerprint, (call.root, scopes, arrived))
        other = root != call.root or (scopes and allowed and not set(scopes) & set(allowed))
        if other and arrived - first > _MADE_ALIKE:
            # One cause: that the token is not for this use is not told again of each claim.
            what = "another provider" if root != call.root else f"the scope {', '.join(allowed)}"
            yield see.met("SEC-09", False, "a token made for this use", f"the token made for {what}", "token")
            return
        audience = claims.get("aud")
        if isinstance(audience, str) and audience != call.root and audience in self._roots:
            # That of a provider asked in another scenario, most likely.
            yield see.met("SEC-09", False, f"a token made for {call.root}", f"one made for {audience}", "aud")
        elif audience not in (None, ""):
            yield see.met(
                "SEC-07",
                audience == call.root,
                f"{call.root}, as the Spine Directory has it",
                in_words(audience),
                "aud",
            )
        scope = claims.get("requested_scope")
        if scope in (None, ""):
            return
        if asked is Interaction.READ and isinstance(scope, str):
            # Documents differ on it (CF-68).
            yield see.value("SEC-11", "read-scope", scope, in_words(scope), "requested_scope")
        elif scopes:
            yield see.met("SEC-11", scope in scopes, " or ".join(scopes), in_words(scope), "requested_scope")

    def _organisation(self, see: Observer, call: ProviderCall, organisation: object) -> Iterator[Observation]:
        if not isinstance(organisation, Mapping) or not organisation:
            return
        service = self._consumer.service_111(str(call.exchange.extra.get("service_111", "first")))
        codes = [
            one.get("value")
            for one in _objects(organisation.get("identifier"))
            if one.get("system") == names.ODS_ORGANISATION_SYSTEM
        ]
        right = (
            organisation.get("resourceType") == "Organization"
            and bool(organisation.get("name"))
            and len(codes) == 1
            and bool(codes[0])
        )
        expected, where = "an Organization with a name and its ODS code", "requesting_organization"
        yield see.met("SEC-13", right, expected, in_words(dict(organisation)), where)
        if right and service is not None:
            own = codes[0] == service.ods
            yield see.met("SEC-14", own, f"the 111 service that calls, {service.ods}", in_words(codes[0]), where)

    def _practitioner(self, see: Observer, claims: Mapping[str, Any]) -> Iterator[Observation]:
        found = claims.get("requesting_practitioner")
        if found in (None, {}):
            yield see.told("SEC-15", "whether the user is named", "not named", "requesting_practitioner")
            return
        person: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        if claims.get("sub") and person.get("id"):
            # Where one of the two is not there, that is told of it alone (SEC-04, SEC-16).
            same = claims["sub"] == person["id"]
            shown = f"sub {in_words(claims['sub'])}, id {in_words(person['id'])}"
            yield see.met("SEC-06", same, "sub is the id of the practitioner", shown, "sub")
        names_ = _objects(person.get("name"))
        named = bool(names_) and bool(names_[0].get("family")) and bool(names_[0].get("given"))
        whole = person.get("resourceType") == "Practitioner" and bool(person.get("id")) and named
        yield see.met("SEC-16", whole, "a Practitioner with id, family and given name", in_words(dict(person)), "claim")
        systems = {one.get("system") for one in _objects(person.get("identifier")) if one.get("value")}
        national = {names.SDS_USER_SYSTEM, names.SDS_ROLE_PROFILE_SYSTEM}
        three = national <= systems and bool(systems - national - {None})
        expected = "sds-user-id, sds-role-profile-id and a local identifier"
        yield see.met("SEC-17", three, expected, in_words(sorted(map(str, systems))), "requesting_practitioner")


def _arrived(call: ProviderCall) -> float:
    return datetime.fromisoformat(call.exchange.started).timestamp()


def _device(see: Observer, device: object) -> Iterator[Observation]:
    if not isinstance(device, Mapping) or not device:
        return
    identifiers = _objects(device.get("identifier"))
    right = (
        device.get("resourceType") == "Device"
        and bool(identifiers)
        and bool(identifiers[0].get("system") and identifiers[0].get("value"))
        and bool(device.get("model") and device.get("version"))
    )
    expected = "a Device with identifier (system and value), model and version"
    yield see.met("SEC-12", right, expected, in_words(dict(device)), "requesting_device")


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
