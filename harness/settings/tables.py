"""The tables of a settings file. Values are of the types that are named, and no key is one that is not named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator, model_validator
from uec_booking.standard import editions

from .model import DEFAULT_ORGANISATIONS, INTERACTIONS, SERVICE_PURPOSES, Load
from .slips import in_an_nhs_number
from .values import (
    Address,
    Capabilities,
    Filled,
    LeftOutIfEmpty,
    MayAddress,
    MayFile,
    MaySend,
    Sendable,
    ServiceRoot,
    Wrong,
    beside_settings,
    file_that_is_there,
    known_keys,
    number_up_to,
    one_of,
    only,
    place_to_listen,
    proxy_place,
    whole_number_up_to,
)


class _Table(BaseModel, strict=True, frozen=True):
    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, data: Any) -> Any:
        return known_keys(data, cls.model_fields, _table_with)


def _table_with(key: str) -> str:
    """Where a key belongs that stands in the wrong table: in those that have it."""
    tables: dict[str, type[_Table]] = {
        "[tls]": TlsTable,
        "[proxy]": ProxyTable,
        "[limits]": LimitsTable,
        "[load]": LoadTable,
        "[exploring]": ExploringTable,
        "[provider]": PartTable,
        "[registry]": RegistryTable,
        "[registry.oauth]": OAuthTable,
        "[consumer]": ConsumerTable,
        "[[patients]]": PatientTable,
    }
    having = [name for name, table in tables.items() if key in table.model_fields]
    if key in ("edition", "reading", "operator", "capabilities"):
        return "It belongs at the top of the file, before the first [table]. "
    return f"It belongs below {' or '.join(having)}. " if having else ""


class TlsTable(_Table):
    """``[tls]``."""

    ca: MayFile = ""
    client_certificate: MayFile = ""
    client_key: MayFile = ""
    client_key_password: str = Field(default="", repr=False)

    @model_validator(mode="after")
    def _certificate_and_key(self) -> TlsTable:
        certificate, key = self.client_certificate, self.client_key
        if key and not certificate:
            raise Wrong(
                "client_key is named without client_certificate.",
                "Name the certificate that the key belongs to as client_certificate.",
                below=".client_key",
            )
        # One file may hold both.
        if certificate and not key and b"PRIVATE KEY-----" not in Path(certificate).read_bytes():
            raise Wrong(
                "client_certificate is named without client_key, and its file holds no key.",
                "Name the file of its key as client_key.",
                below=".client_certificate",
            )
        return self


class ProxyTable(_Table):
    """``[proxy]``."""

    url: Annotated[str, AfterValidator(proxy_place)]
    user: str = ""
    password: str = Field(default="", repr=False)


class ControlTable(_Table):
    """``[control]``."""

    url: Address
    token: MaySend = Field(default="", repr=False)


class OAuthTable(_Table):
    """``[registry.oauth]``."""

    token_url: Address
    client_id: Filled
    client_secret: Filled = Field(repr=False)
    scope: str = ""


class PartTable(_Table):
    """``[provider]`` and ``[second_provider]``. What is None takes its value from the others."""

    name: str | None = None
    software: str = ""
    version: str = ""
    base_url: ServiceRoot
    audience: MayAddress | None = None
    asid: Sendable = "918999198999"
    ssp_url: MayAddress = ""
    services: Annotated[dict[str, Filled], only(SERVICE_PURPOSES)] = {}
    token: MaySend = Field(default="", repr=False)


class RegistryTable(PartTable):
    """``[registry]``, with where the recording proxy before it listens: ``tap`` is a whole address here."""

    tap: str = ""
    tap_certificate: str = ""
    tap_key: str = ""
    tap_authority: Annotated[str, AfterValidator(beside_settings)] = Field(default="tap-ca.pem", validate_default=True)
    oauth: Annotated[OAuthTable | None, LeftOutIfEmpty] = None

    @field_validator("tap")
    @classmethod
    def _listens(cls, value: str, info: ValidationInfo) -> str:
        scheme = str(info.data.get("base_url", "https")).partition(":")[0]
        return place_to_listen(value, scheme) if value else ""

    @field_validator("tap_certificate", "tap_key")
    @classmethod
    def _is_there(cls, value: str, info: ValidationInfo) -> str:
        """Looked for only where the proxy is to listen."""
        return file_that_is_there(value, info) if info.data.get("tap") else value


class OrganisationTable(_Table):
    """``[organisations.NAME]``. What is not written is that of the default organisation."""

    name: str = ""
    ods: Sendable = ""
    asid: Sendable = ""


def _nhs_number(value: str) -> str:
    if fault := in_an_nhs_number(value):
        raise Wrong(fault, "Correct it; it is written without blanks.")
    return value


class PatientTable(_Table):
    """``[[patients]]``."""

    nhs_number: Annotated[Filled, AfterValidator(_nhs_number)]
    family: Filled
    given: Filled
    gender: Filled
    birth_date: Filled
    postcode: str = "LS1 4AP"


def _each_patient_once(patients: list[PatientTable]) -> list[PatientTable]:
    first: dict[str, int] = {}
    for index, patient in enumerate(patients, start=1):
        if first.setdefault(patient.nhs_number, index) != index:
            raise Wrong(
                f"it is that of patients[{first[patient.nhs_number]}] too.",
                "Declare each patient once, with a number of their own.",
                below=f"[{index}].nhs_number",
            )
    return patients


_Seconds = Annotated[int | float, number_up_to(3600)]


class LimitsTable(_Table):
    """``[limits]``. Only what is written counts; the defaults are those of ``Limits``."""

    connect_seconds: _Seconds = 0
    read_seconds: _Seconds = 0
    total_seconds: _Seconds = 0
    body_bytes: Annotated[int | float, number_up_to(1_000_000_000)] = 0
    registry_seconds: _Seconds = 0


class LoadTable(_Table):
    """``[load]``: for ``uec-booking load`` alone."""

    most_bookings: Annotated[int, number_up_to(1_000_000)] = Load().most_bookings
    targets: Annotated[dict[str, _Seconds], only(INTERACTIONS)] = {}


class ExploringTable(_Table):
    """``[exploring]``: the random sequences at the end of a run."""

    requests: Annotated[int, whole_number_up_to(10_000)] = 60
    seed: Annotated[int, whole_number_up_to(1_000_000_000)] = 1


class Service111Table(_Table):
    """``[consumer.first]`` and ``[consumer.second]``: a 111 service that the consumer under test plays."""

    asid: Sendable
    ods: Sendable


class RegistryClientTable(_Table):
    """``[consumer.registry_client]``: with what the consumer under test asks for tokens of the registry."""

    client_id: Filled
    client_secret: Filled = Field(repr=False)


def _beside_if_named(value: str, info: ValidationInfo) -> str:
    """The file need not be there yet: ``uec-booking record`` writes it."""
    return beside_settings(value, info) if value else ""


class ConsumerTable(_Table):
    """``[consumer]``: a consumer under test, and how it is given its tasks."""

    name: str = "the consumer"
    software: str = ""
    version: str = ""
    command: list[Filled] = []
    keeps_running: bool = False
    webhook: MayAddress = ""
    door: Annotated[str, one_of(("", "attended"))] = ""
    recording: Annotated[str, AfterValidator(_beside_if_named)] = ""
    first: Service111Table
    second: Service111Table | None = None
    seconds: Annotated[int | float, number_up_to(3600)] | None = None
    port: Annotated[int, number_up_to(65_532)] | None = None
    authority: Annotated[str, AfterValidator(beside_settings)] = ""
    mutual_tls: bool = False
    client_ca: MayFile = ""
    ldaps: bool = False
    registry_client: RegistryClientTable | None = None

    @model_validator(mode="after")
    def _one_door(self) -> ConsumerTable:
        doors = sum(map(bool, (self.command, self.webhook, self.door, self.recording)))
        if doors != 1:
            raise Wrong(
                f"a consumer has one door, and {('none is', '', 'two are', 'three are', 'four are')[doors]} named.",
                "Write command, a list of the program that takes its tasks and its arguments, or webhook, the address "
                'to which tasks are posted, or door = "attended", where a person takes the calls, or recording, the '
                "file of what passed between it and providers.",
            )
        return self


class SettingsFile(_Table):
    """All of a settings file. Its context, when it is validated, is the folder that paths are relative to."""

    edition: Annotated[str, one_of(editions.EDITIONS)] = editions.DEFAULT
    reading: Annotated[str, one_of(("", *editions.READINGS))] = ""
    operator: str = ""
    capabilities: Capabilities = ()
    organisations: Annotated[dict[str, OrganisationTable], only(DEFAULT_ORGANISATIONS)] = {}
    patients: Annotated[list[PatientTable], AfterValidator(_each_patient_once)] = []
    tls: TlsTable = TlsTable()
    proxy: Annotated[ProxyTable | None, LeftOutIfEmpty] = None
    limits: LimitsTable = LimitsTable()
    load: LoadTable = LoadTable()
    exploring: ExploringTable = ExploringTable()
    control: Annotated[ControlTable | None, LeftOutIfEmpty] = None
    provider: PartTable | None = None
    second_provider: PartTable | None = None
    registry: RegistryTable | None = None
    consumer: ConsumerTable | None = None
