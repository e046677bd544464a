"""The one error of the codec, and the bounds it keeps."""

from __future__ import annotations

from typing import Final

FHIR_NAMESPACE: Final = "http://hl7.org/fhir"
XHTML_NAMESPACE: Final = "http://www.w3.org/1999/xhtml"

# A searchset of a hundred slots is about 150 kB; the deepest resource of the standard has some 12 levels.
MAX_BYTES: Final = 10 * 1024 * 1024
MAX_DEPTH: Final = 64
# Elements in XML, values in JSON: some 5 000 slots, which take about a second to read.
MAX_NODES: Final = 100_000
# Of one element in XML: FHIR has three at most, XHTML some ten, and each prefix is declared by one.
MAX_ATTRIBUTES: Final = 64
# The longest name of an element in STU3 has 31 letters.
MAX_NAME: Final = 200


class CodecError(ValueError):
    """Bytes that are not a FHIR resource, or a resource that cannot be written as bytes.

    `message` says what is wrong in one sentence; `where` is a FHIRPath-like place such as
    `Appointment.participant[0].actor`, or "" when it concerns the whole body.
    """

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.where = where
