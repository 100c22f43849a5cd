"""The site of somebody else: pages with the widget in them, each with its own headers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

Respond = Callable[..., Iterable[bytes]]


class HostSite:
    """Serves what tests put in; `service` is the address of the knowledge base's service, another origin."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.address = ""
        self._pages: dict[str, tuple[str, dict[str, str]]] = {}

    def add(
        self,
        body: str,
        *,
        head: str = "",
        headers: dict[str, str] | None = None,
        html: str = 'lang="en"',
        script: str = "",
    ) -> str:
        """Return the address of a new page that ends with the widget's script, or with `script`."""
        path = f"/page-{len(self._pages)}"
        script = script or f'<script type="module" src="{self.service}/widget/v1/kb-widget.js" nonce="n0"></script>'
        page = (
            f'<!doctype html><html {html}><head><meta charset="utf-8"><title>Host</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>'
            f"<body><main><h1>A shop</h1>{body}</main>{script}</body></html>"
        )
        self._pages[path] = (page, headers or {})
        return self.address + path

    def form(self, *attributes: str, inner: str = "") -> str:
        """Return the widget around the plain form that works without it."""
        return (
            f"<kb-widget {' '.join(attributes)}>"
            f'<form action="{self.service}/search">'
            f'<input name="q" aria-label="Question"><button>Search</button>{inner}</form></kb-widget>'
        )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        page, headers = self._pages.get(Request(environ).path, ("<!doctype html><title>Nothing</title><p>Nothing", {}))
        return Response(page, headers=headers, content_type="text/html; charset=utf-8")(environ, start_response)
