"""FHIR out: a provider's resources as dicts (CareConnect profiles, FHIR STU3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uec_booking.standard import names

from .. import fhir_out, terms
from ..clock import epoch_instant
from ..world import Diary, ProviderProfile, Service
from .stored import SlotRow, StoredAppointment

Resource = dict[str, Any]
_SLOT_PROFILE = names.PROFILES["Slot"]


class ProviderResources:
    """Builds the resources of one provider."""

    def __init__(self, provider: ProviderProfile) -> None:
        self.provider = provider

    # Answers about appointments

    def appointment(self, stored: StoredAppointment) -> Resource:
        """A version of an appointment as it is returned."""
        return stored.body

    def cancelled_answer(self, previous: StoredAppointment, cancelled: Resource) -> Resource:
        """The body of the answer to a cancellation: the cancelled version (PRV-CAN-02)."""
        return cancelled

    def version_headers(self, base: str, resource: Resource, stored_at: int) -> dict[str, str]:
        """ETag, Last-Modified and Content-Location of the version returned (CF-23, CF-24)."""
        return fhir_out.version_headers(resource, stored_at, self.location(base, resource))

    def location(self, base: str, resource: Resource) -> str:
        """The absolute, version-specific URL of an appointment (CF-24)."""
        return fhir_out.version_url(base, resource)

    # The slot search

    def slot_bundle(
        self, base: str, self_link: str, slots: list[SlotRow], includes: frozenset[str], service: str
    ) -> Resource:
        """The searchset of the slots found, each included resource once, nothing unrelated.

        `service` is the DoS id that was searched for, or empty.
        """
        entries = [self._entry(base, self.slot(slot), "match") for slot in slots]
        entries += [self._entry(base, other, "include") for other in self.included(slots, includes, service)]
        return self.bundle(self_link, len(slots), entries)

    def bundle(self, self_link: str, total: int, entries: list[Resource]) -> Resource:
        """A searchset."""
        return fhir_out.searchset(self_link, total, entries)

    def appointment_bundle(self, base: str, self_link: str, found: Iterable[StoredAppointment]) -> Resource:
        """The searchset of a patient's appointments, unpaged (PRV-SAPT-02)."""
        entries = [self._entry(base, self.appointment(stored), "match") for stored in found]
        return self.bundle(self_link, len(entries), entries)

    def included(self, slots: Iterable[SlotRow], includes: frozenset[str], service: str) -> list[Resource]:
        """The resources asked for by _include that the slots lead to."""
        wanted = {slot.diary for slot in slots}
        diaries = [diary for diary in self.provider.diaries if diary.id in wanted]
        found: list[Resource] = []
        if "Schedule" in includes:
            found += [self.schedule(diary, service) for diary in diaries]
        if "Practitioner" in includes:
            found += [self.practitioner(diary) for diary in diaries]
        if "PractitionerRole" in includes:
            found += [self.practitioner_role(diary) for diary in diaries]
        if not diaries:
            return found
        if "HealthcareService" in includes:
            named = {self.service_of(diary, service) for diary in diaries}
            found += [self.healthcare_service(each) for each in sorted(named, key=lambda each: each.id)]
        if "Organization" in includes:
            found.append(self.organization())
        if "Location" in includes:
            found.append(self.place())
        return found

    def slot(self, row: SlotRow) -> Resource:
        """A Slot. The delivery channel is there only when it is known (PRV-SRCH-32)."""
        resource: Resource = {
            "resourceType": "Slot",
            "id": row.id,
            "meta": {"versionId": "1", "profile": [_SLOT_PROFILE]},
        }
        diary = self.provider.diary(row.diary)
        if diary is not None and diary.channel:
            resource["extension"] = [{"url": names.DELIVERY_CHANNEL_EXTENSION, "valueCode": diary.channel}]
        resource["identifier"] = [{"system": names.UUID_SYSTEM, "value": row.identifier}]
        resource["schedule"] = {"reference": f"Schedule/{row.diary}"}
        resource["status"] = row.status
        resource["start"] = epoch_instant(row.start)
        resource["end"] = epoch_instant(row.end)
        return resource

    def schedule(self, diary: Diary, service: str) -> Resource:
        """The Schedule of a diary, with exactly one HealthcareService (CF-41)."""
        references = (
            f"HealthcareService/{self.service_of(diary, service).id}",
            f"Practitioner/{diary.clinician.id}",
            f"PractitionerRole/{diary.clinician.role_profile_id}",
        )
        return {
            "resourceType": "Schedule",
            "id": diary.id,
            "meta": {"profile": [names.PROFILES["Schedule"]]},
            "identifier": [{"system": terms.SCHEDULE_ID, "value": diary.id}],
            "active": True,
            "actor": [{"reference": reference} for reference in references],
        }

    def service_of(self, diary: Diary, searched: str) -> Service:
        """The service named in a diary's Schedule: the one searched for (RES-HCS-01), else its first."""
        mapped = [service for service in self.provider.services if diary.id in service.diaries]
        return next((service for service in mapped if service.id == searched), mapped[0])

    def practitioner(self, diary: Diary) -> Resource:
        """The Practitioner of a diary."""
        who = diary.clinician
        return {
            "resourceType": "Practitioner",
            "id": who.id,
            "meta": {"profile": [names.PROFILES["Practitioner"]]},
            "identifier": [
                {"system": names.SDS_USER_SYSTEM, "value": who.user_id},
                {"system": names.SDS_ROLE_PROFILE_SYSTEM, "value": who.role_profile_id},
            ],
            "name": [{"use": "official", "family": who.family, "given": [who.given], "prefix": [who.prefix]}],
            "gender": who.gender,
        }

    def practitioner_role(self, diary: Diary) -> Resource:
        """The role in which the practitioner offers the slots; its id is the role profile id (CF-43)."""
        who = diary.clinician
        coding = {"system": names.SDS_JOB_ROLE_SYSTEM, "code": who.job_code, "display": who.job_name}
        return {
            "resourceType": "PractitionerRole",
            "id": who.role_profile_id,
            "meta": {"profile": [names.PROFILES["PractitionerRole"]]},
            "practitioner": {"reference": f"Practitioner/{who.id}"},
            "organization": {"reference": f"Organization/{self.provider.ods}"},
            "code": [{"coding": [coding]}],
        }

    def healthcare_service(self, service: Service) -> Resource:
        """A HealthcareService; its id and identifier both hold the DoS service id (CF-40)."""
        return {
            "resourceType": "HealthcareService",
            "id": service.id,
            "meta": {"profile": [names.PROFILES["HealthcareService"]]},
            "identifier": [{"system": terms.DOS_SERVICE, "value": service.id}],
            "active": True,
            "providedBy": {"reference": f"Organization/{self.provider.ods}"},
            "location": [{"reference": f"Location/{self.provider.place.id}"}],
            "name": service.name,
        }

    def organization(self) -> Resource:
        """The provider's Organization."""
        return {
            "resourceType": "Organization",
            "id": self.provider.ods,
            "meta": {"profile": [names.PROFILES["Organization"]]},
            "identifier": [{"system": names.ODS_ORGANISATION_SYSTEM, "value": self.provider.ods}],
            "active": True,
            "name": self.provider.name,
            "address": [self._address()],
        }

    def place(self) -> Resource:
        """The Location where the patient goes."""
        return {
            "resourceType": "Location",
            "id": self.provider.place.id,
            "meta": {"profile": [names.PROFILES["Location"]]},
            "identifier": [{"system": names.ODS_SITE_SYSTEM, "value": self.provider.place.site_code}],
            "status": "active",
            "name": self.provider.place.name,
            "address": self._address(),
        }

    def _address(self) -> Resource:
        place = self.provider.place
        return {"line": [place.line], "city": place.city, "postalCode": place.postcode}

    def _entry(self, base: str, resource: Mapping[str, Any], mode: str) -> Resource:
        url = f"{base}/{resource['resourceType']}/{resource['id']}"
        return {"fullUrl": url, "resource": resource, "search": {"mode": mode}}
