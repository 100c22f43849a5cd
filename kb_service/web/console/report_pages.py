"""Reports for leads: what the record says about the articles, as pages, CSV and JSON, and a patch for an open question.

The period and the surface stand in the address, so that a report can be linked to. Each section is a page of its own:
none computes what another shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple
from urllib.parse import urlencode

import msgspec
from flask import Response, g, request
from markupsafe import Markup
from msgspec import Meta
from werkzeug.exceptions import Forbidden, NotFound

from kb_service.accounts.storage import ReadyDatabase
from kb_service.errors import BadRequest, CallerError, UnknownArticle
from kb_service.patching import patch_for
from kb_service.record import reports
from kb_service.record.events import Surface
from kb_service.record.flags import Flag, list_flags
from kb_service.record.intents import phrase_of
from kb_service.record.patches import PatchKind
from kb_service.record.plots import OUTCOMES
from kb_service.record.report_forms import SECTIONS, as_csv, plot_of
from kb_service.record.reports import DAY_MS, OpenQuestion, OutcomeCount, Period
from kb_service.web.console.forms import HOME
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.formatting import heading
from kb_service.web.http import JSON, json_response, page_response, read_query
from kb_service.web.recording import Recording
from kb_service.wording.languages import day

REPORTS: Final = f"{HOME}/reports"
CSV: Final = "text/csv; charset=utf-8"
PATCH: Final = "text/x-patch; charset=utf-8"
MOST_COMPUTED: Final = 40  # meanings that a page computes, 2 ms each; the servers compute the others while they rest
PERIODS: Final = (7, 30, 90, 365)
SURFACES: Final[Mapping[str, str]] = {
    "widget": "Widget",
    "pages": "Pages",
    "api": "API",
    "console": "Console",
    "terminal": "Terminal",
}
PATCHES: Final[Mapping[PatchKind, str]] = {
    "article": "a new article, as a draft",
    "ways": "more ways to ask for an article, and a test",
    "test": "a test alone",
    "synonym": "a synonym",
    "not-covered": "a topic that no article answers, and a test",
}


class ReportQuery(msgspec.Struct, frozen=True):
    """The filters of every report: the last `days`, or from `since` until `until`, both days counted."""

    days: Annotated[int, Meta(ge=1, le=3650)] = 30
    since: date | None = None
    until: date | None = None
    surface: Surface | Literal[""] = ""


class PatchQuery(msgspec.Struct, frozen=True):
    """What the patch does, and the article that should answer; "" is what fits."""

    kind: PatchKind | Literal[""] = ""
    article: Annotated[str, Meta(max_length=400)] = ""


class ArticleLink(NamedTuple):
    """An article as reports name it; one that is gone has its id for a title and no address."""

    title: str
    url: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What stands in the form of filters, and the query string that says the same."""

    days: int
    since: str
    until: str
    surface: str
    shown: str
    query: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A section with its rows and its plot, "" without one. `articles` names those that rows speak of.

    `keys` name open questions in addresses. `records`: questions are recorded at present.
    """

    section: str
    filters: Filters
    rows: Sequence[Any]
    plot: Markup
    articles: Mapping[str, ArticleLink]
    keys: Sequence[str]
    records: bool


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """What came of all questions: `totals` by outcome, then by day and by surface."""

    filters: Filters
    asked: int
    totals: Mapping[str, int]
    days: ReportPage
    surfaces: ReportPage
    records: bool


@dataclass(frozen=True, slots=True)
class PatchPage:
    """A patch, or in `wrong` why there is none; `address` is where it can be downloaded."""

    filters: Filters
    key: str
    found: OpenQuestion
    kind: str
    article: str
    says: str
    diff: str
    wrong: str
    address: str


@dataclass(frozen=True, slots=True)
class ReportPages:
    """The views. `articles` is the folder that patches are for."""

    database: ReadyDatabase
    knowledge: AgentKnowledge
    recording: Recording
    articles: Path
    now: Callable[[], float] = time.time

    def overview(self) -> Response:
        filters, period = self._asked()
        days, surfaces = (self._page(section, filters, period) for section in ("days", "surfaces"))
        totals = {outcome: sum(row.intents for row in days.rows if row.outcome == outcome) for outcome in OUTCOMES}
        page = OverviewPage(
            filters=filters,
            asked=sum(row.intents for row in days.rows),
            totals={outcome: count for outcome, count in totals.items() if count},
            days=days,
            surfaces=surfaces,
            records=self._records,
        )
        return page_response("console/reports.html", page)

    def section(self, section: str) -> Response:
        _demand(section)
        return page_response("console/report.html", self._page(section, *self._asked()))

    def csv(self, section: str) -> Response:
        """Send a section for a spreadsheet."""
        _demand(section, downloads=True)
        _, period = self._asked()
        return _download(as_csv(section, self._rows(section, period)), CSV, f"{section}.csv")

    def json(self, section: str) -> Response:
        """Send a section for a program."""
        _demand(section, downloads=True)
        _, period = self._asked()
        response = json_response(self._rows(section, period))
        return _download(response.get_data(as_text=True), JSON, f"{section}.json")

    def patch(self, key: str) -> Response:
        """Show the patch for an open question, and offer other kinds."""
        filters, period = self._asked()
        found, asked = self._open_question(key, period), read_query(request, PatchQuery)
        says = diff = wrong = ""
        kind = asked.kind or ("ways" if asked.article else "article")
        try:
            kind, diff, says = self._patch(found, asked)
        except BadRequest as error:
            wrong = f"{heading(' '.join(error.fields.values()))}."
        except CallerError as error:
            wrong = str(error)
        choice = urlencode({"kind": kind, "article": asked.article})
        page = PatchPage(
            filters=filters,
            key=key,
            found=found,
            kind=kind,
            article=asked.article,
            says=says,
            diff=diff,
            wrong=wrong,
            address=f"{REPORTS}/open_questions/{key}.patch?{filters.query}&{choice}",
        )
        return page_response("console/patch.html", page, 422 if wrong else 200)

    def patch_file(self, key: str) -> Response:
        """Send the patch as a file."""
        _, period = self._asked()
        found = self._open_question(key, period)
        made = self._patch(found, read_query(request, PatchQuery))
        return _download(made[1], PATCH, f"{made[0]}-{key}.patch")

    @property
    def _records(self) -> bool:
        return self.recording.mode == "on"

    def _asked(self) -> tuple[Filters, Period]:
        """Return what the address asks for, as it stands in the form and as a period."""
        asked, now = read_query(request, ReportQuery), datetime.fromtimestamp(self.now(), UTC)
        if asked.since or asked.until:
            last = asked.until or now.date()
            first = asked.since or last - timedelta(days=asked.days - 1)
            if first > last:
                raise BadRequest({"since": "must not be after the last day"})
            period = Period(_midnight(first), _midnight(last) + DAY_MS, asked.surface)
            shown = f"{day(first)} to {day(last)}"
        else:
            period = reports.last_days(asked.days, now=now, surface=asked.surface)
            shown = "the last day" if asked.days == 1 else f"the last {asked.days} days"
        given = {name: str(value) for name, value in msgspec.structs.asdict(asked).items() if value}
        return Filters(
            days=asked.days,
            since=given.get("since", ""),
            until=given.get("until", ""),
            surface=asked.surface,
            shown=f"{shown}, {SURFACES[asked.surface] if asked.surface else 'everywhere'}",
            query=urlencode(given),
        ), period

    def _page(self, section: str, filters: Filters, period: Period) -> ReportPage:
        rows = _named(self._rows(section, period))
        return ReportPage(
            section=section,
            filters=filters,
            rows=rows,
            plot=Markup(plot_of(section, rows)),  # noqa: S704 - what it says is escaped in it
            articles={each: self._link(each) for each in _articles_of(rows)},
            keys=[key_of(each.examples[0]) for each in rows if isinstance(each, OpenQuestion)],
            records=self._records,
        )

    def _rows(self, section: str, period: Period) -> Sequence[Any]:
        database = self.database.opened()
        sections: Mapping[str, Callable[[], Sequence[Any]]] = {
            "open_questions": lambda: self._open_questions(period),
            "disappointing": lambda: reports.disappointing(database, period),
            "never_opened": lambda: reports.never_opened(database, period),
            "most_asked": lambda: reports.most_asked(database, period),
            "most_copied": lambda: reports.most_done(database, period, "copied"),
            "most_solved": lambda: reports.most_done(database, period, "solved"),
            "overdue": lambda: reports.still_answering(database, period, self._is_overdue),
            "flags": lambda: _worked_on(list_flags(database, with_done=True), period),
            "surfaces": lambda: reports.by_surface(database, period),
            "days": lambda: reports.by_day(database, period),
        }
        return sections[section]()

    def _open_questions(self, period: Period) -> Sequence[OpenQuestion]:
        encoder = self.knowledge().encoder
        return reports.open_questions(self.database.opened(), period, encoder=encoder, most_computed=MOST_COMPUTED)

    def _open_question(self, key: str, period: Period) -> OpenQuestion:
        """Return the open question that has a wording by this name."""
        for each in self._open_questions(period):
            if key in map(key_of, each.examples):
                return each
        raise NotFound

    def _patch(self, found: OpenQuestion, asked: PatchQuery) -> tuple[PatchKind, str, str]:
        """Return the kind of the patch, the patch, and what it does."""
        if not self.articles.is_dir():
            raise CallerError("The articles are not on this machine: make the patch where they are, with kb report.")
        made = patch_for(
            found,
            knowledge_base=self.knowledge(),
            articles=self.articles,
            kind=asked.kind or None,
            article_id=asked.article.strip(),
        )
        return made.kind, made.diff, made.says

    def _is_overdue(self, article_id: str) -> bool:
        try:
            return self.knowledge().article(article_id, audience="agent").summary.stale
        except UnknownArticle:
            return False

    def _link(self, article_id: str) -> ArticleLink:
        try:
            read = self.knowledge().article(article_id, audience="agent")
        except UnknownArticle:
            return ArticleLink(article_id, "")
        return ArticleLink(read.summary.title, f"{HOME}{read.summary.url}", read.article.owner or "")


def _demand(section: str, *, downloads: bool = False) -> None:
    """Flags are for people who signed in: agents quote in them what only agents may read."""
    if section not in SECTIONS:
        raise NotFound
    if downloads and section == "flags" and not g.get("person"):
        raise Forbidden("Flags are for people who signed in.")


def key_of(wording: str) -> str:
    """Return the name of a wording in addresses, which say nothing of what was asked."""
    return blake2b(phrase_of(wording).encode(), digest_size=6).hexdigest()


def _worked_on(flags: Sequence[Flag], period: Period) -> list[Flag]:
    """Return the flags that are not done, and those that were done in the period."""
    return [each for each in flags if each.state != "done" or period.since <= each.changed_at < period.until]


def _named(rows: Sequence[Any]) -> Sequence[Any]:
    """Return counts with their surfaces in words; other rows as they are."""
    return [
        msgspec.structs.replace(row, name=SURFACES.get(row.name, row.name)) if isinstance(row, OutcomeCount) else row
        for row in rows
    ]


def _articles_of(rows: Iterable[Any]) -> set[str]:
    found = {article for row in rows for article in getattr(row, "nearest", ())}
    return found | {row.article_id for row in rows if hasattr(row, "article_id")}


def _midnight(moment: date) -> int:
    return int(datetime(moment.year, moment.month, moment.day, tzinfo=UTC).timestamp() * 1000)


def _download(text: str, content_type: str, name: str) -> Response:
    return Response(text, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
