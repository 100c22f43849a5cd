"""Writes one generation: an audience's entries, articles, vocabulary, Whoosh index and compiled postings, twice."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec
import numpy as np

from kb_service.content.article import Article
from kb_service.engines.records import join_records, write_records
from kb_service.engines.shelf import as_public, count_wording, make_guide
from kb_service.engines.whoosh.postings_writer import join_counts
from kb_service.engines.whoosh.segments import join_segments
from kb_service.engines.whoosh.shards import plan_shards, write_shards
from kb_service.engines.whoosh.snapshot import write_directory
from kb_service.errors import EngineUnavailable
from kb_service.meaning.vector_cache import VectorCache
from kb_service.meaning.vectors import Vectors, write_vectors
from kb_service.search.classifying import fit_classifier
from kb_service.search.engine import FIELDS, Guide, Vocabulary, Wording
from kb_service.search.likeness import asked, embedded_text
from kb_service.search.sentences import split_sentences

LAYOUT_VERSION: Final = 5
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
    sizes = [len(article.public.passages) if article.public else 0 for article in articles]
    processes = os.cpu_count() or 1
    shards = plan_shards(sizes, processes)
    with _foreign_errors(WHOOSH_FAILED):
        write_shards(folder, shards, processes=processes, done=_counted(folder.name, sum(sizes), progress))
        join_segments(folder / "whoosh", [shard.name for shard in shards])
    words = _join_shards(folder, [folder / shard.name for shard in shards])
    if vectors is not None:
        _write_vectors(folder, articles, guide, vectors, progress)
    count_wording(guide, words)
    (folder / "vocabulary.msgpack").write_bytes(msgspec.msgpack.encode(Vocabulary(words=dict(words))))
    return len(articles), sum(sizes)


def _join_shards(folder: Path, shards: Sequence[Path]) -> Counter[str]:
    """Make one of the shards' entries and postings, remove the shards, and return their words, counted."""
    join_records([shard / "entries.msgpack" for shard in shards], folder / "entries.msgpack")
    np.save(folder / "article_of.npy", np.concatenate([np.load(shard / "article_of.npy") for shard in shards]))
    join_counts(shards, FIELDS, folder / "postings")
    words: Counter[str] = Counter()
    for shard in shards:
        words.update(msgspec.msgpack.decode((shard / "words.msgpack").read_bytes(), type=dict[str, int]))
        shutil.rmtree(shard)
    return words


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


def _counted(audience: str, total: int, progress: Progress | None) -> Callable[[int], None]:
    """Return what adds up finished passages, from any thread, and tells how many they are."""
    if progress is None:
        return lambda count: None
    counts: list[int] = [0]
    counting = Lock()

    def done(count: int) -> None:
        with counting:
            counts[0] += count
            progress(f"indexing for {audience}", counts[0], total)

    return done
