"""`kb mcp`: the articles as tools for assistants, by the Model Context Protocol."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import click

from kb_service.assembly import (
    open_agent_knowledge_base,
    open_database,
    open_knowledge_base,
    open_query_ids,
    open_record,
)
from kb_service.commands.context import index_option, settings_in_force
from kb_service.errors import CallerError
from kb_service.logs import configure_logging
from kb_service.settings import Settings

if TYPE_CHECKING:
    from kb_service.accounts.api_tokens import ApiTokens

PORT: Final = 8002
MISSING: Final = "The SDK of the protocol is missing: run pip install 'kb-service[mcp]'."


@click.command()
@click.option("--http", is_flag=True, help="Serve over HTTP at /mcp, not over stdin and stdout.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on, with --http.")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="Port, with --http.")
@index_option
def mcp(http: bool, host: str, port: int, index_folder: str | None) -> int:
    """Serve the articles to assistants, by the Model Context Protocol: ask, search, read articles, count staff.

    Over stdin and stdout the token in KB_MCP_TOKEN says for whom it asks, over HTTP that of each request
    (Authorization: Bearer kb_...): with the scope answers:agent it also reads what is for agents only. Without a token
    it asks as a customer.
    """
    if find_spec("mcp") is None:
        raise CallerError(MISSING)
    settings = settings_in_force(index=index_folder)
    configure_logging(level=settings.log_level, form=settings.log_format)
    _serve(settings, host=host if http else "", port=port)
    return 0


def _serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve over HTTP at a host and port, without a host over stdio."""
    import anyio

    from kb_service.assistants.callers import Callers
    from kb_service.assistants.server import caller_of_request, http_app, make_server, serve_stdio
    from kb_service.assistants.tools import Tools, current_asker
    from kb_service.staff.signing import DomainTokens
    from kb_service.web.clients import TrustedProxies
    from kb_service.web.console.knowledge import AgentKnowledge
    from kb_service.web.rate_limits import RateLimiter, open_buckets, read_limits
    from kb_service.web.visitors import Visitors

    callers = Callers(_tokens(settings))
    if not host:
        callers.of(settings.mcp_token, address="stdio")  # a token that is wrong is told now
    records = settings.record != "off"
    public = open_knowledge_base(settings, query_ids=open_query_ids(settings) if records else None)
    record = open_record(settings, encoder=public.encoder)
    visitors = Visitors(
        public,
        limiter=RateLimiter(open_buckets(settings.redis_url), read_limits(settings.limits))
        if settings.rate_limit
        else None,
        counts_staff=settings.staff_count in ("public", "signed"),
        tokens=DomainTokens(keys=[each.encode() for each in settings.staff_key])
        if settings.staff_count == "signed"
        else None,
        asker=current_asker,
    )
    knowledge = AgentKnowledge(lambda: open_agent_knowledge_base(settings, public))
    tools = Tools(visitors, knowledge, settings.contact_url, settings.base_url, record)
    try:
        if host:
            import uvicorn

            server = make_server(tools, caller_of_request)
            proxies = TrustedProxies(settings.trusted_proxies)
            app = http_app(server, callers, proxies, base_url=settings.base_url, host=host)
            click.echo(f"Serving on http://{host}:{port}/mcp   (Ctrl+C stops)", err=True)
            uvicorn.run(app, host=host, port=port, log_level="warning", proxy_headers=False)
        else:
            server = make_server(tools, lambda _request: callers.of(settings.mcp_token, address="stdio"))
            anyio.run(serve_stdio, server)
    finally:
        if record:
            record.close()
        public.close()


def _tokens(settings: Settings) -> ApiTokens | None:
    """Return the API tokens; without a console there are none."""
    if not settings.console:
        return None
    from kb_service.accounts.api_tokens import ApiTokens
    from kb_service.accounts.storage import ReadyDatabase

    return ApiTokens(ReadyDatabase(lambda: open_database(settings)))
