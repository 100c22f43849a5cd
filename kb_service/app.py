"""The web application: create_app() puts routes, limits and headers around one knowledge base."""

from __future__ import annotations

import hashlib
import os
import time
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import msgspec
from flask import Flask, request

from kb_service import __version__
from kb_service.accounts.access import Access
from kb_service.answers.results import Answer
from kb_service.assembly import (
    open_access,
    open_agent_knowledge_base,
    open_contact,
    open_knowledge_base,
    open_query_ids,
    open_record,
)
from kb_service.contact.delivery import Delivery
from kb_service.index.builds import read_builds
from kb_service.indexing import Freshness
from kb_service.knowledge_base import KnowledgeBase
from kb_service.logs import configure_logging
from kb_service.meaning.across_languages import is_installed
from kb_service.record.record import Record
from kb_service.settings import SETTINGS_FILE, RecordMode, Settings, load_settings
from kb_service.site import SiteFile, SiteText, read_site
from kb_service.staff.signing import DomainTokens
from kb_service.web.api import Api, register_api
from kb_service.web.api_docs import register_api_docs
from kb_service.web.article_pages import ArticlePages, register_article_pages
from kb_service.web.assets import ENDPOINT as ASSET_ENDPOINT
from kb_service.web.assets import Assets, register_assets
from kb_service.web.beginning import Beginning
from kb_service.web.clients import TrustedProxies
from kb_service.web.console.gate import Gate
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.console.register import LIMITS as CONSOLE_LIMITS
from kb_service.web.console.register import register_console
from kb_service.web.contact import PATH as CONTACT_PATH
from kb_service.web.contact import Contact, register_contact
from kb_service.web.discovery import Discovery, register_discovery
from kb_service.web.every_request import CrossOrigin, register_every_request
from kb_service.web.feedback import FORM_ENDPOINT, VOTES, Feedback, register_vote_form
from kb_service.web.http import HTML, MAX_BODY_BYTES, TEMPLATES, Site, configure_templates, etag_of
from kb_service.web.languages import register_languages
from kb_service.web.live_site import LiveSite
from kb_service.web.metrics import FOLDER, Metrics, ServedFacts
from kb_service.web.monitoring import MetricsAccess, register_health, register_metrics
from kb_service.web.operations import AGENT_OPERATIONS, CROSS_ORIGIN_PATHS, OPERATIONS
from kb_service.web.pages import RESULTS_ENDPOINT, SEATS_ENDPOINT, Pages, register_pages
from kb_service.web.palette import palette
from kb_service.web.problems import register_problems
from kb_service.web.programs import Programs
from kb_service.web.rate_limits import RateLimiter, open_buckets, read_limits
from kb_service.web.recording import Events, Recording
from kb_service.web.root import Wsgi, below_path
from kb_service.web.static_files import OF_WIDGET, STYLE, StaticFiles, register_static_files
from kb_service.web.visitors import ANSWERS, FILES, Visitors, stranger
from kb_service.web.widget import Widget, WidgetFiles, register_widget
from kb_service.wording.languages import LANGUAGES
from kb_service.wording.messages import fingerprint

MOST_POPULAR: Final = 20  # that a page or the widget shows


def create_app(
    settings: Settings | None = None,
    *,
    knowledge_base: KnowledgeBase | None = None,
    record: Record | None = None,
    records: bool = False,
    agent_knowledge_base: KnowledgeBase | None = None,
    access: Access | None = None,
    metrics: Metrics | None = None,
    clock: Callable[[], float] = time.monotonic,
    today: Callable[[], date] = lambda: datetime.now(UTC).date(),
) -> Flask:
    """Return the WSGI application; without `settings` it reads those of this process, writes its log and records.

    With `settings` what is asked goes to `record`, and without that nowhere, unless it `records`. `clock` (seconds)
    drives the rate limit. What is for agents is opened only with a console, and behind its gate.
    Raises BadSetting naming every mistake.
    """
    if settings is None:
        settings, records = _settings_of_this_process(), True
    records = records and settings.record != "off"
    metrics = metrics or Metrics(folder=os.environ.get(FOLDER))
    found = knowledge_base or open_knowledge_base(
        settings,
        observer=metrics.lookups,
        query_ids=open_query_ids(settings) if records else None,
    )
    found.warm_up()
    if records:
        record = open_record(settings, encoder=found.encoder, observer=metrics)
    recording = Recording(record, keeps_counts=settings.record_counts)
    access = (access or open_access(settings)) if settings.console else None
    cross_origin = CrossOrigin(
        frozenset(settings.allowed_origins), CROSS_ORIGIN_PATHS, urlsplit(settings.base_url).netloc
    )
    visitors = _visitors(settings, found, metrics, recording, clock, access, cross_origin)
    feedback = Feedback(found, record, settings.base_url, metrics.vote)
    text, delivery = _site_text(settings, metrics)
    contact = Contact(delivery, found, visitors, settings.base_url, text.name)
    colours = palette(text.accent, text.accent_dark)
    files = StaticFiles.read(site=text, colours=colours)
    version = _version(settings, files, text, recording.mode)

    def etag() -> str:
        shown = recording.popular()[:MOST_POPULAR]
        popular = f".{zlib.crc32(repr(shown).encode()):08x}" if shown else ""
        return etag_of(generation=found.generation(), version=version + popular, today=today())

    def etag_of_docs() -> str:
        return etag_of(generation="docs", version=version, today=today())

    app = _flask(settings, text, files, recording.mode, takes_messages=delivery is not None)
    app.jinja_env.globals["compares_seats"] = partial(_compares_seats, found)
    app.wsgi_app = below_path(app.wsgi_app, settings.base_url)  # type: ignore[assignment, method-assign]
    _every_request(app, settings, text, found, visitors, cross_origin, metrics)
    register_problems(app)
    register_static_files(app, files)
    register_assets(app, Assets(found))
    _monitoring(app, settings, found, metrics)
    events = Events(found, recording)
    beginning = Beginning(found, recording, text, takes_messages=delivery is not None)
    beginning.tell_of_missing_articles()
    api = Api(found, visitors, text.contact_url, settings.base_url, feedback, events, contact, beginning)
    register_api(app, api, etag)
    documented = (*OPERATIONS, *AGENT_OPERATIONS) if settings.console else OPERATIONS
    register_api_docs(app, base_url=settings.base_url, etag=etag_of_docs, operations=documented)
    article_pages = ArticlePages(found, settings.base_url, text.name, recording)
    register_pages(app, Pages(found, visitors, article_pages, recording), etag)
    register_article_pages(app, article_pages, etag)
    register_vote_form(app, feedback)
    register_contact(app, contact)
    register_discovery(app, Discovery(found, settings.base_url), etag)
    icon = files.url(text.widget.icon.name) if text.widget.icon else ""
    widget_files = WidgetFiles.read(colours=colours, greeting=text.widget.greeting, icon=icon)
    register_widget(app, Widget(widget_files, settings.base_url))
    if access:
        knowledge = AgentKnowledge(lambda: agent_knowledge_base or open_agent_knowledge_base(settings, found))
        _console(app, settings, access, found, knowledge, recording)
    return app


def create_served_app(settings: Settings) -> Flask:
    """Return what a worker of `kb serve` serves with the settings it was handed: it records."""
    return create_app(settings, records=True)


def create_live_app(settings: Settings) -> Wsgi:
    """Return the same for `kb serve --reload`, which follows the operator's file around one knowledge base."""
    metrics = Metrics(folder=os.environ.get(FOLDER))
    records = settings.record != "off"
    query_ids = open_query_ids(settings) if records else None
    found = open_knowledge_base(settings, observer=metrics.lookups, query_ids=query_ids)
    record = open_record(settings, encoder=found.encoder, observer=metrics) if records else None
    access = open_access(settings) if settings.console else None
    make = partial(create_app, settings, knowledge_base=found, record=record, access=access, metrics=metrics)
    return LiveSite(make, settings.site)


def _every_request(
    app: Flask,
    settings: Settings,
    text: SiteText,
    found: KnowledgeBase,
    visitors: Visitors,
    cross_origin: CrossOrigin,
    metrics: Metrics,
) -> None:
    address = urlsplit(settings.base_url)
    is_https = address.scheme == "https"
    register_languages(
        app, text.languages, of_articles=partial(_languages, found), content_type=HTML, is_https=is_https
    )
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
        is_https=is_https,
        owns_host=not address.path,
        cross_origin=cross_origin,
        proxies=TrustedProxies(settings.trusted_proxies),
        metrics=metrics,
        access_log=settings.access_log,
        fonts=text.font_origins if text.fonts or text.font_origins else None,
    )


def _monitoring(app: Flask, settings: Settings, found: KnowledgeBase, metrics: Metrics) -> None:
    freshness = Freshness(settings.articles, found.source)
    register_health(app, found, freshness.reason)
    facts = ServedFacts(found, is_old=freshness.is_old, builds=partial(read_builds, settings.index))
    register_metrics(app, MetricsAccess(settings.metrics, settings.metrics_token), partial(metrics.text, facts))


def _console(
    app: Flask,
    settings: Settings,
    access: Access,
    public: KnowledgeBase,
    knowledge: AgentKnowledge,
    recording: Recording,
) -> None:
    register_console(
        app,
        Gate(access, settings.base_url, settings.panel_ancestors),
        public,
        knowledge,
        recording,
        settings.articles,
        receipt_days=settings.receipt_days,
        shows_live=settings.staff_count == "public",
    )


def _site_text(settings: Settings, metrics: Metrics) -> tuple[SiteText, Delivery | None]:
    """Return what the operator's file says, and what delivers messages of visitors, if anything does.

    Settings come before the file, and a form or a mail address is a contact too.
    """
    text = read_site(settings.site)
    way = open_contact(settings, site_mail=text.contact_mail)
    mail = f"mailto:{text.contact_mail}" if text.contact_mail else ""
    form = "" if way is None else urlsplit(settings.base_url).path + CONTACT_PATH
    text = msgspec.structs.replace(
        text,
        name=settings.site_name or text.name,
        contact_url=settings.contact_url or text.contact_url or form or mail,
    )
    return text, None if way is None else Delivery(way, metrics.message)


def _compares_seats(knowledge_base: KnowledgeBase) -> bool:
    """Tell whether pages ask for seats; those that say that there is no index do not."""
    try:
        return knowledge_base.compares_seats()
    except Exception:  # asked by the page too that says of any failure that something failed
        return False


def _languages(knowledge_base: KnowledgeBase) -> tuple[str, ...]:
    """Return the languages that articles say they are in; none on pages that say that there is no index."""
    try:
        return knowledge_base.languages()
    except Exception:
        return ()


def _settings_of_this_process() -> Settings:
    settings = load_settings(flags={}, environ=os.environ, file=SETTINGS_FILE if SETTINGS_FILE.exists() else None)
    configure_logging(level=settings.log_level, form=settings.log_format)
    return settings


def _visitors(
    settings: Settings,
    knowledge_base: KnowledgeBase,
    metrics: Metrics,
    recording: Recording,
    clock: Callable[[], float],
    access: Access | None,
    cross_origin: CrossOrigin,
) -> Visitors:
    def observe(answer: Answer) -> None:
        metrics.question(answer)
        recording.asked(answer)

    public = frozenset(each.endpoint for each in OPERATIONS)
    programs = Programs(access.tokens, public.__contains__) if access else None
    keys = [key.encode() for key in settings.staff_key]
    return Visitors(
        knowledge_base,
        limiter=_limiter(settings, clock) if settings.rate_limit else None,
        counts_staff=settings.staff_count in ("public", "signed"),
        tokens=DomainTokens(keys=keys) if settings.staff_count == "signed" else None,
        asker=programs.asker if programs else stranger,
        observe=observe,
        shows_live=lambda: cross_origin.shows_live(request.headers.get("Origin"), request.host),
    )


def _limiter(settings: Settings, clock: Callable[[], float]) -> RateLimiter:
    return RateLimiter(open_buckets(settings.redis_url, clock=clock), read_limits(settings.limits))


def _flask(
    settings: Settings, text: SiteText, files: StaticFiles, record: RecordMode, *, takes_messages: bool
) -> Flask:
    app = Flask(__name__, static_folder=None, template_folder=str(TEMPLATES))
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, PROVIDE_AUTOMATIC_OPTIONS=False)
    app.url_map.merge_slashes = False  # no route answers with a redirect, which would repeat the caller's Host header

    def url_of(file: SiteFile | None) -> str:
        return files.url(file.name) if file else ""

    site = Site(
        texts={language: text.in_language(language) for language in LANGUAGES},
        style_url=files.url(STYLE),
        own_style_url=url_of(text.style),
        logo_url=url_of(text.logo),
        logo_dark_url=url_of(text.logo_dark),
        social_image_url=url_of(text.social_image),
        icon_url=files.url(files.icon_name),
        script_url=files.url("vote.js"),
        console_script_url=files.url("console.js"),
        panel_script_url=files.url("panel.js"),
        console_style_url=files.url("console.css"),
        patch_script_url=files.url("patch.js"),
        seats_script_url=files.url("seats.js"),
        events_script_url=files.url("events.js"),
        search_script_url=files.url("search.js"),
        article_script_url=files.url("article.js"),
        contact_script_url=files.url("contact.js"),
        search_parts_urls=tuple(map(files.url, OF_WIDGET)),
        base_url=settings.base_url,
        contact_url=text.contact_url,
        counts_staff=settings.staff_count == "public",
        takes_messages=takes_messages,
        takes_votes=record != "off",
        records_events=record == "on",
    )
    configure_templates(app, site)
    return app


def _version(settings: Settings, files: StaticFiles, text: SiteText, record: RecordMode) -> str:
    """Name everything but the index that shapes a response, so that another version or setting is another ETag."""
    uses_model = settings.model is not None
    shaping = (
        settings.base_url,
        settings.contact_url,
        text,
        settings.seats,
        settings.no_answer_below,
        uses_model,
        uses_model and is_installed(),
        settings.staff_count,
        settings.console,
        record,
        fingerprint(),
    )
    digest = hashlib.sha256(f"{__version__} {shaping} {files.fingerprint}".encode())
    for template in sorted(TEMPLATES.rglob("*.html")):
        digest.update(template.read_bytes())
    return digest.hexdigest()[:12]
