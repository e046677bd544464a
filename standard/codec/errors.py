"""The one error of the codec, and the bounds it keeps."""

from __future__ import annotations

from typing import Final

FHIR_NAMESPACE: Final = "http://hl7.org/fhir"
XHTML_NAMESPACE: Final = "http://www.w3.org/1999/xhtml"

# A searchset of a hundred slots is about 150 kB; the deepest resource of the standard has some 12 levels.
MAX_BYTES: Final = 10 * 1024 * 1024
MAX_DEPTH: Final = 64


class CodecError(ValueError):
    """Bytes that are not a FHIR resource, or a resource that cannot be written as bytes.

    `message` says what is wrong in one sentence; `where` is a FHIRPath-like place such as
    `Appointment.participant[0].actor`, or "" when it concerns the whole body.
    """

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.where = where
