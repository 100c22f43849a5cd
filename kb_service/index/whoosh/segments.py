"""Writes Whoosh segments through its codec, from terms that are counted and in order already.

Whoosh's own writer analyses, pickles and sorts each posting a second time: 8 s for 7,500 passages, this takes 3.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.util.numeric import length_to_byte

from kb_service.index.whoosh.schema import make_schema
from kb_service.index.whoosh.term_files import Collected, TermFiles

INDEX: Final = "MAIN"  # the name Whoosh opens when it is given none
# Most posting lists are shorter than what compressing saves, and reading them is quicker without.
COMPRESSION: Final = 0
ENCODINGS_KEPT: Final = 1 << 16  # most words stand once in a passage, at one of a few hundred positions


class SegmentWriter:
    """One segment, and an index of it alone: passages are added in order, then written at once.

    `name` is that of the index and begins the names of its files; indexes of other names may lie in the same `folder`.
    """

    def __init__(self, folder: Path, fields: Sequence[str], *, name: str = INDEX) -> None:
        self._folder = folder
        self._name = name
        self._storage = FileStorage(str(folder))
        self._schema = make_schema()
        self._codec = W3Codec(compression=COMPRESSION)
        self._segment = self._codec.new_segment(self._storage, name)
        self._passages: Any = self._codec.per_document_writer(self._storage, self._segment)
        self._fields = {name: _FieldPostings(self._schema[name]) for name in sorted(fields)}
        self._added = 0

    def add(self, passage_id: str, fields: Mapping[str, Mapping[str, Sequence[int]]]) -> None:
        """Add the next passage: of each field the terms, and of each term its positions, ascending."""
        self._passages.start_doc(self._added)
        self._passages.add_field("id", self._schema["id"], passage_id, 0)
        for name, field in self._fields.items():
            length = field.add(self._added, fields[name])
            self._passages.add_field(name, self._schema[name], None, length)
        self._passages.finish_doc()
        self._added += 1

    def write(self) -> None:
        """Write the segment and a table of contents that names it."""
        self._passages.close()
        files = TermFiles(self._storage, self._segment)
        for name, field in self._fields.items():
            field.write(name, files)
        files.close()
        self._segment.set_doc_count(self._added)
        self._segment.create_compound_file(self._storage)  # one file to share
        self._segment.compound = True
        TOC(self._schema, [self._segment], 0).write(self._storage, self._name)
        shutil.rmtree(self._folder / f"{self._name}.tmp")  # where Whoosh kept its columns while it wrote them


def join_segments(names: Iterable[str], folder: Path) -> None:
    """Make one index of the indexes with these names in `folder`, in this order, of the same files."""
    storage = FileStorage(str(folder))
    segments = [segment for name in names for segment in TOC.read(storage, name).segments]
    TOC(make_schema(), segments, 0).write(storage, INDEX)


class _FieldPostings:
    """The postings of one field by term: passages and encoded positions, as compact as Python keeps them."""

    def __init__(self, whoosh_field: Any) -> None:
        self._postings: defaultdict[str, Collected] = defaultdict(list)
        self._lengths = bytearray()
        self._encode = lru_cache(ENCODINGS_KEPT)(whoosh_field.format.encode)

    def add(self, passage: int, places: Mapping[str, Sequence[int]]) -> int:
        """Add a passage's terms and return its length in words."""
        postings, encode = self._postings, self._encode
        for term, positions in places.items():
            postings[term] += (passage, len(positions), encode(tuple(positions)))
        length = sum(map(len, places.values()))
        self._lengths.append(length_to_byte(length))
        return length

    def write(self, name: str, files: TermFiles) -> None:
        """Write the field."""
        if self._postings:
            files.write_field(name, self._postings, bytes(self._lengths))
