"""Makes of articles what an index of the cluster holds: counted and written to a temporary folder first.

Scores need the number of passages and mean lengths, and these are written into an index when it is created. So each
audience's documents are made first, and sent when all of them are known.

    p17                     a passage: its terms, and what `candidates` and `entries` return of it
    a3                      an article as this audience may read it
    catalogue.0, asked.0, vectors.0 …
                            pieces of the catalogue, of the vectors of what is asked, and of those of few passages
    asset.NAME, asset.NAME.0 …
    manifest                see manifest.py
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import msgspec
import numpy as np

from kb_service.content.article import Article, Audience
from kb_service.index.articles import ArticleSpool
from kb_service.index.building import Meanings, Progress, passages_of_sections, read_meanings
from kb_service.index.catalogue import Catalogue, Traits, catalogue_arrays
from kb_service.index.entries import AnalysedPassage, analysed_passages, count_wording
from kb_service.index.guide import Wording, make_guide
from kb_service.index.mapped_files import open_records, packed_arrays
from kb_service.index.opensearch.analyser import Layout, index_body, text_of, token_of
from kb_service.index.opensearch.assets import asset_documents
from kb_service.index.opensearch.manifest import FORMAT, MANIFEST, Manifest
from kb_service.index.opensearch.pieces import bulk_lines, extent_of, pieces_of
from kb_service.index.opensearch.store import COMPARED_BYTES, StoredPassage, brief_of
from kb_service.index.port import ReadAsset
from kb_service.index.query import FIELDS
from kb_service.meaning.closely import MeaningCache
from kb_service.meaning.vectors import Vectors

REPORT_EVERY: Final = 100


class Making(NamedTuple):
    """What the documents of every audience are made with.

    `before` are catalogues of the generation served; `has_graphs` tells whether the cluster can find what is nearest.
    """

    wording: Wording
    vectors: MeaningCache | None
    before: Sequence[Catalogue]
    progress: Progress
    read_asset: ReadAsset
    shards: int
    has_graphs: bool


class Prepared:
    """One audience's documents, made and counted, in a file of lines; `digest` changes with any of them."""

    def __init__(self, folder: Path, spool: ArticleSpool, audience: Audience, making: Making) -> None:
        self.audience: Audience = audience
        self._making = making
        self._briefs = spool.briefs(audience)
        self._listed = [brief for brief in self._briefs if not brief.article.unlisted]
        self._articles = open_records(folder / f"{audience}.articles", Article)
        self._guide = make_guide([brief.article for brief in self._briefs], making.wording)
        self._meanings: Meanings | None = None
        if making.vectors is not None:
            self._meanings = read_meanings(self._articles, self._guide, making.vectors, making.progress)
        self._layout = _layout(self._meanings, making)
        self._counted = _Counted()
        self._path, self.documents = folder / f"{audience}.bulk", 1  # the manifest
        with self._path.open("wb") as file:
            digest = sha256()
            for line in self._written(file, self._documents(spool)):
                digest.update(line)
            runs = self._runs()
            for name, data in runs.items():
                for line in self._written(file, ((piece, {"data": part}) for piece, part in pieces_of(name, data))):
                    digest.update(line)
        self._extents = {name: extent_of(data) for name, data in runs.items()}
        self.digest = digest.hexdigest()
        self.passages = len(self._counted.steps)

    def body(self) -> dict[str, Any]:
        """Return what the index is created with."""
        averages = {field: self._counted.lengths[field] / max(self.passages, 1) for field in FIELDS}
        return index_body(passages=self.passages, average=averages, layout=self._layout)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of all documents but the manifest."""
        with self._path.open("rb") as file:
            for action in file:
                yield action + file.readline()

    def manifest_lines(self, *, source: str) -> Iterator[bytes]:
        """Yield the lines of the manifest."""
        manifest = Manifest(
            format=FORMAT,
            source=source,
            articles=len(self._listed),
            passages=self.passages,
            documents=self.documents,
            layout=self._layout,
            runs=self._extents,
            built_at=time.time(),
        )
        yield from bulk_lines([(MANIFEST, {"data": msgspec.msgpack.encode(manifest)})])

    def _written(self, file: BinaryIO, named: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[bytes]:
        """Write and count documents; yield their lines."""
        for line in bulk_lines(named):
            file.write(line)
            self.documents += 1
            yield line

    def _documents(self, spool: ArticleSpool) -> Iterator[tuple[str, Mapping[str, Any]]]:
        encode = msgspec.msgpack.encode
        topics = [brief.article.topics for brief in self._briefs]
        total = sum(brief.passages for brief in self._briefs)
        for number, passage in enumerate(analysed_passages(self._articles)):
            self._counted.add(passage)
            of_article = topics[passage.entry.article_number]
            yield f"p{number}", _document(number, passage, of_article, self._meanings, in_graph=self._layout.graph)
            if (number + 1) % REPORT_EVERY == 0:
                self._making.progress(f"reading for {self.audience}", number + 1, total)
        for number, article in enumerate(self._articles):
            yield f"a{number}", {"data": encode(article)}
        for name, data in asset_documents(spool.assets(self.audience), self._making.read_asset):
            yield name, {"data": data}

    def _runs(self) -> dict[str, bytes]:
        """Return what is stored in pieces, when all passages are counted."""
        counted, common = self._counted, self._guide.common_headings
        count_wording(self._guide, counted.words)
        sizes = [brief.passages for brief in self._listed]
        arrays = catalogue_arrays(
            [brief.article for brief in self._briefs],
            self._guide,
            audience=self.audience,
            words=counted.words,
            terms=counted.terms,
            article_of=np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
            traits=Traits(
                np.asarray(counted.steps, dtype=np.bool_),
                np.asarray([heading in common for heading in counted.headings], dtype=np.bool_),
            ),
            asked_vectors=self._meanings.for_catalogue() if self._meanings else None,
            section_passages=passages_of_sections(self._guide, self._articles, sizes),
            before=self._making.before,
        )
        runs = {"catalogue": b"".join(packed_arrays(arrays))}
        if self._meanings is not None:
            runs["asked"] = _packed(self._meanings.asked)
            if self._meanings.passages.whole.nbytes <= COMPARED_BYTES:
                runs["vectors"] = _packed(self._meanings.passages)
        return runs


class _Counted:
    """What is counted of passages while their documents are made."""

    def __init__(self) -> None:
        self.words: Counter[str] = Counter()
        self.terms: Counter[str] = Counter()
        self.lengths: Counter[str] = Counter()
        self.steps: list[bool] = []
        self.headings: list[str] = []

    def add(self, analysed: AnalysedPassage) -> None:
        """Count a passage."""
        passage = analysed.entry.passage
        self.words.update(analysed.words)
        self.terms.update(analysed.fields["text"].keys())
        self.terms.update(dict.fromkeys(analysed.fields["questions"], 0))
        for field, places in analysed.fields.items():
            self.lengths[field] += sum(map(len, places.values()))
        self.steps.append(passage.kind == "steps")
        self.headings.append(passage.heading_path[-1] if passage.heading_path else "")


def _layout(read: Meanings | None, making: Making) -> Layout:
    if read is None:
        return Layout(making.shards)
    whole = read.passages.whole
    return Layout(
        shards=making.shards,
        dimensions=whole.shape[1],
        token_dimensions=read.tokens.whole.shape[1],
        graph=making.has_graphs and whole.nbytes > COMPARED_BYTES,
    )


def _packed(vectors: Vectors) -> bytes:
    return b"".join(packed_arrays(vectors._asdict()))


def _document(
    number: int, passage: AnalysedPassage, topics: Sequence[str], meanings: Meanings | None, *, in_graph: bool
) -> Mapping[str, Any]:
    """Return the fields of a passage."""
    entry = passage.entry
    stored, brief, vector = StoredPassage(entry), brief_of(entry), {}
    if meanings is not None:
        whole, scale = meanings.passages.whole[number], float(meanings.passages.scales[number])
        first, last = meanings.sentence_starts[number : number + 2].tolist()
        starts = meanings.tokens.starts[first : last + 1].tolist()
        tokens = meanings.tokens.whole[starts[0] : starts[-1]].tobytes()
        stored = StoredPassage(entry, tokens, tuple([start - starts[0] for start in starts]))
        brief = brief_of(entry, whole, scale)
        vector = {"vector": whole.tolist()} if in_graph and whole.any() else {}  # nothing is alike to nothing
    return {
        "number": number,
        "topics": [token_of(topic) for topic in topics],
        "brief": brief,
        "data": msgspec.msgpack.encode(stored),
        **{field: text_of(passage.fields[field]) for field in FIELDS},
        **vector,
    }
