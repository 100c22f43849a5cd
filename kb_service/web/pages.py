"""The pages: they work without a script, and show what the API says in the same words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from flask import Flask, Response, request

from kb_service.answers.results import (
    Answer,
    FoundPassage,
    Outcome,
    PartialAnswer,
    Question,
    RelatedArticle,
    Suggestion,
    Topic,
)
from kb_service.errors import BadRequest
from kb_service.knowledge_base import KnowledgeBase
from kb_service.questions.understanding import Correction
from kb_service.seats.position import SeatNumber, SeatPosition
from kb_service.staff.counter import UNAVAILABLE, StaffCount
from kb_service.staff.messages import note
from kb_service.web.article_pages import ArticlePages
from kb_service.web.http import HTML, OWN, Asked, cacheable, page_response, read_query, typed_into
from kb_service.web.languages import language, problem_of_field, reading
from kb_service.web.payloads import HomeQuery, ResultsQuery
from kb_service.web.recording import Recording
from kb_service.web.visitors import Visitors
from kb_service.wording.catalogue import Words, words_in
from kb_service.wording.languages import names_in

RESULTS_ENDPOINT: Final = "results_page"
RESULTS_PATH: Final = "/search"
SEATS_ENDPOINT: Final = "seats_card"
SEATS_PATH: Final = "/search/seats"
QUESTIONS_ON_HOME: Final = 6
PASSAGES: Final = 20  # among which those of other articles are looked for
MOST_OTHERS: Final = 4
FLOOR: Final = 0.6  # of the best score: what is further behind is about something else

_OF_SEATS: Final = frozenset({"domain", "seats", "active"})
_WORTH_ANOTHER_TRY: Final = UNAVAILABLE | {"pending", "stale"}


@dataclass(frozen=True, slots=True)
class HomePage:
    """The topics, and questions as examples."""

    asked: Asked
    topics: tuple[Topic, ...]
    questions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class CardNumber:
    """A number of the card and the field that corrects it, called `name`.

    `shown` is "?" where the number is unknown or guessed, `origin` says where it comes from. `typed` stands in the
    field: nothing for a live count, which an entry would freeze.
    """

    name: str
    label: str
    shown: str
    origin: str
    typed: str
    hint: str
    wrong: str


@dataclass(frozen=True, slots=True)
class SeatCard:
    """The seat position: its numbers, sentences, and the passage they rest on (`url` may be empty).

    `note` says what came of asking the helpdesk, `note_url` is where the visitor sees the count himself. While the
    count `is_pending`, `source` is the address of the card with it and `again` that of the whole page. `is_open` shows
    the fields at once: something is asked or wrong. `words` are those of the language.
    """

    asked: Asked
    words: Words
    headline: str
    numbers: tuple[CardNumber, ...]
    sentences: tuple[str, ...]
    conflicts: tuple[str, ...]
    url: str
    note: str
    note_url: str
    note_host: str
    is_pending: bool
    is_open: bool
    source: str
    again: str


@dataclass(frozen=True, slots=True)
class SeatsPage:
    """The card alone, which a script puts into a page of results."""

    asked: Asked
    seats: SeatCard


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """`answer` is what answers, or with the outcome `possible` what may; without one `related` are the nearest titles.

    `parts` are the other questions of a message that asks several, each with what answers it. `ask` says who can
    answer, `languages` which the articles have where the question is in none of them. `others` are passages of other
    articles, one of each, the nearest first. `read` are the paths of what is shown, and `numbers` those of the seats in
    words, for whoever is asked next.
    """

    asked: Asked
    query_id: str
    outcome: Outcome
    answer: FoundPassage | None
    parts: tuple[PartialAnswer, ...]
    ask: str
    languages: tuple[str, ...]
    others: tuple[FoundPassage, ...]
    corrections: tuple[Correction, ...]
    seats: SeatCard | None
    numbers: str
    related: tuple[RelatedArticle, ...]
    read: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """The views. The audience is the public one, always."""

    knowledge_base: KnowledgeBase
    visitors: Visitors
    article_pages: ArticlePages
    recording: Recording

    def home(self) -> Response:
        if topic := read_query(request, HomeQuery).topic:
            return self.article_pages.topic(topic)
        reads = reading()
        page = HomePage(
            asked=Asked(),
            topics=self.knowledge_base.topics(languages=reads),
            questions=self.knowledge_base.popular_questions(
                limit=QUESTIONS_ON_HOME, asked=self.recording.popular(), languages=reads
            ),
        )
        return page_response("home.html", page)

    def results(self) -> Response:
        """Answer at once, whatever the helpdesk does: a count that is not known yet is filled in afterwards."""
        asked, form = _read_form()
        question = Question(
            asked.q,
            domain=asked.domain,
            seats=asked.seats,
            active=asked.active,
            limit=PASSAGES,
            waits=False,
            html=True,
            lang=language(),
            languages=reading(),
        )
        answer = self.visitors.answer(question, token=None)
        return page_response("results.html", results_page(answer, form), 422 if form.wrong else 200)

    def seats(self) -> Response:
        """Return the card alone, as soon as the helpdesk has answered."""
        asked, form = _read_form()
        question = Question(asked.q, domain=asked.domain, seats=asked.seats, active=asked.active, lang=language())
        found = self.visitors.seats(question, token=None)
        card = seat_card(found.seats, found.staff_count, found.seat_passage_ids, form)
        return page_response("seats.html", SeatsPage(form, card), 422 if form.wrong else 200)


def register_pages(app: Flask, pages: Pages, etag: Callable[[], str]) -> None:
    """Route the pages."""
    app.add_url_rule("/", "home_page", cacheable(pages.home, etag, HTML))
    app.add_url_rule(RESULTS_PATH, RESULTS_ENDPOINT, cacheable(pages.results, etag, HTML, keep=OWN))
    app.add_url_rule(SEATS_PATH, SEATS_ENDPOINT, pages.seats)


def results_page(answer: Answer, asked: Asked) -> ResultsPage:
    """Return what the page shows of an answer: the passage that answers, or may, then those of other articles."""
    passages, quoted = answer.passages, answer.answer.passage_id if answer.answer else None
    first = next((each for each in passages if quoted is None or each.id == quoted), None)
    shown = {first.article_id if first else "", *(each.url.partition("#")[0] for each in answer.answers if each.answer)}
    nearest = max((each.score for each in passages), default=0.0)
    others: dict[str, FoundPassage] = {}
    for each in passages:
        is_shown = each.article_id in shown or each.url.partition("#")[0] in shown
        if not is_shown and each.score >= FLOOR * nearest:
            others.setdefault(each.article_id, each)
    seats = (
        seat_card(answer.seats, answer.staff_count, answer.seat_passage_ids, asked)
        if answer.seats or answer.staff_count or asked.wrong.keys() & _OF_SEATS
        else None
    )
    return ResultsPage(
        asked=asked,
        query_id=answer.query_id,
        outcome=answer.outcome,
        answer=first,
        parts=tuple(each for each in answer.answers if each.answer != answer.answer),
        ask=answer.ask,
        languages=names_in(language(), answer.languages),
        others=tuple(others.values())[:MOST_OTHERS],
        corrections=answer.corrections,
        seats=seats,
        numbers=_in_words(seats) if seats else "",
        related=tuple(each for each in answer.related if each.article_id not in others),
        read=(first.url.partition("#")[0],) if first else (),
    )


def _read_form() -> tuple[ResultsQuery, Asked]:
    """Return what is asked for, and what was typed: what is wrong is said at its field, and nothing typed is lost."""
    wrong: dict[str, str] = {}
    try:
        asked = read_query(request, ResultsQuery)
    except BadRequest as error:
        if not {*error.fields} <= _OF_SEATS | {"q"}:
            raise
        wrong = {name: problem_of_field(what) for name, what in error.fields.items()}
        asked = read_query(request, ResultsQuery, without=wrong)
    return asked, typed_into(request.args, wrong=wrong)


def _address(path: str, asked: Asked) -> str:
    given = {
        "q": asked.query,
        "domain": asked.domain,
        "seats": asked.seats,
        "active": asked.active,
        "lang": request.args.get("lang", ""),
    }
    return f"{path}?" + urlencode({name: value for name, value in given.items() if value})


def seat_card(
    position: SeatPosition | None, staff_count: StaffCount | None, passage_ids: tuple[str, ...], asked: Asked
) -> SeatCard:
    """Return what is shown of seats; without a position, what came of asking the helpdesk and the fields alone."""
    words = words_in(language())
    is_pending = staff_count is not None and staff_count.status == "pending"
    left = note(staff_count, words) if staff_count else ""
    said: tuple[str, ...] = ()
    if position and not is_pending:  # what would be said without the count may be wrong in a moment
        what_if = position.what_if.sentence if position.what_if else ""
        said = tuple(filter(None, (*position.questions, position.capacity, position.billing, what_if)))
    return SeatCard(
        asked=asked,
        words=words,
        headline=words.say(f"card.{position.state if position and not is_pending else 'unknown'}"),
        numbers=(
            _card_number("seats", position.purchased_number if position else None, asked),
            _card_number("active", position.active_number if position else None, asked, is_pending=is_pending),
        ),
        sentences=said,
        conflicts=position.conflicts if position and not is_pending else (),
        url=f"/articles/{quote(passage_ids[0], safe='/#')}" if passage_ids else "",
        note=left,
        note_url=staff_count.url if staff_count and not is_pending and left else "",
        note_host=staff_count.domain if staff_count else "",
        is_pending=is_pending,
        is_open=bool(asked.wrong or (position and position.questions)),
        source=_address(SEATS_PATH, asked) if is_pending else "",
        again=_address(RESULTS_PATH, asked) if staff_count and staff_count.status in _WORTH_ANOTHER_TRY else "",
    )


def _in_words(card: SeatCard) -> str:
    known = [f"{each.label}: {each.shown}" for each in card.numbers if each.shown.isdigit()]
    return "; ".join(filter(None, [*known, card.asked.domain]))


def _card_number(name: str, number: SeatNumber | None, asked: Asked, *, is_pending: bool = False) -> CardNumber:
    words = words_in(language())
    is_counted = number is not None and number.source in {"live", "stale", "locked_response"}
    typed = getattr(asked, name) or (str(number.value) if number and not is_counted else "")
    return CardNumber(
        name=name,
        label=words.say("card.paid" if name == "seats" else "card.active"),
        shown="…" if is_pending else str(number.value) if number and number.certain else "?",
        origin=number.origin if number and not is_pending else "",
        typed=typed,
        hint=words.say("card.keep", count=number.value) if number and is_counted else "",
        wrong=asked.wrong.get(name, ""),
    )
