"""Who asks: anonymous visitors, for the public audience, up to a rate, and for live counts that are allowed.

A program with a token of its own is a client by itself, wherever it asks from, and may ask more often: it asks for many
people.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec
from flask import request
from werkzeug.exceptions import HTTPException, TooManyRequests

from kb_service.answers.results import Answer, Question, SeatAnswer
from kb_service.knowledge_base import KnowledgeBase
from kb_service.staff.counter import StaffCount
from kb_service.staff.host_name import InvalidHostName, parse_helpdesk
from kb_service.staff.signing import BadToken, DomainTokens
from kb_service.web.clients import client_of
from kb_service.web.rate_limits import Limit, RateLimiter

_log: Final = logging.getLogger(__name__)


# The numbers suit a team of agents behind one address; a person types fewer than 10 questions a minute, and a search
# box suggests at each key.
ANSWERS: Final = Limit("answers", per_minute=240, burst=60)
SUGGESTIONS: Final = Limit("suggestions", per_minute=900, burst=120)
READING: Final = Limit("reading", per_minute=600, burst=120)
FILES: Final = Limit("files", per_minute=3000, burst=600)  # an article may have dozens of pictures
LIVE: Final = Limit("live", per_minute=30, burst=10)  # each may become a request to somebody's helpdesk
TIMES_FOR_PROGRAMS: Final = 10  # as often as a stranger, but for what asks helpdesks


class Asker(NamedTuple):
    """Whom to count: an address, or a program with a token of its own."""

    name: str
    is_program: bool = False


def stranger() -> Asker:
    """Return whoever sent the current request, by address."""
    return Asker(client_of(request.environ))


@dataclass(frozen=True, slots=True)
class Visitors:
    """Asks the knowledge base for whoever sent the current request.

    Without a `limiter` everybody may ask as often as they like. Without `counts_staff` no visitor gets a live count;
    with `tokens` only one who shows a token that the operator's site signed for that helpdesk. `asker` tells who
    sent the current request, and refuses a token that is wrong. `observe` is told what came of each question.
    `shows_live` tells whether the page that sent the current request may have live counts without a token.
    """

    knowledge_base: KnowledgeBase
    limiter: RateLimiter | None
    counts_staff: bool
    tokens: DomainTokens | None
    asker: Callable[[], Asker] = stranger
    observe: Callable[[Answer], None] = lambda answer: None
    shows_live: Callable[[], bool] = lambda: True
    now: Callable[[], float] = time.time  # seconds since 1970, for the age of tokens

    def admit(self, limit: Limit) -> None:
        """Count the current request; raise TooManyRequests when its client must wait."""
        if wait := self._wait_seconds(limit):
            raise TooManyRequests(retry_after=math.ceil(wait))

    def answer(self, question: Question, *, token: str | None) -> Answer:
        """Answer for the public; a live count that is refused is a status of the answer and never fails it."""
        asked, refusal = self._admitted(question, token)
        answer = self.knowledge_base.answer(asked)
        self.observe(answer)
        return msgspec.structs.replace(answer, staff_count=refusal) if refusal else answer

    def seats(self, question: Question, *, token: str | None) -> SeatAnswer:
        """Return the seats alone, for the public; a live count that is refused is a status here as well."""
        asked, refusal = self._admitted(question, token)
        found = self.knowledge_base.seats(asked)
        return msgspec.structs.replace(found, staff_count=refusal) if refusal else found

    def staff_count(self, domain: str, *, token: str | None) -> StaffCount:
        """Return the live count alone, or why this visitor does not get it."""
        return self._refusal(domain, token) or self.knowledge_base.staff_count(domain)

    def _admitted(self, question: Question, token: str | None) -> tuple[Question, StaffCount | None]:
        """Return the question as this visitor may ask it, and why a live count is refused."""
        refusal = self._refusal(question.domain, token) if question.domain else None
        if question.domain and not refusal and self._wait_seconds(LIVE):
            refusal = StaffCount("rate_limited", domain="")
        domain = None if refusal else question.domain
        return msgspec.structs.replace(question, audience="public", domain=domain), refusal

    def _refusal(self, domain: str, token: str | None) -> StaffCount | None:
        if not self.counts_staff:
            return StaffCount("disabled", domain="")
        if not self.tokens and self.shows_live():
            return None
        name = parse_helpdesk(domain, configured={domain.lower()})
        if isinstance(name, InvalidHostName):
            return StaffCount("invalid_domain", domain="")
        if not self.tokens:
            _log.info("%s: not asked for a page of a site that KB_ALLOWED_ORIGINS does not name", name)
            return StaffCount("not_allowed", domain=name)
        signed_for = self.tokens.verify(token or "", now=self.now())
        if signed_for == name:
            return None
        reason = signed_for.reason if isinstance(signed_for, BadToken) else "signed for another helpdesk"
        _log.info("%s: not asked, the token does not open it (%s)", name, reason)
        return StaffCount("not_allowed", domain=name)

    def _wait_seconds(self, limit: Limit) -> float:
        try:
            asker = self.asker()  # also where there is no limit: a wrong token is refused everywhere
        except HTTPException:
            if self.limiter and (wait := self.limiter.wait_seconds(stranger().name, limit)):
                return wait
            raise
        if self.limiter is None:
            return 0.0
        more = asker.is_program and limit != LIVE
        return self.limiter.wait_seconds(asker.name, limit, times=TIMES_FOR_PROGRAMS if more else 1)
