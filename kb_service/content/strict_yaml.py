"""YAML reduced to what front matter needs: mappings, lists and text. No tags, aliases or guessed types, within limits.

Read from PyYAML's parsing events: its own constructors follow aliases (a 1 KB merge bomb runs for minutes) and turn
`4.50` into a number and `2024-13-45` into an exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

import yaml

from kb_service.content.encoding import clean

MAX_DEPTH: Final = 8
MAX_NODES: Final = 20_000
# The C parser where PyYAML was built with it: 15 times faster, same events.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Value: TypeAlias = "str | list[Value] | dict[str, Value]"


class Entry(NamedTuple):
    """A top-level value and the line, from 1, on which its key stands."""

    value: Value
    line: int


class RefusedYaml(Exception):
    """Well-formed YAML that uses something not allowed here."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class InvalidYaml(Exception):
    """Text that is no YAML mapping."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Mapping(NamedTuple):
    """The top-level mapping.

    `repeated` are keys that stand there twice, with the line (the first value is kept); `cleaned` are the lines of
    values that had characters removed which no text may have.
    """

    entries: dict[str, Entry]
    repeated: list[tuple[str, int]]
    cleaned: list[int]


def load(text: str) -> Mapping:
    """Return the mapping that `text` holds; raises RefusedYaml or InvalidYaml, both with a line from 1."""
    reader = _Reader(text)
    try:
        return reader.document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidYaml(line, error.problem or "it cannot be parsed") from error
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidYaml(1, str(error).splitlines()[0]) from error


class _Reader:
    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self.nodes = 0
        self.cleaned: list[int] = []

    def document(self) -> Mapping:
        event = next(self.events)
        while isinstance(event, (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
            event = next(self.events)
        if not isinstance(event, yaml.MappingStartEvent):
            raise InvalidYaml(event.start_mark.line + 1, "it is not a list of `key: value` lines")
        entries: dict[str, Entry] = {}
        repeated = []
        for key, line, value in self.pairs(event, 0):
            if key in entries:
                repeated.append((key, line))
            else:
                entries[key] = Entry(value, line)
        for _ in self.events:  # to the end: what follows the mapping must be well-formed too
            pass
        return Mapping(entries, repeated, self.cleaned)

    def pairs(self, start: Any, depth: int) -> Iterator[tuple[str, int, Value]]:
        self.check(start, depth)
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                raise RefusedYaml(line, "a key must be plain text")
            yield self.scalar(event, depth), line, self.value(next(self.events), depth + 1)

    def value(self, event: Any, depth: int) -> Value:
        if isinstance(event, yaml.MappingStartEvent):
            nested: dict[str, Value] = {}
            for key, _, value in self.pairs(event, depth):
                nested.setdefault(key, value)
            return nested
        if isinstance(event, yaml.SequenceStartEvent):
            self.check(event, depth)
            items = []
            while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
                items.append(self.value(item, depth + 1))
            return items
        return self.scalar(event, depth)

    def scalar(self, event: Any, depth: int) -> str:
        self.check(event, depth)
        text = "" if event.implicit[0] and event.value in {"null", "~", "Null", "NULL"} else str(event.value)
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
