"""What every engine's builder makes of one audience's articles, whatever it is stored in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Article
from kb_service.errors import foreign_errors
from kb_service.index.catalogue import Asked
from kb_service.index.entries import embedded_text
from kb_service.index.guide import Guide, section_passages
from kb_service.index.known_questions import SectionPassages, asked
from kb_service.index.mapped_files import Records
from kb_service.meaning.closely import MeaningCache, Tokens
from kb_service.meaning.vectors import Encoder, Vectors, floats_of
from kb_service.text import split_sentences

Progress = Callable[[str, int, int], None]

VECTOR_CACHE: Final = "vectors.cache"
PASSAGE_CACHE: Final = "passages.cache"


class Meanings(NamedTuple):
    """What the encoder made of an audience's passages, of their tokens and of what is asked.

    Sentences of passage n are `sentence_starts[n]` up to `sentence_starts[n + 1]` (exclusive), see Tokens.starts.
    """

    passages: Vectors
    tokens: Tokens
    sentence_starts: NDArray[np.int32]
    asked: Vectors
    encoder: str

    def for_catalogue(self) -> Asked:
        """Return what the catalogue keeps of it."""
        return Asked(floats_of(self.asked), self.encoder)


@contextmanager
def meaning_cache(encoder: Encoder | None, folder: Path | None) -> Iterator[MeaningCache | None]:
    """Open what `encoder` made of texts, None without one: kept below `folder`, or without a folder for this build."""
    if encoder is None:
        yield None
    elif folder is None:
        with (
            tempfile.TemporaryDirectory(prefix="kb-vectors-") as passing,
            meaning_cache(encoder, Path(passing)) as cache,
        ):
            yield cache
    else:
        folder.mkdir(parents=True, exist_ok=True)
        with MeaningCache(folder / VECTOR_CACHE, folder / PASSAGE_CACHE, encoder) as cache:
            yield cache


def read_meanings(articles: Iterable[Article], guide: Guide, cache: MeaningCache, progress: Progress) -> Meanings:
    """Let the encoder read passages and what is asked, as far as `cache` does not know them."""
    views = [article.public for article in articles if article.public and not article.unlisted]
    passages = [passage for view in views for passage in view.passages]
    texts = [embedded_text(passage) for passage in passages]
    befores = [len(text) - len(passage.text) for text, passage in zip(texts, passages, strict=True)]
    starts = [
        [before + span.start for span in split_sentences(passage.text)]
        for passage, before in zip(passages, befores, strict=True)
    ]
    report = partial(progress, "comparing meanings")
    with foreign_errors("The model cannot read the articles"):
        read = cache.passages.encode(texts, starts, progress=report)
        of_asked = cache.asked.encode([text for text, _ in asked(guide)], progress=report)
    counted = np.cumsum([0, *map(len, starts)], dtype=np.int32)
    return Meanings(read.vectors, read.tokens, counted, of_asked, cache.encoder_name)


def passages_of_sections(
    guide: Guide, articles: Sequence[Article] | Records[Article], sizes: Sequence[int]
) -> SectionPassages:
    """Return the passages of sections with questions of their own, as known_question_arrays takes them.

    `sizes` are how many passages each of the `articles` has.
    """
    firsts = np.cumsum([0, *sizes]).tolist()
    found = {}
    for number, anchor in {(number, anchor) for _, number, anchor in guide.sections}:
        first, end = section_passages(articles[number], anchor)
        found[number, anchor] = firsts[number] + first, firsts[number] + end
    return found


def unheard(stage: str, done: int, total: int) -> None:
    """Nobody watches."""
