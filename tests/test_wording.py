"""The words of the seat card: whole in every language, and right for every number."""

from __future__ import annotations

import re
import string
from typing import get_args

import pytest

from kb_service.seats.sentences import SeatState
from kb_service.staff.counter import StaffCountStatus
from kb_service.wording.catalogue import words_in
from kb_service.wording.languages import LANGUAGES, Language

ENGLISH = words_in("en")
NUMBERS = {"n", "purchased", "active", "excess", "unused", "missing", "before", "after", "billed", "gone"}


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_has_every_sentence_with_the_values_of_the_english_one(lang: Language) -> None:
    words = words_in(lang)

    assert words.sentences.keys() == ENGLISH.sentences.keys()
    for name, sentence in words.sentences.items():
        left_out = {field.lower() for field in fields(ENGLISH.sentences[name])} - {
            each.lower() for each in fields(sentence)
        }
        assert not left_out, name


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("number", [0, 1, 2, 60])
def test_every_sentence_can_be_said_of_every_number(lang: Language, number: int) -> None:
    words = words_in(lang)
    for name, sentence in words.sentences.items():
        given = {field: number if field in NUMBERS else "Xx" for field in fields(sentence)}
        said = words.say(name, **given)

        assert not re.search(r"[{}]| {2}", said), name
        assert said.strip(), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_form_is_left_unused(lang: Language) -> None:
    words = words_in(lang)
    used = {
        form for sentence in words.sentences.values() for _, _, form, _ in string.Formatter().parse(sentence) if form
    }
    listed = {"seats", "staff", "days", "hours", "minutes"}  # formed by the code itself

    assert words.forms.keys() - used - listed == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_and_status_has_words(lang: Language) -> None:
    named = words_in(lang).sentences

    assert {f"card.{state}" for state in get_args(SeatState)} <= named.keys()
    assert {f"count.{status}" for status in get_args(StaffCountStatus)} <= named.keys()


@pytest.mark.parametrize(
    ("lang", "number", "said"),
    [
        ("en", 0, "No seats are billed."),
        ("en", 1, "The 1 seat is billed."),
        ("en", 2, "Both seats are billed."),
        ("en", 60, "All 60 seats are billed."),
        ("de", 1, "Der 1 Platz wird berechnet."),
        ("de", 60, "Alle 60 Plätze werden berechnet."),
        ("es", 2, "Se facturan las dos plazas."),
        ("es", 60, "Se facturan las 60 plazas."),
    ],
)
def test_a_number_has_its_form(lang: Language, number: int, said: str) -> None:
    assert words_in(lang).say("billing.all", purchased=number) == said
