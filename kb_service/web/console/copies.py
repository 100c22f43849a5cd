"""What an agent copies: a reply to a customer, or a passage as Markdown, plain text or HTML.

What is for agents only never becomes a reply, and says what it is in every other form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import escape

from kb_service.answers.results import FoundPassage, Quote
from kb_service.content.article import Article
from kb_service.seats.position import SeatPosition
from kb_service.web.formatting import html_to_send

WARNING: Final = "AGENTS ONLY – do not send this to a customer"
_PLACE: Final = re.compile(r"\{(name|seats|active)\}")


@dataclass(frozen=True, slots=True)
class Copies:
    """The texts; `reply` is a whole answer to a customer and `body` what it says, both "" where it may be none."""

    markdown: str
    text: str
    html: str
    body: str = ""
    reply: str = ""


def copies_of(passage: FoundPassage, *, base_url: str, path: str, is_for_agents: bool) -> Copies:
    """Return a passage in every form but a reply, with its link: where people reach the service, and its path there."""
    url = base_url + path
    quoted = "\n".join(f"> {line}".rstrip() for line in passage.text.split("\n"))
    html = html_to_send(str(passage.html or ""), base_url=f"{base_url}/console" if is_for_agents else base_url)
    html = re.sub(r"</?mark>", "", html)
    link = f'<p><a href="{escape(url)}">{escape(passage.title)}</a></p>'
    found = Copies(
        markdown=f"{quoted}\n>\n> [{_in_brackets(passage.title)}]({url})",
        text=f"{passage.text}\n\n{passage.title}: {url}",
        html=f"<blockquote>{html}</blockquote>\n{link}",
    )
    if not is_for_agents:
        return found
    return Copies(
        markdown=f"**[{WARNING}]**\n\n{found.markdown}",
        text=f"[{WARNING}]\n\n{found.text}",
        html=f"<p><strong>[{escape(WARNING)}]</strong></p>\n{found.html}",
    )


def customer_reply(
    copies: Copies,
    passage: FoundPassage,
    quote: Quote | None,
    article: Article | None,
    *,
    asker: str,
    seats: SeatPosition | None,
) -> Copies:
    """Add the reply to copies of a passage of the public index: the article's own, else what answers with its link.

    The customer's numbers are filled in, and follow where the article is about seats.
    """
    own = article.reply if article and article.audience == "public" else None
    if own:
        body = _filled(own, asker, seats)
    else:
        url = copies.text.rpartition(" ")[2]
        body = f"{quote.text if quote else passage.text}\n\n{passage.title}: {url}"
    if article and article.live == "staff_count" and seats:
        sentences = [*(() if seats.questions else (seats.capacity, seats.billing))]
        body = "\n\n".join(filter(None, (body, " ".join(filter(None, sentences)))))
    return replace(copies, body=body, reply=whole_reply(asker, [body]))


def whole_reply(asker: str, bodies: Sequence[str]) -> str:
    """Return a reply that says each paragraph of these once; "" when there are none."""
    said = list(dict.fromkeys(paragraph for body in bodies for paragraph in body.split("\n\n")))
    greeting = f"Hello {asker}," if asker else "Hello,"
    return "\n\n".join([greeting, *said]) if said else ""


def _filled(text: str, asker: str, seats: SeatPosition | None) -> str:
    """Fill in {name}, {seats} and {active}; what nobody said stays as a gap that is seen."""
    known = {
        "name": asker,
        "seats": str(seats.purchased) if seats and seats.purchased is not None else "",
        "active": str(seats.active) if seats and seats.active is not None else "",
    }
    return _PLACE.sub(lambda place: known[place[1]] or f"[{place[1]}]", text.strip())


def _in_brackets(title: str) -> str:
    return re.sub(r"([\[\]\\])", r"\\\1", title)
