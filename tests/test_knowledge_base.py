"""The one door: what questions, searches, suggestions and articles give, from one generation each."""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from kb_service.answers.answering import FoundAnswer
from kb_service.answers.results import Answer, IndexInfo, Question, Topic
from kb_service.content.article import Article
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import read_article
from kb_service.errors import IndexOutOfDate, UnknownArticle
from kb_service.index.guide import TopicText
from kb_service.knowledge_base import MOST_CACHED, AnswerCache, CacheKey, KnowledgeBase
from kb_service.seats.reader import Mentions
from kb_service.staff.allowed_hosts import AllowedHosts
from kb_service.staff.cached_counter import CachedCounter
from kb_service.staff.counter import StaffCount
from tests.billing_articles import LOCKED, WORDING, billing_articles, filled_with_billing
from tests.builders import an_article
from tests.fakes import BagOfWordsEncoder, FixedStaffCounter
from tests.index.memory_engine import MemoryEngine

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
ACME = "acme.kayako.com"
TODAY = date(2026, 11, 25)
INVOICE = "when is my invoice sent?"


@pytest.fixture(scope="module")
def counter() -> FixedStaffCounter:
    counts = {ACME: StaffCount("ok", ACME, count=48), "locked.kayako.com": StaffCount("locked", "l", 3, purchased=2)}
    return FixedStaffCounter(counts)


@pytest.fixture(scope="module")
def kb(counter: FixedStaffCounter) -> KnowledgeBase:
    engine = filled_with_billing(MemoryEngine())
    return KnowledgeBase(engine, staff_counter=counter, no_answer_below=0.5, staff_budget_seconds=1.5, now=lambda: NOW)


def article_ids(answer: Answer) -> set[str]:
    return {passage.article_id for passage in answer.passages}


def test_a_question_is_answered_word_for_word_with_its_passages(kb: KnowledgeBase) -> None:
    answer = kb.answer(Question("when is my invoice sent?"))
    quote, first = answer.answer, answer.passages[0]

    assert quote
    assert answer.outcome == "answered"
    assert quote.text.startswith("An invoice is sent by email on the first day of each month.")
    assert (first.id, first.text[quote.start : quote.end]) == (quote.passage_id, quote.text)
    assert first.text[slice(*first.marks[0])] == "invoice"
    assert 0.5 <= answer.confidence <= 1


def test_what_is_not_covered_has_no_passages_and_the_nearest_titles_instead(kb: KnowledgeBase) -> None:
    answer = kb.answer(Question("Where do we enter our VAT number on the invoice?"))

    assert (answer.outcome, answer.answer, answer.passages) == ("no_answer", None, ())
    assert "invoices" in {related.article_id for related in answer.related}


@pytest.mark.parametrize("blank", ["", " \n"], ids=["empty", "blank"])
def test_a_blank_question_gets_nothing(kb: KnowledgeBase, blank: str) -> None:
    answer = kb.answer(Question(blank))

    assert (answer.outcome, answer.confidence, answer.answer) == ("empty_question", 0, None)
    assert (answer.passages, answer.related, answer.corrections) == ((), (), ())


def test_related_articles_are_those_that_the_answering_one_names(kb: KnowledgeBase) -> None:
    answer = kb.answer(Question("how do we remove seats"))

    assert [related.article_id for related in answer.related] == ["refunds", "payment-methods"]


def test_a_corrected_question_says_what_was_searched(kb: KnowledgeBase) -> None:
    answer = kb.answer(Question("biling portal"))

    assert [(each.typed, each.meant) for each in answer.corrections] == [("biling", "billing")]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_no_more_passages_come_than_are_asked_for(kb: KnowledgeBase, limit: int) -> None:
    assert len(kb.answer(Question("remove seats", limit=limit)).passages) == limit


def test_reasons_come_only_when_asked_for(kb: KnowledgeBase) -> None:
    plain, explained = (kb.answer(Question("remove seats", explain=wanted)) for wanted in (False, True))

    assert {passage.why for passage in plain.passages} == {UNSET}
    assert all(passage.why for passage in explained.passages)


def test_every_question_has_a_name_of_its_own_by_the_clock(kb: KnowledgeBase) -> None:
    first, second = kb.answer(Question("seats")).query_id, kb.search("seats").query_id

    assert first != second
    assert first[:12] == second[:12]  # the time


def test_the_live_number_comes_with_the_answer_within_the_budget(kb: KnowledgeBase, counter: FixedStaffCounter) -> None:
    answer = kb.answer(Question("we pay for 60 seats", domain=ACME))

    assert answer.staff_count == StaffCount("ok", ACME, count=48)
    assert counter.asked[-1] == (ACME, 1.5)
    assert answer.seats
    assert (answer.seats.purchased, answer.seats.active, answer.seats.available) == (60, 48, 12)


class HangingCounter:
    """A helpdesk that takes the question and never answers."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        self.ended.wait(10)
        return StaffCount("timeout", domain)

    def close(self) -> None:
        self.ended.set()


def test_an_answer_waits_for_a_helpdesk_no_longer_than_its_budget() -> None:
    counter = CachedCounter(HangingCounter(), hosts=AllowedHosts())
    engine = filled_with_billing(MemoryEngine())
    kb = KnowledgeBase(engine, staff_counter=counter, staff_budget_seconds=0.2, now=lambda: NOW)
    started = time.monotonic()

    answer = kb.answer(Question("how do we remove seats", domain=ACME))

    assert time.monotonic() - started < 2
    assert (answer.outcome, answer.staff_count) == ("answered", StaffCount("timeout", ACME))
    kb.close()


def test_a_helpdesk_that_fails_never_fails_the_answer(kb: KnowledgeBase) -> None:
    answer = kb.answer(Question("how do we remove seats", domain="down.kayako.com"))

    assert answer.staff_count == StaffCount("unreachable", "down.kayako.com")
    assert (answer.outcome, answer.seats) == ("answered", None)


def test_without_a_domain_no_helpdesk_is_asked(kb: KnowledgeBase, counter: FixedStaffCounter) -> None:
    before = len(counter.asked)

    assert kb.answer(Question(f"{LOCKED} at {ACME}")).staff_count is None
    assert len(counter.asked) == before


SEATS = {
    "the parameter": (Question("why?", seats=60), (60, None)),
    "the question": (Question("60 seats, 48 active staff"), (60, 48)),
    "a pasted error": (Question(LOCKED), (2, 3)),
    "the helpdesk": (Question("why?", domain=ACME), (None, 48)),
    "a locked helpdesk": (Question("why?", domain="locked.kayako.com"), (2, 3)),
}


@pytest.mark.parametrize(("question", "expected"), SEATS.values(), ids=SEATS.keys())
def test_seats_are_read_from(kb: KnowledgeBase, question: Question, expected: tuple[int | None, int | None]) -> None:
    seats = kb.answer(question).seats

    assert seats
    assert (seats.purchased, seats.active) == expected


def test_what_was_read_stands_where_it_says_however_the_question_is_spaced(kb: KnowledgeBase) -> None:
    for text in ("we pay for 60 seats", "  we   pay for\t60  seats\n"):
        seats = kb.answer(Question(text)).seats

        assert seats
        assert seats.purchased_number
        assert seats.purchased_number.span
        assert text[slice(*seats.purchased_number.span)].split() == ["we", "pay", "for", "60", "seats"]


def test_seats_come_with_the_passages_they_rest_on_even_without_an_answer(kb: KnowledgeBase) -> None:
    answer = kb.answer(Question("3 active staff, 2 seats, xyzzy plugh?"))

    assert "staff-count-exceeded#intro" in answer.seat_passage_ids


def test_a_search_ranks_without_deciding(kb: KnowledgeBase) -> None:
    result = kb.search("VAT number invoice", limit=3)

    assert result.passages
    assert (result.query, result.limit, result.offset) == ("VAT number invoice", 3, 0)
    assert result.total >= len(result.passages)


def test_pages_of_a_search_follow_each_other(kb: KnowledgeBase) -> None:
    whole = [passage.id for passage in kb.search("seats invoice portal", limit=6).passages]
    pages = [kb.search("seats invoice portal", limit=2, offset=offset) for offset in (0, 2, 4)]

    assert [passage.id for page in pages for passage in page.passages] == whole
    assert kb.search("seats invoice portal", offset=1000).passages == ()


def test_a_search_keeps_to_its_topic(kb: KnowledgeBase) -> None:
    assert {passage.article_id for passage in kb.search("seats invoice", topic="papers").passages} == {"invoices"}


def test_what_is_typed_is_completed_with_titles_and_questions(kb: KnowledgeBase) -> None:
    found = kb.suggest("which ca")

    assert [(each.text, each.kind, each.url) for each in found] == [
        ("Which cards do you take?", "question", "/articles/payment-methods")
    ]
    assert kb.suggest("") == ()


def test_suggestions_with_sections_stand_by_topic_and_article_with_the_title_first(kb: KnowledgeBase) -> None:
    found = kb.suggest("seats", limit=9, sections=True)
    topics, articles = [each.topic for each in found], [each.article_id for each in found]

    assert topics == sorted(topics, key=topics.index)
    assert articles == sorted(articles, key=articles.index)
    for each in {*articles}:
        kinds = [one.kind for one in found if one.article_id == each]
        assert "title" not in kinds[1:]
    assert all("#" in each.url for each in found if each.kind == "section")


def test_who_asks_for_a_person_gets_no_passage_and_whom_to_ask(kb: KnowledgeBase) -> None:
    answer = kb.answer(Question("can I talk to a human about seats?"))

    assert (answer.outcome, answer.answer, answer.passages, answer.answers) == ("wants_person", None, (), ())


def test_an_article_stands_in_its_first_topic_between_others(kb: KnowledgeBase) -> None:
    for each in kb.articles().articles:
        read = kb.article(each.id)
        of_topic = [one.id for one in kb.articles(topic=each.topics[0]).articles] if each.topics else [each.id]
        at = of_topic.index(each.id)

        assert (read.topic.name if read.topic else None) == (each.topics[0] if each.topics else None)
        assert [read.previous and read.previous.article_id] == (of_topic[:at][-1:] or [None])
        assert [read.following and read.following.article_id] == (of_topic[at + 1 :][:1] or [None])


def test_popular_are_titles_that_ask_first_and_then_those_asked_for_in_most_ways(kb: KnowledgeBase) -> None:
    found = [each.article_id for each in kb.popular_questions(limit=3)]

    assert found == ["invoices", "refunds", "remove-seats"]


def test_what_is_asked_comes_before_what_could_be_and_unknown_articles_are_passed_over(kb: KnowledgeBase) -> None:
    found = kb.popular_questions(limit=3, asked=("remove-seats", "nothing", "payment-methods", "remove-seats"))

    assert [each.article_id for each in found] == ["remove-seats", "payment-methods", "invoices"]


def test_an_article_comes_with_what_is_around_it(kb: KnowledgeBase) -> None:
    read = kb.article("remove-seats")

    assert [related.article_id for related in read.related] == ["refunds", "payment-methods"]
    assert (read.summary.id, read.summary.stale, read.index.articles) == ("remove-seats", False, 7)
    assert "Steps to remove seats" in read.view.html


def test_a_former_id_leads_to_the_article(kb: KnowledgeBase) -> None:
    assert kb.article("money-back").article.id == "refunds"


def test_an_unknown_article_is_an_error_that_names_it(kb: KnowledgeBase) -> None:
    with pytest.raises(UnknownArticle, match="no-such-article"):
        kb.article("no-such-article")


def test_articles_are_listed_by_id_in_pages_and_topics(kb: KnowledgeBase) -> None:
    whole = kb.articles()
    ids = [each.id for each in whole.articles]

    assert ids == sorted(ids)
    assert [each.id for each in kb.articles(limit=2, offset=1).articles] == ids[1:3]
    assert [each.id for each in kb.articles(topic="seats").articles] == ["remove-seats", "staff-count-exceeded"]
    assert (kb.articles(topic="none").total, kb.articles(offset=99).articles) == (0, ())
    assert [each.id for each in whole.articles if each.stale] == ["invoices"]


def test_topics_are_counted_by_name(kb: KnowledgeBase) -> None:
    assert kb.topics() == (
        Topic("errors", 1, "Errors"),
        Topic("money", 3, "Money"),
        Topic("papers", 1, "Papers"),
        Topic("portal", 1, "Portal"),
        Topic("seats", 2, "Seats"),
    )


def test_topics_stand_in_the_order_of_their_authors_with_their_names(counter: FixedStaffCounter) -> None:
    texts = (TopicText("seats", "Licences", "What you pay for."), TopicText("none", "None"), TopicText("errors"))
    engine = MemoryEngine()
    engine.replace_all(billing_articles(), wording=msgspec.structs.replace(WORDING, topics=texts))
    topics = KnowledgeBase(engine, staff_counter=counter).topics()

    assert [each.name for each in topics] == ["seats", "errors", "money", "papers", "portal"]
    assert (topics[0].title, topics[0].description, topics[1].title) == ("Licences", "What you pay for.", "Errors")


SEATS_SHOWN = {
    ("on", False): True,
    ("on", True): True,
    ("auto", False): False,
    ("auto", True): True,
    ("off", True): False,
}


@pytest.mark.parametrize(("mode", "is_live"), SEATS_SHOWN)
def test_seats_are_read_where_an_article_shows_them_or_the_setting_says_so(
    mode: Any, is_live: bool, counter: FixedStaffCounter
) -> None:
    first, *others = billing_articles()
    engine = MemoryEngine()
    engine.replace_all([msgspec.structs.replace(first, live="staff_count" if is_live else None), *others])
    kb = KnowledgeBase(engine, staff_counter=counter, seats_mode=mode)
    question = Question("we pay for 60 seats but only 48 people use it")

    assert kb.compares_seats() is SEATS_SHOWN[mode, is_live]
    assert (kb.answer(question).seats is not None) is SEATS_SHOWN[mode, is_live]
    sent = kb.seats(msgspec.structs.replace(question, seats=60, domain="acme.kayako.com"))
    assert (sent.seats is not None, sent.staff_count is not None) == (mode != "off", mode != "off")


def test_the_status_tells_what_is_served_and_by_which_model(kb: KnowledgeBase) -> None:
    engine = filled_with_billing(MemoryEngine())
    with_model = KnowledgeBase(engine, staff_counter=FixedStaffCounter(), encoder=BagOfWordsEncoder())

    assert (kb.status().ready, kb.status().reason, kb.status().model) == (True, "", "")
    assert kb.status().index == kb.answer(Question("seats")).index == IndexInfo(kb.generation(), 7, 10)
    assert with_model.status().model == "bag-of-words-1"


def test_before_the_first_index_there_is_a_reason_and_no_answer() -> None:
    kb = KnowledgeBase(MemoryEngine(), staff_counter=FixedStaffCounter())

    assert (kb.status().ready, kb.status().index) == (False, None)
    assert kb.status().reason
    with pytest.raises(IndexOutOfDate):
        kb.answer(Question("seats"))


def test_closing_lets_go_of_the_index_and_of_helpdesks() -> None:
    counter = FixedStaffCounter()
    kb = KnowledgeBase(filled_with_billing(MemoryEngine()), staff_counter=counter)
    kb.close()

    assert counter.is_closed
    assert not kb.status().ready


def test_a_new_generation_answers_as_soon_as_it_is_there() -> None:
    engine = MemoryEngine()
    kb = KnowledgeBase(engine, staff_counter=FixedStaffCounter(), no_answer_below=0)
    engine.replace_all([an_article("old", "Seats cost money.")])
    before = kb.answer(Question("seats"))
    engine.replace_all([an_article("new", "Seats cost money.")])

    assert (article_ids(before), article_ids(kb.answer(Question("seats")))) == ({"old"}, {"new"})


class Finder:
    """Finds nothing, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[CacheKey] = []
        self.cache = AnswerCache(self.find)

    def find(self, key: CacheKey) -> FoundAnswer:
        self.asked.append(key)
        return FoundAnswer(key.text, "no_answer", 0.0, None, (), (), (), Mentions())

    def is_cached(self, question: Question, *, today: date = TODAY) -> bool:
        return self.cache.get(question, today=today)[1]


@pytest.fixture
def finder() -> Finder:
    return Finder()


def test_the_same_question_is_found_once(finder: Finder) -> None:
    first, second = (finder.cache.get(Question(INVOICE), today=TODAY) for _ in range(2))

    assert first[0] is second[0]
    assert (first[1], second[1]) == (False, True)
    assert finder.asked == [CacheKey(INVOICE, 5, False, False, TODAY, ())]


@pytest.mark.parametrize(
    "typed", [f"  {INVOICE}\n", INVOICE.replace(" ", "  "), INVOICE.replace(" ", "\t"), INVOICE.replace(" ", "\xa0")]
)
def test_blanks_make_no_other_question(finder: Finder, typed: str) -> None:
    assert [finder.is_cached(Question(text)) for text in (INVOICE, typed)] == [False, True]


@pytest.mark.parametrize(
    "other",
    [
        Question(INVOICE.upper()),
        Question(INVOICE.replace(" my", "\nmy")),
        Question(INVOICE, limit=1),
        Question(INVOICE, explain=True),
    ],
    ids=["text", "lines", "limit", "explain"],
)
def test_whatever_may_change_the_answer_makes_it_another_question(finder: Finder, other: Question) -> None:
    assert [finder.is_cached(question) for question in (Question(INVOICE), other)] == [False, False]


def test_another_day_may_find_an_article_stale(finder: Finder) -> None:
    days = (TODAY, TODAY.replace(year=2027))

    assert [finder.is_cached(Question(INVOICE), today=day) for day in days] == [False, False]


def test_memory_is_bounded_and_forgets_what_was_asked_longest_ago(finder: Finder) -> None:
    for number in (0, 1, 0, *range(2, MOST_CACHED + 1)):
        finder.is_cached(Question(f"seat {number}"))

    assert finder.is_cached(Question("seat 0"))
    assert not finder.is_cached(Question("seat 1"))


def test_each_request_has_its_own_words_and_id_and_a_new_generation_answers_anew() -> None:
    engine = filled_with_billing(MemoryEngine())
    kb = KnowledgeBase(engine, staff_counter=FixedStaffCounter(), now=lambda: NOW)
    first, second = (kb.answer(Question(text)) for text in (INVOICE, f" {INVOICE}"))
    engine.replace_all([an_article("a", "Nothing about it.")])
    third = kb.answer(Question(INVOICE))

    assert (first.question, second.question) == (INVOICE, f" {INVOICE}")
    assert first.query_id != second.query_id
    assert first.index == second.index != third.index
    assert (first.remembered, second.remembered, third.remembered) == (False, True, False)


def test_numbers_beside_the_question_are_those_of_the_request_alone() -> None:
    kb = KnowledgeBase(filled_with_billing(MemoryEngine()), staff_counter=FixedStaffCounter())
    with_seats, without = (kb.answer(Question("how do we remove a seat?", seats=seats)) for seats in (60, None))

    assert with_seats.seats
    assert with_seats.seats.purchased == 60
    assert without.remembered
    assert without.seats is None


def test_passages_come_as_written_with_the_answer_marked_inside() -> None:
    source = "To add a seat:\n\n1. Open [**Seats**](#prices).\n2. Pay with a card.\n\n## Prices\n\n30 euros a month."
    article = read_article("seats/add.md", f"# How do I add a seat?\n\n{source}".encode(), Renderer()).article
    assert article
    engine = MemoryEngine()
    engine.replace_all([article])
    knowledge_base = KnowledgeBase(engine, staff_counter=FixedStaffCounter(), no_answer_below=0.0)

    answer = knowledge_base.answer(Question("how do I add a seat, which steps?", html=True))
    searched = knowledge_base.search("add a seat", html=True)
    plain = knowledge_base.answer(Question("how do I add a seat, which steps?"))

    html = answer.passages[0].html
    assert html
    assert '<ol><li><mark>Open </mark><a href="/articles/seats/add#prices"' in html
    assert answer.answer
    assert "".join(re.findall("<mark>(.*?)</mark>", html)).count("Pay with a card.") == 1
    assert searched.passages[0].html
    assert "<mark>seat</mark>" in searched.passages[0].html
    assert plain.passages[0].html is UNSET


def on(day: date, *articles: Article) -> KnowledgeBase:
    engine = MemoryEngine()
    engine.replace_all(articles)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return KnowledgeBase(engine, staff_counter=FixedStaffCounter({}), no_answer_below=0.2, now=lambda: noon)


@pytest.mark.parametrize(("day", "is_there"), [(date(2026, 11, 30), True), (date(2026, 12, 1), False)])
def test_an_expired_article_is_nowhere_before_the_next_generation_too(day: date, is_there: bool) -> None:
    offer = msgspec.structs.replace(
        an_article(
            "offer", "The autumn discount is ten percent.", topics=["offers"], questions=["Is there a discount?"]
        ),
        expires_at=date(2026, 12, 1),
    )
    kb = on(day, offer, an_article("prices", "Each seat costs ten euros.", related=["offer"]))

    seen = [
        any(one.article_id == "offer" for one in kb.answer(Question("is there a discount")).passages),
        any(one.article_id == "offer" for one in kb.search("autumn discount").passages),
        bool(kb.suggest("is there")),
        "offer" in [one.article_id for one in kb.popular_questions()],
        "offer" in [one.id for one in kb.articles().articles],
        kb.articles().total == 2,
        bool(kb.topics()),
        bool(kb.article("prices").related),
    ]
    assert seen == [is_there] * len(seen)
    if is_there:
        assert kb.article("offer").article.id == "offer"
    else:
        with pytest.raises(UnknownArticle):
            kb.article("offer")


def test_an_unlisted_article_is_read_at_its_address_and_found_nowhere() -> None:
    gift = an_article("gift", "A voucher is a gift.", topics=["gifts"], questions=["What is a voucher?"])
    kb = on(
        date(2026, 12, 1),
        msgspec.structs.replace(gift, unlisted="`unlisted: true`"),
        an_article("prices", "Each seat costs ten euros.", related=["gift"]),
    )

    assert kb.article("gift").view.passages[0].text == "A voucher is a gift."
    assert kb.answer(Question("what is a voucher")).passages == kb.search("voucher").passages == ()
    assert kb.suggest("what is") == kb.topics() == kb.article("prices").related == ()
    assert [one.id for one in kb.articles().articles] == ["prices"]


@pytest.mark.parametrize(("day", "first"), [(date(2026, 11, 30), "a-old"), (date(2026, 12, 2), "b-new")])
def test_of_two_articles_that_say_the_same_the_overdue_one_comes_second(day: date, first: str) -> None:
    text = "To remove seats, open the billing page, choose the number of seats that you want and save it."
    kb = on(
        day,
        an_article("a-old", text, title="Seats", review_by=date(2026, 12, 1)),
        an_article("b-new", text, title="Seats"),
    )

    answer = kb.answer(Question("how do we remove seats"))

    assert (answer.passages[0].article_id, answer.passages[0].stale) == (first, False)
    assert len({one.score for one in answer.passages}) == 1
