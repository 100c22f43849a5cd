"""How well questions are read, against what an expert reads in them: `python -m tests.seats.measure FILE`.

FILE has a JSON object a line: `text`, the numbers `purchased` and `active` that an expert reads (null for none), and
optionally `state`, in which any further number is an acceptable reading too and "conflict" accepts none. Of `note`,
"59 derived or unknown" accepts 59 or none where 59 is expected, "13 active also acceptable" accepts 13 too, "40 only as
a question", "flagged" and "approx" accept a question, and "accept none" and "hypothetical" accept nothing at all.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from kb_service.seats.position import SeatNumber, reconcile
from kb_service.seats.reader import read_mentions
from kb_service.seats.roles import read_numbers

Outcome = Literal["read", "asked", "missed", "wrong as fact"]


@dataclass(frozen=True)
class Case:
    text: str
    purchased: int | None
    active: int | None
    state: str = ""
    note: str = ""


def cases(path: Path) -> Iterator[Case]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Case(**{name: row[name] for name in Case.__dataclass_fields__ if name in row})


def outcome(case: Case) -> Outcome:
    """Return whether both numbers are as the expert reads them: told, or asked about ("Do you pay for 60 seats?")."""
    return min((_outcome(each) for each in (case, *_alternatives(case))), key=_OUTCOMES.index)


_OUTCOMES: Final[tuple[Outcome, ...]] = ("read", "asked", "missed", "wrong as fact")


def _alternatives(case: Case) -> Iterator[Case]:
    """Yield the other readings of "ok: active null" and the like, each with the rest of the case as it is."""
    for words in re.findall(r"\bok: ([^;]*)", case.note):
        if "nothing told" in words:
            yield replace(case, purchased=None, active=None)
        elif found := re.match(r"(purchased|active) (null|\d+)", words):
            value = None if found[2] == "null" else int(found[2])
            purchased, active = (value, case.active) if found[1] == "purchased" else (case.purchased, value)
            if value is not None and purchased == active:  # the same number, read as the other kind
                purchased, active = (value, None) if found[1] == "purchased" else (None, value)
            yield replace(case, purchased=purchased, active=active)


def _outcome(case: Case) -> Outcome:
    found = reconcile(mentions=read_mentions(case.text), purchased_parameter=None, live_count=None)
    never = _numbers(rf"wrong(?:=|: (?:active |purchased )?){_NUMBERS}", case.note)
    acceptable = _numbers(rf"{_NUMBERS} (?:active )?(?:also )?acceptable", case.note)
    asked = _numbers(r"(\d+) (?:active )?only as a? ?question", case.note)
    optional = _numbers(rf"{_NUMBERS}(?: \w+)?(?: \(\w+\))? or (?:[\d/]+/)?(?:unknown|none|null)", case.note)
    verdicts = [
        _verdict(
            number,
            {expected} | (also - never),
            asked,
            is_optional=expected is None or expected in optional or "conflict" in case.state,
        )
        for number, expected, also in (
            (found.purchased_number if found else None, case.purchased, acceptable | _numbers(r"\d+", case.state)),
            (found.active_number if found else None, case.active, set() if case.active else acceptable),
        )
    ]
    if re.search(r"accept none|flagged|approx|hypothetical", case.note + case.state):
        verdicts = [("asked" if verdict == "missed" else verdict) for verdict in verdicts]
    return max(verdicts, key=_OUTCOMES.index)


_NUMBERS = r"(\d+(?:(?:/| or )\d+)*)"


def _numbers(pattern: str, text: str) -> set[int | None]:
    """Return the numbers of every match of a pattern: 30 and 27 of "30/27 acceptable"."""
    return {int(number) for match in re.finditer(pattern, text) for number in re.findall(r"\d+", match.group())}


def _verdict(
    number: SeatNumber | None, accepted: set[int | None], asked: set[int | None], *, is_optional: bool
) -> Outcome:
    if number is None:
        return "read" if is_optional else "missed"
    if number.certain:
        return "read" if number.value in accepted else "wrong as fact"
    return "asked" if number.value in accepted | asked else "missed"


def main(path: Path) -> None:
    counts: Counter[Outcome] = Counter()
    for case in cases(path):
        found = outcome(case)
        counts[found] += 1
        if found in {"missed", "wrong as fact"}:
            print(f"{found}: {case.text!r}\n    expected {case.purchased} {case.active} {case.state} {case.note}")
            numbers, errors = read_numbers(case.text)
            for each in numbers:
                doubt = "" if each.certain else "?"
                print(
                    f"    {each.value}: {each.role or '-'}{doubt} ({each.frame}) {each.joint} {each.link} |{each.line}"
                )
            for error in errors:
                print(f"    {error}")
    total = sum(counts.values())
    print(", ".join(f"{name} {counts[name]}" for name in ("read", "asked", "missed", "wrong as fact")), f"of {total}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
