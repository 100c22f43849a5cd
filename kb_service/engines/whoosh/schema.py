"""Whoosh's view of a passage: text fields fed with our own analysis, an id and the topics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from whoosh.fields import ID, KEYWORD, TEXT, Schema

from kb_service.search.analysis import Term
from kb_service.search.engine import FIELDS

LIMIT_MB: Final = 256  # a quarter faster than the default 128 at 20,000 passages, for 60 MB more at the peak


class AnalysedText(TEXT):  # type: ignore[misc]  # Whoosh is untyped
    """A text field whose values are analysed already, so that indexing and asking cannot drift apart."""

    def index(self, value: Sequence[Term], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, encoded positions) for each distinct term."""
        positions: dict[str, list[int]] = {}
        for term in value:
            positions.setdefault(term.term, []).append(term.position)
        for text, places in positions.items():
            yield text.encode(), len(places), float(len(places)), self.format.encode(places)


def make_schema() -> Schema:
    """Return the schema of one audience's index."""
    text = {name: AnalysedText(phrase=True, stored=False, spelling=False) for name in FIELDS}
    return Schema(id=ID(stored=True), topics=KEYWORD(commas=True, scorable=False), **text)
