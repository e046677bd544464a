"""SDS as a consumer looks it up, and the same of Debian's server with the same tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ldap3
import pytest

from .conftest import Found
from .rows import STATES, in_state
from .servers import ldapsearch

BASE = "ou=services, o=nhs"
CARE = "urn:nhs:names:services:careconnect:fhir:rest:"
GP = "urn:nhs:names:services:gpconnect:fhir:rest:"


@contextmanager
def connected(port: int) -> Iterator[ldap3.Connection]:
    """A connection that takes the base of the standard, which has a blank in it, as it is."""
    server = ldap3.Server("127.0.0.1", port, get_info=ldap3.NONE, connect_timeout=10)
    connection = ldap3.Connection(server, check_names=False, auto_bind=True, receive_timeout=10)
    try:
        yield connection
    finally:
        connection.unbind()


def lookup(port: int, wanted: str, *, base: str = BASE, scope: str = ldap3.SUBTREE) -> list[dict[str, list[str]]]:
    """What ldap3 finds: the values of each entry by attribute, in lower case."""
    with connected(port) as connection:
        connection.search(base, wanted, scope, attributes=["*"])
        assert connection.result["description"] == "success", connection.result
        entries = [entry["attributes"] for entry in connection.response if entry["type"] == "searchResEntry"]
    return [{name.lower(): _list(values) for name, values in entry.items()} for entry in entries]


def _list(values: Any) -> list[str]:
    return [str(value) for value in (values if isinstance(values, list) else [values])]


def two_lookups(port: int, asid: str) -> tuple[list[dict[str, list[str]]], list[dict[str, list[str]]]]:
    """The nhsAS of an ASID, and the nhsMHS of its party key."""
    systems = lookup(port, f"(uniqueIdentifier={asid})")
    if not systems:
        return systems, []
    key = systems[0]["nhsmhspartykey"][0]
    return systems, lookup(port, f"(&(nhsMhsPartyKey={key})(nhsMhsSvcIA={CARE}read:slot))")


def asid_of(state: str) -> str:
    return str(in_state(state)["asids"][0])


def test_two_lookups_lead_to_the_service_root(found: Found, ldap_port: int) -> None:
    (system,), (endpoint,) = two_lookups(ldap_port, asid_of("found"))
    assert {f"{CARE}read:slot", f"{CARE}search:slot", f"{CARE}create:appointment"} <= set(system["nhsassvcia"])
    assert system["objectclass"] == ["top", "nhsAS"] and endpoint["objectclass"] == ["top", "nhsMHS"]
    assert endpoint["nhsmhsendpoint"] == [f"{found.addresses['root']}{in_state('found')['root']}"]
    assert endpoint["nhsepinteractiontype"] == ["FHIR"]
    assert endpoint["nhsmhssn"] == ["urn:nhs:names:services:careconnect"]
    assert endpoint["nhsmhsfqdn"] == ["localhost"]


@pytest.mark.parametrize("state", STATES)
def test_each_state_shows_what_it_is_called(found: Found, ldap_port: int, state: str) -> None:
    systems, endpoints = two_lookups(ldap_port, asid_of(state))
    roots = [one["nhsmhsendpoint"] for one in endpoints if "nhsmhsendpoint" in one]
    root = found.addresses["root"] + in_state(state)["root"]
    interactions = systems[0]["nhsassvcia"] if systems else []
    expected = {
        "found": (1, 1, [[root]]),
        "no-nhsas": (0, 0, []),
        "no-care-connect": (1, 1, [[root]]),
        "gp-connect-too": (1, 1, [[root]]),
        "several-nhsmhs": (1, 2, [[root], [root]]),
        "no-nhsmhs": (1, 0, []),
        "no-endpoint": (1, 1, []),
        "invalid-endpoint": (1, 1, [["not-an-address"]]),
        "slash-at-the-end": (1, 1, [[f"{root}/"]]),
        "unsafe-characters": (1, 1, [[root.replace("%20", " ")]]),
    }
    assert (len(systems), len(endpoints), roots) == expected[state]
    assert any(name.startswith(CARE) for name in interactions) == (state not in ("no-nhsas", "no-care-connect"))
    assert any(name.startswith(GP) for name in interactions) == (state == "gp-connect-too")


def test_an_nhsmhs_without_its_nhsas_is_there_all_the_same(ldap_port: int) -> None:
    name = f"S{asid_of('no-nhsas')}A000001"
    (endpoint,) = lookup(ldap_port, f"(uniqueIdentifier={name})")
    assert endpoint["objectclass"] == ["top", "nhsMHS"]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ("(UNIQUEIDENTIFIER=918999190001)", 1),
        ("(&(objectClass=nhsAS)(uniqueIdentifier=918999190001))", 1),
        ("(&(objectclass=NHSas)(uniqueIdentifier=918999190001))", 1),
        ("(&(objectClass=nhsMhs)(uniqueIdentifier=918999190001))", 0),
        ("(uniqueIdentifier=91899919000*)", 8),
        ("(uniqueIdentifier=9189*1900*1)", 1),
        ("(uniqueIdentifier=*190021)", 0),
        ("(uniqueIdentifier=918999190001*918999190001)", 0),
        ("(&(uniqueIdentifier=918999190*)(nhsAsSvcIA=*gpconnect*))", 1),
        ("(&(objectClass=nhsAS)(!(nhsAsSvcIA=*careconnect*)))", 1),
        ("(|(uniqueIdentifier=918999190001)(uniqueIdentifier=918999190003))", 2),
        ("(&(objectClass=nhsMHS)(!(nhsMHSEndPoint=*)))", 1),
        ("(&(objectClass=nhsMHS)(nhsMHSEndPoint=*urgent  CARE))", 1),
        ("(unheardOf=1)", 0),
        ("(!(unheardOf=1))", 0),
        ("(uniqueIdentifier>=918999190001)", 0),
        ("(uniqueIdentifier=\\2a)", 0),
    ],
)
def test_filters_find_the_same_in_both_servers(ldap_port: int, wanted: str, count: int) -> None:
    assert len(lookup(ldap_port, wanted)) == count


@pytest.mark.parametrize("base", ["ou=services, o=nhs", "ou=services,o=nhs", "OU=Services , O=NHS", "o=nhs"])
def test_blanks_and_case_of_the_base_make_no_difference(ldap_port: int, base: str) -> None:
    assert len(lookup(ldap_port, "(uniqueIdentifier=918999190001)", base=base)) == 1


def test_the_scope_is_heeded(ldap_port: int) -> None:
    everything = "(objectClass=*)"
    assert [entry["ou"] for entry in lookup(ldap_port, everything, scope=ldap3.BASE)] == [["services"]]
    assert [entry["ou"] for entry in lookup(ldap_port, everything, base="o=nhs", scope=ldap3.LEVEL)] == [["services"]]
    assert len(lookup(ldap_port, everything)) > 20


@pytest.mark.parametrize("base", ["ou=people,o=nhs", "o=elsewhere", "uniqueIdentifier=1,ou=services,o=nhs"])
def test_a_base_that_there_is_not_is_said(ldap_port: int, base: str) -> None:
    with connected(ldap_port) as connection:
        assert not connection.search(base, "(objectClass=*)", attributes=["*"])
        assert connection.result["description"] == "noSuchObject"


def test_a_limit_on_the_entries_is_kept(ldap_port: int) -> None:
    with connected(ldap_port) as connection:
        connection.search(BASE, "(objectClass=nhsAS)", attributes=["nhsIDCode"], size_limit=3)
        assert connection.result["description"] == "sizeLimitExceeded"
        assert len(connection.response) == 3


def test_ldapsearch_reads_it(found: Found, ldap_port: int) -> None:
    (system,) = ldapsearch(ldap_port, BASE, "(uniqueIdentifier=918999190001)")
    (key,) = system["nhsmhspartykey"]
    wanted = f"(&(nhsmhspartykey={key})(NHSMHSSVCIA={CARE}create:appointment))"
    (endpoint,) = ldapsearch(ldap_port, BASE, wanted, "NHSMHSENDPOINT")
    assert endpoint["nhsmhsendpoint"] == [f"{found.addresses['root']}{in_state('found')['root']}"]
    assert "objectclass" not in endpoint


def test_only_an_anonymous_bind_is_answered(found: Found) -> None:
    server = ldap3.Server("127.0.0.1", found.sds_port, get_info=ldap3.NONE, connect_timeout=10)
    connection = ldap3.Connection(server, "cn=someone,o=nhs", "secret", receive_timeout=10)
    assert not connection.bind()
    assert connection.result["description"] == "invalidCredentials"
    connection.unbind()


def test_a_client_that_asks_what_the_server_can_do_is_told(found: Found) -> None:
    server = ldap3.Server("127.0.0.1", found.sds_port, get_info=ldap3.ALL, connect_timeout=10)
    connection = ldap3.Connection(server, auto_bind=True, receive_timeout=10)
    connection.unbind()
    assert server.info.naming_contexts == ["o=nhs"]


def test_what_is_asked_is_told_in_order_with_the_rest(found: Found) -> None:
    before = max((entry["number"] for entry in found.received("sds")), default=0)
    lookup(found.sds_port, "(uniqueIdentifier=999000000001)")
    lookup(found.sds_port, "(uniqueIdentifier=918999190001)")
    mine = [one for one in found.received("sds", before) if "999000000001" in one["filter"] or one["found"]]
    first = next(one for one in mine if one["filter"] == "(uniqueIdentifier=999000000001)")
    second = next(one for one in mine if one["number"] > first["number"])
    assert first["method"] == "SEARCH" and first["base"] == BASE and first["scope"] == "sub"
    assert first["url"] == "ldap:///ou=services,%20o=nhs?*?sub?(uniqueIdentifier=999000000001)"
    assert first["status"] == 0 and first["found"] == []
    assert second["found"] == ["uniqueIdentifier=918999190001,ou=services,o=nhs"]
