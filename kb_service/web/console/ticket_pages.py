"""The box: a question or a whole ticket goes in; out comes what customers are told beside what agents may know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from flask import Response, request

from kb_service.answers.results import Answer, FoundPassage, Question
from kb_service.content.article import Article
from kb_service.errors import UnknownArticle
from kb_service.knowledge_base import KnowledgeBase
from kb_service.questions.ticket import Ticket, read_ticket
from kb_service.seats.position import SeatPosition
from kb_service.web.console.copies import Copies, copies_of, customer_reply, whole_reply
from kb_service.web.console.forms import HOME
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.console.seat_pages import SEATS
from kb_service.web.formatting import printable
from kb_service.web.http import page_response
from kb_service.web.recording import Recording
from kb_service.web.root import address_here
from kb_service.wording.catalogue import words_in

MOST_CHARACTERS: Final = 20_000
CUSTOMER_PASSAGES: Final = 3
AGENT_PASSAGES: Final = 4
MOST_OTHERS: Final = 4
_HELPDESK: Final = re.compile(r"(?i)\b[a-z0-9][a-z0-9-]{0,62}\.kayako\.com\b")
KNOWN_PASSAGES: Final = 10  # what is for agents only may stand further down


@dataclass(frozen=True, slots=True)
class Card:
    """A passage: who may read it, who keeps it, how fresh it is, why it was found, and what is copied of it."""

    key: str
    passage: FoundPassage
    html: str
    url: str
    is_for_agents: bool
    owner: str
    review_by: date | None
    copies: Copies


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question with what customers get, best first, and what agents alone may know; either may be empty.

    `others` are passages that customers find too, further down, or the nearest articles: their titles and addresses.
    """

    number: int
    text: str
    query_id: str
    is_error: bool
    confidence: int
    for_customers: Sequence[Card]
    for_agents: Sequence[Card]
    others: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SeatNumbers:
    """What the ticket says of seats: the numbers with where they come from, what follows, and the panel's address."""

    headline: str
    numbers: Sequence[tuple[str, str, str]]
    sentences: Sequence[str]
    panel: str


@dataclass(frozen=True, slots=True)
class TicketPage:
    """`ticket` is None before anything was asked; `typed` stands in the box, `wrong` says what is wrong with it.

    `records`: questions are recorded, and so is what solved them, and receipts are made.
    `ancestors` are the origins of pages that may have it in a frame.
    """

    typed: str = ""
    wrong: str = ""
    ticket: Ticket | None = None
    questions: Sequence[AnsweredQuestion] = ()
    seats: SeatNumbers | None = None
    reply: str = ""
    most: int = MOST_CHARACTERS
    records: bool = False
    ancestors: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TicketPages:
    """The views. `public` answers as customers are answered, `knowledge` as agents are; links begin with `base_url`."""

    public: KnowledgeBase
    knowledge: AgentKnowledge
    recording: Recording
    base_url: str

    def show(self) -> Response:
        return self._response(TicketPage())

    def ask(self) -> Response:
        """Answer each question of what was sent. It came in a form, not in an address: tickets hold personal data."""
        return self._response(*self.read(request.form.get("ticket", "")))

    def read(self, ticket: str) -> tuple[TicketPage, int]:
        """Return what is known of what was sent, or what is wrong with it, with the status of the response."""
        typed = printable(ticket.replace("\r\n", "\n"))
        if len(typed) > MOST_CHARACTERS:
            wrong = f"This has {len(typed):,} characters: shorten it to {MOST_CHARACTERS:,}."
            return TicketPage(typed, wrong), 422
        if not typed.strip():
            return TicketPage(wrong="Paste a ticket or type a question."), 422
        return self.page(typed), 200

    def _response(self, page: TicketPage, status: int = 200) -> Response:
        page = replace(page, records=self.recording.keeps_questions)
        return page_response("console/ticket.html", page, status)

    def page(self, typed: str) -> TicketPage:
        """Return what is known of a ticket."""
        ticket = read_ticket(typed)
        seats = self.public.seats(Question(ticket.text)).seats
        answered = [
            self._answered(number, text, ticket, seats) for number, text in enumerate(ticket.questions, start=1)
        ]
        return TicketPage(
            typed=typed,
            ticket=ticket,
            questions=answered,
            seats=_seat_numbers(seats, typed) if seats else None,
            reply=whole_reply(
                ticket.asker, [each.for_customers[0].copies.body for each in answered if each.for_customers]
            ),
        )

    def _answered(self, number: int, text: str, ticket: Ticket, seats: SeatPosition | None) -> AnsweredQuestion:
        told = self.public.answer(Question(text, limit=CUSTOMER_PASSAGES, explain=True, html=True))
        known = self.knowledge().answer(Question(text, audience="agent", limit=KNOWN_PASSAGES, explain=True, html=True))
        self.recording.asked(known, audience="agent")
        shown = {(each.id, each.content_sha256) for each in told.passages}
        more = [each for each in known.passages if (each.id, each.content_sha256) not in shown]
        cards = [
            self._card(f"{number}-a{at}", each, known, ticket, seats, is_public=False)
            for at, each in enumerate(more, start=1)
        ]
        others = [
            (" › ".join((each.passage.title, *each.passage.heading_path)), each.url)
            for each in cards
            if not each.is_for_agents
        ]
        if not (told.passages or more):
            others = [(each.title, f"{HOME}{each.url}") for each in known.related]
        return AnsweredQuestion(
            number=number,
            text=text,
            query_id=known.query_id,
            is_error=text in ticket.errors,
            confidence=round(100 * (told.confidence if told.passages else known.confidence)),
            for_customers=[
                self._card(f"{number}-c{at}", each, told, ticket, seats, is_public=True)
                for at, each in enumerate(told.passages, start=1)
            ],
            for_agents=[each for each in cards if each.is_for_agents][:AGENT_PASSAGES],
            others=others[:MOST_OTHERS],
        )

    def _card(
        self,
        key: str,
        passage: FoundPassage,
        answer: Answer,
        ticket: Ticket,
        seats: SeatPosition | None,
        *,
        is_public: bool,
    ) -> Card:
        article = self._article(passage.article_id)
        is_for_agents = not is_public and (
            passage.audience == "agent" or article is None or article.audience == "agent"
        )
        path = f"{HOME}{passage.url}"
        quote = answer.answer if answer.answer and answer.answer.passage_id == passage.id else None
        copied = copies_of(
            passage,
            base_url=self.base_url or address_here(),
            path=path if is_for_agents else passage.url,
            is_for_agents=is_for_agents,
        )
        if is_public:  # nothing else may ever become a reply
            copied = customer_reply(copied, passage, quote, article, asker=ticket.asker, seats=seats)
        return Card(
            key=key,
            passage=passage,
            html=str(passage.html or ""),
            url=path,
            is_for_agents=is_for_agents,
            owner=(article.owner or "") if article else "",
            review_by=article.review_by if article else None,
            copies=copied,
        )

    def _article(self, article_id: str) -> Article | None:
        """Return an article as agents have it; None where the index has changed since it was found."""
        try:
            return self.knowledge().article(article_id, audience="agent").article
        except UnknownArticle:
            return None


def _seat_numbers(position: SeatPosition, typed: str) -> SeatNumbers:
    words, helpdesk = words_in("en"), _HELPDESK.search(typed)
    known = {
        "seats": position.purchased,
        "active": position.active,
        "domain": helpdesk[0].lower() if helpdesk else None,
    }
    numbers = (("card.paid", position.purchased_number), ("card.active", position.active_number))
    said = (*position.questions, position.capacity, position.billing, *position.conflicts)
    return SeatNumbers(
        headline=words.say(f"card.{position.state}"),
        numbers=[
            (words.say(label), str(number.value) if number.certain else "?", number.origin)
            for label, number in numbers
            if number
        ],
        sentences=[sentence for sentence in said if sentence],
        panel=f"{SEATS}?{urlencode({name: value for name, value in known.items() if value is not None})}",
    )
