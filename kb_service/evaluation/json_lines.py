"""Files with one JSON object a line, read into typed rows; a bad line is named by its number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from kb_service.errors import CallerError

Row = TypeVar("Row")


def read_json_lines(path: Path, row: type[Row]) -> Iterator[tuple[int, Row]]:
    """Yield the number of each line that is not blank and what it holds. Raises CallerError naming file and line."""
    decoder = msgspec.json.Decoder(row)
    for number, line in enumerate(read_lines(path), 1):
        if not line.strip():
            continue
        try:
            yield number, decoder.decode(line)
        except msgspec.DecodeError as error:
            raise bad_line(path, number, str(error)) from error


def read_lines(path: Path) -> list[str]:
    """Return the lines of a UTF-8 file, with or without a byte order mark. Raises CallerError when it is none."""
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise CallerError(f"{path}: it cannot be read: {error.strerror}. Check the name.") from error
    except UnicodeDecodeError as error:
        raise CallerError(f"{path}: it is not UTF-8 text ({error.reason} at byte {error.start}).") from error


def bad_line(path: Path, number: int, reason: str) -> CallerError:
    """Return the error for a line that cannot be used."""
    return CallerError(f"{path}:{number}: {reason}")
