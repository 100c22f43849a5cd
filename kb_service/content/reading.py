"""One file made into one article. The result depends on its path and bytes alone, and on those of the snippets that it
includes: with their hashes in its fingerprint it can be kept and reused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from difflib import SequenceMatcher
from functools import cache
from hashlib import sha256
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from kb_service.content.agents_only.lookalikes import NOT_UNDERSTOOD, find_suspect, is_agents_title
from kb_service.content.agents_only.marks import separate
from kb_service.content.article import (
    CONTENT_VERSION,
    Article,
    Asset,
    Problem,
    Reading,
    Section,
    Severity,
    View,
    no_section,
)
from kb_service.content.article_files import ArticleFile, id_of_path, resolve_links, title_of_path
from kb_service.content.assets.asset_folder import asset_folder, line_of, place_assets
from kb_service.content.front_matter.block import FrontMatter, split
from kb_service.content.front_matter.fields import MetadataReader, perhaps_meant
from kb_service.content.markdown import callouts
from kb_service.content.markdown.anchors import as_ids, carry_anchors
from kb_service.content.markdown.colouring import coloured
from kb_service.content.markdown.gaps import GAP_SHOWN
from kb_service.content.markdown.labels import labels_in
from kb_service.content.markdown.rendering import Renderer, TooLarge
from kb_service.content.passages.as_written import ArticleHtml
from kb_service.content.passages.dividing import divide
from kb_service.content.passages.html_blocks import Block, read_blocks
from kb_service.content.passages.navigation import without_navigation
from kb_service.content.passages.outline import outline, slug
from kb_service.content.snippets import Expanded, expand, may_include
from kb_service.content.source_lines import SourceLines
from kb_service.content.source_text import decode
from kb_service.errors import BadArticle

SHOWN_IN_SOURCE: Final = 12  # characters of what the last net finds that are looked for in the source
NOT_PUBLIC: Final = "[NOT PUBLIC]"
UNKNOWN_KEY: Final = "`{}` is not a key that is known here: nothing is kept of it."
_TAG_NAME: Final = re.compile(r"<[a-z0-9]+")
_APART: Final = "\n\0\n"  # no mark goes from one text into the next
_SHOWN_ATTRIBUTE: Final = re.compile(r'\b(?:alt|title)="([^"]+)"')
_ANY_TAG: Final = re.compile(r"<[^<>]*>")
_BLOCK_TAG: Final = re.compile(r"</?(?:p|li|h\d|t[dhr]|summary|details|d[dlt]|div|blockquote|br)\b[^<>]*>")
_CODE_ELEMENT: Final = re.compile(r"<code\b[^<>]*>.*?</code>", re.DOTALL)


def fingerprint(source: bytes, snippets: bytes = b"") -> str:
    """Return the hash that tells whether an article made earlier is still what this source gives.

    `snippets` is the digest of the files that it includes.
    """
    return sha256(_made_by() + snippets + source).hexdigest()


def is_current(file: ArticleFile, known: str) -> bool:
    """Tell whether `known` is the fingerprint that the article in a file would have now; raises OSError."""
    source = file.file.read_bytes()
    return known == fingerprint(source) or known == fingerprint(source, _snippets_digest(file, source))


def _snippets_digest(file: ArticleFile, source: bytes) -> bytes:
    decoded = decode(source) if may_include(source) else None
    if decoded is None:
        return b""
    try:
        body = split(decoded.text, path=file.path).body
    except BadArticle:
        return b""
    return expand(body, file.path, file.folder).digest


@cache
def _made_by() -> bytes:
    made_by = (CONTENT_VERSION, *map(version, ("markdown", "nh3", "pygments", "pymdown-extensions", "py-svg-hush")))
    return f"{' '.join(made_by)}\n".encode()


def read_file(file: ArticleFile, renderer: Renderer) -> Reading:
    """Return the article in a file of the disk; never raises."""
    try:
        source = file.file.read_bytes()
    except OSError as error:
        return _refused(file.path, 1, f"The file cannot be read: {error.strerror}.")
    return read_article(file.path, source, renderer, folder=file.folder)


def read_article(path: str, source: bytes, renderer: Renderer, *, folder: Path | None = None) -> Reading:
    """Return the article in a file's bytes; never raises, whatever they are.

    Its snippets, pictures and files are looked up in the articles folder, below which `path` is; without one snippets
    are gaps, and pictures and files stay as they are written.

    >>> read_article("guides/add-seats.md", b"# Add seats", Renderer()).article.id
    'guides/add-seats'
    """
    try:
        return _Reader(path, source, renderer, folder).read()
    except BadArticle as error:
        return _refused(path, error.line, error.reason)
    except TooLarge as error:
        return _refused(path, 1, f"The article cannot be used: {error}.")
    except MemoryError:
        return _refused(path, 1, "The article cannot be used: rendering it takes too much memory.")
    except Exception as error:  # the Markdown parser failed on this article: the others must still be read
        return _refused(path, 1, f"The article cannot be rendered ({type(error).__name__}): simplify its Markdown.")


def _refused(path: str, line: int, reason: str) -> Reading:
    return Reading(None, (Problem(path, line, "error", reason),))


class _Reader:
    def __init__(self, path: str, source: bytes, renderer: Renderer, folder: Path | None) -> None:
        self.path = path
        self.expanded = Expanded("")
        self.source = source
        self.renderer = renderer
        self.folder = folder
        self.problems: list[Problem] = []

    def read(self) -> Reading:
        front_matter = self.front_matter()
        reader = MetadataReader(front_matter, path=self.path)
        article = reader.read()
        self.warn(*reader.warnings)
        self.warn(*reader.errors, severity="error")
        self.warn(*reader.notes, severity="note")
        self.warn(
            *((line, UNKNOWN_KEY.format(key) + perhaps_meant(key)) for line, key in reader.hints), severity="hint"
        )
        with labels_in(article.lang):
            article = self.with_views(article, front_matter)
        article = self.with_question_sections(article)
        if not article.public and not article.agent:
            self.warn((1, "The article has no text: it is left out."))
            return Reading(None, tuple(self.problems))
        return Reading(msgspec.structs.replace(article, problems=tuple(self.problems)))

    def front_matter(self) -> FrontMatter:
        decoded = decode(self.source)
        if decoded is None:
            raise BadArticle(self.path, 1, "The file is not UTF-8 text: save it as UTF-8.")
        if decoded.bad_line:
            self.warn((decoded.bad_line, "Some bytes are not UTF-8 and show as \ufffd: save the file as UTF-8."))
        return split(decoded.text, path=self.path)

    def with_views(self, article: Article, front_matter: FrontMatter) -> Article:
        """Return the article with its text, and with an id and a title if the front matter gave none."""
        self.expanded = expand(front_matter.body, self.path, self.folder)
        self.warn(*self.expanded.problems, after=front_matter.body_line)
        separated = separate(self.expanded.text, first_line=0, code=not article.marks_in_code)
        self.warn(*self.in_source(separated.problems), after=front_matter.body_line, severity="error")
        for_agents = article.audience == "agent" or separated.doubtful
        html, blocks, assets = self.render(separated.agent if for_agents else separated.public, front_matter.body_line)
        first_heading = next((block.text for block in blocks if block.level == 1), "")
        default_id = id_of_path(self.path)
        article = msgspec.structs.replace(
            article,
            id=article.id or default_id,
            title=article.title or first_heading or title_of_path(self.path),
            source_sha256=fingerprint(self.source, self.expanded.digest),
        )
        if article.id != default_id:  # links to the file lead here all the same
            redirects = (*article.redirects_from, default_id)
            article = msgspec.structs.replace(article, redirects_from=redirects)
        public = None if for_agents else build_view(article, html, blocks, assets)
        if shown := _mark_shown(msgspec.structs.replace(article, public=public)) if public else "":
            before = front_matter.body.casefold().partition(shown[:SHOWN_IN_SOURCE])
            line = front_matter.body_line + before[0].count("\n") if before[1] else 1
            self.warn((line, f"`{shown}` {NOT_UNDERSTOOD}"), severity="error")
            for_agents = True
            html, blocks, assets = self.render(separated.agent, front_matter.body_line)
        if for_agents:
            view = build_view(article, html, blocks, assets, public=[])
            return msgspec.structs.replace(article, audience="agent", agent=view)
        agent = public
        if separated.agent != separated.public:
            texts = [block.text for block in blocks]
            agent = build_view(article, *self.render(separated.agent, front_matter.body_line), public=texts)
        return msgspec.structs.replace(
            article,
            audience="public" if public else "agent",  # nothing is left for the public: then it is not for it either
            public=public,
            agent=None if agent == public else agent,
        )

    def with_question_sections(self, article: Article) -> Article:
        """Return the article without sections of questions that it does not have: they are the whole article's."""
        for anchor in dict.fromkeys(article.question_sections.values()):
            if fault := no_section(article, anchor):
                decoded = decode(self.source)
                lines = SourceLines(decoded.text if decoded else "", path=self.path)
                self.warn((lines.of_value("section_questions", anchor), fault), severity="error")
        anchors = article.anchors("agent")
        known = {question: anchor for question, anchor in article.question_sections.items() if anchor in anchors}
        return msgspec.structs.replace(article, question_sections=known)

    def render(self, text: str, body_line: int) -> tuple[str, list[Block], tuple[Asset, ...]]:
        rendered = self.renderer.render(carry_anchors(text))
        self.warn(*self.in_source(rendered.problems), after=body_line)
        html, assets = resolve_links(rendered.html, self.path, self.folder), tuple[Asset, ...]()
        if self.folder is not None:
            placed = place_assets(html, self.path, asset_folder(self.folder))
            html, assets = placed.html, placed.assets
            for target, severity, message in placed.troubles:
                self.warn(*self.in_source([(line_of(text, target), message)]), after=body_line, severity=severity)
        return html, read_blocks(html), assets

    def in_source(self, problems: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Yield problems with the lines of the body where they had those of the text with its snippets."""
        return ((self.expanded.line(line), message) for line, message in problems)

    def warn(self, *problems: tuple[int, str], after: int = 0, severity: Severity = "warning") -> None:
        for line, message in problems:
            problem = Problem(self.path, after + line, severity, message)
            if problem not in self.problems:
                self.problems.append(problem)


def _mark_shown(article: Article) -> str:
    """Return what still looks like an agent-only mark in anything that would become public, "" when nothing does."""
    assert article.public
    values = (article.id, article.title, article.owner, article.lang, *article.topics, *article.questions)
    values += (*article.patterns, *article.redirects_from, *article.related, *article.sources)
    view = article.public
    values += tuple(asset.target for asset in view.assets)
    values += tuple(_SHOWN_ATTRIBUTE.findall(view.html))
    if article.marks_in_code:
        texts = [_without_tags(_CODE_ELEMENT.sub(" ", view.html))]
    else:
        lines = _without_tags(view.html)
        known = set(lines.split("\n"))
        texts = [lines, *(line for passage in view.passages for line in passage.text.split("\n") if line not in known)]
    if is_agents_title(article.title):
        return article.title
    suspect = find_suspect(_APART.join(text for text in dict.fromkeys((*values, *texts)) if text))
    return suspect[1] if suspect else ""


def _without_tags(html: str) -> str:
    return _ANY_TAG.sub("", _BLOCK_TAG.sub("\n", html))


def renamed(article: Article, article_id: str) -> Article:
    """Return an article under another id; its source counts as changed, as that id depends on other articles."""

    def under(view: View | None) -> View | None:
        if view is None:
            return None
        passages = (
            msgspec.structs.replace(one, id=f"{article_id}#{one.anchor}", article_id=article_id)
            for one in view.passages
        )
        return msgspec.structs.replace(view, passages=tuple(passages))

    return msgspec.structs.replace(
        article,
        id=article_id,
        redirects_from=tuple(old for old in article.redirects_from if old != article_id),
        source_sha256="",
        public=under(article.public),
        agent=under(article.agent),
    )


def marked_as(article: Article, reason: str) -> Article:
    """Return an article that is shown though it is not public, and says so in its title and at its beginning."""
    title = f"{NOT_PUBLIC} {article.title}"

    def marked(view: View | None) -> View | None:
        if view is None:
            return None
        note = f"<p><strong>{NOT_PUBLIC}</strong> {escape(reason)}</p>\n"
        passages = (msgspec.structs.replace(one, title=title) for one in view.passages)
        return msgspec.structs.replace(view, html=note + view.html, passages=tuple(passages))

    return msgspec.structs.replace(
        article,
        title=title,
        hidden=False,
        source_sha256="",
        public=marked(article.public),
        agent=marked(article.agent),
    )


# The view that one audience gets


def build_view(
    article: Article,
    html: str,
    blocks: Sequence[Block],
    assets: tuple[Asset, ...] = (),
    *,
    public: Sequence[str] | None = None,
) -> View | None:
    """Return the view of sanitized HTML, its blocks and its assets, or None when nothing is left to read.

    `public` are the texts of the blocks that everybody may read, in order; None means all. Blocks beyond them are
    marked `data-audience="agent"`, and so are their passages; where nothing is public, the passages alone.
    """
    html, blocks = _without_title(html, blocks, article.title)
    if not any(block.text.replace(GAP_SHOWN, "").strip() for block in blocks):
        return None
    if public is not None:
        blocks = _with_audience(blocks, public)
    sections = outline(_readable(blocks))
    placed = divide(without_navigation(sections), article_id=article.id, title=article.title)
    if not placed:
        return None
    shown = ArticleHtml(html, [one.places for one in placed])
    passages = [
        msgspec.structs.replace(one.passage, **shown.written(number, one.passage.text)._asdict())
        for number, one in enumerate(placed)
    ]
    headings = list({section.anchor: section for section in sections if section.path}.values())
    ids = {section.anchor: section.start for section in headings}
    for section in headings:  # where the source names a heading itself, it has the name that GitHub gives it too
        ids.setdefault(slug(section.path[-1]), section.start)
    ids |= {one.passage.anchor: one.start for one in placed if one.passage.anchor not in ids}
    for_agents = {block.start for block in blocks if block.for_agents} if public else set()
    return View(
        html=coloured(with_attributes(html, ids, for_agents).strip()),
        sections=tuple(Section(one.path[-1], one.level, one.anchor, one.path) for one in headings),
        passages=tuple(passages),
        assets=assets,
    )


def with_attributes(html: str, ids: Mapping[str, int], for_agents: Set[int]) -> str:
    """Return HTML whose elements at the places of `ids` have them, and those at `for_agents` `data-audience="agent"`.

    A second id for one element, or one for bare text, gets an empty element before it. Places that the source named
    have their ids too.
    """
    anchors_at: dict[int, list[str]] = {place: [] for place in sorted({*ids.values(), *for_agents})}
    for anchor, place in ids.items():
        anchors_at[place].append(anchor)
    pieces: list[str] = []
    position = 0
    for place, anchors in anchors_at.items():
        tag = _TAG_NAME.match(html, place)
        end = tag.end() if tag else place
        own = anchors[:1] if tag else []
        pieces += [html[position:place], *(f'<a id="{anchor}"></a>' for anchor in anchors[len(own) :]), html[place:end]]
        pieces += (f' id="{anchor}"' for anchor in own)
        if tag and place in for_agents:
            pieces.append(' data-audience="agent"')
        position = end
    return as_ids(callouts.with_classes("".join([*pieces, html[position:]])), ids)


def _with_audience(blocks: Sequence[Block], public: Sequence[str]) -> list[Block]:
    """Return blocks marked as for agents unless the public has the same text at the same place."""
    marked = [block._replace(for_agents=True) for block in blocks]
    matcher = SequenceMatcher(None, [block.text for block in blocks], public, autojunk=False)
    for first, _, count in matcher.get_matching_blocks():
        marked[first : first + count] = [block._replace(for_agents=False) for block in marked[first : first + count]]
    return marked


def _without_title(html: str, blocks: Sequence[Block], title: str) -> tuple[str, Sequence[Block]]:
    """Drop the first heading if it is the title: a page shows the title itself."""
    for number, block in enumerate(blocks):
        if block.level:
            if block.level > 1 or _plain(block.text) != _plain(title) or len(blocks) == 1:
                break
            end = html.index("</h1>", block.start) + len("</h1>")
            gap = " " * (end - block.start)  # so that the places of the other blocks stay what they are
            return html[: block.start] + gap + html[end:], [*blocks[:number], *blocks[number + 1 :]]
    return html, blocks


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _readable(blocks: Sequence[Block]) -> Sequence[Block]:
    """Let headings be the text of an article that has nothing else."""
    if any(block.kind != "heading" for block in blocks):
        return blocks
    return [block._replace(kind="prose", level=0) for block in blocks]
