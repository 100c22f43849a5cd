"""Writes one generation: an audience's entries, articles, vocabulary, Whoosh index and compiled postings, twice."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from whoosh import index as whoosh_index

from kb_service.content.article import Article
from kb_service.engines.records import write_records
from kb_service.engines.shelf import ShelvedPassage, as_public, count_wording, count_words, make_guide, shelve
from kb_service.engines.whoosh.postings import PostingsWriter
from kb_service.engines.whoosh.schema import LIMIT_MB, make_schema
from kb_service.engines.whoosh.snapshot import write_directory
from kb_service.errors import EngineUnavailable
from kb_service.meaning.vector_cache import VectorCache
from kb_service.meaning.vectors import Vectors, write_vectors
from kb_service.search.classifying import fit_classifier
from kb_service.search.engine import FIELDS, Entry, Guide, Vocabulary, Wording
from kb_service.search.likeness import asked, embedded_text
from kb_service.search.sentences import split_sentences

LAYOUT_VERSION: Final = 4
WHOOSH_FAILED: Final = "Whoosh cannot write the index"
Progress = Callable[[str, int, int], None]


def write_generation(
    folder: Path,
    *,
    public: Sequence[Article],
    agent: Sequence[Article],
    wording: Wording,
    vectors: VectorCache | None = None,
    progress: Progress | None = None,
) -> tuple[int, int]:
    """Write both audiences below `folder`; return the numbers of public articles and passages."""
    sizes = _write_shelf(folder / "public", public, make_guide(public, wording), vectors, progress)
    if [as_public(article) for article in agent] == list(public):  # no agent-only passage: the same files serve both
        shutil.copytree(
            folder / "public", folder / "agent", copy_function=_link, ignore=shutil.ignore_patterns("articles.*")
        )
        write_records(folder / "agent" / "articles.msgpack", agent)
    else:
        _write_shelf(folder / "agent", agent, make_guide(agent, wording), vectors, progress)
    return sizes


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # not every file system has hard links
        shutil.copyfile(source, target)


def _write_shelf(
    folder: Path,
    articles: Sequence[Article],
    guide: Guide,
    vectors: VectorCache | None,
    progress: Progress | None,
) -> tuple[int, int]:
    (folder / "whoosh").mkdir(parents=True)
    (folder / "postings").mkdir()
    write_records(folder / "articles.msgpack", articles)
    write_directory(folder, articles)
    (folder / "guide.msgpack").write_bytes(msgspec.msgpack.encode(guide))
    words: Counter[str] = Counter()
    article_of: list[int] = []
    total = sum(len(article.public.passages) for article in articles if article.public)
    passages = _reported(count_words(shelve(articles), words), folder.name, total, progress)
    written = write_records(folder / "entries.msgpack", _indexed(passages, folder, article_of))
    np.save(folder / "article_of.npy", np.asarray(article_of, dtype=np.int32))
    if vectors is not None:
        _write_vectors(folder, articles, guide, vectors, progress)
    count_wording(guide, words)
    (folder / "vocabulary.msgpack").write_bytes(msgspec.msgpack.encode(Vocabulary(words=dict(words))))
    return len(articles), written


def _indexed(passages: Iterable[ShelvedPassage], folder: Path, article_of: list[int]) -> Iterator[Entry]:
    """Write each passage into Whoosh and the compiled postings on its way; both are complete when this ends."""
    with _foreign_errors(WHOOSH_FAILED):
        writer: Any = whoosh_index.create_in(str(folder / "whoosh"), make_schema()).writer(limitmb=LIMIT_MB, procs=1)
    postings = PostingsWriter(FIELDS)
    try:
        for shelved in passages:
            entry = shelved.entry
            with _foreign_errors(WHOOSH_FAILED):
                writer.add_document(id=entry.passage.id, topics=",".join(entry.topics), **shelved.fields)
            postings.add({name: (term.term for term in terms) for name, terms in shelved.fields.items()})
            article_of.append(entry.article_number)
            yield entry
        with _foreign_errors(WHOOSH_FAILED):
            writer.commit(optimize=True)
    except BaseException:
        with suppress(Exception):
            writer.cancel()
        raise
    postings.write(folder / "postings")


@contextmanager
def _foreign_errors(failed: str) -> Iterator[None]:
    """Translate what is not an OSError already: either library raises whatever comes of a failure further in."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise EngineUnavailable(f"{failed}: {error!r}.") from error


def _write_vectors(
    folder: Path, articles: Sequence[Article], guide: Guide, cache: VectorCache, progress: Progress | None
) -> None:
    passages = [passage for article in articles if article.public for passage in article.public.passages]
    sentences = [[text[start:end] for start, end, _ in split_sentences(text)] for text in (p.text for p in passages)]
    np.save(folder / "sentence_starts.npy", np.cumsum([0, *(len(each) for each in sentences)], dtype=np.int32))
    tables = {
        "passages": [embedded_text(passage) for passage in passages],
        "questions": [text for text, _ in asked(guide)],
        "sentences": [sentence for each in sentences for sentence in each],
    }
    for name, texts in tables.items():
        report = (lambda done, total: progress("comparing meanings", done, total)) if progress else _unheard
        with _foreign_errors("The model cannot read the articles"):
            vectors = cache.encode(texts, progress=report)
        write_vectors(folder / f"{name}.vectors", vectors, encoder=cache.encoder_name)
        if name == "questions":
            _write_classifier(folder, guide, vectors, len(articles))


def _write_classifier(folder: Path, guide: Guide, vectors: Vectors, articles: int) -> None:
    classes = np.asarray([number for _, number in asked(guide)], dtype=np.int32)
    floats = vectors.whole * vectors.scales[:, None]
    weights = fit_classifier(floats, classes, articles) if len(classes) else None
    if weights is not None:
        np.save(folder / "classifier.npy", weights)


def _unheard(done: int, total: int) -> None:
    """Nobody watches."""


def _reported(
    passages: Iterator[ShelvedPassage], audience: str, total: int, progress: Progress | None
) -> Iterator[ShelvedPassage]:
    for done, shelved in enumerate(passages, 1):
        yield shelved
        if progress and (done % 100 == 0 or done == total):
            progress(f"indexing for {audience}", done, total)
