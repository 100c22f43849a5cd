"""Eight threads on one snapshot get exactly the answers that one thread gets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb_service.index.port import Snapshot
from kb_service.index.query import Phrase, Prefix, Query
from kb_service.index.whoosh.engine import WhooshEngine
from tests.builders import an_article
from tests.index.generated import Generator

THREADS = 8
Answer = tuple[list[int], list[float], int, list[str]]


@pytest.fixture
def _switching_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def answer(snapshot: Snapshot, query: Query) -> Answer:
    ranking = snapshot.store.candidates(query, limit=5)
    numbers = ranking.numbers.tolist()
    return numbers, ranking.scores.tolist(), ranking.total, [e.passage.text for e in snapshot.store.entries(numbers)]


def asked(generator: Generator, count: int) -> list[Query]:
    """Words, phrases and beginnings of words."""
    common = generator.vocabulary[:7]
    phrases: list[Query] = [Phrase((first, second)) for first in common for second in common]
    return [*(generator.question() for _ in range(count)), *phrases, *(Prefix(word[:3]) for word in common)]


@pytest.mark.usefixtures("_switching_often")
def test_threads_get_what_one_thread_gets_while_a_new_generation_is_published(tmp_path: Path) -> None:
    generator = Generator(seed=3, vocabulary=300)
    articles = generator.articles(30, passages=2)
    engine = WhooshEngine(tmp_path)
    engine.replace_all(articles)
    held, queries = engine.snapshot(audience="public"), asked(generator, 50)
    alone = [answer(held, query) for query in queries]
    engine.close()
    shared = engine.snapshot(audience="public")

    with ThreadPoolExecutor(THREADS) as pool:
        together = [pool.map(lambda query: answer(shared, query), queries) for _ in range(THREADS)]
        for text in ("red", "blue"):  # the second removes the folder of the generation that is being read
            engine.replace_all([an_article("other", text)])
        answers = [list(each) for each in together]

    assert answers == [alone] * THREADS
    assert not (tmp_path / shared.catalogue.generation).exists()
    assert engine.snapshot(audience="public").catalogue.passages == 1


@pytest.mark.usefixtures("_switching_often")
def test_threads_that_come_at_the_start_wait_for_the_first_opening(tmp_path: Path) -> None:
    WhooshEngine(tmp_path).replace_all([an_article("a", "red")])
    for _ in range(5):
        engine = WhooshEngine(tmp_path)
        with ThreadPoolExecutor(THREADS) as pool:
            opening = [pool.submit(engine.snapshot, audience="public") for _ in range(THREADS)]

        assert len({id(each.result()) for each in opening}) == 1
