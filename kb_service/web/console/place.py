"""Is the browser where it believes to be? The console is served over TLS, or plainly on this machine alone.

The settings decide, not what a request says of itself: with an https KB_BASE_URL that is the console's origin, whatever
a proxy does to the Host header, and cookies have `Secure` and the prefix `__Host-`, which no other site and no plain
connection can set (below a path `__Secure-`, and are for the console's path alone). Without one, only a browser on this
machine, asking for this machine with no proxy between, gets a console, and its cookies lack both, as browsers would not
keep them. Everybody else is told what to set.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from flask import Request

FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via")
NOT_SAFE_HERE: Final = (
    "The console is served over https alone, or on this machine itself. Set KB_BASE_URL to the https address under "
    "which people reach this service."
)


@dataclass(frozen=True, slots=True)
class Place:
    """The origin of the console's pages, whether they come over TLS, and the path of its host that they lie below."""

    origin: str
    is_tls: bool
    root: str = ""

    @property
    def cookie_prefix(self) -> str:
        """What the names of cookies begin with."""
        return "" if not self.is_tls else "__Secure-" if self.root else "__Host-"


def place_of(request: Request, base_url: str) -> Place | None:
    """Return where the browser of a request is, None when that is no place for a console."""
    base = urlsplit(base_url)
    if base.scheme == "https":
        return Place(f"https://{base.netloc.lower()}", is_tls=True, root=request.script_root)
    if any(name in request.headers for name in FORWARDED) or not _is_loopback(_host_name(request.host)):
        return None
    is_told = base.scheme == "http" and _is_loopback(base.hostname or "")
    if not is_told and not _is_loopback(request.remote_addr or ""):
        return None
    return Place(f"http://{request.host.lower()}", is_tls=False, root=request.script_root)


def _host_name(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
