"""Words that people write together, apart or with a hyphen meet, and rules of several words apply to all of them."""

from __future__ import annotations

import pytest

from kb_service.index.query import Or, Phrase
from kb_service.questions.understanding import QuestionWord, Understander, Understanding
from tests.builders import an_article
from tests.ranking.snapshots import filled_with

ABOUT_LOGINS = filled_with(
    an_article("logins", "Open the log-in page and sign in.", "Login is by password. Plastic: a credit card."),
    an_article("terms", "A prorated or annual plan, for a year, is rated pro-rata."),
    synonyms={
        "same": [["sign in", "login"], ["annual", "once a year"], ["pro-rata", "prorated"]],
        "one_way": [{"from": "credit card", "to": "plastic"}],
    },
)


def word_of(understood: Understanding, surface: str) -> QuestionWord:
    return next(word for word in understood.words if word.surface == surface)


def meant(word: QuestionWord) -> list[tuple[str, ...]]:
    return [alternative.terms for alternative in word.alternatives]


RULES = {
    "with a word of grammar": ("how do I sign in", "sign", "login"),
    "with one between": ("billed once a year", "year", "annual"),
    "written with a hyphen": ("is it pro-rata", "rata", "prorat"),
    "of words written as one": ("my creditcard", "creditcard", "plastic"),
    "of a slip": ("once a yaer", "yaer", "annual"),
}


@pytest.mark.parametrize(("question", "word", "synonym"), RULES.values(), ids=RULES.keys())
def test_a_rule_of_several_words_applies_however_they_are_written(question: str, word: str, synonym: str) -> None:
    understood = Understander(ABOUT_LOGINS.catalogue).understand(question)

    assert (synonym,) in meant(word_of(understood, word))


def test_a_hyphenated_word_is_its_parts_and_the_one_that_they_make() -> None:
    understood = Understander(ABOUT_LOGINS.catalogue).understand("the log-in page")

    assert [word.surface for word in understood.words] == ["log", "page"]
    assert meant(word_of(understood, "log"))[0] == ("login",)


@pytest.mark.parametrize("written", ["login", "log-in", "log in"])
@pytest.mark.parametrize("text", ["The login page", "The log-in page", "How to log in here"])
def test_a_verb_and_its_noun_meet_however_they_are_written(written: str, text: str) -> None:
    snapshot = filled_with(an_article("a", text), an_article("b", "Something else"), synonyms={})

    query = Understander(snapshot.catalogue).understand(written).query

    assert snapshot.store.candidates(query, limit=5).numbers.tolist() == [0]


def test_a_word_said_twice_means_what_either_may_mean() -> None:
    word = word_of(Understander(ABOUT_LOGINS.catalogue).understand("a year, once a year"), "year")

    assert ("annual",) in meant(word)


def test_a_quoted_joined_word_is_a_phrase_that_a_text_can_have() -> None:
    query = Understander(ABOUT_LOGINS.catalogue).understand('it says "log-in page"').query

    assert isinstance(query, Or)
    assert query.parts[-1] == Phrase(("log", "in", "page"), 0.5)
    assert ABOUT_LOGINS.store.candidates(Or(query.parts[-1:]), limit=5).total == 1
