"""The way to a person, with what was asked, what was read and the numbers of seats, which the visitor sees first."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from kb_service.text import shortened
from kb_service.web.languages import in_language_of_request as say
from kb_service.web.root import root
from kb_service.wording.messages import N_

MOST_SUBJECT = 80  # characters


def way_on(contact_url: str, base_url: str, question: str = "", read: Iterable[str] = (), seats: str = "") -> str:
    """Return where to write to a person, "" where nobody is: our form, a page of the operator, or a mail already begun.

    `read` are paths of the service. Forms and pages get `question`, `read` and `seats`.
    """
    addresses = [(base_url or root()) + each for each in read if each]
    if not contact_url or not (question or addresses or seats):
        return contact_url
    parts = urlsplit(contact_url)
    if parts.scheme == "mailto":
        given = {"subject": shortened(question, MOST_SUBJECT), "body": _letter(question, addresses, seats)}
        query = urlencode({name: text for name, text in given.items() if text}, quote_via=quote)
    else:
        pairs = [("question", question), *(("read", each) for each in addresses), ("seats", seats)]
        query = urlencode([pair for pair in pairs if pair[1]], quote_via=quote)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, query)))))


def _letter(question: str, addresses: Iterable[str], seats: str) -> str:
    """Return the beginning of a letter, with room to write before what it is about."""
    about = [question, seats]
    if read := "\n".join(addresses):
        about.append(say(N_("Pages that I read:")) + "\n" + read)
    return "\r\n\r\n".join(["", *(each.replace("\n", "\r\n") for each in about if each)])
