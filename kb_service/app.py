"""The web application: create_app() puts routes, limits and headers around one knowledge base."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import time
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import structlog
from flask import Flask
from structlog.typing import Processor

from kb_service import __version__
from kb_service.accounts.access import Access
from kb_service.answers.results import Answer
from kb_service.assembly import (
    open_access,
    open_agent_knowledge_base,
    open_knowledge_base,
    open_query_ids,
    open_record,
)
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.record import Record
from kb_service.settings import SETTINGS_FILE, LogFormat, LogLevel, Settings, load_settings
from kb_service.staff.signing import DomainTokens
from kb_service.web.api import Api, register_api
from kb_service.web.api_docs import register_api_docs
from kb_service.web.assets import ENDPOINT as ASSET_ENDPOINT
from kb_service.web.assets import Assets, register_assets
from kb_service.web.console.gate import Gate
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.console.register import LIMITS as CONSOLE_LIMITS
from kb_service.web.console.register import register_console
from kb_service.web.discovery import Discovery, register_discovery
from kb_service.web.every_request import CrossOrigin, register_every_request
from kb_service.web.feedback import FORM_ENDPOINT, VOTES, Feedback, register_vote_form
from kb_service.web.http import MAX_BODY_BYTES, TEMPLATES, Site, configure_templates, etag_of
from kb_service.web.metrics import FOLDER, Metrics, ServedFacts
from kb_service.web.monitoring import MetricsAccess, register_health, register_metrics
from kb_service.web.operations import AGENT_OPERATIONS, CROSS_ORIGIN_PATHS, OPERATIONS
from kb_service.web.pages import RESULTS_ENDPOINT, SEATS_ENDPOINT, Pages, register_pages
from kb_service.web.problems import register_problems
from kb_service.web.recording import Events, Recording
from kb_service.web.static_files import StaticFiles, register_static_files
from kb_service.web.visitors import ANSWERS, FILES, RateLimiter, Visitors
from kb_service.web.widget import Widget, WidgetFiles, register_widget

MOST_POPULAR: Final = 20  # that a page or the widget shows


def create_app(
    settings: Settings | None = None,
    *,
    knowledge_base: KnowledgeBase | None = None,
    record: Record | None = None,
    agent_knowledge_base: KnowledgeBase | None = None,
    access: Access | None = None,
    clock: Callable[[], float] = time.monotonic,
    today: Callable[[], date] = lambda: datetime.now(UTC).date(),
) -> Flask:
    """Return the WSGI application; without `settings` it reads those of this process, writes its log and records.

    With `settings` what is asked goes to `record`, and without that nowhere. `clock` (seconds) drives the rate limit.
    `clock` (seconds) drives the rate limit. What is for agents is opened only with a console, and behind its gate.
    Raises BadSetting naming every mistake.
    """
    records = False
    if settings is None:
        settings = _settings_of_this_process()
        records = settings.record != "off"
    metrics = Metrics(folder=os.environ.get(FOLDER))
    found = knowledge_base or open_knowledge_base(
        settings,
        observer=metrics.lookups,
        query_ids=open_query_ids(settings) if records else None,
    )
    found.warm_up()
    if records:
        record = open_record(settings, encoder=found.encoder, observer=metrics)
    recording = Recording(record)
    visitors = _visitors(settings, found, metrics, recording, clock)
    feedback = Feedback(found, record, settings.base_url)
    files = StaticFiles.read()
    version = _version(settings, files)

    def etag() -> str:
        shown = recording.popular()[:MOST_POPULAR]
        popular = f".{zlib.crc32(repr(shown).encode()):08x}" if shown else ""
        return etag_of(generation=found.generation(), version=version + popular, today=today())

    def etag_of_docs() -> str:
        return etag_of(generation="docs", version=version, today=today())

    app = _flask(settings, files, takes_votes=record is not None)
    register_every_request(
        app,
        visitors=visitors,
        limits={
            **{each.endpoint: each.limit for each in (*OPERATIONS, *AGENT_OPERATIONS)},
            RESULTS_ENDPOINT: ANSWERS,
            SEATS_ENDPOINT: ANSWERS,
            FORM_ENDPOINT: VOTES,
            ASSET_ENDPOINT: FILES,
            **CONSOLE_LIMITS,
        },
        is_https=urlsplit(settings.base_url).scheme == "https",
        cross_origin=CrossOrigin(origins=frozenset(settings.allowed_origins), paths=CROSS_ORIGIN_PATHS),
        metrics=metrics,
    )
    register_problems(app)
    register_static_files(app, files)
    register_assets(app, Assets(found))
    register_health(app, found)
    metrics_access = MetricsAccess(settings.metrics, settings.metrics_token)
    register_metrics(app, metrics_access, partial(metrics.text, ServedFacts(found)))
    events = Events(found, recording)
    register_api(app, Api(found, visitors, settings.contact_url, settings.base_url, feedback, events), etag)
    documented = (*OPERATIONS, *AGENT_OPERATIONS) if settings.console else OPERATIONS
    register_api_docs(app, base_url=settings.base_url, etag=etag_of_docs, operations=documented)
    register_pages(app, Pages(found, visitors, settings.base_url, recording), etag)
    register_vote_form(app, feedback)
    register_discovery(app, Discovery(found, settings.base_url), etag)
    register_widget(app, Widget(WidgetFiles.read(), settings.base_url))
    if settings.console:
        knowledge = AgentKnowledge(lambda: agent_knowledge_base or open_agent_knowledge_base(settings, found))
        gate = Gate(access or open_access(settings), settings.base_url)
        register_console(app, gate, found, knowledge, recording)
    return app


def configure_logging(*, level: LogLevel, form: LogFormat) -> None:
    """Write on stderr what the loggers below `kb_service` say at `level` or above, for people or as JSON."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    own = [structlog.stdlib.ExtraAdder()] if form == "json" else []
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, *own],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logger = logging.getLogger("kb_service")
    logger.handlers = [handler]
    logger.setLevel(level.upper())
    logger.propagate = False


def _settings_of_this_process() -> Settings:
    settings = load_settings(flags={}, environ=os.environ, file=SETTINGS_FILE if SETTINGS_FILE.is_file() else None)
    configure_logging(level=settings.log_level, form=settings.log_format)
    return settings


def _visitors(
    settings: Settings,
    knowledge_base: KnowledgeBase,
    metrics: Metrics,
    recording: Recording,
    clock: Callable[[], float],
) -> Visitors:
    def observe(answer: Answer) -> None:
        metrics.question(answer)
        recording.asked(answer)

    keys = [key.encode() for key in settings.staff_key]
    return Visitors(
        knowledge_base,
        limiter=RateLimiter(clock=clock) if settings.rate_limit else None,
        counts_staff=settings.staff_count in ("public", "signed"),
        tokens=DomainTokens(keys=keys) if settings.staff_count == "signed" else None,
        observe=observe,
    )


def _flask(settings: Settings, files: StaticFiles, *, takes_votes: bool) -> Flask:
    app = Flask(__name__, static_folder=None, template_folder=str(TEMPLATES))
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, PROVIDE_AUTOMATIC_OPTIONS=False)
    app.url_map.merge_slashes = False  # no route answers with a redirect, which would repeat the caller's Host header
    site = Site(
        style_url=files.url("style.css"),
        icon_url=files.url("icon.svg"),
        script_url=files.url("vote.js"),
        console_script_url=files.url("console.js"),
        console_style_url=files.url("console.css"),
        seats_script_url=files.url("seats.js"),
        base_url=settings.base_url,
        contact_url=settings.contact_url,
        counts_staff=settings.staff_count == "public",
        takes_votes=takes_votes,
    )
    configure_templates(app, site)
    return app


def _version(settings: Settings, files: StaticFiles) -> str:
    """Name everything but the index that shapes a response, so that another version or setting is another ETag."""
    uses_model = settings.model is not None
    shaping = (
        settings.base_url,
        settings.contact_url,
        settings.no_answer_below,
        uses_model,
        settings.staff_count,
        settings.console,
    )
    digest = hashlib.sha256(f"{__version__} {shaping} {files.fingerprint}".encode())
    for template in sorted(TEMPLATES.rglob("*.html")):
        digest.update(template.read_bytes())
    return digest.hexdigest()[:12]
