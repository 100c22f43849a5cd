"""What a folder of Markdown becomes: articles, the two views of each, and the passages that answers quote."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import msgspec

Audience = Literal["public", "agent"]
PassageKind = Literal["prose", "steps", "list", "table", "code"]
Severity = Literal["error", "warning", "note", "hint"]

CONTENT_VERSION: Final = "2"  # raise it when the same source gives other articles: earlier results are then made anew


class Section(msgspec.Struct, frozen=True):
    """One heading of an article; `heading_path` runs from the outermost heading down to this one."""

    heading: str
    level: int
    anchor: str
    heading_path: tuple[str, ...]


class Passage(msgspec.Struct, frozen=True):
    """A piece of an article short enough to be quoted whole.

    `id` is `article_id#anchor` and does not change with edits elsewhere in the article. `text` is plain: blocks are
    separated by an empty line, list items stand on lines of their own behind "1. " or "- ", table cells are separated
    by " | ". `audience` is "agent" when any of the text is for agents only.
    """

    id: str
    article_id: str
    title: str
    heading_path: tuple[str, ...]
    anchor: str
    position: int
    text: str
    kind: PassageKind
    audience: Audience
    content_sha256: str


class View(msgspec.Struct, frozen=True):
    """An article as one audience reads it; in `html`, sanitized, every passage's anchor is the id of an element."""

    html: str
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]


class Problem(msgspec.Struct, frozen=True):
    """Something an author should look at: an error leaves the article out or keeps it from the public.

    A note names what was left out on purpose, a hint what has no meaning here: neither is a fault.
    """

    path: str
    line: int
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.message}"


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One Markdown file. Texts are free of agent-only parts unless `audience` is "agent"; `reply` is always for agents.

    `path` is below the articles folder, with "/". `public` is None for an agent-only article, `agent` is None when it
    would equal `public`. `hidden` says that nobody gets it: for the reason `left_out`, or before the day `publish_at`,
    or from `expires_at` on. `unlisted` is why it has its address alone and is found nowhere, "" when it is found.
    `marks_in_code` says that code shows agent-only marks as text. `extra` holds foreign front
    matter as short text, `problems` what its author should look at.
    """

    id: str
    path: str
    title: str
    audience: Audience = "public"
    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    verified_at: date | None = None
    review_by: date | None = None
    owner: str | None = None
    reply: str | None = None
    live: str | None = None
    redirects_from: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    lang: str | None = None
    hidden: bool = False
    left_out: str = ""
    unlisted: str = ""
    publish_at: date | None = None
    expires_at: date | None = None
    marks_in_code: bool = False
    source_sha256: str = ""
    extra: dict[str, str] = {}
    public: View | None = None
    agent: View | None = None
    problems: tuple[Problem, ...] = ()

    def view(self, audience: Audience) -> View | None:
        """Return what `audience` may read: None when that is nothing."""
        return self.public if audience == "public" else self.agent or self.public


class Reading(msgspec.Struct, frozen=True):
    """What came of a file: an article, with its problems inside it, or only the problems."""

    article: Article | None
    problems: tuple[Problem, ...] = ()


class LeftOut(msgspec.Struct, frozen=True, order=True):
    """A file that is not shown to everybody, or found by nobody, and why."""

    path: str
    reason: str


class Library(msgspec.Struct, frozen=True):
    """All articles of a folder in the order of their paths, what was wrong with any of them, and what is left out."""

    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...] = ()
