"""What clients ask, and what is right: the status, what the reply must tell, and whether it tells the edition."""

from __future__ import annotations

import json
from typing import Final, NamedTuple
from urllib.parse import quote

from faults.articles import QUESTION, SUBJECTS

API: Final = "/api/v1"
ID: Final = "{query_id}"  # in a body: of an answer given before


class Request(NamedTuple):
    """All of them may be sent twice: who votes again replaces the vote."""

    method: str
    path: str
    body: str = ""
    statuses: tuple[int, ...] = (200,)
    tells: str = ""
    tells_edition: bool = False

    @property
    def votes(self) -> bool:
        """Whether it is to be kept."""
        return ID in self.body


EDITION: Final = Request("GET", f"{API}/answer?q={quote(QUESTION)}", tells_edition=True)
READING: Final = (
    EDITION,
    Request("GET", f"{API}/articles/edition", tells_edition=True),
    Request("GET", "/articles/edition", tells_edition=True),
    Request("GET", f"/search?q={quote(QUESTION)}", tells_edition=True),
    Request("GET", f"{API}/search?q=published+edition", tells_edition=True),
    Request("GET", f"{API}/suggest?q=edit", tells='"article_id":"edition"'),
    Request("GET", f"{API}/articles?limit=100", tells=f'"total":{len(SUBJECTS) + 1},', tells_edition=True),
    Request("GET", f"{API}/answer?q={quote('how do I bake bread with sourdough?')}", tells='"no_answer"'),
    *(
        Request("GET", f"{API}/answer?q={quote(f'what is decided about {subject}?')}", tells=f"on day {number + 3} of")
        for number, subject in enumerate(SUBJECTS)
    ),
)
WRONG: Final = (
    Request("GET", f"{API}/answer?q=x&limit=many", statuses=(422,), tells='"limit"'),
    Request("GET", f"{API}/articles/nothing", statuses=(404,), tells="There is no article"),
    Request("GET", "/nothing", statuses=(404,), tells="There is nothing at this address"),
    Request("POST", f"{API}/answer", '{"question": nonsense', (400,), "not valid JSON"),
    Request("POST", f"{API}/answer", '{"question": "' + "x" * 20_000 + '"}', (422,), "at most 2,000 characters"),
    Request("DELETE", f"{API}/answer", statuses=(405,)),
    Request("POST", f"{API}/feedback", '{"query_id": "q_01", "helpful": true}', (422,), '"query_id"'),
)
VOTE: Final = Request("POST", f"{API}/feedback", json.dumps({"query_id": ID, "helpful": True}), (200, 201), '"helpful"')
ASKED_IN_A_BODY: Final = Request("POST", f"{API}/answer", json.dumps({"question": QUESTION}), tells_edition=True)
MIXED: Final = (*READING, *WRONG, ASKED_IN_A_BODY, VOTE, VOTE)
