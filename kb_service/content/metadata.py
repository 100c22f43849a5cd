"""Front matter as typed values. What an article says about itself is text until it is asked for here by name."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from kb_service.content import dialects
from kb_service.content.agent_marks import is_agent_word
from kb_service.content.agent_markup import public_part, separate
from kb_service.content.article import Audience
from kb_service.content.front_matter import AUDIENCE_KEYS, FrontMatter
from kb_service.content.strict_yaml import Value
from kb_service.errors import BadArticle

MAX_EXTRA_CHARACTERS: Final = 500  # of one foreign value: enough to show, too little to burden an index
_PUBLIC_WORDS: Final = frozenset(
    {"public", "everyone", "everybody", "all", "customer", "customers", "external", "anyone"}
)
_TRUE: Final = frozenset({"true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0", ""})
_LIVE: Final = frozenset({"staff_count"})
_ID: Final = re.compile(r"[^\W_][\w.~-]*(?:/[^\W_][\w.~-]*)*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_ALIASES: Final = {"redirect_from": "redirects_from", "slug": "id"}
_KNOWN: Final = frozenset(
    "id title topics audience visibility questions patterns verified_at review_by owner reply live redirects_from "
    "related sources lang hidden".split()
)


class Metadata(NamedTuple):
    """The front matter of one article; the fields are those of `Article`, `id` and `title` "" where it gives none."""

    id: str
    title: str
    audience: Audience
    topics: tuple[str, ...]
    questions: tuple[str, ...]
    patterns: tuple[str, ...]
    verified_at: date | None
    review_by: date | None
    owner: str | None
    reply: str | None
    live: str | None
    redirects_from: tuple[str, ...]
    related: tuple[str, ...]
    sources: tuple[str, ...]
    lang: str | None
    hidden: bool
    extra: dict[str, str]


class MetadataReader:
    """Reads one article's front matter; `warnings` collects what was not understood, by line."""

    def __init__(self, front_matter: FrontMatter, *, path: str) -> None:
        self.path = path
        entries = front_matter.entries
        aliases = {_ALIASES[key]: entry for key, entry in entries.items() if key in _ALIASES}
        self.entries = aliases | {key: entry for key, entry in entries.items() if key not in _ALIASES}
        self.cleaned = front_matter.cleaned
        self.warnings = list(front_matter.warnings)
        self.audience = self._audience()

    def read(self) -> Metadata:
        """Return the typed values; raises BadArticle for an id that cannot be one."""
        if self.cleaned:
            self._warn(min(self.cleaned), "Unreadable characters were removed from this value.")
        return Metadata(
            id=self._id(),
            title=dialects.plain(self._text("title") or ""),
            audience=self.audience,
            topics=self._texts("topics"),
            questions=self._texts("questions"),
            patterns=self._texts("patterns"),
            verified_at=self._date("verified_at"),
            review_by=self._date("review_by"),
            owner=self._text("owner"),
            reply=self._reply(),
            live=self._one_of("live", _LIVE),
            redirects_from=tuple(old.strip("/") for old in self._texts("redirects_from")),
            related=self._texts("related"),
            sources=self._texts("sources"),
            lang=self._language(),
            hidden=self._flag("hidden"),
            extra=self._extra(),
        )

    # Each kind of value

    def _audience(self) -> Audience:
        audience: Audience = "public"
        for key in sorted(AUDIENCE_KEYS & self.entries.keys()):
            value = self.entries[key].value
            words = [value] if isinstance(value, str) else [str(one) for one in value]
            if all(word.strip().lower() in _PUBLIC_WORDS for word in words) and words:
                continue
            audience = "agent"
            if not all(is_agent_word(word) for word in words) or not words:
                message = f"`{key}: {_short(value)}` is neither `public` nor `agent`: the article is kept for agents."
                self._warn(self.entries[key].line, message)
        return audience

    def _id(self) -> str:
        entry = self.entries.get("id")
        if not entry or entry.value == "":
            return ""
        value = entry.value
        if not isinstance(value, str) or entry.line in self.cleaned or not _ID.fullmatch(value) or ".." in value:
            reason = f"The id {_short(value)!r} is not usable: use letters, digits and `-`, with `/` between parts."
            raise BadArticle(self.path, entry.line, reason)
        return value

    def _text(self, key: str) -> str | None:
        entry = self.entries.get(key)
        if not entry:
            return None
        if not isinstance(entry.value, str):
            self._warn(entry.line, f"`{key}` must be a single text: it is ignored.")
            return None
        return " ".join(self._shown(entry.value).split()) or None

    def _texts(self, key: str) -> tuple[str, ...]:
        entry = self.entries.get(key)
        if not entry:
            return ()
        values = [entry.value] if isinstance(entry.value, str) else entry.value
        texts = [one for one in values if isinstance(one, str)]
        if isinstance(values, dict) or len(texts) < len(values):
            self._warn(entry.line, f"`{key}` must be a list of texts: anything else in it is ignored.")
        if not all(text.strip() for text in texts):
            self._warn(entry.line, f"`{key}` has an empty entry: remove it.")
        shown = (" ".join(self._shown(text).split()) for text in texts)
        return tuple(dict.fromkeys(text for text in shown if text))

    def _reply(self) -> str | None:
        entry = self.entries.get("reply")
        if not entry or not isinstance(entry.value, str):
            return self._text("reply")
        return separate(entry.value).agent.strip() or None

    def _date(self, key: str) -> date | None:
        entry = self.entries.get(key)
        if not entry or entry.value == "":
            return None
        found = _DAY.fullmatch(entry.value) if isinstance(entry.value, str) else None
        try:
            if found:
                return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
        self._warn(entry.line, f"`{key}: {_short(entry.value)}` is no date: write it as 2026-11-30.")
        return None

    def _one_of(self, key: str, values: frozenset[str]) -> str | None:
        text = self._text(key)
        if text is None or text in values:
            return text
        self._warn(self.entries[key].line, f"`{key}: {_short(text)}` is not known: use {' or '.join(sorted(values))}.")
        return None

    def _language(self) -> str | None:
        text = self._text("lang")
        if text is None or _LANGUAGE.fullmatch(text):
            return text
        self._warn(self.entries["lang"].line, f"`lang: {_short(text)}` is no language tag such as `en` or `pt-BR`.")
        return None

    def _flag(self, key: str) -> bool:
        text = (self._text(key) or "").lower()
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        self._warn(self.entries[key].line, f"`{key}: {_short(text)}` is neither true nor false: it is taken as true.")
        return True

    def _extra(self) -> dict[str, str]:
        extra = {}
        for key, entry in self.entries.items():
            if key in _KNOWN:
                continue
            text = self._shown(_flat(entry.value)).strip()
            if len(text) > MAX_EXTRA_CHARACTERS:
                self._warn(
                    entry.line, f"`{key}` is longer than {MAX_EXTRA_CHARACTERS} characters: the rest is ignored."
                )
                text = text[:MAX_EXTRA_CHARACTERS].rstrip() + "…"
            if text:
                extra[key] = text
        return extra

    def _shown(self, text: str) -> str:
        return separate(text).agent if self.audience == "agent" else public_part(text)

    def _warn(self, line: int, message: str) -> None:
        self.warnings.append((line, message))


def _flat(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_flat(one)}" for key, one in value.items())
    return ", ".join(map(_flat, value))


def _short(value: Value) -> str:
    text = _flat(value)
    return text if len(text) <= 60 else text[:60] + "…"
