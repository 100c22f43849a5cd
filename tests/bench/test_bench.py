"""The benchmark's parts work, and what they measure has not become worse beside what it is measured with: as ratios."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.answering import Answered, answer
from bench.corpus import PASSAGES_EACH, Corpus, KnownQuestions
from bench.indexing import Indexed, index, open_in_new_process
from bench.measuring import Times
from bench.plots import bars, lines

PASSAGES = 1_000
QUESTIONS = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def indexed(folder: Path) -> Indexed:
    Corpus(PASSAGES).write(folder / "articles")
    return index(folder / "articles", folder / "index")


@pytest.fixture(scope="module")
def answered(folder: Path, indexed: Indexed) -> Answered:
    return answer(Corpus(PASSAGES), folder / "index", questions=QUESTIONS)


def test_a_corpus_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    for name in ("one", "other"):
        Corpus(50, seed=7).write(tmp_path / name)
    texts = [[path.read_bytes() for path in sorted((tmp_path / name).rglob("*.md"))] for name in ("one", "other")]

    assert texts[0] == texts[1]
    assert len(texts[0]) == 50 // PASSAGES_EACH


def test_each_section_of_a_made_up_article_is_one_passage(indexed: Indexed) -> None:
    assert (indexed.articles, indexed.passages) == (PASSAGES // PASSAGES_EACH, PASSAGES)


@pytest.mark.parametrize("words", [(1, 1), (4, 4), (16, 30)])
def test_known_questions_are_cut_to_the_wanted_length(words: tuple[int, int]) -> None:
    asked = KnownQuestions(["How do I pay?", "Where is my invoice?"]).questions(20, words=words)

    assert all(words[0] <= len(text.split()) <= words[1] for text in asked)


def test_an_unchanged_folder_costs_next_to_nothing(indexed: Indexed) -> None:
    assert indexed.unchanged < indexed.total / 20


def test_one_changed_article_costs_a_part_of_a_build(indexed: Indexed) -> None:
    assert indexed.changed < indexed.total


def test_search_is_many_times_faster_than_the_searcher_of_whoosh(answered: Answered) -> None:
    assert answered.searches["kb_service"].p50 * 15 < answered.searches["Whoosh's searcher"].p50


def test_search_is_faster_than_fts5(answered: Answered) -> None:
    assert answered.searches["kb_service"].p50 < answered.searches["SQLite FTS5"].p50 * 1.5


def test_a_whole_answer_costs_little_more_than_the_bare_searcher_of_whoosh(answered: Answered) -> None:
    """Every sentence of the ten best passages is read, all at once."""
    assert answered.answers["2 to 10 words"].p50 < answered.searches["Whoosh's searcher"].p50


def test_an_index_opens_quickly_beside_building_it(folder: Path, indexed: Indexed) -> None:
    assert open_in_new_process(folder / "index").seconds < indexed.total / 2


def test_percentiles_are_those_of_the_times() -> None:
    assert Times.of([1.0] * 98 + [5.0, 100.0]) == pytest.approx(Times(1.0, 1.0, 5.95))


@pytest.mark.parametrize(
    "picture",
    [
        lines({"a < b": [(1_000, 0.1), (100_000, 3)], "c": [(1_000, 2)]}, title="t", across="x", up="y"),
        bars({"a < b": 3, "c": 10_000}, title="t", across="x"),
    ],
    ids=["lines", "bars"],
)
def test_plots_are_well_formed_and_name_their_series(picture: str) -> None:
    shown = "".join(ElementTree.fromstring(picture).itertext())

    assert "a < b" in shown
    assert "c" in shown
