"""The routes of the console. Each that shows anything stands behind the gate; the others are the way in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flask import Flask, Response, g, request

from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.plots import OUTCOMES
from kb_service.record.report_forms import SECTIONS
from kb_service.web.console.account_pages import ACCOUNT, AccountPages
from kb_service.web.console.agent_api import AgentApi
from kb_service.web.console.article_pages import ArticlePages
from kb_service.web.console.forms import FLAGS, HOME, MOST_FORM_BYTES, SOLVED, set_cookie
from kb_service.web.console.gate import SESSION, SIGN_IN, Gate
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.console.openid_pages import OpenIdPages
from kb_service.web.console.panel_pages import PANEL, PanelPages
from kb_service.web.console.receipts import PUBLIC, RECEIPTS, Receipts
from kb_service.web.console.report_pages import PATCHES, SURFACES, ReportPages
from kb_service.web.console.report_pages import REPORTS as REPORT_PAGES
from kb_service.web.console.reports_api import ReportsApi
from kb_service.web.console.seat_pages import SEATS, SeatPages
from kb_service.web.console.sign_in_pages import SignInPages
from kb_service.web.console.ticket_pages import TicketPages
from kb_service.web.console.work_pages import WorkPages, day_of_moment
from kb_service.web.http import NEVER
from kb_service.web.operations import AGENT_ANSWER, AGENT_RECEIPT, REPORTS
from kb_service.web.rate_limits import Limit
from kb_service.web.recording import Recording
from kb_service.web.visitors import ANSWERS, FILES, LIVE

SIGN_INS: Final = Limit("sign-ins", per_minute=10, burst=30)  # before the throttle in the database

LIMITS: Final[Mapping[str, Limit]] = {
    "console_ask": ANSWERS,
    "console_seats": LIVE,
    "console_panel": ANSWERS,
    "console_panel_ask": ANSWERS,
    "console_panel_take": SIGN_INS,
    "console_asset": FILES,
    "console_take_sign_in": SIGN_INS,
    "console_openid_begin": SIGN_INS,
    "console_openid_finish": SIGN_INS,
}


def register_console(
    app: Flask,
    gate: Gate,
    public: KnowledgeBase,
    knowledge: AgentKnowledge,
    recording: Recording,
    folder: Path,
    *,
    receipt_days: int,
    shows_live: bool,
) -> None:
    """Route the console; patches are for the articles of `folder`.

    Receipts end after so many days; their public page `shows_live` counts, or does not.
    """
    sign_in, openid = SignInPages(gate), OpenIdPages(gate)
    app.add_url_rule(SIGN_IN, "console_sign_in", sign_in.show)
    app.add_url_rule(SIGN_IN, "console_take_sign_in", sign_in.take, methods=["POST"])
    app.add_url_rule(f"{HOME}/oidc/begin", "console_openid_begin", openid.begin)
    app.add_url_rule(f"{HOME}/oidc/return", "console_openid_finish", openid.finish)

    for_agents, readable = gate.requires("agent"), gate.requires("agent", takes_tokens=True)
    tickets = TicketPages(public, knowledge, recording, gate.base_url)
    work = WorkPages(gate.access.database, gate.access.accounts, knowledge, recording)
    articles, account = ArticlePages(knowledge), AccountPages(gate)
    app.add_url_rule(HOME, "console", for_agents(tickets.show))
    ask = gate.requires("agent", max_form_bytes=MOST_FORM_BYTES)(tickets.ask)
    app.add_url_rule(HOME, "console_ask", ask, methods=["POST"])
    panel = PanelPages(gate, tickets, gate.panel_ancestors)
    framed = gate.requires("agent", in_panel=True, max_form_bytes=MOST_FORM_BYTES, otherwise=panel.connect_first)
    app.add_url_rule(PANEL, "console_panel", framed(panel.show))
    app.add_url_rule(PANEL, "console_panel_ask", framed(panel.ask), methods=["POST"])
    app.add_url_rule(f"{PANEL}/connect", "console_panel_connect", for_agents(panel.ask_to_connect))
    app.add_url_rule(f"{PANEL}/connect", "console_panel_hand_over", for_agents(panel.hand_over), methods=["POST"])
    app.add_url_rule(f"{PANEL}/session", "console_panel_take", panel.take, methods=["POST"])
    app.add_url_rule(f"{HOME}/articles/<path:article_id>", "console_article", readable(articles.article))
    app.add_url_rule(f"{HOME}/assets/<digest>/<name>", "console_asset", readable(articles.asset))
    app.add_url_rule(FLAGS, "console_flags", for_agents(work.flags))
    in_panel = gate.requires("agent", in_panel=True)
    app.add_url_rule(FLAGS, "console_raise_flag", in_panel(work.raise_flag), methods=["POST"])
    app.add_url_rule(f"{FLAGS}/<int:flag_id>", "console_set_flag", for_agents(work.set_flag), methods=["POST"])
    app.add_url_rule(SOLVED, "console_solved", in_panel(work.solved), methods=["POST"])
    app.add_url_rule(ACCOUNT, "console_account", for_agents(account.show))
    app.add_url_rule(f"{ACCOUNT}/sessions", "console_end_session", for_agents(account.end_session), methods=["POST"])
    app.add_url_rule(
        f"{ACCOUNT}/password", "console_change_password", for_agents(account.change_password), methods=["POST"]
    )
    seats = SeatPages(public, knowledge, recording, gate.access.database)
    app.add_url_rule(SEATS, "console_seats", for_agents(seats.show))
    _register_reports(app, gate, ReportPages(gate.access.database, knowledge, recording, folder))
    app.add_url_rule(f"{HOME}/sign-out", "console_sign_out", for_agents(sign_in.sign_out), methods=["POST"])
    receipts = Receipts(
        gate.access.database,
        public,
        knowledge,
        gate.base_url,
        days=receipt_days,
        is_on=recording.keeps_questions,
        shows_live=shows_live,
    )
    app.add_url_rule(RECEIPTS, "console_make_receipt", in_panel(receipts.take_form), methods=["POST"])
    app.add_url_rule(f"{RECEIPTS}/<receipt_id>", "console_receipt", readable(receipts.show_agents))
    app.add_url_rule(f"{PUBLIC}/<receipt_id>", "receipt", receipts.show)
    app.add_url_rule(AGENT_RECEIPT.rule, AGENT_RECEIPT.endpoint, for_agents(receipts.of_program), methods=["POST"])
    app.extensions["kb_agent_knowledge"] = knowledge
    answering = AgentApi(knowledge, recording, gate.base_url)
    app.add_url_rule(AGENT_ANSWER.rule, AGENT_ANSWER.endpoint, for_agents(answering.answer), methods=["POST"])
    reports = ReportsApi(gate.access.database, knowledge)
    app.add_url_rule(REPORTS.rule, REPORTS.endpoint, gate.requires("lead")(reports.report))
    app.after_request(_close)
    app.jinja_env.globals["person"] = lambda: g.get("person")


def _register_reports(app: Flask, gate: Gate, pages: ReportPages) -> None:
    """Route the reports: for leads, and downloads for programs with the scope too."""
    for_leads, downloaded = gate.requires("lead"), gate.requires("lead", takes_tokens=True)
    question = f"{REPORT_PAGES}/open_questions/<key>"
    app.add_url_rule(REPORT_PAGES, "console_reports", for_leads(pages.overview))
    app.add_url_rule(f"{REPORT_PAGES}/<section>", "console_report", for_leads(pages.section))
    app.add_url_rule(f"{REPORT_PAGES}/<section>.csv", "console_report_csv", downloaded(pages.csv))
    app.add_url_rule(f"{REPORT_PAGES}/<section>.json", "console_report_json", downloaded(pages.json))
    app.add_url_rule(question, "console_patch", for_leads(pages.patch))
    app.add_url_rule(f"{question}.patch", "console_patch_file", for_leads(pages.patch_file))
    app.jinja_env.globals.update(
        report_sections=SECTIONS, report_surfaces=SURFACES, outcomes_in_words=OUTCOMES, patch_kinds=PATCHES
    )
    app.jinja_env.filters["moment_day"] = day_of_moment


def _close(response: Response) -> Response:
    """Let nobody keep what the console says, nor learn where a link was followed from; set the cookies that are due."""
    path = request.path  # every response of the service comes by here
    if not path.startswith(HOME) or path[len(HOME) :][:1] not in ("", "/"):
        return response
    response.headers["Cache-Control"] = NEVER
    response.headers["Referrer-Policy"] = "same-origin"
    if before := g.pop("set_before_session", None):
        name, secret, is_tls = before
        set_cookie(response, name, secret, is_tls=is_tls)
    if begun := g.pop("set_session", None):
        place, secret = begun
        set_cookie(response, place.cookie_prefix + SESSION, secret, is_tls=place.is_tls)
    return response
