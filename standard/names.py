"""Names and URLs that the standard fixes: facts of the wire, shared by harness and simulator.

From the booking pages (FHIR STU3, Care Connect). Nothing here says what is right or wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Identifier systems
NHS_NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
ODS_ORGANISATION_SYSTEM = "https://fhir.nhs.uk/Id/ods-organization-code"
ODS_SITE_SYSTEM = "https://fhir.nhs.uk/Id/ods-site-code"
SDS_USER_SYSTEM = "https://fhir.nhs.uk/Id/sds-user-id"
SDS_ROLE_PROFILE_SYSTEM = "https://fhir.nhs.uk/Id/sds-role-profile-id"
UUID_SYSTEM = "https://tools.ietf.org/html/rfc4122"
URL_SYSTEM = "urn:ietf:rfc:3986"
"""The identifier of a registry entry: the absolute URL of the appointment at its provider."""

# Profiles
PROFILE_BASE = "https://fhir.hl7.org.uk/STU3/StructureDefinition/"
PROFILED_TYPES: tuple[str, ...] = (
    "Appointment",
    "DocumentReference",
    "HealthcareService",
    "Location",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Schedule",
    "Slot",
)
PROFILES: Mapping[str, str] = MappingProxyType({name: f"{PROFILE_BASE}CareConnect-{name}-1" for name in PROFILED_TYPES})
"""The Care Connect profile of each resource type that the standard uses."""
SPINE_OUTCOME_PROFILE = "https://fhir.nhs.uk/STU3/StructureDefinition/Spine-OperationOutcome-1"

# Extensions
DELIVERY_CHANNEL_EXTENSION = f"{PROFILE_BASE}Extension-CareConnect-DeliveryChannel-1"
DELIVERY_CHANNELS: tuple[str, ...] = ("In-person", "Telephone", "Video")
CANCELLATION_REASON_EXTENSION = f"{PROFILE_BASE}Extension-CareConnect-AppointmentCancellationReason-1"
BOOKING_ORGANISATION_EXTENSION = f"{PROFILE_BASE}Extension-CareConnect-BookingOrganisation-1"
NHS_NUMBER_VERIFICATION_EXTENSION = f"{PROFILE_BASE}Extension-CareConnect-NHSNumberVerificationStatus-1"

# Code systems
CODE_SYSTEM_BASE = "https://fhir.hl7.org.uk/STU3/CodeSystem/"
NHS_NUMBER_VERIFICATION_SYSTEM = f"{CODE_SYSTEM_BASE}CareConnect-NHSNumberVerificationStatus-1"
SDS_JOB_ROLE_SYSTEM = f"{CODE_SYSTEM_BASE}CareConnect-SDSJobRoleName-1"
SPINE_ERROR_SYSTEM = "https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1"
CONTACT_RELATIONSHIP_SYSTEM = "http://hl7.org/fhir/v2/0131"
DOCUMENT_TYPE_SYSTEM = "urn:oid:2.16.840.1.113883.2.1.3.2.4.18.17"
DOCUMENT_TYPE_111 = "POCD_MT200001GB02"
DOCUMENT_TYPE_111_DISPLAY = "Integrated Urgent Care Report"
CDA_MEDIA_TYPE = "application/hl7-v3+xml"

# External references to national services, as older editions print them
DEMOGRAPHICS_BASE = "https://demographics.spineservices.nhs.uk/"
DIRECTORY_ORGANISATION_BASE = "https://directory.spineservices.nhs.uk/STU3/Organization/"

# Media types
FHIR_JSON = "application/fhir+json"
FHIR_XML = "application/fhir+xml"
DSTU2_JSON = "application/json+fhir"
DSTU2_XML = "application/xml+fhir"

# Headers
SSP_TRACE_ID = "Ssp-TraceID"
SSP_FROM = "Ssp-From"
SSP_TO = "Ssp-To"
SSP_INTERACTION_ID = "Ssp-InteractionID"
REQUEST_ID = "X-Request-ID"
CORRELATION_ID = "X-Correlation-ID"

# Interactions, as Ssp-InteractionID and the Spine Directory name them
INTERACTION_BASE = "urn:nhs:names:services:careconnect:fhir:rest:"
READ_METADATA = f"{INTERACTION_BASE}read:metadata"
SEARCH_SLOT = f"{INTERACTION_BASE}search:slot"
READ_SLOT = f"{INTERACTION_BASE}read:slot"
"""The older name of the slot search: the 2020 scripts and the directory entries (CF-15)."""
CREATE_APPOINTMENT = f"{INTERACTION_BASE}create:appointment"
READ_APPOINTMENT = f"{INTERACTION_BASE}read:appointment"
UPDATE_APPOINTMENT = f"{INTERACTION_BASE}update:appointment"
SEARCH_APPOINTMENT = f"{INTERACTION_BASE}search:appointment"

# Tokens
REASON_FOR_REQUEST = "directcare"
SCOPE_SLOT_READ = "organization/slot.read"
SCOPE_APPOINTMENT_READ = "patient/appointment.read"
SCOPE_APPOINTMENT_WRITE = "patient/appointment.write"
TOKEN_LIFETIME_SECONDS = 300
UNKNOWN_SDS_ID = "UNK"
"""Stands in the token for an SDS identifier that the user does not have."""

# Search parameters of Slot and Appointment
SERVICE_PARAMETER = "schedule.actor:healthcareservice"
PATIENT_PARAMETER = "Appointment.participant.actor:Patient.identifier"
INCLUDE_SCHEDULE = "Slot:schedule"
INCLUDE_PRACTITIONER = "Schedule:actor:Practitioner"
INCLUDE_PRACTITIONER_ROLE = "Schedule:actor:PractitionerRole"
INCLUDE_SERVICE = "Schedule:actor:HealthcareService"
INCLUDES_OF_SERVICE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Organization": (
            "HealthcareService:Organization",
            "HealthcareService:organization",
            "HealthcareService:providedBy",
            "HealthcareService.providedBy",
        ),
        "Location": (
            "HealthcareService:Location",
            "HealthcareService:location",
            "HealthcareService.location",
        ),
    }
)
"""The published spellings of the includes that hang on the service; the latest edition's first (CF-09)."""
INCLUDE_MODIFIERS: tuple[str, ...] = ("_include", "_include:iterate", "_include:recurse")

# The Directory of Services
DOS_ENDPOINT_TRANSPORT = "http"
DOS_ENDPOINT_FORMAT = "FHIR"
DOS_ENDPOINT_INTERACTION = "Scheduling"
BOOKING_ONLY_ATTRIBUTE = "requirebooking"
