"""The console as a narrow panel in a frame of a helpdesk's page, for helpdesks that the operator names.

The session's cookie does not reach a frame on another site. So the panel has one of its own: people sign in as always,
in a window of its own, and press "Connect"; that window hands a session to the panel that opened it, and to no other
page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from flask import Response, g, request
from werkzeug.exceptions import Forbidden

from kb_service.web.console.forms import HOME, OTHER_PAGE, sent_by_own_page
from kb_service.web.console.gate import Gate
from kb_service.web.console.ticket_pages import TicketPage, TicketPages
from kb_service.web.formatting import printable
from kb_service.web.http import page_response

PANEL: Final = f"{HOME}/panel"


@dataclass(frozen=True, slots=True)
class ConnectPage:
    """`ancestors` are the origins whose pages may have the panel in a frame."""

    ancestors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandOverPage:
    """`secret` is of a session for the panel that opened this window, "" before somebody pressed the button."""

    secret: str = ""


@dataclass(frozen=True, slots=True)
class PanelPages:
    """The views."""

    gate: Gate
    tickets: TicketPages
    ancestors: tuple[str, ...]

    def show(self) -> Response:
        """Answer the question of the address, if there is one; that of a link on any other site waits to be sent."""
        typed = printable(request.args.get("question", ""))
        page, status = self.tickets.read(typed) if typed.strip() and self._is_ours() else (TicketPage(typed), 200)
        return self._response(page, status)

    def ask(self) -> Response:
        """Answer what was sent."""
        return self._response(*self.tickets.read(request.form.get("ticket", "")))

    def connect_first(self) -> Response:
        """Say how to connect, to somebody whom the panel does not know."""
        return page_response("console/panel_connect.html", ConnectPage(self.ancestors), 401)

    def ask_to_connect(self) -> Response:
        """Ask, in a window of its own, whether to connect the panel."""
        g.keeps_opener = True
        return page_response("console/panel_hand_over.html", HandOverPage())

    def hand_over(self) -> Response:
        """Begin a session for the panel, and hand it to the window that opened this one."""
        g.keeps_opener = True
        return page_response("console/panel_hand_over.html", HandOverPage(self.gate.hand_over(g.person)))

    def take(self) -> Response:
        """Take the session that was handed over: it ends, and the panel's own begins, which no script knows."""
        if not sent_by_own_page(request, self.gate.place()):
            raise Forbidden(OTHER_PAGE)
        return self.gate.begin_panel(request.form.get("secret", ""), Response(status=204))

    def _is_ours(self) -> bool:
        """Tell whether a page of ours leads here, one of the helpdesk around us, or nothing but the person."""
        if request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none"):
            return True
        parts = urlsplit(request.headers.get("Referer", ""))
        return f"{parts.scheme}://{parts.netloc}" in self.ancestors

    def _response(self, page: TicketPage, status: int) -> Response:
        page = replace(page, records=self.tickets.recording.keeps_questions, ancestors=self.ancestors)
        return page_response("console/panel.html", page, status)
