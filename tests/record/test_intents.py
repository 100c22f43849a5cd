"""Typing one question letter by letter, or asking the same again within minutes, is one intent."""

from __future__ import annotations

import pytest

from kb_service.record.events import Asked
from kb_service.record.intents import RecentIntents, phrase_of
from tests.record.builders import MINUTE, NOON, an_asked

SECOND = 1000


def together(*asked: Asked, asker: str = "a") -> RecentIntents:
    recent = RecentIntents([])
    for each in asked:
        recent.add(each, text=each.text, asker=asker)
    return recent


def typed(text: str, *, at: int = NOON, every: int = 200) -> list[Asked]:
    return [an_asked(text[:length], at + length * every) for length in range(1, len(text) + 1)]


def test_typing_a_question_letter_by_letter_is_one_intent_with_its_last_words() -> None:
    [intent] = together(*typed("how do I add a seat")).added

    assert (intent.text, intent.questions) == ("how do I add a seat", 19)


def test_deleting_letters_at_the_end_keeps_what_was_asked() -> None:
    asked = typed("add a seat")
    fewer = an_asked("add", asked[-1].at + SECOND, outcome="no_answer")

    [intent] = together(*asked, fewer).added

    assert (intent.text, intent.outcome) == ("add a seat", "answered")


@pytest.mark.parametrize("again", ["Where is my invoice?", "where is my  INVOICE", "where is my invoic"])
def test_asking_the_same_again_within_minutes_is_one_intent(again: str) -> None:
    [intent] = together(an_asked("Where is my invoice?"), an_asked(again, NOON + 4 * MINUTE)).added

    assert (intent.questions, intent.last_at, intent.followed_by) == (2, NOON + 4 * MINUTE, "")


def test_the_last_outcome_counts() -> None:
    [intent] = together(
        an_asked("wheer is my invoice", outcome="no_answer"), an_asked("where is my invoice", NOON + SECOND)
    ).added

    assert (intent.outcome, intent.article_id, intent.confidence) == ("answered", "seats", 0.9)


OTHERS = {
    "another question": an_asked("How do I pay by card?", NOON + MINUTE),
    "the same after a quarter of an hour": an_asked("Where is my invoice?", NOON + 15 * MINUTE),
    "more words after a while": an_asked("Where is my invoice? I need it for the tax office", NOON + MINUTE),
    "the same elsewhere": an_asked("Where is my invoice?", NOON + MINUTE, surface="pages"),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_anything_else_is_another_intent(other: Asked) -> None:
    assert len(together(an_asked("Where is my invoice?"), other).added) == 2


def test_two_people_who_ask_the_same_are_two() -> None:
    recent = together(an_asked("Where is my invoice?"))
    recent.add(an_asked("Where is my invoice?", NOON + 1), text="Where is my invoice?", asker="b")

    assert [intent.questions for intent in recent.added] == [1, 1]


def test_who_cannot_be_told_from_others_is_never_put_together() -> None:
    assert len(together(an_asked("seats"), an_asked("seats", NOON + 1), asker="").added) == 2


def test_another_search_within_minutes_follows_the_answer() -> None:
    first, second, third = together(
        an_asked("Where is my invoice?"),
        an_asked("How do I pay by card?", NOON + 2 * MINUTE),
        an_asked("Who do I write to?", NOON + 20 * MINUTE),
    ).added

    assert (first.followed_by, second.followed_by, third.followed_by) == (second.intent_id, "", "")


def test_an_article_belongs_to_the_last_question_that_showed_it() -> None:
    recent = together(an_asked("Where is my invoice?", shown=("invoices",)), an_asked("How do I pay?", NOON + MINUTE))
    first, second = recent.added

    assert recent.that_showed("invoices", asker="a", at=NOON + 2 * MINUTE) is first
    assert recent.that_showed("refunds", asker="a", at=NOON + 2 * MINUTE) is second
    assert recent.that_showed("other", asker="a", at=NOON + 2 * MINUTE) is None
    assert recent.that_showed("invoices", asker="a", at=NOON + 40 * MINUTE) is None
    assert recent.that_showed("invoices", asker="b", at=NOON + 2 * MINUTE) is None
    assert recent.that_showed("invoices", asker="", at=NOON + 2 * MINUTE) is None


@pytest.mark.parametrize(
    ("text", "phrase"), [("  Where's my INVOICE?! ", "where s my invoice"), ("?!", ""), ("Straße", "strasse")]
)
def test_a_phrase_is_what_counts_of_a_text(text: str, phrase: str) -> None:
    assert phrase_of(text) == phrase
