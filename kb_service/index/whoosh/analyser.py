"""Our analysis as Whoosh knows it: an analyser, how places of a term are stored, and the schema of an index.

A passage is one document. `key` is its id, `text` its title, headings and body, `questions` what its article is known
to be asked. So Whoosh's own parser and searcher can be asked as well:

>>> index = whoosh.index.open_dir("…/public/whoosh")
>>> index.searcher().search(QueryParser("text", index.schema).parse("remove seats"))[0]["key"]
'remove-seats#how'
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from whoosh.analysis import Analyzer, Token
from whoosh.fields import STORED, TEXT, Schema
from whoosh.formats import Positions

from kb_service.analysis import analyse
from kb_service.index.query import FIELDS

PLACE_BYTES: Final = 4  # of a place as it is stored
Places = Mapping[str, Sequence[int]]  # of each term of a text its word positions, ascending


class TermAnalyser(Analyzer):  # type: ignore[misc]  # Whoosh is untyped
    """What kb_service.analysis finds in a text, as Whoosh's tokens."""

    def __call__(self, value: str, positions: bool = False, chars: bool = False, **options: Any) -> Iterator[Token]:
        """Yield one token, changed for each term as Whoosh's own analysers do."""
        token = Token(positions, chars, **options)
        for term in analyse(value):
            token.text = token.original = term.term
            token.boost, token.stopped = 1.0, False
            token.pos, token.startchar, token.endchar = term.position, term.start, term.end
            yield token


class PlaceList(Positions):  # type: ignore[misc]
    """The places of a term in a passage as native int32, where Whoosh's own format has a pickle for each."""

    def encode(self, poslist: Sequence[int]) -> bytes:
        """Return places as they are stored."""
        return array("i", poslist).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """Return places as they were."""
        return memoryview(valuestring).cast("i").tolist()

    def decode_frequency(self, valuestring: bytes) -> int:
        """Return how many places there are."""
        return len(valuestring) // PLACE_BYTES


class AnalysedText(TEXT):  # type: ignore[misc]
    """A text to search in. A document may give it analysed, as Places: then it is not analysed again."""

    def __init__(self) -> None:
        super().__init__(analyzer=TermAnalyser(), phrase=True, stored=False)
        self.format = PlaceList()

    def index(self, value: str | Places, **options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield of each term its bytes, how often it is there, what that weighs, and its encoded places."""
        if isinstance(value, str):
            yield from super().index(value, **options)
            return
        for term, places in value.items():
            encoded = _encoded_places(tuple(places))
            yield _encoded_term(term), len(places), _float(len(places)), encoded


# A segment is in memory until it is written, and most of its postings have the same few parts: kept, they take half.
_encoded_term: Final = lru_cache(1 << 16)(str.encode)
_encoded_places: Final = lru_cache(1 << 16)(PlaceList().encode)
_float: Final = lru_cache(1 << 8)(float)


def make_schema() -> Schema:
    """Return the schema of an index."""
    return Schema(key=STORED, **{name: AnalysedText() for name in FIELDS})
