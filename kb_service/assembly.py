"""Puts the parts together from the settings: the only place, with app.py and commands/, that sees them all."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from threadpoolctl import threadpool_limits

from kb_service.content.article import Audience
from kb_service.engines.whoosh.engine import WhooshEngine
from kb_service.indexing import IndexReport, build_index
from kb_service.knowledge_base import KnowledgeBase
from kb_service.meaning.encoder import Encoder
from kb_service.meaning.installed_model import open_encoder
from kb_service.search.engine import Engine
from kb_service.settings import Settings
from kb_service.staff.counter import StaffCounter
from kb_service.staff.disabled_counter import DisabledCounter
from kb_service.staff.observer import LookupObserver
from kb_service.staff.open_counter import open_staff_counter

Progress = Callable[[str, int, int], None]


def open_engine(
    settings: Settings,
    *,
    audiences: Sequence[Audience] = ("public", "agent"),
    encoder: Encoder | None = None,
    progress: Progress | None = None,
) -> Engine:
    """Return the engine of the settings, able to open only these audiences' indexes; `encoder` is for building."""
    return WhooshEngine(settings.index, audiences=audiences, encoder=encoder, progress=progress)


def update_index(settings: Settings, *, full: bool = False, progress: Progress | None = None) -> IndexReport:
    """Bring the index of the settings up to date with their articles."""
    encoder = open_encoder(settings.model, threads=os.cpu_count() or 1)
    return build_index(
        settings.articles,
        open_engine(settings, encoder=encoder, progress=progress),
        encoder_name=encoder.name if encoder else "",
        full=full,
        progress=progress,
    )


def open_counter(settings: Settings, *, observer: LookupObserver | None = None) -> StaffCounter:
    """Return the live staff count as the settings allow it; `observer` is told about its look-ups."""
    own_name = urlsplit(settings.base_url).hostname
    return open_staff_counter(
        mode=settings.staff_count,
        extra_hosts=settings.staff_hosts,
        own_names=[own_name] if own_name else [],
        wait_seconds=settings.staff_budget_ms / 1000,
        observer=observer,
    )


def open_knowledge_base(
    settings: Settings,
    *,
    audiences: Sequence[Audience] = ("public",),
    offline: bool = False,
    observer: LookupObserver | None = None,
) -> KnowledgeBase:
    """Return the knowledge base; what serves the public opens the public index alone. `offline` asks no helpdesk.

    From here on this process multiplies on one thread: the products are small, and threads that wait for each other on
    busy cores take three times the CPU (1.8 ms a question, 6.5 without).
    """
    threadpool_limits(1, user_api="blas")
    return KnowledgeBase(
        open_engine(settings, audiences=audiences),
        encoder=open_encoder(settings.model),
        staff_counter=DisabledCounter() if offline else open_counter(settings, observer=observer),
        no_answer_below=settings.no_answer_below,
        staff_budget_seconds=settings.staff_budget_ms / 1000,
    )
