"""The tools over HTTP, in front of a small help centre, and tokens for them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from kb_service.accounts.api_tokens import ApiTokens, Scope
from kb_service.assistants.callers import Callers
from kb_service.assistants.server import caller_of_request, http_app, make_server
from kb_service.assistants.tools import Tools, current_asker
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.events import Event
from kb_service.staff.counter import StaffCount
from kb_service.web.clients import TrustedProxies
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.rate_limits import OwnBuckets, RateLimiter
from kb_service.web.visitors import Visitors
from tests.accounts.builders import Clock, database_like, empty_file
from tests.billing_articles import filled_with_billing
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine

STARTED = 1000.0
COUNTED = StaffCount("ok", "acme.kayako.com", count=48)


class Kept:
    """A record that remembers what it is given."""

    mode = "on"

    def __init__(self) -> None:
        self.events: list[Event] = []

    def put(self, event: Event) -> bool:
        self.events.append(event)
        return True


@dataclass
class Served:
    """Where the tools are, and who may ask."""

    url: str
    tokens: ApiTokens
    record: Kept

    def token(self, *scopes: Scope) -> str:
        return self.tokens.add("assistant", scopes, days=1)[1]


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """Return what serves the tools; `settings` are those of Visitors and http_app."""
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(*, base_url: str = "", counts_staff: bool = True, **settings: Any) -> Served:
        folder, clock, record = tmp_path_factory.mktemp("mcp"), Clock(), Kept()
        clock.now = time.time_ns() // 1_000_000
        tokens = ApiTokens(database_like(empty_file(folder / "empty"), folder / "used"), now=clock)
        counter = FixedStaffCounter({"acme.kayako.com": COUNTED})
        knowledge = KnowledgeBase(filled_with_billing(MemoryEngine()), staff_counter=counter, no_answer_below=0)
        limiter = RateLimiter(OwnBuckets(clock=lambda: STARTED))  # no time passes
        visitors = Visitors(
            knowledge, limiter=limiter, counts_staff=counts_staff, tokens=None, asker=current_asker, **settings
        )
        tools = Tools(visitors, AgentKnowledge(lambda: knowledge), "/support", base_url, record)  # type: ignore[arg-type]
        app = http_app(
            make_server(tools, caller_of_request),
            Callers(tokens),
            TrustedProxies(()),
            base_url=base_url,
            host="127.0.0.1",
        )
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="critical", proxy_headers=False, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        servers.append((server, thread))
        return Served(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp", tokens, record)

    yield start
    for server, thread in servers:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def served(serve: Callable[..., Served]) -> Served:
    return serve()
