"""The reference engine: exact, slow and short. What another engine answers is checked against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from io import BytesIO
from itertools import accumulate
from typing import BinaryIO

import msgspec
import numpy as np

from kb_service.content.article import Article, Audience, Passage, stored_name
from kb_service.errors import IndexOutOfDate
from kb_service.index.articles import articles_for, served_assets
from kb_service.index.catalogue import Asked, Catalogue, Traits, catalogue_arrays
from kb_service.index.entries import analysed_passages, count_wording, embedded_text
from kb_service.index.guide import NO_WORDING, Wording, make_guide, section_passages
from kb_service.index.known_questions import asked
from kb_service.index.port import (
    Candidates,
    Codes,
    EngineStatus,
    Entry,
    Examine,
    Floats,
    Numbers,
    ReadAsset,
    Snapshot,
    accept,
    no_assets,
)
from kb_service.index.query import (
    FIELD_WEIGHTS,
    K1,
    And,
    B,
    Best,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Word,
    idf,
    rounded_lengths,
)
from kb_service.meaning.closely import Matches, matches, quantized_tokens
from kb_service.meaning.vectors import Alike, Encoder
from kb_service.text import split_sentences


class MemoryStore:
    """See index.port.Store."""

    def __init__(
        self, articles: Sequence[Article], wording: Wording, encoder: Encoder | None, read_asset: ReadAsset = no_assets
    ) -> None:
        self._articles = articles
        assets = [asset for article in articles for asset in served_assets(article)]
        self._assets = {asset.stored_name: read_asset(asset) for asset in assets}
        self._encoder = encoder
        self._guide = make_guide(articles, wording)
        self._passages = list(analysed_passages(articles))
        self._counts = [
            {field: Counter({term: len(at) for term, at in passage.fields[field].items()}) for field in FIELD_WEIGHTS}
            for passage in self._passages
        ]
        self._holding = cache(self._number_holding)

    def catalogue(self, *, generation: str, audience: Audience) -> Catalogue:
        """The catalogue of what is stored here."""
        words = Counter(word for passage in self._passages for word in passage.words)
        count_wording(self._guide, words)
        terms = {term for counts in self._counts for field in counts.values() for term in field}
        passages = [analysed.entry.passage for analysed in self._passages]
        arrays = catalogue_arrays(
            self._articles,
            self._guide,
            audience=audience,
            words=words,
            terms={term: self._holding("text", term) for term in terms},
            article_of=np.asarray([analysed.entry.article_number for analysed in self._passages], dtype=np.int32),
            traits=Traits(
                np.asarray([passage.kind == "steps" for passage in passages], dtype=np.bool_),
                np.asarray([self._is_common(passage) for passage in passages], dtype=np.bool_),
            ),
            asked_vectors=Asked(self._asked, self._encoder.name) if self._encoder else None,
            section_passages=self._section_passages(),
        )
        return Catalogue(arrays, generation=generation)

    def _section_passages(self) -> dict[tuple[int, str], tuple[int, int]]:
        firsts = [0, *accumulate(len(article.public.passages) for article in self._articles if article.public)]
        found = {}
        for _, number, anchor in self._guide.sections:
            first, end = section_passages(self._articles[number], anchor)
            found[number, anchor] = firsts[number] + first, firsts[number] + end
        return found

    def candidates(
        self,
        query: Query,
        *,
        limit: int,
        vector: Floats | None = None,
        topic: str | None = None,
        also: Numbers | None = None,
    ) -> Candidates:
        """See index.port.Store."""
        allowed = {n for n, p in enumerate(self._passages) if topic is None or topic in self._topics(p.entry)}
        scores = {number: self._score(number, query) for number in range(len(self._passages))}
        found = [number for number in allowed if scores[number] > 0]
        wanted = {*sorted(found, key=lambda number: (-scores[number], number))[:limit]}
        cosines = self._meanings @ vector if vector is not None and self._encoder else None
        if cosines is not None:
            wanted |= allowed.intersection(np.argsort(-cosines, kind="stable")[:limit].tolist())
        if also is not None:
            wanted |= allowed.intersection(also.tolist())
        best = np.asarray(sorted(wanted, key=lambda number: (-scores[number], number)), dtype=np.int32)
        return Candidates(
            numbers=best,
            scores=np.asarray([scores[number] for number in best.tolist()], dtype=np.float32),
            total=len(found),
            ceiling=self._ceiling(query),
            cosines=cosines[best] if cosines is not None else None,
            codes=self._codes,
        )

    def entries(self, numbers: Sequence[int], *, tokens: Floats | None = None) -> list[Entry]:
        """See index.port.Store."""
        entries = [self._passages[number].entry for number in numbers]
        if tokens is None or self._encoder is None:
            return entries
        return [msgspec.structs.replace(entry, matches=self._matches(entry.passage, tokens)) for entry in entries]

    def _matches(self, passage: Passage, asked_tokens: Floats) -> Matches:
        """Compare the tokens of a passage's own text, read with what stands before it, with those of a question."""
        assert self._encoder
        text = embedded_text(passage)
        before = len(text) - len(passage.text)
        (read,) = self._encoder.encode_closely([text])
        body = read.starts >= before
        starts = np.searchsorted(read.starts[body], [before + span.start for span in split_sentences(passage.text)])
        return matches(asked_tokens, quantized_tokens(read.tokens[body]), [*starts.tolist(), int(body.sum())])

    def asset(self, digest: str, name: str) -> BinaryIO | None:
        """See index.port.Store."""
        content = self._assets.get(stored_name(digest, name))
        return None if content is None else BytesIO(content)

    def articles_of(self, numbers: Sequence[int]) -> list[Article]:
        """See index.port.Store."""
        return [self._articles[number] for number in numbers]

    def asked_like(self, vector: Floats, *, count: int) -> Alike:
        """See index.port.Store."""
        cosines = self._asked @ vector if self._encoder else np.zeros(0, dtype=np.float32)
        return Alike(np.arange(len(cosines), dtype=np.int32), cosines)

    @cached_property
    def _asked(self) -> Floats:
        assert self._encoder
        return self._encoder.encode([text for text, _ in asked(self._guide)])

    @cached_property
    def _meanings(self) -> Floats:
        assert self._encoder
        return self._encoder.encode([embedded_text(analysed.entry.passage) for analysed in self._passages])

    def _is_common(self, passage: Passage) -> bool:
        return bool(passage.heading_path) and passage.heading_path[-1] in self._guide.common_headings

    def _topics(self, entry: Entry) -> Sequence[str]:
        return self._articles[entry.article_number].topics

    def _codes(self, numbers: Numbers) -> Codes:
        entries = [self._passages[number].entry for number in numbers.tolist()]
        codes = [np.frombuffer(entry.codes, dtype=np.uint32) for entry in entries]
        starts = [0, *accumulate(map(len, codes))]
        return Codes(np.concatenate([np.zeros(0, np.uint32), *codes]), starts, [entry.body_at for entry in entries])

    def _score(self, number: int, query: Query) -> float:
        match query:
            case Word(term, weight):
                return weight * sum(self._bm25(number, field, term) * w for field, w in FIELD_WEIGHTS.items())
            case Phrase(terms, weight):
                return weight * self._phrase(number, terms)
            case Prefix(start, weight):
                starting = {t for f in self._counts[number].values() for t in f if t.startswith(start)}
                return weight * sum(self._score(number, Word(term)) for term in sorted(starting))
            case Best(parts):
                return max((self._score(number, part) for part in parts), default=0.0)
            case Or(parts):
                return sum(self._score(number, part) for part in parts)
            case And(parts):
                return self._all_of(number, parts)
        return 0.0

    def _all_of(self, number: int, parts: Sequence[Query]) -> float:
        if any(isinstance(part, Not) and self._score(number, part.part) > 0 for part in parts):
            return 0.0
        scores = [self._score(number, part) for part in parts if not isinstance(part, Not)]
        return sum(scores) if all(score > 0 for score in scores) else 0.0

    def _phrase(self, number: int, terms: Sequence[str]) -> float:
        score = 0.0
        if not terms:
            return score
        for field, field_weight in FIELD_WEIGHTS.items():
            places = self._passages[number].fields[field]
            starts = places.get(terms[0], ())
            if any(all(at + i in places.get(term, ()) for i, term in enumerate(terms)) for at in starts):
                score += field_weight * sum(self._bm25(number, field, term) for term in terms)
        return score

    def _bm25(self, number: int, field: str, term: str) -> float:
        count = self._counts[number][field][term]
        if not count:
            return 0.0
        norm = K1 * (1 - B + B * self._lengths[field][number] / self._average[field])
        return idf(self._holding(field, term), len(self._passages)) * count * (K1 + 1) / (count + norm)

    @cached_property
    def _lengths(self) -> Mapping[str, Sequence[float]]:
        totals = {field: [counts[field].total() for counts in self._counts] for field in FIELD_WEIGHTS}
        return {field: rounded_lengths(np.asarray(lengths)).tolist() for field, lengths in totals.items()}

    @cached_property
    def _average(self) -> Mapping[str, float]:
        totals = {field: sum(counts[field].total() for counts in self._counts) for field in FIELD_WEIGHTS}
        return {field: total / len(self._counts) or 1.0 for field, total in totals.items()}

    def _number_holding(self, field: str, term: str) -> int:
        return sum(term in counts[field] for counts in self._counts)

    def _ceiling(self, query: Query) -> float:
        match query:
            case Word(term, weight):
                return weight * self._idf(term) * (K1 + 1)
            case Phrase(terms, weight):
                return weight * sum(map(self._idf, terms)) * (K1 + 1)
            case Prefix(_, weight):
                return weight * idf(0, len(self._passages)) * (K1 + 1)
            case Best(parts):
                return max((self._ceiling(part) for part in parts), default=0.0)
            case Or(parts) | And(parts):
                return sum(self._ceiling(part) for part in parts)
        return 0.0

    def _idf(self, term: str) -> float:
        return idf(self._holding("text", term), len(self._passages))


class MemoryEngine:
    """See index.port.Engine."""

    def __init__(self, *, encoder: Encoder | None = None) -> None:
        self._encoder = encoder
        self._articles: tuple[Article, ...] = ()
        self._snapshots: dict[Audience, Snapshot] = {}
        self._built = 0
        self._source = ""

    def snapshot(self, *, audience: Audience) -> Snapshot:
        """See index.port.Engine."""
        if audience not in self._snapshots:
            raise IndexOutOfDate("Nothing is indexed yet.")
        return self._snapshots[audience]

    def replace_all(
        self,
        articles: Iterable[Article],
        *,
        wording: Wording = NO_WORDING,
        source: Callable[[], str] | str = "",
        anew: bool = False,
        read_asset: ReadAsset = no_assets,
        examine: Examine = accept,
    ) -> EngineStatus:
        """See index.port.Engine."""
        articles = tuple(articles)
        self._built += 1
        audiences: tuple[Audience, ...] = ("public", "agent")
        snapshots = {}
        for audience in audiences:
            store = MemoryStore(articles_for(articles, audience), wording, self._encoder, read_asset)
            catalogue = store.catalogue(generation=f"{self._built:06d}-00000000", audience=audience)
            snapshots[audience] = Snapshot(catalogue, store)
        source = source if isinstance(source, str) else source()
        examine(_status(snapshots, source))
        self._snapshots, self._articles, self._source = snapshots, articles, source
        return self.status()

    def stored_articles(self) -> Mapping[str, Article]:
        """See index.port.Engine."""
        return {article.path: article for article in self._articles if not article.hidden}

    def status(self) -> EngineStatus:
        """See index.port.Engine."""
        if not self._snapshots:
            return EngineStatus(generation="", articles=0, passages=0, reason="Nothing is indexed yet.")
        return _status(self._snapshots, self._source)

    def generations(self) -> list[str]:
        """See index.port.Engine."""
        return [self.status().generation] if self._snapshots else []

    def measures(self) -> dict[str, float]:
        """See index.port.Engine."""
        return {}

    def storage(self) -> dict[str, dict[str, str]]:
        """See index.port.Engine."""
        return {audience: {"passages": str(s.catalogue.passages)} for audience, s in self._snapshots.items()}

    def close(self) -> None:
        """See index.port.Engine."""
        self._snapshots = {}


def _status(snapshots: Mapping[Audience, Snapshot], source: str) -> EngineStatus:
    public = snapshots["public"].catalogue
    return EngineStatus(generation=public.generation, articles=public.articles, passages=public.passages, source=source)
