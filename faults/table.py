"""The table of what was counted, in a file between two marks: a row an experiment, with the day on which it ran."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

BEGIN: Final = "<!-- written by make faults -->"
END: Final = "<!-- until here -->"
HEAD: Final = "| experiment | counted | holds | seconds | day |\n| --- | --- | --- | --- | --- |"


def row(what: str, counted: str, holds: bool, seconds: float) -> str:
    """Return the row of an experiment."""
    counted = " ".join(counted.replace("|", "/").replace("<", "‹").split())
    day = datetime.now(UTC).date().isoformat()
    return f"| {what} | {counted} | {'yes' if holds else '**no**'} | {seconds:.0f} | {day} |"


def write(file: Path, new: str, *, order: list[str]) -> None:
    """Put a row in place of the one of the same experiment, in this order."""
    text = file.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    table, _, after = rest.partition(END)
    rows = {each.split(" | ")[0].removeprefix("| "): each for each in table.splitlines() if each.startswith("| ")}
    rows[new.split(" | ")[0].removeprefix("| ")] = new
    kept = "\n".join(rows[what] for what in order if what in rows)
    file.write_text(f"{before}{BEGIN}\n\n{HEAD}\n{kept}\n\n{END}{after}", encoding="utf-8")
