"""The application as it is served, but its helpdesks live on the loopback interface: a factory for the real server."""

from __future__ import annotations

import os

from flask import Flask

from kb_service.app import create_app
from kb_service.indexing import open_engine
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings
from kb_service.staff.allowed_hosts import AllowedHosts, parse_configured_hosts
from kb_service.staff.cached_counter import CachedCounter
from kb_service.staff.http_counter import HttpCounter
from kb_service.staff.transport import trusted_context
from tests.load.serving import CA_FILE, HELPDESK_PORT


class LoopbackResolver:
    """Every name is this machine."""

    def resolve(self, name: str, *, timeout_seconds: float) -> tuple[str, ...]:
        return ("127.0.0.1",)


def create(settings: Settings) -> Flask:
    """Read two variables more: where the helpdesk listens and whom it is signed by."""
    hosts = AllowedHosts(configured=parse_configured_hosts(settings.staff_hosts))
    tls = trusted_context()
    tls.load_verify_locations(os.environ[CA_FILE])
    asking = HttpCounter(
        hosts=hosts,
        resolver=LoopbackResolver(),
        ssl_context=tls,
        port=int(os.environ[HELPDESK_PORT]),
    )
    knowledge_base = KnowledgeBase(
        open_engine(settings, audiences=("public",)),
        staff_counter=CachedCounter(asking, hosts=hosts),
        staff_budget_seconds=settings.staff_budget_ms / 1000,
    )
    return create_app(settings, knowledge_base=knowledge_base)
