"""What a folder of Markdown becomes: articles, the two views of each, and the passages that answers quote."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from hashlib import sha256
from typing import Final, Literal
from urllib.parse import quote

import msgspec

Audience = Literal["public", "agent"]
PassageKind = Literal["prose", "steps", "list", "table", "code"]
UnitKind = Literal["text", "lead_in", "heading", "question", "step", "item", "definition", "header", "row", "code"]
Severity = Literal["error", "warning", "note", "hint"]

CONTENT_VERSION: Final = "7"  # raise it when the same source gives other articles: earlier results are then made anew

INTRO: Final = "intro"  # the anchor of what stands before the first heading
ASSETS: Final = "/assets"  # where pictures and files of the folder are served


class Section(msgspec.Struct, frozen=True, gc=False):
    """One heading of an article; `heading_path` runs from the outermost heading down to this one."""

    heading: str
    level: int
    anchor: str
    heading_path: tuple[str, ...]


class Unit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A span of a passage's text that means something as a whole: `text[start:end]`.

    Kinds: "text" is a paragraph (its sentences can be quoted), "lead_in" the sentence that announces what follows,
    "heading" and "question" what stands above others and never answers; "step", "item" and "definition" are parts of a
    list with all that stands below them, "row" a row of the table whose head is the "header" before, "code" a block.
    Neighbours of one kind with the same `under` are one list, or the rows of one table.

    `under` is the number of the unit that this one hangs from, -1 for none: that of the heading or question that it
    stands below, of the lead-in that announces it, of the header of its table. A question's answer is thus every unit
    that hangs from it, also through others.
    """

    kind: UnitKind
    start: int
    end: int
    under: int = -1


class Passage(msgspec.Struct, frozen=True, gc=False):
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
    units: tuple[Unit, ...] = ()
    html: str = ""
    places: bytes = b""


class Asset(msgspec.Struct, frozen=True, gc=False):
    """A picture or file of the folder to which an article refers as `target`, as it was when it was checked.

    `path` is the file's below the articles folder, "" where there is none; `size` and `modified_ns` are its own.
    `sha256` and `name` are those of what is served, "" when nothing is.
    """

    target: str
    path: str = ""
    size: int = 0
    modified_ns: int = 0
    sha256: str = ""
    name: str = ""

    @property
    def digest(self) -> str:
        """As much of the hash as stands in an address: nobody guesses 128 bits."""
        return self.sha256[:32]

    @property
    def stored_name(self) -> str:
        """The name under which an index keeps what is served."""
        return stored_name(self.digest, self.name)

    @property
    def address(self) -> str:
        """Where it is served: "/assets/0123…/prices.pdf"."""
        return f"{ASSETS}/{self.digest}/{quote(self.name)}"


def stored_name(digest: str, name: str) -> str:
    """Return the name under which an index keeps a file: its own may be for agents only, and lists of files are not."""
    return f"{digest}-{sha256(name.encode(errors='surrogateescape')).hexdigest()[:16]}"


class View(msgspec.Struct, frozen=True, gc=False):
    """An article as one audience reads it; in `html`, sanitized, every passage's anchor is the id of an element.

    `assets` are what it refers to in the folder, found or not.
    """

    html: str
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    assets: tuple[Asset, ...] = ()


class Problem(msgspec.Struct, frozen=True, gc=False):
    """Something an author should look at: an error leaves the article out, keeps it from the public, or shows a gap.

    A note names what was left out on purpose, a hint what has no meaning here: neither is a fault.
    """

    path: str
    line: int
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.message}"


class Article(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One Markdown file. Texts are free of agent-only parts unless `audience` is "agent"; `reply` is always for agents.

    `path` is below the articles folder, with "/". `public` is None for an agent-only article, `agent` is None when it
    would equal `public`. `hidden` says that nobody gets it: for the reason `left_out`, or before the day `publish_at`,
    or from `expires_at` on. `unlisted` is why it has its address alone and is found nowhere, "" when it is found.
    `lang` is the language that it says it is in, `written_in` the one that an index knows of it, said or not, "" where
    that is none, None where nobody has looked; `translation_of` is the id of the article that it says the same as, in
    another language. `marks_in_code` says that code shows agent-only marks as text. `question_sections` names the
    section (its anchor) that answers a question, for those of `questions` that stand at one. `problems` are what its
    author should look at.
    """

    id: str
    path: str
    title: str
    audience: Audience = "public"
    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    question_sections: dict[str, str] = {}
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
    translation_of: str | None = None
    written_in: str | None = None
    hidden: bool = False
    left_out: str = ""
    unlisted: str = ""
    publish_at: date | None = None
    expires_at: date | None = None
    marks_in_code: bool = False
    source_sha256: str = ""
    public: View | None = None
    agent: View | None = None
    problems: tuple[Problem, ...] = ()

    def anchors(self, audience: Audience) -> frozenset[str]:
        """Return the anchors of the sections that `audience` may read, and INTRO, that of what stands before them."""
        view = self.view(audience)
        return frozenset({INTRO, *(section.anchor for section in view.sections)} if view else ())

    def audience_of(self, question: str) -> Audience:
        """Return who knows one of `questions`: agents alone where a section for agents answers it."""
        anchor = self.question_sections.get(question, INTRO)
        return self.audience if anchor in self.anchors(self.audience) else "agent"

    def view(self, audience: Audience) -> View | None:
        """Return what `audience` may read: None when that is nothing."""
        return self.public if audience == "public" else self.agent or self.public


def no_section(article: Article, anchor: str) -> str:
    """Return what is wrong with questions at a section, and what to do; "" where the article has that section."""
    anchors = article.anchors("agent")
    if anchor in anchors:
        return ""
    near = get_close_matches(anchor.lower(), sorted(anchors), 1, 0.4)
    what = f"the nearest is `{near[0]}`" if near else f"it has {', '.join(f'`{each}`' for each in sorted(anchors))}"
    return f"The article `{article.id}` has no section `{anchor}`: {what}."


class Reading(msgspec.Struct, frozen=True, gc=False):
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
