"""Makes of articles what an index of the cluster holds: counted and written to a temporary folder first.

Scores need the number of passages and mean lengths, and these are written into an index when it is created. So each
audience's documents are made first, and sent when all of them are known.

    p17                     a passage: its terms, and what `candidates` and `entries` return of it
    a3                      an article as this audience may read it
    catalogue.0, asked.0 …  pieces of the catalogue, and of the vectors of what is asked
    asset.NAME, asset.NAME.0 …
    manifest                what the index is: written last, so that one without it is incomplete
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from kb_service.content.article import Article, Audience
from kb_service.index.articles import ArticleSpool
from kb_service.index.building import Meanings, Progress, passages_of_sections, read_meanings
from kb_service.index.catalogue import Catalogue, Traits, catalogue_arrays
from kb_service.index.entries import AnalysedPassage, analysed_passages, count_wording
from kb_service.index.guide import Wording, make_guide
from kb_service.index.mapped_files import Records, open_records, packed_arrays
from kb_service.index.opensearch.analyser import Layout, index_body, text_of, token_of
from kb_service.index.opensearch.assets import asset_documents
from kb_service.index.opensearch.pieces import Extent, bulk_lines, extent_of, pieces_of
from kb_service.index.opensearch.store import StoredPassage, brief_of
from kb_service.index.port import ReadAsset
from kb_service.index.query import FIELDS
from kb_service.meaning.closely import MeaningCache
from kb_service.meaning.vectors import vector_arrays

MANIFEST: Final = "manifest"
REPORT_EVERY: Final = 100


class Manifest(msgspec.Struct, frozen=True):
    """What an index is: see generations.Manifest. `documents` are all that it holds, this one included."""

    format: str
    source: str
    articles: int
    passages: int
    documents: int
    layout: Layout
    catalogue: Extent
    asked: Extent | None
    built_at: float


class Prepared:
    """One audience's documents, made and counted, in a file of lines; `digest` changes with any of them."""

    def __init__(
        self,
        folder: Path,
        spool: ArticleSpool,
        audience: Audience,
        *,
        wording: Wording,
        vectors: MeaningCache | None,
        before: Sequence[Catalogue],
        progress: Progress,
        read_asset: ReadAsset,
        shards: int,
        knn: bool,
    ) -> None:
        """`knn` tells whether the cluster can find what is nearest; an index has so many `shards`."""
        self.audience: Audience = audience
        self._lines = folder / f"{audience}.bulk"
        self._briefs = spool.briefs(audience)
        self._progress = progress
        self._shards, self._knn = shards, knn
        articles = open_records(folder / f"{audience}.articles", Article)
        guide = make_guide([brief.article for brief in self._briefs], wording)
        self._meanings = read_meanings(articles, guide, vectors, progress) if vectors else None
        self._counted = _Counted()
        digest, self.documents = sha256(), 1  # the manifest
        with self._lines.open("wb") as file:
            documents = self._documents(articles, spool, read_asset)
            for line in bulk_lines(documents):
                digest.update(line)
                file.write(line)
                self.documents += 1
            count_wording(guide, self._counted.words)
            listed = [brief for brief in self._briefs if not brief.article.unlisted]
            sizes = [brief.passages for brief in listed]
            common = guide.common_headings
            arrays = catalogue_arrays(
                [brief.article for brief in self._briefs],
                guide,
                audience=audience,
                words=self._counted.words,
                terms=self._counted.terms,
                article_of=np.repeat(np.arange(len(listed), dtype=np.int32), sizes),
                traits=Traits(
                    np.asarray(self._counted.steps, dtype=np.bool_),
                    np.asarray([heading in common for heading in self._counted.headings], dtype=np.bool_),
                ),
                asked_vectors=self._meanings.for_catalogue() if self._meanings else None,
                section_passages=passages_of_sections(guide, articles, sizes),
                before=before,
            )
            catalogue = b"".join(packed_arrays(arrays))
            self._catalogue, self._asked = extent_of(catalogue), None
            runs = {"catalogue": catalogue}
            if self._meanings:
                runs["asked"] = b"".join(packed_arrays(vector_arrays(self._meanings.asked)))
                self._asked = extent_of(runs["asked"])
            for name, data in runs.items():
                for line in bulk_lines((piece, {"data": part}) for piece, part in pieces_of(name, data)):
                    file.write(line)
                    self.documents += 1
        digest.update(msgspec.json.encode((self._catalogue, self._asked)))
        self.digest = digest.hexdigest()
        self.articles, self.passages = len(listed), len(self._counted.steps)

    def body(self) -> dict[str, Any]:
        """Return what the index is created with."""
        averages = {field: self._counted.lengths[field] / max(self.passages, 1) for field in FIELDS}
        return index_body(passages=self.passages, average=averages, layout=self._layout())

    def manifest(self, *, format: str, source: str) -> Manifest:
        """Return the manifest of the index."""
        return Manifest(
            format=format,
            source=source,
            articles=self.articles,
            passages=self.passages,
            documents=self.documents,
            layout=self._layout(),
            catalogue=self._catalogue,
            asked=self._asked,
            built_at=time.time(),
        )

    def lines(self, manifest: Manifest) -> Iterator[bytes]:
        """Yield the lines of all documents, the manifest's last."""
        with self._lines.open("rb") as file:
            for action in file:
                yield action + file.readline()
        yield from bulk_lines([(MANIFEST, {"data": msgspec.msgpack.encode(manifest)})])

    def _layout(self) -> Layout:
        read = self._meanings
        if read is None:
            return Layout(self._shards)
        return Layout(self._shards, read.passages.whole.shape[1], read.tokens.whole.shape[1], self._knn)

    def _documents(
        self, articles: Records[Article], spool: ArticleSpool, read_asset: ReadAsset
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        encode = msgspec.msgpack.encode
        topics = [brief.article.topics for brief in self._briefs]
        total = sum(brief.passages for brief in self._briefs)
        for number, passage in enumerate(analysed_passages(articles)):
            self._counted.add(passage)
            yield (
                f"p{number}",
                _document(number, passage, topics[passage.entry.article_number], self._meanings, knn=self._knn),
            )
            if (number + 1) % REPORT_EVERY == 0:
                self._progress(f"reading for {self.audience}", number + 1, total)
        for number, article in enumerate(articles):
            yield f"a{number}", {"data": encode(article)}
        for name, data in asset_documents(spool.assets(self.audience), read_asset):
            yield name, {"data": data}


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


def _document(
    number: int, passage: AnalysedPassage, topics: Sequence[str], meanings: Meanings | None, *, knn: bool
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
        vector = {"vector": whole.tolist()} if knn and whole.any() else {}  # nothing is alike to nothing
    return {
        "number": number,
        "topics": [token_of(topic) for topic in topics],
        "brief": brief,
        "data": msgspec.msgpack.encode(stored),
        **{field: text_of(passage.fields[field]) for field in FIELDS},
        **vector,
    }
