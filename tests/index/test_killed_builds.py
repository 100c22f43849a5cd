"""Builds killed at random moments, again and again, lose nothing: what is served is whole, and the next build goes on.

KILLS=200 python -m pytest tests/index/test_killed_builds.py
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

import pytest

from kb_service.content.article import Article
from kb_service.index.query import Phrase
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.index.whoosh.store import WhooshStore
from kb_service.index.whoosh.writing import whoosh_says
from tests.builders import an_article
from tests.fakes import BagOfWordsEncoder
from tests.index.faulty_builds import in_child
from tests.index.questions import found, phrase

KILLS: Final = int(os.environ.get("KILLS", "10"))
ARTICLES: Final = 24
CHANGED: Final = 5  # of them by each edition


def articles_of(edition: int) -> list[Article]:
    """Every text says which edition it is of; most are those of the editions before."""
    editions = [edition - (edition - number) % (ARTICLES // CHANGED) for number in range(ARTICLES)]
    return [
        an_article(f"a{number:02}", f"Says edition {each} of it. " * 20, agent_texts=[f"Tell edition {each}."])
        for number, each in enumerate(editions)
    ]


def build(folder: Path, edition: int) -> None:
    WhooshEngine(folder, encoder=BagOfWordsEncoder()).replace_all(articles_of(edition), source=str(edition))


def build_until_killed(folder: Path, edition: int, seconds: float) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # which ends a process at once, as SIGKILL does
    signal.setitimer(signal.ITIMER_REAL, seconds)
    build(folder, edition)


def served_whole(folder: Path) -> int:
    """The edition that is served: articles, passages, vectors and Whoosh's index are all of it."""
    engine = WhooshEngine(folder)
    status = engine.status()
    edition = int(status.source)
    assert status.reason == ""
    assert dict(engine.stored_articles()) == {article.path: article for article in articles_of(edition)}
    for audience in ("public", "agent"):
        catalogue, store = engine.snapshot(audience=audience)  # type: ignore[arg-type]
        assert isinstance(store, WhooshStore)
        texts = [entry.passage.text for entry in store.entries(range(catalogue.passages))]
        views = [article.view(audience) for article in articles_of(edition)]  # type: ignore[arg-type]
        assert texts == [passage.text for view in views if view for passage in view.passages]
        assert whoosh_says(store.folder)["documents"] == str(len(texts))
        assert catalogue.encoder
    return edition


def kills(folder: Path, chance: Random) -> Iterator[tuple[int, bool]]:
    """The edition served after each attempt to build the next, and whether that was killed."""
    build(folder, 0)
    started = time.monotonic()
    build(folder, 1)
    usual = time.monotonic() - started
    edition, killed = 1, 0
    while killed < KILLS:
        code = in_child(build_until_killed, folder, edition + 1, chance.uniform(0, 1.3 * usual))
        killed += code != 0
        now = served_whole(folder)
        assert now in (edition, edition + 1)
        assert code in (0, -signal.SIGALRM)
        assert code or now == edition + 1
        edition = now
        yield now, code != 0


@pytest.mark.slow
def test_whenever_a_build_is_killed_what_is_served_is_whole_and_the_next_build_goes_on(tmp_path: Path) -> None:
    outcomes = list(kills(tmp_path, Random(KILLS)))
    last, _ = outcomes[-1]
    build(tmp_path, last + 1)

    assert served_whole(tmp_path) == last + 1
    assert not list(tmp_path.glob("tmp-*"))
    said = f"edition {last + 1} of it"
    assert found(WhooshEngine(tmp_path).snapshot(audience="public"), phrase(said))
    assert found(WhooshEngine(tmp_path).snapshot(audience="public"), Phrase(("edit", str(last + 2)))) == []
