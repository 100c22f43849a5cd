"""No article fills the list, and a passage that says the same again waits behind the others."""

from __future__ import annotations

import numpy as np
import pytest

from kb_service.index.query import Or
from kb_service.ranking.diversity import spread
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled

LONG = (
    "Open the settings of your organisation and choose the page for billing. There you see every seat that you have"
    " bought and the day on which the next invoice is made. Change the number and confirm it with the button below."
)
OTHER = (
    "Whoever has forgotten the password asks an administrator for a new one. It comes by mail within a few minutes and"
    " is good for one hour. After that a second request is needed, which takes as long as the first one did."
)


def shown(
    *texts: str | tuple[str, ...], scores: list[float] | None = None, limit: int = 10, distinct: bool = True
) -> list[int]:
    """The places of the passages of articles with these texts, best first."""
    articles = [
        an_article(f"a{n}", *([text] if isinstance(text, str) else text), title=f"T{n}") for n, text in enumerate(texts)
    ]
    snapshot = filled(MemoryEngine(), *articles)
    numbers = np.arange(snapshot.catalogue.passages, dtype=np.int32)
    return spread(
        snapshot.catalogue.article_of.tolist(),
        snapshot.store.candidates(Or(()), limit=0).codes(numbers),
        scores or [1.0] * len(numbers),
        numbers.tolist(),
        limit,
        same_article=2,
        distinct=distinct,
    )


def test_a_third_passage_of_an_article_comes_after_those_of_others() -> None:
    assert shown(("one", "two", "three"), "four") == [0, 1, 3, 2]


def test_what_says_the_same_waits_behind_the_others() -> None:
    assert shown(LONG, LONG.replace("day", "date"), OTHER) == [0, 2, 1]


def test_a_search_finds_copies_too() -> None:
    assert shown(LONG, LONG, OTHER, distinct=False) == [0, 1, 2]


def test_the_very_same_words_wait_however_few() -> None:
    assert shown("Ask support.", "Ask support.", OTHER) == [0, 2, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(LONG, OTHER, id="other words"),
        pytest.param(LONG, LONG[: len(LONG) // 2], id="half of it"),
        pytest.param("Remove the seat.", "Remove the seat now.", id="few words"),
    ],
)
def test_what_says_something_else_keeps_its_place(one: str, other: str) -> None:
    assert shown(one, other, "last") == [0, 1, 2]


def test_an_article_may_repeat_itself() -> None:
    assert shown((LONG, LONG), OTHER) == [0, 1, 2]


def test_passages_of_another_score_are_not_compared() -> None:
    assert shown(LONG, LONG, OTHER, scores=[1.0, 0.5, 0.4]) == [0, 1, 2]


def test_nothing_is_lost() -> None:
    assert sorted(shown(LONG, LONG, OTHER, ("one", "two", "three"))) == [0, 1, 2, 3, 4, 5]


def test_no_more_than_the_limit_is_shown() -> None:
    assert shown(LONG, LONG, OTHER, limit=2) == [0, 2]
