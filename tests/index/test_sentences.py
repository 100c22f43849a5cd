"""What is known of a passage's sentences and titles before anybody asks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kb_service.analysis import term_code, term_of
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import read_article
from kb_service.index.entries import analysed_passages
from kb_service.index.port import Entry
from kb_service.index.sentences import ANY_HEADING, KINDS, LAST_HEADING, SENTENCE, TITLE, TITLE_WORD, TRAITS


def entry_of(markdown: str) -> Entry:
    """The last passage of an article."""
    article = read_article("a.md", f"# Paying by card\n\n{markdown}".encode(), Renderer()).article
    assert article
    return [*analysed_passages([article])][-1].entry


def rows(entry: Entry) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    return np.frombuffer(entry.sentences, dtype=SENTENCE)


def having(trait: str, entry: Entry) -> Sequence[int]:
    """The places of the sentences that have a trait."""
    return (rows(entry)["traits"] >> TRAITS.index(trait) & 1).nonzero()[0].tolist()


def test_sentences_have_their_places_and_the_code_of_their_first_word() -> None:
    entry = entry_of("Bills are sent. “Refunds” take 5 days.")
    found = rows(entry)
    texts = [entry.passage.text[start:end] for start, end in zip(found["start"], found["end"], strict=True)]

    assert texts == ["Bills are sent.", "“Refunds” take 5 days."]
    assert found["first"].tolist() == [term_code(term_of(word)) for word in ("bills", "refunds")]
    assert found["words"].tolist() == [3, 4]
    assert found["place"].tolist() == [0, 1]


def test_a_sentence_without_words_begins_with_none() -> None:
    assert rows(entry_of("Pay.\n\n- …\n- Wait."))["first"].tolist()[1] == 0


def test_steps_hang_from_the_sentence_that_leads_to_them() -> None:
    found = rows(entry_of("Do this:\n\n1. Open it.\n2. Save it."))

    assert [KINDS[kind] for kind in found["kind"]] == ["lead_in", "step", "step"]
    assert found["above"].tolist() == [-1, 0, 0]


@pytest.mark.parametrize(
    ("trait", "places"),
    [
        ("first", [0]),
        ("opening", [0]),
        ("last", [3]),
        ("digits", [1]),
        ("listed", [2, 3]),
        ("listed_first", [2]),
        ("item", [2, 3]),
        ("points", [0]),
        ("offers_number", [1]),
    ],
)
def test_a_sentence_has_its_traits(trait: str, places: Sequence[int]) -> None:
    entry = entry_of("See the page about refunds. Refunds take 5 days.\n\n- Open it.\n- Save it.")

    assert having(trait, entry) == places


def test_title_words_are_told_apart_and_stop_words_are_none() -> None:
    entry = entry_of("## Cards of staff\n\n### Lost cards\n\nWrite to us.")
    places = dict(np.frombuffer(entry.titles, dtype=TITLE_WORD).tolist())

    assert places == {
        term_code(term_of("paying")): TITLE,
        term_code(term_of("card")): TITLE | ANY_HEADING | LAST_HEADING,
        term_code(term_of("staff")): ANY_HEADING,
        term_code(term_of("lost")): ANY_HEADING | LAST_HEADING,
    }


def test_without_headings_the_title_is_the_last() -> None:
    places = dict(np.frombuffer(entry_of("Write to us.").titles, dtype=TITLE_WORD).tolist())

    assert set(places.values()) == {TITLE | LAST_HEADING}
