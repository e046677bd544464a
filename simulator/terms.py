"""Names the simulator puts on the wire: identifier systems, profiles, extensions, scopes."""

from __future__ import annotations

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS_ORGANISATION = "https://fhir.nhs.uk/Id/ods-organization-code"
ODS_SITE = "https://fhir.nhs.uk/Id/ods-site-code"
SDS_USER = "https://fhir.nhs.uk/Id/sds-user-id"
SDS_ROLE_PROFILE = "https://fhir.nhs.uk/Id/sds-role-profile-id"
UUID_SYSTEM = "https://tools.ietf.org/html/rfc4122"
URL_SYSTEM = "urn:ietf:rfc:3986"
DOS_SERVICE = "https://system.example/Id/dos-service-id"
SCHEDULE_ID = "https://system.example/Id/schedule"
LOCAL_PATIENT = "https://system.example/Id/local-patient"
JOB_ROLE = "https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-SDSJobRoleName-1"
SPINE_ERRORS = "https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1"
ISSUE_TYPE = "http://hl7.org/fhir/issue-type"
DELIVERY_CHANNEL = "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-DeliveryChannel-1"

SCOPE_SLOTS = "organization/slot.read"
SCOPE_READ = "patient/appointment.read"
SCOPE_WRITE = "patient/appointment.write"


def profile(resource_type: str) -> str:
    """The canonical URL of the CareConnect profile of a resource type."""
    return f"https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-{resource_type}-1"
