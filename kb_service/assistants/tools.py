"""What assistants can do: ask, search, read an article, count staff; with the limits and refusals of the API."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from kb_service.answers.results import Answer, SearchResult
from kb_service.assistants.callers import Caller
from kb_service.content.article import Audience
from kb_service.record.asked import event_of_answer, event_of_search
from kb_service.record.record import Record
from kb_service.settings import RecordMode
from kb_service.web import payloads
from kb_service.web.console.agent_api import for_console
from kb_service.web.console.forms import HOME
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.http import convert_fields
from kb_service.web.rate_limits import Limit
from kb_service.web.visitors import ANSWERS, LIVE, READING, Asker, Visitors

Name = Literal["ask", "search", "read_article", "staff_count"]


class SearchArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    query: payloads.Words
    limit: payloads.ManyPassages = 10
    offset: payloads.Offset = 0
    topic: payloads.Topic | None = None


class ArticleArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(max_length=400, description="The `article_id` of a passage.")]


class StaffCountArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    domain: payloads.Domain
    token: payloads.Token | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as assistants see it."""

    name: Name
    title: str
    description: str
    takes: type[msgspec.Struct]
    returns: type[msgspec.Struct]
    limit: Limit
    asks_others: bool = False


TOOLS: Final = (
    Tool(
        "ask",
        "Answer a question",
        "Answer a question word for word from the articles. outcome says whether they do: answered (quote `answer`, "
        "with its passage and link), possible (passages that may help; nothing is claimed), no_answer. Never add to a "
        "quote. A passage whose audience is agent must not reach a customer.",
        payloads.AnswerBody,
        payloads.AnswerResponse,
        ANSWERS,
        asks_others=True,
    ),
    Tool(
        "search",
        "Search passages",
        "Find passages of the articles, best first, without deciding whether they answer.",
        SearchArguments,
        SearchResult,
        ANSWERS,
    ),
    Tool(
        "read_article",
        "Read an article",
        "Read one whole article: text, sections, freshness and related articles.",
        ArticleArguments,
        payloads.ArticleResponse,
        READING,
    ),
    Tool(
        "staff_count",
        "Count the active staff of a helpdesk",
        "Ask a helpdesk, such as acme.kayako.com, for its live number of active staff. status says why, when it is not "
        "known; a failure never carries a number.",
        StaffCountArguments,
        payloads.StaffCountResponse,
        LIVE,
        asks_others=True,
    ),
)
BY_NAME: Final[Mapping[str, Tool]] = {each.name: each for each in TOOLS}
current_caller: ContextVar[Caller] = ContextVar("current_caller")


def current_asker() -> Asker:
    """Return whom to count for the current call."""
    return current_caller.get().asker


@dataclass(frozen=True, slots=True)
class Tools:
    """Does what the tools say, for the caller of the current call: `visitors` for customers, `knowledge` for agents."""

    visitors: Visitors
    knowledge: AgentKnowledge
    contact_url: str
    base_url: str
    record: Record | None = None
    now: Callable[[], float] = field(default=time.time)

    def call(self, name: str, arguments: Mapping[str, Any], caller: Caller) -> msgspec.Struct:
        """Do it; raise KbError or TooManyRequests for what cannot be done, KeyError where there is no such tool."""
        tool = BY_NAME[name]
        asked: Any = convert_fields(arguments, tool.takes, is_strict=True)
        current_caller.set(caller)
        is_for_agents = caller.audience == "agent"
        self.visitors.admit(tool.limit)
        match tool.name:
            case "ask":
                return self._ask(asked, is_for_agents=is_for_agents)
            case "search":
                return self._search(asked, is_for_agents=is_for_agents)
            case "read_article":
                return self._read(asked, is_for_agents=is_for_agents)
            case "staff_count":
                return self._count(asked, is_for_agents=is_for_agents)

    def _ask(self, asked: payloads.AnswerBody, *, is_for_agents: bool) -> payloads.AnswerResponse:
        audience: Audience = "agent" if is_for_agents else "public"
        question = payloads.question_of(asked, asked.question, audience=audience)
        if is_for_agents:
            answer = self.knowledge().answer(question)
            self._record(answer, is_for_agents=True)
            return payloads.answer_response(
                for_console(answer, self.base_url), contact_url="", record=self._mode, lang=asked.lang
            )
        answer = self.visitors.answer(question, token=asked.token)
        self._record(answer, is_for_agents=False)
        answer = self._linked(payloads.with_absolute_addresses(answer, self.base_url))
        return payloads.answer_response(answer, contact_url=self.contact_url, record=self._mode, lang=asked.lang)

    def _search(self, asked: SearchArguments, *, is_for_agents: bool) -> SearchResult:
        knowledge = self.knowledge() if is_for_agents else self.visitors.knowledge_base
        found = knowledge.search(
            asked.query,
            audience="agent" if is_for_agents else "public",
            limit=asked.limit,
            offset=asked.offset,
            topic=asked.topic,
        )
        self._record(found, is_for_agents=is_for_agents)
        if not is_for_agents:
            return self._linked(found)
        return replace(found, passages=tuple(replace(each, url=f"{HOME}{each.url}") for each in found.passages))

    def _linked(self, found: payloads.Found) -> payloads.Found:
        """Return what was found with links that are whole, where it is known where people reach the service."""
        passages = tuple(replace(each, url=f"{self.base_url}{each.url}") for each in found.passages)
        return replace(found, passages=passages)

    def _read(self, asked: ArticleArguments, *, is_for_agents: bool) -> payloads.ArticleResponse:
        if not is_for_agents:
            read = self.visitors.knowledge_base.article(asked.id)
            return payloads.article_response(read, base_url=self.base_url)
        read = self.knowledge().article(asked.id, audience="agent")
        found = payloads.article_response(read, base_url=f"{self.base_url}{HOME}")
        related = tuple(replace(each, url=f"{HOME}{each.url}") for each in found.related)
        return replace(found, url=f"{HOME}{found.url}", related=related)

    def _count(self, asked: StaffCountArguments, *, is_for_agents: bool) -> payloads.StaffCountResponse:
        if is_for_agents:
            return payloads.staff_count_response(self.knowledge().staff_count(asked.domain))
        return payloads.staff_count_response(self.visitors.staff_count(asked.domain, token=asked.token))

    @property
    def _mode(self) -> RecordMode:
        return self.record.mode if self.record else "off"

    def _record(self, result: Answer | SearchResult, *, is_for_agents: bool) -> None:
        """Record what was asked, as asked by a program; never waits."""
        if self.record is None:
            return
        kept = {
            "at": int(self.now() * 1000),
            "surface": "api",
            "audience": "agent" if is_for_agents else "public",
            "asker": current_asker().name,
        }
        event = event_of_answer(result, **kept) if isinstance(result, Answer) else event_of_search(result, **kept)  # type: ignore[arg-type]
        if event is not None:
            self.record.put(event)
