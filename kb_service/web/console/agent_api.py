"""Answers as agents may know them, for programs with a token: a helpdesk's side panel, an assistant."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from msgspec.structs import replace

from kb_service.answers.results import Answer
from kb_service.web import payloads
from kb_service.web.console.forms import HOME
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.http import json_response, read_body
from kb_service.web.recording import Recording
from kb_service.web.root import root


@dataclass(frozen=True, slots=True)
class AgentApi:
    """The view; addresses in HTML begin with `base_url`, where it is known."""

    knowledge: AgentKnowledge
    recording: Recording
    base_url: str

    def answer(self) -> Response:
        asked = read_body(request, payloads.AnswerBody)
        question = payloads.question_of(asked, asked.question, audience="agent")
        answer = self.knowledge().answer(question)
        self.recording.asked(answer, audience="agent")
        found = for_console(answer, self.base_url or root())
        return json_response(
            payloads.answer_response(found, contact_url="", record=self.recording.mode, lang=asked.lang)
        )


def for_console(answer: Answer, base_url: str) -> Answer:
    """Return an answer whose addresses lead to what agents may read; those in HTML begin with `base_url`, if known."""
    answer = payloads.with_absolute_addresses(answer, base_url and f"{base_url}{HOME}")
    return replace(
        answer,
        passages=tuple(replace(each, url=f"{HOME}{each.url}") for each in answer.passages),
        related=tuple(replace(each, url=f"{HOME}{each.url}") for each in answer.related),
    )
