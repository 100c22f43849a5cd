"""A reader's verdict on one answer."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

MAX_COMMENT_CHARACTERS: Final = 1_000  # of what is kept: longer ones are cut

Reason = Literal["wrong", "outdated", "unclear", "other_question"]


class Vote(msgspec.Struct, frozen=True):
    """Whether the answer to the question `query_id` helped; `passage_id` is empty when it is about the whole answer."""

    query_id: str
    helpful: bool
    passage_id: str = ""
    reasons: tuple[Reason, ...] = ()
    comment: str = ""
