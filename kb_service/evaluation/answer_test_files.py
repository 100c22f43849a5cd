"""Answer tests as authors write them: `articles/_tests/*.yml`.

tests:
  - question: our licence expired yesterday, what happens now
    article: licence-expired-what-stops      # or one_of: [two, ids]
    contains: read-only                      # a text or a list of texts, also not_contains
  - question: where do I enter our VAT number
    outcome: no_answer
  - question: we pay for 60 seats but only 48 use it
    seats: {state: under, purchased: 60, active: 48}
    audience: agent
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from kb_service.content.article import Audience, Problem
from kb_service.content.source_text import decode
from kb_service.content.strict_yaml import BadYaml, Value, load
from kb_service.evaluation.answer_tests import AnswerTest, ExpectedOutcome, line_of

FOLDER: Final = "_tests"
ENDINGS: Final = (".yml", ".yaml")
TEST_KEYS: Final = ("question", "article", "one_of", "contains", "not_contains", "outcome", "seats", "audience")
SEAT_NUMBERS: Final = ("purchased", "active", "available")
SEAT_STATES: Final = ("under", "exact", "over", "unknown")
OUTCOMES: Final[Mapping[str, ExpectedOutcome]] = {"answered": "answered", "no_answer": "no_answer"}
AUDIENCES: Final[Mapping[str, Audience]] = {"public": "public", "agent": "agent"}


_Word = TypeVar("_Word", bound=str)


class WrittenTests(NamedTuple):
    """The tests of a folder, and what is wrong with how they are written; a wrong test is not run."""

    tests: tuple[AnswerTest, ...]
    problems: tuple[Problem, ...]


def read_test_files(articles: Path, known: Collection[str]) -> WrittenTests:
    """Return the tests below a folder of articles; `known` are the ids that a test may name."""
    tests: list[AnswerTest] = []
    problems: list[Problem] = []
    folder = articles / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix in ENDINGS and not path.name.startswith("."):
            reader = _FileReader(path, f"{FOLDER}/{path.name}", known)
            tests += reader.read()
            problems += reader.problems
    return WrittenTests(tuple(tests), tuple(problems))


class _Wrong(Exception):
    """What is wrong with one test, in words."""


class _FileReader:
    def __init__(self, path: Path, name: str, known: Collection[str]) -> None:
        self.path = path
        self.name = name
        self.known = known
        self.problems: list[Problem] = []
        self.lines: list[str] = []

    def read(self) -> list[AnswerTest]:
        """Return the tests of the file that can be run."""
        try:
            decoded = decode(self.path.read_bytes())
            entries = load(decoded.text if decoded else "").fields
        except OSError as error:
            return self._report(1, f"the file cannot be read: {error.strerror}")
        except BadYaml as error:
            return self._report(error.line, f"the file is not used: {error.reason}")
        self.lines = decoded.text.split("\n") if decoded else []
        for key in (key for key in entries if key != "tests"):
            self._report(entries[key].line, f"`{key}` is not known here: the file is a list under `tests:`")
        if "tests" not in entries or not isinstance(entries["tests"].value, list):
            return self._report(1, "there is no list under `tests:`")
        return self._tests(entries["tests"].value, entries["tests"].line)

    def _tests(self, listed: list[Value], line: int) -> list[AnswerTest]:
        tests = []
        for number, item in enumerate(listed, 1):
            if isinstance(item, dict) and isinstance(item.get("question"), str):
                line = line_of(str(item["question"]), self.lines, after=line)
            try:
                tests.append(self._test(item, line))
            except _Wrong as error:
                self._report(line, f"test {number}: {error}")
        return tests

    def _test(self, item: Value, line: int) -> AnswerTest:
        if not isinstance(item, dict):
            raise _Wrong("it is no `question:` with what is expected")
        if unknown := [key for key in item if key not in TEST_KEYS]:
            raise _Wrong(f"`{unknown[0]}` is not known: use {', '.join(TEST_KEYS)}")
        question = item.get("question")
        if not isinstance(question, str) or not question.strip():
            raise _Wrong("`question` must be text")
        test = AnswerTest(
            path=self.name,
            line=line,
            question=question,
            outcome=_outcome(item),
            articles=(*_texts(item, "article"), *_texts(item, "one_of")),
            contains=_texts(item, "contains"),
            not_contains=_texts(item, "not_contains"),
            seats=_seats(item["seats"]) if "seats" in item else {},
            audience=_one_of("audience", item.get("audience", "public"), AUDIENCES),
        )
        self._check(test, item)
        return test

    def _check(self, test: AnswerTest, item: Mapping[str, Value]) -> None:
        if "article" in item and "one_of" in item:
            raise _Wrong("write `article` or `one_of`, not both")
        if unknown := [name for name in test.articles if name not in self.known]:
            raise _Wrong(f"there is no article {unknown[0]!r}")
        if test.outcome == "no_answer" and (test.articles or test.contains):
            raise _Wrong("`outcome: no_answer` leaves nothing for `article`, `one_of` or `contains` to stand in")
        if not item.keys() - {"question", "audience"}:
            raise _Wrong("it expects nothing: say which `article`, or what the answer `contains`")

    def _report(self, line: int, message: str) -> list[AnswerTest]:
        self.problems.append(Problem(path=self.name, line=line, severity="error", message=message))
        return []


def _outcome(item: Mapping[str, Value]) -> ExpectedOutcome | None:
    """Return what is written; what names an article or a text wants an answer, anything else is content without."""
    if "outcome" in item:
        return _one_of("outcome", item["outcome"], OUTCOMES)
    return "answered" if item.keys() & {"article", "one_of", "contains"} else None


def _texts(item: Mapping[str, Value], key: str) -> tuple[str, ...]:
    if key not in item:
        return ()
    value = item[key]
    listed = value if isinstance(value, list) else [value]
    texts = tuple(text.strip() for text in listed if isinstance(text, str) and text.strip())
    if not texts or len(texts) < len(listed):
        raise _Wrong(f"`{key}` must be text, or a list of texts")
    return texts


def _seats(value: Value) -> dict[str, str | int | None]:
    if not isinstance(value, dict) or not value:
        raise _Wrong("`seats` must hold state, purchased, active or available")
    return {key: _seat_value(key, one) for key, one in value.items()}


def _seat_value(key: str, value: Value) -> str | int | None:
    if key == "state":
        return _one_of("seats: state", value, {state: state for state in SEAT_STATES})
    if key not in SEAT_NUMBERS:
        raise _Wrong(f"`seats` has no `{key}`: use state, {', '.join(SEAT_NUMBERS)}")
    if value == "":
        return None
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()):
        raise _Wrong(f"`seats` {key} must be a whole number, or empty for unknown")
    return int(value)


def _one_of(key: str, value: Value, allowed: Mapping[str, _Word]) -> _Word:
    if not isinstance(value, str) or value not in allowed:
        raise _Wrong(f"`{key}` is {value!r}: use {' or '.join(allowed)}")
    return allowed[value]
