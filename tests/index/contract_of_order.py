"""The contract of engines: in what order passages come, how many, and of which topics."""

from __future__ import annotations

import numpy as np
import pytest

from kb_service.analysis import term_code
from kb_service.index.port import Engine
from kb_service.index.query import Or, Word
from tests.builders import an_article
from tests.index.questions import billing, filled, found, words


class OrderContract:
    def test_weights_multiply_scores(self, engine: Engine) -> None:
        snapshot = filled(engine, *billing())
        whole = snapshot.store.candidates(Word("refund"), limit=1)
        half = snapshot.store.candidates(Word("refund", 0.5), limit=1)

        assert half.scores[0] == pytest.approx(whole.scores[0] / 2)
        assert half.ceiling == pytest.approx(whole.ceiling / 2)

    def test_equal_passages_come_by_number(self, engine: Engine) -> None:
        texts = ["word", "word filler"] * 20
        snapshot = filled(engine, *(an_article(f"a{n:02}", text, title="Same") for n, text in enumerate(texts)))
        shorter_first = [*range(0, 40, 2), *range(1, 40, 2)]

        assert snapshot.store.candidates(Word("word"), limit=100).numbers.tolist() == shorter_first
        assert snapshot.store.candidates(Word("word"), limit=25).numbers.tolist() == shorter_first[:25]

    def test_articles_are_numbered_by_id_and_passages_by_place(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("b", "three"), an_article("a", "one", "two"))

        entries = snapshot.store.entries([0, 1, 2])

        assert [entry.passage.text for entry in entries] == ["one", "two", "three"]
        assert [entry.article_number for entry in entries] == snapshot.catalogue.article_of.tolist() == [0, 0, 1]

    def test_the_limit_cuts_the_list_but_not_the_total(self, engine: Engine) -> None:
        snapshot = filled(engine, *(an_article(f"a{n}", "word " * (n + 1)) for n in range(7)))
        everything = snapshot.store.candidates(Word("word"), limit=100)

        for limit in (0, 1, 3, 7):
            ranking = snapshot.store.candidates(Word("word"), limit=limit)
            assert ranking.numbers.tolist() == everything.numbers.tolist()[:limit]
            assert ranking.total == 7

    def test_numbers_and_scores_are_arrays_of_one_length_best_first(self, engine: Engine) -> None:
        ranking = filled(engine, *billing()).store.candidates(words("refund payment invoice"), limit=10)

        assert ranking.numbers.dtype == np.int32
        assert ranking.scores.dtype == np.float32
        assert len(ranking.numbers) == len(ranking.scores) == ranking.total == 2
        assert ranking.scores.tolist() == sorted(ranking.scores.tolist(), reverse=True)

    def test_no_text_scores_more_than_the_ceiling(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "word " * 500, title="Word word"), an_article("b", "other"))
        ranking = snapshot.store.candidates(Or((Word("word"), Word("other", 0.5))), limit=10)

        assert 0 < ranking.scores[0] < ranking.ceiling

    def test_a_rare_word_weighs_more_and_an_unknown_one_most(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "common rare"), an_article("b", "common"), an_article("c", "common"))
        weights = [snapshot.catalogue.weight_of(term) for term in ("common", "rare", "unheard")]

        assert weights == sorted(weights)
        assert weights[0] < weights[1] < weights[2]

    def test_knows_the_terms_of_texts_and_of_questions(self, engine: Engine) -> None:
        snapshot = filled(engine, *billing())

        assert snapshot.catalogue.knows("refund")
        assert snapshot.catalogue.knows("back")
        assert not snapshot.catalogue.knows("xylophon")

    def test_a_topic_leaves_only_its_articles(self, engine: Engine) -> None:
        snapshot = filled(engine, *billing())
        ranking = snapshot.store.candidates(words("refund invoice seat"), limit=10, topic="papers")

        assert found(snapshot, words("refund invoice seat"), topic="papers") == ["invoices"]
        assert ranking.total == 1
        assert found(snapshot, words("refund"), topic="no such topic") == []

    def test_topics_name_their_articles(self, engine: Engine) -> None:
        snapshot = filled(engine, *billing())

        assert dict(snapshot.catalogue.topics) == {"money": [0, 1], "papers": [0]}

    def test_passages_asked_for_are_ranked_along_without_counting_as_matches(self, engine: Engine) -> None:
        snapshot = filled(engine, *(an_article(name, text) for name, text in [("a", "x"), ("b", "red"), ("c", "y")]))
        also = np.asarray([2, 1], dtype=np.int32)

        ranking = snapshot.store.candidates(Word("red"), limit=1, also=also)

        assert ranking.numbers.tolist() == [1, 2]
        assert ranking.scores[1] == 0
        assert ranking.total == 1

    def test_passages_asked_for_obey_the_topic(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "x", topics=["t"]), an_article("b", "y"))

        ranking = snapshot.store.candidates(Word("z"), limit=5, topic="t", also=np.asarray([0, 1], dtype=np.int32))

        assert ranking.numbers.tolist() == [0]

    def test_candidates_come_with_their_searched_words(self, engine: Engine) -> None:
        snapshot = filled(engine, an_article("a", "red wine", "blue"), an_article("b", "green tea"))
        found = snapshot.store.candidates(Word("red"), limit=5, also=np.asarray([1, 2], dtype=np.int32))
        wanted = np.asarray([2, 0], dtype=np.int32)
        codes, entries = found.codes(wanted), snapshot.store.entries(wanted.tolist())

        for i, entry in enumerate(entries):
            assert codes.codes[codes.starts[i] : codes.starts[i + 1]].tobytes() == entry.codes
            assert codes.body_at[i] == entry.body_at
        assert codes.body(0).tolist() == [term_code("green"), term_code("tea")]
