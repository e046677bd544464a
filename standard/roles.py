"""The roles of the standard, as data: nowhere else is the name of a role or of a part compared.

A *part* is a system that the settings name; it is played in a role. A requirement binds one role, or ``ANY``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: The role of a requirement that binds everybody who exchanges bookings.
ANY = "any"


@dataclass(frozen=True, slots=True)
class Role:
    """What a role is called, which parts it has, what watches it, and what sets it apart from the others."""

    name: str
    plural: str
    #: The parts of the settings that are played in it; the first is the one that a whole run tests.
    parts: tuple[str, ...] = ()
    #: The key of its settings that puts a recording proxy before it, where it is called by others than us.
    proxy: str = ""
    #: The capability that has to be claimed for its stories to run; empty: they always run.
    capability: str = ""
    #: Whether what is sent to it may go through the Spine Secure Proxy and carries the proxy's headers.
    behind_ssp: bool = False
    #: Whether it has services with slots. One without holds entries that tell of the appointments of others.
    offers_slots: bool = False
    #: Whether it may have a service of its own that gives tokens.
    own_tokens: bool = False
    #: Whether it asks and is not asked: what it sends is looked at, where of others it is what they answer.
    asks: bool = False
    #: Where it is asked first, to see that it answers at all.
    first_path: str = ""

    @property
    def main(self) -> str:
        """The part that is meant where only one can be."""
        return self.parts[0]

    @property
    def exchanges_bookings(self) -> bool:
        """Whether it books or is booked at; a registry only hears of it."""
        return self.asks or self.offers_slots

    def is_bound_by(self, role: str) -> bool:
        """Whether a requirement that names ``role`` binds this one."""
        return role in (self.name, ANY)


PROVIDER = Role(
    name="provider",
    plural="providers",
    parts=("provider", "second_provider"),
    behind_ssp=True,
    offers_slots=True,
    first_path="/metadata",
)
#: It has no address, so it is no part of the settings: it is given its tasks through a door of its own.
CONSUMER = Role(name="consumer", plural="consumers", asks=True)
REGISTRY = Role(
    name="registry",
    plural="registries",
    parts=("registry",),
    proxy="tap",
    capability="registry",
    own_tokens=True,
    first_path="/Appointment",
)

#: Every role by its name, in the order in which they are told.
ROLES: Mapping[str, Role] = {role.name: role for role in (PROVIDER, CONSUMER, REGISTRY)}
#: The parts that settings can name, and the role that each is played and judged in.
PARTS: Mapping[str, str] = {part: role.name for role in ROLES.values() for part in role.parts}
#: What a requirement can name, and who that is in words.
BOUND: Mapping[str, str] = {**{role.name: role.plural for role in ROLES.values()}, ANY: "consumers and providers"}
