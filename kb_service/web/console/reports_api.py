"""What `kb report` says, for programs with a token of the scope reports: a spreadsheet, a dashboard.

Flags are left out: in them agents quote what only they may read, which this scope does not open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import Response, request
from msgspec.structs import replace

from kb_service.accounts.storage import ReadyDatabase
from kb_service.record.report_forms import as_csv
from kb_service.record.reports import last_days, make_report
from kb_service.web import payloads
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.http import json_response, read_query

CSV: Final = "text/csv; charset=utf-8"
MOST_ARTICLES: Final = 100_000


@dataclass(frozen=True, slots=True)
class ReportsApi:
    """The view."""

    database: ReadyDatabase
    knowledge: AgentKnowledge

    def report(self) -> Response:
        asked = read_query(request, payloads.ReportQuery)
        knowledge = self.knowledge()
        articles = knowledge.articles(audience="agent", limit=MOST_ARTICLES).articles
        report = make_report(
            self.database.opened(),
            last_days(asked.days, now=datetime.now(UTC), surface=asked.surface or ""),
            encoder=knowledge.encoder,
            overdue={each.id for each in articles if each.stale},
        )
        if asked.csv is None:
            return json_response(replace(report, flags=()))
        response = Response(as_csv(asked.csv, getattr(report, asked.csv)), content_type=CSV)
        response.headers["Content-Disposition"] = f'attachment; filename="{asked.csv}.csv"'
        return response
