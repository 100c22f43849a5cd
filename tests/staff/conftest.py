"""A helpdesk to ask, and a resolver that says what a test wants."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from kb_service.staff.allowed_hosts import AllowedHosts, parse_configured_hosts
from kb_service.staff.http_counter import HttpCounter
from kb_service.staff.transport import trusted_context
from tests.staff.helpdesk import Helpdesk, Play

ACME = "acme.kayako.com"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@dataclass
class Certificates:
    """An authority that the counters of these tests trust, and one that they do not."""

    ca_file: str
    trusted: trustme.CA
    stranger: trustme.CA

    def context(self, *names: str, stranger: bool = False, expired: bool = False) -> ssl.SSLContext:
        ca = self.stranger if stranger else self.trusted
        yesterday = datetime.now(UTC) - timedelta(days=1)
        certificate = ca.issue_cert(*names, not_after=yesterday if expired else None)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    trusted = trustme.CA()
    path: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    trusted.cert_pem.write_to_path(str(path))
    return Certificates(str(path), trusted, trustme.CA())


@pytest.fixture(scope="session")
def acme_tls(certificates: Certificates) -> ssl.SSLContext:
    return certificates.context(ACME)


@pytest.fixture(scope="session")
def client_tls(certificates: Certificates) -> ssl.SSLContext:
    context = trusted_context()
    context.load_verify_locations(certificates.ca_file)
    return context


StartHelpdesk = Callable[..., Helpdesk]


@pytest.fixture
def start_helpdesk(acme_tls: ssl.SSLContext) -> Iterator[StartHelpdesk]:
    """Start one that plays the same to every path or a dictionary of plays by path; stopped after the test."""
    started: list[Helpdesk] = []

    def start(plays: dict[str, Play] | Play, *, tls: ssl.SSLContext = acme_tls, **options: Any) -> Helpdesk:
        helpdesk = Helpdesk(plays if isinstance(plays, dict) else {"*": plays}, {"*": tls}, **options)
        started.append(helpdesk)
        return helpdesk

    yield start
    for helpdesk in started:
        helpdesk.close()


@dataclass
class ScriptedResolver:
    """Gives the next of `answers` to each question, the last one for ever; an exception is raised."""

    answers: list[tuple[str, ...] | Exception] = field(default_factory=lambda: [("127.0.0.1",)])
    asked: list[str] = field(default_factory=list)

    def resolve(self, name: str, *, timeout_seconds: float) -> tuple[str, ...]:
        self.asked.append(name)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class RecordingObserver:
    seen: list[tuple[str, ...]] = field(default_factory=list)

    def started(self) -> None:
        self.seen.append(("started",))

    def finished(self, host_kind: str, status: str, seconds: float) -> None:
        self.seen.append(("finished", host_kind, status))

    def turned_away(self) -> None:
        self.seen.append(("turned away",))

    def refused(self, reason: str) -> None:
        self.seen.append(("refused", reason))


MakeCounter = Callable[..., HttpCounter]


@pytest.fixture
def counter_for(client_tls: ssl.SSLContext) -> MakeCounter:
    """Make the counter that runs in production, with the helpdesk's name opted in at 127.0.0.1 and its port."""

    def make(helpdesk: Helpdesk, *, allow: str = f"{ACME}=127.0.0.1/32", **options: Any) -> HttpCounter:
        parts: dict[str, Any] = {
            "hosts": AllowedHosts(configured=parse_configured_hosts(allow)),
            "resolver": ScriptedResolver(),
            "ssl_context": client_tls,
            "port": helpdesk.port,
            "utc_now": lambda: NOW,
        }
        return HttpCounter(**(parts | options))

    return make
