"""Films, sounds and pages of other sites inside an article become links: nothing of others runs on our pages."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

MOST_TEXT: Final = 2_000  # characters between the tags in which a title is looked for
_BEGIN: Final = re.compile(
    r"""<(iframe|video|audio|embed|object)((?:[\s/](?:[^<>"']|"[^"<>]*"|'[^'<>]*')*)?)>""", re.IGNORECASE
)
_ATTRIBUTE: Final = re.compile(
    r"""(?<![\w-])(src|data|title|aria-label)\s*=\s*(?:\{?\s*"([^"]*)"|\{?\s*'([^']*)'|([^\s"'>{]+))""", re.IGNORECASE
)
_SOURCE: Final = re.compile(r"<(?:source|embed)\b[^<>]*>", re.IGNORECASE)
_LINK: Final = re.compile(r"""<a\b[^<>]*>""", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_FILM: Final = re.compile(
    r"!(?=\[[^\[\]\n]*\]\(\s*<?[^\s()<>]+\.(?:mp4|webm|mp3)(?:[?#][^\s()<>]*)?>?[ )])", re.IGNORECASE
)
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]~])")
_NO_TITLE: Final = re.compile(
    r"(?:youtube|vimeo|loom)?\s*(?:embedded\s+)?(?:video\s*)?(?:player|iframe)?", re.IGNORECASE
)
_FILM_PAGES: Final = frozenset({"www.youtube.com", "vimeo.com", "www.loom.com"})
_FILE: Final = re.compile(r"\.(?:mp4|m4v|mov|webm|ogv|ogg|mp3|m4a|wav)$", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")
_OPAQUE: Final = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)

NOT_EMBEDDED: Final = "`<{}>` is not embedded: a link to {} stands in its place."
NO_ADDRESS: Final = "`<{}>` is left out: it has no address to which a link could lead."


class Embed(NamedTuple):
    """What was embedded: the name of its tag, its address as written, and where the link leads ("" without one)."""

    tag: str
    address: str
    target: str

    @property
    def message(self) -> str:
        """What its author should know."""
        return NOT_EMBEDDED.format(self.tag, _name_of(self.target)) if self.target else NO_ADDRESS.format(self.tag)


def as_links(text: str) -> tuple[str, list[Embed]]:
    """Return Markdown whose embedded films, sounds and pages are links, and what they were.

    >>> as_links('See <iframe src="https://www.youtube.com/embed/x1" title="A tour"></iframe>.')[0]
    'See <a href="https://www.youtube.com/watch?v=x1">A tour</a>.'
    """
    text = _FILM.sub("", text)
    if not _BEGIN.search(text):
        return text, []
    embeds: list[Embed] = []
    return "".join(_pieces(text, embeds)), embeds


def _pieces(text: str, embeds: list[Embed]) -> Iterator[str]:
    lower, position = text.lower(), 0
    unended: set[str] = set()  # tags that no end follows: not looked for again
    while begin := _BEGIN.search(text, position):
        tag = begin[1].lower()
        end = -1 if tag in unended or tag == "embed" or begin[2].rstrip().endswith("/") else begin.end()
        if end >= 0:
            end = lower.find(f"</{tag}", end)
            if end < 0:
                unended.add(tag)
        inside = text[begin.end() : end][:MOST_TEXT] if end >= 0 else ""
        stop = begin.end() if end < 0 else (text.find(">", end) + 1 or len(text))
        link, embed = _link(tag, begin[2], inside, _words_before(text[position : begin.start()]))
        embeds.append(embed)
        alone = _line_before(text, begin.start()) == "" and text[stop : stop + 1] in ("", "\n")
        yield text[position : begin.start()]
        yield f"\n\n{link}\n\n" if alone else link
        position = stop
    yield text[position:]


def _line_before(text: str, place: int) -> str:
    return text[text.rfind("\n", 0, place) + 1 : place]


def _words_before(text: str) -> str:
    """Return the words of the last line with text."""
    return _plain(text.rstrip()[-MOST_TEXT:].rpartition("\n")[2])


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _link(tag: str, rest: str, inside: str, before: str) -> tuple[str, Embed]:
    """Return the link for an embedding tag; `before` are the words before it, which are not said again."""
    own, inner = _attributes(rest), [_attributes(found[0]) for found in _SOURCE.finditer(inside)]
    addresses = (each.get(name, "") for each in (own, *inner) for name in ("src", "data"))
    address = next((each for each in addresses if each and not _OPAQUE.match(each)), "")
    fallback = " ".join(html.unescape(_TAG.sub(" ", _LINK.sub("", inside))).split()) if tag == "object" else ""
    titles = (own.get("title", ""), own.get("aria-label", ""), fallback)
    title = next((each for each in titles if each and not _NO_TITLE.fullmatch(each)), "")
    if _plain(title) and before.endswith(_plain(title)):
        title = ""
    embed = Embed(tag, address, _watchable(address))
    shown = html.escape(_MARKDOWN.sub(r"\\\1", title or _shown_name(embed)))
    return f'<a href="{html.escape(embed.target)}">{shown}</a>' if embed.target else shown, embed


def _attributes(rest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(rest):
        found.setdefault(name.lower(), html.unescape("".join(values)).strip())
    return found


def _shown_name(embed: Embed) -> str:
    """Return a name for what has no title, in no language."""
    name = _name_of(embed.target)
    is_film = embed.tag in ("video", "audio") or urlsplit(embed.target).hostname in _FILM_PAGES
    return f"\u25b6 {name}" if is_film and name else name


def _name_of(address: str) -> str:
    """Return the name of a file of sound or film, else that of the site."""
    parts = urlsplit(address)
    if _FILE.search(parts.path):
        return posixpath.basename(unquote(parts.path))
    return (parts.hostname or "").removeprefix("www.") or posixpath.basename(unquote(parts.path)) or address


def _watchable(address: str) -> str:
    """Return the page on which people see what an embedding address shows; the address itself where it is one."""
    address = f"https:{address}" if address.startswith("//") else address
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    page = _PAGES.get(host)
    return (page(parts.path, parts.query) if page else "") or address


def _youtube(path: str, query: str) -> str:
    found = re.fullmatch(r"/embed/([\w-]+)/?", path)
    if not found or found[1] == "videoseries":
        playlist = parse_qs(query).get("list", [""])[0]
        return f"https://www.youtube.com/playlist?list={playlist}" if re.fullmatch(r"[\w-]+", playlist) else ""
    start = parse_qs(query).get("start", [""])[0]
    return f"https://www.youtube.com/watch?v={found[1]}" + (f"&t={start}s" if start.isdecimal() else "")


def _vimeo(path: str, query: str) -> str:
    found = re.fullmatch(r"/video/(\d+)/?", path)
    key = parse_qs(query).get("h", [""])[0]
    return f"https://vimeo.com/{found[1]}" + (f"/{key}" if key.isalnum() else "") if found else ""


def _loom(path: str, query: str) -> str:
    found = re.fullmatch(r"/embed/([\w-]+)/?", path)
    return f"https://www.loom.com/share/{found[1]}" if found else ""


_PAGES: Final[dict[str, Callable[[str, str], str]]] = {
    "youtube.com": _youtube,
    "youtube-nocookie.com": _youtube,
    "player.vimeo.com": _vimeo,
    "loom.com": _loom,
}
