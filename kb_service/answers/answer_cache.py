"""LRU cache of answers by question and date."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from kb_service.answers.answering import FoundAnswer
from kb_service.answers.results import Question

MOST_CACHED: Final = 500  # answers of 5 kB each, 2.5 MB a process


class CacheKey(NamedTuple):
    """All that changes what one generation answers."""

    text: str
    limit: int
    explain: bool
    html: bool
    today: date


class AnswerCache:
    """The answers of one generation that were asked for last; safe to share between threads.

    Blanks make no other question: `find` is asked for the text without superfluous ones. Line ends stay.
    """

    def __init__(self, find: Callable[[CacheKey], FoundAnswer]) -> None:
        self._find = find
        self._answers: OrderedDict[CacheKey, FoundAnswer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Question, *, today: date) -> tuple[FoundAnswer, bool]:
        """Return the answer to a question, and whether it was in the cache."""
        key = CacheKey(_without_blanks(question.text), question.limit, question.explain, question.html, today)
        with self._lock:
            if (cached := self._answers.get(key)) is not None:
                self._answers.move_to_end(key)
                return cached, True
        answer = self._find(key)
        with self._lock:
            self._answers[key] = answer
            if len(self._answers) > MOST_CACHED:
                self._answers.popitem(last=False)
        return answer, False


def _without_blanks(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
