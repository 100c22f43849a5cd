"""The index: builds that are killed or find no room, generations that are damaged, articles that are gone."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from subprocess import TimeoutExpired
from typing import NamedTuple

from faults import articles
from faults.checking import Checker
from faults.experiments.sizes import Result, Size
from faults.machine import fill, read_only, small_disk
from faults.requests import EDITION, READING
from faults.serving import Installation, serving, wait_until
from kb_service.assembly import open_knowledge_base
from kb_service.settings import Settings


class _Served(NamedTuple):
    """What somebody gets who opens the index now."""

    generation: str
    reason: str
    edition: int | None


def killed_builds(at: Installation, size: Size) -> Result:
    """kill -9 of `kb index` at random moments: what was served before, or the new edition, and nothing else."""
    chance, known, counts = random.Random(1), {at.build(): 0}, Counter[str]()
    longest, edition = 1.0, 0
    while counts["killed"] < size.kills:
        edition += 1
        articles.write(at.articles, edition)
        process, started = at.start_index(), time.monotonic()
        with suppress(TimeoutExpired):
            process.wait(chance.uniform(0, longest))
        ended = process.poll() is not None
        counts["killed"] += not ended
        longest = time.monotonic() - started if ended else 1.02 * longest  # of a machine that is now busy, now idle
        process.kill()
        process.communicate()
        served = _served(at.index)
        counts["new"] += known.setdefault(served.generation, edition) == edition
        counts["damaged"] += bool(served.reason)
        counts["wrong"] += served.edition != known[served.generation]
    at.build()
    counts["left over"] = len(list(at.index.glob("tmp-*")))
    told = f"{counts['killed']} of {edition} builds killed before their end, {counts['new']} of all had switched"
    told += f"; {counts['damaged']} damaged, {counts['wrong']} wrong, {counts['left over']} left over"
    return Result(told, not (counts["damaged"] or counts["wrong"] or counts["left over"]))


def damaged_copies(at: Installation, size: Size) -> Result:
    """Bits flipped, files cut, blocks zeroed: whoever opens such a copy notices, and never answers wrongly."""
    chance, counts = random.Random(2), Counter[str]()
    articles.write(at.articles, 1)
    generation = at.build()
    files = [path for path in (at.index / generation).rglob("*") if path.is_file() and "agent" not in path.parts]
    for number in range(size.copies):
        copy = at.folder / "copy"
        shutil.copytree(at.index, copy)
        _damage(copy / chance.choice(files).relative_to(at.index), chance, number % 3)
        served = _served(copy)
        counts["noticed" if served.reason and served.generation != generation else "silent"] += 1
        counts["wrong"] += served.edition is not None
        shutil.rmtree(copy)
    told = f"{size.copies} copies: {counts['noticed']} noticed, {counts['silent']} served as if whole"
    return Result(f"{told}, {counts['wrong']} wrong", not (counts["silent"] or counts["wrong"]))


def deleted_text(at: Installation, size: Size) -> Result:
    """An article is deleted and the index without it is damaged: whoever starts then shows the others alone."""
    chance, leaked, missing, silent = random.Random(3), 0, 0, 0
    settings = _settings(at.index, at.articles)
    copies = max(size.copies // 20, 3)
    for number in range(copies):
        deleted = at.articles / "withdrawn.md"
        deleted.write_text("# Withdrawn\n\nThis withdrawn text must never be shown again.\n", encoding="utf-8")
        at.build()
        deleted.unlink()
        built = at.index / at.build()
        _damage(built / "public" / "catalogue.safetensors", chance, number % 3)
        found = open_knowledge_base(settings, offline=True)
        silent += not found.status().reason
        leaked += any("withdrawn text" in passage.text for passage in found.search("withdrawn text").passages)
        missing += found.articles().total != len(articles.SUBJECTS) + 1
    told = f"{copies} times: {leaked} times shown, {missing} times others not shown, {silent} times nothing said"
    return Result(told, not (leaked or missing or silent))


def full_disk(at: Installation, size: Size) -> Result:
    """The disk is full, or gets full during a build: it says so, and what was served is served on."""
    counts, checker, said = Counter[str](), Checker(), ""
    shutil.rmtree(at.index)
    with small_disk(at.index, megabytes=16):
        before, room = at.build(), _length(at.index)
        checker.published(before, 0)
        with serving(at) as server:
            for number in range(size.fillings):
                articles.write(at.articles, number + 1)
                ballast = fill(at.index, leave=number * room // size.fillings)
                process = at.start_index()
                _, errors = process.communicate()
                if process.returncode == 0:  # there was room enough
                    counts["built"] += 1
                    before = _served(at.index).generation
                    checker.published(before, number + 1)
                else:
                    said = errors.strip()
                    counts["refused"] += process.returncode == 3 and "No space left" in said and said.count("\n") == 0
                    counts["bad"] += _served(at.index).generation != before or bool(list(at.index.glob("tmp-*")))
                checker.ask_for(server.port, 0.5, requests=READING, clients=2)
                ballast.unlink()
            articles.write(at.articles, 1_000)
            checker.published(at.build(), 1_000)
            checker.ask_for(server.port, 1, requests=READING, clients=2)
    holds = checker.only() and not counts["bad"] and counts["built"] + counts["refused"] == size.fillings
    told = f"{size.fillings} disks: {counts['refused']} builds refused, {counts['built']} had room, {counts['bad']} bad"
    return Result(f"{told}; {checker}; {said[:80]}", holds and counts["refused"] > 0)


def read_only_folders(at: Installation, size: Size) -> Result:
    """Nobody can write to the index, nor read new articles into it: what there is is served, and both say why."""
    checker = Checker()
    checker.published(at.build(), 0)
    articles.write(at.articles, 1)
    with ExitStack() as stack:
        stack.enter_context(read_only(at.index))
        stack.enter_context(read_only(at.articles))
        process = at.start_index()
        _, errors = process.communicate()
        with serving(at) as server:
            checker.ask_for(server.port, size.fault_seconds, requests=READING)
            said = server.logged("The index was not brought up to date")
            reason = server.readiness()
    told = (
        f"exit code {process.returncode}: {errors.strip().rpartition(': ')[2]} {reason}; {said} start said; {checker}"
    )
    holds = process.returncode == 3 and "Read-only" in errors and "older" in reason and said == 1
    return Result(told, holds and checker.only() and checker.editions.popitem()[1] == 0)


def missing_articles(at: Installation, size: Size) -> Result:
    """Most articles are gone, as when a disk is not mounted: nothing is published."""
    for number in range(30):
        (at.articles / f"more{number}.md").write_text(f"# More {number}\n\nText {number}.\n", encoding="utf-8")
    before = at.build()
    for path in at.articles.glob("*.md"):
        if path.stem not in ("edition", "seats"):
            path.unlink()
    process = at.start_index()
    _, errors = process.communicate()
    told = f"exit code {process.returncode}: {errors.strip()[:90]}"
    return Result(told, process.returncode == 1 and _served(at.index).generation == before)


def rebuilds_under_load(at: Installation, size: Size) -> Result:
    """The index is built again and again while it is read: nothing is lost, nothing is of two generations."""
    checker, done = Checker(), threading.Event()
    with serving(at) as server:
        asking = threading.Thread(
            target=checker.ask_for, args=(server.port, done), kwargs={"requests": READING, "clients": 3}
        )
        asking.start()
        for edition in range(100, 100 + size.rebuilds):
            articles.write(at.articles, edition)
            checker.published(newest := at.build(), edition)
        switched = wait_until(lambda: server.logged(f"{newest} is served"), 60)  # while asked: nobody looks unasked
        done.set()
        asking.join()
        last = checker.ask(server.port, EDITION)
    told = f"{size.rebuilds} builds, {len(checker.editions)} generations seen or published; {checker}"
    return Result(told, checker.only() and switched and last == "right")


def _settings(index: Path, folder: Path) -> Settings:
    return Settings(articles=folder, index=index, model=None, staff_count="off")


def _served(index: Path) -> _Served:
    """Nobody has its folder of articles: of an earlier generation nothing may be shown."""
    found = open_knowledge_base(_settings(index, index.parent / "nowhere"), offline=True)
    status = found.status()
    if not status.index:
        return _Served("", status.reason, None)
    passages = found.search("published edition of the handbook").passages
    editions = [number for number in map(articles.edition_of, (each.text for each in passages)) if number is not None]
    return _Served(status.index.generation, status.reason, editions[0] if editions else None)


def _length(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _damage(path: Path, chance: random.Random, how: int) -> None:
    data = bytearray(path.read_bytes() or b"\0")
    at = chance.randrange(len(data))
    if how == 0:
        data[at] ^= 1 << chance.randrange(8)
    elif how == 1:
        del data[at:]
    else:
        end = min(at + 512, len(data))
        data[at:end] = bytes((byte + 1) % 256 for byte in data[at:end])
    path.unlink()  # other generations have the same file under another name
    path.write_bytes(data)
