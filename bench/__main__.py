"""`python -m bench`: everything in one run, written to docs/benchmarks.md.

    python -m bench                      the shipped articles and made-up corpora of 1,000 to 100,000 passages
    python -m bench --sizes 1000 5000    made-up corpora of these sizes
    BENCH_CORPUS=folder python -m bench  a folder of Markdown beside them

Needs `wrk` (Debian: apt-get install wrk); tantivy and bm25s are measured where they are installed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.answering import answer
from bench.corpus import Corpus
from bench.indexing import index, open_in_new_process
from bench.meaning import compare
from bench.measured import Measured
from bench.reindexing import reindex_under_load
from bench.report import write
from bench.serving import serve_and_load
from kb_service.meaning.installed_model import open_encoder
from kb_service.meaning.vectors import Encoder

SIZES: Final = (1_000, 5_000, 20_000, 100_000)
SERVED: Final = 20_000  # passages of the corpus that is served, or the next smaller size,
REINDEXED: Final = 5_000  # and of the one that is built anew while it is served
ROOT: Final = Path(__file__).parents[1]
MODEL: Final = ROOT / ".kb" / "model"  # where `kb model install` puts it


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="passages of the made-up corpora")
    parser.add_argument("--into", type=Path, default=ROOT / "docs", help="folder of the report")
    given = parser.parse_args(arguments)
    if not shutil.which("wrk"):
        sys.exit("bench needs wrk: apt-get install wrk")
    given.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        print(run(Path(work), sorted(given.sizes), given.into))


def run(work: Path, sizes: Sequence[int], into: Path) -> str:
    """Measure everything below `work` and write the report."""
    busy_before = os.getloadavg()[0]
    measured = [_measure_copy("shipped articles", ROOT / "articles", work)]
    if folder := os.environ.get("BENCH_CORPUS"):
        measured.append(_measure_copy("BENCH_CORPUS", Path(folder), work))
    measured += [_measure_made_up(size, work) for size in sizes]
    served, again = _at_most(SERVED, sizes), _at_most(REINDEXED, sizes)
    loads = serve_and_load(_index(work, served), Corpus(served), work)
    reindexed = reindex_under_load(Corpus(again), _articles(work, again), _index(work, again), work)
    return write(into, measured, loads, reindexed, busy=busy_before)


def _at_most(wanted: int, sizes: Sequence[int]) -> int:
    return max((size for size in sizes if size <= wanted), default=min(sizes))


def _measure_made_up(size: int, work: Path) -> Measured:
    corpus = Corpus(size)
    corpus.write(_articles(work, size))
    measured = _measure(f"made up, {size:,}", _articles(work, size), corpus, _index(work, size))
    if size != SERVED or not MODEL.is_dir():
        return measured
    with_meaning = work / "index-with-meaning"
    return measured._replace(compared=compare(corpus, _articles(work, size), with_meaning, _open_encoder))


def _open_encoder() -> Encoder:
    encoder = open_encoder(MODEL, threads=1)
    assert encoder
    return encoder


def _measure(name: str, articles: Path, corpus: Corpus | None, folder: Path) -> Measured:
    print(f"{name} ...", file=sys.stderr, flush=True)
    return Measured(name, index(articles, folder), open_in_new_process(folder), answer(corpus, folder))


def _measure_copy(name: str, articles: Path, work: Path) -> Measured:
    """Measure real articles in a copy: one of them is changed on the way."""
    copy = shutil.copytree(articles, work / "articles" / name)
    return _measure(name, copy, None, work / "index" / name)


def _articles(work: Path, size: int) -> Path:
    return work / f"articles-{size}"


def _index(work: Path, size: int) -> Path:
    return work / f"index-{size}"


if __name__ == "__main__":
    main()
