"""Answer tests, as authors write them in `articles/_tests/*.yml`: a question, and what must come of it.

tests:
  - question: our licence expired yesterday, what happens now
    article: licence-expired-what-stops      # or one_of: [two, ids]
    must_contain: read-only                  # in the quote itself: a text or a list of texts
    must_contain_any: [7 days, a week]       # one of them in the quote
    must_not_contain: [refund]               # nowhere in the quote
    contains: grace period                   # in the quote or the first passage; not_contains: in no passage either
  - question: where do I enter our VAT number
    outcome: no_answer
  - question: we pay for 60 seats but only 48 use it
    seats: {state: under, purchased: 60, active: 48}
    audience: agent

They are read, run and reported here, as text or as JUnit XML; the known questions of each article are tests too.
"""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple

import msgspec

from kb_service.answers.results import Answer, Question
from kb_service.content.article import Article, Audience, Problem
from kb_service.content.front_matter.strict_yaml import BadYaml, Value, load
from kb_service.content.source_text import clean, decode
from kb_service.errors import CallerError
from kb_service.knowledge_base import KnowledgeBase
from kb_service.seats.position import SeatPosition

FOLDER: Final = "_tests"
ENDINGS: Final = (".yml", ".yaml")
LISTS: Final = (
    "article",
    "one_of",
    "must_contain",
    "must_contain_any",
    "must_not_contain",
    "contains",
    "not_contains",
)  # where one text stands for a list of it

ExpectedOutcome = Literal["answered", "no_answer"]


class AnswerTest(msgspec.Struct, frozen=True, kw_only=True):
    """A question and what is expected, as far as it is said: with `outcome` None, any will do.

    One of `articles` must come first. Each of `must_contain` must stand in the quote, one of `must_contain_any`, and
    none of `must_not_contain`. Each of `contains` must stand in the quote or the first passage, none of `not_contains`
    in the quote or any passage. Case and blanks do not count. `seats` maps fields of SeatPosition to values, None for
    unknown. `path` is below the articles folder.
    """

    path: str
    line: int
    question: str
    outcome: ExpectedOutcome | None = "answered"
    articles: tuple[str, ...] = ()
    must_contain: tuple[str, ...] = ()
    must_contain_any: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    not_contains: tuple[str, ...] = ()
    seats: dict[str, str | int | None] = {}
    audience: Audience = "public"


class WrittenTests(NamedTuple):
    """The tests of a folder, and what is wrong with how they are written; a wrong test is not run."""

    tests: tuple[AnswerTest, ...]
    problems: tuple[Problem, ...]


class Mismatch(msgspec.Struct, frozen=True):
    """One expectation that was not met, in words."""

    expected: str
    came: str


class AnswerTestResult(msgspec.Struct, frozen=True):
    """What came of a test; it passed when nothing mismatches."""

    test: AnswerTest
    mismatches: tuple[Mismatch, ...]
    seconds: float


_Text = Annotated[str, msgspec.Meta(min_length=1)]
_Texts = Annotated[tuple[_Text, ...], msgspec.Meta(min_length=1)]
_Number = Annotated[int, msgspec.Meta(ge=0)]


class _Seats(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Numbers are None where they are expected to be unknown."""

    state: Literal["under", "exact", "over", "unknown"] | msgspec.UnsetType = msgspec.UNSET
    purchased: _Number | msgspec.UnsetType | None = msgspec.UNSET
    active: _Number | msgspec.UnsetType | None = msgspec.UNSET
    available: _Number | msgspec.UnsetType | None = msgspec.UNSET


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """A test as it stands in a file."""

    question: _Text
    article: _Texts = ()
    one_of: _Texts = ()
    must_contain: _Texts = ()
    must_contain_any: _Texts = ()
    must_not_contain: _Texts = ()
    contains: _Texts = ()
    not_contains: _Texts = ()
    outcome: ExpectedOutcome | None = None
    seats: _Seats | None = None
    audience: Audience = "public"


def read_test_files(articles: Path, known: Collection[str]) -> WrittenTests:
    """Return the tests below a folder of articles; `known` are the ids that a test may name."""
    tests: list[AnswerTest] = []
    problems: list[Problem] = []
    folder = articles / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix in ENDINGS and not path.name.startswith("."):
            for found in _read_file(path, f"{FOLDER}/{path.name}", known):
                if isinstance(found, AnswerTest):
                    tests.append(found)
                else:
                    problems.append(found)
    return WrittenTests(tuple(tests), tuple(problems))


def known_question_tests(articles: Iterable[Article], folder: Path) -> Iterator[AnswerTest]:
    """Yield a test for each known question of each article: the article itself must come first."""
    for article in articles:
        lines = _source_lines(folder / article.path) if article.questions else []
        after = 1
        for question in article.questions:
            after = line_of(question, lines, after=after)
            yield AnswerTest(
                path=article.path,
                line=after,
                question=question,
                articles=(article.id,),
                audience=article.audience_of(question),
            )


def run_test(test: AnswerTest, knowledge_base: KnowledgeBase) -> AnswerTestResult:
    """Ask the question and compare."""
    started = time.perf_counter()
    answer = knowledge_base.answer(Question(test.question, audience=test.audience))
    return AnswerTestResult(test, tuple(mismatches(test, answer)), time.perf_counter() - started)


def mismatches(test: AnswerTest, answer: Answer) -> Iterator[Mismatch]:
    """Yield how `answer` differs from what `test` expects; where the outcome does, its text is not looked at."""
    if test.outcome and answer.outcome != test.outcome:
        yield Mismatch(test.outcome, _described(answer))
    else:
        yield from _wrong_text(test, answer)
    for name, expected in test.seats.items():
        came = _seat_value(answer.seats, name)
        if came != expected:
            yield Mismatch(f"seats {name} {_shown(expected)}", _shown(came))


def line_of(text: str, lines: Sequence[str], *, after: int) -> int:
    """Return the first line, from 1, not before `after` that holds the first words of `text`; `after` without one.

    What reads YAML does not say where in a list an item stands: this finds it, unless it is written with escapes.
    """
    start = text.split("\n")[0].strip().strip("\"'")[:40]
    return next((at for at in range(after, len(lines) + 1) if start in lines[at - 1]), after)


def junit_xml(results: Iterable[AnswerTestResult], problems: Iterable[Problem] = ()) -> bytes:
    """Return JUnit XML, one suite a file; `problems` with how tests are written count as errors of their file."""
    suites: dict[str, list[ET.Element]] = {}
    for result in results:
        test = result.test
        case = _case(suites, test.path, test.line, clean(test.question), result.seconds)
        for each in result.mismatches:
            message = clean(f"expected {each.expected}, came {each.came}")
            ET.SubElement(case, "failure", message=message).text = f"{test.path}:{test.line}: {message}"
    for problem in problems:
        case = _case(suites, problem.path, problem.line, "how it is written", 0.0)
        ET.SubElement(case, "error", message=clean(problem.message)).text = clean(str(problem))
    root = ET.Element("testsuites", name="kb test")
    for path, cases in suites.items():
        seconds = sum(float(case.get("time", "0")) for case in cases)
        suite = ET.SubElement(root, "testsuite", name=path, time=f"{seconds:.3f}")
        suite.extend(cases)
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        element.set("tests", str(len(cases)))
        element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        element.set("errors", str(sum(case.find("error") is not None for case in cases)))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def save_junit(path: Path, results: Iterable[AnswerTestResult], problems: Iterable[Problem] = ()) -> None:
    """Write the document. Raises CallerError when that fails."""
    try:
        path.write_bytes(junit_xml(results, problems))
    except OSError as error:
        raise CallerError(f"The results cannot be written to {path}: {error.strerror}.") from error


def _read_file(path: Path, name: str, known: Collection[str]) -> Iterator[AnswerTest | Problem]:
    """Yield the tests of a file that can be run, and what is wrong with it and with the others."""

    def problem(line: int, message: str) -> Problem:
        return Problem(path=name, line=line, severity="error", message=message)

    try:
        decoded = decode(path.read_bytes())
        entries = load(decoded.text if decoded else "").fields
    except OSError as error:
        yield problem(1, f"the file cannot be read: {error.strerror}")
        return
    except BadYaml as error:
        yield problem(error.line, f"the file is not used: {error.reason}")
        return
    for key in (key for key in entries if key != "tests"):
        yield problem(entries[key].line, f"`{key}` is not known here: the file is a list under `tests:`")
    if "tests" not in entries or not isinstance(entries["tests"].value, list):
        yield problem(1, "there is no list under `tests:`")
        return
    line, lines = entries["tests"].line, decoded.text.split("\n") if decoded else []
    for number, item in enumerate(entries["tests"].value, 1):
        if isinstance(item, dict) and isinstance(item.get("question"), str):
            line = line_of(str(item["question"]), lines, after=line)
        try:
            yield _test(item, known, path=name, line=line)
        except ValueError as error:
            yield problem(line, f"test {number}: {error}")


def _test(item: Value, known: Collection[str], *, path: str, line: int) -> AnswerTest:
    """Return a test; raise ValueError saying what is wrong with it."""
    if not isinstance(item, dict):
        raise ValueError("it is not a `question:` with what is expected")
    if unknown := [key for key in item if key not in _Written.__struct_fields__]:
        raise ValueError(f"`{unknown[0]}` is not known: use {', '.join(_Written.__struct_fields__)}")
    written = msgspec.convert({key: _unfolded(key, value) for key, value in item.items()}, _Written, strict=False)
    seats = msgspec.to_builtins(written.seats) if written.seats else {}
    if written.article and written.one_of:
        raise ValueError("write `article` or `one_of`, not both")
    articles = (*written.article, *written.one_of)
    if strange := [name for name in articles if name not in known]:
        raise ValueError(f"there is no article {strange[0]!r}")
    wanted = (*written.must_contain, *written.must_contain_any, *written.contains)
    unwanted = (*written.must_not_contain, *written.not_contains)
    if written.outcome == "no_answer" and (articles or wanted or written.must_not_contain):
        raise ValueError("`outcome: no_answer` leaves nothing for `article`, `one_of` or a text to stand in")
    if not (articles or wanted or unwanted or written.outcome or seats):
        raise ValueError("it expects nothing: say which `article`, or what the quote `must_contain`")
    return AnswerTest(
        path=path,
        line=line,
        question=written.question,
        # What names an article or a text wants an answer, anything else is content without.
        outcome=written.outcome or ("answered" if articles or wanted else None),
        articles=articles,
        must_contain=written.must_contain,
        must_contain_any=written.must_contain_any,
        must_not_contain=written.must_not_contain,
        contains=written.contains,
        not_contains=written.not_contains,
        seats=seats,
        audience=written.audience,
    )


def _unfolded(key: str, value: Value) -> object:
    """Return what is written under `key` without blanks around it: one text as a list of it, an empty seat as None."""
    if key in LISTS:
        return [one.strip() if isinstance(one, str) else one for one in (value if isinstance(value, list) else [value])]
    if key == "seats" and isinstance(value, dict):
        return {name: one or None for name, one in value.items()}
    return value.strip() if isinstance(value, str) else value


def _wrong_text(test: AnswerTest, answer: Answer) -> Iterator[Mismatch]:
    quote = answer.answer.text if answer.answer else ""
    passages = [passage.text for passage in answer.passages]
    if test.articles and (not answer.passages or answer.passages[0].article_id not in test.articles):
        yield Mismatch(f"article {' or '.join(test.articles)} first", _described(answer))
    for text in test.must_contain:
        if _plain(text) not in _plain(quote):
            yield Mismatch(f"“{text}” in the quote", f"“{quote}”")
    if test.must_contain_any and not any(_plain(text) in _plain(quote) for text in test.must_contain_any):
        yield Mismatch(f"{' or '.join(f'“{text}”' for text in test.must_contain_any)} in the quote", f"“{quote}”")
    for text in test.must_not_contain:
        if _plain(text) in _plain(quote):
            yield Mismatch(f"no “{text}” in the quote", f"“{quote}”")
    first = _plain("\n".join([quote, *passages[:1]]))
    for text in test.contains:
        if _plain(text) not in first:
            yield Mismatch(f"“{text}” in the quote or the first passage", f"“{quote}”")
    everything = _plain("\n".join([quote, *passages]))
    for text in test.not_contains:
        if _plain(text) in everything:
            yield Mismatch(f"“{text}” nowhere", "it stands in the answer")


def _described(answer: Answer) -> str:
    if answer.outcome != "answered" or not answer.passages:
        return f"{answer.outcome} (confidence {answer.confidence:.2f})"
    return f"{answer.passages[0].article_id} (confidence {answer.confidence:.2f})"


def _seat_value(seats: SeatPosition | None, name: str) -> str | int | None:
    value: str | int | None = getattr(seats, name) if seats else None
    return value


def _shown(value: str | int | None) -> str:
    return "unknown" if value is None else str(value)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _source_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # the article is served, only its lines are not known
        return []


def _case(suites: dict[str, list[ET.Element]], path: str, line: int, name: str, seconds: float) -> ET.Element:
    about = {"name": name, "classname": path, "file": path, "line": str(line), "time": f"{seconds:.4f}"}
    suites.setdefault(path, []).append(case := ET.Element("testcase", about))
    return case
