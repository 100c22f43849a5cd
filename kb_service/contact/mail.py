"""Sends messages by SMTP: over TLS, or from this machine to a server on it."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

from kb_service.contact.message import Message
from kb_service.errors import NotDelivered
from kb_service.staff.transport import on_premise_context

SECONDS: Final = 5.0  # for each step of the server
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, repr=False)
class Mail:
    """Delivers to `to` through the server of `url` (smtp:// or smtps://, with a name and password where it wants them).

    smtp:// turns to TLS before anything is said (STARTTLS), unless the server is on this machine. `sender` is who the
    mail is from; a reply goes to the visitor.
    """

    url: str
    to: str
    sender: str
    tls: ssl.SSLContext | None = None  # this machine's trust without one

    def deliver(self, message: Message) -> None:
        """Send it; raises NotDelivered when the server did not take it."""
        mail = self._written(message)
        try:
            with self._connected() as server:
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(f"the mail server did not take the message: {_told(error)}") from error

    def _written(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        try:
            mail["From"], mail["To"], mail["Reply-To"] = self.sender, self.to, message.email
            mail["Subject"] = message.subject
        except (ValueError, HeaderParseError) as error:
            raise NotDelivered("the message cannot be written as a mail") from error
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"  # no out-of-office reply to a sender that nobody reads
        mail.set_content(message.as_text(), cte="base64")
        return mail

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        tls = self.tls or on_premise_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=tls)
        else:
            server = smtplib.SMTP(host, port, timeout=SECONDS)
        try:
            if parts.scheme == "smtp" and host not in LOOPBACK:
                server.starttls(context=tls)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _told(error: Exception) -> str:
    """Return what happened without what the server said: it may quote addresses."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
