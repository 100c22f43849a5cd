"""What visitors write to a person: a page that works without a script, and the same over the API for the widget.

What is delivered is said so; what is not comes back with all that was typed. Only what stands in the form is sent,
where the visitor sees and edits it, and nothing without consent.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import unquote, urlsplit

import msgspec
from flask import Flask, Response, request
from msgspec import Meta
from werkzeug.exceptions import Forbidden, NotFound, TooManyRequests

from kb_service.contact.delivery import Delivery
from kb_service.contact.message import Message as Letter
from kb_service.contact.message import checked_address
from kb_service.errors import BadRequest, EngineUnavailable, NotDelivered, UnknownArticle
from kb_service.knowledge_base import MAX_QUESTION_CHARACTERS, KnowledgeBase
from kb_service.web.feedback import demand_own_page
from kb_service.web.formatting import printable
from kb_service.web.http import Asked, convert_fields, json_response, page_response, read_body
from kb_service.web.languages import in_language_of_request as say
from kb_service.web.languages import problem_of_field
from kb_service.web.rate_limits import Limit
from kb_service.web.root import root
from kb_service.web.visitors import Visitors
from kb_service.wording.messages import N_, Message

MESSAGES: Final = Limit("contact", per_minute=10 / 60, burst=5)  # each becomes a mail that somebody has to read
PATH: Final = "/contact"
ARTICLES: Final = "/articles/"
ENDPOINT: Final = "contact_page"
MOST_BODY_BYTES: Final = 96 * 1024  # all fields full of Japanese, each byte written %41
MOST_READ: Final = 20
MOST_CHARACTERS: Final = 4000

ReadAddress = Annotated[str, Meta(max_length=500, pattern=r"^(https?://|/)\S*$")]


class ContactBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Annotated[str, Meta(max_length=320, description="Where the reply goes.")]
    consent: Annotated[bool, Meta(description="1: the visitor wants this to be sent to the people who help.")]
    question: Annotated[str, Meta(max_length=MAX_QUESTION_CHARACTERS, description="What was asked.")] = ""
    message: Annotated[str, Meta(max_length=MOST_CHARACTERS, description="What the visitor writes beside it.")] = ""
    read: Annotated[
        tuple[ReadAddress, ...], Meta(max_length=MOST_READ, description="Addresses of the pages that were read.")
    ] = ()
    seats: Annotated[str, Meta(max_length=500, description="Numbers of seats, in words.")] = ""


class ContactResponse(msgspec.Struct, frozen=True):
    """The message was delivered."""

    delivered: bool


@dataclass(frozen=True, slots=True)
class ContactPage:
    """The form as it was typed, with what is wrong by field; or that the message `was_sent`.

    `titles` are those of the articles among what was `read`. `notice` says why nothing was sent although nothing is
    wrong with the form.
    """

    asked: Asked
    question: str = ""
    message: str = ""
    email: str = ""
    read: tuple[str, ...] = ()
    titles: Mapping[str, str] = dataclasses.field(default_factory=dict)
    seats: str = ""
    consent: bool = False
    wrong: Mapping[str, str] = dataclasses.field(default_factory=dict)
    notice: str = ""
    was_sent: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """The views. Without a `delivery` nobody is written to here; `site_name` stands in what is delivered."""

    delivery: Delivery | None
    knowledge_base: KnowledgeBase
    visitors: Visitors
    base_url: str
    site_name: str

    def page(self) -> Response:
        """Show the form with what the address brings, for the visitor to read and change."""
        self._demand_delivery()
        return page_response("contact.html", self._typed(request.args.to_dict(), request.args.getlist("read")))

    def of_page(self) -> Response:
        """Deliver what a form sent, and say so; else show it again as it was typed, with what to do."""
        self._demand_delivery()
        demand_own_page(self.base_url)
        request.max_content_length = MOST_BODY_BYTES
        form = request.form
        typed = self._typed(form.to_dict(), form.getlist("read"))
        try:
            self.visitors.admit(MESSAGES)
            self._deliver(_read_form(form.to_dict(), form.getlist("read")))
        except BadRequest as error:
            wrong = {name: problem_of_field(what) for name, what in error.fields.items()}
            return page_response("contact.html", _with(typed, wrong=wrong), 422)
        except TooManyRequests as error:
            page = _with(
                typed, notice=say(N_("Too many messages came from your network. Send this one again in some minutes."))
            )
            return page_response("contact.html", page, 429, headers={"Retry-After": str(error.retry_after)})
        except NotDelivered:
            notice = say(N_("Your message was not delivered. It is still here: send it again in a few minutes."))
            return page_response("contact.html", _with(typed, notice=notice), 503)
        return Response(status=303, headers={"Location": f"{root()}{PATH}?sent=1"})

    def of_program(self) -> Response:
        """Deliver what the API was sent."""
        self._demand_delivery()
        request.max_content_length = MOST_BODY_BYTES
        self._deliver(read_body(request, ContactBody))
        return json_response(ContactResponse(delivered=True))

    def _deliver(self, sent: ContactBody) -> None:
        """Deliver what was sent, once nothing is wrong with it."""
        email, wrong = checked_address(sent.email), dict[str, str]()
        if not email:
            wrong["email"] = Message("must be an address such as name@example.com")
        if not sent.consent:
            wrong["consent"] = Message("has to be given, as the message goes to people")
        if not (sent.message.strip() or sent.question.strip()):
            wrong["message"] = Message("has to say something, or the question")
        if wrong:
            raise BadRequest(wrong)
        assert self.delivery
        self.delivery.deliver(
            Letter(
                question=_clean(sent.question),
                message=_clean(sent.message),
                email=email,
                read=tuple(dict.fromkeys(sent.read)),
                seats=_clean(sent.seats),
                site=self.site_name,
            )
        )

    def _typed(self, form: Mapping[str, str], read: list[str]) -> ContactPage:
        typed = _typed(form, read)
        return dataclasses.replace(typed, titles={each: title for each in typed.read if (title := self._title(each))})

    def _title(self, address: str) -> str:
        """Return the title of an article of ours at an address, "" where there is none."""
        try:
            parts, own = urlsplit(address), urlsplit(self.base_url)
            path = parts.path.removeprefix(own.path or root())
            if parts.netloc not in ("", own.netloc, request.host) or not path.startswith(ARTICLES):
                return ""
            return self.knowledge_base.article(unquote(path.removeprefix(ARTICLES))).summary.title
        except (ValueError, UnknownArticle, EngineUnavailable):
            return ""  # the form is there whatever happens to the articles

    def _demand_delivery(self) -> None:
        if self.delivery is None:
            raise Forbidden(N_("Messages are not taken here.")) if request.method == "POST" else NotFound


def register_contact(app: Flask, contact: Contact) -> None:
    """Route the page and its form."""
    app.add_url_rule(PATH, ENDPOINT, contact.page)
    app.add_url_rule(PATH, "contact_form", contact.of_page, methods=["POST"])


def _clean(text: str) -> str:
    """Return what was typed with the line ends of this world and nothing that moves a cursor."""
    return printable(text.strip().replace("\r\n", "\n").replace("\r", "\n"))


def _read_form(form: Mapping[str, str], read: list[str]) -> ContactBody:
    given = {name: value for name, value in form.items() if name in ContactBody.__struct_fields__}
    given["consent"] = "1" if given.get("consent") not in (None, "", "0") else "0"
    given.setdefault("email", "")
    return convert_fields({**given, "read": [each.strip() for each in read if each.strip()]}, ContactBody)


def _typed(form: Mapping[str, str], read: list[str]) -> ContactPage:
    def text(name: str) -> str:
        return form.get(name, "")[:MOST_CHARACTERS]

    return ContactPage(
        asked=Asked(),
        question=text("question"),
        message=text("message"),
        email=text("email"),
        read=tuple(each for each in read if each.strip())[:MOST_READ],
        seats=text("seats"),
        consent=form.get("consent") not in (None, "", "0"),
        was_sent="sent" in form,
    )


def _with(page: ContactPage, *, wrong: Mapping[str, str] | None = None, notice: str = "") -> ContactPage:
    return dataclasses.replace(page, wrong=wrong or {}, notice=notice)
