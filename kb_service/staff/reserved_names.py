"""Names that never belong to a helpdesk on the public internet: special-use domains and those home routers invent."""

from __future__ import annotations

from typing import Final

# RFC 2606, 6761, 6762, 7686, 8375, 9476 and the ICANN resolution on .internal; the rest are what private networks
# were told to use before: asked in public, they reach somebody else or nobody.
RESERVED_TOP_LEVEL: Final = frozenset(
    {
        "alt",
        "arpa",
        "corp",
        "example",
        "home",
        "internal",
        "intranet",
        "invalid",
        "lan",
        "local",
        "localdomain",
        "localhost",
        "mail",
        "onion",
        "private",
        "test",
    }
)
RESERVED_DOMAINS: Final = frozenset({"example.com", "example.net", "example.org"})


def is_reserved(name: str) -> bool:
    """Whether a canonical name stands in a domain that public DNS does not serve."""
    labels = name.split(".")
    return labels[-1] in RESERVED_TOP_LEVEL or ".".join(labels[-2:]) in RESERVED_DOMAINS
