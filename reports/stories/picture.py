"""A diagram as a PNG, for programs and portals that take no SVG: black on white, the same lines in the same places."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

from ..text import one_line
from .figure import Box, Figure, Head, Line, Shape, Words

_INK, _QUIET, _PALE, _BAD, _FIELD, _PAPER = "#1a2330", "#52606d", "#cfd6dd", "#b10e1e", "#f3f5f8", "#ffffff"
#: Pixels of the picture for one of the diagram, and the height of the line below it.
_SCALE, _CAPTION = 1.5, 34
#: The font that comes with the library has no such letters.
_LETTERS = str.maketrans({"✗": "X", "✓": "v", "→": ">", "■": "#"})
#: Dash and gap by the kind of a line.
_DASHES = {"back": (7, 4), "spoken": (2, 4), "asked": (12, 4), "deviation": (8, 3), "idle": (3, 3)}
_SIZES = {"name": 13, "player": 11, "sign": 14}


def save(figure: Figure, caption: str, path: Path) -> None:
    """``caption`` stands below. Raises OSError where it cannot be written."""
    image = Image.new("RGB", (round(_at(figure.width)), round(_at(figure.height + _CAPTION))), _PAPER)
    draw = ImageDraw.Draw(image)
    for shape in (*figure.lifelines, *(one for row in figure.rows for one in row.shapes)):
        _draw(draw, shape)
    _text(draw, Words(12, figure.height + _CAPTION - 12, one_line(caption, 165), "caption"), [])
    image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(path, format="PNG")


@cache
def _palette() -> Image.Image:
    """The colours, and what lies between each and white at the edges of letters: the files are half as large."""
    found = [ImageColor.getrgb(name)[:3] for name in (_PAPER, _FIELD, _PALE, _INK, _QUIET, _BAD)]
    between = [tuple(round(255 - (255 - value) * part) for value in one) for one in found[3:] for part in (0.6, 0.3)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for one in (*found, *between) for value in one])
    return palette


def _draw(draw: ImageDraw.ImageDraw, shape: Shape) -> None:
    kinds = shape.kind.split()
    if isinstance(shape, Words):
        _text(draw, shape, kinds)
    elif isinstance(shape, Head):
        corners = [tuple(_at(float(number)) for number in pair.split(",")) for pair in shape.points.split()]
        draw.polygon(corners, fill=_PAPER if "looking" in kinds else _colour(kinds), outline=_colour(kinds))
    elif isinstance(shape, Box):
        _box(draw, shape, kinds)
    else:
        _line(draw, shape, kinds)


def _box(draw: ImageDraw.ImageDraw, box: Box, kinds: list[str]) -> None:
    x1, y1, x2, y2 = box.x, box.y, box.x + box.width, box.y + box.height
    fill = _FIELD if {"band", "head"} & set(kinds) else _PAPER
    draw.rectangle((_at(x1), _at(y1), _at(x2), _at(y2)), fill=fill)
    if "band" in kinds:
        return
    edges = ((x1, y1, x2, y1), (x1, y2, x2, y2), (x1, y1, x1, y2), (x2, y1, x2, y2))
    for edge in edges:
        _line(draw, Line(*edge, box.kind), kinds)


def _line(draw: ImageDraw.ImageDraw, line: Line, kinds: list[str]) -> None:
    """Upright or level, as all lines of a diagram are."""
    colour, width = _colour(kinds), 4 if "wrong" in kinds else 2 if {"call", "deviation", "mark"} & set(kinds) else 1
    dash, gap = next((_DASHES[kind] for kind in kinds if kind in _DASHES), (0, 0))
    if not dash or "life" in kinds:
        draw.line((_at(line.x1), _at(line.y1), _at(line.x2), _at(line.y2)), fill=colour, width=width)
        return
    (x1, x2), (y1, y2) = sorted((line.x1, line.x2)), sorted((line.y1, line.y2))
    along = 0.0
    while along < max(x2 - x1, y2 - y1):
        from_x, from_y = min(x1 + along, x2), min(y1 + along, y2)
        to_x, to_y = min(x1 + along + dash, x2), min(y1 + along + dash, y2)
        draw.line((_at(from_x), _at(from_y), _at(to_x), _at(to_y)), fill=colour, width=width)
        along += dash + gap


def _text(draw: ImageDraw.ImageDraw, words: Words, kinds: list[str]) -> None:
    size = next((_SIZES[kind] for kind in kinds if kind in _SIZES), 12)
    draw.text(
        (_at(words.x), _at(words.y)),
        words.text.translate(_LETTERS),
        fill=_QUIET if {"answer", "player", "idle"} & set(kinds) else _INK,
        font=_font(size),
        anchor="ms" if "middle" in kinds else "ls",
        stroke_width=3 if "label" in kinds else 0,
        stroke_fill=_PAPER if "label" in kinds else None,
    )


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size * _SCALE)


def _colour(kinds: list[str]) -> str:
    if {"wrong", "deviation", "mark"} & set(kinds):
        return _BAD
    return _PALE if "life" in kinds else _QUIET if {"looking", "spoken", "head"} & set(kinds) else _INK


def _at(length: float) -> float:
    return length * _SCALE
