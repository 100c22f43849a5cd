"""Writes a generation: what each audience may see, indexed by Whoosh and compiled.

<generation>/public/ and <generation>/agent/, of the same files where both audiences see the same
    catalogue.safetensors    see catalogue.py
    articles.msgpack         one record an article
    whoosh/, compiled/       Whoosh's index, and what was compiled of each of its segments: see segments.py
    postings.safetensors     what answers are scored from: see postings.py
    assets/                  pictures and files of the folder: see assets.py
    vectors.safetensors      where meanings are compared: of passages, of their tokens, and of what is asked
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from kb_service.content.article import Article, Audience
from kb_service.index.articles import AUDIENCES, ArticleSpool, Brief
from kb_service.index.building import Progress, passages_of_sections, read_meanings, unheard
from kb_service.index.catalogue import Asked, Traits, catalogue_arrays
from kb_service.index.entries import count_wording
from kb_service.index.guide import Wording, make_guide
from kb_service.index.mapped_files import Arrays, Records, link_or_copy, named, open_records, write_arrays
from kb_service.index.port import ReadAsset
from kb_service.index.whoosh.assets import ASSETS, write_assets
from kb_service.index.whoosh.postings import Joined, join_segments
from kb_service.index.whoosh.segments import (
    COMPILED,
    WHOOSH,
    Plan,
    batches,
    compiled_file,
    numbers_of,
    open_segment,
    plan_segments,
)
from kb_service.index.whoosh.store import ARTICLES_FILE, CATALOGUE_FILE, POSTINGS_FILE, VECTORS_FILE, WhooshStore
from kb_service.index.whoosh.writing import write_segments
from kb_service.meaning.closely import MeaningCache

SPOOL_FILE: Final = "articles.spool"


def write_generation(
    folder: Path,
    articles: Iterable[Article],
    *,
    before: Mapping[Audience, WhooshStore],
    wording: Wording,
    vectors: MeaningCache | None,
    progress: Progress | None,
    read_asset: ReadAsset,
) -> tuple[int, int]:
    """Write both audiences below `folder`; return the numbers of public articles and passages.

    What has not changed is taken over from the generation `before`, for which its manifest vouched: Whoosh unpickles
    some of it.
    """
    spool = ArticleSpool(folder / SPOOL_FILE, articles)
    for audience in AUDIENCES:
        (folder / audience).mkdir()
    spool.write({audience: folder / audience / ARTICLES_FILE for audience in AUDIENCES})
    (folder / SPOOL_FILE).unlink()
    public, agent = (folder / audience for audience in AUDIENCES)
    earlier = [store.folder for store in before.values()]
    write_assets(public, spool.assets("public"), earlier=earlier, read=read_asset)
    write_assets(agent, spool.assets("agent"), earlier=[public, *earlier], read=read_asset)
    of_public, of_agent = ([before[audience]] if audience in before else [] for audience in AUDIENCES)
    briefs = spool.briefs("public")
    build = partial(_Audience, wording=wording, vectors=vectors, progress=progress or unheard)
    passages = build(public, briefs).write(of_public)
    if [brief.digest for brief in briefs] == [brief.digest for brief in spool.briefs("agent")]:
        share(public, agent, but=(ARTICLES_FILE, ASSETS))
    else:
        build(agent, spool.briefs("agent")).write([WhooshStore(public, generation=""), *of_agent])
    return sum(not brief.article.unlisted for brief in briefs), passages


class _Audience:
    """Writes what one audience may see below its `folder`, where its articles are already."""

    def __init__(
        self,
        folder: Path,
        briefs: Sequence[Brief],
        *,
        wording: Wording,
        vectors: MeaningCache | None,
        progress: Progress,
    ) -> None:
        self._folder = folder
        self._all = briefs
        self._briefs = [brief for brief in briefs if not brief.article.unlisted]
        self._sizes = [brief.passages for brief in self._briefs]
        self._articles: Records[Article] = open_records(folder / ARTICLES_FILE, Article)
        self._guide = make_guide([brief.article for brief in briefs], wording)
        self._vectors = vectors
        self._progress = progress

    def write(self, earlier: Sequence[WhooshStore]) -> int:
        """Write it, and return the number of its passages; take over what is the same in `earlier` stores."""
        joined = self._index(earlier)
        count_wording(self._guide, joined.words)
        common = self._guide.common_headings
        arrays = catalogue_arrays(
            [brief.article for brief in self._all],
            self._guide,
            audience="public" if self._folder.name == "public" else "agent",
            words=joined.words,
            terms=joined.terms,
            article_of=np.repeat(np.arange(len(self._briefs), dtype=np.int32), self._sizes),
            traits=Traits(joined.steps, np.asarray([heading in common for heading in joined.headings], dtype=np.bool_)),
            asked_vectors=self._compare(self._vectors) if self._vectors else None,
            section_passages=passages_of_sections(self._guide, self._articles, self._sizes),
            before=[store.catalogue for store in earlier],
        )
        write_arrays(self._folder / CATALOGUE_FILE, arrays)
        return len(joined.steps)

    def _index(self, stores: Sequence[WhooshStore]) -> Joined:
        """Write Whoosh's index and what is compiled of it, beginning with that of the store that leaves least to do."""
        plans = [(store, plan_segments(self._briefs, store.held)) for store in stores]
        base, plan = min(plans, key=lambda each: each[1].passages, default=(None, plan_segments(self._briefs, [])))
        for folder in (WHOOSH, COMPILED):
            (self._folder / folder).mkdir()
        if base is not None:
            share(base.folder / WHOOSH, self._folder / WHOOSH)
            for name in plan.kept:
                link_or_copy(compiled_file(base.folder, name), compiled_file(self._folder, name))
        done = self._counted(plan.passages)
        names = write_segments(self._folder, self._additions(plan), deleted=plan.deleted, done=done)
        segments = [open_segment(self._folder, name) for name in names]
        firsts = np.cumsum([0, *self._sizes]).tolist()
        first_of = {brief.digest: first for brief, first in zip(self._briefs, firsts, strict=False)}
        numbers = [numbers_of(segment, first_of, plan.kept.get(segment.name, first_of)) for segment in segments]
        joined = join_segments(segments, numbers)
        write_arrays(self._folder / POSTINGS_FILE, joined.arrays)
        return joined

    def _additions(self, plan: Plan) -> Iterator[Iterator[tuple[bytes, Article]]]:
        """Yield what is to be written, a segment's articles at a time, each with its digest."""
        for batch in batches(plan.written, self._briefs):
            yield ((self._briefs[number].digest, self._articles[number]) for number in batch)

    def _compare(self, cache: MeaningCache) -> Asked:
        """Write the vectors of passages, of their tokens and of what is asked; return those of what is asked."""
        read = read_meanings(self._articles, self._guide, cache, self._progress)
        arrays: Arrays = {"sentence_starts": read.sentence_starts}
        for name, vectors in (("passages", read.passages), ("tokens", read.tokens), ("asked", read.asked)):
            arrays |= named(name, vectors._asdict())
        write_arrays(self._folder / VECTORS_FILE, arrays)
        return read.for_catalogue()

    def _counted(self, total: int) -> Callable[[int], None]:
        """Return what adds up finished passages, and tells how many they are."""
        counts = [0]

        def done(count: int) -> None:
            counts[0] += count
            self._progress(f"indexing for {self._folder.name}", counts[0], total)

        return done


def share(source: Path, target: Path, *, but: Sequence[str] = ()) -> None:
    """Let the folder `target` have the files below `source`, as the same files; all but those with certain names."""
    shutil.copytree(source, target, copy_function=link_or_copy, ignore=shutil.ignore_patterns(*but), dirs_exist_ok=True)
