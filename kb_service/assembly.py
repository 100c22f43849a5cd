"""Puts together what answers, from the settings: the only place, with app.py and commands/, that sees all parts."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from threadpoolctl import threadpool_limits

from kb_service.content.article import Audience
from kb_service.indexing import open_engine
from kb_service.knowledge_base import KnowledgeBase
from kb_service.meaning.installed_model import open_encoder
from kb_service.settings import Settings
from kb_service.staff.counter import DisabledCounter, StaffCounter
from kb_service.staff.observer import LookupObserver


def open_counter(settings: Settings, *, observer: LookupObserver | None = None) -> StaffCounter:
    """Return the live staff count as the settings allow it; `observer` is told about its look-ups."""
    from kb_service.staff.open_counter import open_staff_counter  # with httpx .3 s, which `kb ask` need not wait for

    own_name = urlsplit(settings.base_url).hostname
    return open_staff_counter(
        enabled=settings.staff_count != "off",
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
    generation: str = "",
) -> KnowledgeBase:
    """Return the knowledge base; what serves the public opens the public index alone. `offline` asks no helpdesk.
    With the name of a `generation` it answers from that one.

    From here on this process multiplies on one thread: the products are small, and threads that wait for each other on
    busy cores take three times the CPU (1.8 ms a question, 6.5 without).
    """
    threadpool_limits(1, user_api="blas")
    return KnowledgeBase(
        open_engine(settings, audiences=audiences, generation=generation),
        encoder=open_encoder(settings.model),
        staff_counter=DisabledCounter() if offline else open_counter(settings, observer=observer),
        no_answer_below=settings.no_answer_below,
        staff_budget_seconds=settings.staff_budget_ms / 1000,
    )
