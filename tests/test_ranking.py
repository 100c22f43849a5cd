"""The order of passages: what a question's words, meanings and error texts do to it; and where its words stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.analysis import analyse
from kb_service.content.article import Article
from kb_service.index.guide import Wording
from kb_service.index.port import Codes, Entry, Snapshot
from kb_service.index.query import Or
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.questions.understanding import Alternative, QuestionWord
from kb_service.ranking import (
    MOST_APART,
    RANKING_WEIGHTS,
    Closeness,
    Ranked,
    RankedList,
    Ranker,
    RankingWeights,
    closeness,
    marks,
    spread,
)
from tests.billing_articles import LOCKED, WORDING, billing_articles, filled_with_billing
from tests.builders import a_passage, a_view, an_article
from tests.fakes import BagOfWordsEncoder
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled

ASKED_FOR = {
    "remove-seats": ["remove", "seats", "disable", "surplus", "accounts", "halves"],
    "payment-methods": ["visa", "mastercard", "credit", "card", "bank", "accepted"],
    "invoices": ["invoice", "email", "first", "day", "month", "organisation"],
    "sign-in": ["login", "page", "portal", "password", "reset", "forgotten"],
}


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(filled_with_billing(MemoryEngine()).snapshot(audience="public"))


def rank(ranker: Ranker, question: str, *, limit: int = 10, topic: str | None = None) -> RankedList:
    return ranker.rank(ranker.understander.understand(question), limit=limit, topic=topic)


def ids(passages: Sequence[Ranked]) -> list[str]:
    return [passage.entry.passage.id for passage in passages]


def ranker_of(*articles: Article) -> Ranker:
    return Ranker(filled(MemoryEngine(), *articles))


def place_of(article: str, ranked: RankedList) -> int:
    return [passage.entry.passage.article_id for passage in ranked.passages].index(article)


@settings(max_examples=60)
@given(data=st.data(), article=st.sampled_from(sorted(ASKED_FOR)))
def test_a_further_word_of_the_right_article_never_lowers_it(ranker: Ranker, data: st.DataObject, article: str) -> None:
    words = data.draw(st.permutations(ASKED_FOR[article]))
    fewer, more = " ".join(words[:-1]), " ".join(words)

    assert place_of(article, rank(ranker, more)) <= place_of(article, rank(ranker, fewer)) == 0


def test_a_word_in_the_title_is_worth_more_than_in_the_text() -> None:
    ranker = ranker_of(
        an_article("text", "about proration and more", title="Other things"),
        an_article("title", "about other things and more", title="Proration"),
    )

    assert ids(rank(ranker, "proration").passages) == ["title#intro", "text#intro"]


def test_the_word_itself_comes_before_its_synonym() -> None:
    engine = MemoryEngine()
    articles = [an_article("bank", "pay by bank transfer"), an_article("wire", "pay by wire today")]
    engine.replace_all([*articles, an_article("other", "something else")], wording=WORDING)
    found = rank(Ranker(engine.snapshot(audience="public")), "wire").passages

    assert ids(found) == ["wire#intro", "bank#intro"]


def test_the_section_that_is_asked_so_comes_before_one_with_the_same_words() -> None:
    article = an_article("seats", "the portal has the seats", "the helpdesk has the seats", headings=("Portal", "Desk"))
    asked = Wording(phrasings=(("too many seats", "seats#desk"), ("see the seats", "seats#portal")))
    plain = Wording(phrasings=tuple((text, "seats") for text, _ in asked.phrasings))

    def first(wording: Wording) -> Ranked:
        engine = MemoryEngine()
        engine.replace_all([article, an_article("other", "something else")], wording=wording)
        return rank(Ranker(engine.snapshot(audience="public")), "too many seats").passages[0]

    assert [first(wording).entry.passage.anchor for wording in (plain, asked)] == ["portal", "desk"]
    assert first(plain).evidence.section == 0 < first(asked).evidence.section


def test_a_synonym_alone_finds_what_is_meant(ranker: Ranker) -> None:
    assert ids(rank(ranker, "wire").passages) == ["payment-methods#intro"]


def test_words_close_together_come_before_words_apart() -> None:
    filler = "and then many other things happen before you ever get to see the"
    ranker = ranker_of(
        an_article("apart", f"the seat {filler} credit", title="x"),
        an_article("close", f"{filler} the seat credit", title="x"),
    )
    close, apart = rank(ranker, "seat credit").passages

    assert ids([close, apart]) == ["close#intro", "apart#intro"]
    assert close.evidence.proximity > apart.evidence.proximity


def test_a_known_question_lifts_its_article() -> None:
    text = "The refund of the money is done by Billing."
    ranker = ranker_of(an_article("a", text), an_article("b", text, questions=["Who refunds the money?"]))

    assert ids(rank(ranker, "who refunds money").passages)[0] == "b#intro"


def test_other_ways_to_ask_count_as_known_questions(ranker: Ranker) -> None:
    best = rank(ranker, "give us the cash back").passages[0]

    assert best.entry.passage.article_id == "refunds"
    assert best.evidence.known_question > 0.7


def test_a_pasted_error_gets_the_steps_of_its_article_first_and_then_what_it_means(ranker: Ranker) -> None:
    found = rank(ranker, f"{LOCKED} the portal invoice card email refund bank visa").passages

    assert ids(found)[:2] == ["staff-count-exceeded#how-to-get-back-in", "staff-count-exceeded#intro"]
    assert [passage.evidence.pattern for passage in found[:3]] == [True, True, False]


def test_what_stands_below_a_common_heading_weighs_less() -> None:
    def an_article_with(heading: str, name: str) -> Article:
        passage = a_passage("Ask for your proration.", article_id=name, title="Title", heading=heading)
        return msgspec.structs.replace(an_article(name, title="Title"), public=a_view([passage]))

    common = [an_article_with("Next", f"a{number}") for number in range(6)]
    ranker = ranker_of(*common, an_article_with("Credit", "z"))

    assert rank(ranker, "proration").passages[0].entry.passage.article_id == "z"


def test_no_article_fills_the_list() -> None:
    many = an_article("many", *["seat seat seat"] * 6, title="Seat")
    others = [an_article(f"other-{number}", "a seat among many other words") for number in range(3)]
    found = rank(ranker_of(many, *others), "seat", limit=6).passages

    articles = [passage.entry.passage.article_id for passage in found]
    assert articles.index("other-2") == RANKING_WEIGHTS.same_article + 2
    assert articles == ["many"] * RANKING_WEIGHTS.same_article + ["other-0", "other-1", "other-2", "many"]


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_the_limit_cuts_the_list_and_not_the_total(ranker: Ranker, limit: int) -> None:
    everything, some = rank(ranker, "seats invoice", limit=100), rank(ranker, "seats invoice", limit=limit)

    assert ids(some.passages) == ids(everything.passages)[:limit]
    assert some.total == everything.total


def test_more_passages_than_candidates_can_be_asked_for() -> None:
    articles = [an_article(f"a{number:03}", "seat") for number in range(RANKING_WEIGHTS.candidates + 20)]

    assert (
        len(rank(ranker_of(*articles), "seat", limit=RANKING_WEIGHTS.candidates + 10).passages)
        == RANKING_WEIGHTS.candidates + 10
    )


def test_a_topic_leaves_only_its_articles_even_for_error_texts(ranker: Ranker) -> None:
    found = rank(ranker, f"{LOCKED} invoice", topic="money")

    assert {passage.entry.passage.article_id for passage in found.passages} <= {
        "invoices",
        "refunds",
        "payment-methods",
    }
    assert not rank(ranker, LOCKED, topic="nothing").passages


def test_evidence_tells_which_words_a_passage_holds(ranker: Ranker) -> None:
    best = rank(ranker, "visa xylophone card").passages[0]

    assert best.held == (True, False, True)
    assert 0 < best.evidence.coverage < 1
    assert (best.evidence.passage_likeness, best.evidence.question_likeness) == (None, None)


def test_likeness_to_questions_without_an_answer_is_told_by_words(ranker: Ranker) -> None:
    alike, apart = (rank(ranker, question).resemblance for question in ("enter our VAT number", "remove seats"))

    assert alike.unanswerable_by_words > 0.6
    assert (apart.unanswerable_by_words < 0.2, apart.unanswerable_by_meaning) == (True, None)


def test_nothing_asked_finds_nothing_by_words(ranker: Ranker) -> None:
    assert rank(ranker, "?").passages == ()


@pytest.fixture(scope="module")
def by_meaning(tmp_path_factory: pytest.TempPathFactory) -> Ranker:
    encoder = BagOfWordsEncoder()
    engine = WhooshEngine(tmp_path_factory.mktemp("index"), encoder=encoder)
    engine.replace_all(billing_articles(), wording=WORDING)
    return Ranker(engine.snapshot(audience="public"), encoder=encoder)


def test_meanings_come_as_cosines_beside_the_words(by_meaning: Ranker) -> None:
    evidence = rank(by_meaning, "Which cards do you take?").passages[0].evidence

    assert evidence.passage_likeness is not None
    assert -1 <= evidence.passage_likeness <= 1
    assert evidence.question_likeness == pytest.approx(1, abs=0.01)


def test_likeness_to_questions_without_an_answer_is_told_by_meaning(by_meaning: Ranker) -> None:
    alike = rank(by_meaning, "Where do we enter our VAT number?").resemblance

    assert alike.unanswerable_by_words == pytest.approx(1)
    assert alike.unanswerable_by_meaning == pytest.approx(1, abs=0.01)


def test_where_many_ways_to_ask_are_known_they_tell_articles_of_the_same_text_apart(tmp_path: Path) -> None:
    ways = {"card": ["visa", "mastercard", "plastic", "chip", "pin"], "bank": ["wire", "iban", "swift", "sepa", "giro"]}
    articles = [an_article(name, "How to pay.", title="Pay", questions=asked) for name, asked in ways.items()]
    encoder = BagOfWordsEncoder(dimensions=256)
    engine = WhooshEngine(tmp_path, encoder=encoder)
    engine.replace_all(articles)
    ranker = Ranker(engine.snapshot(audience="public"), encoder=encoder)

    assert ranker.catalogue.known_questions.classifier is not None
    assert [ids(rank(ranker, f"pay by {way}").passages)[0] for way in ("swift", "chip")] == ["bank#intro", "card#intro"]


def test_vectors_of_another_model_are_not_compared(by_meaning: Ranker) -> None:
    ranker = Ranker(by_meaning.snapshot, encoder=BagOfWordsEncoder(name="another"))

    assert rank(ranker, "remove seats").passages[0].evidence.passage_likeness is None


def test_both_engines_give_the_same_order(ranker: Ranker, tmp_path: Path) -> None:
    other = Ranker(filled_with_billing(WhooshEngine(tmp_path)).snapshot(audience="public"))
    for question in ("remove seats", LOCKED, "my invioce by wire", "seats invoice portal card", "60"):
        one, two = rank(ranker, question), rank(other, question)

        assert ids(one.passages) == ids(two.passages)
        assert [p.score for p in one.passages] == pytest.approx([p.score for p in two.passages], abs=0.01)


@pytest.mark.parametrize("which", ["ranker", "by_meaning"])
def test_without_some_articles_the_others_are_ranked_as_if_alone(request: pytest.FixtureRequest, which: str) -> None:
    ranker: Ranker = request.getfixturevalue(which)
    understood = ranker.understander.understand("remove seats")
    whole = ranker.rank(understood, limit=50)
    first = whole.passages[0].entry.article_number
    left = ranker.rank(understood, limit=50, without={first})

    assert ids(left.passages) == [p.entry.passage.id for p in whole.passages if p.entry.article_number != first]
    assert left.contest == whole.contest[1:]


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_what_stands_behind_the_first_is_told_whatever_the_limit(ranker: Ranker, limit: int) -> None:
    understood = ranker.understander.understand("remove seats")

    assert ranker.rank(understood, limit=limit).contest == ranker.rank(understood, limit=10).contest
    assert len(ranker.rank(understood, limit=limit).contest) > 1


def test_a_part_can_be_left_out_to_measure_its_worth(ranker: Ranker) -> None:
    understood = ranker.understander.understand("remove seats")
    alone = Ranker(ranker.snapshot, weights=RankingWeights(proximity=0.0, known_question=0.0, common_heading=0.0))

    best = alone.rank(understood, limit=1).passages[0]
    assert best.score == pytest.approx(RANKING_WEIGHTS.lexical * best.evidence.lexical)


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


TEXT_WORDS = ["seat", "bill", "card", "other"]


def a_word(term: str, *, weight: float = 1.0, synonym: str = "") -> QuestionWord:
    others = (Alternative((synonym,), 0.5, "synonym"),) if synonym else ()
    return QuestionWord(term, term, 1.0, weight, True, others)


def codes(snapshot: Snapshot, count: int) -> Codes:
    return snapshot.store.candidates(Or(()), limit=0).codes(np.arange(count, dtype=np.int32))


def measured(texts: list[str], *words: QuestionWord) -> Closeness:
    """Of passages with these texts, under a title without any of the words."""
    snapshot = filled(MemoryEngine(), *(an_article(f"a{at}", text, title="x") for at, text in enumerate(texts)))
    return closeness(codes(snapshot, len(texts)), words)


def titled(title: str, text: str, *words: QuestionWord) -> Closeness:
    snapshot = filled(MemoryEngine(), an_article("a", text, title=title))
    return closeness(codes(snapshot, 1), words)


def proximity(text: str) -> float:
    return float(measured([text], a_word("seat"), a_word("bill")).proximity[0])


def test_coverage_is_the_share_of_the_weight_that_is_held() -> None:
    found = measured(["seat bill", "seat", "other"], a_word("seat", weight=3), a_word("bill", weight=1))

    assert found.coverage.tolist() == [1, 0.75, 0]
    assert found.held.tolist() == [[True, True], [True, False], [False, False]]


def test_a_synonym_is_held_like_the_word() -> None:
    assert measured(["bill"], a_word("invoice", synonym="bill")).coverage.tolist() == [1]


def test_the_title_counts_too() -> None:
    assert titled("Seat", "other", a_word("seat")).coverage.tolist() == [1]


def test_neighbours_are_nearer_than_words_apart_and_order_does_not_matter() -> None:
    assert proximity("seat bill") == proximity("bill seat") == 0.5
    assert proximity("seat other bill") == 0.25
    assert proximity("seat " + "other " * MOST_APART + "bill") == 0


def test_a_pair_counts_once_where_it_is_nearest() -> None:
    assert proximity("seat other bill other other seat bill seat bill") == proximity("seat bill")


def test_a_word_is_not_near_itself() -> None:
    assert proximity("seat seat seat") == 0


def test_words_of_two_passages_are_not_near_each_other() -> None:
    found = measured(["other seat", "bill other"], a_word("seat"), a_word("bill"))

    assert found.proximity.tolist() == [0, 0]


def test_a_title_and_the_text_below_are_apart() -> None:
    assert titled("Seat", "bill", a_word("seat"), a_word("bill")).proximity.tolist() == [0]


@pytest.mark.parametrize("words", [[], [a_word("seat", weight=0)]], ids=["no words", "words without weight"])
def test_nothing_asked_is_held_by_nothing(words: list[QuestionWord]) -> None:
    found = measured(["seat", "bill"], *words)

    assert (found.coverage.tolist(), found.proximity.tolist()) == ([0, 0], [0, 0])
    assert found.held.shape == (2, len(words))


def test_without_passages_there_is_nothing_to_measure() -> None:
    found = measured([], a_word("seat"))

    assert [len(each) for each in found] == [0, 0, 0]


@settings(max_examples=30)
@given(texts=st.lists(st.lists(st.sampled_from(TEXT_WORDS), min_size=1, max_size=30).map(" ".join), max_size=4))
def test_measures_of_passages_together_are_those_of_each_alone(texts: list[str]) -> None:
    words = [a_word("seat", weight=2), a_word("bill"), a_word("invoice", synonym="card")]
    together = measured(texts, *words)
    alone = [measured([text], *words) for text in texts]

    assert together.coverage.tolist() == [each.coverage[0] for each in alone]
    assert together.proximity == pytest.approx(np.asarray([each.proximity[0] for each in alone]))
    assert np.all((together.proximity >= 0) & (together.proximity <= 1) & (together.coverage <= 1))


PIECES = ["seat ", "Seats", "re\u0301sume\u0301 ", "🎉", "請求書", "1,200 ", "log-in ", "\n", ", ", "x"]
texts = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=20).map("".join)


def an_entry(text: str) -> Entry:
    return filled(MemoryEngine(), an_article("a", text, title="Seats and invoices")).store.entries([0])[0]


def words(question: str, *, synonym: str = "") -> list[QuestionWord]:
    others = (Alternative((synonym,), 0.5, "synonym"),) if synonym else ()
    return [QuestionWord(term.word, term.term, 1.0, 1.0, True, others) for term in analyse(question)]


def marked(text: str, question: str, *, synonym: str = "") -> list[str]:
    return [text[start:end] for start, end in marks(an_entry(text), words(question, synonym=synonym))]


MARKED = {
    "any form of the word": ("Seats: one seat.", "seat", ["Seats", "seat"]),
    "any spelling": ("Organize an organisation", "organising", ["Organize", "organisation"]),
    "neighbours are one mark": ("Pay by credit card now", "card credit", ["credit card"]),
    "also across several blanks": ("credit   card", "credit card", ["credit   card"]),
    "not across a line or a comma": ("credit,card\ncard", "credit card", ["credit", "card", "card"]),
    "numbers": ("It costs 1,200 now", "1200", ["1,200"]),
    "accents of their own": ("A re\u0301sume\u0301!", "resume", ["re\u0301sume\u0301"]),
    "after characters beyond the basic plane": ("🎉🎉 refund", "refund", ["refund"]),
    "scripts without spaces": ("付款請求書。", "請求書", ["請求書"]),
    "words of no other text": ("nothing here", "seats", []),
    "an empty text": ("", "seats", []),
}


@pytest.mark.parametrize(("text", "question", "expected"), MARKED.values(), ids=MARKED.keys())
def test_marks_show_the_words_of_the_question(text: str, question: str, expected: list[str]) -> None:
    assert marked(text, question) == expected


def test_synonyms_and_repairs_are_marked() -> None:
    assert marked("The invoice and the bill", "invioce", synonym="invoic") == ["invoice"]


def test_what_stands_for_two_words_is_marked_once() -> None:
    assert marked("By bank transfer", "wire transfer", synonym="transfer") == ["transfer"]


def test_both_readings_of_a_joined_word_are_marked() -> None:
    assert marked("The log-in page", "login") == ["log-in"]
    assert marked("The log-in page", "log page") == ["log", "page"]
    assert marked("The log-in page", "log login") == ["log-in"]


@given(text=texts, question=texts)
def test_marks_are_in_order_and_apart_within_the_text(text: str, question: str) -> None:
    found = marks(an_entry(text), words(question))
    ends = [offset for mark in found for offset in mark]

    assert ends == sorted(set(ends))
    assert all(0 <= start < end <= len(text) for start, end in found)


@given(text=texts)
def test_a_text_asked_for_itself_is_marked_word_for_word(text: str) -> None:
    unmarked = list(text)
    for start, end in marks(an_entry(text), words(text)):
        unmarked[start:end] = " " * (end - start)

    assert analyse("".join(unmarked)) == []
