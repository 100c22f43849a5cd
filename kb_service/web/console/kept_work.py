"""What somebody sent when their session had ended: it stays in the browser's page, and is shown again after sign-in.

Nothing is stored here, and nothing is done by it: whoever signed in sends it once more themselves, with a form of their
own. It is kept only where the browser says that a page of ours sent it, so that no other site puts words into the box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Response, request
from werkzeug.datastructures import MultiDict

from kb_service.web.console.forms import FLAGS, HOME, SOLVED, sent_by_own_page
from kb_service.web.console.place import Place
from kb_service.web.formatting import printable
from kb_service.web.http import page_response

PATH_FIELD: Final = "kept_path"
PREFIX: Final = "kept_"
# Which fields of which form are kept; a form that is not named here is lost.
KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    HOME: ("ticket",),
    FLAGS: ("query_id", "passage_id", "note"),
    SOLVED: ("query_id", "article_id"),
}


@dataclass(frozen=True, slots=True)
class KeptWork:
    """A form that was sent to `path`, with its fields."""

    path: str
    fields: Mapping[str, str]

    def hidden(self) -> Mapping[str, str]:
        """Return what the sign-in form holds of it."""
        return {PATH_FIELD: self.path, **{f"{PREFIX}{name}": value for name, value in self.fields.items()}}


def work_sent(place: Place) -> KeptWork | None:
    """Return what the current request sends, if a page of ours sent it and it is worth keeping."""
    return _read(request.path, request.form, "") if sent_by_own_page(request, place) else None


def work_kept() -> KeptWork | None:
    """Return what the sign-in form that was sent holds; whether it is ours has been seen."""
    return _read(request.form.get(PATH_FIELD, ""), request.form, PREFIX)


def shown_again(work: KeptWork, status: int = 200) -> Response:
    """Show it to somebody who is signed in, to be sent once more."""
    return page_response("console/kept_work.html", work, status)


def _read(path: str, form: MultiDict[str, str], prefix: str) -> KeptWork | None:
    fields = {name: printable(form.get(f"{prefix}{name}", "").replace("\r\n", "\n")) for name in KEPT.get(path, ())}
    return KeptWork(path, fields) if any(map(str.strip, fields.values())) else None
