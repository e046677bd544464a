"""Writes layout.json: for each STU3 type its elements in the official order, taken from fhir.resources.

Run `python -m uec_booking.standard.codec.make_layout` after an update of fhir.resources; a test checks that
the table is current. The codec reads only the table, because importing the models of all types takes
seconds, and a resource contained in another may be of any type.

One element is written `name:type` with these marks: `@` in front: an XML attribute; `*` behind: repeats;
`!` behind: at least one, of a choice one of its
names; `/value` behind: one of the choice `value[x]`; `{a|b}` behind: the codes of its
required binding.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import typing
from pathlib import Path

LAYOUT_FILE = Path(__file__).with_name("layout.json")
PRIMITIVE_NAMES = {"EncodedBytes": "base64Binary", "DateTime": "dateTime"}
# fhir.resources takes its code lists from short descriptions, which abbreviate. They are kept for the data
# types and the resources of the booking standard, where a test compares them with the official schemas ...
BOUND_RESOURCES = (
    *("Appointment", "Bundle", "CapabilityStatement", "DocumentReference", "HealthcareService", "Location"),
    *("OperationOutcome", "Organization", "Patient", "Practitioner", "PractitionerRole", "Schedule", "Slot"),
)
# ... and put right here where they differ from those.
ISSUE_CODES = (
    *("invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired"),
    *("forbidden", "suppressed", "processing", "not-supported", "duplicate", "not-found", "too-long"),
    *("code-invalid", "extension", "too-costly", "business-rule", "conflict", "incomplete", "transient"),
    *("lock-error", "no-store", "exception", "timeout", "throttled", "informational"),
)
QUANTITIES = ("Age", "Count", "Distance", "Duration", "Money", "Quantity")
CORRECTED_CODES: dict[str, tuple[str, ...]] = {
    **{f"{name}.comparator": ("<", "<=", ">=", ">") for name in QUANTITIES},
    "CapabilityStatement.format": (),
    "DocumentReference.docStatus": ("preliminary", "final", "amended", "entered-in-error"),
    "OperationOutcomeIssue.code": ISSUE_CODES,
    "TimingRepeat.when": (
        *(
            "MORN",
            "AFT",
            "EVE",
            "NIGHT",
            "PHS",
            "HS",
            "WAKE",
            "C",
            "CM",
            "CD",
            "CV",
            "AC",
            "ACM",
            "ACD",
            "ACV",
        ),
        *("PC", "PCM", "PCD", "PCV"),
    ),
}


def build() -> dict[str, list[str]]:
    """The layout of every STU3 resource type and of the data types within them, by type name."""
    import fhir.resources.STU3 as stu3
    from fhir.resources.STU3.resource import Resource

    models: dict[str, type] = {}
    for module in pkgutil.iter_modules(stu3.__path__):
        for item in vars(importlib.import_module(f"{stu3.__name__}.{module.name}")).values():
            if isinstance(item, type) and item.__module__ == f"{stu3.__name__}.{module.name}":
                name = getattr(item, "__resource_type__", None)
                if name and hasattr(item, "elements_sequence"):
                    models[name] = item
    resources = {model.__module__ for model in models.values() if issubclass(model, Resource)}
    unbound = resources - {f"{stu3.__name__}.{name.lower()}" for name in BOUND_RESOURCES}
    return {
        name: _elements(model, issubclass(model, Resource), model.__module__ not in unbound)
        for name, model in sorted(models.items())
    }


def render() -> str:
    """The text of the table: one type a line, resource types marked by a first entry `resource`."""
    lines = [f"{json.dumps(name)}: {json.dumps(elements)}" for name, elements in build().items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _elements(model: type, is_resource: bool, bound: bool) -> list[str]:
    # `build` takes only types that have both of these.
    fields = {field.alias: field for field in model.model_fields.values()}  # type: ignore[attr-defined]
    told = ["resource"] if is_resource else []
    for name in model.elements_sequence():  # type: ignore[attr-defined]
        field = fields[name]
        kind, repeats = _kind(field.annotation)
        extra = field.json_schema_extra or {}
        required = field.is_required() or extra.get("element_required") or extra.get("one_of_many_required")
        attribute = not is_resource and (name == "id" or (model.__name__, name) == ("Extension", "url"))
        codes = CORRECTED_CODES.get(f"{model.__name__}.{name}", extra.get("enum_values"))
        told.append(
            ("@" if attribute else "")
            + f"{name}:{kind}"
            + ("*" if repeats else "")
            + ("!" if required else "")
            + (f"/{extra['one_of_many']}" if extra.get("one_of_many") else "")
            + ("{" + "|".join(codes) + "}" if bound and codes and kind == "code" else "")
        )
    return told


def _kind(annotation: typing.Any) -> tuple[str, bool]:
    """The FHIR type name in an annotation like Optional[List[Annotated[str, Code()]]], and if it repeats."""
    if typing.get_origin(annotation) is typing.Annotated:
        mark = annotation.__metadata__[0]
        name = getattr(mark, "__name__", type(mark).__name__)
        return PRIMITIVE_NAMES.get(name, name[0].lower() + name[1:]), False
    if typing.get_origin(annotation) is list:
        return _kind(typing.get_args(annotation)[0])[0], True
    inner = [one for one in typing.get_args(annotation) if one is not type(None)]
    if inner:
        return _kind(inner[0])
    if annotation is bool:
        return "boolean", False
    path = getattr(annotation, "_model_klass", None)
    if path is None:
        raise TypeError(f"no FHIR type for {annotation!r}")
    return (path if isinstance(path, str) else path.__name__).rsplit(".", 1)[-1], False


if __name__ == "__main__":
    LAYOUT_FILE.write_text(render(), encoding="utf-8")
