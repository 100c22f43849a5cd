"""What an edit of the articles changes: the answer tests asked before and after, and what came of each.

An answer becomes right or wrong by what its test expects; any other that is not the same has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from kb_service.answer_tests.asking import AnswerTest, mismatches
from kb_service.answers.results import Answer, Question
from kb_service.knowledge_base import KnowledgeBase

Became = Literal["right", "wrong", "other"]


class Came(msgspec.Struct, frozen=True):
    """What came of a question: the passage and the words that were quoted, "" where nothing was."""

    outcome: str
    confidence: float
    passage_id: str
    quote: str

    @classmethod
    def of(cls, answer: Answer) -> Came:
        """Return what an answer says."""
        quote = answer.answer
        return cls(answer.outcome, answer.confidence, quote.passage_id if quote else "", quote.text if quote else "")

    def __str__(self) -> str:
        if not self.quote:
            return f"{self.outcome} (confidence {self.confidence:.2f})"
        return f"{self.passage_id} (confidence {self.confidence:.2f}): “{' '.join(self.quote.split())}”"


class Change(msgspec.Struct, frozen=True):
    """A test whose answer is another one than before, and what that means to who wrote it."""

    test: AnswerTest
    became: Became
    before: Came
    now: Came


def changes(tests: Iterable[AnswerTest], *, before: KnowledgeBase, now: KnowledgeBase) -> Iterator[Change]:
    """Yield the tests that are answered in another way now; a confidence alone makes no other answer."""
    for test in tests:
        question = Question(test.question, audience=test.audience)
        first, second = before.answer(question), now.answer(question)
        was_right, is_right = not any(mismatches(test, first)), not any(mismatches(test, second))
        came, comes = Came.of(first), Came.of(second)
        if was_right != is_right:
            yield Change(test, "right" if is_right else "wrong", came, comes)
        elif (came.outcome, came.passage_id, came.quote) != (comes.outcome, comes.passage_id, comes.quote):
            yield Change(test, "other", came, comes)
