"""What a visitor writes to a person, with an address for the reply, and what was read and entered before."""

from __future__ import annotations

import re
from typing import Final

import idna
import msgspec

from kb_service.text import shortened

MOST_ADDRESS_CHARACTERS: Final = 254  # RFC 5321
MOST_SUBJECT_CHARACTERS: Final = 120

# What a browser takes in <input type="email">: no quotes, comments, line ends, nothing that could begin a header.
_LOCAL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is delivered; `email` is checked, `site` is the name of the help centre."""

    question: str
    message: str
    email: str
    read: tuple[str, ...]
    seats: str
    site: str

    @property
    def subject(self) -> str:
        """One line that names the message in a list of others."""
        return shortened(self.question or self.message, MOST_SUBJECT_CHARACTERS)

    def as_text(self) -> str:
        """Return the message for a person to read: what was written first, then what was asked, read and entered."""
        parts = [self.message] if self.message else []
        if self.question:
            parts.append(f"Question: {self.question}")
        if self.seats:
            parts.append(f"Seats: {self.seats}")
        if self.read:
            parts.append("Read before:\n" + "\n".join(f"- {address}" for address in self.read))
        parts.append(f"-- \nWritten on the contact form of {self.site}. A reply goes to {self.email}.")
        return "\n\n".join(parts) + "\n"


def checked_address(text: str) -> str:
    """Return a mail address that can stand in a header, its domain in ASCII; "" for what is none."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        return ""
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            return ""
    address = f"{local}@{domain}"
    return address if _DOMAIN.fullmatch(domain) and len(address) <= MOST_ADDRESS_CHARACTERS else ""
