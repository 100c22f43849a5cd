"""A large index is built in shards by several processes, and is the same as one built at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from kb_service.content.article import Article
from kb_service.errors import EngineUnavailable
from kb_service.index.port import Snapshot
from kb_service.index.query import Phrase
from kb_service.index.records import write_records
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.index.whoosh.layout import COUNTS
from kb_service.index.whoosh.shard_processes import IN_THIS_PROCESS, write_shards
from kb_service.index.whoosh.shards import MOST_SHARDS, PASSAGES, Shard, plan_shards
from kb_service.index.whoosh.shelving import ArticleSpool, Shelved
from tests.builders import an_article
from tests.index.generated import Generator
from tests.index.questions import found

PASSAGES_EACH = 10
Shelve = Callable[[list[Article]], list[Shelved]]
ARTICLES = IN_THIS_PROCESS // PASSAGES_EACH + 20


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    marked = an_article("zzz", "the very last words")
    engine.replace_all([*Generator(seed=2, vocabulary=500).articles(ARTICLES, passages=PASSAGES_EACH), marked])
    return engine.snapshot(audience="public")


@pytest.fixture
def shelved(tmp_path: Path) -> Shelve:
    return lambda articles: ArticleSpool(tmp_path / "spool", articles).shelved("public")


def articles_of(*ids: str, text: str = "red wine") -> list[Article]:
    return [an_article(name, text) for name in ids]


NAMES = [f"article-{number:05}" for number in range(5_000)]


@pytest.mark.parametrize("count", [0, 1, 7, 1_000, 5_000])
def test_shards_are_all_articles_in_order_without_gaps(shelved: Shelve, count: int) -> None:
    shards = plan_shards(shelved(articles_of(*NAMES[:count])))

    assert shards[0].first == 0
    assert shards[-1].last == count
    assert all(one.last == other.first for one, other in pairwise(shards))
    assert sum(shard.passages for shard in shards) == count


def test_there_are_neither_few_large_shards_nor_very_many(shelved: Shelve) -> None:
    shards = plan_shards(shelved(articles_of(*NAMES)))

    assert 4 <= len(shards) <= 2 * MOST_SHARDS
    assert max(shard.passages for shard in shards) <= 2 * PASSAGES


@pytest.mark.parametrize("change", ["edited", "added", "removed"])
def test_one_changed_article_changes_few_shards(shelved: Shelve, change: str) -> None:
    before = {shard.key for shard in plan_shards(shelved(articles_of(*NAMES)))}
    names = [*NAMES[:2_500], *NAMES[2_501:]]
    changed = {"edited": ["article-02500"], "added": ["article-02500", "article-02500b"], "removed": []}[change]
    articles = articles_of(*names) + articles_of(*changed, text="white wine")
    after = {shard.key for shard in plan_shards(shelved(articles))}

    assert 1 <= len(after - before) <= (1 if change == "edited" else 4)


def test_entries_keep_their_numbers_across_shards(snapshot: Snapshot) -> None:
    numbers = [0, snapshot.catalogue.passages // 2, snapshot.catalogue.passages - 1]

    for number, entry in zip(numbers, snapshot.store.entries(numbers), strict=True):
        assert entry.article_number == snapshot.catalogue.article_of[number]
        assert entry.passage.article_id == snapshot.articles()[entry.article_number].id


def test_a_phrase_is_found_in_the_last_shard(snapshot: Snapshot) -> None:
    ranking = snapshot.store.candidates(Phrase(("veri", "last", "word")), limit=10)

    assert ranking.numbers.tolist() == [snapshot.catalogue.passages - 1]


def test_the_next_generation_shares_what_has_not_changed(tmp_path: Path) -> None:
    engine, articles = WhooshEngine(tmp_path), Generator(seed=3, vocabulary=300).articles(200, passages=8)
    first = engine.replace_all(articles)
    second = engine.replace_all([*articles, an_article("zzz", "unheard of")])
    old, new = ({path.name: path for path in entries_of(tmp_path / each.generation)} for each in (first, second))

    assert len(old.keys() - new.keys()) == 1 < len(old)
    assert all(new[key].samefile(old[key]) for key in old.keys() & new)
    assert found(engine.snapshot(audience="public"), Phrase(("unheard", "of"))) == ["zzz"]


def entries_of(generation: Path) -> list[Path]:
    return list((generation / "public" / "shards").iterdir())


def test_an_index_made_in_steps_is_byte_for_byte_one_made_at_once(tmp_path: Path) -> None:
    articles = Generator(seed=4, vocabulary=300).articles(200, passages=8)
    articles[100] = an_article(articles[100].id, "red", agent_texts=["blue"])
    stepwise, at_once = (WhooshEngine(tmp_path / name) for name in ("steps", "once"))
    for count in (60, 200, 150):
        last = stepwise.replace_all(articles[200 - count :])
    made = at_once.replace_all(articles[50:])
    ours, theirs = tmp_path / "steps" / last.generation, tmp_path / "once" / made.generation

    for folder in ("public", "agent", COUNTS):
        files = files_of(theirs / folder)
        assert len(files) > 2
        assert files_of(ours / folder) == files


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_agents_index_shares_the_shards_without_agent_text(tmp_path: Path) -> None:
    articles = Generator(seed=5, vocabulary=300).articles(300, passages=8)
    status = WhooshEngine(tmp_path).replace_all([*articles, an_article("zzz", "red", agent_texts=["blue"])])
    folders = [tmp_path / status.generation / audience / "shards" for audience in ("public", "agent")]
    public, agent = ({path.name for path in folder.iterdir()} for folder in folders)

    assert len(public & agent) == len(public) - 1
    assert not any(b"blue" in path.read_bytes() for path in folders[0].rglob("*.*"))


def test_a_failing_process_is_reported_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    write_records(folder / "articles.msgpack", [an_article("a", "red"), an_article("b", "blue")])
    shards = [Shard("one", 0, 1, IN_THIS_PROCESS), Shard("two", 1, 2, 1)]  # there is no folder for them

    with pytest.raises(EngineUnavailable, match="FileNotFoundError"):
        write_shards(folder, shards, processes=2, done=lambda count: None)
