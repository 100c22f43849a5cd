"""One file made into one article. The result depends on the path and the bytes alone, so it can be kept and reused."""

from __future__ import annotations

from functools import cache, partial
from hashlib import sha256
from importlib.metadata import version

import msgspec

from kb_service.content.agent_markup import Separated, separate
from kb_service.content.article import CONTENT_VERSION, Article, Problem, View
from kb_service.content.blocks import Block, read_blocks
from kb_service.content.encoding import decode
from kb_service.content.front_matter import FrontMatter, split
from kb_service.content.metadata import Metadata, MetadataReader
from kb_service.content.paths import id_of_path, title_of_path
from kb_service.content.rendering import Renderer, TooLarge
from kb_service.content.views import build_view, first_heading
from kb_service.errors import BadArticle


class Reading(msgspec.Struct, frozen=True):
    """What came of a file: an article, with its problems inside it, or only the problems."""

    article: Article | None
    problems: tuple[Problem, ...] = ()


def fingerprint(source: bytes) -> str:
    """Return the hash that tells whether an article made earlier is still what this source gives."""
    return sha256(_made_by() + source).hexdigest()


@cache
def _made_by() -> bytes:
    return f"{CONTENT_VERSION} {version('markdown')} {version('nh3')}\n".encode()


def read_article(path: str, source: bytes, renderer: Renderer) -> Reading:
    """Return the article in a file; never raises, whatever the file holds."""
    try:
        return _Reader(path, source, renderer).read()
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
    def __init__(self, path: str, source: bytes, renderer: Renderer) -> None:
        self.path = path
        self.source = source
        self.renderer = renderer
        self.problems: list[Problem] = []

    def read(self) -> Reading:
        front_matter = self.front_matter()
        reader = MetadataReader(front_matter, path=self.path)
        metadata = reader.read()
        for line, message in reader.warnings:
            self.warn(line, message)
        separated = separate(front_matter.body, first_line=front_matter.body_line)
        for line, message in separated.problems:
            self.warn(line, message)
        article = self.article(metadata, separated, front_matter.body_line)
        if article is None:
            self.warn(1, "The article has no text: it is left out.")
            return Reading(None, tuple(self.problems))
        return Reading(article)

    def front_matter(self) -> FrontMatter:
        decoded = decode(self.source)
        if decoded is None:
            raise BadArticle(self.path, 1, "The file is no UTF-8 text: save it as UTF-8.")
        if decoded.bad_line:
            self.warn(decoded.bad_line, "Some bytes are no UTF-8 and show as \ufffd: save the file as UTF-8.")
        return split(decoded.text, path=self.path)

    def article(self, metadata: Metadata, separated: Separated, body_line: int) -> Article | None:
        for_agents = metadata.audience == "agent"
        html, blocks = self.render(separated.agent if for_agents else separated.public, body_line)
        article_id = metadata.id or id_of_path(self.path)
        title = metadata.title or first_heading(blocks) or title_of_path(self.path)
        view_of = partial(build_view, article_id=article_id, title=title, path=self.path)
        public, agent = None, None
        if for_agents:
            agent = view_of(html, blocks, public=[])
        else:
            public = view_of(html, blocks)
            if separated.agent != separated.public:
                agent = view_of(*self.render(separated.agent, body_line), public=[block.text for block in blocks])
        if public or agent:
            return self.assembled(metadata._replace(id=article_id, title=title), public, agent)
        return None

    def assembled(self, metadata: Metadata, public: View | None, agent: View | None) -> Article:
        if not public:  # nothing is left for the public: then the article is not for it either
            metadata = metadata._replace(audience="agent")
        if (default_id := id_of_path(self.path)) != metadata.id:  # links to the file lead here all the same
            metadata = metadata._replace(redirects_from=(*metadata.redirects_from, default_id))
        return Article(
            **metadata._asdict(),
            path=self.path,
            source_sha256=fingerprint(self.source),
            public=public,
            agent=None if agent == public else agent,
            problems=tuple(self.problems),
        )

    def render(self, text: str, body_line: int) -> tuple[str, list[Block]]:
        rendered = self.renderer.render(text)
        for line, message in rendered.problems:
            self.warn(body_line + line, message)
        return rendered.html, read_blocks(rendered.html)

    def warn(self, line: int, message: str) -> None:
        problem = Problem(self.path, line, "warning", message)
        if problem not in self.problems:
            self.problems.append(problem)
