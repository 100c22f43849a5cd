"""Behind a proxy that takes a path off, over real connections: whatever link of a page is followed, it arrives."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from werkzeug.serving import make_server

from tests.web.fakes import ARTICLE_ID
from tests.web.test_below_path import an_app

PATH = "/kb"
LINKS = re.compile(r"""\b(?:href|src|action)="([^"#]+)""")


class StrippingProxy(BaseHTTPRequestHandler):
    """Serves what lies below PATH as `location /kb/ { proxy_pass http://up/; }` does, and nothing else."""

    up = ""
    client = httpx.Client()

    def do_GET(self) -> None:
        if not self.path.startswith(f"{PATH}/"):
            self.send_error(404, "Nothing of the service")
            return
        told = {"Host": self.headers["Host"], "X-Forwarded-Prefix": PATH, "X-Forwarded-For": self.client_address[0]}
        answer = self.client.get(self.up + self.path[len(PATH) :], headers=told)
        self.send_response(answer.status_code)
        for name in ("Content-Type", "Location"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(server: Any) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(ThreadingHTTPServer(("127.0.0.1", 0), StrippingProxy)) as host:
        app = an_app(tmp_path_factory.mktemp("votes"), host + PATH)
        with served(make_server("127.0.0.1", 0, app, threaded=True)) as up:
            StrippingProxy.up = up
            yield host


def is_made_up(link: str) -> bool:
    """The knowledge base of the tests refers to articles that it does not have."""
    return f"{PATH}/articles/" in link and f"/articles/{ARTICLE_ID}" not in link


def test_every_link_that_is_followed_from_the_home_page_arrives_below_the_path(host: str) -> None:
    to_follow, seen = [f"{host}{PATH}/", f"{host}{PATH}/search?q=many", f"{host}{PATH}/articles/{ARTICLE_ID}"], {}
    while to_follow:
        address = to_follow.pop()
        answer = StrippingProxy.client.get(address, follow_redirects=True)
        seen[address] = (answer.status_code, str(answer.url))
        pages = "text/html" in answer.headers.get("content-type", "")
        links = [urljoin(address, each.replace("&amp;", "&")) for each in LINKS.findall(answer.text)] if pages else []
        ours = [each for each in links if each.startswith(f"{host}/") and not is_made_up(each)]
        to_follow += {*ours} - seen.keys() - {*to_follow}

    assert len(seen) > 8
    assert {address: found for address, found in seen.items() if found[0] == 404} == {}
    assert {found[1] for found in seen.values() if not found[1].startswith(f"{host}{PATH}/")} == set()


def test_a_former_address_leads_below_the_path(host: str) -> None:
    answer = StrippingProxy.client.get(f"{host}{PATH}/articles/{ARTICLE_ID}.html", follow_redirects=True)

    assert answer.status_code == 200
    assert str(answer.url).startswith(f"{host}{PATH}/articles/")
