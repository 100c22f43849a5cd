"""What happens around a question, as it is handed to the recorder."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

Surface = Literal["widget", "pages", "api", "terminal", "console"]
RecordedOutcome: TypeAlias = str  # answered, no_answer and others that answers have; of a search: found, nothing
Deed = Literal["opened", "copied", "solved", "contacted"]
Reason = Literal["wrong", "outdated", "unclear", "other_question"]

LEFT_OPEN: Final = ("no_answer", "nothing")  # outcomes of questions that nothing answered


class Asked(msgspec.Struct, frozen=True, gc=False):
    """A question with what came of it; `text` is empty where the asker wishes not to be recorded.

    `article_id` is the article that answers, `shown` are all that were shown, or offered where none answers. `asker`
    is whatever tells one asker from others for some minutes; it is never kept.
    """

    query_id: str
    at: int  # milliseconds since 1970, as everywhere in the record
    text: str
    surface: Surface
    audience: str
    outcome: RecordedOutcome
    confidence: float
    article_id: str
    shown: tuple[str, ...]
    asker: str


class Done(msgspec.Struct, frozen=True, gc=False):
    """Somebody did something with an article that an answer showed.

    Without a `query_id` it is the question that the `asker` asked last and that showed the article, if there is one.
    """

    query_id: str
    at: int
    deed: Deed
    article_id: str
    asker: str = ""


class Counted(msgspec.Struct, frozen=True, gc=False):
    """A helpdesk said how many staff it has."""

    at: int
    domain: str
    count: int


Event: TypeAlias = Asked | Done | Counted


class Vote(msgspec.Struct, frozen=True):
    """Whether the answer to the question `query_id` helped; `passage_id` is empty when it is about the whole answer."""

    query_id: str
    helpful: bool
    passage_id: str = ""
    reasons: tuple[Reason, ...] = ()
    comment: str = ""
