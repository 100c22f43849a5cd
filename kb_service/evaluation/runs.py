"""Asks judged questions just as people ask them, and keeps what came: question by question, as JSON.

A kept run can be compared with a later one (see figures) without asking anything again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Final, TypeVar

import msgspec

from kb_service import __version__, ranking
from kb_service.answers import confidence
from kb_service.answers.answering import candidates, decide
from kb_service.answers.reader import READ, read_passages
from kb_service.answers.results import Outcome, Question
from kb_service.content.article import Article, Audience
from kb_service.errors import CallerError
from kb_service.evaluation.judged_questions import Answerable, JudgedQuestion, JudgedSet, sample
from kb_service.evaluation.typing_slips import set_with_typos
from kb_service.index import query
from kb_service.index.port import Engine
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.knowledge_base import KnowledgeBase
from kb_service.meaning.vectors import Encoder
from kb_service.questions.understanding import Understanding
from kb_service.ranking import Ranked, RankedList, Ranker
from kb_service.staff.counter import DisabledCounter

RUN_LAYOUT: Final = 1  # raise it when older files can no longer be read as this
DEPTH: Final = 50  # passages ranked: the most that /api/v1/search gives, and no more than ranking looks at anyway
SHOWN: Final = 5  # passages that an answer is decided on: the default `limit` of a question

Progress = Callable[[str, int, int], None]
_Asked = TypeVar("_Asked")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One question, its judgment (see JudgedQuestion) and what came of it.

    `ranked` are ids of articles, each once, at the place of its best passage, whose score stands in `scores`; the
    ranking goes on where the answer is "no_answer". `quote` is "" without an answer.
    """

    id: str
    question: str
    answerable: Answerable
    relevant: dict[str, float] | None
    span: str
    tags: dict[str, str]
    ranked: tuple[str, ...]
    scores: tuple[float, ...]
    confidence: float
    outcome: Outcome
    quote: str
    milliseconds: float

    @property
    def is_judged(self) -> bool:
        """Whether it is known what answers, or that nothing does."""
        return self.relevant is not None or self.answerable == "n"

    @property
    def is_answerable(self) -> bool:
        """Whether there is an article that answers."""
        return self.answerable == "a" and bool(self.relevant)

    @property
    def is_right(self) -> bool:
        """Whether the first article answers."""
        return bool(self.ranked and self.relevant and self.ranked[0] in self.relevant)


class SetRun(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one set, measured on `documents` articles of one index generation.

    `left_out` are its answerable questions again, without the articles that answer them; `foreign` are questions of
    another set. Nothing answers either.
    """

    name: str
    variant: str
    generation: str
    documents: int
    rows: tuple[Row, ...]
    left_out: tuple[Row, ...] = ()
    foreign: tuple[Row, ...] = ()


class RunDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured: enough to tell two runs apart. `weights` are the numbers of ranking and confidence."""

    version: str
    started_at: datetime
    model: str
    settings: dict[str, str]
    weights: dict[str, str]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement of some sets."""

    description: RunDescription
    sets: tuple[SetRun, ...]
    layout: int = RUN_LAYOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to ask beside the questions as they are: with typos, without their answers, questions of elsewhere.

    `limit` is the most questions taken of each set and of the foreign ones.
    """

    typos: bool = False
    leave_out: bool = False
    foreign: tuple[str, ...] = ()
    limit: int | None = None


class Subject:
    """What is measured: answers judged questions from what an audience may read; asks no helpdesk."""

    def __init__(
        self, engine: Engine, *, encoder: Encoder | None, no_answer_below: float, audience: Audience = "public"
    ) -> None:
        self._audience = audience
        self.ranker = Ranker(engine.snapshot(audience=audience), encoder=encoder)
        self.generation = self.ranker.catalogue.generation
        self.documents = self.ranker.catalogue.articles
        self._no_answer_below = no_answer_below
        self._knowledge_base = KnowledgeBase(
            engine, encoder=encoder, staff_counter=DisabledCounter(), no_answer_below=no_answer_below
        )

    def numbers_of(self, article_ids: Iterable[str]) -> set[int]:
        """Return the numbers of the articles with these ids, as far as there are such."""
        numbers = (self.ranker.catalogue.article_number(article_id) for article_id in article_ids)
        return {number for number in numbers if number is not None}

    def ask(self, question: JudgedQuestion) -> Row:
        """Return what a person gets who asks this."""
        answer = self._knowledge_base.answer(Question(question.text, audience=self._audience, limit=SHOWN))
        understood = self.ranker.understander.understand(question.text)
        best = best_of_each(in_order_of_reading(understood, candidates(self.ranker, understood, limit=DEPTH)))
        return Row(
            id=question.id,
            question=question.text,
            answerable=question.answerable,
            relevant=question.relevant,
            span=question.span,
            tags=question.tags,
            ranked=tuple(best),
            scores=tuple(best.values()),
            confidence=answer.confidence,
            outcome=answer.outcome,
            quote=answer.answer.text if answer.answer else "",
            milliseconds=answer.took_ms,
        )

    def ask_without_answer(self, row: Row) -> Row:
        """Return what a person would get for the question of `row` if the articles that answer it were not there.

        They are taken out of the candidates before these are ranked; only how rare words are still counts them.
        """
        understood = self.ranker.understander.understand(row.question)
        without = self.numbers_of(row.relevant or {})
        ranked = candidates(self.ranker, understood, limit=DEPTH, without=without)
        decision = decide(understood, ranked, no_answer_below=self._no_answer_below)
        best = best_of_each(in_order_of_reading(understood, ranked))
        return msgspec.structs.replace(
            row,
            answerable="n",
            relevant=None,
            span="",
            ranked=tuple(best),
            scores=tuple(best.values()),
            confidence=decision.confidence,
            outcome=decision.outcome,
            quote=decision.quote.text if decision.quote else "",
            milliseconds=0.0,
        )

    def ask_foreign(self, text: str) -> Row:
        """Return what a person gets who asks what these articles are not about."""
        return self.ask(JudgedQuestion(id=text, text=text, answerable="n"))


def in_order_of_reading(understood: Understanding, ranked: RankedList) -> list[Ranked]:
    """Return ranked passages, those that were read in the reader's order before the others."""
    return [*(each.ranked for each in read_passages(understood, ranked)), *ranked.passages[READ:]]


def best_of_each(passages: Iterable[Ranked]) -> dict[str, float]:
    """Return the articles in the order of their best passages, with the scores of those."""
    best: dict[str, float] = {}
    for one in passages:
        best.setdefault(one.entry.passage.article_id, round(one.score, 4))
    return best


@contextmanager
def subject_of_documents(
    documents: Sequence[Article], *, encoder: Encoder | None, no_answer_below: float, progress: Progress | None = None
) -> Iterator[Subject]:
    """Index `documents` in a temporary folder with the engine that serves, and give what answers from them."""
    with TemporaryDirectory(prefix="kb-evaluate-") as folder:
        engine = WhooshEngine(Path(folder), encoder=encoder, progress=progress)
        engine.replace_all(documents)
        try:
            yield Subject(engine, encoder=encoder, no_answer_below=no_answer_below)
        finally:
            engine.close()


def measure(judged: JudgedSet, plan: Plan, *, subject: Subject, progress: Progress | None = None) -> list[SetRun]:
    """Ask a set, and its copy with typos where wanted, and return what came."""
    taken = sample(judged, plan.limit)
    runs = [_run(taken, plan, subject, progress)]
    if plan.typos:
        runs.append(_run(set_with_typos(taken), Plan(), subject, progress))
    return runs


def describe_run(*, started_at: datetime, model: str, settings: dict[str, str]) -> RunDescription:
    """Return what tells this run from others."""
    return RunDescription(
        version=__version__,
        started_at=started_at,
        model=model,
        settings=settings,
        weights=_constants(query) | _constants(ranking) | _constants(confidence),
    )


def save_run(run: Run, path: Path) -> None:
    """Write a run. Raises CallerError when the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(run) + b"\n")
    except OSError as error:
        raise CallerError(f"The run cannot be saved in {path}: {error.strerror}.") from error


def load_run(path: Path) -> Run:
    """Return a saved run. Raises CallerError when the file is not one, or one of another layout."""
    try:
        run = msgspec.json.decode(path.read_bytes(), type=Run)
    except OSError as error:
        raise CallerError(f"The run {path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise CallerError(f"{path} is not a saved run: {error}. Make one with kb evaluate --save.") from error
    if run.layout != RUN_LAYOUT:
        raise CallerError(f"{path} is a run of layout {run.layout}; this version reads {RUN_LAYOUT}. Measure it again.")
    return run


def _run(judged: JudgedSet, plan: Plan, subject: Subject, progress: Progress | None) -> SetRun:
    def ask_all(what: str, asked: Iterable[_Asked], ask: Callable[[_Asked], Row]) -> tuple[Row, ...]:
        waiting, rows = list(asked), []
        for one in waiting:
            rows.append(ask(one))
            if progress:
                progress(f"{judged.name}: {what}", len(rows), len(waiting))
        return tuple(rows)

    rows = ask_all("asking", judged.questions, subject.ask)
    answerable = [row for row in rows if row.is_answerable] if plan.leave_out else []
    return SetRun(
        name=judged.name,
        variant=judged.variant,
        generation=subject.generation,
        documents=subject.documents,
        rows=rows,
        left_out=ask_all("leaving out", answerable, subject.ask_without_answer),
        foreign=ask_all("foreign questions", plan.foreign[: plan.limit], subject.ask_foreign),
    )


def _constants(module: ModuleType) -> dict[str, str]:
    return {name: repr(value) for name, value in vars(module).items() if name.isupper() and name[0] != "_"}
