"""The number a body consists of: Kayako's JSON object, a bare number, or the same in one unambiguous wrapper.

Kayako Classic answers `{"activestaffcount":"48"}`, with or without the quotes, labelled text/html. Nothing else on a
page is ever taken for the count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, NoReturn
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

BLANKS: Final = " \t\r\n"
MEMBER: Final = "activestaffcount"
MAX_STAFF: Final = 100_000  # beyond every helpdesk there is; a larger number is a time stamp or an id

_DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,5}")
_COUNT_NAMES: Final = frozenset({MEMBER, "count", "staffcount", "staff_count"})
_WRAPPER_NAMES: Final = frozenset({"data", "response", "result"})
_FAILURE_NAMES: Final = frozenset({"error", "errors"})
_MAX_LEVELS: Final = 3
_MAX_BRACKETS: Final = 64  # an honest body has one; thousands would make the parser recurse

_MEMBER_OBJECT: Final = re.compile(rf'\{{\s*"{MEMBER}"\s*:\s*("?)([0-9]+)\1\s*\}}')
_PAGE_TAG: Final = re.compile(r"<(?:html|head|title|script|form|nav|article)\b", re.IGNORECASE)
_HTML_WRAPPER: Final = re.compile(r"<(html|body|pre|p|div|span)>(.*)</\1>", re.IGNORECASE | re.DOTALL)
_DOCTYPE: Final = re.compile(r"<!doctype html>", re.IGNORECASE)


def count_of_document(body: bytes, text: str) -> int | None:
    """Return the number when the whole body is that number; `text` is `body` decoded."""
    text = text.strip(BLANKS)
    if text.startswith("<"):
        inner = _without_html_wrappers(text)
        return _plain_count(inner) if inner != text else _count_of_xml(body.strip(BLANKS.encode()))
    return _plain_count(text)


def count_among_notices(text: str) -> int | None:
    """Find the JSON object among notices PHP or the licence check printed around it; all copies must agree.

    On a full page it has to come first or last: in the middle it is a quotation, in a help article for instance.
    """
    text = text.strip(BLANKS)
    objects = list(_MEMBER_OBJECT.finditer(text))
    if not objects or len(objects) != text.lower().count(MEMBER):
        return None
    numbers = {whole_number(found[2]) for found in objects}
    at_an_edge = objects[0].start() == 0 or objects[-1].end() == len(text)
    return numbers.pop() if len(numbers) == 1 and (at_an_edge or not _PAGE_TAG.search(text)) else None


def _plain_count(text: str) -> int | None:
    return _count_of_json(text) if text.startswith(("{", '"')) else whole_number(text)


def _without_html_wrappers(text: str) -> str:
    text = _DOCTYPE.sub("", text, count=1).strip(BLANKS)
    for _ in range(_MAX_LEVELS):
        wrapper = _HTML_WRAPPER.fullmatch(text)
        if not wrapper:
            break
        text = wrapper[2].strip(BLANKS)
    return text


def _count_of_json(text: str) -> int | None:
    if text.count("{") + text.count("[") > _MAX_BRACKETS:
        return None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_int=_small_int,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except ValueError:
        return None
    return _count_in(value, levels=_MAX_LEVELS)


def _count_in(value: Any, *, levels: int) -> int | None:
    if isinstance(value, str):
        return whole_number(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, dict) or levels == 0:
        return None
    if MEMBER in value:
        return _count_in(value[MEMBER], levels=0)
    return _count_in_wrapper(value, levels=levels - 1)


def _count_in_wrapper(value: dict[str, Any], *, levels: int) -> int | None:
    if any(value.get(name) for name in _FAILURE_NAMES) or value.get("status", 200) not in (200, "200", "ok", "success"):
        return None
    counts = [value[name] for name in _COUNT_NAMES & value.keys()]
    wrappers = [value[name] for name in _WRAPPER_NAMES & value.keys()]
    if len(counts) + len(wrappers) != 1:
        return None
    return _count_in(counts[0], levels=0) if counts else _count_in(wrappers[0], levels=levels)


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is given twice")
    return members


def _small_int(digits: str) -> int:
    number = whole_number(digits)
    if number is None:
        raise ValueError("not a number of staff")
    return number


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]!r} is not a whole number")


_parse_xml: Final[Callable[..., Element]] = ElementTree.fromstring


def _count_of_xml(body: bytes) -> int | None:
    try:
        element = _parse_xml(body, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ParseError, ValueError, LookupError):  # LookupError: an encoding Python does not know
        return None
    for _ in range(_MAX_LEVELS):
        if len(element) != 1 or (element.text or "").strip():
            break
        element = element[0]
    name = element.tag.rpartition("}")[2].lower()
    if len(element) or name not in _COUNT_NAMES:
        return None
    return whole_number((element.text or "").strip(BLANKS))


def whole_number(text: str) -> int | None:
    """Return the number a text consists of, None for everything else."""
    if not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= MAX_STAFF else None
