"""SVG made harmless: a picture alone, without what runs or leads elsewhere.

svg-hush writes it anew and keeps shapes, texts and styles; what is left refers to nothing but its own parts.
"""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

import py_svg_hush

from kb_service.content.assets.file_types import Unusable, plausible

MAX_SVG_DEPTH: Final = 100  # svg-hush indents: elements nested 100,000 deep would take gigabytes
# What svg-hush leaves: addresses without their host, and those of style sheets.
_REFERENCE: Final = re.compile(r'\s(?:[\w.-]+:)?href="(?!#|data:image/)[^"]*"')
_STYLE_ADDRESS: Final = re.compile(r"url\s*\((?!\s*[\"']?#)[^)]*\)?", re.IGNORECASE)
_SVG_ROOT: Final = re.compile(r"<svg\b([^>]*)>")
_SVG_ATTRIBUTE: Final = re.compile(r'\s(\w+)="([^"]*)"')
_LENGTH: Final = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)(?:px)?")
_SVG_DATA: Final = {"image": ["png", "jpeg", "gif", "webp"]}


def clean_svg(source: bytes) -> bytes:
    """Return a harmless SVG document: without scripts, events, foreign elements and outer references.

    Raises Unusable for what is not SVG.
    """
    _refuse_depth(source)
    try:
        kept = py_svg_hush.filter_svg(source, keep_data_url_mime_types=_SVG_DATA).decode()
    except ValueError as error:
        raise Unusable("it is not a whole SVG document with `xmlns`: save it again as plain SVG") from error
    return _STYLE_ADDRESS.sub("none", _REFERENCE.sub("", kept)).encode()


def _refuse_depth(source: bytes) -> None:
    depth = 0

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_SVG_DEPTH:
            raise Unusable(f"its elements are nested deeper than {MAX_SVG_DEPTH}")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(source, True)
    except expat.ExpatError as error:
        raise Unusable(f"it is not SVG: {error}") from error


def svg_dimensions(cleaned: bytes) -> tuple[int, int] | None:
    """Return width and height of what clean_svg returned in CSS pixels; None when it has neither them nor a viewBox."""
    root = _SVG_ROOT.search(cleaned.decode())
    attributes = dict(_SVG_ATTRIBUTE.findall(root[1])) if root else {}
    width, height = (_pixels(attributes.get(name, "")) for name in ("width", "height"))
    box = [_pixels(part) for part in attributes.get("viewBox", "").replace(",", " ").split()[2:]]
    if len(box) == 2 and box[0] and box[1]:
        if not width and not height:
            width, height = box
        width = width or (height or 0) * box[0] / box[1]
        height = height or width * box[1] / box[0]
    return plausible(round(width or 0), round(height or 0))


def _pixels(length: str) -> float | None:
    found = _LENGTH.fullmatch(length.strip())
    return float(found[1]) if found else None
