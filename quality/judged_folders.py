"""Folders of articles with judged questions: what a reader is fitted on and judged by.

    FOLDER/articles/           Markdown
    FOLDER/questions.jsonl     question, answerable, passage, answer (word for word), also (further right passages)
    FOLDER/passages.jsonl      passage, text: as passages were cut when the questions were written

Passages are cut anew since: a marked answer is looked for by its text, in the article it was marked in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kb_service.content.article import Passage
from kb_service.evaluation.judged_questions import read_json_lines
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.indexing import build_index
from kb_service.meaning.vectors import Encoder
from kb_service.ranking import Ranker
from kb_service.text import tokens

QUESTIONS: Final = "questions.jsonl"
PASSAGES: Final = "passages.jsonl"


class Line(msgspec.Struct, frozen=True):
    """A line of questions.jsonl."""

    question: str
    answerable: bool
    passage: str = ""
    answer: str = ""
    also: tuple[str, ...] = ()


class _Cut(msgspec.Struct, frozen=True):
    passage: str
    text: str


class Judged(NamedTuple):
    """A question with what is right by today's passages: `marked` have the marked `answer`, `right` answer as well."""

    folder: str
    question: str
    answerable: bool
    answer: str
    marked: frozenset[str]
    right: frozenset[str]
    articles: frozenset[str]


def digest_of(folder: Path) -> str:
    """Return what tells these questions from others: the beginning of the SHA-256 of their file."""
    return hashlib.sha256((folder / QUESTIONS).read_bytes()).hexdigest()[:12]


def read_judged_folder(folder: Path, passages: Sequence[Passage]) -> list[Judged]:
    """Return the questions of a folder, their answers found in its passages of today."""
    words = {passage.id: words_of(passage.text) for passage in passages}
    of_article: dict[str, list[Passage]] = {}
    for passage in passages:
        of_article.setdefault(passage.article_id, []).append(passage)
    before = {cut.passage: cut.text for _, cut in read_json_lines(folder / PASSAGES, _Cut)}
    found = []
    for _, line in read_json_lines(folder / QUESTIONS, Line):
        mine = [passage.id for passage in of_article.get(article_of(line.passage), [])]
        marked = {each for each in mine if f" {words_of(line.answer)} " in f" {words[each]} "} if line.answer else set()
        if line.passage in marked or (not marked and line.passage in words):
            marked = {line.passage}
        others = {_most_alike(before.get(each, ""), each, of_article, words) for each in line.also}
        found.append(
            Judged(
                folder=folder.name,
                question=line.question,
                answerable=line.answerable,
                answer=line.answer,
                marked=frozenset(marked),
                right=frozenset(marked | others - {""}),
                articles=frozenset(article_of(each) for each in (line.passage, *line.also) if each),
            )
        )
    return found


def article_of(passage_id: str) -> str:
    """Return the article of a passage."""
    return passage_id.split("#")[0]


def words_of(text: str) -> str:
    """Return the words of a text in their plain form."""
    return " ".join([token.word for token in tokens(text)])


def _most_alike(text: str, passage_id: str, of_article: Mapping[str, list[Passage]], words: Mapping[str, str]) -> str:
    """Return the passage of today that has most of the words of an earlier one; "" where its article is gone."""
    if passage_id in words:
        return passage_id
    wanted, mine = {*words_of(text).split()}, of_article.get(article_of(passage_id), [])
    shared = {each.id: _shared(wanted, {*words[each.id].split()}) for each in mine}
    return max(shared, key=shared.__getitem__, default="")


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


@contextmanager
def ranker_of(folder: Path, kept: Path, encoder: Encoder | None) -> Iterator[Ranker]:
    """Index the articles of a folder below `kept`, where that stays for the next time, and give what ranks them."""
    engine = WhooshEngine(kept / f"{folder.name}{'' if encoder else '.words'}", encoder=encoder)
    build_index(folder / "articles", engine, encoder_name=encoder.name if encoder else "")
    try:
        yield Ranker(engine.snapshot(audience="public"), encoder=encoder)
    finally:
        engine.close()


def passages_of(ranker: Ranker) -> list[Passage]:
    """Return all passages that are found."""
    return [entry.passage for entry in ranker.snapshot.store.entries(range(ranker.catalogue.passages))]
