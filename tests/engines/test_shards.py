"""A large index is built in shards by several processes, and is the same as one built at once."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kb_service.engines.records import write_records
from kb_service.engines.whoosh.engine import WhooshEngine
from kb_service.engines.whoosh.shards import IN_THIS_PROCESS, PASSAGES, Shard, plan_shards, write_shards
from kb_service.engines.whoosh.snapshot import WhooshSnapshot
from kb_service.errors import EngineUnavailable
from kb_service.search.query import Phrase
from tests.builders import an_article
from tests.engines.generated import Generator

PASSAGES_EACH = 10
ARTICLES = IN_THIS_PROCESS // PASSAGES_EACH + 10


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> WhooshSnapshot:
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    marked = an_article("zzz", "the very last words")
    engine.replace_all([*Generator(seed=2, vocabulary=500).articles(ARTICLES, passages=PASSAGES_EACH), marked])
    return engine.snapshot(audience="public")


@pytest.mark.parametrize("processes", [1, 2, 8])
@pytest.mark.parametrize("sizes", [[], [3], [1] * 5_000, [0, 4_000, 1, 0, 2_500], [50_000], [7] * 9_000], ids=len)
def test_shards_are_all_articles_in_order_without_gaps(sizes: list[int], processes: int) -> None:
    shards = plan_shards(sizes, processes)

    assert shards[0].first == 0
    assert shards[-1].last == len(sizes)
    assert all(one.last == other.first for one, other in pairwise(shards))


def test_no_shard_holds_many_more_passages_than_allowed() -> None:
    sizes = [1 + n % 20 for n in range(10_000)]

    assert max(sum(sizes[first:last]) for _, first, last in plan_shards(sizes, 2)) <= PASSAGES + max(sizes)


def test_a_small_index_needs_no_other_process() -> None:
    assert plan_shards([1] * IN_THIS_PROCESS, 8) == [Shard("shard-0000", 0, IN_THIS_PROCESS)]


def test_entries_keep_their_numbers_across_shards(snapshot: WhooshSnapshot) -> None:
    numbers = [0, snapshot.passages // 2, snapshot.passages - 1]

    for number, entry in zip(numbers, snapshot.entries(numbers), strict=True):
        assert entry.article_number == snapshot.article_of[number]
        assert entry.passage.article_id == snapshot.articles[entry.article_number].id


def test_a_phrase_is_found_in_the_last_shard(snapshot: WhooshSnapshot) -> None:
    ranking = snapshot.search(Phrase(("veri", "last", "word")), limit=10)

    assert ranking.numbers.tolist() == [snapshot.passages - 1]


def test_passages_of_a_term_are_ascending(snapshot: WhooshSnapshot) -> None:
    for term in list(snapshot.postings.terms.values())[:50]:
        ids, impacts = snapshot.postings.fields["text"].of(term)

        assert np.all(np.diff(ids) > 0)
        assert np.all(impacts > 0)


def test_no_shard_remains(tmp_path: Path) -> None:
    status = WhooshEngine(tmp_path).replace_all([an_article("a", "red wine")])
    folders = {path.name for path in (tmp_path / status.generation / "public").iterdir() if path.is_dir()}

    assert folders == {"whoosh", "postings"}


def test_a_failing_process_is_reported_with_its_reason(tmp_path: Path) -> None:
    write_records(tmp_path / "articles.msgpack", [an_article("a", "red"), an_article("b", "blue")])
    shards = [Shard("one", 0, 1), Shard("two", 1, 2)]
    (tmp_path / "two").mkdir()

    with pytest.raises(EngineUnavailable, match="FileExistsError"):
        write_shards(tmp_path, shards, processes=2, done=lambda count: None)
