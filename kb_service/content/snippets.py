"""Snippets: parts of articles that stand in files of their own, put in their places before anything else is read.

`--8<-- "x.md"`, `{!x.md!}`, `[!INCLUDE [x](x.md)]`, `{{< include x.md >}}`, `{% include x.md %}`,
`import X from './x.md'` and their like. Only files of the articles folder are read, whatever a path says; what cannot
be included leaves a gap. `[block:…]` of readme.com becomes Markdown here too: `agents_only.marks` must see all text.
"""

from __future__ import annotations

import os
import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from kb_service.content.agents_only.marks import code_ranges, separate
from kb_service.content.front_matter.block import FrontMatter, split
from kb_service.content.front_matter.fields import MetadataReader
from kb_service.content.markdown.gaps import GAP
from kb_service.content.markdown.readme_blocks import BLOCK, markdown_of
from kb_service.content.source_text import decode
from kb_service.errors import BadArticle

MAX_DEPTH: Final = 8  # of snippets in snippets
MAX_SNIPPETS: Final = 200  # in one article, those in snippets too
MAX_BYTES: Final = 256 << 10  # of one snippet
MAX_CHARACTERS: Final = 1 << 20  # of an article with all its snippets
_READABLE: Final = frozenset({"", ".md", ".mdx", ".markdown", ".mdown", ".qmd", ".txt", ".inc", ".text"})
_HTML: Final = frozenset({".html", ".htm"})
_FOLDERS: Final = (
    "_includes includes include _include snippets _snippets _partials partials _shared shared docs _docs "
    ".gitbook/includes fragments templates"
).split()
# Their paths are not named: they may stand in words for agents only.
MISSING: Final = (
    "The snippet that this line includes is not in the articles folder: readers see […]. Put the file there, or write "
    "its text here."
)
REFUSED: Final = "The snippet that this line includes cannot be used: {}. Readers see […]."
NOT_A_BLOCK: Final = "This block is not as readme.com writes it: readers see […]. Write it as Markdown."
_TOO_MUCH: Final = "an article may not have so many, or so large ones"

# What includes a file: `p` is its path, `b` what stands before it where it has its line for itself. Names of groups
# get the number of their form.
_ALONE: Final = r"^(?P<b>[ \t>]*)"
_PATH: Final = r"[\"']?(?P<p>[^\s\"'{}<>|%()]+)[\"']?"
_GAP: Final = r"[ \t]{0,9}"
_HUGO: Final = r"(?:include|includes|readfile|snippet|include-md|partial|reuse)\s+(?:(?:file|path|src|name)=)?"
_LIQUID: Final = r"(?:include|include_relative|include_cached|include-markdown|render)\s+"
_OPTIONS: Final = r"(?:[ \t]*(?::[^\n]*)?\n){0,20}"
_FORMS: Final = (
    _ALONE + r"-+8<-+[ \t]+[\"'](?P<p>[^\"'\n]+)[\"'][ \t]*$",
    _ALONE + r"-+8<-+[ \t]*\n(?P<p>(?:(?![ \t>]*-+8<)[^\n]*\n){1,20})[ \t>]*-+8<-+[ \t]*$",
    rf"\{{!{_GAP}(?P<p>[^!\s{{}}]+){_GAP}(?:!lines=[^}}\n]{{0,99}})?!\}}",
    rf"\[!INCLUDE{_GAP}\[[^\[\]\n]{{0,300}}\]\((?P<p>[^()\s]+)\){_GAP}\]",
    rf"\{{\{{[<%]\s*{_HUGO}{_PATH}[^{{}}\n]{{0,300}}?[>%]\}}\}}",
    rf"\[\[INCLUDE[ \t]+(?P<p>[^\[\]\s]+){_GAP}\]\]",
    r"\{\{\s*(?:#include|#rustdoc_include|\$include|embed:|snippet:|include:)\s*(?P<p>[^{}\s]+)\s*\}\}",
    rf"\{{%-?\s*{_LIQUID}{_PATH}(?P<values>[^%\n]{{0,600}}?)-?%\}}",
    r"\{%-?\s*data\s+(?P<p>reusables\.[\w.-]+)\s*-?%\}",
    rf"<!--{_GAP}@include:{_GAP}(?P<p>[^\s{{}}<>]+){_GAP}(?:\{{[^{{}}\n]*\}})?{_GAP}-->",
    _ALONE + rf"<<<[ \t]+(?P<p>[^\s{{}}\[]+){_GAP}(?:\{{[^{{}}\n]*\}})?{_GAP}(?:\[[^\]\n]*\])?{_GAP}$",
    rf"\[!code(?:-[\w-]{{1,30}})?{_GAP}\[[^\[\]\n]{{0,300}}\]\((?P<p>[^()\s?#]+)[^()\n]*\){_GAP}\]",
    _ALONE + r":::code\s[^\n]*?source=[\"'](?P<p>[^\"'\n]+)[\"'][^\n]*$",
    r"<Snippet\s+file=[\"'](?P<p>[^\"'\n]+)[\"']\s*/?>(?:\s*</Snippet>)?",
    r"!\[\[(?P<p>[^\[\]\n|#]+\.md)(?:[#|][^\[\]\n]*)?\]\]",
    rf"^[ \t]*(?P<m>`{{3,}}|:{{3,}})\{{(?:literal)?include\}}[ \t]+(?P<p>\S+)[ \t]*\n{_OPTIONS}[ \t]*(?P=m)[ \t]*$",
)
_GROUP: Final = re.compile(r"\(\?P([<=][pbm])(?=[>)])")
_INCLUDE: Final = re.compile(
    "|".join("(?:" + _GROUP.sub(rf"(?P\g<1>{number}", form) + ")" for number, form in enumerate(_FORMS)),
    re.MULTILINE | re.IGNORECASE,
)
_NEEDLES: Final = re.compile(
    r"8<-|\{!|\[\[INCLUDE|\[!(?:INCLUDE|code)|\{\{[<%#$ ]*(?:include|readfile|snippet|partial|reuse|rustdoc|embed)"
    r"|\{%-?\s*(?:include|render|data\s)"
    r"|@include|^[ \t>]*<<<|:::code|<Snippet\b|!\[\[|\{(?:literal)?include\}|\[block:|^import\s",
    re.MULTILINE | re.IGNORECASE,
)
_NEEDLES_IN_BYTES: Final = re.compile(_NEEDLES.pattern.encode(), re.MULTILINE | re.IGNORECASE)
_IN_CODE_TOO: Final = ("-8<-", "{{#include", "<!--")  # those that programs read in code, or that look like comments
_IMPORT: Final = re.compile(
    r"""^[ \t]*import[ \t]+(\w+)[ \t]+from[ \t]+["']([^"'\n]+?\.mdx?)(?:\?[^"'\n]*)?["'];?[ \t]*$\n?""", re.MULTILINE
)
_LIST_MARK: Final = re.compile(r"[-*+]|\d+[.)]")
_PART: Final = re.compile(r"^(.+?\.\w+):(?:(\d*)(?::(\d*))?|([A-Za-z_][\w-]*))$")
_REGION: Final = re.compile(  # a mark of a part, alone on its line
    r"^[ \t]*(?:<!--|//|#|/\*|--|;)?[ \t]*(?:-+8<-+[ \t]*\[(?:start|end):[^\]\n]*\]|#(?:end)?region\b[^\n<:]*"
    r"|ANCHOR(?:_END)?:[ \t]*[\w-]+)[ \t]*(?:-->|\*/)?[ \t]*(?:\n|\Z)",
    re.MULTILINE,
)
_PARAMETER: Final = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_WORDS: Final = frozenset("title content text message body caption header label summary description".split())
_INCLUDE_VALUE: Final = re.compile(r"\{\{\s*include\.([\w-]+)[^{}\n]*\}\}")


class Expanded(NamedTuple):
    """A text with its snippets, for each of its lines (from 0) the line of the source, and what is wrong, by line.

    `lines` is empty where nothing was included. `digest` tells the files apart that were read or looked for.
    """

    text: str
    lines: tuple[int, ...] = ()
    problems: tuple[tuple[int, str], ...] = ()
    digest: bytes = b""

    def line(self, number: int) -> int:
        """Return the line of the source for a line of the text."""
        return self.lines[min(number, len(self.lines) - 1)] if self.lines else number


def expand(text: str, path: str, root: Path | None) -> Expanded:
    """Return the text of the article at `path` with its snippets, from files below `root` (None: from nowhere)."""
    if not _NEEDLES.search(text):
        return Expanded(text)
    expansion = _Expansion(root)
    found = expansion.of_text(text, path, (), top=True)
    if found is text and not expansion.problems:
        return Expanded(text)
    return Expanded(found, tuple(expansion.lines), tuple(expansion.problems), expansion.digest())


def may_include(source: bytes) -> bool:
    """Return whether the bytes of an article hold anything that `expand` might read files for."""
    return _NEEDLES_IN_BYTES.search(source) is not None


def snippet_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the paths of all files below a folder that an article can include, below it and in full."""
    root = str(folder)
    for here, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        below = here[len(root) + 1 :]
        for name in names:
            if not name.startswith(".") and posixpath.splitext(name)[1].lower() in _READABLE | _HTML:
                yield posixpath.join(below, name), posixpath.join(here, name)


class _Expansion:
    def __init__(self, root: Path | None) -> None:
        self.root = Path(os.path.realpath(root)) if root else None
        self.problems: list[tuple[int, str]] = []
        self.lines: list[int] = []
        self.line = 0  # of the article's own text, where we are
        self.files: dict[str, bytes] = {}
        self.snippets = 0
        self.room = MAX_CHARACTERS

    def digest(self) -> bytes:
        state = sha256()
        for name, content in sorted(self.files.items()):
            state.update(name.encode(errors="surrogateescape") + b"\0" + content)
        return state.digest() if self.files else b""

    def of_text(self, text: str, path: str, above: tuple[str, ...], *, top: bool = False) -> str:
        """Return a text with its snippets; `above` are the files that are being included."""
        places = sorted(self.places(text), key=lambda place: place[0])
        if not places:
            return text
        pieces: list[str] = []
        position = 0
        starts = _line_starts(text) if top else []
        for start, end, found, name in places:
            if start < position:
                continue
            if top:
                self.line = bisect_right(starts, start) - 1
                self._advance(text[position:start], bisect_right(starts, position) - 1)
            instead = self.instead(found, name, text, start, path, above)
            pieces += text[position:start], instead
            if top:
                self.lines += [self.line] * instead.count("\n")
            position = end
        if top:
            self._advance(text[position:], bisect_right(starts, position) - 1)
            self.lines.append((starts and len(starts) - 1) or 0)
        return "".join([*pieces, text[position:]])

    def _advance(self, kept: str, line: int) -> None:
        self.lines += range(line, line + kept.count("\n"))

    def places(self, text: str) -> Iterator[tuple[int, int, re.Match[str], str]]:
        """Yield what is to be replaced: its place, and the path of the file for `<X/>` of an import."""
        code = code_ranges(text)
        starts = [start for start, _ in code]

        def in_code(place: int) -> bool:
            number = bisect_right(starts, place) - 1
            return number >= 0 and place < code[number][1]

        for found in _INCLUDE.finditer(text):
            mark = found[0].lstrip(" \t>")
            if mark.startswith(("`", *_IN_CODE_TOO)) or "8<-" in mark[:8] or not in_code(found.start()):
                yield found.start(), found.end(), found, ""
        if "[block:" in text:
            for found in BLOCK.finditer(text):
                if not in_code(found.start()):
                    yield found.start(), found.end(), found, "[block"
        for imported in islice(_IMPORT.finditer(text), MAX_SNIPPETS):
            if in_code(imported.start()):
                continue
            name, file = imported[1], imported[2]
            uses = [
                use for use in re.finditer(rf"<{name}\b[^<>\n]*?(?:/>|></{name}>)", text) if not in_code(use.start())
            ]
            yield imported.start(), imported.end(), imported, "import"
            for use in uses:
                yield use.start(), use.end(), use, file

    def instead(self, found: re.Match[str], name: str, text: str, start: int, path: str, above: tuple[str, ...]) -> str:
        if name == "import":
            return "\n" if found[0].endswith("\n") else ""
        if name == "[block":
            if not (written := markdown_of(found)):
                self.problems.append((self.line, NOT_A_BLOCK))
            return written or GAP
        groups = {} if name else found.groupdict()
        before = next((value for key, value in groups.items() if key[0] == "b" and value is not None), None)
        paths = name or next(value for key, value in groups.items() if key[0] == "p" and key[1:].isdigit() and value)
        line_start = text.rfind("\n", 0, start) + 1
        before = text[line_start:start] if before is None else before
        alone = not _LIST_MARK.sub("", before).strip(" \t>")
        values = {key: one or two for key, one, two in _PARAMETER.findall(groups.get("values") or "")}
        as_code = (
            found[0].lstrip(" \t>").lower().startswith(("<<<", "[!code", ":::code")) or "{literalinclude}" in found[0]
        )
        parts = []
        for one in paths.split("\n"):
            if one := one.strip().strip("\"'"):
                content = self.content(one, path, above, values, as_code=as_code)
                if content == GAP and (words := " ".join(value for key, value in values.items() if key in _WORDS)):
                    content = words
                parts.append(content)
        content = "\n".join(parts)
        if before.lstrip().startswith("|"):
            return " ".join(content.split())
        if not alone:
            content = content.strip("\n")
        margin = re.sub(r"[^\s>]", " ", before) if alone else re.match(r"[ \t>]*", before)[0]  # type: ignore[index]
        body = content.replace("\n", "\n" + margin) if margin else content
        own = next((value for key, value in groups.items() if key[0] == "b" and value), "")
        return own + body

    def content(self, written: str, path: str, above: tuple[str, ...], values: dict[str, str], *, as_code: bool) -> str:
        """Return the Markdown of a snippet, or a gap."""
        self.snippets += 1
        part = _PART.match(written)
        name = part[1] if part else written.split("#")[0]
        if self.snippets > MAX_SNIPPETS or self.room <= 0:
            return self.gap(_TOO_MUCH)
        file = self.find(name, posixpath.dirname(path))
        if file is None:
            return self.gap()
        if file in above:
            return self.gap("it includes itself")
        if len(above) >= MAX_DEPTH:
            return self.gap("it is a snippet in a snippet in a snippet, and so on")
        assert self.root
        try:
            source = (self.root / file).read_bytes()
        except OSError as error:
            return self.gap(error.strerror or "it cannot be read")
        self.files[file] = sha256(source).digest()
        decoded = decode(source)
        if decoded is None or decoded.bad_line:
            return self.gap("it is not UTF-8 text")
        suffix = posixpath.splitext(file)[1].lower()
        text = decoded.text
        if suffix in _READABLE | _HTML:
            try:
                front_matter = split(text, path=file)
            except BadArticle:
                return self.gap("its front matter is broken")
            if _is_kept_back(front_matter, file):
                return self.gap("its front matter says that not everybody may read it")
            text = front_matter.body if part is None or part[4] else text
        selected = _selected(text, part)
        if selected is None:
            return self.gap("it has no such part")
        if selected != text and _has_marks(text):  # its beginning or end may be in what is left out
            return self.gap("it has words for agents only, so it must be included whole")
        text = _REGION.sub("", selected)
        if as_code or suffix not in _READABLE | _HTML:
            self.room -= len(text)
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`{3,}", text)), 3)
            return f"{fence}\n{text.rstrip()}\n{fence}"
        text = _INCLUDE_VALUE.sub(lambda found: values.get(found[1], found[0]), text)
        self.room -= len(text)
        return self.of_text(text.strip("\n"), file, (*above, file))

    def gap(self, reason: str = "") -> str:
        self.problems.append((self.line, REFUSED.format(reason) if reason else MISSING))
        return GAP

    def find(self, written: str, folder: str) -> str | None:
        """Return the path below the root of the file that a path means, None without one; it is noted either way."""
        if self.root is None:
            return None
        if written.lower().startswith("reusables."):
            written = "data/" + written.replace(".", "/") + ".md"
        for prefix in ("@site/", "~/", "@/", "@docs/", "/"):
            if written.startswith(prefix):
                written, folder = written.removeprefix(prefix), ""
                break
        for place in dict.fromkeys([folder, "", *_FOLDERS]):
            name = posixpath.normpath(posixpath.join(place, written))
            for one in (name, f"{name}.md", f"{name}.mdx") if not posixpath.splitext(name)[1] else (name,):
                if found := self.file_at(one):
                    return found
        self.files[f"{folder}\0{written}"] = b"missing"
        return None

    def file_at(self, name: str) -> str | None:
        """Return `name` if it is a plain file below the root, by its real path, and not too large."""
        assert self.root
        if name.startswith(("..", "/")) or "\0" in name:
            return None
        if any(part.startswith(".") and part != ".gitbook" for part in name.split("/")):
            return None
        try:
            if not os.path.isfile(f"{self.root}/{name}"):  # noqa: PTH113 - for the many names that are not there
                return None
            real = Path(os.path.realpath(self.root / name))
            if not real.is_relative_to(self.root) or not real.is_file() or real.stat().st_size > MAX_BYTES:
                return None
        except (OSError, ValueError):
            return None
        inside = real.relative_to(self.root).as_posix()
        return None if any(part.startswith(".") and part != ".gitbook" for part in inside.split("/")) else inside


def _is_kept_back(front_matter: FrontMatter, path: str) -> bool:
    reader = MetadataReader(front_matter, path=path)
    article = reader.read()
    is_dated = article.publish_at or article.expires_at  # on which day the article is read is not known here
    return bool(front_matter.errors or reader.errors or article.left_out or is_dated or article.audience != "public")


def _has_marks(text: str) -> bool:
    separated = separate(text)
    return separated.doubtful or separated.public != text


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in re.finditer("\n", text))]


def _selected(text: str, part: re.Match[str] | None) -> str | None:
    """Return the lines or the section of a snippet that a path names behind a colon."""
    if part is None:
        return text
    if section := part[4]:
        found = re.search(
            rf"^[^\n]*(?:\[start:[ \t]*{re.escape(section)}\]|ANCHOR:[ \t]*{re.escape(section)}\b)[^\n]*\n(.*?)"
            rf"^[^\n]*(?:\[end:[ \t]*{re.escape(section)}\]|ANCHOR_END:[ \t]*{re.escape(section)}\b)",
            text,
            re.MULTILINE | re.DOTALL,
        )
        return found[1] if found else None
    lines = text.split("\n")
    first = int(part[2] or 1)
    last = int(part[3]) if part[3] else (first if part[3] is None and part[2] else len(lines))
    return "\n".join(lines[max(first - 1, 0) : last])
