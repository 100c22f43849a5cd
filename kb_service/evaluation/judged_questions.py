"""Judged questions, read from two kinds of files.

* A question file: one JSON object a line about the articles that are served, such as
  `{"question": "how do I remove a seat", "articles": ["remove-seats"]}` or `{"question": "…", "answerable": "n"}`.
* A judged collection: a folder of corpus.jsonl, queries.jsonl and qrels.tsv that brings its own documents.

A file that cannot be used raises CallerError, which names file and line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, TypeVar

import msgspec

from kb_service.content.article import Article, Passage, View
from kb_service.errors import CallerError

CORPUS: Final = "corpus.jsonl"
QUERIES: Final = "queries.jsonl"
QRELS: Final = "qrels.tsv"
COLLECTION_FILES: Final = (CORPUS, QUERIES, QRELS)
_NUMBER: Final = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)

Answerable = Literal["a", "p", "n"]


class JudgedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question and its judgment.

    `answerable`: "a" yes, "p" partly, "n" nothing answers it. `relevant` maps ids of articles to grades above 0; empty
    means that an answer was expected and no article has it (a miss), None that there is nothing to find. `span` is the
    text that answers, "" where nobody marked it; `tags` are further words about the question (topic, register, kind).
    """

    id: str
    text: str
    answerable: Answerable = "a"
    relevant: dict[str, float] | None = None
    span: str = ""
    tags: dict[str, str] = {}


class JudgedSet(msgspec.Struct, frozen=True, kw_only=True):
    """Questions under one name. `documents` are what to find them in; None: the articles that are served.

    `variant` is "" for questions as they were asked and names what was done to them otherwise ("typos").
    """

    name: str
    questions: tuple[JudgedQuestion, ...]
    documents: tuple[Article, ...] | None = None
    variant: str = ""
    warnings: tuple[str, ...] = ()


def sample(judged: JudgedSet, limit: int | None) -> JudgedSet:
    """Return a set of at most `limit` questions, taken at equal distances so that all parts of it are represented."""
    count = len(judged.questions)
    if limit is None or limit >= count:
        return judged
    chosen = tuple(judged.questions[i * count // limit] for i in range(limit))
    return msgspec.structs.replace(judged, questions=chosen)


def read_judged(path: Path, served: Callable[[], Sequence[Article]]) -> JudgedSet:
    """Return the judged set of a folder, of any of its three files, or of a question file.

    `served` gives the articles that are served; it is called for question files alone.
    """
    folder = _collection_of(path)
    judged = read_collection(folder) if folder else read_question_file(path, served())
    if not judged.questions:
        raise CallerError(f"{path}: there is no judged question in it.")
    return judged


def read_questions(path: Path) -> tuple[str, ...]:
    """Return the texts of the questions of any judged set."""
    if folder := _collection_of(path):
        return tuple(question.text for question in read_collection(folder).questions)
    return tuple(line.question for _, line in read_json_lines(path, _Line))


class _Line(msgspec.Struct, frozen=True):
    """A line of a question file; the names of other keys are not read. `text` is what answers, word for word."""

    question: str
    answerable: Answerable = "a"
    articles: tuple[str, ...] = ()
    article: str = ""
    sources: tuple[str, ...] = ()
    text: str = ""
    topic: str = ""
    register: str = ""
    kind: str = ""


def read_question_file(path: Path, articles: Sequence[Article]) -> JudgedSet:
    """Return the questions of a file, their answers looked up among `articles` (the ones that are served).

    A source that no article has is not a mistake of the file: the question then counts as missed and a warning says so.
    """
    current = {old: article.id for article in articles for old in article.redirects_from}
    current |= {article.id: article.id for article in articles}
    questions, warnings = [], []
    for number, line in read_json_lines(path, _Line):
        named = [*line.articles, *([line.article] if line.article else [])]
        relevant = None
        if line.answerable != "n":
            if strange := [name for name in named if name not in current]:
                reason = f"there is no article {strange[0]!r} in the index: correct the id, or run kb index"
                raise _bad_line(path, number, reason)
            if named or line.sources:
                by_source = [article.id for article in articles if not {*article.sources}.isdisjoint(line.sources)]
                relevant = dict.fromkeys([*(current[name] for name in named), *by_source], 1.0)
            elif line.answerable == "a":
                reason = 'name what answers under "articles" or "sources", or write "answerable": "n"'
                raise _bad_line(path, number, reason)
        if relevant == {}:
            sources = " or ".join(line.sources)
            warnings.append(f"{path}:{number}: no article has the source {sources}: counted as missed.")
        tags = {"topic": line.topic, "register": line.register, "kind": line.kind}
        question = JudgedQuestion(
            id=line.question,
            text=line.question,
            answerable=line.answerable,
            relevant=relevant,
            span=line.text,
            tags={name: tag for name, tag in tags.items() if tag},
        )
        questions.append(question)
    return JudgedSet(name=path.stem, questions=tuple(questions), warnings=tuple(warnings))


class _Document(msgspec.Struct, frozen=True):
    id: str = msgspec.field(name="_id")
    text: str
    title: str = ""


class _Query(msgspec.Struct, frozen=True):
    id: str = msgspec.field(name="_id")
    text: str


_Record = TypeVar("_Record", _Document, _Query)
_Read = TypeVar("_Read")


def read_collection(folder: Path) -> JudgedSet:
    """Return the questions of a collection that have a relevant document, and all documents."""
    if missing := [name for name in COLLECTION_FILES if not (folder / name).is_file()]:
        raise CallerError(
            f"{folder}: {' and '.join(missing)} missing. A judged collection is {', '.join(COLLECTION_FILES)}."
        )
    documents = _by_id(folder / CORPUS, _Document)
    queries = _by_id(folder / QUERIES, _Query)
    relevant: dict[str, dict[str, float]] = {}
    for number, query, document, grade in _judgments(folder / QRELS):
        if query not in queries:
            raise _bad_line(folder / QRELS, number, f"query {query!r} is not in {QUERIES}")
        if document not in documents:
            raise _bad_line(folder / QRELS, number, f"document {document!r} is not in {CORPUS}")
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


def read_json_lines(path: Path, row: type[_Read]) -> Iterator[tuple[int, _Read]]:
    """Yield the number of each line that is not blank and what it holds."""
    decoder = msgspec.json.Decoder(row)
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            try:
                yield number, decoder.decode(line)
            except msgspec.DecodeError as error:
                raise _bad_line(path, number, str(error)) from error


def _collection_of(path: Path) -> Path | None:
    if path.is_dir():
        return path
    return path.parent if path.name in COLLECTION_FILES else None


def _by_id(path: Path, row: type[_Record]) -> dict[str, _Record]:
    found: dict[str, _Record] = {}
    for number, record in read_json_lines(path, row):
        if found.setdefault(record.id, record) is not record:
            raise _bad_line(path, number, f"the id {record.id!r} stands twice")
    return found


def _judgments(path: Path) -> Iterator[tuple[int, str, str, float]]:
    """Yield line number, query, document and grade; the first line may name the columns."""
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        cells = line.rstrip("\r").split("\t")
        if len(cells) != 3:
            raise _bad_line(path, number, f"{len(cells)} columns: write query, document and score, separated by tabs")
        if _NUMBER.fullmatch(cells[2].strip()):
            yield number, cells[0], cells[1], float(cells[2])
        elif number > 1:
            raise _bad_line(path, number, f"the score {cells[2]!r} is not a number")


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


def _lines(path: Path) -> list[str]:
    """Return the lines of a UTF-8 file, with or without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise CallerError(f"{path}: it cannot be read: {error.strerror}. Check the name.") from error
    except UnicodeDecodeError as error:
        raise CallerError(f"{path}: it is not UTF-8 text ({error.reason} at byte {error.start}).") from error


def _bad_line(path: Path, number: int, reason: str) -> CallerError:
    return CallerError(f"{path}:{number}: {reason}")
