"""Writes articles with Whoosh, through its public writer, and compiles each new segment through its public reader.

Whoosh's table of contents is a pickle: what is opened here was written by this build, or vouched for by a manifest.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import create_in, exists_in, open_dir
from whoosh.reading import SegmentReader

from kb_service.content.article import Article
from kb_service.errors import foreign_errors
from kb_service.index.entries import AnalysedPassage, analysed_passages
from kb_service.index.mapped_files import Arrays, named, write_arrays
from kb_service.index.query import FIELDS
from kb_service.index.whoosh.analyser import PLACE_BYTES, make_schema
from kb_service.index.whoosh.segments import WHOOSH, compiled_file
from kb_service.index.word_table import string_arrays

MEMORY_MB: Final = 256  # of postings, before Whoosh sorts them on disk
REPORT_EVERY: Final = 100
Done = Callable[[int], None]
Addition = tuple[bytes, Article]  # with its digest, see articles.Brief


def write_segments(
    folder: Path, batches: Iterable[Iterable[Addition]], *, deleted: Mapping[str, Sequence[int]], done: Done
) -> list[str]:
    """Write each batch of articles as a segment below the folder of an audience; return the names of all segments.

    Of an earlier index that is there already, the segments that `deleted` names are kept, each without these of its
    documents. `done` hears of passages as they are finished.

    Raises OSError, or EngineUnavailable for whatever Whoosh raises.
    """
    place, names = folder / WHOOSH, list(deleted)
    with foreign_errors("Whoosh cannot write the index (kb index --full begins anew)"):
        index = open_dir(str(place)) if exists_in(str(place)) else create_in(str(place), make_schema())
        index.writer().commit(mergetype=partial(_left, deleted))
        for batch in batches:
            names.append(_write_segment(folder, index, batch, done))
        index.close()
    (place / f"{index.indexname}_WRITELOCK").unlink(missing_ok=True)
    return names


def whoosh_says(folder: Path) -> dict[str, str]:
    """Return what Whoosh says of the index below the folder of an audience, which a manifest must vouch for."""
    with foreign_errors("Whoosh cannot read the index"):
        index = open_dir(str(folder / WHOOSH))
        with index.reader() as reader:
            found = {
                "documents": str(index.doc_count()),
                "deleted documents": str(index.doc_count_all() - index.doc_count()),
                "segments": str(sum(1 for leaf, _ in reader.leaf_readers() if leaf.doc_count_all())),
                "terms": str(sum(1 for _ in reader.all_terms())),
                "last modified": datetime.fromtimestamp(index.last_modified(), UTC).isoformat(timespec="seconds"),
                "written by Whoosh": ".".join(map(str, index.release)),
            }
        index.close()
    return found


def _left(deleted: Mapping[str, Sequence[int]], _: Any, segments: Sequence[Any]) -> list[Any]:
    """Return the segments to keep, without their documents to be deleted: a merge policy, as Whoosh calls it."""
    kept = [segment for segment in segments if segment.segment_id() in deleted]
    for segment in kept:
        for document in deleted[segment.segment_id()]:
            segment.delete_document(document)
    return kept


def _write_segment(folder: Path, index: Any, batch: Iterable[Addition], done: Done) -> str:
    """Write a segment, compile it, and return its name."""
    columns = _Columns()
    writer = index.writer(limitmb=MEMORY_MB, codec=_Codec(compression=0))  # most lists are too short to compress
    for number, passage in enumerate(analysed_passages(columns.noting(batch)), 1):
        writer.add_document(key=passage.entry.passage.id, **passage.fields)
        columns.add(passage)
        if number % REPORT_EVERY == 0:
            done(REPORT_EVERY)
    writer.commit(merge=False)
    segment = writer.get_segment()
    with SegmentReader(index.storage, writer.schema, segment) as reader:
        write_arrays(compiled_file(folder, segment.segment_id()), {**columns.arrays(), **_compiled(reader)})
    done(len(columns) % REPORT_EVERY)
    return str(segment.segment_id())


class _Codec(W3Codec):  # type: ignore[misc]  # Whoosh is untyped
    """Whoosh's own format, written by its own codec with the lengths of documents at hand.

    For every posting the writer asks how long its document is: the lookup in the file that Whoosh makes of it took a
    third of the time of writing.
    """

    def per_document_reader(self, storage: Any, segment: Any) -> Any:
        """Return Whoosh's reader of a segment, which has read each length once."""
        reader = super().per_document_reader(storage, segment)
        documents = range(segment.doc_count_all())
        lengths = {field: [reader.doc_field_length(each, field) for each in documents] for field in FIELDS}
        reader.doc_field_length = lambda document, field, default=0: lengths[field][document]
        return reader


def _compiled(reader: Any) -> Arrays:
    """Return the postings of a segment without deleted documents, see FieldPostings."""
    found = {field: _Postings() for field in FIELDS}
    for field, term in reader.all_terms():
        postings, matcher = found[field], reader.postings(field, term)
        postings.begin(term)
        while matcher.is_active():
            places = matcher.value()
            postings.ids.append(matcher.id())
            postings.sizes.append(len(places))
            postings.places += places
            matcher.next()
    documents = reader.doc_count_all()
    return {key: each for name in FIELDS for key, each in named(name, found[name].arrays(documents)).items()}


class _Postings:
    """The postings of a field while they are read."""

    def __init__(self) -> None:
        self.terms: list[str] = []
        self.starts, self.ids, self.sizes = array("i"), array("i"), array("i")
        self.places = bytearray()

    def begin(self, term: bytes) -> None:
        """Begin the next term."""
        self.terms.append(term.decode())
        self.starts.append(len(self.ids))

    def arrays(self, documents: int) -> Arrays:
        """Return FieldPostings by name, for a segment of so many documents."""
        self.starts.append(len(self.ids))
        starts, ids = (np.asarray(column, dtype=np.int32) for column in (self.starts, self.ids))
        counts = np.asarray(self.sizes, dtype=np.int32) // PLACE_BYTES
        return {
            **string_arrays(self.terms)._asdict(),
            "starts": starts,
            "ids": ids,
            "counts": counts,
            "places": np.frombuffer(self.places, dtype=np.int32),
            "place_starts": np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))[starts],
            "lengths": np.bincount(ids, counts, documents).astype(np.int32),
        }


class _Columns:
    """What a segment keeps of its passages beside their postings, see Segment."""

    def __init__(self) -> None:
        self._digests: list[bytes] = []
        self._sizes = array("i")
        self._encode = msgspec.msgpack.Encoder().encode
        self._entries, self._codes = bytearray(), bytearray()
        self._entry_starts, self._code_starts, self._word_starts = array("q", [0]), array("q", [0]), array("q", [0])
        self._body_at = array("i")
        self._steps = bytearray()
        self._headings: list[str] = []
        self._words: dict[str, int] = {}
        self._word_numbers = array("i")

    def __len__(self) -> int:
        return len(self._body_at)

    def noting(self, batch: Iterable[Addition]) -> Iterator[Article]:
        """Pass on the articles, noting their digests and sizes."""
        for digest, article in batch:
            self._digests.append(digest)
            self._sizes.append(len(article.public.passages) if article.public else 0)
            yield article

    def add(self, analysed: AnalysedPassage) -> None:
        """Add the next passage."""
        entry, numbers = analysed.entry, self._words
        passage = entry.passage
        self._entries += self._encode(msgspec.structs.replace(entry, article_number=0, codes=b""))
        self._codes += entry.codes
        self._word_numbers.extend([numbers.setdefault(word, len(numbers)) for word in analysed.words])
        self._entry_starts.append(len(self._entries))
        self._code_starts.append(len(self._codes) // 4)
        self._word_starts.append(len(self._word_numbers))
        self._body_at.append(entry.body_at)
        self._steps.append(passage.kind == "steps")
        self._headings.append(passage.heading_path[-1] if passage.heading_path else "")

    def arrays(self) -> Arrays:
        """Return all by name."""
        words = sorted(self._words)
        places = np.empty(len(words), dtype=np.int32)
        places[[self._words[word] for word in words]] = np.arange(len(words), dtype=np.int32)
        return {
            "digests": np.frombuffer(b"".join(self._digests), dtype=np.uint8).reshape(len(self._digests), -1),
            "sizes": np.asarray(self._sizes, dtype=np.int32),
            "entries": np.frombuffer(self._entries, dtype=np.uint8),
            "entry_starts": np.asarray(self._entry_starts, dtype=np.int64),
            "codes": np.frombuffer(self._codes, dtype=np.uint32),
            "code_starts": np.asarray(self._code_starts, dtype=np.int64),
            "body_at": np.asarray(self._body_at, dtype=np.int32),
            "steps": np.frombuffer(self._steps, dtype=np.bool_),
            **named("headings", string_arrays(self._headings)._asdict()),
            **named("words", string_arrays(words)._asdict()),
            "word_numbers": places[np.asarray(self._word_numbers, dtype=np.int32)],
            "word_starts": np.asarray(self._word_starts, dtype=np.int64),
        }
