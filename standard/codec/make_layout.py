"""Writes layout.json: for each STU3 type its elements in the official order, taken from fhir.resources.

Run `python -m uec_booking.standard.codec.make_layout` after an update of fhir.resources; a test checks that
the table is current. The codec reads only the table, because importing the models of all types takes
seconds, and a resource contained in another may be of any type.

One element is written `name:type` with these marks: `@` in front: an XML attribute; `*` behind: repeats;
`!` behind: at least one; `/value` behind: one of the choice `value[x]`; `{a|b}` behind: the codes of its
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
# fhir.resources takes these code lists from short descriptions that only give examples, not from a binding.
NOT_BOUND = {"CapabilityStatement.format"}


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
    return {name: _elements(models[name], issubclass(models[name], Resource)) for name in sorted(models)}


def render() -> str:
    """The text of the table: one type a line, resource types marked by a first entry `resource`."""
    lines = [f"{json.dumps(name)}: {json.dumps(elements)}" for name, elements in build().items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _elements(model: type, is_resource: bool) -> list[str]:
    fields = {field.alias: field for field in model.model_fields.values()}  # type: ignore[attr-defined]
    told = ["resource"] if is_resource else []
    for name in model.elements_sequence():  # type: ignore[attr-defined]
        field = fields[name]
        kind, repeats = _kind(field.annotation)
        extra = field.json_schema_extra or {}
        required = field.is_required() or extra.get("element_required")
        attribute = not is_resource and (name == "id" or (model.__name__, name) == ("Extension", "url"))
        codes = extra.get("enum_values") if kind == "code" else None
        bound = codes and f"{model.__name__}.{name}" not in NOT_BOUND
        told.append(
            ("@" if attribute else "")
            + f"{name}:{kind}"
            + ("*" if repeats else "")
            + ("!" if required else "")
            + (f"/{extra['one_of_many']}" if extra.get("one_of_many") else "")
            + ("{" + "|".join(codes) + "}" if bound else "")
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
