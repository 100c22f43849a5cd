"""The table of the API: one row a method and path. Routing, limits, CORS and the OpenAPI document all read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from kb_service.answers.results import ArticlePage, SearchResult
from kb_service.record.reports import Report
from kb_service.web import beginning, contact, feedback, payloads, recording
from kb_service.web.rate_limits import Limit
from kb_service.web.visitors import ANSWERS, LIVE, READING, SUGGESTIONS

PREFIX: Final = "/api/v1"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path; `path` is below PREFIX, with `{id}` for what varies."""

    endpoint: str
    method: Literal["GET", "POST"]
    path: str
    summary: str
    description: str
    limit: Limit
    returns: type[msgspec.Struct]
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    is_cross_origin: bool = False
    is_cached: bool = False
    needs_token: bool = False
    also_returns: str = ""  # a content type beside JSON
    successes: tuple[int, ...] = (200,)
    failures: tuple[int, ...] = ()  # beside those that follow from the rest

    @property
    def rule(self) -> str:
        """The path as Flask writes it; the id of an article has slashes when its file lies in a folder."""
        return PREFIX + self.path.replace("{id}", "<path:article_id>")


GET_ANSWER: Final = Operation(
    endpoint="get_answer",
    method="GET",
    path="/answer",
    summary="Answer a question",
    description=(
        "The sentence of the articles that answers, its passage and the next best ones. With outcome possible "
        "the passages may help, what is likeliest highlighted in each: nothing is claimed. With no_answer there are "
        "none, and with wants_person neither: it asks for a person. "
        "With a domain also the live number of active staff; a failure of that never fails the answer. It waits "
        "for the helpdesk, 2.5 seconds at most; with wait=0 it does not, and `GET /seats` brings what was pending."
    ),
    limit=ANSWERS,
    query=payloads.AnswerQuery,
    returns=payloads.AnswerResponse,
    is_cross_origin=True,
    is_cached=True,
)
POST_ANSWER: Final = Operation(
    endpoint="post_answer",
    method="POST",
    path="/answer",
    summary="Answer a question that should not stand in an address",
    description="The same as GET, for a question that should not be in logs and histories.",
    limit=ANSWERS,
    body=payloads.AnswerBody,
    returns=payloads.AnswerResponse,
    is_cross_origin=True,
)
SEATS: Final = Operation(
    endpoint="seats",
    method="GET",
    path="/seats",
    summary="Say what a question means for seats",
    description=(
        "Only `staff_count` and `seats` of the answer: to fill in a live count that was pending in it, and to correct "
        "numbers. It waits for the helpdesk."
    ),
    limit=ANSWERS,
    query=payloads.SeatsQuery,
    returns=payloads.SeatsAnswerResponse,
    is_cross_origin=True,
)
SEARCH: Final = Operation(
    endpoint="search",
    method="GET",
    path="/search",
    summary="Search passages",
    description="The ranking without the answering step: it does not abstain.",
    limit=ANSWERS,
    query=payloads.SearchQuery,
    returns=SearchResult,
    is_cross_origin=True,
    is_cached=True,
)
SUGGEST: Final = Operation(
    endpoint="suggest",
    method="GET",
    path="/suggest",
    summary="Complete what is typed",
    description=(
        "Titles and known questions that complete what is typed, and with `sections` headings; slips are forgiven. "
        "Without words, what is often asked, or the articles of a topic."
    ),
    limit=SUGGESTIONS,
    query=payloads.SuggestQuery,
    returns=payloads.SuggestResponse,
    is_cross_origin=True,
    is_cached=True,
)
ARTICLES: Final = Operation(
    endpoint="articles",
    method="GET",
    path="/articles",
    summary="List articles",
    description="All articles, in the order of their ids.",
    limit=READING,
    query=payloads.ArticlesQuery,
    returns=ArticlePage,
    is_cached=True,
)
ARTICLE: Final = Operation(
    endpoint="article",
    method="GET",
    path="/articles/{id}",
    summary="Read one article",
    description="Its text, its sections and its sanitized HTML. A former id gives the article under its new one.",
    limit=READING,
    returns=payloads.ArticleResponse,
    is_cross_origin=True,
    is_cached=True,
)
WIDGET: Final = Operation(
    endpoint="widget",
    method="GET",
    path="/widget",
    summary="Say what to offer before anything is typed",
    description=(
        "What the operator offers on the page that the visitor is on, what is often asked, and the topics. With a "
        "topic its articles alone."
    ),
    limit=READING,
    query=beginning.BeginningQuery,
    returns=beginning.BeginningResponse,
    is_cross_origin=True,
    is_cached=True,
)
STAFF_COUNT: Final = Operation(
    endpoint="staff_count",
    method="GET",
    path="/staff-count",
    summary="Count the active staff of a helpdesk",
    description="The live look-up alone. A helpdesk that cannot be asked is a status, not an error.",
    limit=LIVE,
    query=payloads.StaffCountQuery,
    returns=payloads.StaffCountResponse,
)
FEEDBACK: Final = Operation(
    endpoint="feedback",
    method="POST",
    path="/feedback",
    summary="Say whether an answer helped",
    description=(
        "One vote a query_id, the last wins. 201 when it is the first, 200 when it replaced one; either is sent only "
        "after the vote is stored."
    ),
    limit=feedback.VOTES,
    body=feedback.FeedbackBody,
    returns=feedback.FeedbackResponse,
    is_cross_origin=True,
    successes=(200, 201),
    failures=(403, 404),
)

EVENTS: Final = Operation(
    endpoint="events",
    method="POST",
    path="/events",
    summary="Say what became of an answer",
    description=(
        "That somebody opened or copied an article of an answer, that it solved the question, or that they asked a "
        "person after all. Recorded once for each answer and article."
    ),
    limit=recording.EVENTS,
    body=recording.EventBody,
    returns=recording.EventResponse,
    is_cross_origin=True,
    failures=(404,),
)
CONTACT: Final = Operation(
    endpoint="contact",
    method="POST",
    path="/contact",
    summary="Write to a person",
    description=(
        "Carries a message to the people who help, by mail or to a webhook, as the operator wants it. 200 only when it "
        "is delivered; with 503 it is not, and nothing of it is kept: send it again. 403 where messages are not taken."
    ),
    limit=contact.MESSAGES,
    body=contact.ContactBody,
    returns=contact.ContactResponse,
    is_cross_origin=True,
    failures=(403,),
)

OPERATIONS: Final = (
    GET_ANSWER, POST_ANSWER, SEATS, SEARCH, SUGGEST, ARTICLES, ARTICLE, STAFF_COUNT, FEEDBACK, EVENTS, CONTACT,
    WIDGET,
)  # fmt: skip
# For programs with a token; only where there is a console.
AGENT_ANSWER: Final = Operation(
    endpoint="agent_answer",
    method="POST",
    path="/agent/answer",
    summary="Answer a question as agents may know it",
    description=(
        "As `POST /answer`, from what agents may read: a passage whose `audience` is `agent` must not reach a "
        "customer. Addresses lead to the console. Send a token with the scope answers:agent."
    ),
    limit=ANSWERS,
    body=payloads.AnswerBody,
    returns=payloads.AnswerResponse,
    needs_token=True,
)
AGENT_RECEIPT: Final = Operation(
    endpoint="agent_receipt",
    method="POST",
    path="/agent/receipts",
    summary="Keep a receipt of what is sent to a customer",
    description=(
        "Of passages of an answer, by `id` and `content_sha256`, with the question and, with a domain, the live count. "
        "`url` shows the customer what is public of it; 409 where questions are not recorded, or a passage is not as "
        "the articles have it now. Send a token with the scope answers:agent."
    ),
    limit=READING,
    body=payloads.ReceiptBody,
    returns=payloads.ReceiptResponse,
    needs_token=True,
    successes=(201,),
    failures=(404, 409),
)
REPORTS: Final = Operation(
    endpoint="reports",
    method="GET",
    path="/reports",
    summary="Report what is asked, and what comes of it",
    description=(
        "What `kb report` says, but for flags: everything, or with `csv` one section as CSV. It names articles that "
        "only agents may read, and has what people asked, masked. Send a token with the scope reports."
    ),
    limit=READING,
    query=payloads.ReportQuery,
    returns=Report,
    needs_token=True,
    also_returns="text/csv",
)
AGENT_OPERATIONS: Final = (AGENT_ANSWER, AGENT_RECEIPT, REPORTS)

CROSS_ORIGIN_PATHS: Final = frozenset(each.rule for each in OPERATIONS if each.is_cross_origin)
