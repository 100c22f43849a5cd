"""What came of builds, kept beside the index: each is a process of its own, and others tell of it.

The file is a note for people and metrics. Where it cannot be read or written nothing else suffers.
"""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

import msgspec

FILE: Final = "BUILDS.json"
Outcome = Literal["served", "refused", "failed"]


class Builds(msgspec.Struct, frozen=True):
    """How many builds ended how, and of the last one when that was (seconds since 1970), how long it took, and why."""

    counts: dict[Outcome, int] = {}
    outcome: Outcome = "served"
    at: float = 0.0
    seconds: float = 0.0
    reason: str = ""


def read_builds(folder: Path) -> Builds:
    """Return what is known of the builds of an index."""
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Builds)
    return Builds()


def note_build(folder: Path, outcome: Outcome, seconds: float, reason: str = "") -> None:
    """Note how a build ended."""
    counts = read_builds(folder).counts
    builds = Builds({**counts, outcome: counts.get(outcome, 0) + 1}, outcome, time.time(), seconds, reason)
    new = folder / f"{FILE}.{secrets.token_hex(4)}"
    with suppress(OSError):
        new.write_bytes(msgspec.json.encode(builds))
        new.replace(folder / FILE)
    with suppress(OSError):  # where it could not be written
        new.unlink()
