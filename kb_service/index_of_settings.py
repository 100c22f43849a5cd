"""Opens the index of the settings, and brings it up to date: what `kb index` needs, and no more (httpx takes .1 s)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from kb_service.content.article import Audience
from kb_service.index.port import Engine
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.indexing import IndexReport, build_index
from kb_service.meaning.encoder import Encoder
from kb_service.meaning.installed_model import open_encoder
from kb_service.settings import Settings

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
