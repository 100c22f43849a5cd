"""The block of `key: value` lines before an article: where it ends, what it says, and what to do when it is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from kb_service.content.strict_yaml import Entry, InvalidYaml, Mapping, RefusedYaml, load
from kb_service.errors import BadArticle

MAX_CHARACTERS: Final = 32_768
AUDIENCE_KEYS: Final = frozenset({"audience", "visibility"})
_FENCE: Final = re.compile(r"(---|\+\+\+)[ \t]*(?:\n|\Z)")
_ENDS: Final = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE),
}
# A line of a block that no YAML parser takes: `title: {% data x %}`, `title = "Toml"`, `"title": "Json",`.
_LOOSE: Final = re.compile(r"""^[ \t{-]*["']?([\w-]+)["']?[ \t]*[:=](?:[ \t]+|$)(.*?)[ \t,]*$""", re.MULTILINE)
_KEY: Final = re.compile(r"^\S.*?[:=]", re.MULTILINE)
_QUOTES: Final = frozenset({'""', "''"})


class FrontMatter(NamedTuple):
    """What stands before an article. Keys are lower case with "_"; lines count from the top of the file.

    `cleaned` are lines of values from which unreadable characters were removed; `warnings` pairs lines with text.
    """

    entries: dict[str, Entry]
    cleaned: frozenset[int]
    warnings: list[tuple[int, str]]
    body: str
    body_line: int


def split(text: str, *, path: str) -> FrontMatter:
    """Split an article into front matter and body. Raises BadArticle where reading on would be unsafe."""
    opening = _FENCE.match(text)
    if not opening:
        return _json_object(text) if text.startswith("{\n") else FrontMatter({}, frozenset(), [], text, 1)
    ending = _ENDS[opening[1]].search(text, opening.end())
    if not ending:
        return _unclosed(text, opening.end())
    block, body = text[opening.end() : ending.start()], text[ending.end() :].removeprefix("\n")
    body_line = text.count("\n", 0, len(text) - len(body)) + 1
    if len(block) > MAX_CHARACTERS:
        raise BadArticle(path, 1, f"The front matter is longer than {MAX_CHARACTERS:,} characters: shorten it.")
    if opening[1] == "+++":
        return _read_loosely(block, body, body_line, 1, "TOML is not read")
    try:
        return _from_mapping(load(block), body, body_line, path) if block.strip() else _nothing(body, body_line)
    except RefusedYaml as error:
        raise BadArticle(path, error.line + 1, f"In the front matter, {error.reason}.") from error
    except InvalidYaml as error:
        if not _LOOSE.search(block):  # prose between two rules
            return FrontMatter({}, frozenset(), [(1, "The text between two `---` is no front matter.")], text, 1)
        return _read_loosely(block, body, body_line, error.line + 1, error.reason)


def plain_key(key: str) -> str:
    """Return a key as we compare it: "Verified-At " is "verified_at"."""
    return key.strip().lower().replace("-", "_").replace(" ", "_")


def _nothing(body: str, body_line: int) -> FrontMatter:
    return FrontMatter({}, frozenset(), [], body, body_line)


def _from_mapping(mapping: Mapping, body: str, body_line: int, path: str) -> FrontMatter:
    entries: dict[str, Entry] = {}
    repeated = list(mapping.repeated)
    for key, entry in mapping.entries.items():
        if plain_key(key) in entries:
            repeated.append((key, entry.line))
        entries.setdefault(plain_key(key), Entry(entry.value, entry.line + 1))
    for key, line in repeated:
        if plain_key(key) in AUDIENCE_KEYS | {"id", "slug"}:
            raise BadArticle(path, line + 1, f"`{key}` stands twice in the front matter: keep one.")
    warnings = [(line + 1, f"`{key}` stands twice in the front matter: the first is used.") for key, line in repeated]
    return FrontMatter(entries, frozenset(line + 1 for line in mapping.cleaned), warnings, body, body_line)


def _unclosed(text: str, start: int) -> FrontMatter:
    """Take the lines up to the first empty one as front matter that somebody forgot to close."""
    end = text.find("\n\n", start)
    end = len(text) if end < 0 else end
    block = text[start:end]
    if not _LOOSE.search(block):
        return FrontMatter({}, frozenset(), [], text, 1)
    return _read_loosely(block, text[end:], text.count("\n", 0, end) + 1, 1, "no line `---` ends it")


def _json_object(text: str) -> FrontMatter:
    end = text.find("\n}")
    body = text[end + 2 :]
    if end < 0 or body[:1] not in {"", "\n"}:
        return FrontMatter({}, frozenset(), [], text, 1)
    return _read_loosely(text[2:end], body, text.count("\n", 0, end + 2) + 1, 1, "JSON is not read")


def _read_loosely(block: str, body: str, body_line: int, line: int, reason: str) -> FrontMatter:
    """Read a broken block key by key, so that a bad `intro:` costs neither the title nor the audience."""
    entries: dict[str, Entry] = {}
    for piece, first_line in _pieces(block):
        try:
            found = {plain_key(key): Entry(entry.value, first_line) for key, entry in load(piece).entries.items()}
        except (InvalidYaml, RefusedYaml):
            found = _single_lines(piece, first_line)
        entries = found | entries
    for key, entry in _single_lines(block, 2).items():  # wherever it stands in the rubble, it must not be overlooked
        if key in AUDIENCE_KEYS and entry.value != "public":
            entries[key] = entry
    warning = f"The front matter is no valid YAML ({reason}): only the keys that can be read on their own are used."
    return FrontMatter(entries, frozenset(), [(line, warning)], body, body_line)


def _pieces(block: str) -> Iterator[tuple[str, int]]:
    starts = [found.start() for found in _KEY.finditer(block)]
    for start, end in pairwise([*starts, len(block)]):
        yield block[start:end], block.count("\n", 0, start) + 2


def _single_lines(piece: str, first_line: int) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for found in _LOOSE.finditer(piece):
        key, value = plain_key(found[1]), found[2].strip()
        if len(value) > 1 and value[0] + value[-1] in _QUOTES:
            value = value[1:-1]
        line = first_line + piece.count("\n", 0, found.start(1))
        if key in AUDIENCE_KEYS and key in entries and value != "public":
            entries[key] = Entry(value, line)
        entries.setdefault(key, Entry(value, line))
    return entries
