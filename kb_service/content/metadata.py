"""Front matter as typed values: the fields of an article before its text is read."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from kb_service.content import dialects
from kb_service.content.agent_marks import is_agent_word, separate
from kb_service.content.article import Article, Audience
from kb_service.content.front_matter import AUDIENCE_KEYS, FrontMatter
from kb_service.content.strict_yaml import Value
from kb_service.errors import BadArticle

MAX_EXTRA_CHARACTERS: Final = 500  # of one foreign value: enough to show, too little to burden an index
_PUBLIC_WORDS: Final = frozenset(
    {"public", "everyone", "everybody", "all", "customer", "customers", "external", "anyone"}
)
_TRUE: Final = frozenset({"true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0", ""})
_LIVE: Final = re.compile("staff_count")
_ID: Final = re.compile(r"[^\W_][\w.~-]*(?:/[^\W_][\w.~-]*)*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_ALIASES: Final = {"redirect_from": "redirects_from", "slug": "id"}
_KNOWN: Final = frozenset(
    "id title topics audience visibility questions patterns verified_at review_by owner reply live redirects_from "
    "related sources lang hidden".split()
)


class MetadataReader:
    """Reads one article's front matter; `warnings` collects what was not understood, by line."""

    def __init__(self, front_matter: FrontMatter, *, path: str) -> None:
        self.path = path
        fields = front_matter.fields
        aliases = {_ALIASES[key]: field for key, field in fields.items() if key in _ALIASES}
        self.fields = aliases | {key: field for key, field in fields.items() if key not in _ALIASES}
        self.cleaned = front_matter.cleaned
        self.warnings = list(front_matter.warnings)
        self.audience = self._audience()

    def read(self) -> Article:
        """Return the article without its text, `id` and `title` "" where none is given.

        Raises BadArticle for an id that cannot be one.
        """
        if self.cleaned:
            self._warn(min(self.cleaned), "Unreadable characters were removed from this value.")
        return Article(
            id=self._id(),
            path=self.path,
            title=dialects.plain(self._text("title") or ""),
            audience=self.audience,
            topics=self._texts("topics"),
            questions=self._texts("questions"),
            patterns=self._texts("patterns"),
            verified_at=self._date("verified_at"),
            review_by=self._date("review_by"),
            owner=self._text("owner"),
            reply=self._reply(),
            live=self._matching("live", _LIVE, "is not known: use staff_count"),
            redirects_from=tuple(old.strip("/") for old in self._texts("redirects_from")),
            related=self._texts("related"),
            sources=self._texts("sources"),
            lang=self._matching("lang", _LANGUAGE, "is not a language tag such as `en` or `pt-BR`"),
            hidden=self._flag("hidden"),
            extra=self._extra(),
        )

    # Each kind of value

    def _audience(self) -> Audience:
        audience: Audience = "public"
        for key in sorted(AUDIENCE_KEYS & self.fields.keys()):
            value = self.fields[key].value
            words = [value] if isinstance(value, str) else [str(one) for one in value]
            if all(word.strip().lower() in _PUBLIC_WORDS for word in words) and words:
                continue
            audience = "agent"
            if not all(is_agent_word(word) for word in words) or not words:
                self._warn_of(key, "is neither `public` nor `agent`: the article is kept for agents")
        return audience

    def _id(self) -> str:
        field = self.fields.get("id")
        if not field or field.value == "":
            return ""
        value = field.value
        if not isinstance(value, str) or field.line in self.cleaned or not _ID.fullmatch(value) or ".." in value:
            reason = f"The id {_short(value)!r} is not usable: use letters, digits and `-`, with `/` between parts."
            raise BadArticle(self.path, field.line, reason)
        return value

    def _text(self, key: str) -> str | None:
        field = self.fields.get(key)
        if not field:
            return None
        if not isinstance(field.value, str):
            self._warn(field.line, f"`{key}` must be a single text: it is ignored.")
            return None
        return " ".join(self._readable(field.value).split()) or None

    def _texts(self, key: str) -> tuple[str, ...]:
        field = self.fields.get(key)
        if not field:
            return ()
        values = [field.value] if isinstance(field.value, str) else field.value
        texts = [one for one in values if isinstance(one, str)]
        if isinstance(values, dict) or len(texts) < len(values):
            self._warn(field.line, f"`{key}` must be a list of texts: anything else in it is ignored.")
        if not all(text.strip() for text in texts):
            self._warn(field.line, f"`{key}` has an empty entry: remove it.")
        readable = (" ".join(self._readable(text).split()) for text in texts)
        return tuple(dict.fromkeys(text for text in readable if text))

    def _reply(self) -> str | None:
        """Return the reply with its line ends: always for agents, so nothing of it is hidden."""
        field = self.fields.get("reply")
        if not field or not isinstance(field.value, str):
            return self._text("reply")
        return separate(field.value).agent.strip() or None

    def _date(self, key: str) -> date | None:
        field = self.fields.get(key)
        if not field or field.value == "":
            return None
        found = _DAY.fullmatch(field.value) if isinstance(field.value, str) else None
        try:
            if found:
                return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
        self._warn_of(key, "is not a date: write it as 2026-11-30")
        return None

    def _matching(self, key: str, pattern: re.Pattern[str], problem: str) -> str | None:
        text = self._text(key)
        if text is None or pattern.fullmatch(text):
            return text
        self._warn_of(key, problem, text)
        return None

    def _flag(self, key: str) -> bool:
        text = (self._text(key) or "").lower()
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        self._warn_of(key, "is neither true nor false: it is taken as true", text)
        return True

    def _extra(self) -> dict[str, str]:
        extra = {}
        for key, field in self.fields.items():
            if key in _KNOWN:
                continue
            text = self._readable(_flat(field.value)).strip()
            if len(text) > MAX_EXTRA_CHARACTERS:
                message = f"`{key}` is longer than {MAX_EXTRA_CHARACTERS} characters: the rest is ignored."
                self._warn(field.line, message)
                text = text[:MAX_EXTRA_CHARACTERS].rstrip() + "…"
            if text:
                extra[key] = text
        return extra

    def _readable(self, text: str) -> str:
        """Return what the readers of this article may read of a value."""
        separated = separate(text)
        return separated.agent if self.audience == "agent" else separated.public

    def _warn(self, line: int, message: str) -> None:
        self.warnings.append((line, message))

    def _warn_of(self, key: str, what: str, value: Value | None = None) -> None:
        field = self.fields[key]
        self._warn(field.line, f"`{key}: {_short(field.value if value is None else value)}` {what}.")


def _flat(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_flat(one)}" for key, one in value.items())
    return ", ".join(map(_flat, value))


def _short(value: Value) -> str:
    text = _flat(value)
    return text if len(text) <= 60 else text[:60] + "…"
