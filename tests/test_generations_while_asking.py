"""While new generations are published every result still comes from one of them alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from kb_service.answers.results import Question
from kb_service.content.article import Article, Audience
from kb_service.index.catalogue import Catalogue
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.knowledge_base import KnowledgeBase
from tests.builders import an_article
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine

pytestmark = pytest.mark.slow

ASKING_THREADS = 2
GENERATIONS = 3
SWITCH_SECONDS = 1e-5  # threads take turns far more often than usual; the builder, who waits for files, gets its turn


@pytest.fixture
def _switching_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    yield
    sys.setswitchinterval(before)


def articles_of(generation: int) -> list[Article]:
    """As many articles as the generation's number and one; every text says which it is."""
    return [
        an_article(f"a{number}", f"Seats of generation {generation}.", title=f"Seats {generation}", topics=["t"])
        for number in range(generation + 1)
    ]


def said_by(kb: KnowledgeBase) -> set[tuple[str, int]]:
    """What three ways of asking tell of the generation: its name, and its size by what is in it."""
    answer, result, page = kb.answer(Question("seats")), kb.search("seats", limit=100), kb.articles()
    texts = {passage.text for passage in answer.passages}, {passage.text for passage in result.passages}
    assert len(texts[0]) == len(texts[1]) == 1
    assert answer.index.passages == int(answer.passages[0].text.split()[-1].rstrip(".")) + 1
    assert result.index.passages == result.total == len(result.passages)
    assert page.index.articles == page.total == len(page.articles)
    return {(each.index.generation, each.index.passages) for each in (answer, result, page)}


@pytest.mark.usefixtures("_switching_often")
def test_each_result_names_the_one_generation_it_came_from(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    names = {0: engine.replace_all(articles_of(0)).generation}
    kb = KnowledgeBase(engine, staff_counter=FixedStaffCounter(), no_answer_below=0)
    published = Event()

    def ask() -> set[tuple[str, int]]:
        seen = said_by(kb)
        while not published.is_set():
            seen |= said_by(kb)
        return seen | said_by(kb)

    with ThreadPoolExecutor(ASKING_THREADS) as pool:
        asking = [pool.submit(ask) for _ in range(ASKING_THREADS)]
        try:
            for number in range(1, GENERATIONS):
                names[number] = engine.replace_all(articles_of(number)).generation
        finally:
            published.set()
        seen = set().union(*(each.result() for each in asking))

    assert seen <= {(name, number + 1) for number, name in names.items()}
    assert (names[GENERATIONS - 1], GENERATIONS) in seen
    assert len(seen) > 1


class SlowToPrepare:
    """A catalogue whose guide nobody gets before `ready` is set."""

    def __init__(self, catalogue: Catalogue, ready: Event, waiting: Event) -> None:
        self._catalogue, self._ready, self._waiting = catalogue, ready, waiting

    def __getattr__(self, name: str) -> Any:
        if name == "guide":
            self._waiting.set()
            assert self._ready.wait(10)
        return getattr(self._catalogue, name)


class Served(MemoryEngine):
    """Hands out what it is given."""

    def __init__(self, snapshot: Any) -> None:
        super().__init__()
        self.now = snapshot

    def snapshot(self, *, audience: Audience) -> Any:
        return self.now


def test_while_one_thread_prepares_a_generation_the_others_answer_from_the_one_before() -> None:
    engine, ready, waiting = MemoryEngine(), Event(), Event()
    first, second = (engine.replace_all(articles_of(n)) and engine.snapshot(audience="public") for n in (0, 1))
    served = Served(first)
    kb = KnowledgeBase(served, staff_counter=FixedStaffCounter(), no_answer_below=0)
    kb.warm_up()
    served.now = second._replace(catalogue=SlowToPrepare(second.catalogue, ready, waiting))
    with ThreadPoolExecutor(1) as pool:
        preparing = pool.submit(kb.answer, Question("seats"))
        assert waiting.wait(10)
        meanwhile = {kb.answer(Question("seats")).index.generation, kb.generation()}
        ready.set()

    assert meanwhile == {first.catalogue.generation}
    assert {preparing.result().index.generation, kb.generation()} == {second.catalogue.generation}
