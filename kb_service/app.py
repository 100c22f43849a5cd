"""The web application: create_app() puts routes, limits and headers around one knowledge base."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flask import Flask
from jinja2 import StrictUndefined

from kb_service import __version__
from kb_service.assembly import open_knowledge_base
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import SETTINGS_FILE, Settings, load_settings
from kb_service.staff.signing import DomainTokens
from kb_service.votes import FEEDBACK_FILE, VoteStore
from kb_service.web.api import Api, register_api
from kb_service.web.api_docs import register_api_docs
from kb_service.web.caching import etag_of
from kb_service.web.discovery import Discovery, register_discovery
from kb_service.web.every_request import register_every_request
from kb_service.web.feedback import VOTES, Feedback
from kb_service.web.front_desk import FrontDesk
from kb_service.web.health import register_health
from kb_service.web.log_lines import configure_logging
from kb_service.web.metrics import Metrics
from kb_service.web.metrics_folder import FOLDER
from kb_service.web.metrics_page import MetricsAccess, register_metrics
from kb_service.web.operations import CROSS_ORIGIN_PATHS, OPERATIONS
from kb_service.web.page_contexts import Site
from kb_service.web.pages import RESULTS_ENDPOINT, Pages, register_pages
from kb_service.web.parameters import MAX_BODY_BYTES
from kb_service.web.problems import register_problems
from kb_service.web.rate_limit import ANSWERS, RateLimiter
from kb_service.web.routing import PathRouted
from kb_service.web.security import CrossOrigin, SecurityHeaders
from kb_service.web.served_facts import ServedFacts
from kb_service.web.static_files import StaticFiles, register_static_files
from kb_service.web.votes_page import VOTES_ENDPOINT, VotesPage, register_votes
from kb_service.web.widget import Widget, register_widget
from kb_service.web.widget_modules import WidgetFiles
from kb_service.web.words import contact_address, day, heading, topic

TEMPLATES: Final = Path(__file__).parent / "web" / "templates"


def create_app(
    settings: Settings | None = None,
    *,
    knowledge_base: KnowledgeBase | None = None,
    feedback_file: Path = FEEDBACK_FILE,
    clock: Callable[[], float] = time.monotonic,
    today: Callable[[], date] = lambda: datetime.now(UTC).date(),
) -> Flask:
    """Return the WSGI application; without `settings` it reads those of this process and writes its log.

    `clock` (seconds) drives the rate limit. Raises BadSetting naming every mistake.
    """
    if settings is None:
        settings = _settings_of_this_process()
    metrics = Metrics(folder=os.environ.get(FOLDER))
    found = knowledge_base or open_knowledge_base(settings, observer=metrics.lookups)
    found.warm_up()
    desk = _front_desk(settings, found, metrics, clock)
    files = StaticFiles.read()
    version = _version(settings, files)

    def etag() -> str:
        return etag_of(generation=found.generation(), version=version, today=today())

    def etag_of_docs() -> str:
        return etag_of(generation="docs", version=version, today=today())

    app = _flask(settings, files)
    _register_every_request(app, settings, desk, metrics)
    register_problems(app)
    register_static_files(app, files)
    register_health(app, found)
    access = MetricsAccess(settings.metrics, settings.metrics_token)
    register_metrics(app, access, partial(metrics.text, ServedFacts(found, index=settings.index)))
    votes = VoteStore(feedback_file)
    register_api(app, Api(found, desk, contact_url=settings.contact_url, feedback=Feedback(votes)), etag)
    register_api_docs(app, base_url=settings.base_url, etag=etag_of_docs)
    register_votes(app, VotesPage(votes, settings.base_url))
    _register_help_centre(app, Pages(found, desk, settings.base_url), etag)
    return app


def _register_help_centre(app: Flask, pages: Pages, etag: Callable[[], str]) -> None:
    register_pages(app, pages, etag)
    register_discovery(app, Discovery(pages.knowledge_base, pages.base_url), etag)
    register_widget(app, Widget(WidgetFiles.read(), pages.base_url))


def _settings_of_this_process() -> Settings:
    settings = load_settings(flags={}, environ=os.environ, file=SETTINGS_FILE if SETTINGS_FILE.is_file() else None)
    configure_logging(level=settings.log_level, form=settings.log_format)
    return settings


def _front_desk(
    settings: Settings, knowledge_base: KnowledgeBase, metrics: Metrics, clock: Callable[[], float]
) -> FrontDesk:
    keys = [key.encode() for key in settings.staff_key]
    return FrontDesk(
        knowledge_base,
        limiter=RateLimiter(clock=clock) if settings.rate_limit else None,
        counts_staff=settings.staff_count in ("public", "signed"),
        tokens=DomainTokens(keys=keys) if settings.staff_count == "signed" else None,
        observe=metrics.question,
    )


def _flask(settings: Settings, files: StaticFiles) -> Flask:
    app = PathRouted(__name__, static_folder=None, template_folder=str(TEMPLATES))
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, PROVIDE_AUTOMATIC_OPTIONS=False)
    app.url_map.merge_slashes = False  # no route answers with a redirect, which would repeat the caller's Host header
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.filters.update(day=day, heading=heading, topic=topic, with_question=contact_address)
    app.jinja_env.globals["site"] = Site(
        style_url=files.url("style.css"),
        icon_url=files.url("icon.svg"),
        script_url=files.url("vote.js"),
        base_url=settings.base_url,
        contact_url=settings.contact_url,
        counts_staff=settings.staff_count == "public",
    )
    return app


def _register_every_request(app: Flask, settings: Settings, desk: FrontDesk, metrics: Metrics) -> None:
    register_every_request(
        app,
        desk=desk,
        limits={**{each.endpoint: each.limit for each in OPERATIONS}, RESULTS_ENDPOINT: ANSWERS, VOTES_ENDPOINT: VOTES},
        headers=SecurityHeaders.build(is_https=urlsplit(settings.base_url).scheme == "https"),
        cross_origin=CrossOrigin(origins=frozenset(settings.allowed_origins), paths=CROSS_ORIGIN_PATHS),
        metrics=metrics,
    )


def _version(settings: Settings, files: StaticFiles) -> str:
    """Name everything but the index that shapes a response, so that another version or setting is another ETag."""
    uses_model = settings.model is not None
    shaping = (settings.base_url, settings.contact_url, settings.no_answer_below, uses_model, settings.staff_count)
    digest = hashlib.sha256(f"{__version__} {shaping} {files.fingerprint}".encode())
    for template in sorted(TEMPLATES.iterdir()):
        digest.update(template.read_bytes())
    return digest.hexdigest()[:12]
