"""A question as it is asked: its text and what came with it."""

from __future__ import annotations

import msgspec

from kb_service.content.article import Audience


class Question(msgspec.Struct, frozen=True):
    """Any text is a question. `domain` asks for the live staff count, `seats` is the purchased number, if given.

    `limit` is the most passages wanted; `explain` asks for reasons in words with each.
    """

    text: str
    audience: Audience = "public"
    domain: str | None = None
    seats: int | None = None
    limit: int = 5
    explain: bool = False
