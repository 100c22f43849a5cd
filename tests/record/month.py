"""A month of questions, made up with a seed: 50,000 of 300 intents, with slips, letters as they are typed, and gaps.

190 intents are covered by the articles of this repository and asked as their authors know, 100 are asked rarely and
covered by nothing, and ten are GAPS. One in twelve covered questions is not understood, and some people send nonsense.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import yaml

from kb_service.content.library import read_library
from kb_service.query_ids import QueryIds
from kb_service.record.database import Database
from kb_service.record.events import Asked, Done, Event, Surface
from kb_service.record.recorder import BATCH
from kb_service.record.writing import Writer
from tests.record.builders import KEY
from tests.record.gaps import GAPS

ARTICLES: Final = Path(__file__).parents[2] / "articles"
DAYS: Final = 30
DAY_MS: Final = 86_400_000
START: Final = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
END: Final = START + DAYS * DAY_MS
COVERED: Final = 190
RARE: Final = 100
NONSENSE: Final = ("test", "asdf", "hello", "help", "?", "aaa", "please call me", "agent", "human please", "thanks")
SURFACES: Final[tuple[Surface, ...]] = ("widget", "pages", "api", "console", "terminal")
KEYS: Final = "abcdefghijklmnopqrstuvwxyz"


class SimulatedIntent(NamedTuple):
    """What people may want to know; `article_id` is empty where nothing answers."""

    article_id: str
    wordings: tuple[str, ...]
    weight: float


def simulated_intents(rng: random.Random) -> list[SimulatedIntent]:
    """Return the 300."""
    anchors = {article.id: article.anchors("public") for article in read_library(ARTICLES).articles}
    phrasings = _by_key("_phrasings.yml", lambda article, anchor: not anchor or anchor in anchors[article])
    covered = [
        SimulatedIntent(article, some, 0.0)
        for article, wordings in phrasings.items()
        for some in _batched(wordings, 5)
        if len(some) > 2
    ]
    covered = [each._replace(weight=1 / rank) for rank, each in enumerate(rng.sample(covered, COVERED), 3)]
    topics = _by_key("_not_covered.yml").values()
    rare = [SimulatedIntent("", some, 0.0) for topic in topics for some in _batched(topic, 2)]
    share = sum(each.weight for each in covered)
    rare = [each._replace(weight=share * 0.10 / RARE) for each in rng.sample(rare, RARE)]
    gaps = [SimulatedIntent("", wordings, share * rng.uniform(0.006, 0.02)) for wordings in GAPS.values()]
    return covered + rare + gaps


def simulated_month(*, questions: int = 50_000, seed: int = 17) -> list[Event]:
    """Return the events of the month in the order of their times; so many of them are questions."""
    rng = random.Random(seed)
    intents = simulated_intents(rng)
    weights = [each.weight for each in intents]
    offered = sorted({each.article_id for each in intents if each.article_id})
    ids, events, asked = QueryIds(bytes(32)), [], 0
    while asked < questions:
        [chosen] = rng.choices(intents, weights)
        for event in _asking(rng, ids, chosen, offered, number=len(events)):
            asked += isinstance(event, Asked)
            events.append(event)
            if asked == questions:
                break
    return sorted(events, key=lambda each: each.at)


def fill_with_month(database: Database, *, questions: int = 50_000) -> None:
    """Write the month as a server does, a batch at a time."""
    writer, events = Writer(database, key=KEY, keep_days=36_500), simulated_month(questions=questions)
    for start in range(0, len(events), BATCH):
        writer.write(events[start : start + BATCH])


def _asking(
    rng: random.Random, ids: QueryIds, chosen: SimulatedIntent, offered: Sequence[str], *, number: int
) -> Iterator[Event]:
    """Yield what one person sends who wants to know this."""
    at, asker = START + rng.randrange(DAYS * DAY_MS - 3_600_000), f"asker {number}"
    surface = rng.choices(SURFACES, (50, 25, 15, 8, 2))[0]
    text, article = rng.choice(chosen.wordings), chosen.article_id
    if rng.random() < 0.02:
        text, article = rng.choice(NONSENSE), ""
    if rng.random() < 0.2:
        text = _with_slip(rng, text)
    if rng.random() < 1 / 12:
        article = ""
    others = tuple(rng.sample(offered, 4))
    shown = (article, *others) if article else others[:3]
    outcome = "answered" if article else "no_answer"
    confidence = rng.uniform(0.6, 0.99) if article else rng.uniform(0.05, 0.5)
    audience = "agent" if surface in ("console", "terminal") else "public"
    typed = [text]
    if surface == "api" and rng.random() < 0.5:  # a box that searches as one types
        typed = [text[:length] for length in range(4, len(text), 3)] + [text]
    elif rng.random() < 0.15:
        typed = [text] * rng.randint(2, 3)
    for typing in typed:
        at += rng.randint(150, 900)
        yield Asked(ids.new(at), at, typing, surface, audience, outcome, confidence, article, shown, asker)
    if article and rng.random() < 0.3:
        yield Done("", at + 5_000, "opened", rng.choice(shown[:3]), asker)
    if article and surface == "console":
        yield Done("", at + 20_000, "copied", article, asker)
        if rng.random() < 0.5:
            yield Done("", at + 60_000, "solved", article, asker)


def _with_slip(rng: random.Random, text: str) -> str:
    at = rng.randrange(1, max(2, len(text) - 1))
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[: at - 1] + text[at : at + 1] + text[at - 1 : at] + text[at + 1 :]
    return text[:at] + rng.choice(KEYS) + text[at:]


def _by_key(name: str, wanted: Callable[[str, str], bool] = lambda _name, _anchor: True) -> Mapping[str, list[str]]:
    """Return the questions of a file by article or topic, those of wanted sections (`seats#price`) among them."""
    found: dict[str, list[str]] = {}
    for key, listed in yaml.safe_load((ARTICLES / name).read_text(encoding="utf-8")).items():
        article, _, anchor = key.partition("#")
        if wanted(article, anchor):
            found.setdefault(article, []).extend(listed["questions"] if isinstance(listed, dict) else listed)
    return found


def _batched(wordings: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(wordings), size):
        yield tuple(str(each) for each in wordings[start : start + size])


def gap_of(text: str) -> str:
    """Return which of GAPS a text asks for, slips allowed; "" if none."""
    from rapidfuzz import fuzz, process

    every = list(chain.from_iterable(GAPS.values()))
    best = process.extractOne(text.casefold(), [each.casefold() for each in every], scorer=fuzz.ratio, score_cutoff=80)
    if best is None:
        return ""
    return next(name for name, wordings in GAPS.items() if every[best[2]] in wordings)
