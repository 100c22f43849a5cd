"""A help centre in editions: one article says which edition it is, the others never change."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

QUESTION: Final = "which edition of the handbook is published?"
SENTENCE: Final = "The published edition of the handbook is number {edition}."
SUBJECTS: Final = (
    "invoices", "refunds", "seats", "cancellation", "cards", "taxes", "receipts", "trials", "discounts", "currencies",
    "renewals", "quotes",
)  # fmt: skip


_EDITION: Final = re.compile(SENTENCE.format(edition=r"(\d+)"))


def edition_of(text: str) -> int | None:
    """Return the edition that the text tells; None where it tells none."""
    found = _EDITION.search(text)
    return int(found[1]) if found else None


def write(folder: Path, edition: int) -> None:
    """Write that edition; each file is replaced whole, as editors do."""
    folder.mkdir(exist_ok=True)
    for number, subject in enumerate(SUBJECTS):
        text = f"# How {subject} work\n\nEverything about {subject} is decided on day {number + 3} of each month.\n"
        if not (folder / f"{subject}.md").exists():
            (folder / f"{subject}.md").write_text(text, encoding="utf-8")
    new = folder / "edition.tmp"
    new.write_text(f"# Edition of the handbook\n\n{SENTENCE.format(edition=edition)}\n", encoding="utf-8")
    new.replace(folder / "edition.md")
