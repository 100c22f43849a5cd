"""Judged collections as they are passed round: a folder of corpus.jsonl, queries.jsonl and qrels.tsv."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from kb_service.content.article import Article, Passage, View
from kb_service.errors import CallerError
from kb_service.evaluation.json_lines import bad_line, read_json_lines, read_lines
from kb_service.evaluation.judgments import JudgedQuestion, JudgedSet

CORPUS: Final = "corpus.jsonl"
QUERIES: Final = "queries.jsonl"
QRELS: Final = "qrels.tsv"
COLLECTION_FILES: Final = (CORPUS, QUERIES, QRELS)
_NUMBER: Final = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)


class _Document(msgspec.Struct, frozen=True):
    id: str = msgspec.field(name="_id")
    text: str
    title: str = ""


class _Query(msgspec.Struct, frozen=True):
    id: str = msgspec.field(name="_id")
    text: str


_Record = TypeVar("_Record", _Document, _Query)


def read_collection(folder: Path) -> JudgedSet:
    """Return the questions that have a relevant document, and all documents.

    Raises CallerError for a missing file, a line that cannot be read, an id that stands twice, and a judgment of a
    query or document that is not there.
    """
    if missing := [name for name in COLLECTION_FILES if not (folder / name).is_file()]:
        raise CallerError(
            f"{folder}: {' and '.join(missing)} missing. A judged collection is {', '.join(COLLECTION_FILES)}."
        )
    documents = _by_id(folder / CORPUS, _Document)
    queries = _by_id(folder / QUERIES, _Query)
    relevant: dict[str, dict[str, float]] = {}
    for number, query, document, grade in _judgments(folder / QRELS):
        if query not in queries:
            raise bad_line(folder / QRELS, number, f"query {query!r} is not in {QUERIES}")
        if document not in documents:
            raise bad_line(folder / QRELS, number, f"document {document!r} is not in {CORPUS}")
        if grade > 0:
            relevant.setdefault(query, {})[document] = grade
    questions = (
        JudgedQuestion(id=q.id, text=q.text, relevant=relevant[q.id]) for q in queries.values() if q.id in relevant
    )
    return JudgedSet(
        name=folder.resolve().name,
        questions=tuple(questions),
        documents=tuple(_as_article(document) for document in documents.values()),
    )


def _by_id(path: Path, row: type[_Record]) -> dict[str, _Record]:
    found: dict[str, _Record] = {}
    for number, record in read_json_lines(path, row):
        if found.setdefault(record.id, record) is not record:
            raise bad_line(path, number, f"the id {record.id!r} stands twice")
    return found


def _judgments(path: Path) -> Iterator[tuple[int, str, str, float]]:
    """Yield line number, query, document and grade; the first line may name the columns."""
    for number, line in enumerate(read_lines(path), 1):
        if not line.strip():
            continue
        cells = line.rstrip("\r").split("\t")
        if len(cells) != 3:
            raise bad_line(path, number, f"{len(cells)} columns: write query, document and score, separated by tabs")
        if _NUMBER.fullmatch(cells[2].strip()):
            yield number, cells[0], cells[1], float(cells[2])
        elif number > 1:
            raise bad_line(path, number, f"the score {cells[2]!r} is no number")


def _as_article(document: _Document) -> Article:
    """Return a document as an article of one passage."""
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    passage = Passage(
        id=f"{document.id}#intro",
        article_id=document.id,
        title=document.title,
        heading_path=(),
        anchor="intro",
        position=0,
        text=document.text,
        kind="prose",
        audience="public",
        content_sha256=digest,
    )
    view = View(html="", sections=(), passages=(passage,))
    return Article(id=document.id, path=document.id, title=document.title, source_sha256=digest, public=view)
