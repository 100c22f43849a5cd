"""The block of `key: value` lines before an article: where it ends, what it says, and what to do when it is broken."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import msgspec

from kb_service.content.front_matter.readers import AUDIENCE_KEYS
from kb_service.content.front_matter.strays import STRAY, Stray, strays_of_block, strays_of_body
from kb_service.content.front_matter.strict_yaml import BadYaml, Field, RefusedYaml, Value, YamlMapping, load
from kb_service.content.source_text import clean
from kb_service.errors import BadArticle

MAX_CHARACTERS: Final = 32_768
_FENCE: Final = re.compile(r"(---|\+\+\+)[ \t]*(?:\n|\Z)")
_ENDS: Final = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE),
}
# A line of a block that no YAML parser takes: `title: {% data x %}`, `title = "Toml"`, `"title": "Json",`.
_LOOSE: Final = re.compile(r"""^[ \t{-]*["']?([\w-]+)["']?[ \t]*[:=](?:[ \t]+|$)(.*?)[ \t,]*$""", re.MULTILINE)
_KEY: Final = re.compile(r"^\S.*?[:=]", re.MULTILINE)
_TOML_KEY: Final = re.compile(r"""^[ \t]*\[*["']?([\w-]+)""", re.MULTILINE)
_BEFORE: Final = re.compile(r"(?:[ \t]*\n|[ \t]*<!--.*?-->[ \t]*\n){1,20}(?=---[ \t]*\n|\+\+\+[ \t]*\n)", re.DOTALL)
LATE: Final = "Front matter is to be the first thing of a file: move it above the comment or the empty lines."
_JSON_LAYOUT: Final = re.compile(r"^[ \t]+|[ \t]*,[ \t]*$", re.MULTILINE)
_QUOTES: Final = frozenset({'""', "''"})


class FrontMatter(msgspec.Struct, frozen=True):
    """An article's body and what stands before it. Keys are lower case with "_"; lines count from the top of the file.

    `cleaned` are lines of values from which unreadable characters were removed; `warnings` and `errors` pair lines
    with text; errors keep the article from the public.
    """

    body: str
    body_line: int = 1
    fields: dict[str, Field] = {}
    cleaned: tuple[int, ...] = ()
    warnings: tuple[tuple[int, str], ...] = ()
    errors: tuple[tuple[int, str], ...] = ()


def split(text: str, *, path: str) -> FrontMatter:
    """Split an article into front matter and body. Raises BadArticle where reading on would be unsafe.

    >>> front_matter = split("---\\nTitle: Seats\\n---\\ntext", path="seats.md")
    >>> front_matter.fields, front_matter.body, front_matter.body_line
    ({'title': Field(value='Seats', line=2)}, 'text', 4)
    """
    read = _after_comments(text, path)
    return _with_strays(read, strays_of_body(read.body, read.body_line))


def _after_comments(text: str, path: str) -> FrontMatter:
    before = _BEFORE.match(text)
    if not before:
        return _split(text, path=path)
    lines = text.count("\n", 0, before.end())
    try:
        late = _split(text[before.end() :], path=path)
    except BadArticle as error:
        raise BadArticle(path, error.line + lines, error.reason) from error
    if not late.fields:  # rules and a comment of an ordinary text
        return FrontMatter(text)
    moved = {key: Field(field.value, field.line + lines) for key, field in late.fields.items()}
    return FrontMatter(
        late.body,
        late.body_line + lines,
        moved,
        tuple(line + lines for line in late.cleaned),
        ((1, LATE), *((line + lines, message) for line, message in late.warnings)),
        tuple((line + lines, message) for line, message in late.errors),
    )


def _split(text: str, *, path: str) -> FrontMatter:
    opening = _FENCE.match(text)
    if not opening:
        return _json_object(text) if text.startswith("{\n") else FrontMatter(text)
    ending = _ENDS[opening[1]].search(text, opening.end())
    if not ending:
        return _unclosed(text, opening.end())
    block, body = text[opening.end() : ending.start()], text[ending.end() :].removeprefix("\n")
    body_line = text.count("\n", 0, len(text) - len(body)) + 1
    if len(block) > MAX_CHARACTERS:
        raise BadArticle(path, 1, f"The front matter is longer than {MAX_CHARACTERS:,} characters: shorten it.")
    if opening[1] == "+++":
        return _from_toml(block, body, body_line)
    try:
        if not block.strip():
            return FrontMatter(body, body_line)
        read = _from_yaml(load(block), body, body_line, path)
        return _with_strays(read, strays_of_block(block, read.fields, broken=False))
    except RefusedYaml as error:
        raise BadArticle(path, error.line + 1, f"In the front matter, {error.reason}.") from error
    except BadYaml as error:
        if not _LOOSE.search(block):  # prose between two rules
            return FrontMatter(text, warnings=((1, "The text between two `---` is not front matter."),))
        return _read_loosely(block, body, body_line, error.line + 1, error.reason)


def _from_toml(block: str, body: str, body_line: int) -> FrontMatter:
    """Read TOML with its nested tables as text; what is not TOML is read as far as its keys can be."""
    try:
        parsed = tomllib.loads(block)
    except tomllib.TOMLDecodeError as error:
        return _read_loosely(block, body, body_line, 1, f"as TOML: {error}")
    lines = {plain_key(found[1]): block.count("\n", 0, found.start(1)) + 2 for found in _TOML_KEY.finditer(block)}
    fields = {plain_key(key): Field(_as_text(value), lines.get(plain_key(key), 2)) for key, value in parsed.items()}
    return _with_strays(FrontMatter(body, body_line, fields), strays_of_block(block, fields, broken=False))


def _as_text(value: object) -> Value:
    """Return a value of TOML as YAML without types would give it."""
    if isinstance(value, dict):
        return {str(key): _as_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    return clean(str(value).lower() if isinstance(value, bool) else str(value))


def _with_strays(front_matter: FrontMatter, strays: Iterable[Stray]) -> FrontMatter:
    """Return front matter with what stands beside it but not among its keys: `audience:agent`."""
    fields, errors = dict(front_matter.fields), list(front_matter.errors)
    for stray in strays:
        fields[stray.key] = stray.field
        if all(line != stray.field.line for line, _ in errors):
            errors.append((stray.field.line, f"`{stray.written}` {STRAY}"))
    return msgspec.structs.replace(front_matter, fields=fields, errors=tuple(errors))


def plain_key(key: str) -> str:
    """Return a key as we compare it: "Verified-At " is "verified_at"."""
    return key.strip().lower().replace("-", "_").replace(" ", "_")


def _from_yaml(mapping: YamlMapping, body: str, body_line: int, path: str) -> FrontMatter:
    fields: dict[str, Field] = {}
    repeated = list(mapping.repeated)
    for key, field in mapping.fields.items():
        if plain_key(key) in fields:
            repeated.append((key, field.line))
        fields.setdefault(plain_key(key), Field(field.value, field.line + 1))
    for key, line in repeated:
        if plain_key(key) in AUDIENCE_KEYS:
            raise BadArticle(path, line + 1, f"`{key}` stands twice in the front matter: keep one.")
    warnings = ((line + 1, f"`{key}` stands twice in the front matter: the first is used.") for key, line in repeated)
    return FrontMatter(body, body_line, fields, tuple(line + 1 for line in mapping.cleaned), tuple(warnings))


def _unclosed(text: str, start: int) -> FrontMatter:
    """Take the lines up to the first empty one as front matter that somebody forgot to close."""
    end = text.find("\n\n", start)
    end = len(text) if end < 0 else end
    block = text[start:end]
    if not _LOOSE.search(block):
        return FrontMatter(text)
    read = _read_loosely(block, text[end:], text.count("\n", 0, end) + 1, 1, "no line `---` ends it")
    if reply := read.fields.get("reply"):  # nobody knows where it ends
        return _with_strays(read, [Stray("audience", Field("agent", reply.line), "reply:")])
    return read


def _json_object(text: str) -> FrontMatter:
    """Read an object of JSON at the beginning, as Hugo takes it; what is not JSON is read as far as its keys can be."""
    try:
        parsed, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        parsed = None
    if isinstance(parsed, dict) and end <= MAX_CHARACTERS and text[end : end + 1] in {"", "\n"}:
        block = text[:end]
        fields = {
            plain_key(key): Field(_as_text(value), _line_of_key(block, key))
            for key, value in parsed.items()
            if value is not None
        }
        body_line = text.count("\n", 0, end) + 1
        return _with_strays(FrontMatter(text[end:], body_line, fields), strays_of_block(block, fields, broken=False))
    end = text.find("\n}")
    body = text[end + 2 :]
    if end < 0 or body[:1] not in {"", "\n"}:
        return FrontMatter(text)
    block = _JSON_LAYOUT.sub("", text[2:end])  # nested keys count as well: in doubt a state or an audience is meant
    return _read_loosely(block, body, text.count("\n", 0, end + 2) + 1, 1, "nor JSON")


def _line_of_key(block: str, key: str) -> int:
    return block.count("\n", 0, max(block.find(json.dumps(key, ensure_ascii=False)), 0)) + 1


def _read_loosely(block: str, body: str, body_line: int, line: int, reason: str) -> FrontMatter:
    """Read a broken block key by key, so that a bad `intro:` costs neither the title nor the audience."""
    fields: dict[str, Field] = {}
    starts = [found.start() for found in _KEY.finditer(block)]
    for start, end in pairwise([*starts, len(block)]):
        piece, first_line = block[start:end], block.count("\n", 0, start) + 2
        try:
            found = {plain_key(key): Field(field.value, first_line) for key, field in load(piece).fields.items()}
        except BadYaml:
            found = _single_lines(piece, first_line)
        fields = found | fields
    for key, field in _single_lines(block, 2).items():  # wherever it stands in the rubble, it must not be overlooked
        if key in AUDIENCE_KEYS and field.value != "public":
            fields[key] = field
    warning = f"The front matter is not valid YAML ({reason}): only the keys that can be read on their own are used."
    read = FrontMatter(body, body_line, fields, warnings=((line, warning),))
    return _with_strays(read, strays_of_block(block, fields, broken=True))


def _single_lines(piece: str, first_line: int) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for found in _LOOSE.finditer(piece):
        key, value = plain_key(found[1]), found[2].strip()
        if len(value) > 1 and value[0] + value[-1] in _QUOTES:
            value = value[1:-1]
        line = first_line + piece.count("\n", 0, found.start(1))
        if key in AUDIENCE_KEYS and key in fields and value != "public":
            fields[key] = Field(value, line)
        fields.setdefault(key, Field(value, line))
    return fields
