"""The numbers to reach, beside what one run reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from bench.measured import ANY_QUESTION, FEW_MATCHES, OURS, Measured, Reindexed
from bench.reindexing import BUILDS
from bench.serving import ANSWER, BARE, Load

USUAL: Final = 20_000  # passages that most targets speak of
LARGE: Final = 100_000


class Target(NamedTuple):
    """What is wanted and what was reached; at most `limit`, or at least with `at_least`."""

    about: str
    limit: float
    reached: float
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.reached >= self.limit if self.at_least else self.reached <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{self.about} | {sign} {self.limit:,g} | {self.reached:,.3g} | {'yes' if self.holds else 'no'}"


def targets(measured: Sequence[Measured], loads: Mapping[str, Load], reindexed: Reindexed) -> Iterator[Target]:
    """Yield the targets that the measured sizes allow to judge."""
    by_size = {each.indexed.passages: each for each in measured if each.name.startswith("made up")}
    if usual := by_size.get(USUAL):
        yield from _of_usual(usual)
    if large := by_size.get(LARGE):
        yield Target("100,000 passages: median answer, ms", 4, large.answered.answers[ANY_QUESTION].p50)
        yield Target("100,000 passages: memory of one more worker, MB", 60, large.opened.private)
    if len(by_size) > 1:
        small, big = by_size[min(by_size)], by_size[max(by_size)]
        growth = big.answered.answers[FEW_MATCHES].p50 / small.answered.answers[FEW_MATCHES].p50
        times = big.indexed.passages / small.indexed.passages
        yield Target(f"answer with equal matches, {times:,.0f} times the passages: times the cost", times, growth)
    share = loads[ANSWER].per_second / loads[BARE].per_second
    yield Target("answers over HTTP, share of a bare Flask route's requests a second", 0.5, share, at_least=True)
    largest = max(each.answered.largest_response for each in measured)
    yield Target("largest response with five passages, bytes", 8_000, largest)
    yield Target("builds during a minute of load", BUILDS, reindexed.builds, at_least=True)
    yield Target("failed requests during builds", 0, reindexed.busy.failed)
    yield Target("responses of two generations during builds", 0, reindexed.busy.mixed)
    yield Target("p99 during builds, times the quiet one", 3, reindexed.busy.p99 / reindexed.quiet.p99)


def _of_usual(usual: Measured) -> Iterator[Target]:
    searches, answers = usual.answered.searches, usual.answered.answers[ANY_QUESTION]
    ours = searches[OURS].p50
    if "tantivy" in searches:
        yield Target("search, 20,000 passages: times tantivy's median", 1, ours / searches["tantivy"].p50)
    whoosh = searches["Whoosh's searcher"].p50 / ours
    yield Target("search, 20,000 passages: times faster than Whoosh's searcher", 50, whoosh, at_least=True)
    yield Target("answer, 20,000 passages: median, ms", 1, answers.p50)
    yield Target("answer, 20,000 passages: p99, ms", 4, answers.p99)
    yield Target("answer, 20,000 passages: share of FTS5's bare query", 1, answers.p50 / searches["SQLite FTS5"].p50)
    yield Target("indexing: passages a second", 1200, usual.indexed.per_second, at_least=True)
    changed = f"one of {usual.indexed.articles:,} articles changed: seconds until live"
    yield Target(changed, 1, usual.indexed.changed)
    yield Target(f"{changed}, with the start of `kb index`", 2, usual.indexed.command)
    if usual.compared:
        yield Target("answer with meaning, beyond encoding the question: ms", 1, usual.compared.added)
    yield Target("opening 20,000 passages and a first answer: seconds", 0.5, usual.opened.seconds)
    yield Target("opening 20,000 passages: resident MB", 150, usual.opened.resident)
