"""What is compared by meaning, and the cosines that come of it."""

from __future__ import annotations

import numpy as np
import pytest

from kb_service.index.asked import NO_ARTICLE, asked, embedded_text
from kb_service.index.guide import Guide, Wording
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.ranking.likeness import Asked, Meanings
from tests.builders import a_passage, an_article
from tests.fakes import BagOfWordsEncoder

WORDING = Wording(not_covered=("tax number",), phrasings=(("cash back", "refunds"),))
COSINES = np.asarray([0.1, 0.2, 0.9], dtype=np.float32)  # of three passages, whatever is asked
ARTICLE_OF = np.asarray([0, 1, 1], dtype=np.int32)
ARTICLES = [
    an_article("cards", "visa mastercard", title="Cards", questions=["plastic money"]),
    an_article("refunds", "money returned", "credit note", title="Refunds"),
]


@pytest.fixture(scope="module")
def meanings(tmp_path_factory: pytest.TempPathFactory) -> Meanings:
    encoder = BagOfWordsEncoder(dimensions=256)
    engine = WhooshEngine(tmp_path_factory.mktemp("index"), encoder=encoder)
    engine.replace_all(ARTICLES, wording=WORDING)
    snapshot = engine.snapshot(audience="public")
    return Meanings(snapshot, encoder)


def ask(meanings: Meanings, text: str) -> Asked:
    found = meanings.ask(text)
    assert found
    return found


def test_titles_that_say_a_question_are_asked_and_names_of_sections_are_not() -> None:
    says_much = "Reduce the seats of a yearly plan by card"
    guide = Guide(titles=("Overview", "Who pays?", says_much), questions=(), patterns=())

    assert asked(guide) == [("Who pays?", 1), (says_much, 2)]


def test_questions_come_before_phrasings_titles_and_what_no_article_answers() -> None:
    guide = Guide(
        titles=("Why?",), questions=(("How?", 0),), patterns=(), phrasings=(("Whence?", 0),), not_covered=("Tax?",)
    )

    assert asked(guide) == [("How?", 0), ("Whence?", 0), ("Why?", 0), ("Tax?", NO_ARTICLE)]


def test_a_passage_is_embedded_below_its_title_and_headings_each_once() -> None:
    assert embedded_text(a_passage("Text.", title="Title", heading="Heading")) == "Title. Heading. Text."
    assert embedded_text(a_passage("Text.", title="Title", heading="Title")) == "Title. Text."
    assert embedded_text(a_passage("Text.", title="")) == "Text."


@pytest.mark.parametrize("blank", ["", " \n"], ids=["empty", "blank"])
def test_a_blank_question_means_nothing(meanings: Meanings, blank: str) -> None:
    assert meanings.ask(blank) is None


def test_every_passage_of_an_article_has_the_likeness_of_its_likest_question(meanings: Meanings) -> None:
    likeness = ask(meanings, "cash back").likeness(COSINES, ARTICLE_OF)

    assert likeness.questions[1] == likeness.questions[2] == pytest.approx(1, abs=0.01)
    assert likeness.questions[0] < 0.5


def test_a_liker_question_adds_its_share_and_a_less_like_one_takes_nothing(meanings: Meanings) -> None:
    likeness = ask(meanings, "cash back").likeness(COSINES, ARTICLE_OF)

    assert likeness.over(1.0) == pytest.approx(np.maximum(likeness.passages, likeness.questions))
    assert likeness.over(0.0) == pytest.approx(likeness.passages)


def test_each_article_is_as_like_as_the_likest_that_is_asked_of_it(meanings: Meanings) -> None:
    by_article = ask(meanings, "cash back").by_article

    assert by_article.argmax() == 1
    assert by_article[1] == pytest.approx(1, abs=0.01)


def test_questions_without_an_answer_are_compared_too(meanings: Meanings) -> None:
    assert ask(meanings, "tax number").not_covered == pytest.approx(1, abs=0.01)
    assert ask(meanings, "visa").not_covered < 0.1


def test_without_a_list_of_them_nothing_is_like_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    encoder = BagOfWordsEncoder()
    engine = WhooshEngine(tmp_path_factory.mktemp("index"), encoder=encoder)
    engine.replace_all([an_article("a", "text", title="T")])
    snapshot = engine.snapshot(audience="public")

    assert ask(Meanings(snapshot, encoder), "text").not_covered == -1
