"""The routes of the console. Each that shows anything stands behind the gate; the others are the way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Flask, Response, g, request

from kb_service.knowledge_base import KnowledgeBase
from kb_service.web.console.account_pages import ACCOUNT, AccountPages
from kb_service.web.console.agent_api import AgentApi
from kb_service.web.console.article_pages import ArticlePages
from kb_service.web.console.forms import HOME, set_cookie
from kb_service.web.console.gate import SESSION, SIGN_IN, Gate
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.console.openid_pages import OpenIdPages
from kb_service.web.console.sign_in_pages import SignInPages
from kb_service.web.console.ticket_pages import MOST_FORM_BYTES, TicketPages
from kb_service.web.console.work_pages import FLAGS, WorkPages
from kb_service.web.http import NEVER
from kb_service.web.operations import AGENT_ANSWER
from kb_service.web.recording import Recording
from kb_service.web.visitors import ANSWERS, FILES, Limit

SIGN_INS: Final = Limit("sign-ins", per_minute=10, burst=30)  # in each worker, before the throttle in the database

LIMITS: Final[Mapping[str, Limit]] = {
    "console_ask": ANSWERS,
    "console_asset": FILES,
    "console_take_sign_in": SIGN_INS,
    "console_openid_begin": SIGN_INS,
    "console_openid_finish": SIGN_INS,
}


def register_console(
    app: Flask, gate: Gate, public: KnowledgeBase, knowledge: AgentKnowledge, recording: Recording
) -> None:
    """Route the console."""
    sign_in, openid = SignInPages(gate), OpenIdPages(gate)
    app.add_url_rule(SIGN_IN, "console_sign_in", sign_in.show)
    app.add_url_rule(SIGN_IN, "console_take_sign_in", sign_in.take, methods=["POST"])
    app.add_url_rule(f"{HOME}/oidc/begin", "console_openid_begin", openid.begin)
    app.add_url_rule(f"{HOME}/oidc/return", "console_openid_finish", openid.finish)

    for_agents, readable = gate.requires("agent"), gate.requires("agent", takes_tokens=True)
    tickets = TicketPages(public, knowledge, recording, gate.base_url)
    work = WorkPages(gate.access.database, knowledge, recording)
    articles, account = ArticlePages(knowledge), AccountPages(gate)
    app.add_url_rule(HOME, "console", for_agents(tickets.show))
    ask = gate.requires("agent", max_form_bytes=MOST_FORM_BYTES)(tickets.ask)
    app.add_url_rule(HOME, "console_ask", ask, methods=["POST"])
    app.add_url_rule(f"{HOME}/articles/<path:article_id>", "console_article", readable(articles.article))
    app.add_url_rule(f"{HOME}/assets/<digest>/<name>", "console_asset", readable(articles.asset))
    app.add_url_rule(FLAGS, "console_flags", for_agents(work.flags))
    app.add_url_rule(FLAGS, "console_raise_flag", for_agents(work.raise_flag), methods=["POST"])
    app.add_url_rule(f"{FLAGS}/<int:flag_id>", "console_set_flag", for_agents(work.set_flag), methods=["POST"])
    app.add_url_rule(f"{HOME}/solved", "console_solved", for_agents(work.solved), methods=["POST"])
    app.add_url_rule(ACCOUNT, "console_account", for_agents(account.show))
    app.add_url_rule(f"{ACCOUNT}/sessions", "console_end_session", for_agents(account.end_session), methods=["POST"])
    app.add_url_rule(
        f"{ACCOUNT}/password", "console_change_password", for_agents(account.change_password), methods=["POST"]
    )
    app.add_url_rule(f"{HOME}/sign-out", "console_sign_out", for_agents(sign_in.sign_out), methods=["POST"])
    app.extensions["kb_agent_knowledge"] = knowledge
    answering = AgentApi(knowledge, recording, gate.base_url)
    app.add_url_rule(AGENT_ANSWER.rule, AGENT_ANSWER.endpoint, for_agents(answering.answer), methods=["POST"])
    app.after_request(_close)
    app.jinja_env.globals["person"] = lambda: g.get("person")


def _close(response: Response) -> Response:
    """Let nobody keep what the console says, nor learn where a link was followed from; set the cookies that are due."""
    path = request.environ["PATH_INFO"]  # every response of the service comes by here
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
