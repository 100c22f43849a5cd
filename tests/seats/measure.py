"""How well questions are read, against what an expert reads in them: `python -m tests.seats.measure FILE`.

FILE has a JSON object a line: `text`, the numbers `purchased` and `active` that an expert reads (null for none), and
optionally `state`, in which any further number is an acceptable reading too, "conflict" accepts none, "approx" in
`note` accepts a question, and "accept none" accepts nothing at all.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kb_service.seats.position import SeatNumber, reconcile
from kb_service.seats.reader import read_mentions, read_numbers

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
    found = reconcile(mentions=read_mentions(case.text), purchased_parameter=None, live_count=None)
    also = {int(number) for number in re.findall(r"\d+", case.state)}
    pairs = (
        (found and found.purchased_number, case.purchased, also, "conflict" in case.state),
        (found and found.active_number, case.active, set[int](), "conflict" in case.state),
    )
    verdicts = [_verdict(number, expected, also, none) for number, expected, also, none in pairs]
    if "accept none" in case.note or "flagged" in case.note or "approx" in case.note:
        verdicts = [("asked" if verdict == "missed" else verdict) for verdict in verdicts]
    return max(verdicts, key=["read", "asked", "missed", "wrong as fact"].index)


def _verdict(number: SeatNumber | None, expected: int | None, also: set[int], none: bool) -> Outcome:
    if number is None:
        return "read" if expected is None or none else "missed"
    fits = number.value == expected or number.value in also
    if number.certain:
        return "read" if fits else "wrong as fact"
    return "asked" if fits else "missed"


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
