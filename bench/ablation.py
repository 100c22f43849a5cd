"""`python -m bench.ablation FOLDER...`: what each part of finding is worth and costs, written to docs/ablation.md.

Each part is left out in turn: of answers about the shipped articles (judged questions of tests/quality) and of the
judged collections in the folders given (corpus.jsonl, queries.jsonl, qrels.tsv). A part that nothing would miss goes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from copy import copy
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from kb_service.content.library import read_library
from kb_service.evaluation.figures import ndcg
from kb_service.evaluation.judged_questions import JudgedQuestion, JudgedSet, read_judged, sample
from kb_service.evaluation.runs import best_of_each, subject_of_documents
from kb_service.evaluation.typing_slips import set_with_typos
from kb_service.index.port import Snapshot
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.index.word_table import WordTable
from kb_service.indexing import read_wording
from kb_service.meaning.installed_model import open_encoder
from kb_service.meaning.vectors import Encoder
from kb_service.ranking import RANKING_WEIGHTS, Ranker, RankingWeights
from kb_service.settings import Settings
from quality.reader_figures import put_between

ROOT: Final = Path(__file__).parents[1]
OWN: Final = ("held-out-questions", "billing-questions")
QUESTIONS: Final = 300  # of each judged collection
ROUNDS: Final = 5
BEGIN: Final = "<!-- finding: written by bench.ablation -->"
END: Final = "<!-- end of finding -->"
TIMED: Final = 60


class Part(NamedTuple):
    """What is left out: some weights, the model, or what the snapshot knows."""

    name: str
    weights: RankingWeights = RANKING_WEIGHTS
    by_meaning: bool = True
    altered: Callable[[Snapshot], Snapshot] = lambda snapshot: snapshot

    @property
    def is_weighed_only(self) -> bool:
        """Whether leaving it out saves nothing: it is found for other reasons too, confidence or marks."""
        return self.weights != RANKING_WEIGHTS


def _altered(snapshot: Snapshot, **changed: object) -> Snapshot:
    """Return a snapshot whose catalogue does not know some things."""
    catalogue = copy(snapshot.catalogue)
    vars(catalogue).update(changed)
    return snapshot._replace(catalogue=catalogue)


def _unlearnt(snapshot: Snapshot) -> Snapshot:
    known = copy(snapshot.catalogue.known_questions)
    known.classifier = None
    return _altered(snapshot, known_questions=known)


def _unspelt(snapshot: Snapshot) -> Snapshot:
    return _altered(snapshot, words=WordTable.of({}))


def _without_synonyms(snapshot: Snapshot) -> Snapshot:
    return _altered(snapshot, guide=msgspec.structs.replace(snapshot.catalogue.guide, synonyms=()))


EVERYTHING: Final = Part("everything")
PARTS: Final = (
    EVERYTHING,
    Part("the model (words alone)", by_meaning=False),
    Part("words (meaning alone)", RankingWeights(lexical=0.0)),
    Part("the classifier of what is asked", altered=_unlearnt),
    Part("the likest known question or title", RankingWeights(question_likeness=0.0)),
    Part("words near each other", RankingWeights(proximity=0.0)),
    Part("repair of typing slips", altered=_unspelt),
    Part("synonyms", altered=_without_synonyms),
    Part("less for common headings", RankingWeights(common_heading=0.0)),
)


class Subject(NamedTuple):
    """Something to ask: its snapshot, and judged questions."""

    snapshot: Snapshot
    judged: JudgedSet


class _Remembering:
    """An encoder that reads each question once: what it costs is told apart."""

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self.dimensions = encoder.dimensions
        self.encode, self.encode_closely = encoder.encode, encoder.encode_closely
        self.token_dimensions = encoder.token_dimensions
        self.pairs = encoder.pairs
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}
        self._tokens: dict[str, NDArray[np.float32]] = {}

    def encode_one(self, text: str) -> NDArray[np.float32]:
        if text not in self._known:
            self._known[text] = self._encoder.encode_one(text)
            self._tokens[text] = self._encoder.tokens_of(text)
        return self._known[text]

    def tokens_of(self, text: str) -> NDArray[np.float32]:
        self.encode_one(text)
        return self._tokens[text]


def main(folders: Sequence[str]) -> None:
    """Measure and write docs/ablation.md."""
    threadpool_limits(1, user_api="blas")  # as what serves does
    encoder = open_encoder(Settings().model, threads=1)
    if encoder is None:
        sys.exit("The model is not installed: kb model install.")
    with ExitStack() as opened:
        remembering = _Remembering(encoder)
        own = opened.enter_context(TemporaryDirectory(prefix="bench-"))
        subjects = [*_own(Path(own), encoder)]
        for folder in folders:
            judged = sample(read_judged(Path(folder), lambda: ()), QUESTIONS)
            subject = subject_of_documents(judged.documents or (), encoder=encoder, no_answer_below=0.0)
            subjects.append(Subject(opened.enter_context(subject).ranker.snapshot, judged))
        rows = [_row(part, subjects, remembering) for part in PARTS]
        costs = _costs(subjects[0], remembering)
        encoding = _encoding(subjects[0].judged, encoder)
    put_between(ROOT / "docs" / "ablation.md", BEGIN, END, [*_lines(rows, costs, encoding, subjects)])


def _own(folder: Path, encoder: Encoder) -> Iterator[Subject]:
    """Index the shipped articles; give their judged questions, and the same with typing slips."""
    articles = read_library(ROOT / "articles").articles
    wording, _ = read_wording(ROOT / "articles", articles)
    engine = WhooshEngine(folder, encoder=encoder)
    engine.replace_all(articles, wording=wording)
    files = [ROOT / "tests" / "quality" / "data" / f"{name}.jsonl" for name in OWN]
    sets = [read_judged(file, lambda: articles) for file in files]
    questions = tuple(question for each in sets for question in each.questions if question.relevant)
    own = msgspec.structs.replace(sets[0], name="shipped articles", questions=questions)
    for judged in (own, set_with_typos(own)):
        yield Subject(engine.snapshot(audience="public"), judged)


def _row(part: Part, subjects: Sequence[Subject], encoder: Encoder) -> Mapping[str, float]:
    """Return the figures of all subjects without a part."""
    figures = {}
    for snapshot, judged in subjects:
        ranker = Ranker(part.altered(snapshot), encoder=encoder if part.by_meaning else None, weights=part.weights)
        figures[judged.name] = fmean(_figure(ranker, question) for question in judged.questions if question.relevant)
    return figures


def _figure(ranker: Ranker, question: JudgedQuestion) -> float:
    ranked = ranker.rank(ranker.understander.understand(question.text), limit=50)
    return ndcg([*best_of_each(ranked.passages)], question.relevant or {}, k=10)


def _costs(subject: Subject, encoder: Encoder) -> list[float]:
    """Return microseconds of CPU for a question with all parts, and what each part adds: medians of rounds in turn."""
    rankers = [
        Ranker(part.altered(subject.snapshot), encoder=encoder if part.by_meaning else None, weights=part.weights)
        for part in PARTS
    ]
    questions = [question.text for question in subject.judged.questions][:TIMED]
    spent: list[list[float]] = [[] for _ in rankers]
    for text in questions * ROUNDS:
        for ranker, times in zip(rankers, spent, strict=True):
            started = time.thread_time_ns()
            ranker.rank(ranker.understander.understand(text), limit=5)
            times.append((time.thread_time_ns() - started) / 1000)
    whole = median(spent[0])
    return [whole, *(median(a - b for a, b in zip(spent[0], each, strict=True)) for each in spent[1:])]


def _encoding(judged: JudgedSet, encoder: Encoder) -> float:
    times = []
    for question in judged.questions[:TIMED]:
        started = time.thread_time_ns()
        encoder.encode_one(question.text)
        times.append((time.thread_time_ns() - started) / 1000)
    return median(times)


def _lines(
    rows: Sequence[Mapping[str, float]], costs: Sequence[float], encoding: float, subjects: Sequence[Subject]
) -> Iterator[str]:
    names = [subject.judged.name for subject in subjects]
    asked = len(subjects[0].judged.questions)
    yield "Written by `python -m bench.ablation FOLDER...`: each part of finding is left out in turn, and nDCG@10 taken"
    yield f"of {asked} judged questions about the shipped articles (tests/quality), of the same with a slip in every"
    yield "third longer word, and of judged collections. Microseconds of CPU are what the part adds to a question about"
    yield "the shipped articles (a dash: found for other reasons too, so that leaving it out saves nothing); the model"
    yield f"takes {encoding:,.0f} more to read it, on one thread. Times hold for one machine: read them side by side.\n"
    yield "About nothing, or less: what takes its place costs as much. Common headings matter to the quote alone.\n"
    yield f"| without | {' | '.join(names)} | µs |"
    yield f"| --- |{' ---: |' * (len(names) + 1)}"
    for part, row, cost in zip(PARTS, rows, costs, strict=True):
        cells = [f"{row[name]:.3f}" for name in names]
        label = f"nothing: {part.name}" if part is EVERYTHING else part.name
        yield f"| {label} | {' | '.join(cells)} | {'—' if part.is_weighed_only else f'{cost:,.0f}'} |"


if __name__ == "__main__":
    main(sys.argv[1:])
