"""Reads the tables in data/: tab-separated columns, `#` comments, JSON escapes in the last column where it says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

_DATA = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[list[str]]:
    for line in (_DATA / name).read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            yield line.split("\t")


def unescape(text: str) -> str:
    return str(json.loads(f'"{text}"'))
