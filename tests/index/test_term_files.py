"""What is written in place of Whoosh's own field writer is what that one writes."""

from __future__ import annotations

from pathlib import Path
from pickle import dumps
from random import Random
from typing import Any

import pytest
from whoosh.codec import whoosh3
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.util.numeric import byte_to_length, length_to_byte

from kb_service.index.whoosh.schema import make_schema
from kb_service.index.whoosh.segments import COMPRESSION
from kb_service.index.whoosh.term_files import BLOCK, PROTOCOL, Collected, TermFiles

PASSAGES = 400
HOLDING = (1, 1, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 300)
FIELDS = ("questions", "text")


def some_terms() -> dict[str, Collected]:
    chance = Random(1)
    encode = make_schema()["text"].format.encode
    terms: dict[str, Collected] = {}
    for number in range(60):
        ids = sorted(chance.sample(range(PASSAGES), chance.choice(HOLDING)))
        counts = [chance.choice((1, 1, 3, 4)) if number % 3 else 1 + number % 2 for _ in ids]
        places = [encode(tuple(sorted(chance.sample(range(500), count)))) for count in counts]
        terms[f"t{number:02}é"] = [part for posting in zip(ids, counts, places, strict=True) for part in posting]
    return terms


def by_whoosh(storage: FileStorage, segment: Any, lengths: bytes) -> None:
    writer, field = W3Codec(compression=COMPRESSION).field_writer(storage, segment), make_schema()["text"]
    for name in FIELDS:
        writer.start_field(name, field)
        for term, found in some_terms().items():
            writer.start_term(term.encode())
            for passage, count, encoded in zip(found[::3], found[1::3], found[2::3], strict=True):
                writer.add(passage, count, encoded, byte_to_length(lengths[passage]))
            writer.finish_term()
        writer.finish_field()
    writer.close()


def by_us(storage: FileStorage, segment: Any, lengths: bytes) -> None:
    files = TermFiles(storage, segment)
    for name in FIELDS:
        files.write_field(name, some_terms(), lengths)
    files.close()


@pytest.fixture
def newer_pickles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Whoosh write the version of pickles that we do."""
    monkeypatch.setattr(whoosh3, "dumps", lambda found, _: dumps(found, PROTOCOL))


@pytest.mark.usefixtures("newer_pickles")
def test_every_byte_is_the_one_that_whoosh_writes(tmp_path: Path) -> None:
    chance, storage = Random(2), FileStorage(str(tmp_path))
    lengths = bytes(length_to_byte(chance.randint(1, 3_000)) for _ in range(PASSAGES))
    theirs, ours = (W3Codec(compression=COMPRESSION).new_segment(storage, "MAIN") for _ in range(2))
    by_whoosh(storage, theirs, lengths)
    by_us(storage, ours, lengths)

    for ending in (W3Codec.TERMS_EXT, W3Codec.POSTS_EXT):
        written = [(tmp_path / segment.make_filename(ending)).read_bytes() for segment in (theirs, ours)]
        assert written[0] == written[1]
