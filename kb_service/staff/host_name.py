"""Turn what somebody typed into one canonical host name, without touching the network.

Only a name gets through: no address in any notation, no URL beyond a pasted `https://name/`, nothing that looks like
another name than it is. The strictness is the first defence of the server that is going to connect to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from typing import Final, Literal, NewType

import idna

HostName = NewType("HostName", str)
"""Lower-case A-labels joined by dots, without the final dot: `xn--bcher-kva.kayako.com`."""

KAYAKO: Final = "kayako.com"

InvalidReason = Literal["empty", "too_long", "invisible", "disguised", "not_a_name", "reserved"]

MAX_INPUT_CHARACTERS: Final = 300  # checked first, so that nothing below works on more
MAX_NAME_CHARACTERS: Final = 253  # RFC 1035, without the final dot

# Domains that public DNS does not serve: RFC 2606, 6761, 6762, 7686, 8375, 9476 and the ICANN resolution on .internal;
# the rest are what private networks were told to use before: asked in public, they reach somebody else or nobody.
_RESERVED_TOP_LEVEL: Final = frozenset(
    "alt arpa corp example home internal intranet invalid lan local localdomain "
    "localhost mail onion private test".split()
)
_RESERVED_DOMAINS: Final = frozenset({"example.com", "example.net", "example.org"})

_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# No digits: every notation inet_aton takes (127.1, 0x7f.1, 2130706433) ends in a label that this refuses.
_LAST_LABEL: Final = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_BARE_LABEL: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")  # begins with a letter: no number becomes a name
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class InvalidHostName:
    """Why a text is not the name of a host."""

    reason: InvalidReason


def parse_host_name(text: str, *, configured: Container[str] = ()) -> HostName | InvalidHostName:
    """Return the canonical name; names in `configured` are accepted although they are reserved (`.internal`, ...).

    parse_host_name("https://BÜCHER.kayako.com/")  → "xn--bcher-kva.kayako.com"
    parse_host_name("127.1")                       → InvalidHostName("not_a_name")
    """
    if len(text) > MAX_INPUT_CHARACTERS:
        return InvalidHostName("too_long")
    bare = _without_address_bar(text)
    if not bare:
        return InvalidHostName("empty")
    reason = _disguise(bare)
    if reason:
        return InvalidHostName(reason)
    name = _to_a_labels(bare)
    if name is None or not _is_host_name(name):
        return InvalidHostName("not_a_name")
    if _is_reserved(name) and name not in configured:
        return InvalidHostName("reserved")
    return HostName(name)


def parse_helpdesk(text: str, *, configured: Container[str] = ()) -> HostName | InvalidHostName:
    """Return the name of the helpdesk that a visitor means, who may paste any address of it or know only its label.

    What follows the name in an address is left out, as browsers do when they connect; the name is as strict as ever.

    parse_helpdesk("https://acme.kayako.com/staff/index.php?x")  → "acme.kayako.com"
    parse_helpdesk("Acme")                                       → "acme.kayako.com"
    parse_helpdesk("https://acme.kayako.com@attacker.io/")       → InvalidHostName("not_a_name")
    """
    if len(text) > MAX_INPUT_CHARACTERS:
        return InvalidHostName("too_long")
    address = _SCHEME.sub("", text.strip(" \t\r\n"), count=1)
    name = re.split(r"[/?#]", address, maxsplit=1)[0]
    if _BARE_LABEL.fullmatch(name) and name.lower() not in _RESERVED_TOP_LEVEL:
        name = f"{name}.{KAYAKO}"
    return parse_host_name(name, configured=configured)


def _without_address_bar(text: str) -> str:
    """Drop what comes along when a name is copied from a browser: blanks, the scheme, one slash, the final dot."""
    return _SCHEME.sub("", text.strip(" \t\r\n"), count=1).removesuffix("/").removesuffix(".")


def _disguise(text: str) -> InvalidReason | None:
    """Find characters that vanish or become ASCII in UTS 46, before the mapping hides them."""
    for character in text:
        if character.isascii() and character.isprintable() and character != " ":
            continue
        if unicodedata.category(character) in _INVISIBLE_CATEGORIES:
            return "invisible"
        try:
            mapped = idna.uts46_remap(character, std3_rules=True)
        except idna.IDNAError:
            return "not_a_name"
        if not mapped or any(part.isascii() for part in mapped):
            return "disguised"
    return None


def _to_a_labels(text: str) -> str | None:
    if text.isascii():
        return text.lower()
    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode("ascii")
    except idna.IDNAError:
        return None


def _is_host_name(name: str) -> bool:
    labels = name.split(".")
    return (
        len(name) <= MAX_NAME_CHARACTERS
        and len(labels) >= 2
        and _LAST_LABEL.fullmatch(labels[-1]) is not None
        and all(_is_label(label) for label in labels)
    )


def _is_reserved(name: str) -> bool:
    labels = name.split(".")
    return labels[-1] in _RESERVED_TOP_LEVEL or ".".join(labels[-2:]) in _RESERVED_DOMAINS


def _is_label(label: str) -> bool:
    if not _LABEL.fullmatch(label):
        return False
    if label.startswith("xn--"):
        return _survives_round_trip(label)
    return label[2:4] != "--"  # RFC 5890 keeps all other such labels for future encodings


def _survives_round_trip(a_label: str) -> bool:
    try:
        return idna.alabel(idna.ulabel(a_label)).decode("ascii") == a_label
    except idna.IDNAError:
        return False
