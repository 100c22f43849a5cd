"""Writes one generation: an audience's entries, articles, vocabulary, Whoosh index and compiled postings, twice."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec
import numpy as np

from kb_service.content.article import Article
from kb_service.errors import EngineUnavailable
from kb_service.index.arrays import open_arrays, write_arrays
from kb_service.index.catalogue import Asked, Catalogue, Traits, catalogue_arrays
from kb_service.index.guide import Guide, Wording, make_guide
from kb_service.index.known_questions import asked
from kb_service.index.passage_columns import join_columns
from kb_service.index.records import Records, link_or_copy
from kb_service.index.scoring import FIELDS
from kb_service.index.shelf import count_wording, embedded_text
from kb_service.index.whoosh.compiling import write_postings
from kb_service.index.whoosh.counts import held_terms, held_words, join_article_numbers, join_words, passage_columns
from kb_service.index.whoosh.layout import (
    ARTICLES_FILE,
    CATALOGUE_FILE,
    COUNTS,
    TERMS_FILE,
    WORDS_FILE,
    entries_file,
    numbering_file,
    whoosh_folder,
)
from kb_service.index.whoosh.numbering import NOTHING, Numbering, open_numbering
from kb_service.index.whoosh.postings import Postings
from kb_service.index.whoosh.segments import join_segments
from kb_service.index.whoosh.shard_processes import write_shards
from kb_service.index.whoosh.shards import Shard, plan_shards, share_shard
from kb_service.index.whoosh.shelving import AUDIENCES, ArticleSpool, Shelved
from kb_service.meaning.vector_cache import VectorCache
from kb_service.meaning.vectors import VectorTable, write_vectors
from kb_service.text import split_sentences

SPOOL_FILE: Final = "articles.spool"
WHOOSH_FAILED: Final = "Whoosh cannot write the index"
Progress = Callable[[str, int, int], None]


def write_generation(
    folder: Path,
    articles: Iterable[Article],
    *,
    wording: Wording,
    vectors: VectorCache | None = None,
    before: Path | None = None,
    progress: Progress | None = None,
) -> tuple[int, int]:
    """Write both audiences below `folder`; return the numbers of public articles and passages.

    Shards that have not changed are shared with the generation `before`, which must be whole.
    """
    (folder / COUNTS).mkdir()
    spooled = folder / SPOOL_FILE
    spool = ArticleSpool(spooled, articles)
    kept = [before / audience for audience in AUDIENCES] if before else []
    for audience in AUDIENCES:
        (folder / audience).mkdir()
    spool.write({audience: folder / audience / ARTICLES_FILE for audience in AUDIENCES})
    spooled.unlink()
    for_public, for_agents = spool.shelved("public"), spool.shelved("agent")
    sizes = _write_shelf(folder / "public", for_public, wording, vectors, kept, progress)
    if _digests(for_public) == _digests(for_agents):  # no agent-only passage: the same files serve both
        shutil.copytree(
            folder / "public",
            folder / "agent",
            copy_function=link_or_copy,
            ignore=shutil.ignore_patterns(ARTICLES_FILE),
            dirs_exist_ok=True,
        )
        shutil.copytree(whoosh_folder(folder / "public"), whoosh_folder(folder / "agent"), copy_function=link_or_copy)
    else:
        kept = [folder / "public", *kept]
        _write_shelf(folder / "agent", for_agents, wording, vectors, kept, progress)
    return sizes


def _digests(shelf: Sequence[Shelved]) -> list[bytes]:
    return [shelved.digest for shelved in shelf]


def _write_shelf(
    folder: Path,
    shelved: Sequence[Shelved],
    wording: Wording,
    vectors: VectorCache | None,
    kept: Sequence[Path],
    progress: Progress | None,
) -> tuple[int, int]:
    for path in (folder / "postings", folder / "shards", whoosh_folder(folder)):
        path.mkdir(parents=True)
    articles = [each.article for each in shelved]
    guide = make_guide(articles, wording)
    shards = plan_shards(shelved)
    _write_shards(folder, shards, kept, progress)
    files = {shard.key: folder.parent / COUNTS / shard.key for shard in shards}
    words, traits = _join_shards(folder, files, guide.common_headings, kept)
    count_wording(guide, words)
    arrays = catalogue_arrays(
        articles,
        guide,
        audience="public" if folder.name == "public" else "agent",
        words=words,
        terms=Postings(folder / "postings", FIELDS).holding(),
        article_of=join_article_numbers(files.values(), [shard.first for shard in shards]),
        traits=traits,
        asked_vectors=_write_vectors(folder, guide, vectors, progress) if vectors else None,
        before=[Catalogue(open_arrays(place / CATALOGUE_FILE), generation="") for place in kept],
    )
    write_arrays(folder / CATALOGUE_FILE, arrays)
    return len(articles), sum(shard.passages for shard in shards)


def _write_shards(folder: Path, shards: Sequence[Shard], kept: Sequence[Path], progress: Progress | None) -> None:
    """Write the shards that none of the folders `kept` has, and share the others."""
    missing = []
    for shard in shards:
        found = next((place for place in kept if entries_file(place, shard.key).exists()), None)
        if found:
            share_shard(found, folder, shard)
        else:
            missing.append(shard)
    total = sum(shard.passages for shard in missing)
    with _foreign_errors(WHOOSH_FAILED):
        write_shards(folder, missing, processes=os.cpu_count() or 1, done=_counted(folder.name, total, progress))


def _join_shards(
    folder: Path, files: Mapping[str, Path], common_headings: Collection[str], kept: Sequence[Path]
) -> tuple[Counter[str], Traits]:
    """Write what is made of all shards together; return their words, counted, and the traits of their passages."""
    with _foreign_errors(WHOOSH_FAILED):
        join_segments(list(files), whoosh_folder(folder))
    write_postings(files, _numbered(TERMS_FILE, folder, files, held_terms, kept), FIELDS, folder / "postings")
    table, traits = join_columns(passage_columns(files.values()), common_headings)
    table.save(folder / "codes.safetensors")
    (folder / "shards.msgpack").write_bytes(msgspec.msgpack.encode(list(files)))
    return join_words(files, _numbered(WORDS_FILE, folder, files, held_words, kept)), traits


def _numbered(
    name: str, folder: Path, files: Mapping[str, Path], held: Callable[[Path], list[str]], kept: Sequence[Path]
) -> Numbering:
    """Return the numbering of all shards' terms or words, and keep it for the next generation.

    It begins with that of the same audience before, or else of the other.
    """
    known = sorted(kept, key=lambda place: place.name != folder.name)
    before = next((file for place in known if (file := numbering_file(place, name)).exists()), None)
    numbering = (open_numbering(before) if before else NOTHING).next(files, lambda key: held(files[key]))
    numbering.save(numbering_file(folder, name))
    return numbering


@contextmanager
def _foreign_errors(failed: str) -> Iterator[None]:
    """Translate what is not an OSError already: either library raises whatever comes of a failure further in."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise EngineUnavailable(f"{failed}: {error!r}.") from error


def _write_vectors(folder: Path, guide: Guide, cache: VectorCache, progress: Progress | None) -> Asked:
    """Write the vectors of passages, sentences and what is asked; return those of what is asked."""
    articles = Records(folder / ARTICLES_FILE, Article)
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
    table = VectorTable(folder / "questions.vectors")
    return Asked(table.all(), table.encoder)


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
