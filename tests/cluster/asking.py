"""Asks a knowledge base again and again from several threads, and checks every answer against the embedded engine's.

An answer is mixed when it has passages of two generations, partial when it has fewer than its generation should answer,
and wrong when it has others, or in another order.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from kb_service.answers.results import SearchResult
from kb_service.content.article import Article
from kb_service.errors import DependencyFailed
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.knowledge_base import KnowledgeBase
from tests.builders import an_article
from tests.fakes import FixedStaffCounter
from tests.index.generated import Generator

ARTICLES, THREADS, SHOWN = 60, 3, 10
PAUSE = 0.02  # seconds between two questions of a thread, for which nodes can start again
MADE = Generator(seed=11, vocabulary=120)
BODIES = [MADE.words(20, 60) for _ in range(ARTICLES)]
QUESTIONS = [MADE.words(2, 4) for _ in range(12)]
Truth = dict[str, list[str]]


def edition(number: int) -> list[Article]:
    """The articles of a generation: each names it, and every edition has them in another order."""
    turned = BODIES[number % ARTICLES :] + BODIES[: number % ARTICLES]
    return [an_article(f"a{n:03}", f"{body} edition{number}") for n, body in enumerate(turned)]


def edition_of(found: SearchResult) -> set[str]:
    """The editions that the passages of a result are of."""
    return {passage.text.split()[-1] for passage in found.passages}


def truth_of(number: int) -> Truth:
    """What an edition answers to each question: passages in their order, as the embedded engine finds them."""
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        engine.replace_all(edition(number))
        asked = KnowledgeBase(engine, staff_counter=FixedStaffCounter())
        found = {question: told(asked.search(question, limit=SHOWN)) for question in QUESTIONS}
        engine.close()
        return found


def told(found: SearchResult) -> list[str]:
    """The passages of a result, best first."""
    return [f"{passage.id}: {passage.text}" for passage in found.passages]


class Tally(msgspec.Struct):
    """What came of the questions."""

    right: int = 0
    failed: int = 0
    wrong: int = 0
    mixed: int = 0
    partial: int = 0
    slowest: float = 0.0
    failing_seconds: float = 0.0  # of all that failed
    errors: set[str] = msgspec.field(default_factory=set)
    editions: set[str] = msgspec.field(default_factory=set)

    def bad(self) -> tuple[int, int, int]:
        return self.wrong, self.mixed, self.partial


class Asking:
    """Threads that ask; `tally` is of what was asked since `begin`."""

    def __init__(self, knowledge_base: KnowledgeBase, truths: dict[str, Truth]) -> None:
        self._knowledge_base, self._truths = knowledge_base, truths
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.tally = Tally()
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(THREADS)]

    def begin(self) -> None:
        """Count anew."""
        with self._lock:
            self.tally = Tally()

    def counted(self) -> Tally:
        """What came until now."""
        with self._lock:
            return msgspec.structs.replace(self.tally)

    def wait_for(self, answers: int, *, seconds: float = 60.0) -> Tally:
        """Wait until so many more answers were right; return what came."""
        end, until = time.monotonic() + seconds, self.tally.right + answers
        while self.tally.right < until and time.monotonic() < end:
            time.sleep(0.05)
        return self.tally

    def wait_for_failures(self, failures: int, *, seconds: float = 10.0) -> Tally:
        """Wait until so many questions failed; return what came until then."""
        end = time.monotonic() + seconds
        while self.tally.failed < failures and time.monotonic() < end:
            time.sleep(0.05)
        return self.counted()

    def _ask(self, number: int) -> None:
        while not self._ended.is_set():
            number += 1
            question, started = QUESTIONS[number % len(QUESTIONS)], time.monotonic()
            try:
                found = self._knowledge_base.search(question, limit=SHOWN)
            except DependencyFailed as error:
                self._count(None, question, time.monotonic() - started, str(error))
            else:
                self._count(found, question, time.monotonic() - started, "")
            self._ended.wait(PAUSE)

    def _count(self, found: SearchResult | None, question: str, seconds: float, error: str) -> None:
        with self._lock:
            if found is None:
                self.tally.failed += 1
                self.tally.errors.add(error[:200])
                self.tally.failing_seconds += seconds
                return
            editions = edition_of(found)
            self.tally.slowest = max(self.tally.slowest, seconds)
            self.tally.editions |= editions
            if len(editions) > 1:
                self.tally.mixed += 1
                return
            answered, truths = told(found), [self._truths[edition][question] for edition in editions]
            if [answered] == truths:
                self.tally.right += 1
            elif not truths or len(answered) < len(truths[0]):
                self.tally.partial += 1
            else:
                self.tally.wrong += 1

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def asking(knowledge_base: KnowledgeBase, editions: Sequence[int]) -> Iterator[Asking]:
    """Ask inside the context, while any of these editions may be served."""
    asked = Asking(knowledge_base, {f"edition{number}": truth_of(number) for number in editions})
    asked.start()
    try:
        yield asked
    finally:
        asked.stop()
