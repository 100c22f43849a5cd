"""Which language does a page speak? That of its article, else the one that was chosen, else the browser's.

The operator says which ones there are, and the first of them is spoken to everybody else (`languages` of site.toml).
`?lang=` chooses one, and a cookie remembers it. What is for operators, programs and agents is in English.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from kb_service.web.formatting import heading
from kb_service.web.root import root
from kb_service.wording import languages, messages
from kb_service.wording.languages import Language
from kb_service.wording.messages import N_

PARAMETER: Final = "lang"
COOKIE: Final = "kb_lang"
COOKIE_SECONDS: Final = 31_536_000  # a year
VARY: Final = "Accept-Language, Cookie"
IN_ENGLISH: Final = ("/console", "/api", "/widget")  # the paths of what is not for visitors
_OFFERED: Final = "kb.languages"


def register_languages(
    app: Flask,
    offered: tuple[Language, ...],
    *,
    of_articles: Callable[[], Sequence[str]],
    content_type: str,
    is_https: bool,
) -> None:
    """Let pages be in one of `offered`, and templates translate; `content_type` is that of pages.

    Readers choose among those that articles say they are in, where there are several.
    """
    app.extensions[_OFFERED] = offered

    def before() -> None:
        g.language = asked_for()

    def after(response: Response) -> Response:
        if response.content_type == content_type and not _is_in_english():
            response.headers.add("Vary", VARY)
            chosen = _offered(request.args.get(PARAMETER, ""))
            if chosen and response.status_code == 200 and request.cookies.get(COOKIE) != chosen:
                response.set_cookie(
                    COOKIE,
                    chosen,
                    max_age=COOKIE_SECONDS,
                    path=f"{root()}/",
                    secure=is_https,
                    httponly=True,
                    samesite="Lax",
                )
        return response

    app.before_request(before)
    app.after_request(after)
    app.jinja_env.globals.update(
        _=_said,
        ngettext=_counted,
        language=language,
        choices=lambda: _choices(of_articles()),
        direction=lambda: languages.direction(language()),
        written_in=_written_in,
    )
    app.jinja_env.filters.update(
        day=lambda value: languages.day(value, language()),
        listed=lambda names: languages.listed(list(names), language()),
        name_of_language=lambda code: languages.name_in(code, language()),
        own_name=languages.own_name,
    )


def asked_for() -> Language:
    """Return the language that the current request asks for: the same for the same request, whatever comes of it."""
    offered: tuple[Language, ...] = current_app.extensions[_OFFERED]
    if _is_in_english():
        return "en"
    for chosen in (request.args.get(PARAMETER, ""), request.cookies.get(COOKIE, "")):
        if found := _offered(chosen):
            return found
    return _offered(request.accept_languages.best_match(offered) or "") or offered[0]


def language() -> Language:
    """Return the language of the page that is being made."""
    found: Language = g.get("language", "en")
    return found


def reading() -> tuple[Language, ...]:
    """Return the languages that the reader of the page reads, the best first: that of the page, and the operator's."""
    offered: tuple[Language, ...] = current_app.extensions[_OFFERED]
    return (language(), offered[0])


def speak(code: str | None) -> None:
    """Let the page that is being made speak a language, where it is offered: "de", "pt-BR"."""
    if found := _offered(code or ""):
        g.language = found


def in_language_of_request(message: str, **values: object) -> str:
    """Return a message in the language of the page that is being made."""
    return messages.say(language(), message, **values)


def problem_of_field(problem: str) -> str:
    """Return what is wrong with a field as a sentence beside it, in the language of the page that is being made."""
    return in_language_of_request(N_("{problem}."), problem=heading(messages.said(problem, language())))


def _choices(of_articles: Sequence[str]) -> list[tuple[Language, str]]:
    """Return the languages to choose from, each with the address of this page in it; none where there is no choice."""
    codes = [code for code in current_app.extensions[_OFFERED] if code in of_articles]
    if len(codes) < 2 or _is_in_english():
        return []
    is_fixed = request.path.startswith("/articles/") or request.method != "GET"
    path, given = ("/", {}) if is_fixed else (request.path, request.args.to_dict())
    return [(code, f"{root()}{path}?{urlencode({**given, PARAMETER: code})}") for code in codes]


def _offered(code: str) -> Language | None:
    offered: tuple[Language, ...] = current_app.extensions[_OFFERED]
    plain = code.partition("-")[0].lower()
    return next((each for each in offered if each == plain), None)


def _is_in_english() -> bool:
    path = request.path
    return any(path == each or path.startswith(f"{each}/") for each in IN_ENGLISH)


def _written_in(tag: str) -> Markup:
    """Return the attributes of a text in a language, where it is another than that of the page, or nobody knows it."""
    if not tag:
        return Markup(' dir="auto"')
    if tag.partition("-")[0].lower() == language():
        return Markup()
    return Markup(' lang="{tag}" dir="{way}"').format(tag=tag, way=languages.direction(tag))


def _said(message: str, **values: object) -> Markup:
    """Return a message for a template; values are escaped, a message may hold markup."""
    return Markup(messages.translated(language(), message)).format(**values)  # noqa: S704


def _counted(one: str, many: str, count: int, **values: object) -> Markup:
    return Markup(messages.counted(language(), one, many, count)).format(count=count, **values)  # noqa: S704
