"""A server of the Model Context Protocol around the tools, with the official SDK: over stdio, or streamable HTTP.

Over HTTP each request stands for itself, with a token of its own or none: there are no sessions to take over.
"""

from __future__ import annotations

import ipaddress
import logging
import math
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import anyio.to_thread
import msgspec
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from werkzeug.exceptions import TooManyRequests

from kb_service import __version__
from kb_service.assistants.callers import NOT_SAFE, Caller, Callers
from kb_service.assistants.tools import BY_NAME, TOOLS, Tool, Tools
from kb_service.errors import CallerError, DependencyFailed, KbError
from kb_service.web.clients import TrustedProxies
from kb_service.web.console.place import FORWARDED
from kb_service.web.http import MAX_BODY_BYTES

PATH: Final = "/mcp"
INSTRUCTIONS: Final = (
    "Answers to questions, word for word from the articles of a help centre. Use ask first. Quote what it returns as "
    "it is, with its link; when its outcome is no_answer, say that the articles do not cover it."
)
NOT_NOW: Final = "This cannot be done just now. Try again in a few seconds."
BROKEN: Final = "Something went wrong on our side."
CALLER: Final = "kb_service.caller"  # in the scope of a request

_log: Final = logging.getLogger(__name__)


def make_server(tools: Tools, caller_of: Callable[[Any], Caller]) -> Server[Any]:
    """Return a server; `caller_of` tells from the request of a message (None over stdio) who asks, or CallerError."""

    async def list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(each) for each in TOOLS])

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        call = partial(_called, tools, caller_of, context.request, params.name, params.arguments or {})
        return await anyio.to_thread.run_sync(call)

    return Server(
        "kb_service",
        version=__version__,
        title="Help centre",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def serve_stdio(server: Server[Any]) -> None:
    """Serve one assistant over stdin and stdout, until it closes them."""
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def http_app(server: Server[Any], callers: Callers, proxies: TrustedProxies, *, base_url: str, host: str) -> ASGIApp:
    """Return the server as a web application at PATH, for people who reach it at `base_url` or on this machine."""
    hosts = ["127.0.0.1:*", "localhost:*", "[::1]:*", f"{host}:*"]
    origins = [f"http://{each}" for each in hosts]
    if base_url:
        parts = urlsplit(base_url)
        hosts += [parts.netloc, f"{parts.netloc}:*"]
        origins.append(f"{parts.scheme}://{parts.netloc}")
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MAX_BODY_BYTES,
        transport_security=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins),
    )
    return TokenGate(app, callers, proxies, is_tls=urlsplit(base_url).scheme == "https")


@dataclass(frozen=True, slots=True)
class TokenGate:
    """Lets requests to `app` with who sent them; refuses those whose token is wrong, or travelled in the clear."""

    app: ASGIApp
    callers: Callers
    proxies: TrustedProxies
    is_tls: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            scope[CALLER] = await anyio.to_thread.run_sync(self._caller, request)
        except CallerError as error:
            await _refused(401, str(error))(scope, receive, send)
        except DependencyFailed as error:
            _log.error("a token cannot be looked up: %s", error)
            await _refused(503, NOT_NOW)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _caller(self, request: Request) -> Caller:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        token = text.strip() if kind.lower() == "bearer" else ""
        peer = request.client.host if request.client else ""
        if token and not (self.is_tls or _is_here(peer, request.headers)):
            raise CallerError(NOT_SAFE)
        forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
        address = self.proxies.client_of({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded})
        return self.callers.of(token, address=address)


def caller_of_request(request: Any) -> Caller:
    """Return who sent a request that came through the gate."""
    caller: Caller = request.scope[CALLER]
    return caller


def _called(
    tools: Tools, caller_of: Callable[[Any], Caller], request: Any, name: str, arguments: Mapping[str, Any]
) -> types.CallToolResult:
    if name not in BY_NAME:
        return _failed(f"There is no tool {name!r}, only {', '.join(BY_NAME)}.")
    try:
        found = tools.call(name, arguments, caller_of(request))
    except TooManyRequests as error:
        return _failed(
            f"Too many requests. Wait {math.ceil(float(str(error.retry_after or 1)))} seconds and try again."
        )
    except DependencyFailed as error:
        _log.error("%s failed: %s", name, error)
        return _failed(NOT_NOW)
    except KbError as error:
        return _failed(str(error))
    except Exception:
        _log.exception("%s failed", name)
        return _failed(BROKEN)
    text = msgspec.json.encode(found)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text.decode())], structured_content=msgspec.json.decode(text)
    )


def _failed(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=_schema(tool.takes),
        output_schema=_schema(tool.returns),
        annotations=types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=tool.asks_others
        ),
    )


def _schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the JSON schema of a type with an object at its root, as the protocol wants it."""
    [root], parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    described: MutableMapping[str, Any] = dict(parts[root["$ref"].rpartition("/")[2]])
    return {**described, "$defs": parts}


def _refused(status: int, text: str) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(
        {"error": "invalid_token" if status == 401 else "unavailable", "error_description": text}, status, headers
    )


def _is_here(peer: str, headers: Mapping[str, str]) -> bool:
    """Tell whether a request came from this machine, through no proxy."""
    try:
        return ipaddress.ip_address(peer).is_loopback and not any(name in headers for name in FORWARDED)
    except ValueError:
        return False
