"""The settings of a consumer under test, and of what it meets during a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from uec_booking.standard import roles

#: The key of the consumer under test in a run, as parts have theirs.
CONSUMER = roles.CONSUMER.name
#: How long a call may take where a person takes it.
ATTENDED_SECONDS = 3600.0


@dataclass(frozen=True)
class Service111:
    """A 111 service as the consumer under test calls for it: the ASID and the ODS code that its requests carry."""

    asid: str
    ods: str


@dataclass(frozen=True)
class Recorded:
    """The recording that a consumer is judged from, and whom the consumer may have called in it.

    ``providers`` maps the service root of each provider to its ASID, empty where that is not known; ``registry`` is
    the base URL of the Appointment Registry, or empty.
    """

    file: str
    providers: Mapping[str, str]
    registry: str = ""


@dataclass(frozen=True)
class ConsumerUnderTest:
    """A consumer system, and the door through which it is given tasks: a command, a webhook or a person.

    With a ``recording`` it is given none, and judged from what passed.

    ``keeps_running``: the command is started once and reads one task a line; otherwise it is started for each task.
    ``first`` and ``second`` are the 111 services that it plays; without a second one, what needs two is not asked.
    ``attended``: a person takes the calls, and tells on a page what the system shows. ``seconds``: how long a task may
    take. ``port``: the first of the three that the world around it listens on, for a consumer that is configured once
    (the page is three above); 0 for any that are free, of which a command is told in its environment.
    ``authority``: the file to which the authorities are written that the consumer has to trust; empty: to none.
    ``mutual_tls``: the Spine Secure Proxy asks for a client certificate, by the world's own authority or by one in the
    file ``client_ca``. ``ldaps``: the Spine Directory speaks LDAP over TLS. ``registry_client``: id and secret with
    which it asks for tokens of the registry, where it is configured once and cannot be told ours.
    """

    name: str
    first: Service111
    second: Service111 | None = None
    command: tuple[str, ...] = ()
    keeps_running: bool = False
    webhook: str = ""
    attended: bool = False
    seconds: float = 60.0
    port: int = 0
    authority: str = ""
    mutual_tls: bool = False
    client_ca: str = ""
    ldaps: bool = False
    registry_client: tuple[str, str] = field(default=("", ""), repr=False)
    software: str = ""
    version: str = ""
    recording: Recorded | None = None

    def service_111(self, which: str) -> Service111 | None:
        """The 111 service called ``first`` or ``second``; None where the consumer plays none of that name."""
        return {"first": self.first, "second": self.second}[which]

    def public(self) -> dict[str, Any]:
        """As reports may show it: no command, which may hold paths and secrets."""
        kinds = {"recording": self.recording, "command": self.command, "page, attended by a person": self.attended}
        door = next((kind for kind, named in kinds.items() if named), "webhook")
        return {
            "name": self.name,
            "software": self.software,
            "version": self.version,
            "asid": self.first.asid,
            "ods": self.first.ods,
            "door": door,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ConsumerUnderTest:
        second, recording = data["second"], data["recording"]
        return cls(
            **{
                **data,
                "first": Service111(**data["first"]),
                "second": Service111(**second) if second else None,
                "command": tuple(data["command"]),
                "registry_client": tuple(data["registry_client"]),
                "recording": Recorded(**recording) if recording else None,
            }
        )


@dataclass(frozen=True)
class Surroundings:
    """What a consumer under test meets, all of it played by us: where it is, and where it is watched.

    ``roots`` maps the id of a service in the Directory of Services to the service root of its provider. ``record`` is
    the folder in which the Spine Secure Proxy keeps what passed.
    """

    dos: str
    sds: str
    ssp: str
    registry: str
    registry_token_url: str
    ca: str
    control: str
    roots: Mapping[str, str]
    record: str
    client_certificate: str = ""
    client_key: str = ""
    control_token: str = field(default="", repr=False)
    registry_client: tuple[str, str] = field(default=("", ""), repr=False)
    #: Of the token, where a proxy before the registry has another address than the registry's own; else empty.
    registry_scope: str = ""

    def environment(self, consumer: ConsumerUnderTest, edition: str) -> dict[str, str]:
        """The addresses as a command is told them, in environment variables."""
        second = consumer.second or Service111("", "")
        return {
            "UEC_BOOKING_DOS_URL": self.dos,
            "UEC_BOOKING_SDS_URL": self.sds,
            "UEC_BOOKING_SSP_URL": self.ssp,
            "UEC_BOOKING_REGISTRY_URL": self.registry,
            "UEC_BOOKING_REGISTRY_TOKEN_URL": self.registry_token_url,
            "UEC_BOOKING_REGISTRY_CLIENT_ID": self.registry_client[0],
            "UEC_BOOKING_REGISTRY_CLIENT_SECRET": self.registry_client[1],
            **({"UEC_BOOKING_REGISTRY_SCOPE": self.registry_scope} if self.registry_scope else {}),
            "UEC_BOOKING_CA": self.ca,
            "UEC_BOOKING_CLIENT_CERTIFICATE": self.client_certificate,
            "UEC_BOOKING_CLIENT_KEY": self.client_key,
            "UEC_BOOKING_ASID": consumer.first.asid,
            "UEC_BOOKING_ODS": consumer.first.ods,
            "UEC_BOOKING_SECOND_ASID": second.asid,
            "UEC_BOOKING_SECOND_ODS": second.ods,
            "UEC_BOOKING_EDITION": edition,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Surroundings:
        return cls(**{**data, "registry_client": tuple(data["registry_client"])})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
