"""Receipts of what agents send: a public address with what customers may read of it, and one of the console with all.

A passage is public when the public index has it, with the same hash, at the moment it is sent. On the public address
nothing is ever shown that public articles do not say now: what was changed since is left out, line by line, and so is
an article that customers cannot read any more. The hash stays, so whoever has the text can prove what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from flask import Response, request
from werkzeug.exceptions import Conflict, NotFound

from kb_service.accounts.random_secrets import Clock, now_ms
from kb_service.accounts.storage import ReadyDatabase
from kb_service.answers.presenting import article_url
from kb_service.content.article import Audience, Passage
from kb_service.errors import UnknownAnswer, UnknownArticle
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.receipts import LiveCount, QuotedPassage, Receipt, find_receipt, make_receipt
from kb_service.web import payloads
from kb_service.web.console.forms import HOME
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.http import convert_fields, json_response, page_response, read_body
from kb_service.web.languages import language
from kb_service.web.recording import UNKNOWN_QUERY
from kb_service.web.root import address_here, root
from kb_service.wording.languages import day

RECEIPTS: Final = f"{HOME}/receipts"
PUBLIC: Final = "/a"
NOT_KEPT: Final = "Questions are not recorded here (KB_RECORD), and so there are no receipts of answers."
NO_SUCH_PASSAGE: Final = "is not as the articles have it now: ask again."
LEFT_OUT: Final = "[…]"

Standing = Literal["stands", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage of a receipt: `lines` as it was quoted, on the public page those that public articles still say."""

    title: str
    url: str
    lines: Sequence[str]
    content_sha256: str
    standing: Standing
    is_for_agents: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What a page shows of a receipt; `live` only where the public may have live counts, or agents read it."""

    receipt: Receipt
    passages: Sequence[ShownPassage]
    live: LiveCount | None
    made: str
    ends: str
    observed: str
    public_url: str


@dataclass(frozen=True, slots=True)
class MadePage:
    """Where the receipt that was made can be read."""

    url: str
    agents_url: str


@dataclass(frozen=True, slots=True)
class Receipts:
    """The views. `public` is what customers are answered from; live counts are theirs too if it `shows_live`.

    Unless questions are recorded (`is_on`) no receipt is made, and none is shown.
    """

    database: ReadyDatabase
    public: KnowledgeBase
    knowledge: AgentKnowledge
    base_url: str
    days: int
    is_on: bool
    shows_live: bool
    now: Clock = now_ms

    def take_form(self) -> Response:
        """Make a receipt of what an agent copied; its address is also in the header Location."""
        form = request.form
        given = {
            "query_id": form.get("query_id", ""),
            "question": form.get("question", ""),
            "passages": [{"id": form.get("passage_id", ""), "content_sha256": form.get("content_sha256", "")}],
        }
        made = self._made(convert_fields(given, payloads.ReceiptBody))
        page = MadePage(self._public_url(made), f"{root()}{RECEIPTS}/{made.receipt_id}")
        headers = {"Location": page.url or page.agents_url}
        return page_response("console/receipt_made.html", page, 201, headers=headers)

    def of_program(self) -> Response:
        """Make a receipt of what a program sends for an agent."""
        made = self._made(read_body(request, payloads.ReceiptBody))
        agents_url = f"{self.base_url or address_here()}{RECEIPTS}/{made.receipt_id}"
        expires_at = datetime.fromtimestamp(made.expires_at / 1000, UTC)
        return json_response(payloads.ReceiptResponse(self._public_url(made), agents_url, expires_at), 201)

    def show(self, receipt_id: str) -> Response:
        """Show what customers may read of a receipt, to anybody who knows its address."""
        receipt = self._found(receipt_id)
        if not receipt.passages:
            raise NotFound  # all of it is for agents: here there is no such receipt
        page = self._page(
            receipt, [self._shown_to_public(each) for each in receipt.passages], shows_live=self.shows_live
        )
        headers = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
        return page_response("receipt.html", page, headers=headers)

    def show_agents(self, receipt_id: str) -> Response:
        """Show all of a receipt, to agents."""
        receipt = self._found(receipt_id)
        quoted = [*((each, False) for each in receipt.passages), *((each, True) for each in receipt.for_agents)]
        shown = [self._shown_to_agents(each, is_for_agents=is_for_agents) for each, is_for_agents in quoted]
        return page_response("console/receipt.html", self._page(receipt, shown, shows_live=True))

    def _made(self, sent: payloads.ReceiptBody) -> Receipt:
        if not self.is_on:
            raise Conflict(NOT_KEPT)
        if not self.public.gave(sent.query_id):
            raise UnknownAnswer({"query_id": UNKNOWN_QUERY})
        passages, for_agents = [], []
        for each in sent.passages:
            if quoted := _quoted(self.public, "public", each):
                passages.append(quoted)
            elif quoted := _quoted(self.knowledge(), "agent", each):
                for_agents.append(quoted)
            else:
                raise Conflict(f"The passage {each.id!r} {NO_SUCH_PASSAGE}")
        return make_receipt(
            self.database.opened(),
            query_id=sent.query_id,
            question=sent.question,
            generation=self.public.generation(),
            passages=passages,
            for_agents=for_agents,
            live=self._live(sent.domain) if sent.domain else None,
            at=self.now(),
            days=self.days,
        )

    def _live(self, domain: str) -> LiveCount | None:
        """Return what the answer said a moment ago: the count is still remembered."""
        found = self.public.staff_count(domain)
        return None if found.count is None else LiveCount(found.count, found.purchased, found.observed_at)

    def _found(self, receipt_id: str) -> Receipt:
        receipt = find_receipt(self.database.opened(), receipt_id, now=self.now()) if self.is_on else None
        if receipt is None:
            raise NotFound
        return receipt

    def _page(self, receipt: Receipt, passages: Sequence[ShownPassage], *, shows_live: bool) -> ReceiptPage:
        live = receipt.live if shows_live else None
        return ReceiptPage(
            receipt=receipt,
            passages=passages,
            live=live,
            made=_moment(datetime.fromtimestamp(receipt.made_at / 1000, UTC)),
            ends=day(datetime.fromtimestamp(receipt.expires_at / 1000, UTC).date(), language()),
            observed=_moment(live.observed_at.astimezone(UTC)) if live and live.observed_at else "",
            public_url=self._public_url(receipt),
        )

    def _public_url(self, receipt: Receipt) -> str:
        if not receipt.passages:
            return ""
        return f"{self.base_url or address_here()}{PUBLIC}/{receipt.receipt_id}"

    def _shown_to_public(self, quoted: QuotedPassage) -> ShownPassage:
        try:
            read = self.public.article(quoted.article_id)
        except UnknownArticle:
            return ShownPassage("", "", (), quoted.content_sha256, "gone")
        now = read.view.passages
        standing = _standing(quoted, now)
        lines = quoted.text.split("\n")
        if standing == "changed":
            lines = list(_still_said(lines, {line for passage in now for line in passage.text.split("\n")}))
        return ShownPassage(
            read.summary.title, _url(quoted, now, read.summary.url), lines, quoted.content_sha256, standing
        )

    def _shown_to_agents(self, quoted: QuotedPassage, *, is_for_agents: bool) -> ShownPassage:
        lines = quoted.text.split("\n")
        try:
            read = self.knowledge().article(quoted.article_id, audience="agent")
        except UnknownArticle:
            return ShownPassage(quoted.title, "", lines, quoted.content_sha256, "gone", is_for_agents)
        now = list(read.view.passages)
        if not is_for_agents:
            now = list(_public_passages(self.public, quoted.article_id))
        url = f"{HOME}{_url(quoted, now, read.summary.url)}"
        return ShownPassage(quoted.title, url, lines, quoted.content_sha256, _standing(quoted, now), is_for_agents)


def _quoted(knowledge: KnowledgeBase, audience: Audience, sent: payloads.SentPassage) -> QuotedPassage | None:
    """Return a passage as an audience has it, None where it has none with this hash."""
    try:
        read = knowledge.article(sent.id.partition("#")[0], audience=audience)
    except UnknownArticle:
        return None
    for each in read.view.passages:
        if each.id == sent.id and each.content_sha256 == sent.content_sha256:
            return QuotedPassage(each.id, each.article_id, read.summary.title, each.text, each.content_sha256)
    return None


def _public_passages(public: KnowledgeBase, article_id: str) -> Sequence[Passage]:
    try:
        return public.article(article_id).view.passages
    except UnknownArticle:
        return ()


def _standing(quoted: QuotedPassage, now: Sequence[Passage]) -> Standing:
    """Tell whether any passage of the article is word for word what was quoted."""
    return "stands" if any(each.content_sha256 == quoted.content_sha256 for each in now) else "changed"


def _url(quoted: QuotedPassage, now: Sequence[Passage], otherwise: str) -> str:
    same = [each for each in now if each.content_sha256 == quoted.content_sha256]
    return article_url(same[0].article_id, same[0].anchor) if same else otherwise


def _still_said(lines: Sequence[str], said: set[str]) -> Iterator[str]:
    """Yield the lines that are still said; what is missing between them is marked once."""
    is_left_out = False
    for line in lines:
        if line in said:
            is_left_out = False
            yield line
        elif not is_left_out:
            is_left_out = True
            yield LEFT_OUT


def _moment(moment: datetime) -> str:
    return f"{day(moment.date(), language())}, {moment:%H:%M} UTC"
