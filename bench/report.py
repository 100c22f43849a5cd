"""From what was measured to docs/benchmarks.md: tables, ratios, plots, and the machine they hold for."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from bench.measured import ANY_QUESTION, FEW_MATCHES, OURS, Measured, Reindexed
from bench.measuring import ROUNDS, Times
from bench.plots import bars, lines
from bench.serving import BARE, CONNECTIONS, Load
from bench.targets import targets

PACKAGES: Final = ("flask", "granian", "whoosh-reloaded", "numpy", "tantivy", "bm25s")

IDLE: Final = 0.5
TIMES: Final = (
    f"Times are milliseconds of CPU of the asking thread: of each question the least of {ROUNDS} rounds, in which all"
    " that are compared take turns. `bench/corpus.py` says how the corpora are made up."
)
BUSY: Final = (
    "Other work shared the cores, so seconds on the clock and requests a second are worse than on an idle one."
)


def write(
    folder: Path, measured: Sequence[Measured], loads: Mapping[str, Load], reindexed: Reindexed, *, busy: float
) -> str:
    """Write benchmarks.md and its plots to `folder`; return the text. `busy` is the load before the run began."""
    made_up = [each for each in measured if each.name.startswith("made up")]
    engines = {
        name: [(m.indexed.passages, m.answered.searches[name].p50) for m in made_up] for name in _engines(made_up)
    }
    kinds = {
        f"answer: {kind}": [(m.indexed.passages, m.answered.answers[kind].p50) for m in made_up]
        for kind in (ANY_QUESTION, FEW_MATCHES)
    }
    latency = lines({**engines, **kinds}, title="Latency by size of corpus", across="passages", up="ms CPU, median")
    rates = {name: load.per_second for name, load in loads.items()}
    (folder / "benchmarks-latency.svg").write_text(latency, encoding="utf-8")
    (folder / "benchmarks-throughput.svg").write_text(
        bars(rates, title="Requests a second", across="on the same server and workers"), encoding="utf-8"
    )
    text = "\n".join(_lines(measured, loads, reindexed, busy))
    (folder / "benchmarks.md").write_text(text, encoding="utf-8")
    return text


def _lines(measured: Sequence[Measured], loads: Mapping[str, Load], reindexed: Reindexed, busy: float) -> Iterable[str]:
    yield "# Benchmarks\n\nWritten by `make bench`, in one run on one machine: read the ratios, not the times.\n"
    yield f"{_machine()}\n"
    yield f"Processes that wanted a core before the run began: {busy:.1f}. {BUSY if busy > IDLE else ''}\n"
    yield f"{TIMES}\n"
    yield "## Numbers to reach\n"
    yield from _table("what | target | reached | holds", map(str, targets(measured, loads, reindexed)))
    yield "![Latency by size of corpus](benchmarks-latency.svg)\n"
    yield "## Indexing\n\nFrom Markdown to the switched generation, words only; seconds on the clock.\n"
    yield from _table(
        "corpus | articles | passages | reading | building | passages a second | one article changed"
        " | the same by `kb index` | unchanged"
        " | peak MB | open and first answer | resident MB of a process | of it private",
        [
            f"{name} | {i.articles:,} | {i.passages:,} | {i.reading:.1f} | {i.building:.1f} | {i.per_second:,.0f}"
            f" | {i.changed:.2f} | {i.command:.2f} | {i.unchanged:.2f} | {i.peak_megabytes:.0f}"
            f" | {o.seconds:.2f} | {o.resident:.0f} | {o.private:.0f}"
            for name, i, o, *_ in measured
        ],
    )
    yield "## The bare search\n\nThe ten best passages for the same analysed words, 2 to 10 of a question.\n"
    yield from _table("corpus | engine | p50 | p95 | p99 | times ours", _searches(measured))
    yield "## Whole answers\n\n`KnowledgeBase.answer`, words only, every question new.\n"
    yield from _table("corpus | question | p50 | p95 | p99 | of FTS5's bare search", _answers(measured))
    yield from _compared(measured)
    yield f"## Over HTTP\n\nwrk with {CONNECTIONS} connections on the cores that the server and its two workers use.\n"
    yield "![Requests a second](benchmarks-throughput.svg)\n"
    bare = loads[BARE].per_second
    rows = [f"{name} | {load} | {load.per_second / bare:.2f}" for name, load in loads.items()]
    yield from _table("route | requests a second | p50 ms | p99 ms | failed | of the bare route", rows)
    yield f"## While the index is built\n\nThe same load, quiet and during {reindexed.builds} builds in a row.\n"
    pair = {"quiet": reindexed.quiet, "during builds": reindexed.busy}
    rows = [f"{name} | {load} | {load.mixed}" for name, load in pair.items()]
    yield from _table("| requests a second | p50 ms | p99 ms | failed | two generations in one response", rows)


def _compared(measured: Sequence[Measured]) -> Iterable[str]:
    found = [(each.name, each.compared) for each in measured if each.compared]
    if found:
        yield "## With meaning\n\nThe same answers where meanings are compared too (`bench/meaning.py` says of what).\n"
        rows = [
            f"{name} | {what} | {times}"
            for name, each in found
            for what, times in zip(("encoding the question", "by words alone", "with meaning"), each, strict=True)
        ]
        yield from _table("corpus | | p50 | p95 | p99", rows)


def _searches(measured: Sequence[Measured]) -> Iterable[str]:
    for name, _, _, answered, _ in measured:
        ours = answered.searches[OURS].p50
        for engine, found in answered.searches.items():
            yield f"{name} | {engine} | {found} | {found.p50 / ours:.1f}"


def _answers(measured: Sequence[Measured]) -> Iterable[str]:
    for name, _, _, answered, _ in measured:
        bare: Times = answered.searches["SQLite FTS5"]
        for kind, found in answered.answers.items():
            yield f"{name} | {kind} | {found} | {found.p50 / bare.p50:.2f}"
        yield f"{name} | asked before | {answered.cached} | {answered.cached.p50 / bare.p50:.2f}"


def _engines(measured: Sequence[Measured]) -> list[str]:
    return list(measured[0].answered.searches) if measured else []


def _table(head: str, rows: Iterable[str]) -> Iterable[str]:
    yield f"| {head.removeprefix('| ')} |" if not head.startswith("|") else f"| {head} |"
    yield "|" + " --- |" * (head.count("|") + 1)
    for row in rows:
        yield f"| {row} |"
    yield ""


def _machine() -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    processor = names[0].partition(":")[2].strip() if names else platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores of {processor}, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; " + ", ".join(_versions())
    )


def _versions() -> Iterable[str]:
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"{package} not installed"
