"""YAML reduced to what front matter needs: mappings, lists and text. No tags, aliases or guessed types, within limits.

Read from PyYAML's parsing events. Its constructors follow aliases (a 1 KB merge bomb runs for minutes) and turn `4.50`
into a number and `2024-13-45` into an exception; its nodes no longer tell an anchor or a tag `!!str` from plain text.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any, Final, NamedTuple, TypeAlias

import yaml

from kb_service.content.source_text import clean

MAX_DEPTH: Final = 8
MAX_NODES: Final = 20_000
# The C parser where PyYAML was built with it: 15 times faster, same events.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BEFORE_DOCUMENT: Final = (yaml.StreamStartEvent, yaml.DocumentStartEvent)
_NULLS: Final = frozenset({"null", "~", "Null", "NULL"})

Value: TypeAlias = "str | list[Value] | dict[str, Value]"


class Field(NamedTuple):
    """A top-level value and the line, from 1, on which its key stands."""

    value: Value
    line: int


class YamlMapping(NamedTuple):
    """The top-level mapping.

    `repeated` are keys that stand there twice, with the line (the first value is kept); `cleaned` are the lines of
    values that had characters removed which no text may have.
    """

    fields: dict[str, Field]
    repeated: list[tuple[str, int]]
    cleaned: list[int]


class BadYaml(Exception):
    """Text that is not a YAML mapping; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class RefusedYaml(BadYaml):
    """Well-formed YAML that uses something not allowed here."""


def load(text: str) -> YamlMapping:
    """Return the mapping that `text` holds; raises BadYaml, or RefusedYaml for what is YAML but not allowed.

    >>> load("price: 4.50\\ntags: [a, b]").fields
    {'price': Field(value='4.50', line=1), 'tags': Field(value=['a', 'b'], line=2)}
    """
    try:
        return _Reader(yaml.parse(text, Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadYaml(line, error.problem or "it cannot be parsed") from error
    except (yaml.YAMLError, ValueError) as error:
        raise BadYaml(1, str(error).splitlines()[0]) from error


class _Reader:
    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.nodes = 0
        self.cleaned: list[int] = []

    def document(self) -> YamlMapping:
        start = next(event for event in self.events if not isinstance(event, _BEFORE_DOCUMENT))
        if not isinstance(start, yaml.MappingStartEvent):
            raise BadYaml(start.start_mark.line + 1, "it is not a list of `key: value` lines")
        fields: dict[str, Field] = {}
        repeated = []
        for key, line, value in self.pairs(start, 0):
            if key in fields:
                repeated.append((key, line))
            fields.setdefault(key, Field(value, line))
        list(self.events)  # to the end: what follows the mapping must be well-formed too
        return YamlMapping(fields, repeated, self.cleaned)

    def pairs(self, start: Any, depth: int) -> Iterator[tuple[str, int, Value]]:
        self.check(start, depth)
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarEvent):
                raise RefusedYaml(line, "a key must be plain text")
            yield self.text(key, depth), line, self.value(next(self.events), depth + 1)

    def value(self, event: Any, depth: int) -> Value:
        if isinstance(event, yaml.MappingStartEvent):
            nested: dict[str, Value] = {}
            for key, _, value in self.pairs(event, depth):
                nested.setdefault(key, value)
            return nested
        if isinstance(event, yaml.SequenceStartEvent):
            self.check(event, depth)
            items = takewhile(lambda item: not isinstance(item, yaml.SequenceEndEvent), self.events)
            return [self.value(item, depth + 1) for item in items]
        return self.text(event, depth)

    def text(self, event: Any, depth: int) -> str:
        self.check(event, depth)
        text = "" if event.implicit[0] and event.value in _NULLS else str(event.value)
        if (cleaned := clean(text)) != text:
            self.cleaned.append(event.start_mark.line + 1)
        return cleaned

    def check(self, event: Any, depth: int) -> None:
        line = event.start_mark.line + 1
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise RefusedYaml(line, "anchors and aliases (`&name`, `*name`) are not allowed: write it out or quote it")
        if event.tag and event.tag != "!":
            raise RefusedYaml(line, f"tags such as `{event.tag[:60]}` are not allowed: write plain text or quote it")
        if depth > MAX_DEPTH:
            raise RefusedYaml(line, f"values are nested more than {MAX_DEPTH} deep")
        if self.nodes > MAX_NODES:
            raise RefusedYaml(line, f"there are more than {MAX_NODES:,} values")
