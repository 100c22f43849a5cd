"""What of a passage is quoted: whole sentences, whole lists, word for word."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.analysis import analyse, is_stop_word
from kb_service.answers.quoting import (
    BY_WORDS,
    MAX_CHARACTERS,
    MAX_LIST_CHARACTERS,
    WITH_MEANING,
    Candidate,
    find_quote,
    kinds_asked_for,
    read_candidates,
)
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import read_article
from kb_service.questions.understanding import QuestionWord
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled
from tests.test_text import any_text

texts = st.lists(st.sampled_from(["One. ", "1. ", "- ", "\n", " "]) | st.characters(codec="utf-8")).map("".join)


def words(question: str) -> list[QuestionWord]:
    """Each word that is no stop word, all of the same weight."""
    terms = {term.term: term.word for term in analyse(question) if not is_stop_word(term.word)}
    return [QuestionWord(word, term, 1.0, 1.0, True, ()) for term, word in terms.items()]


def candidate(text: str, *, score: float = 1.0, likeness: Sequence[float] | None = None) -> Candidate:
    return Candidate(filled(MemoryEngine(), an_article("a", text)).store.entries([0])[0], score, likeness)


def quoted(text: str, question: str, *, likeness: Sequence[float] | None = None) -> str:
    """What of `text` answers."""
    _, start, end = find_quote([candidate(text, likeness=likeness)], question, words(question))
    return text[start:end]


@given(texts, any_text)
def test_a_quote_lies_within_its_passage_and_is_not_blank(text: str, question: str) -> None:
    quote = quoted(text, question)

    assert quote in text
    assert bool(quote.strip()) == bool(text.strip())


def test_the_sentence_with_the_words_of_the_question_is_quoted() -> None:
    text = "Invoices are sent on Monday. Refunds take five days. Seats cost money."

    assert quoted(text, "how do refunds come?") == "Refunds take five days."


def test_without_any_word_the_first_sentence_is_quoted() -> None:
    assert quoted("Answers come first. Reasons come after.", "?!") == "Answers come first."


@pytest.mark.parametrize("question", ["how long do refunds take", "when is my refund here", "refund: how many days"])
def test_a_question_for_a_number_prefers_a_sentence_with_digits(question: str) -> None:
    text = "A refund goes to the card. Nobody has to ask. The refund is there within 10 days."

    assert quoted(text, question) == "The refund is there within 10 days."


def test_a_neighbour_that_adds_words_of_the_question_is_quoted_too() -> None:
    text = "Seats can be removed. The credit stays on the account. Nothing else happens."

    assert quoted(text, "removed seats credit account") == "Seats can be removed. The credit stays on the account."


def test_a_neighbour_that_would_make_the_quote_too_long_is_not() -> None:
    text = f"Seats can be removed. The credit {'really ' * (MAX_CHARACTERS // 7)}stays."

    assert quoted(text, "can seats be removed, where is the credit") == "Seats can be removed."


STEPS = "1. Open the portal.\n2. Choose Manage.\n3. Save."


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        pytest.param(f"Remove a seat so:\n{STEPS}\nDone.", "manage", f"Remove a seat so:\n{STEPS}", id="by a step"),
        pytest.param(f"Remove a seat so:\n{STEPS}", "how do we remove a seat", f"Remove a seat so:\n{STEPS}", id="how"),
        pytest.param(f"Remove a seat so:\n{STEPS}", "can a seat be removed", f"Remove a seat so:\n{STEPS}", id="lead"),
        pytest.param(f"Seats cost money.\n{STEPS}", "do seats cost money", "Seats cost money.", id="no procedure"),
        pytest.param(f"Seats cost money.\n{STEPS}", "manage the portal", STEPS, id="no lead"),
        pytest.param(f"{STEPS}\nThen wait.", "choose", STEPS, id="at the start"),
    ],
)
def test_a_procedure_is_quoted_whole_with_what_leads_into_it(text: str, question: str, expected: str) -> None:
    assert quoted(text, question) == expected


def test_a_list_too_long_to_quote_gives_the_item_that_answers() -> None:
    items = [f"- Item number {n} is about {'many ' * 30}things." for n in range(MAX_LIST_CHARACTERS // 150)]
    text = "\n".join([*items, "- The refund."])

    assert quoted(text, "refund") == "- The refund."


def test_numbers_of_the_question_choose_no_sentence() -> None:
    text = "Seats are billed. We have 60 offices."

    assert quoted(text, "60 seats") == "Seats are billed."


def test_the_sentence_that_means_the_same_is_quoted_whatever_its_words() -> None:
    text = "Invoices are sent on Monday. Refunds take five days. Seats cost money."

    assert quoted(text, "when is the cash back", likeness=[0.1, 0.8, 0.2]) == "Refunds take five days."


def test_of_two_passages_the_one_that_says_it_is_quoted() -> None:
    candidates = [candidate("Seats cost money."), candidate("Refunds take long.")]

    assert find_quote(candidates, "refunds", words("refunds")).candidate == 1


def test_of_two_passages_that_say_it_the_better_ranked_is_quoted() -> None:
    candidates = [candidate("Refunds take long.", score=0.2), candidate("Refunds take long.", score=0.9)]

    assert find_quote(candidates, "refunds", words("refunds")).candidate == 1


def features(one: Candidate, question: str) -> Sequence[dict[str, float]]:
    return read_candidates([one], question, words(question))[0].features


def test_a_sentence_has_its_share_of_the_questions_words_and_knows_that_of_the_one_before() -> None:
    first, second = features(candidate("Seats cost money. Refunds take long."), "seats cost refunds")

    assert first["shared"] == pytest.approx(2 / 3)
    assert second["shared_before"] == first["shared"]


def test_only_the_first_sentence_of_an_article_is_its_opening() -> None:
    assert [each["opening"] for each in features(candidate("One thing. Two things."), "thing")] == [1.0, 0.0]


def test_steps_speak_for_themselves_where_the_question_asks_how() -> None:
    plain = candidate("1. Open it.\n2. Save it.")
    passage = msgspec.structs.replace(plain.entry.passage, kind="steps")
    steps = plain._replace(entry=msgspec.structs.replace(plain.entry, passage=passage))

    assert [each["step"] for each in features(steps, "how do we save")] == [1.0, 1.0]
    assert [each["step"] for each in features(steps, "price of a save")] == [0.0, 0.0]


def test_a_passage_is_as_far_behind_as_its_score_is_below_the_best() -> None:
    read = read_candidates([candidate("Seats.", score=0.9), candidate("Seats.", score=0.4)], "", [])

    assert [one.features[0]["behind"] for one in read] == pytest.approx([0.0, -0.5])


def test_without_meanings_there_is_no_likeness() -> None:
    assert "likeness" not in features(candidate("Seats."), "seats")[0]
    assert features(candidate("Seats.", likeness=[0.7]), "seats")[0]["likeness"] == 0.7


@pytest.mark.parametrize("by_meaning", [True, False], ids=["by meaning", "by words"])
def test_every_weight_weighs_a_feature(*, by_meaning: bool) -> None:
    found = features(candidate("Seats.", likeness=[0.5] if by_meaning else None), "seats")[0]

    assert set(found) == set(WITH_MEANING if by_meaning else BY_WORDS)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        pytest.param("how long does it take", "number", id="how long"),
        pytest.param("on which day is it due", "number", id="which day"),
        pytest.param("how do I add a seat", "steps", id="how do"),
        pytest.param("walk me through the upgrade", "steps", id="walk me through"),
        pytest.param("passing a licence on, how?", "steps", id="how last"),
        pytest.param("so why 12 bills", "reason", id="why"),
        pytest.param("whom do we write to", "whom", id="whom"),
        pytest.param("we paid twice, can we get that back", "yes_or_no", id="can we"),
    ],
)
def test_a_question_asks_for_an_answer_of_its_kind(question: str, kind: str) -> None:
    assert kind in kinds_asked_for(question)


def test_a_few_keywords_ask_for_no_kind() -> None:
    assert kinds_asked_for("seat limit administrators") == frozenset()


EVERY_KIND = "How many, why, whom do we ask, and can we?"


@pytest.mark.parametrize(
    ("sentence", "feature"),
    [
        pytest.param("Payment is due 45 days before.", "number", id="digits"),
        pytest.param("It is tried three times.", "number", id="number word"),
        pytest.param("That is because the order is unchanged.", "reason", id="because"),
        pytest.param("Write to billing@example.com.", "contact", id="address"),
        pytest.param("Support cannot grant it.", "decides", id="cannot"),
    ],
)
def test_a_sentence_that_offers_what_is_asked_for_has_it_as_a_feature(sentence: str, feature: str) -> None:
    assert features(candidate(sentence), EVERY_KIND)[0][feature] == 1.0
    assert features(candidate(sentence), "seats")[0][feature] == 0.0
    assert features(candidate("Seats cost money."), EVERY_KIND)[0][feature] == 0.0


def test_a_sentence_that_points_to_another_article_is_told() -> None:
    assert features(candidate("The ID is explained in Find your order ID."), "")[0]["points"] == 1.0
    assert features(candidate("The ID is explained below."), "")[0]["points"] == 0.0


def test_of_a_pasted_error_the_sentence_that_says_it_again_is_not_quoted() -> None:
    error = "Staff count exceeds purchased seats."
    one = candidate(f"{error} Some other words follow.")

    assert find_quote([one], error, words(error)).start == 0
    assert find_quote([one], error, words(error), pasted=True).start > 0


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("**Q: Where can I park?**\n\nBehind the house, day and night.", "Where can I park?"),
        ("<details><summary>Where can I park?</summary>\n\nBehind the house, day and night.\n\n</details>", "parking"),
        ("Dogs wait outside.\n\n**Where can I park?**\n\nBehind the house, day and night.", "where can I park"),
    ],
)
def test_a_question_in_the_text_is_not_quoted_but_what_answers_it(text: str, question: str) -> None:
    article = read_article("a.md", text.encode(), Renderer()).article
    assert article
    entry = filled(MemoryEngine(), article).store.entries([0])[0]

    found = find_quote([Candidate(entry, 1.0, None)], question, words(question))

    assert entry.passage.text[found.start : found.end] == "Behind the house, day and night."
