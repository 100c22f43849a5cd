"""Passages as they are written: each one's HTML, cut from its article's, and a map from its plain text into it.

What is cut stays well-formed: lists go on counting, tables repeat their header, quotes and callouts keep their frame.
`marked` puts `<mark>` around what a quote is in the HTML. All of it is made at indexing but for the marks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape, unescape
from typing import Final, NamedTuple
from urllib.parse import urljoin

import msgspec

from kb_service.content.markdown import callouts
from kb_service.content.passages.html_blocks import ANCHOR, HEADINGS, TOKEN, VOID_TAGS, Line

MAX_HTML_CHARACTERS: Final = 64_000  # of a passage: eight times the longest text; what has more is shown as its text
_FAR: Final = 64  # words that either side may have alone: a caption, the description of an image
_MOST_LOST: Final = 200  # times that none of these helps: then the rest of the text has no place in the HTML
_UNMISTAKABLE: Final = 16  # characters
_LIKELY: Final = 3  # words that text and HTML must have alike, to go on from there; one, where so few are skipped

_SHOWN_DETAILS: Final = '<details open="">'  # in a passage nothing is to be opened: the answer may be in there
_INLINE_TAGS: Final = frozenset(
    "a abbr b cite code del dfn em i ins kbd label mark q s samp small strong sub sup u var".split()
)
_PIECE: Final = re.compile(r"&#?\w+;|[^&\s][^&\n]*(?<!\s)|&")
_WORD: Final = re.compile(r"\w+|[^\w\s]")
_WORD_OF_HTML: Final = re.compile(r"&#?\w+;|\w+|[^\w\s]")
_BLANKS: Final = re.compile(r"\s*")
_BETWEEN: Final = re.compile(r"[\s|:,]*(?:(?:-|\d+\.)\s+)*")  # what a text has between items, cells, terms
_ADDRESS: Final = re.compile(r'(<(?:a|img) (?:[^>]* )?(?:href|src)=")([^"]*)')
_HEADING: Final = re.compile(r"<(/?)h([1-6])>")
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


class Place(NamedTuple):
    """Where a text is from: character `first` of the line `begin` to before character `last` of the line `end`.

    From 0 on it is from the beginning of the line's element on, to the length of its text or more up to its end.
    """

    begin: Line
    first: int
    end: Line
    last: int

    @classmethod
    def of(cls, start: int, end: int) -> Place:
        """Return what stands at [start, end) of the HTML."""
        line = Line("", start, end)
        return cls(line, 0, line, 0)


class Written(NamedTuple):
    """A passage as it is written; `places` says where in the HTML its text is (see `marked`)."""

    html: str
    places: bytes


class Run(NamedTuple):
    """[start, end) of a text is [html_start, html_end) of its HTML: character by character, or one as an entity."""

    start: int
    end: int
    html_start: int
    html_end: int


# What is shown of an article


class ArticleHtml:
    """The sanitized HTML of an article, to cut passages from: `written` for each of them, in linear time for all."""

    def __init__(self, html: str, places: Iterable[Sequence[Place]]) -> None:
        """`places` are those of each passage, in order."""
        self._html = html
        self._lines: dict[tuple[int, int], tuple[Run, ...]] = {}
        self._extents = [[*_joined(html, map(self._extent, each))] for each in places]
        self._open_at = _open_at(html, {start for extents in self._extents for start, _ in extents})

    def written(self, number: int, text: str) -> Written:
        """Return the passage with this number, whose text is `text`."""
        pieces = []
        size = 0
        for start, end in self._extents[number]:
            size += end - start
            if size > MAX_HTML_CHARACTERS:
                return _as_text(text)
            pieces.append(_cut(self._html, start, end, self._open_at[start]))
        html = ANCHOR.sub("", callouts.with_classes("".join(pieces))).strip()
        return Written(html, packed(align(text, html))) if len(html) <= MAX_HTML_CHARACTERS else _as_text(text)

    def _extent(self, place: Place) -> tuple[int, int]:
        """Return the [start, end) of a place in the HTML."""
        start, end = place.begin.start, place.end.end
        if place.first:
            start = self._inside(place.begin, place.first)[0]
        if place.last < len(place.end.text):
            end = self._inside(place.end, place.last)[1]
        return start, max(start, end)

    def _inside(self, line: Line, at: int) -> tuple[int, int]:
        """Return where the last character before `at` ends in the HTML of a line, behind where the next one begins."""
        key = line.start, line.end
        if key not in self._lines:
            self._lines[key] = tuple(align(line.text, self._html[line.start : line.end]))
        runs = self._lines[key]
        following = bisect_right(runs, at, key=lambda run: run.end)
        before = bisect_left(runs, at, key=lambda run: run.start) - 1
        start = _html_place(runs[following], at) if following < len(runs) else line.end - line.start
        end = _html_place(runs[before], at) if before >= 0 else 0
        return line.start + start, line.start + end


def _as_text(text: str) -> Written:
    html = f"<pre>{escape(text, quote=False)}</pre>"
    return Written(html, packed(align(text, html)))


def _joined(html: str, extents: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the extents with the pictures that follow them, and those as one that have no text between them."""
    joined: list[tuple[int, int]] = []
    for start, end in extents:
        end = _end_of_pictures(html, end)
        if start == end:
            continue
        if joined and joined[-1][1] <= start and not _has_text(html, joined[-1][1], start):
            start = joined.pop()[0]
        joined.append((start, end))
    return iter(joined)


def _end_of_pictures(html: str, at: int) -> int:
    """Return where what follows `at` without any text, but with a picture, ends; `at` where there is none."""
    depth, has_picture = 0, False
    for token in TOKEN.finditer(html, at):
        closing, tag = token[1], token[2]
        if (token[4] and not token[4].isspace()) or depth < 0 or tag in HEADINGS:
            break
        has_picture |= tag == "img"
        if tag and tag not in VOID_TAGS:
            depth += -1 if closing else 1
        if has_picture and depth == 0:
            at, has_picture = token.end(), False
    return at


def _has_text(html: str, start: int, end: int) -> bool:
    return any(token[4] and not token[4].isspace() for token in TOKEN.finditer(html, start, end))


class _Open:
    """An element that is open at a place: its tag as written, and what of it has been seen so far."""

    __slots__ = ("has_text", "header", "number", "source", "start", "tag")

    def __init__(self, tag: str, source: str, start: int) -> None:
        self.tag = tag
        self.source = source
        self.start = start
        self.has_text = False  # so far
        found = re.search(r' start="(\d+)"', source) if tag == "ol" else None
        self.number = int(found[1]) if found else 1  # of the next item
        self.header: tuple[int, int] | None = None  # of a table: its first row with text, when that is over

    def again(self, html: str) -> tuple[str, str]:
        """Return the tags that go on with the element: its own, and a header that is a row of its own below <tbody>."""
        if self.tag == "details":
            return ("" if self.has_text else _SHOWN_DETAILS), ""  # without its summary it says nothing
        if self.tag == "ol":
            return (f'<ol start="{self.number}">' if self.number != 1 else "<ol>"), ""
        header = html[slice(*self.header)] if self.header else ""
        return (self.source + header, "") if header.startswith("<thead") else (self.source, header)


class _Opened(NamedTuple):
    """What to write before a piece that begins inside elements, and these elements, "" for those that are left out."""

    source: str
    tags: tuple[str, ...]


def _open_at(html: str, places: Iterable[int]) -> Mapping[int, _Opened]:
    """Return for each place which elements go on there, in one walk through the HTML."""
    wanted = sorted(places, reverse=True)
    found: dict[int, _Opened] = {}
    open_elements: list[_Open] = []
    for token in TOKEN.finditer(html):
        closing, tag, _, text = token.groups()
        while wanted and (wanted[-1] < token.end() if text else wanted[-1] <= token.start()):
            found[wanted.pop()] = _reopened(html, open_elements)
        if not wanted:
            break
        if text is not None:
            if open_elements and not text.isspace():
                open_elements[-1].has_text = True
        elif closing:
            if open_elements and open_elements[-1].tag == tag:
                _close(open_elements, token.end())
        elif tag not in VOID_TAGS:
            open_elements.append(_Open(tag, token[0], token.start()))
    return found | dict.fromkeys(wanted, _Opened("", ()))


def _close(open_elements: list[_Open], end: int) -> None:
    closed = open_elements.pop()
    if not open_elements:
        return
    parent = open_elements[-1]
    parent.has_text |= closed.has_text
    if closed.tag == "li":
        parent.number += 1
    elif closed.tag in {"thead", "tr"} and closed.has_text:
        table = next((each for each in reversed(open_elements) if each.tag in {"table", "thead"}), None)
        if table and table.tag == "table" and not table.header:
            table.header = closed.start, end


def _reopened(html: str, open_elements: Sequence[_Open]) -> _Opened:
    sources, tags, row = [], [], ""
    for each in open_elements:
        source, following = each.again(html)
        sources.append(source + (row if each.tag == "tbody" else ""))
        tags.append(each.tag if source else "")
        row = following or row
    return _Opened("".join(sources), tuple(tags))


def _cut(html: str, start: int, end: int, opened: _Opened) -> str:
    """Return [start, end) of the HTML as a piece of its own: well-formed, whatever is opened and closed in it."""
    pieces = [opened.source]
    tags = [*opened.tags]
    for token in TOKEN.finditer(html, start, end):
        closing, tag = token[1], token[2]
        if closing:
            if tags and tags[-1] in (tag, "") and tags.pop():
                pieces.append(token[0])
            continue
        if tag and tag not in VOID_TAGS:
            tags.append(tag)
        pieces.append(_SHOWN_DETAILS if tag == "details" else token[0])
    pieces += [f"</{tag}>" for tag in reversed(tags) if tag]
    return "".join(pieces)


# Where the text is in the HTML


def align(text: str, html: str) -> list[Run]:
    """Return which characters of a text are which of its HTML; what one of them has alone is left out.

    The text has "1. " before items and " | " between cells, the HTML captions, and tags within words.

    >>> [run[:2] for run in align("- One & all", "<ul><li>One &amp; <b>all</b></li></ul>")]
    [(2, 5), (6, 7), (8, 11)]
    """
    runs: list[Run] = []
    at = 0
    unlike: list[tuple[int, int]] = []
    for piece, start, end in _pieces_of_html(html):
        place = _later(text, at, piece, unlike) if unlike else _next(text, at, piece)
        if place < 0:
            unlike.append((start, end))
            continue
        _add_by_words(runs, text, html, (at, place), unlike)
        unlike = []
        _add(runs, text, html, Run(place, place + len(piece), start, end))
        at = place + len(piece)
    _add_by_words(runs, text, html, (at, len(text)), unlike)
    return runs


def _pieces_of_html(html: str) -> Iterator[tuple[str, int, int]]:
    """Yield the entities, and each line between them and tags without the blanks around it, with their places."""
    for token in TOKEN.finditer(html):
        if not token[4]:
            continue
        for found in _PIECE.finditer(html, *token.span()):
            start, end = found.span()
            yield (unescape(found[0]) if found[0][0] == "&" else found[0]), start, end


def _next(text: str, at: int, piece: str) -> int:
    """Return where the text goes on with a piece of the HTML, behind what it may have before it; -1 if it does not."""
    for pattern in (_BLANKS, _BETWEEN):
        found = pattern.match(text, at)
        assert found
        if text.startswith(piece, found.end()):
            return found.end()
    return -1


def _later(text: str, at: int, piece: str, unlike: Sequence[tuple[int, int]]) -> int:
    """Return where a piece of the HTML that cannot be mistaken follows behind about as much; -1 where it does not."""
    if len(piece) < _UNMISTAKABLE:
        return -1
    between = sum(end - start for start, end in unlike)
    return text.find(piece, at + between // 2, at + 2 * between + _FAR + len(piece))


def _add_by_words(
    runs: list[Run], text: str, html: str, within: tuple[int, int], extents: Sequence[tuple[int, int]]
) -> None:
    """Add the runs of words that some of the text and these extents of the HTML have alike."""
    if not extents:
        return
    words = [(found[0], *found.span()) for found in _WORD.finditer(text, *within)]
    written = [(unescape(found[0]), *found.span()) for each in extents for found in _WORD_OF_HTML.finditer(html, *each)]
    names, other_names = [word[0] for word in words], [word[0] for word in written]
    at = other = lost = 0
    while at < len(words) and other < len(written) and lost < _MOST_LOST:
        if names[at] == other_names[other]:
            _add(runs, text, html, Run(*words[at][1:], *written[other][1:]))
            at, other = at + 1, other + 1
        elif pieces := _pieces_of(names[at], other_names, other):
            start = words[at][1]
            for word, html_start, html_end in written[other : other + pieces]:
                _add(runs, text, html, Run(start, start + len(word), html_start, html_end))
                start += len(word)
            at, other = at + 1, other + pieces
        else:
            skipped, other_skipped = _way_on(names, at, other_names, other)
            lost += skipped and other_skipped
            at, other = at + skipped, other + other_skipped


def _pieces_of(word: str, names: Sequence[str], at: int) -> int:
    """Return how many of the next names make up `word`, 0 when they do not: tags may divide it in the HTML."""
    pieces = 0
    while word and at + pieces < len(names) and word.startswith(names[at + pieces]):
        word = word[len(names[at + pieces]) :]
        pieces += 1
    return 0 if word else pieces


def _way_on(names: Sequence[str], at: int, others: Sequence[str], other: int) -> tuple[int, int]:
    """Return how many words to skip on either side until both go on alike; (1, 1) when that is not near."""
    for far in range(1, _FAR):
        alike = 1 if far <= _LIKELY else _LIKELY
        for skipped, other_skipped in ((far, 0), (0, far)):
            mine = names[at + skipped : at + skipped + alike]
            if mine and mine == others[other + other_skipped : other + other_skipped + alike]:
                return skipped, other_skipped
    return 1, 1


def _add(runs: list[Run], text: str, html: str, run: Run) -> None:
    """Add a run, to the one before where nothing but the same or as many blanks stand between them."""
    if runs and _is_even(runs[-1]) and _is_even(run):
        last = runs[-1]
        between, html_between = text[last.end : run.start], html[last.html_end : run.html_start]
        alike = between == html_between or (between.isspace() and html_between.isspace())
        if alike and len(between) == len(html_between):
            runs[-1] = Run(last.start, run.end, last.html_start, run.html_end)
            return
    runs.append(run)


def _is_even(run: Run) -> bool:
    """Tell whether a run is character by character, not an entity."""
    return run.end - run.start == run.html_end - run.html_start


def packed(runs: Sequence[Run]) -> bytes:
    """Return runs in few bytes, about 6 each: as steps from one to the next."""
    steps: list[int] = []
    end = html_end = 0
    for run in runs:
        length = run.end - run.start
        steps += (run.start - end, length, run.html_start - html_end, run.html_end - run.html_start - length)
        end, html_end = run.end, run.html_end
    return msgspec.msgpack.encode(steps)


def unpacked(places: bytes) -> list[Run]:
    """Undo `packed`."""
    runs: list[Run] = []
    end = html_end = 0
    steps = iter(msgspec.msgpack.decode(places, type=list[int]) if places else ())
    for gap, length, html_gap, more in zip(steps, steps, steps, steps, strict=True):
        start, html_start = end + gap, html_end + html_gap
        end, html_end = start + length, html_start + length + more
        runs.append(Run(start, end, html_start, html_end))
    return runs


# What a reader gets


def marked(written: Written, spans: Sequence[tuple[int, int]]) -> str:
    """Return the HTML with `<mark>` around what [start, end) of the text are in it; `spans` are in ascending order.

    Marks are around text alone, so that they are well-formed across tags, items and cells.

    >>> html = "<p>One <b>and</b> all</p>"
    >>> marked(Written(html, packed(align("One and all", html))), [(4, 11)])
    '<p>One <b><mark>and</mark></b><mark> all</mark></p>'
    """
    runs = unpacked(written.places) if spans else []
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        first = bisect_right(runs, start, key=lambda run: run.end)
        last = bisect_left(runs, end, key=lambda run: run.start) - 1
        if start >= end or first > last:
            continue
        html_start = max(_html_place(runs[first], start), done)
        html_end = _html_place(runs[last], end, is_end=True)
        if html_start < html_end:
            pieces += (written.html[done:html_start], *_marked(written.html, html_start, html_end))
            done = html_end
    return "".join([*pieces, written.html[done:]])


def _html_place(run: Run, at: int, *, is_end: bool = False) -> int:
    """Return where the character `at` of a text is in the HTML, the nearest place of the run where it is not in it."""
    if not _is_even(run):
        return run.html_end if is_end or at >= run.end else run.html_start
    return run.html_start + min(max(at, run.start), run.end) - run.start


def _marked(html: str, start: int, end: int) -> Iterator[str]:
    tokens = [*TOKEN.finditer(html, start, end)]
    for number, token in enumerate(tokens):
        text = token[4]
        beside = (tokens[at][2] for at in (number - 1, number + 1) if 0 <= at < len(tokens))
        # Blanks between items or cells are no text, and `<ul> <mark>` would be wrong.
        is_blank = bool(text) and text.isspace() and not all(tag in _INLINE_TAGS for tag in beside)
        yield f"<mark>{text}</mark>" if text and not is_blank else token[0]


def with_addresses(html: str, base: str, *, root: str = "") -> str:
    """Return the HTML with its links and images leading where they lead from the page at `base`.

    What begins with "/" is put behind `root`.

    >>> with_addresses('<a href="#vat">VAT</a> <a href="other">Other</a>', "/articles/guides/seats")
    '<a href="/articles/guides/seats#vat">VAT</a> <a href="/articles/guides/other">Other</a>'
    """

    def resolve(found: re.Match[str]) -> str:
        address = unescape(found[2])
        if not address or _SCHEME.match(address):
            return found[0]
        try:
            return found[1] + escape(root + address if address[0] == "/" else urljoin(base, address))
        except ValueError:  # a bracket where no IPv6 address is
            return found[0]

    return _ADDRESS.sub(resolve, html)


def with_headings_from(level: int, html: str) -> str:
    """Return the HTML with its highest headings at `level`, and no level left out below them.

    >>> with_headings_from(3, "<h2>A</h2><h4>B</h4><h2>C</h2>")
    '<h3>A</h3><h4>B</h4><h3>C</h3>'
    """
    used = sorted({found[2] for found in _HEADING.finditer(html)})
    levels = {old: min(level + place, 6) for place, old in enumerate(used)}
    return _HEADING.sub(lambda found: f"<{found[1]}h{levels[found[2]]}>", html) if used else html
