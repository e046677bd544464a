"""The settings of a run: which systems, at which addresses, with which identities.

``load`` reads them. Parts that are not named there are played by the bundled world
(``with_bundled``) and are then not under test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from uec_booking.standard import editions, roles

from .consumer import CONSUMER, ConsumerUnderTest, Surroundings

#: The ``source`` of settings that came from no file.
COMMAND_LINE = "the command line"
#: The ``source`` of settings that came from environment variables alone.
ENVIRONMENT = "the environment"

#: Keys whose values are shown nowhere.
SECRETS = ("client_key_password", "client_secret", "password", "token")

#: Optional capabilities that a system can claim (``capabilities = [...]``), and what they mean.
CAPABILITIES: Mapping[str, str] = {
    "registry": "providers tell the Appointment Registry of bookings and cancellations, and consumers search it",
    "appointment-search": "the provider can be searched for a patient's appointments",
    "xml": "the provider reads and writes XML as well as JSON",
}

#: The purposes for which a provider's service ids are asked.
SERVICE_PURPOSES: Mapping[str, str] = {
    "within_2_hours": "has free slots that start within the next 2 hours",
    "later": "has free slots that start from 6 hours on",
    "none": "is known and never has slots",
}


@dataclass(frozen=True)
class Tls:
    """``ca``: a file of trusted authorities (empty: the usual ones). The others: for mutual TLS, and ``proxy``.

    ``proxy`` is the HTTP proxy on the way, as an address with its user and password; empty: there is none.
    """

    ca: str = ""
    client_certificate: str = ""
    client_key: str = ""
    client_key_password: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)


@dataclass(frozen=True)
class Limits:
    """Seconds, but ``body_bytes``. ``registry_seconds``: how soon an entry must be in the registry."""

    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    total_seconds: float = 30.0
    body_bytes: int = 5_000_000
    registry_seconds: float = 10.0


#: What users under load do, of which the times are measured.
INTERACTIONS = ("search", "book", "read", "cancel")


@dataclass(frozen=True)
class Load:
    """What ``uec-booking load`` may do, and the times that were agreed.

    ``targets``: seconds by interaction, within which 95 of 100 are to be answered.
    """

    most_bookings: int = 100
    targets: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Exploring:
    """The random sequences at the end of a run: how many ``requests`` to each system (0: none), drawn from ``seed``."""

    requests: int = 60
    seed: int = 1


@dataclass(frozen=True)
class Control:
    """The control interface of a system, if it offers the one that the bundled simulator has."""

    url: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class TapPlace:
    """Where the recording proxy before the registry listens: ``scheme://host:port``, port 0 for any.

    Without a ``certificate`` and its ``key`` it makes a throw-away one, and writes the authority to trust
    to the file ``authority``. ``record`` is the folder of what it saw, while it runs.
    """

    listen: str
    certificate: str = ""
    key: str = ""
    authority: str = ""
    record: str = ""


@dataclass(frozen=True)
class OAuth:
    """How tokens of a registry's own service are had; without ``scope`` it is the audience and ``/.default``."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""


@dataclass(frozen=True)
class Organisation:
    """An organisation that the harness plays: ``asid`` is that of its consumer system."""

    key: str
    name: str
    ods: str
    asid: str


@dataclass(frozen=True)
class DeclaredPatient:
    """A test patient of the environment. ``birth_date`` is YYYY-MM-DD."""

    nhs_number: str
    family: str
    given: str
    gender: str
    birth_date: str
    postcode: str = "LS1 4AP"


@dataclass(frozen=True)
class Part:
    """A system that the run talks to. ``key``: provider, second_provider or registry.

    ``audience`` is the service root that tokens are made out to; requests go to
    ``base_url``, through the Spine Secure Proxy at ``ssp_url`` when there is one.
    ``bundled``: the bundled world plays it, and takes with it what was booked there.
    """

    key: str
    role: str
    name: str
    base_url: str
    audience: str
    asid: str = ""
    ssp_url: str = ""
    services: Mapping[str, str] = field(default_factory=dict)
    tls: Tls = Tls()
    control: Control | None = None
    token: str = field(default="", repr=False)
    under_test: bool = True
    bundled: bool = False
    oauth: OAuth | None = None
    #: What it is, in the words of those who run it: told in the reports, never judged.
    software: str = ""
    version: str = ""

    @property
    def as_role(self) -> roles.Role:
        """What sets its role apart from the others."""
        return roles.ROLES[self.role]

    def service(self, purpose: str) -> str:
        """The id of the service for a purpose, or else of another one that has slots; empty where none is named."""
        with_slots = [value for name, value in self.services.items() if name != "none"]
        return self.services.get(purpose) or next(iter(with_slots), "")

    def url(self, path: str) -> str:
        """The full request URL of ``path`` under the base, through the proxy if there is one."""
        return self.through(self.base_url + path)

    def through(self, direct: str) -> str:
        """An absolute URL of this system as it is asked for: through the proxy if there is one."""
        return f"{self.ssp_url.rstrip('/')}/{direct}" if self.ssp_url else direct


#: The parts that settings can name, and the role that each is judged in.
ROLES: Mapping[str, str] = roles.PARTS

DEFAULT_ORGANISATIONS: Mapping[str, Organisation] = {
    "first_111": Organisation("first_111", "First 111 Service (synthetic)", "X26A1", "999000000001"),
    "second_111": Organisation("second_111", "Second 111 Service (synthetic)", "X26B2", "999000000002"),
    "other": Organisation("other", "Other Urgent Care Organisation (synthetic)", "X26C3", "999000000003"),
}


@dataclass(frozen=True)
class Settings:
    """All of a run's settings. ``source`` is the file they came from, for messages."""

    parts: Mapping[str, Part]
    edition: str = editions.DEFAULT
    reading: str = ""
    capabilities: tuple[str, ...] = ()
    organisations: Mapping[str, Organisation] = field(default_factory=lambda: dict(DEFAULT_ORGANISATIONS))
    patients: tuple[DeclaredPatient, ...] = ()
    limits: Limits = Limits()
    load: Load = Load()
    exploring: Exploring = Exploring()
    source: str = COMMAND_LINE
    tap: TapPlace | None = None
    #: The consumer under test, and, while the run goes on, what it meets.
    consumer: ConsumerUnderTest | None = None
    surroundings: Surroundings | None = None
    #: Who had the run made: told in the reports.
    operator: str = ""
    #: The options that named the systems, as they were given: what a rerun has to say again.
    options: tuple[str, ...] = ()
    #: The settings that came from the environment, and the name of the variable of each.
    variables: Mapping[str, str] = field(default_factory=dict)

    def part(self, key: str) -> Part:
        return self.parts[key]

    def place(self, key: str) -> str:
        """Where a setting stands, for messages: ``provider.base_url in my-system.toml``."""
        if key in self.variables:
            return f"the environment variable {self.variables[key]}"
        if self.source == COMMAND_LINE:
            options = {"provider.base_url": "--provider", "registry.base_url": "--registry", "tls.ca": "--ca"}
            option = options.get(key)
            return option or ("--service" if ".services" in key else f"{key} in a settings file")
        return f"{key} in {self.source}"

    def under_test(self) -> list[Part]:
        return [part for part in self.parts.values() if part.under_test]

    def systems_under_test(self) -> dict[str, str]:
        """The role of each system under test, by its key."""
        parts = {part.key: part.role for part in self.under_test()}
        return {**parts, CONSUMER: CONSUMER} if self.consumer else parts

    def missing_parts(self) -> list[str]:
        return [key for key in ROLES if key not in self.parts]

    def with_bundled(self, bundled: Settings) -> Settings:
        """These settings, with the parts they do not name played by the bundled world, not under test."""
        borrowed = {key: replace(bundled.parts[key], under_test=False) for key in self.missing_parts()}
        parts = {key: {**self.parts, **borrowed}[key] for key in ROLES}
        return replace(self, parts=parts)

    def public(self) -> dict[str, Any]:
        """The settings as reports may show them: no secret, no file of keys."""
        return {
            "source": self.source,
            "options": list(self.options),
            "operator": self.operator,
            "capabilities": list(self.capabilities),
            "limits": asdict(self.limits),
            "exploring": asdict(self.exploring),
            "organisations": {
                key: {"name": o.name, "ods": o.ods, "asid": o.asid} for key, o in self.organisations.items()
            },
            "declared_patients": len(self.patients),
            "tap": self.tap.listen if self.tap else "",
            "consumer": self.consumer.public() if self.consumer else None,
            "parts": {
                part.key: {
                    "name": part.name,
                    "base_url": part.base_url,
                    "audience": part.audience,
                    "asid": part.asid,
                    "ssp_url": part.ssp_url,
                    "services": dict(part.services),
                    "under_test": part.under_test,
                    "software": part.software,
                    "version": part.version,
                    "mutual_tls": bool(part.tls.client_certificate),
                    "control": bool(part.control),
                }
                for part in self.parts.values()
            },
        }

    def to_json(self) -> dict[str, Any]:
        """Everything, secrets too: only to be handed to our own worker processes."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Settings:
        def part(values: Mapping[str, Any]) -> Part:
            control, oauth = values["control"], values["oauth"]
            return Part(
                **{
                    **values,
                    "tls": Tls(**values["tls"]),
                    "control": Control(**control) if control else None,
                    "oauth": OAuth(**oauth) if oauth else None,
                }
            )

        return cls(
            **{
                **data,
                "parts": {key: part(values) for key, values in data["parts"].items()},
                "capabilities": tuple(data["capabilities"]),
                "options": tuple(data["options"]),
                "organisations": {key: Organisation(**o) for key, o in data["organisations"].items()},
                "patients": tuple(DeclaredPatient(**p) for p in data["patients"]),
                "limits": Limits(**data["limits"]),
                "load": Load(**data["load"]),
                "exploring": Exploring(**data["exploring"]),
                "tap": TapPlace(**data["tap"]) if data["tap"] else None,
                "consumer": ConsumerUnderTest.from_json(data["consumer"]) if data["consumer"] else None,
                "surroundings": Surroundings.from_json(data["surroundings"]) if data["surroundings"] else None,
            }
        )
